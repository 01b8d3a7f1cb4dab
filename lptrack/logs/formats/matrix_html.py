"""A Matrix room as Element exports it in HTML: a tile a message, most of them in one long line of the file."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from lptrack.logs.interface import Channel, Head, Item, RawLine
from lptrack.logs.linewise import MONTHS
from lptrack.logs.markup import Stripper
from lptrack.logs.quotations import strip_quotations
from lptrack.model import Line, LineKind

_TILE = re.compile(r"(?=<li class=\"mx_EventTile\b)|(?=<div class=\"mx_Export_EventWrapper\")")
_NAME = re.compile(r"mx_DisambiguatedProfile_displayName\"[^>]{0,300}>([^<]{1,250})<")
_NAMED = re.compile(r"mx_(?:MEmoteBody|SenderProfile)_sender\"[^>]{0,300}>([^<]{1,250})<")
_STAMP = re.compile(
    r"mx_MessageTimestamp\"[^>]{0,300}\btitle=\"([^\"]{1,80})\"|\btitle=\"([^\"]{1,80})\"[^>]{0,300}mx_MessageTimestamp"
)
_CLOCK = re.compile(r"(\d{1,2}:\d\d(?::\d\d)?)[ \u202f\u00a0]?([AaPp][Mm])?")
_DAY = re.compile(r"([A-Z][a-z]{2})[a-z]* (\d{1,2}),? (\d{4})|(\d{1,2}) ([A-Z][a-z]{2})[a-z]* (\d{4})")
_BODY = re.compile(r"<(?:span|div) class=\"mx_EventTile_body\b[^>]{0,300}>")
_ROOM = re.compile(r"<h2>([^<]{1,250})</h2>")


@dataclass(frozen=True, slots=True)
class MatrixHtml:
    """Element's `Export chat` as HTML (`messages.html`)."""

    name: str = "matrix-html"
    title: str = "Matrix room exported by Element (HTML)"

    def recognise(self, head: Head) -> float:
        """By the classes of Element's tiles."""
        return 0.98 if "mx_EventTile" in head.text or "mx_MatrixChat" in head.text else 0.0

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """Each tile; a tile that continues has the name of the one before it."""
        del head
        stripper = Stripper()
        speaker: str | None = None
        has_room = False
        for raw in lines:
            if not has_room and (room := _ROOM.search(raw.text)):
                has_room = True
                yield Channel(html.unescape(room[1]).strip().replace(" ", "-"))
            if "mx_EventTile" not in raw.text:
                texts = stripper.strip(raw.text)
                yield Line(raw.number, LineKind.HEADER if texts else LineKind.BLANK, " ".join(texts).strip())
                continue
            for tile in _TILE.split(raw.text):
                if "mx_EventTile" not in tile:
                    continue
                for line in _read_tile(raw.number, tile, speaker):
                    if line.kind is not LineKind.EVENT:
                        speaker = line.speaker
                    yield line


def _read_tile(number: int, tile: str, speaker: str | None) -> Iterator[Line]:
    named = _NAME.search(tile) or _NAMED.search(tile)
    who = html.unescape(named[1]).strip() if named else speaker
    stamp = _STAMP.search(tile)
    day, clock = _read_stamp(html.unescape(stamp[1] or stamp[2])) if stamp else (None, None)
    # The tile of a reply holds the message that it answers, as a tile within it: the last body is its own.
    bodies = list(_BODY.finditer(tile))
    kind = LineKind.MESSAGE
    if not bodies or "mx_TextualEvent" in tile:
        texts = Stripper().strip(tile)
        yield Line(number, LineKind.EVENT, " ".join(texts).strip()[:500], time=clock, day=day)
        return
    if "mx_MNoticeBody" in tile:
        kind = LineKind.NOTICE
    elif "mx_MEmoteBody" in tile:
        kind = LineKind.ACTION
    texts = Stripper().strip(strip_quotations(tile[bodies[-1].start() :]))
    entry = Line(number, kind, "", who, clock, day=day)
    for text in texts or [""]:
        yield replace(entry, text=text.strip())


def _read_stamp(title: str) -> tuple[date | None, str | None]:
    """`Thu, May 2 2024 15:00:01`, `Thu, 2 May 2024, 15:00:01`: the exporter's own time."""
    clock, day = _CLOCK.search(title), _DAY.search(title)
    time = None if clock is None else clock[1] + (f" {clock[2].upper()}" if clock[2] else "")
    if day is None:
        return None, time
    month, number, year = (day[1], day[2], day[3]) if day[1] else (day[5], day[4], day[6])
    try:
        return date(int(year), MONTHS.get(month.lower(), 0), int(number)), time
    except ValueError:
        return None, time


MATRIX_HTML = MatrixHtml()
