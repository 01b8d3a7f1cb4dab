"""Supybot's and Limnoria's ChannelLogger, and others with an ISO time first: `2013-09-11T15:04:18  <nick> text`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone

from lptrack.logs.calendar import parse_clock
from lptrack.logs.interface import HOUR, Head, Item, RawLine, Shape
from lptrack.logs.linewise import PatternFormat, rule
from lptrack.model import Line, LineKind

_STAMP = r"\[?(?P<day>\d{4}-\d\d-\d\d|\d\d-[A-Z][a-z]{2}-\d{4})[ T](?P<time>\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,6})?)(?:Z| ?[+-]\d\d:?\d\d| UTC)?\]? {1,3}"  # noqa: E501
_ZONE = re.compile(r"\[?[\dA-Za-z-]{10,11}[ T][\d:.,]{5,15}(?P<zone>Z| ?[+-]\d\d:?\d\d| UTC)")

_PLAIN = PatternFormat(
    name="supybot",
    title="Supybot's and Limnoria's ChannelLogger, and other logs with ISO times",
    rules=(
        rule(LineKind.MESSAGE, _STAMP + r"<(?P<nick>[ @+%&~!]?[^<>\s]{1,64})> ?(?P<text>.*)"),
        rule(
            LineKind.NICK, _STAMP + r"(?:\*{1,3}|-!-|===|---) (?P<nick>\S{1,64}) is now known as (?P<new>\S{1,64})\s*"
        ),
        rule(LineKind.EVENT, _STAMP + r"\*\*\* \S{1,64} (?:<[^<>]*> )?has joined (?P<channel>#\S{1,64})\s*"),
        rule(LineKind.EVENT, _STAMP + r"(?:\*\*\*|-!-|===|---|-->|<--) .*"),
        rule(LineKind.ACTION, _STAMP + r"\* (?P<nick>\S{1,64}) ?(?P<text>.*)"),
        rule(LineKind.NOTICE, _STAMP + r"-(?P<nick>[^-\s]{1,64})- (?P<text>.*)"),
    ),
    sign=re.compile(
        r"\[?(?:\d{4}-\d\d-\d\d|\d\d-[A-Z][a-z]{2}-\d{4})[ T]\d\d:\d\d(?::\d\d)?\S{0,12}(?: UTC)?\]? {1,3}(?:<[ @+%&~!]?[^<>@:\s]+> |\*{1,3} |-!- )"  # noqa: E501
    ),
)


_SHAPE = Shape(rb"\[?[^ \n]{10,40}?[ T]" + HOUR, dated=True, joins=b" joined #")


@dataclass(frozen=True, slots=True)
class Supybot:
    """As its rules say; where the stamp has an offset the instant is known whatever the log's zone."""

    name: str = _PLAIN.name
    title: str = _PLAIN.title
    shape: Shape | None = field(default=_SHAPE)

    def recognise(self, head: Head) -> float:
        """By the share of lines that begin with an ISO time and a nick."""
        return _PLAIN.recognise(head)

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """Each line on its own."""
        del head
        for line in lines:
            yield from self.read(line)

    def read(self, line: RawLine) -> tuple[Item, ...]:
        """One line, its offset applied."""
        items = _PLAIN.read(line)
        zone = _ZONE.match(line.text)
        entry = items[0]
        if zone is None or not isinstance(entry, Line) or entry.day is None or entry.time is None:
            return items
        clock = parse_clock(entry.time)
        if clock is None:
            return items
        at = datetime.combine(entry.day, clock[0], parse_offset(zone["zone"])).astimezone(UTC)
        return (replace(entry, at=at, exact=clock[1]), *items[1:])


def parse_offset(text: str) -> timezone:
    """`Z`, `+0200`, `-05:30` as a zone."""
    sign = text.strip()
    if sign[:1] not in "+-":
        return UTC
    digits = sign[1:].replace(":", "")
    offset = timedelta(hours=min(int(digits[:2]), 23), minutes=min(int(digits[2:]), 59))
    return timezone(-offset if sign[0] == "-" else offset)


SUPYBOT = Supybot()
