"""Where a page's meeting begins and ends, where its own counts of lines disagree with the commands in its log.

MeetBot wrote how many lines each person said. A start that the bot did not hear, an end by somebody whom it did heed,
a second end: the reading with which these counts agree is the bot's own.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

MOST: Final = 12
"""Starts and ends that are tried: a page has one or two of each."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The lines of the document, first and last, between which the meeting is."""

    first: int
    last: int


@dataclass(slots=True)
class Tally:
    """What was said in a page's log: who said each line, and the lines that may begin a meeting, or end one."""

    numbers: list[int] = field(default_factory=list)
    speakers: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    read: list[Frame] = field(default_factory=list)  # the meetings as the commands tell them

    def add(self, number: int, speaker: str) -> None:
        """One line that somebody said."""
        self.numbers.append(number)
        self.speakers.append(speaker)

    def find_frame(self, claims: Mapping[str, int]) -> Frame | None:
        """The frame with which the counts agree; None where that is the one that was read, or there is none."""
        if not self.numbers:
            return None
        whole = Frame(self.numbers[0], self.numbers[-1])
        read = self.read or [whole]
        wanted = +Counter(claims)
        if len(read) == 1 and self._count(read[0]) == wanted:
            return None
        last = [end for number in self.ends[-MOST:] for end in (number, number - 1)]  # the bot's own end is not said
        tried = (Frame(first, end) for first in (*self.starts[:MOST], whole.first) for end in (*last, whole.last))
        return next((frame for frame in tried if frame.first < frame.last and self._count(frame) == wanted), None)

    def _count(self, frame: Frame) -> Counter[str]:
        begin, end = bisect_left(self.numbers, frame.first), bisect_right(self.numbers, frame.last)
        return Counter(self.speakers[begin:end])
