"""MeetBot's `.log.html`: the log as `<span class="tm">15:04:18</span><span class="nk"> &lt;nick&gt;</span> text`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lptrack.logs.formats.meetbot_log_txt import MEETBOT_LOG_TXT
from lptrack.logs.interface import Channel, Head, Item, RawLine
from lptrack.logs.markup import strip_lines
from lptrack.model import Line, LineKind

_LINE = re.compile(r"class=\"tm\"[^>]*>\s*\d\d:\d\d|<a (?:href=\"#l-\d+\" )?name=\"l-\d+\"")
_TITLE = re.compile(r"(#[^\s<]{1,64}) log\s*\Z")
_STAMP = re.compile(r"\s*(\d\d:\d\d(?::\d\d)?)\s*(?=[<*])")


@dataclass(frozen=True, slots=True)
class MeetbotLogHtml:
    """The bot's own page with each line of the log."""

    name: str = "meetbot-log-html"
    title: str = "MeetBot's .log.html"

    def recognise(self, head: Head) -> float:
        """By the classes that MeetBot gives to clock and nick."""
        hits = len(_LINE.findall(head.text[:100_000]))
        return 0.0 if not hits else 0.98 if hits > 2 or "<title>" in head.text[:2000] else 0.5

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """Each line without its tags."""
        del head
        for raw, texts in strip_lines(lines):
            if not texts:
                yield Line(raw.number, LineKind.BLANK, "")
            for text in texts:
                yield from _read(raw.number, text)


def _read(number: int, text: str) -> Iterator[Item]:
    if stamp := _STAMP.match(text):
        yield from MEETBOT_LOG_TXT.read(RawLine(number, f"{stamp[1]} {text[stamp.end() :]}"))
        return
    yield Line(number, LineKind.HEADER, text.strip())
    if title := _TITLE.match(text.strip()):
        yield Channel(title[1])


MEETBOT_LOG_HTML = MeetbotLogHtml()
