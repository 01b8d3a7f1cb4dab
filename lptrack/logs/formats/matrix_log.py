"""A Matrix meeting's log as meeting bots write it: `2024-05-02 15:00:01 <@nick:ubuntu.com> text`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lptrack.logs.interface import Head, Item, RawLine
from lptrack.logs.linewise import parse_day
from lptrack.model import Line, LineKind

_LINE = re.compile(
    r"\[?(?P<day>\d{4}-\d\d-\d\d)[ T](?P<time>\d\d:\d\d(?::\d\d)?)(?:Z| UTC)?\]? "
    r"(?:<(?P<nick>@[^<>\s]{1,250}:[^<>\s]{1,250})>|\* (?P<actor>@[^<>\s:]{1,250}:\S{1,250})) ?(?P<text>.*)\Z",
    re.DOTALL,
)

_DATED = re.compile(r"\[?\d{4}-\d\d-\d\d[ T]\d\d:\d\d")


@dataclass(frozen=True, slots=True)
class MatrixLog:
    """One message a line, its sender with the server; a message's further lines stand without a head."""

    name: str = "matrix-log"
    title: str = "Matrix meeting log (Fedora's manner)"

    def recognise(self, head: Head) -> float:
        """The share of the lines with a date that name a Matrix user after it; the others go on what was said."""
        lines = [line.text for line in head.lines[:400] if _DATED.match(line.text)]
        return 0.98 * sum(1 for text in lines if _LINE.match(text)) / len(lines) if lines else 0.0

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """Each line; one without a head goes on what the last one said."""
        del head
        last: Line | None = None
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
            kind = LineKind.MESSAGE if match["nick"] else LineKind.ACTION
            # `@` is part of a Matrix name, not a rank on a channel.
            speaker = match["nick"] or match["actor"]
            last = Line(number, kind, match["text"].strip(), speaker, match["time"], day=parse_day(match["day"]))
            yield last


MATRIX_LOG = MatrixLog()
