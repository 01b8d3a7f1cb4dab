"""Pidgin's chat logs, text or HTML: `(11:00:23 AM) nick: text`, `(11:00:25 AM) ***nick waves`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lptrack.logs.interface import Channel, Day, Head, Item, RawLine
from lptrack.logs.linewise import PatternFormat, parse_day, rule
from lptrack.logs.markup import strip_lines
from lptrack.model import Line, LineKind

_CLOCK = r"\((?:(?P<day>[\d./-]{8,10}) )?(?P<time>\d{1,2}:\d\d(?::\d\d)?(?:\s?[AaPp]\.?[Mm]\.?)?)\) "
_HEADER = re.compile(r"[=\s]*Conversation with (?P<channel>\S+) (?:at|am|à) (?P<when>.{8,80}?) (?:on|auf|sur) ")
_DAY = re.compile(r"\d{1,2} \w{3,9} \d{4}|\d{1,2}[/.]\d{1,2}[/.]\d{4}|\d{4}-\d\d-\d\d|\w{3} \d{1,2} [\d:]{8} \d{4}")

_RULES = PatternFormat(
    name="pidgin",
    title="Pidgin's logs",
    rules=(
        rule(LineKind.ACTION, _CLOCK + r"\*\*\* ?(?P<nick>\S{1,64}) ?(?P<text>.*)"),
        rule(LineKind.NICK, _CLOCK + r"(?P<nick>\S{1,64}) is now known as (?P<new>\S{1,64})\s*"),
        rule(
            LineKind.EVENT,
            _CLOCK
            + r"(?:The topic for .*|\S{1,64} (?:\[[^\]]*\] )?(?:entered|left|has set topic|was kicked|has changed)\b.*"  # noqa: E501
            r"|mode \(.*|(?:You|Notify)\b [^:]{0,80})",
        ),
        rule(LineKind.MESSAGE, _CLOCK + r"(?P<nick>[^\s:][^:\s]{0,63})(?: <AUTO-REPLY>)?: ?(?P<text>.*)"),
        rule(LineKind.EVENT, _CLOCK + r".*"),
    ),
    sign=re.compile(r"\((?:[\d./-]{8,10} )?\d{1,2}:\d\d(?::\d\d)?(?:\s?[AaPp]\.?[Mm]\.?)?\) \S"),
)


@dataclass(frozen=True, slots=True)
class Pidgin:
    """One conversation a file; the head tells channel and date."""

    name: str = _RULES.name
    title: str = _RULES.title

    def recognise(self, head: Head) -> float:
        """By its clock in brackets, or its head."""
        if _HEADER.search(head.text[:600]):
            return 0.97
        return 0.9 * _RULES.recognise(head)

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """The lines, without tags where there are any."""
        if head.text.lstrip()[:1] == "<":
            pairs: Iterable[tuple[RawLine, list[str]]] = strip_lines(lines)
        else:
            pairs = ((line, [line.text]) for line in lines)
        for raw, texts in pairs:
            if not texts:
                yield Line(raw.number, LineKind.BLANK, "")
            for text in texts:
                yield from _read(RawLine(raw.number, text.strip()))


def _read(line: RawLine) -> Iterator[Item]:
    if header := _HEADER.match(line.text):
        yield Line(line.number, LineKind.HEADER, line.text)
        if header["channel"].startswith("#"):
            yield Channel(header["channel"])
        found = _DAY.search(header["when"])
        if found is not None and (day := parse_day(found[0])) is not None:
            yield Day(day)
    else:
        yield from _RULES.read(line)


PIDGIN = Pidgin()
