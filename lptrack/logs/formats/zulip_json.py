"""Zulip: messages as its API gives them (`GET /messages`), or a realm's export (`messages-000001.json`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lptrack.logs.interface import Channel, Head, Item, RawLine, Topic
from lptrack.logs.jsontext import interleave, items_of, parse_millis, read_json, text_of
from lptrack.logs.markup import Stripper
from lptrack.model import Line, LineKind

_SIGNS = (
    re.compile(r"\"(?:messages|zerver_message)\"\s*:\s*\["),
    re.compile(r"\"content\"\s*:"),
    re.compile(r"\"(?:sender_full_name|sender_email|sender_id|date_sent|display_recipient)\"\s*:"),
)


@dataclass(frozen=True, slots=True)
class ZulipJson:
    """A stream's messages; the topic of each is its topic here."""

    name: str = "zulip-json"
    title: str = "Zulip messages (JSON)"

    def recognise(self, head: Head) -> float:
        """By the names of its fields."""
        if not head.text.lstrip().startswith("{"):
            return 0.0
        return 0.97 if all(sign.search(head.text) for sign in _SIGNS) else 0.0

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """Each line of each message."""
        del head
        document = read_json(lines)
        return interleave(document, _read(document.value, document.number))


ZULIP_JSON = ZulipJson()


def _read(value: Any, number: Any) -> Iterator[Item]:
    messages = items_of(value, "messages") or items_of(value, "zerver_message")
    channel = topic = None
    for message in messages:
        stream = text_of(message, "display_recipient") or text_of(message, "stream")
        if stream and stream != channel:
            channel = stream
            yield Channel(re.sub(r"\s+", "-", stream.strip()))
        subject = text_of(message, "subject") or text_of(message, "topic_name")
        if subject and subject != topic:
            topic = subject
            yield Topic(str(subject))
        body = text_of(message, "content")
        if body is None:
            continue
        sent = message.get("timestamp") or message.get("date_sent")
        seconds = sent if isinstance(sent, int | float) and not isinstance(sent, bool) else None
        at, clock = (parse_millis(seconds * 1000) if seconds is not None else None) or (None, None)
        speaker = text_of(message, "sender_full_name") or text_of(message, "sender_email")
        rendered = "<p>" in body or "</" in body
        stripper = Stripper()
        texts = [text for line in body.split("\n") for text in (stripper.strip(line) if rendered else [line])]
        for text in texts or [""]:
            kind = LineKind.MESSAGE if text.strip() else LineKind.BLANK
            yield Line(number(body), kind, text.strip(), speaker, clock, at, "second")
