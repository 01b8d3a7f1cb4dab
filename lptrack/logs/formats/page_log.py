"""A log within a page: escaped nicks in Markdown, lists and code blocks, PircBot's spans, whole or as fragments.

`20:00:09 &lt;+bert&gt; text`, ` * 20:00 <bert> text`, `<span class="irc-date">[20:01]</span> … &lt;anna&gt; text`,
and `01[15:01]`, where a client's colour code was cut to its digits.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lptrack.logs.interface import Channel, Day, Head, Item, RawLine
from lptrack.logs.linewise import bare_nick, parse_day, read_bridge
from lptrack.logs.markup import Stripper
from lptrack.model import Line, LineKind

_ENTRY = re.compile(
    r"\s{0,12}(?:(?:[*+-]|\d{1,4}\.|>|\|)\s{1,4}){0,3}[`*_]{0,2}(?:\d{1,2}(?:,\d{1,2})?(?=\[))?"
    r"[\[(]?(?P<time>\d{1,2}:\d\d(?::\d\d)?)[\])]?(?:\d{1,2}(?=\s?[<*]))?\s{1,4}"
    r"(?:\d{1,2}(?=[<*]))?(?:<\s?(?P<nick>[^<>\s]{1,64})\s{0,16}>\s?|\*\s(?P<actor>[^\s:*]{1,64})\s)(?P<text>.*)",
    re.DOTALL,
)
_EVENT = re.compile(r"\(?[~\w.@:/-]*\)?\s?(?:has (?:joined|left|quit)\b|Quit\b|is now known as |sets? mode)")
_ESCAPED = re.compile(r"&lt;\s?[^<>&\s]{1,64}\s?&gt;")
_PIRCBOT = 'class="irc-date"'
_CHANNEL = re.compile(r"[\s=]*(#[^\s:,]{1,64}) IRC Log\b", re.IGNORECASE)
_DAY = re.compile(r"IRC Log for (?:\w{3,9},? )?(\d{4}-\d\d-\d\d)", re.IGNORECASE)
LOOKED_AT = 4000
"""Lines of a page in which its log must begin."""


@dataclass(frozen=True, slots=True)
class PageLog:
    """Lines of a log are said by their nick; the page around them is text."""

    name: str = "page-log"
    title: str = "a log within a page (Markdown, HTML, PircBot)"

    def recognise(self, head: Head) -> float:
        """By what a page does to a log: escapes, spans, list items. A log alone is another format's."""
        lines = [line.text for line in head.lines[:LOOKED_AT] if line.text.strip()]
        if _PIRCBOT in head.text:
            return 0.96
        entries = [text for text in lines if (":" in text and _read(text) is not None)]
        if len(entries) < 2:
            return 0.0
        if sum(1 for text in entries if _ESCAPED.search(text)) >= 2:
            return 0.9
        marked = any(text.startswith(("```", "~~~", "# ", "## ", "### ", "<pre", "---", "+++")) for text in lines)
        listed = sum(1 for text in entries if re.match(r"\s*(?:[*+-]|\d{1,4}\.)\s|>|\d{1,2}(?:,\d{1,2})?\[", text))
        if listed >= 2 and listed >= len(entries) // 2:
            return 0.7
        return 0.5 if marked and len(entries) < 0.95 * len(lines) else 0.0

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """Each line on its own."""
        del head
        stripper = Stripper()
        for raw in lines:
            entry = _read(raw.text)
            if entry is not None and "<span" not in raw.text:
                yield _build(raw.number, entry)
                continue
            texts = stripper.strip(raw.text) if "<" in raw.text else [raw.text.strip()]
            for text in texts or [""]:
                yield from _read_stripped(raw.number, text)


PAGE_LOG = PageLog()


def _read(text: str) -> re.Match[str] | None:
    """An entry of a log, as it stands or with its escapes undone."""
    return _ENTRY.match(html.unescape(text) if "&lt;" in text else text)


def _read_stripped(number: int, text: str) -> Iterator[Item]:
    entry = _ENTRY.match(text)
    if entry is not None:
        yield _build(number, entry)
        return
    yield Line(number, LineKind.TEXT if text.strip() else LineKind.BLANK, text.strip())
    if channel := _CHANNEL.match(text):
        yield Channel(channel[1])
    if (day := _DAY.search(text)) is not None and (known := parse_day(day[1])) is not None:
        yield Day(known)


def _build(number: int, entry: re.Match[str]) -> Line:
    text = entry["text"].rstrip("`*_ ") if entry["text"][-1:] in "`*_" else entry["text"]
    if entry["actor"]:
        kind = LineKind.EVENT if _EVENT.match(text) else LineKind.ACTION
        return Line(number, kind, text, bare_nick(entry["actor"]), entry["time"])
    speaker = bare_nick(entry["nick"])
    return Line(number, LineKind.MESSAGE, text, speaker, entry["time"], person=read_bridge(speaker, text))
