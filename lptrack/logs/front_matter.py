"""What stands before a page's text: front matter (YAML between `---`, TOML between `+++`) with its date and title."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from lptrack.logs.interface import Channel, Day, Head, Item, Named, RawLine
from lptrack.logs.linewise import parse_day

_FIELD: Final = re.compile(
    r"(?P<key>date|day|title|name|meeting|channel)\s*[:=]\s*(?P<quote>[\"']?)(?P<value>.*?)(?P=quote)\s*(?:#.*)?\Z",
    re.IGNORECASE,
)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
MOST: Final = 100
"""Lines in which front matter must end; else the rule above it is only a rule."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a page's front matter tells, and how many lines it takes (0: there is none)."""

    lines: int = 0
    day: date | None = None
    title: str | None = None
    channel: str | None = None

    def items(self) -> tuple[Item, ...]:
        """The same as facts."""
        facts: list[Item] = []
        if self.channel is not None:
            facts.append(Channel(self.channel))
        if self.day is not None:
            facts.append(Day(self.day))
        if self.title is not None:
            facts.append(Named(self.title))
        return tuple(facts)


NO_FRONT_MATTER: Final = FrontMatter()


def read_front_matter(head: Head) -> FrontMatter:
    """The front matter of a document. Never fails: a block without an end, or with no field known here, is text."""
    lines = [line.text.strip() for line in head.lines[:MOST]]
    if not lines or lines[0] not in ("---", "+++"):
        return NO_FRONT_MATTER
    end = next((place for place, text in enumerate(lines[1:], 1) if text == lines[0]), None)
    if end is None or not any(re.match(r"[\w-]+\s*[:=]", text) for text in lines[1:end]):
        return NO_FRONT_MATTER
    found: dict[str, str] = {}
    for text in lines[1:end]:
        if field := _FIELD.match(text):
            found.setdefault(field["key"].lower(), field["value"].strip())
    day = _DAY.match(found.get("date") or found.get("day") or "")
    channel = found.get("channel", "").strip("\"' #")
    return FrontMatter(
        lines=end + 1,
        day=parse_day(day[0]) if day else None,
        title=found.get("meeting") or found.get("title") or found.get("name") or None,
        channel=channel.lower() or None,
    )


def without_front_matter(head: Head, front: FrontMatter) -> Head:
    """The head as a format sees it: the front matter's lines are empty."""
    if not front.lines:
        return head
    lines = tuple(RawLine(line.number, "") if place < front.lines else line for place, line in enumerate(head.lines))
    return replace(head, lines=lines, text="\n".join(line.text for line in lines))
