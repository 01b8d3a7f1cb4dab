"""Logs cut out of an archive, channel and date before each line: `ubuntu-meeting 2010-11-09 [18:09] <nick> text`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lptrack.logs.formats.irclogs_txt import IRCLOGS_TXT
from lptrack.logs.interface import Channel, Day, Head, Item, RawLine
from lptrack.logs.linewise import parse_day

_PREFIX = re.compile(r"(?P<channel>[#\w][\w#+.-]{0,49}) (?P<day>\d{4}-\d\d-\d\d) (?=\[\d\d:\d\d|===)")


@dataclass(frozen=True, slots=True)
class DatedPrefix:
    """Every line tells channel and day, then goes on as irclogs.ubuntu.com's."""

    name: str = "dated-prefix"
    title: str = "lines with channel and date before them"

    def recognise(self, head: Head) -> float:
        """The share of the head's lines that have the prefix."""
        lines = [line.text for line in head.lines[:400] if line.text.strip()]
        return sum(1 for text in lines if _PREFIX.match(text)) / len(lines) if lines else 0.0

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """Each line, with a fact where channel or day change."""
        del head
        channel = day = ""
        for line in lines:
            match = _PREFIX.match(line.text)
            if match is None:
                yield from IRCLOGS_TXT.read(line)
                continue
            if match["channel"] != channel:
                channel = match["channel"]
                yield Channel(channel)
            if match["day"] != day:
                day = match["day"]
                if (read := parse_day(day)) is not None:
                    yield Day(read)
            yield from IRCLOGS_TXT.read(RawLine(line.number, line.text[match.end() :].rstrip()))


DATED_PREFIX = DatedPrefix()
