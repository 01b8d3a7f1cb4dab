"""The minutes page rendered as HTML, by a static site generator or by MoinMoin itself, damage included."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lptrack.logs.formats.moin_minutes import read_page
from lptrack.logs.interface import Day, Head, Item, RawLine
from lptrack.logs.linewise import parse_day
from lptrack.logs.markup import strip_lines

_HEADING = re.compile(r"<h[1-6][^<>]{0,200}>(?:<[^<>]{0,200}>){0,8}+\s{0,80}+(?:Meeting information|Meeting summary|Full Log)", re.IGNORECASE)  # fmt: skip  # noqa: E501
_PUBLISHED = re.compile(r"article:published_time\"? content=\"(\d{4}-\d\d-\d\d)")


@dataclass(frozen=True, slots=True)
class MoinHtml:
    """The same page after a renderer went over it."""

    name: str = "moin-html"
    title: str = "minutes page with full log, as HTML"

    def recognise(self, head: Head) -> float:
        """By MeetBot's headings in HTML's clothes."""
        marks = len({match[0].lower()[-8:] for match in _HEADING.finditer(head.text)})
        return (0.0, 0.6, 0.95, 1.0)[min(marks, 3)]

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """The page's lines without their tags."""
        if (match := _PUBLISHED.search(head.text)) and (day := parse_day(match[1])) is not None:
            yield Day(day)
        yield from read_page(strip_lines(lines))


MOIN_HTML = MoinHtml()
