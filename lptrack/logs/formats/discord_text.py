"""DiscordChatExporter's plain text: `[02-May-24 03:00 PM] ana` on a line of its own, then what she said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from lptrack.logs.interface import Channel, Head, Item, RawLine
from lptrack.logs.linewise import MONTHS, parse_day
from lptrack.model import Line, LineKind

_HEAD = re.compile(
    r"\[(?P<day>\d{1,2}-[A-Z][a-z]{2}-\d{2,4}|\d{4}-\d\d-\d\d|\d{1,2}[/.]\d{1,2}[/.]\d{4})[ T]"
    r"(?P<time>\d{1,2}:\d\d(?::\d\d)?(?: ?[AP]M)?)\] (?P<nick>[^\s<>*][^<>\t]{0,60}?)(?:#\d{4})?(?: \(pinned\))?\s*\Z"
)
_RULER = re.compile(r"=={20,}\s*\Z")
_FIELD = re.compile(r"(?:Guild|Channel|Topic|After|Before): ?(.*)")
_NO_TEXT = re.compile(r"\{(?:Attachments|Embed|Stickers|Reactions)\}\s*\Z")


@dataclass(frozen=True, slots=True)
class DiscordText:
    """One channel."""

    name: str = "discord-text"
    title: str = "Discord channel (DiscordChatExporter, text)"

    def recognise(self, head: Head) -> float:
        """By the heads of its messages, each on a line of its own."""
        lines = [line.text for line in head.lines[:400] if line.text.strip()]
        heads = sum(1 for text in lines if _HEAD.match(text))
        framed = bool(lines) and _RULER.match(lines[0]) is not None
        if not heads or (heads < 2 and not framed):
            return 0.0
        return 0.97 if framed else 0.6

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """A head, then its lines until the next one."""
        del head
        speaker = clock = day = None
        for number, text in lines:
            if match := _HEAD.match(text):
                speaker, clock, day = match["nick"].strip(), match["time"], _day(match["day"])
                yield Line(number, LineKind.HEADER, text, day=day)
            elif speaker is None:
                yield Line(number, LineKind.HEADER if text.strip() else LineKind.BLANK, text.strip())
                field = _FIELD.match(text)
                if field and text.startswith("Channel:"):
                    yield Channel(re.sub(r"\s+", "-", field[1].rpartition("/")[2].strip().lstrip("#")))
            elif not text.strip() or _NO_TEXT.match(text) or _RULER.match(text):
                yield Line(number, LineKind.BLANK if not text.strip() else LineKind.HEADER, text.strip())
            else:
                yield Line(number, LineKind.MESSAGE, text.strip(), speaker, clock, day=day)


DISCORD_TEXT = DiscordText()


def _day(text: str) -> date | None:
    parts = text.split("-")
    if len(parts) == 3 and parts[1].lower() in MONTHS:
        year = int(parts[2]) + (2000 if len(parts[2]) == 2 else 0)
        try:
            return date(year, MONTHS[parts[1].lower()], int(parts[0]))
        except ValueError:
            return None
    return parse_day(text)
