"""Finds, in a long log, the few lines that are worth reading: a look at all bytes in bulk, a parser only for those.

Every block of whole lines is searched as a whole for four things: what may name a bug (`lptrack.grammar.prefilter`),
what steers (commands, topics, days), nick changes that have not been read, and where the printed hour changes, since
midnight may lie there. Where what is passed over could matter all the same, in a meeting and in the night that summer
time ends, every line is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from lptrack.grammar.prefilter import find_candidates, find_coded, find_lines, find_lines_with, plain_text
from lptrack.logs.calendar import parse_clock
from lptrack.logs.decode import LONGEST_LINE
from lptrack.logs.interface import Day, Item, Shape
from lptrack.model import Line

_COMMANDS: Final = tuple(
    re.compile(sign + rb"(?:startm|endm|meetingn|topic|subt|unch|chair|action|agree|accep|undo)")
    for sign in (b"#", b"!")
)
_STEERS: Final = (b"topic]", b"action]", b"agreed]", b"meeting started", b"meeting ended", b"meeting finished")
"""What stands, in small letters, in lines that change the meeting or its topic."""

_RENAMED: Final = b" is now known as "
_AS_ZEROS: Final = bytes.maketrans(b"123456789", b"000000000")
_REMEMBERED: Final = 50_000


Read = Callable[[int, bytes], tuple[Item, ...]]
"""What a line of this number says."""


def sift_lines(
    chunks: Iterable[bytes],
    shape: Shape,
    read: Read,
    reads_all: Callable[[], bool],
    has_channel: Callable[[], bool],
) -> Iterator[Item]:
    """The items of the lines that may matter, in order.

    Of all lines while the caller ``reads_all``; of those that tell the channel until it ``has_channel``.
    """
    sieve = _Sieve(shape, read, reads_all, has_channel)
    number = 1
    for block in split_blocks(chunks):
        yield from sieve.sift(number, block)
        number += block.count(b"\n") + 1


def split_blocks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Whole lines by the chunk, without the last's end; a line beyond `LONGEST_LINE` is cut there."""
    rest, skipping = b"", False
    for chunk in chunks:
        cut = chunk.rfind(b"\n")
        if cut < 0:
            if not skipping:
                rest += chunk
                if len(rest) > LONGEST_LINE:
                    rest, skipping = rest[:LONGEST_LINE], True
            continue
        whole = rest + (chunk[chunk.find(b"\n") : cut] if skipping else chunk[:cut])
        skipping = False
        rest = chunk[cut + 1 :]
        yield whole
    if rest:
        yield rest


class _Sieve:
    def __init__(
        self, shape: Shape, read: Read, reads_all: Callable[[], bool], has_channel: Callable[[], bool]
    ) -> None:
        self.shape = shape
        self.read = read
        self.reads_all = reads_all
        self.has_channel = has_channel
        # lines that print the same hour, with those between them that print none; the group is that hour
        clock = shape.clock
        self.stretch = re.compile(rb"^(" + clock + rb").*+(?:\n(?:\1|(?!" + clock + rb")).*+)*+", re.MULTILINE)
        self.hour = b""  # as it is printed in the stretch that is being read
        self.known = b""  # the hour that the calendar has been told
        self.renames: set[bytes] = set()

    def sift(self, number: int, block: bytes) -> Iterator[Item]:
        """The items of a block's lines that matter; ``number`` is its first line's."""
        hours = {found.start(): found[1] for found in self.stretch.finditer(block)}
        picked = set(self._pick(block))
        at, size = 0, len(block)
        for pick in (*sorted(picked.union(hours)), size + 1):
            while at < pick and (self.hour != self.known or self.reads_all()):
                end = block.find(b"\n", at)
                end = size if end < 0 else end
                yield from self._read(number, block[at:end])
                at, number = end + 1, number + 1
            if pick > size:
                return
            number += block.count(b"\n", at, pick)
            self.hour = hours.get(pick, self.hour)
            at = pick
            if pick in picked:
                end = block.find(b"\n", at)
                end = size if end < 0 else end
                yield from self._read(number, block[at:end])
                at, number = end + 1, number + 1

    def _read(self, number: int, raw: bytes) -> Iterator[Item]:
        for item in self.read(number, raw):
            yield item
            if isinstance(item, Line):
                if item.time is not None and parse_clock(item.time) is not None:
                    self.known = self.hour
            elif isinstance(item, Day):
                self.known = b""  # the next clock counts, whatever it shows

    def _pick(self, block: bytes) -> Iterator[int]:
        """Where the lines begin that are read for what they hold."""
        plain = plain_text(block)
        yield from find_candidates(plain)
        yield from find_coded(plain)
        for command in _COMMANDS:
            yield from find_lines(plain, command)
        for text in (*_STEERS, *self.shape.steers):
            yield from find_lines_with(plain, text)
        if self.shape.joins is not None and not self.has_channel():
            yield from find_lines_with(plain, self.shape.joins)
        for start in find_lines_with(plain, _RENAMED):
            end = block.find(b"\n", start)
            if not self._is_known(block[start : end if end >= 0 else len(block)]):
                yield start

    def _is_known(self, line: bytes) -> bool:
        """Whether this nick change has been read before, whenever that was: a change back and forth tells no more."""
        nick = line.rfind(b" ", 0, line.lower().find(_RENAMED)) + 1
        change = line[:nick].translate(_AS_ZEROS) + line[nick:]
        if change in self.renames:
            return True
        if len(self.renames) < _REMEMBERED:
            self.renames.add(change)
        return False
