"""hcoop-meetbot's raw log (`.log.json`): the meeting with all its messages, each with its instant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lptrack.logs.interface import Began, Channel, Head, Item, RawLine
from lptrack.logs.jsontext import interleave, items_of, parse_stamp, read_json, text_of
from lptrack.logs.linewise import bare_nick
from lptrack.model import Line, LineKind

_SIGNS = tuple(
    re.compile(rf"\"{name}\"\s*:") for name in ("founder", "channel", "network", "chairs", "nicks", "start_time")
)


@dataclass(frozen=True, slots=True)
class HcoopJson:
    """One meeting, written whole by the bot."""

    name: str = "hcoop-json"
    title: str = "hcoop-meetbot's raw log (JSON)"

    def recognise(self, head: Head) -> float:
        """By the names of a meeting's fields."""
        if not head.text.lstrip().startswith("{"):
            return 0.0
        found = sum(1 for sign in _SIGNS if sign.search(head.text))
        return 0.99 if found == len(_SIGNS) else 0.0

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """The messages; the events beside them repeat what messages said."""
        del head
        document = read_json(lines)
        return interleave(document, _read_meeting(document.value, document.number))


def _read_meeting(meeting: Any, number: Any) -> Iterator[Item]:
    if channel := text_of(meeting, "channel"):
        yield Channel(channel)
    messages = items_of(meeting, "messages")
    first = text_of(messages[0], "payload") if messages else None
    if not (first or "").lstrip().lower().startswith("#startmeeting"):
        started = parse_stamp(text_of(meeting, "start_time"))
        yield Began(at=started[0] if started else None, chair=text_of(meeting, "chair"))
    for message in messages:
        payload = text_of(message, "payload")
        if payload is None:
            continue
        stamp = parse_stamp(text_of(message, "timestamp"))
        yield Line(
            number(payload),
            LineKind.ACTION if message.get("action") is True else LineKind.MESSAGE,
            payload.strip(),
            bare_nick(text_of(message, "sender") or ""),
            time=stamp[1] if stamp else None,
            at=stamp[0] if stamp else None,
            exact="second",
        )


HCOOP_JSON = HcoopJson()
