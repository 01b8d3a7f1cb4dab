"""Finds, in a long log, the few lines that are worth reading: a cheap look at all bytes, a parser only for those.

Every chunk is reduced by `bytes.translate` to its digits and the few characters that a format's shape names. A line of
which then only clock and nick are left says nothing to us: a bug has a number, a command a `#` or `[`. What else is
left goes through the grammar's own prefilter, all such lines of a chunk at once. The clocks of the lines that are passed
over are looked at all the same, since midnight may lie among them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, compress, count, islice, repeat
from operator import ne
from typing import Final

from lptrack.grammar.prefilter import iter_candidates, may_refer
from lptrack.logs.calendar import Calendar
from lptrack.logs.decode import LONGEST_LINE
from lptrack.logs.interface import Shape

_DIGITS: Final = b"0123456789\n"
_READ: Final = -1
"""Stands for the hour of a line that is to be read."""
_NO_CLOCK: Final = -2
"""Stands for the hour of a line without one."""

_STEERS: Final = (
    ((b"#",), re.compile(rb"#\s?(?:[sS][tTuU]|[eE][nN][dD]|[tT][oO][pP]|[mM][eE][eE]|[cC][hH][aA])")),
    ((b"opic]", b"OPIC]"), re.compile(rb"opic\]|OPIC\]")),
    ((b"now known as",), re.compile(rb"now known as")),
    ((b"Meeting ",), re.compile(rb"Meeting (?:started|ended|finished)")),
    ((b"The chair is",), re.compile(rb"The chair is")),
    ((b"---",), re.compile(rb"---")),
    ((b"****",), re.compile(rb"\*\*\*\*")),
    ((b"Session ",), re.compile(rb"Session ")),
    ((b"Nick change",), re.compile(rb"Nick change")),
)
"""What stands in lines that change meeting, topic, nick or day, with what to look for first, since that is faster."""

_CODES: Final = bytes((*range(9), 11, 12, *range(14, 32)))
"""In a line with colour codes a word may be cut in two."""

_RENAME: Final = re.compile(rb"[^<\x00-\x1f]{0,24}(?:===|\*\*\*|\*|-!-) (\S{1,64}) is now known as (\S{1,64})\s*\Z")
_PASTED: Final = re.compile(
    rb"https?://(?:www\.|i\.)?(?:paste|imgur|youtu|gist\.|sprunge|termbin|imagebin|dpaste|bpaste)[!-~]*"
)
"""Pastebins and pictures: addresses full of numbers, the most frequent ones in support channels, and never a bug's."""


class _Tails(dict[bytes, bool]):
    """Whether what is left of a line behind its clock is no more than a nick's digits. Remembers those that are."""

    def __init__(self, plain: re.Pattern[bytes]) -> None:
        super().__init__()
        self._match = plain.fullmatch

    def __missing__(self, tail: bytes) -> bool:
        if self._match(tail) is None:
            return False
        if len(self) > 50_000:
            self.clear()
        self[tail] = True
        return True


