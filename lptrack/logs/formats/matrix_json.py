"""A Matrix room as Element exports it in JSON: the room's events as the server has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lptrack.logs.interface import Channel, Head, Item, RawLine
from lptrack.logs.jsontext import Told, interleave, items_of, parse_millis, read_json, text_of
from lptrack.logs.linewise import read_bridge, read_ghost
from lptrack.model import Line, LineKind

_SIGNS = (
    re.compile(r"\"room_name\"\s*:"),
    re.compile(r"\"messages\"\s*:\s*\["),
    re.compile(r"\"(?:exported_by|room_creator)\"\s*:"),
)
_CHUNK = re.compile(r"\"chunk\"\s*:\s*\[")
"""What a homeserver answers to `GET /rooms/ID/messages`."""
_KINDS = {"m.emote": LineKind.ACTION, "m.notice": LineKind.NOTICE}


@dataclass(frozen=True, slots=True)
class MatrixJson:
    """Element's `Export chat` as JSON."""

    name: str = "matrix-json"
    title: str = "Matrix room exported by Element (JSON)"

    def recognise(self, head: Head) -> float:
        """By the names that Element writes around the messages."""
        if not head.text.lstrip().startswith("{"):
            return 0.0
        if all(sign.search(head.text) for sign in _SIGNS):
            return 0.99
        return 0.98 if _CHUNK.search(head.text) and '"origin_server_ts"' in head.text else 0.0

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """Each line of each message; what a reply quotes and an edit repeats is not said again."""
        del head
        document = read_json(lines)
        return interleave(document, _read_room(document.value, document.number))


def _read_room(room: Any, number: Any) -> Iterator[Item]:
    if name := text_of(room, "room_name"):
        yield Channel(name.strip().replace(" ", "-"))
    spoken: dict[str, frozenset[str]] = {}
    # Newest first is how some tools write them; a log goes forwards, and its lines' numbers with it.
    chunk = items_of(room, "chunk")
    backwards = len(chunk) > 1 and _at(chunk[0]) > _at(chunk[-1])
    for event in items_of(room, "messages") or (chunk[::-1] if backwards else chunk):
        yield from _read_event(event, spoken, number)


def _at(event: Any) -> float:
    at = event.get("origin_server_ts")
    return float(at) if isinstance(at, int | float) else 0.0


def _read_event(event: Any, spoken: dict[str, frozenset[str]], number: Any) -> Iterator[Line]:
    name = text_of(event, "sender")
    sender = name and (read_ghost(name) or name)
    stamp = parse_millis(event.get("origin_server_ts"))
    at, clock = stamp if stamp else (None, None)
    body, repeated = text_of(event, "content", "body"), frozenset[str]()
    edited = text_of(event, "content", "m.new_content", "body")
    if edited is not None and text_of(event, "content", "m.relates_to", "rel_type") == "m.replace":
        body = edited
        repeated = spoken.get(text_of(event, "content", "m.relates_to", "event_id") or "", repeated)
    if event.get("type") != "m.room.message" or body is None:
        kind = text_of(event, "type")
        yield Line(number(kind), LineKind.EVENT, kind or "", time=clock, at=at, exact="second")
        return
    texts = _split_body(event, body)
    spoken[text_of(event, "event_id") or ""] = frozenset(texts)
    kind_of = _KINDS.get(text_of(event, "content", "msgtype") or "", LineKind.MESSAGE)
    where = number(body if isinstance(body, Told) else None)
    for text in texts:
        kind_here = LineKind.MINUTES if text in repeated else kind_of
        person = read_bridge(sender, text)
        yield Line(where, kind_here, text, sender, time=clock, at=at, exact="second", person=person)


def _split_body(event: Any, body: str) -> list[str]:
    """The lines of a body; a reply begins with the quoted message, for clients that know no replies."""
    lines = body.split("\n")
    if text_of(event, "content", "m.relates_to", "m.in_reply_to", "event_id") is not None:
        while lines and lines[0].startswith(">"):
            lines.pop(0)
    return [line.strip() for line in lines if line.strip()] or [""]


MATRIX_JSON = MatrixJson()
