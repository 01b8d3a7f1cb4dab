"""A Matrix room as it is kept between runs: its messages with their edits and redactions, and how far it was read.

Pure but for `load_room` and `save_room`. An edit or redaction reaches back to any earlier message, and a homeserver
tells of it only once: so the room is kept, in the cache folder, and its documents are built from it anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from lptrack.files import own_folder, save_whole

SILENCE: Final = timedelta(hours=1)
LATEST: Final = timedelta(hours=6)
"""A day's document goes on after midnight until nobody spoke for an hour, or until this: meetings do so too."""


OWN: Final = "org.lptrack.post"
"""Marks what `lptrack post` wrote into the room: a report read as a log would count its own bugs as spoken of."""


@dataclass(slots=True)
class Message:
    """One message. ``body`` is None once it was redacted; ``edits`` names the message whose text it replaces."""

    id: str
    at: int  # milliseconds since 1970, as the sender's server says
    sender: str
    kind: str = "m.text"
    body: str | None = None
    edits: str | None = None

    @property
    def moment(self) -> datetime:
        """When it was sent."""
        return datetime.fromtimestamp(self.at / 1000, UTC)


@dataclass(slots=True)
class Room:
    """What is known of a room. ``token``: where the next page begins; None: at the beginning of its history."""

    token: str | None = None
    messages: dict[str, Message] = field(default_factory=dict)
    encrypted: int = 0

    def add(self, event: Any) -> None:
        """One event of the room, in the homeserver's order. What is no event of a room is left out."""
        if not isinstance(event, dict) or not isinstance(content := event.get("content"), dict):
            return
        match event.get("type"):
            case "m.room.message" if OWN not in content:
                message = _read_message(event, content)
                if message is not None and message.id not in self.messages:
                    self.messages[message.id] = message
            case "m.room.redaction":
                # where it stands depends on the room's version; the homeserver has checked who may
                redacted = event.get("redacts", content.get("redacts"))
                if isinstance(redacted, str) and redacted in self.messages:
                    self.messages[redacted].body = None
            case "m.room.encrypted":
                self.encrypted += 1

    def iter_documents(self, since: date | None, last: datetime) -> Iterator[tuple[str, bytes]]:
        """Each day's name and document, of what was sent from the day ``since`` on and until ``last``."""
        newest = self._find_edits()
        day: list[Message] = []
        spoken = [each for each in self.messages.values() if each.edits is None and _is_near(each.at)]
        for message in sorted(spoken, key=lambda each: each.at):
            if (since is not None and message.moment.date() < since) or message.moment > last:
                continue
            if day and not _goes_on(day, message):
                yield str(day[0].moment.date()), render_day(day, newest)
                day = []
            day.append(message)
        if day:
            yield str(day[0].moment.date()), render_day(day, newest)

    def _find_edits(self) -> dict[str, str]:
        """The newest text of each edited message. Only its own sender may edit a message."""
        newest: dict[str, tuple[int, str]] = {}
        for edit in self.messages.values():
            original = self.messages.get(edit.edits or "")
            if edit.body is None or original is None or original.sender != edit.sender:
                continue
            if (edit.at, edit.body) >= newest.get(original.id, (edit.at, "")):
                newest[original.id] = (edit.at, edit.body)
        return {name: text for name, (_, text) in newest.items()}


def _read_message(event: dict[str, Any], content: dict[str, Any]) -> Message | None:
    name, at, sender = event.get("event_id"), event.get("origin_server_ts"), event.get("sender")
    if not isinstance(name, str) or not isinstance(sender, str) or not isinstance(at, int) or isinstance(at, bool):
        return None
    relation = content.get("m.relates_to")
    relation = relation if isinstance(relation, dict) else {}
    edits = relation.get("event_id") if relation.get("rel_type") == "m.replace" else None
    text = content.get("m.new_content") if edits is not None else content
    body = text.get("body") if isinstance(text, dict) else None
    kind = content.get("msgtype")
    return Message(
        name,
        at,
        sender,
        kind if isinstance(kind, str) else "m.text",
        # a message without a body was redacted
        _strip_quotation(body, is_answer="m.in_reply_to" in relation) if isinstance(body, str) else None,
        edits if isinstance(edits, str) else None,
    )


def _strip_quotation(body: str, *, is_answer: bool) -> str:
    """An answer begins with what it answers, for clients that know no answers; that may be redacted one day."""
    lines = body.split("\n")
    while is_answer and lines and lines[0].startswith(">"):
        lines.pop(0)
    return "\n".join(lines).strip()


def _is_near(at: int) -> bool:
    return 0 < at < 10**14  # the clock of a stranger's server: year 5138 is still a date


def _goes_on(day: Sequence[Message], message: Message) -> bool:
    started, at = day[0].moment, message.moment
    midnight = datetime.combine(started.date(), datetime.min.time(), UTC) + timedelta(days=1)
    return at < midnight or (at - day[-1].moment < SILENCE and at - midnight < LATEST)


def render_day(day: Sequence[Message], edited: dict[str, str]) -> bytes:
    """The messages as Element exports a room, each with its newest text; of a redacted one only that it was there."""
    events: list[dict[str, Any]] = []
    for message in day:
        event: dict[str, Any] = {"type": "m.room.message", "event_id": message.id, "origin_server_ts": message.at}
        if message.body is not None:
            content = {"msgtype": message.kind, "body": edited.get(message.id, message.body)}
            event |= {"sender": message.sender, "content": content}
        events.append(event)
    return json.dumps({"exported_by": "lptrack", "messages": events}, ensure_ascii=False, indent=1).encode()


def load_room(path: Path) -> Room:
    """The room as it was kept; an empty one, to be read from its beginning, where none was or the file is damaged."""
    try:
        kept = json.loads(path.read_bytes())
        room = Room(kept["token"], {}, kept["encrypted"])
        for each in kept["messages"]:
            room.messages[each["id"]] = Message(**each)
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return Room()
    return room


def save_room(path: Path, room: Room) -> None:
    """Keep the room, readable by its owner alone: the old file is replaced whole. Raises `OSError`."""
    own_folder(path.parent)
    kept = asdict(room) | {"messages": [asdict(each) for each in room.messages.values()]}
    save_whole(path, [json.dumps(kept)], private=True)
