"""irclogs.ubuntu.com's HTML, made by irclog2html: a table row a line, with cells for nick, text and time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from urllib.parse import unquote

from lptrack.logs.calendar import parse_clock
from lptrack.logs.interface import Channel, Day, Head, Item, RawLine
from lptrack.logs.linewise import bare_nick, parse_day, read_bridge
from lptrack.logs.markup import Stripper
from lptrack.model import Line, LineKind

_ROW = re.compile(r"<tr\b[^>]*>", re.IGNORECASE)
_ROW_ID = re.compile(r"\bid=[\"']?t(?:(\d{4}-\d\d-\d\d)T)?(\d\d:\d\d:\d\d)", re.IGNORECASE)
"""`t2016-03-02T15:01:04`; until irclog2html 2.9 the clock alone."""
_CELL = re.compile(r"<t([hd])\b([^>]*)>(.*?)(?=</t[hd]>|<t[hd]\b|\Z)", re.IGNORECASE | re.DOTALL)
_CLASS = re.compile(r"class\s*=\s*[\"']?([a-z]+)", re.IGNORECASE)
_TIME = re.compile(r"\d{1,2}:\d\d(?::\d\d)?")
_RENAME = re.compile(r"\W*(\S{1,64}) is now known as (\S{1,64})")
_ACTION = re.compile(r"\s*\* ?(\S{1,64}) ?(.*)", re.DOTALL)
_NOTICE = re.compile(r"\s*-([^\s:-][^\s:]{0,63}?)(?::\S{1,64}?)?- (.*)", re.DOTALL)
_BESIDE = re.compile(
    r"href=[\"']?(?:[^\"'<>\s]{0,200}/)?(?:%23|#)([\w+.%-]{1,64}?)\.\d{4}-\d\d-\d\d\.log\.html", re.IGNORECASE
)
"""The logs of the days before and after, to which the page leads."""
_HEAD = re.compile(
    r"(?:/(\d{4}/\d\d/\d\d)/)?(#[\w#+.-]{1,64}?)"
    r"(?:\.(?:html|txt)\b|,? (?:-|–|—|for [A-Z][a-z]{2,8},)? ?(\d{4}-\d\d-\d\d)|[<\s,])"
)


@dataclass(frozen=True, slots=True)
class IrclogsHtml:
    """What irclog2html makes of a day log (its table styles)."""

    name: str = "irclogs-html"
    title: str = "irclogs.ubuntu.com's HTML (irclog2html)"

    def recognise(self, head: Head) -> float:
        """By the classes of its cells."""
        text = head.text
        if 'class="irclog"' in text:
            return 0.97
        return (
            0.96
            if "<tr" in text and 'class="nick"' in text and ('class="time"' in text or 'class="text"' in text)
            else 0.0
        )

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """Each row, each other line as a head."""
        del head
        stripper = Stripper()
        day: date | None = None
        for line in lines:
            if "<tr" not in line.text:
                texts = stripper.strip(line.text)
                yield Line(line.number, LineKind.HEADER if texts else LineKind.BLANK, " ".join(texts).strip())
                if (beside := _BESIDE.search(line.text)) is not None:
                    yield Channel(unquote(beside[1]))
                if "<title" in line.text or "<h1" in line.text:
                    for fact in _read_head(" ".join(texts) + " "):
                        day = fact.day if isinstance(fact, Day) else day
                        yield fact
                continue
            starts = [row.start() for row in _ROW.finditer(line.text)] or [0]
            for start, end in zip(starts, [*starts[1:], len(line.text)], strict=True):
                yield _read_row(line.number, line.text[start:end], day)


def _read_head(text: str) -> Iterator[Item]:
    for found in _HEAD.finditer(text):
        if found[1] or found[3]:
            yield Channel(found[2])
            if (day := parse_day(found[1] or found[3])) is not None:
                yield Day(day)
            return


def _text(cell: str) -> str:
    return " ".join(Stripper().strip(cell)).rstrip()


def _read_row(number: int, row: str, page_day: date | None) -> Line:
    """One row; its id tells the second where the cell tells only the minute, and the day, else the page does."""
    entry = _read_cells(number, row)
    stamp = _ROW_ID.search(row[:200])
    if stamp is None or entry.time is None:
        return entry
    day, clock = parse_day(stamp[1]) if stamp[1] else page_day, parse_clock(stamp[2])
    if day is None or clock is None:
        return entry
    return replace(entry, day=day, at=datetime.combine(day, clock[0], UTC), exact="second")


def _read_cells(number: int, row: str) -> Line:
    nick = time = None
    body = ""
    kind = ""
    for tag, attributes, content in _CELL.findall(row):
        named = _CLASS.search(attributes)
        name = named[1].lower() if named else ("nick" if tag in "hH" else "text")
        text = _text(content)
        if name == "nick":
            nick = bare_nick(text)
        elif name == "time" or (kind and named is None and _TIME.fullmatch(text.strip())):
            found = _TIME.search(text)
            time = found[0] if found else None
        else:
            body, kind = text, name
    if nick is not None:
        return Line(number, LineKind.MESSAGE, body, nick, time, person=read_bridge(nick, body))
    if kind == "action" and (action := _ACTION.match(body)):
        return Line(number, LineKind.ACTION, action[2], bare_nick(action[1]), time)
    if rename := _RENAME.match(body):
        return Line(number, LineKind.NICK, rename[2], rename[1], time)
    if kind == "other" and (notice := _NOTICE.match(body)):
        return Line(number, LineKind.NOTICE, notice[2], bare_nick(notice[1]), time)
    if kind in ("join", "part", "server", "other", "nickchange", "servermsg"):
        return Line(number, LineKind.EVENT, body, time=time)
    return Line(number, LineKind.UNREAD if body.strip() else LineKind.BLANK, body, time=time)


IRCLOGS_HTML = IrclogsHtml()
