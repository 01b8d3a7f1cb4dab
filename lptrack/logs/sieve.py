"""Finds, in a long log, the few lines that are worth reading: a cheap look at all bytes, a parser only for those.

Every chunk is reduced by `bytes.translate` to its digits and the few characters that a format's shape names. A line
of which then only clock and nick are left says nothing to us: a bug has a number, a command a `#` or `[`. What else
is left goes through the grammar's own prefilter, all such lines of a chunk at once. The clocks of the lines that are
passed over are looked at all the same, since midnight may lie among them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, repeat
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
    (
        (b"#",),
        re.compile(rb"#\s?(?:[sS][tTuU]|[eE][nN][dD]|[tT][oO][pP]|[mM][eE][eE]|[cC][hH][aA]|[uU][nN]|[aA][cCgG])"),
    ),
    ((b"!",), re.compile(rb"!(?:start|end|topic|meetingname|chair|un|action|agree)", re.IGNORECASE)),
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

_RENAME: Final = re.compile(rb"([^<\x00-\x1f]{0,24}(?:===|\*\*\*|\*|-!-) )(\S{1,64} is now known as \S{1,64}\s*)\Z")
_AS_ZEROS: Final = bytes.maketrans(b"123456789", b"000000000")
_PASTED: Final = re.compile(
    rb"https?://(?:www\.|i\.)?(?:paste|imgur|youtu|gist\.|sprunge|termbin|imagebin|dpaste|bpaste)[!-~]*"
)
"""Pastebins and pictures: full of numbers, the most frequent addresses in support channels, never a bug's."""


