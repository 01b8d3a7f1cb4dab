"""WhatsApp's exported chats: `[03.08.21, 12:30:01] Ana Bell: text`, `3/8/21, 12:30 PM - Ana Bell: text`.

A phone writes the date as its owner's country does, names have spaces, and a message goes on until the next head:
https://github.com/nmoya/whatsapp-parser/issues/4, https://github.com/ChatLab/ChatLab/pull/280.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lptrack.logs.interface import Head, Item, RawLine
from lptrack.logs.linewise import parse_day
from lptrack.model import Line, LineKind

_DAY = r"(?P<day>\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d\d))"
_TIME = r"(?P<time>\d{1,2}:\d\d(?::\d\d)?(?: ?[AaPp]\.?[Mm]\.?)?)"
_HEAD = re.compile(
    rf"(?:\[{_DAY},? {_TIME}\] ?|{_DAY.replace('day', 'day2')},? {_TIME.replace('time', 'time2')}(?: -|:) )"
    r"(?:(?P<nick>[^:\[\]<>*]{1,64}?):(?: (?P<text>.*)|(?P<tight>[^/ ].*)|)|(?P<event>.*))\Z",
    re.DOTALL,
)
_SIGN = re.compile(
    rf"\[?{_DAY}(?:, {_TIME}(?:\] ?|(?: -|:) )| {_TIME.replace('time', 'time2')}(?:\] ?|: ))"
    r"[^\s<\[*:][^:\[\]<>*]{0,63}:"
)
_MARKS = str.maketrans(
    {"\u200e": None, "\u200f": None, "\u202a": None, "\u202c": None, "\u202f": " ", "\u00a0": " ", "\ufeff": None}
)
"""What phones put before a name and between a clock and AM or PM."""


@dataclass(frozen=True, slots=True)
class WhatsApp:
    """One chat."""

    name: str = "whatsapp"
    title: str = "WhatsApp's exported chat"

    def recognise(self, head: Head) -> float:
        """By the share of its lines that begin a message; messages of several lines are usual."""
        lines = [line.text.translate(_MARKS) for line in head.lines[:400] if line.text.strip()]
        hits = sum(1 for text in lines if _SIGN.match(text))
        return 0.0 if hits < 2 else 0.6 + 0.3 * hits / len(lines) if hits >= 0.3 * len(lines) else 0.0

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """A head, then its lines until the next one."""
        del head
        last: Line | None = None
        for number, raw in lines:
            text = raw.translate(_MARKS).rstrip()
            match = _HEAD.match(text)
            if match is None:
                yield _go_on(last, number, text)
                continue
            day, clock = match["day"] or match["day2"], match["time"] or match["time2"]
            if match["nick"] is None:  # `Ana added Bo`
                last = None
                yield Line(number, LineKind.EVENT, match["event"], None, clock, day=parse_day(day))
                continue
            words = match["text"] or match["tight"] or ""
            last = Line(number, LineKind.MESSAGE, words, match["nick"].strip(), clock, day=parse_day(day))
            yield last


def _go_on(last: Line | None, number: int, text: str) -> Line:
    """A further line of the message above."""
    if not text.strip():
        return Line(number, LineKind.BLANK, "")
    if last is None:
        return Line(number, LineKind.UNREAD, text)
    return Line(number, LineKind.MESSAGE, text, last.speaker, last.time, day=last.day)


WHATSAPP = WhatsApp()
