"""Slack's export: a JSON array of messages a channel and day (`CHANNEL/2024-03-05.json`), links as `<url|label>`."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lptrack.logs.interface import Channel, Head, Item, RawLine
from lptrack.logs.jsontext import interleave, items_of, parse_millis, read_json, text_of
from lptrack.model import Line, LineKind

_SIGNS = (re.compile(r"\"ts\"\s*:\s*\"\d{9,10}\.\d{6}\""), re.compile(r"\"text\"\s*:"))
_LINK = re.compile(r"<(https?://[^|<>\s]{1,2000})(?:\|([^<>]{0,500}))?>")
_CHANNEL = re.compile(r"<#[A-Z0-9]{1,20}\|([^<>]{1,80})>")
_PERSON = re.compile(r"<@([A-Z0-9]{1,20})(?:\|([^<>]{1,80}))?>")
_FOLDER = re.compile(r"([^/\\]{1,80})[/\\]\d{4}-\d\d-\d\d\.json(?:\.gz)?\Z")


@dataclass(frozen=True, slots=True)
class SlackJson:
    """A channel's day, or `conversations.history` of the API."""

    name: str = "slack-json"
    title: str = "Slack export (JSON)"

    def recognise(self, head: Head) -> float:
        """By Slack's time stamps, which are strings with six decimals."""
        if head.text.lstrip()[:1] not in ("[", "{"):
            return 0.0
        return 0.97 if all(sign.search(head.text) for sign in _SIGNS) else 0.0

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """Each line of each message."""
        document = read_json(lines)
        return interleave(document, _read(document.value, document.number, head.name))


SLACK_JSON = SlackJson()


def _read(value: Any, number: Any, name: str) -> Iterator[Item]:
    if folder := _FOLDER.search(name):
        yield Channel(folder[1])
    messages = items_of({"messages": value}, "messages") if isinstance(value, list) else items_of(value, "messages")
    names: dict[str, str] = {}
    for message in messages:
        speaker = _speaker(message, names)
        body = text_of(message, "text")
        if body is None:
            continue
        at, clock = _stamp(text_of(message, "ts") or "") or (None, None)
        system = text_of(message, "subtype") in ("channel_join", "channel_leave", "channel_topic", "channel_purpose")
        kind = LineKind.EVENT if system else LineKind.MESSAGE
        for text in _plain(body, names).split("\n"):
            kind_here = kind if text.strip() else LineKind.BLANK
            yield Line(number(body), kind_here, text.strip(), speaker, clock, at, "second")


def _stamp(text: str) -> tuple[datetime, str] | None:
    return parse_millis(int(float(text) * 1000)) if re.fullmatch(r"\d{1,12}\.\d{1,9}", text) else None


def _speaker(message: Mapping[str, Any], names: dict[str, str]) -> str | None:
    """The name that people see; the identity where the export has no name beside it."""
    identity = text_of(message, "user") or text_of(message, "bot_id") or ""
    shown = (
        text_of(message, "user_profile", "display_name")
        or text_of(message, "user_profile", "name")
        or text_of(message, "user_profile", "real_name")
        or text_of(message, "username")
    )
    if shown:
        names[identity] = str(shown)
    return names.get(identity) or identity or None


def _plain(body: str, names: Mapping[str, str]) -> str:
    """The text as it is shown: a link by its label with its address behind it, people and channels by their names."""

    def link(match: re.Match[str]) -> str:
        address, label = match[1], match[2]
        return f"[{label}]({address})" if label and label != address else address

    text = _CHANNEL.sub(r"#\1", _LINK.sub(link, body))
    text = _PERSON.sub(lambda match: f"@{match[2] or names.get(match[1], match[1])}", text)
    return html.unescape(text)
