"""Mattermost: the bulk export (one JSON object a line) and the posts of a channel as its API gives them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lptrack.logs.interface import Channel, Head, Item, RawLine
from lptrack.logs.jsontext import interleave, items_of, parse_millis, read_json, text_of
from lptrack.model import Line, LineKind

_BULK = re.compile(r"\s*\{\s*\"type\"\s*:\s*\"(?:version|post|direct_post|channel|user|team)\"")
_API = (re.compile(r"\"posts\"\s*:\s*\{"), re.compile(r"\"create_at\"\s*:"), re.compile(r"\"message\"\s*:"))


@dataclass(frozen=True, slots=True)
class MattermostJson:
    """Posts and the replies within them."""

    name: str = "mattermost-json"
    title: str = "Mattermost (bulk export, or posts by API)"

    def recognise(self, head: Head) -> float:
        """By the types of the export's lines, or the names of the API's fields."""
        text = head.text.lstrip()
        if not text.startswith("{"):
            return 0.0
        if _BULK.match(text) and ('"post"' in text or '"version"' in text[:400]):
            return 0.97
        return 0.97 if all(sign.search(head.text) for sign in _API) else 0.0

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """Each line of each post."""
        if _BULK.match(head.text.lstrip()):
            yield from _read_bulk(lines)
            return
        document = read_json(lines)
        yield from interleave(document, _read_api(document.value, document.number))


MATTERMOST_JSON = MattermostJson()


def _read_bulk(lines: Iterable[RawLine]) -> Iterator[Item]:
    channel = None
    for number, text in lines:
        try:
            entry = json.loads(text) if text.strip() else None
        except (ValueError, RecursionError):
            yield Line(number, LineKind.UNREAD, text[:4000])
            continue
        if not isinstance(entry, dict):
            yield Line(number, LineKind.BLANK, "")
            continue
        post = entry.get("post") or entry.get("direct_post")
        if not isinstance(post, dict):
            yield Line(number, LineKind.HEADER, text[:200])
            continue
        named = text_of(post, "channel")
        if named and named != channel:
            channel = named
            yield Channel(named)
        for each in (post, *items_of(post, "replies")):
            yield from _say(number, each, text_of(each, "user"))


def _read_api(value: Any, number: Any) -> Iterator[Item]:
    """Newest first is the API's order; a log goes forwards."""
    posts = value.get("posts") if isinstance(value, dict) else None
    found = [post for post in posts.values() if isinstance(post, dict)] if isinstance(posts, dict) else []
    for post in found:
        message = text_of(post, "message")
        yield from _say(number(message), post, text_of(post, "username") or text_of(post, "user_id"))


def _say(number: int, post: Mapping[str, Any], speaker: str | None) -> Iterator[Line]:
    message = text_of(post, "message")
    if message is None:
        return
    at, clock = parse_millis(post.get("create_at")) or (None, None)
    kind = LineKind.EVENT if (text_of(post, "type") or "").startswith("system_") else LineKind.MESSAGE
    for text in message.split("\n"):
        yield Line(number, kind if text.strip() else LineKind.BLANK, text.strip(), speaker, clock, at, "second")
