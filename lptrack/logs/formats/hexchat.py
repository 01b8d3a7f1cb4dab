"""HexChat's and XChat's logs: `Sep 11 15:04:18 <nick><TAB>text` below `**** BEGIN LOGGING AT …`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lptrack.logs.interface import Day, Head, Item, MonthDay, RawLine
from lptrack.logs.linewise import MONTHS, PatternFormat, rule
from lptrack.model import LineKind

_STAMP = r"(?:(?:[A-Za-z]{3}) +(?:\d{1,2}) )?\[?(?P<time>\d\d:\d\d(?::\d\d)?)\]? "
_MONTH_DAY = re.compile(r"([A-Za-z]{3}) +(\d{1,2}) \[?\d\d:\d\d")

_RULES = PatternFormat(
    name="hexchat",
    title="HexChat's and XChat's logs",
    rules=(
        rule(LineKind.MESSAGE, _STAMP + r"<(?P<nick>[^<>\s]{1,64})>[\t ]+(?P<text>.*)"),
        rule(LineKind.MESSAGE, _STAMP + r"<(?P<nick>[^<>\s]{1,64})>(?P<text>)"),
        rule(LineKind.EVENT, _STAMP + r"(?:\*|-->)\s+(?:Now|You are now) talking on (?P<channel>#\S{1,64})\s*"),
        rule(LineKind.NICK, _STAMP + r"(?:\*|---)\s+(?P<nick>\S{1,64}) is now known as (?P<new>\S{1,64})\s*"),
        rule(
            LineKind.EVENT,
            _STAMP + r"(?:-->|<--|---|\*)\s+(?:(?:Now talking|You are now|Topic for|Disconnected|Loaded|Notify)\b.*"
            r"|\S{1,64} (?:\([^()]*\) )?has (?:joined|left|quit|kicked|changed the topic|set)\b.*"
            r"|\S{1,64} (?:gives|removes|sets|enables|disables)\b.*|(?<=[->-] ).*)",
        ),
        rule(LineKind.EVENT, _STAMP + r"(?:-->|<--|---)\s.*"),
        rule(LineKind.ACTION, _STAMP + r"\*\s+(?P<nick>\S{1,64}) ?(?P<text>.*)"),
        rule(LineKind.NOTICE, _STAMP + r"-(?P<nick>[^-\s/]{1,64})(?:/[^-\s]{1,64})?-\s+(?P<text>.*)"),
        rule(LineKind.HEADER, r"\*\*\*\* BEGIN LOGGING AT (?P<day>\w{3} \w{3} +\d{1,2} [\d:]{8} \d{4})\s*"),
        rule(LineKind.HEADER, r"\*\*\*\* ENDING LOGGING AT .*"),
    ),
    sign=re.compile(
        r"\*\*\*\* (?:BEGIN|ENDING) LOGGING AT |[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d (?:<[^<>\s]+>|-->|<--|---|\*)\s"
    ),
)


@dataclass(frozen=True, slots=True)
class HexChat:
    """Its lines leave the year out; it stands in the headers between them, or the user tells it."""

    name: str = _RULES.name
    title: str = _RULES.title

    def recognise(self, head: Head) -> float:
        """By the share of lines with month, day and clock, and by the headers."""
        return _RULES.recognise(head)

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """Each line, with a fact where the day changes."""
        del head
        last = ""
        for line in lines:
            if (match := _MONTH_DAY.match(line.text)) and match[0][:6] != last:
                last = match[0][:6]
                if month := MONTHS.get(match[1].lower()):
                    yield MonthDay(month, int(match[2]))
            for item in _RULES.read(line):
                if isinstance(item, Day):
                    last = ""
                yield item


HEXCHAT = HexChat()