def sift_lines(
    chunks: Iterable[bytes],
    shape: Shape,
    calendar: Calendar,
    has_begun: Callable[[], bool],
    rename: Callable[[bytes, bytes], None],
) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of the lines that may matter, and of all lines until the log ``has_begun``.

    The hours of the lines that are passed over are told to the calendar, plain nick changes to ``rename``.
    """
    sieve = _Sieve(shape, calendar, rename)
    number = 1
    for whole in split_blocks(chunks):
        lines = whole.split(b"\n")
        start, total = 0, len(lines)
        while start < total and not has_begun():
            yield number + start, lines[start]
            start += 1
        if start < total:
            hours = sieve.look(lines, whole)
            if start:
                lines, hours = lines[start:], hours[start:]
            yield from sieve.sift(number + start, lines, hours)
        number += total


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
    def __init__(self, shape: Shape, calendar: Calendar, rename: Callable[[bytes, bytes], None]) -> None:
        self.shape = shape
        self.calendar = calendar
        self.rename = rename
        self.unwanted = bytes(byte for byte in range(256) if byte not in _DIGITS + shape.keep)
        self.tails = _Tails(shape.plain)
        self.told = {shape.opens + b"%02d" % hour: hour for hour in range(24)}

    def look(self, lines: list[bytes], whole: bytes) -> list[int]:
        """Each line's hour (0 where lines have dates), `_READ` where it is to be read."""
        size = self.shape.size
        bare = b"\n" + whole.translate(None, self.unwanted)
        reduced = bare[1:].split(b"\n")
        hour = self.calendar.hour
        if self.shape.clock is None:
            hours = [0] * len(lines)
        elif hour is not None and bare.count(b"\n%b%02d" % (self.shape.opens, hour)) == len(lines):
            hours = [hour] * len(lines)
        else:
            width = len(self.shape.opens) + 2
            hours = list(map(self.told.get, [line[:width] for line in reduced], repeat(_NO_CLOCK)))
        plain = list(map(self.tails.__getitem__, [line[size:] for line in reduced]))
        left = list(_find_all(plain, False))
        for steer in self.shape.steers:
            left.extend(index for index, line in enumerate(lines) if steer in line)
        if _NO_CLOCK in hours:
            left.extend(_find_all(hours, _NO_CLOCK))
        if left:
            left = sorted(set(left))
            for index in self._choose(left, lines):
                hours[index] = _READ
        return hours

    def _choose(self, left: list[int], lines: list[bytes]) -> Iterator[int]:
        """Of the lines that are left, those to read: what may name a bug, what steers, what has colour codes."""
        some = [lines[index] for index in left]
        joined = b"\n".join(some)
        starts = list(accumulate((len(line) + 1 for line in some), initial=0))
        chosen = set()
        for start, _end in iter_candidates(joined):
            position = bisect_right(starts, start) - 1
            line = some[position]
            if b"://" not in line or _refers_outside(line):
                chosen.add(position)
        for needles, steer in _STEERS:
            if any(needle in joined for needle in needles):
                chosen.update(bisect_right(starts, match.start()) - 1 for match in steer.finditer(joined))
        if len(joined.translate(None, _CODES)) != len(joined):
            chosen.update(at for at, line in enumerate(some) if len(line.translate(None, _CODES)) != len(line))
        for position in chosen:
            yield left[position]

    def sift(self, number: int, lines: list[bytes], hours: list[int]) -> Iterator[tuple[int, bytes]]:
        """The lines to read. Where all others are of the hour that it is, only those are gone through."""
        calendar, clock = self.calendar, self.shape.clock
        before = calendar.hour
        odd = hours.count(_READ)
        if clock is None:
            same = True
        else:
            same = before is not None and hours.count(before) + odd + hours.count(_NO_CLOCK) == len(hours)
        if same:
            picked: Iterable[int] = _find_all(hours, _READ)
        else:  # the lines to read, and those whose hour is not the one of the line before
            jumps = compress(count(1), map(ne, hours, islice(hours, 1, None)))
            picked = sorted({0, *jumps, *_find_all(hours, _READ)})
        for index in picked:
            hour = hours[index]
            if hour >= 0:
                if hour != calendar.hour and clock is not None:
                    calendar.tick(hour)
            elif hour == _READ:
                line = lines[index]
                renamed = _RENAME.match(line) if b"now known as" in line else None
                if renamed is None:
                    yield number + index, line
                else:
                    self.rename(renamed[1], renamed[2])
                    if clock is not None and (match := clock.match(line)) is not None:
                        calendar.tick(int(match[1]))
                if same and clock is not None and calendar.hour != before:
                    yield from self.sift(number + index + 1, lines[index + 1 :], hours[index + 1 :])
                    return


def _refers_outside(line: bytes) -> bool:
    """Whether a line names a bug as far as the prefilter can tell when a pastebin's address is taken out."""
    rest = _PASTED.sub(b"", line)
    return len(rest) == len(line) or may_refer(rest)


def _find_all(values: Sequence[int], wanted: int) -> Iterator[int]:
    index = -1
    for _ in range(values.count(wanted)):
        index = values.index(wanted, index + 1)
        yield index
