"""A Matrix room as Element exports it in plain text: `5/2/2024, 3:00:01 PM - Jane: text`.

Date, clock and zone are the exporting browser's (`toLocaleString`): the order of day and month is told by AM and PM
(month first), by points (day first), else by the numbers themselves; the zone is the user's to tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from lptrack.logs.interface import Head, Item, RawLine
from lptrack.model import Line, LineKind

_LINE = re.compile(
    r"(?P<a>\d{1,4})(?P<by>[./-]) ?(?P<b>\d{1,2})[./-] ?(?P<c>\d{1,4})\.?,? "
    r"(?P<time>\d{1,2}[:.]\d\d[:.]\d\d)(?:[ \u202f\u00a0](?P<half>[AaPp]\.?[ \u00a0]?[Mm]\.?))? - (?P<text>.*)\Z",
    re.DOTALL,
)
_SAID = re.compile(r"(?P<nick>[^:]{1,100}?|@[^:\s]{1,250}:[^:\s]{1,250}): (?P<text>.*)\Z", re.DOTALL)
_REPLY = re.compile(r"<[^<>\"]{1,250}(?: \"[^\n]{0,36}\")?> (?=\S)")


@dataclass(frozen=True, slots=True)
class MatrixText:
    """Element's `Export chat` as plain text."""

    name: str = "matrix-text"
    title: str = "Matrix room exported by Element (plain text)"

    def recognise(self, head: Head) -> float:
        """The share of lines that begin with a date and a clock with seconds and go on after a dash."""
        lines = [line.text for line in head.lines[:400] if line.text.strip()]
        hits = sum(1 for text in lines if _LINE.match(text))
        # Messages of many lines are common; the first line of a document always has its date.
        return max(0.9 * hits / len(lines), 0.6 if _LINE.match(lines[0]) else 0.0) if lines else 0.0

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """Each line; one without a date goes on what the last one said."""
        month_first = _is_month_first(line.text for line in head.lines)
        last: Line | None = None
        known: set[str] = set()
        for number, text in lines:
            match = _LINE.match(text)
            if match is None:
                if not text.strip():
                    yield Line(number, LineKind.BLANK, "")
                elif last is None:
                    yield Line(number, LineKind.UNREAD, text.strip())
                else:
                    yield Line(number, last.kind, text.strip(), last.speaker, last.time, day=last.day)
                continue
            last = _read(number, match, month_first, known)
            if last.kind is LineKind.MESSAGE and last.speaker:
                known.add(last.speaker)
            yield last


def _is_month_first(texts: Iterable[str]) -> bool:
    """Whether `5/2/2024` is in May: a 13th or later decides, else Americans write AM and PM, and with slashes."""
    guess = False
    for text in texts:
        match = _LINE.match(text)
        if match is None or len(match["a"]) == 4:
            continue
        if int(match["a"]) > 12:
            return False
        if int(match["b"]) > 12:
            return True
        guess = match["half"] is not None and match["by"] == "/"
    return guess


def _read(number: int, match: re.Match[str], month_first: bool, known: set[str]) -> Line:
    a, b, c = int(match["a"]), int(match["b"]), int(match["c"])
    year, month, day = (a, b, c) if len(match["a"]) == 4 else ((c, a, b) if month_first else (c, b, a))
    try:
        read: date | None = date(year, month, day)
    except ValueError:
        read = None
    half = match["half"]
    clock = match["time"].replace(".", ":") + (f" {half[0].upper()}M" if half else "")
    text = match["text"]
    if text.startswith("* "):
        # Names may have blanks; one that has spoken before is known, of several the longest.
        words = text[2:].split(" ", 9)
        prefixes = [" ".join(words[:count]) for count in range(min(9, len(words)), 0, -1)]
        named = next((prefix for prefix in prefixes if prefix in known), words[0])
        return Line(number, LineKind.ACTION, text[3 + len(named) :].strip(), named or None, clock, day=read)
    message = _SAID.match(text)
    if message is None:
        return Line(number, LineKind.EVENT, text.strip(), time=clock, day=read)
    body = message["text"]
    if reply := _REPLY.match(body):  # the beginning of what is answered, in words that somebody else said
        body = body[reply.end() :]
    return Line(number, LineKind.MESSAGE, body.strip(), message["nick"].strip(), clock, day=read)


MATRIX_TEXT = MatrixText()
