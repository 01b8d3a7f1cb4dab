"""Any other text: notes, mails, minutes without a log; who said it and when is not known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lptrack.logs.interface import Head, Item, RawLine
from lptrack.logs.markup import strip_lines
from lptrack.model import Line, LineKind

_NO_PROSE = re.compile(
    r"\s*(?:[{\[]|<\?|<!doctype|<html|#!|%PDF|import |from \S+ import |SQLite format)", re.IGNORECASE
)
_TOLD = re.compile(
    r"^(?:#{1,6} |=+ .* =+\s*$|\s*[-*•] \S|\s*\d+\. )|\d{4}-\d\d-\d\d|\d{1,2}:\d\d|#\d|\b(?:bugs?|lp)\b|launchpad", re.IGNORECASE | re.MULTILINE  # noqa: E501
)  # fmt: skip

_PAGE = re.compile(r"\s*<(?:!doctype html|html)\b", re.IGNORECASE)
_BUG_TOLD = re.compile(
    r"(?:\bbugs?\b|\blp:?)[\s:#]{1,4}[0-9]{4}|launchpad\.net/\S{0,160}\bbugs?/[0-9]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class PlainText:
    """Prose; every line is text."""

    name: str = "plain-text"
    title: str = "notes and other text"

    def recognise(self, head: Head) -> float:
        """A last resort: text with a heading, a list, a date or a bug in it; a web page with a bug."""
        if _PAGE.match(head.text):
            return 0.06 if _BUG_TOLD.search(head.text) else 0.0
        if _NO_PROSE.match(head.text) or not head.text.strip():
            return 0.0
        return 0.06 if _TOLD.search(head.text) else 0.0

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """Each line as text."""
        if _PAGE.match(head.text):
            for raw, texts in strip_lines(lines):
                for text in texts or [""]:
                    yield Line(raw.number, LineKind.TEXT if text.strip() else LineKind.BLANK, text.strip())
            return
        for number, text in lines:
            yield Line(number, LineKind.TEXT if text.strip() else LineKind.BLANK, text.strip())


PLAIN_TEXT = PlainText()
