"""MootBot's logs (Ubuntu, 2007 to 2011): `Started logging meeting in #chan`, then `[16:01:23] <nick> text`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lptrack.logs.formats.irclogs_txt import IRCLOGS_TXT
from lptrack.logs.interface import Channel, Head, Item, RawLine
from lptrack.logs.markup import strip_lines
from lptrack.model import Line, LineKind

_OPENED = re.compile(r"\W*Started logging meeting in (#\S{1,64})")
_UNSPACED = re.compile(r"\s*(\[\d\d:\d\d(?::\d\d)?\])\s*(<|\* |\*\*)")


@dataclass(frozen=True, slots=True)
class MootbotLog:
    """The log that MootBot kept, as text or as the page around it."""

    name: str = "mootbot-log"
    title: str = "MootBot's logs"

    def recognise(self, head: Head) -> float:
        """By its first words."""
        return 0.98 if "Started logging meeting in" in head.text[:4000] else 0.0

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """The lines, without tags where there are any."""
        if re.match(r"\s*<(?:!doctype|html|\?xml|p|pre)\b", head.text, re.IGNORECASE):
            pairs: Iterable[tuple[RawLine, list[str]]] = strip_lines(lines)
        else:
            pairs = ((line, [line.text]) for line in lines)
        for raw, texts in pairs:
            if not texts:
                yield Line(raw.number, LineKind.BLANK, "")
            for text in texts:
                if opened := _OPENED.match(text):
                    yield Line(raw.number, LineKind.HEADER, text)
                    yield Channel(opened[1])
                    continue
                match = _UNSPACED.match(text)
                spaced = f"{match[1]} {match[2]}{text[match.end() :]}" if match else text
                yield from IRCLOGS_TXT.read(RawLine(raw.number, spaced))


MOOTBOT_LOG = MootbotLog()
