"""dircproxy and others whose clock has day and month and no year: `[15 Jan 08:42] <bert!n=bert@host> +text`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lptrack.logs.interface import Head, Item, MonthDay, RawLine
from lptrack.logs.linewise import MONTHS, bare_nick, read_bridge
from lptrack.model import Line, LineKind

_CLOCK = (
    r"\s{0,4}\[?(?:(?P<day>\d{1,2}) (?P<month>[A-Z][a-z]{2})|(?P<month2>[A-Z][a-z]{2}) {1,2}(?P<day2>\d{1,2}))"
    r"[ T](?P<time>\d{1,2}:\d\d(?::\d\d)?)\]\s{1,2}"
)
_SAID = re.compile(_CLOCK + r"<(?P<nick>[^<>\s]{1,200})>\s?(?P<text>.*)", re.DOTALL)
_ACTION = re.compile(_CLOCK + r"\* (?P<nick>[^\s*:]{1,64}) (?P<text>.*)", re.DOTALL)
_RENAME = re.compile(_CLOCK + r"\S{1,3} (?P<nick>\S{1,64}) is now known as (?P<text>\S{1,64})")
_EVENT = re.compile(_CLOCK + r"(?:-->|<--|\*\*\*|---|===|-\S{1,64}-)(?P<text>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Dircproxy:
    """A bouncer's log; the year is told by the file's name or by `--date`."""

    name: str = "dircproxy"
    title: str = "dircproxy, and clocks without a year"

    def recognise(self, head: Head) -> float:
        """By its clock, which no other format has in brackets without a year."""
        lines = [line.text for line in head.lines[:400] if line.text.strip()]
        hits = sum(1 for text in lines if _SAID.match(text) or _ACTION.match(text) or _EVENT.match(text))
        return 0.93 * hits / len(lines) if lines else 0.0

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """Each line on its own; the day before its first line."""
        del head
        known = None
        for number, text in lines:
            for pattern, kind in (
                (_SAID, LineKind.MESSAGE),
                (_RENAME, LineKind.NICK),
                (_ACTION, LineKind.ACTION),
                (_EVENT, LineKind.EVENT),
            ):
                if match := pattern.match(text):
                    day = (MONTHS.get((match["month"] or match["month2"]).lower(), 0), match["day"] or match["day2"])
                    if day != known and day[0]:
                        known = day
                        yield MonthDay(day[0], int(day[1]))
                    yield _build(number, kind, match)
                    break
            else:
                yield Line(number, LineKind.UNREAD if text.strip() else LineKind.BLANK, text)


DIRCPROXY = Dircproxy()


def _build(number: int, kind: LineKind, match: re.Match[str]) -> Line:
    groups = match.groupdict()
    text, nick = match["text"], groups.get("nick")
    if nick is not None and "!" in nick and text[:1] in "+-":
        text = text[1:]  # the server's word whether the nick is registered (freenode's identify-msg)
    speaker = bare_nick(nick) if nick is not None else None
    if kind is LineKind.NICK:
        return Line(number, kind, bare_nick(text) or text, speaker, match["time"])
    return Line(number, kind, text, speaker, match["time"], person=read_bridge(speaker, text))