class _Tails(dict[bytes, bool]):
    """Whether what is left of a line behind its clock is no more than a nick's digits. Remembers those that are.

    ``digits`` of the clock are still there (the minutes).
    """

    def __init__(self, plain: re.Pattern[bytes], digits: int) -> None:
        super().__init__()
        self._match = plain.fullmatch
        self._digits = digits

    def __missing__(self, tail: bytes) -> bool:
        digits = self._digits
        if self._match(tail, digits) is None or (digits and not tail[:digits].isdigit()):
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
    has_channel: Callable[[], bool],
) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of the lines that may matter.

    All lines until the log ``has_begun``, those that tell its channel until it ``has_channel``, and the lines at
    which the hour changes, since midnight may lie there.
    """
    sieve = _Sieve(shape, calendar, has_channel)
    number = 1
    for whole in split_blocks(chunks):
        lines = whole.split(b"\n")
        start, total = 0, len(lines)
        while start < total and not has_begun():
            yield number + start, lines[start]
            start += 1
        if start < total:
            hours, picked = sieve.look(lines, whole)
            if start:
                lines, hours, picked = lines[start:], hours[start:], None
            yield from sieve.sift(number + start, lines, hours, picked)
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
    def __init__(self, shape: Shape, calendar: Calendar, has_channel: Callable[[], bool]) -> None:
        self.shape = shape
        self.calendar = calendar
        self.has_channel = has_channel
        self.renames: set[bytes] = set()
        self.unwanted = bytes(byte for byte in range(256) if byte not in _DIGITS + shape.keep)
        self.opens = b"\n" + shape.opens
        width = len(shape.opens) + 2
        self.width = width
        self.told = {shape.opens + b"%02d" % hour: hour for hour in range(24)}
        self.tails = _Tails(shape.plain, 0)
        self.after_hour = _Tails(shape.plain, shape.size - width)

    def look(self, lines: list[bytes], whole: bytes) -> tuple[list[int], list[int] | None]:
        """Each line's hour, `_READ` where it is to be read; and which lines to go through, None for all.

        Where lines have dates the hour is 0.
        """
        bare = b"\n" + whole.translate(None, self.unwanted)
        parts = None if self.shape.clock is None else self._split_hours(bare)
        if parts is None:
            return self._look_at_each(lines, bare), None
        hours: list[int] = []
        picked: list[int] = []
        left: list[int] = []
        for hour, part in parts:
            picked.append(len(hours))
            left.extend(
                index + len(hours) for index in _find_all(list(map(self.after_hour.__getitem__, part)), False)
            )
            hours.extend(repeat(hour, len(part)))
        if self.shape.steers:
            left = sorted({*left, *self._find_steers(lines)})
        if left:
            chosen = list(self._choose(left, lines))
            for index in chosen:
                hours[index] = _READ
            picked = sorted({*picked, *chosen})
        return hours, picked

    def _split_hours(self, bare: bytes) -> list[tuple[int, list[bytes]]] | None:
        """The reduced lines by their hour, which is taken off; None where hours are in no order."""
        parts: list[tuple[int, list[bytes]]] = []
        opens, start, size = self.opens, 0, len(bare)
        while start < size:
            first = bare.find(opens, start)
            hour = self.told.get(bare[first + 1 : first + 1 + self.width]) if first >= 0 else None
            if hour is None or len(parts) > 40:
                return None
            sign = bare[first : first + 1 + self.width]
            last = bare.rfind(sign, start)
            end = bare.find(opens, last + 1)
            end = size if end < 0 else end
            if bare.count(sign, start, end) != bare.count(opens, start, end):
                return None
            parts.append((hour, bare[start:end].replace(sign, b"\n").split(b"\n")[1:]))
            start = end
        return parts

    def _look_at_each(self, lines: list[bytes], bare: bytes) -> list[int]:
        size = self.shape.size
        reduced = bare[1:].split(b"\n")
        if self.shape.clock is None:
            hours = [0] * len(lines)
        else:
            width = self.width
            hours = list(map(self.told.get, [line[:width] for line in reduced], repeat(_NO_CLOCK)))
        left = set(_find_all(list(map(self.tails.__getitem__, [line[size:] for line in reduced])), False))
        left.update(self._find_steers(lines))
        left.update(_find_all(hours, _NO_CLOCK))
        for index in self._choose(sorted(left), lines) if left else ():
            hours[index] = _READ
        return hours

    def _find_steers(self, lines: list[bytes]) -> Iterator[int]:
        for steer in self.shape.steers:
            yield from (index for index, line in enumerate(lines) if steer in line)

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
        if b"has joined #" in joined and not self.has_channel():
            chosen.update(at for at, line in enumerate(some) if b"has joined #" in line)
        if len(joined.translate(None, _CODES)) != len(joined):
            chosen.update(at for at, line in enumerate(some) if len(line.translate(None, _CODES)) != len(line))
        for position in chosen:
            yield left[position]

    def sift(
        self, number: int, lines: list[bytes], hours: list[int], picked: list[int] | None
    ) -> Iterator[tuple[int, bytes]]:
        """The lines to read, and those at which the hour changes: the digits in front may be no clock."""
        calendar, clock = self.calendar, self.shape.clock
        if clock is None:
            picked = list(_find_all(hours, _READ))
        at, total = 0, len(hours)
        places: Iterable[int] = range(total) if picked is None else picked
        while True:
            for index in places:
                at, hour = index, hours[index]
                if hour == _READ:
                    if not self._is_known_rename(lines[index]):
                        yield number + index, lines[index]
                    if picked is None or clock is None or index + 1 == total:
                        continue
                    at, hour = index + 1, hours[index + 1]  # a plain line there is not gone through
                if hour >= 0 and hour != calendar.hour and clock is not None:
                    yield number + at, lines[at]
                    if picked is not None and hour != calendar.hour:
                        break  # no clock, so the first of its hour may be any line after it
            else:
                return
            picked, places = None, range(at + 1, total)

    def _is_known_rename(self, line: bytes) -> bool:
        """Whether a line is a nick change that has been read before, in an hour that has begun."""
        match = _RENAME.match(line) if b"now known as" in line else None
        if match is None:
            return False
        said = match[1].translate(_AS_ZEROS) + match[2]
        if said in self.renames:
            told = self.shape.clock and self.shape.clock.match(line)
            return told is None or int(told[1]) == self.calendar.hour
        if len(self.renames) < 50_000 and not may_refer(line):
            self.renames.add(said)
        return False


def _refers_outside(line: bytes) -> bool:
    """Whether a line names a bug as far as the prefilter can tell when a pastebin's address is taken out."""
    rest = _PASTED.sub(b"", line)
    return len(rest) == len(line) or may_refer(rest)


def _find_all(values: Sequence[int], wanted: int) -> Iterator[int]:
    index = -1
    for _ in range(values.count(wanted)):
        index = values.index(wanted, index + 1)
        yield index
