"""`matrix`: a notice with an HTML and a plain body, edited in place."""

from __future__ import annotations

import hashlib
import html
from typing import Any, Final
from urllib.parse import quote

from lptrack.deliver.answers import check_answer, need_secret
from lptrack.deliver.interface import DeliveryError, DeliveryKind, DeliverySpec, Post, Wire

OWN: Final = "org.lptrack.post"
"""By which the source of the same name knows what lptrack wrote itself."""
LARGEST: Final = 10_000
"""Bytes of a body: an event may have 65,536, and an edit has each of its two bodies twice."""


def send_matrix(spec: DeliverySpec, post: Post, earlier: str | None, doubtful: bool, wire: Wire) -> str:
    """Send it. The transaction's id is the key, and a homeserver takes one only once.

    So a post that may be there already is sent again, which names it, and is then edited: it may have been written
    before the report changed.
    """
    content = build_content(post)
    event = earlier or _put(spec, wire, post.key, content)
    if earlier is not None or doubtful:
        relation = {"rel_type": "m.replace", "event_id": event}
        edit = content | {"body": f"* {content['body']}", "m.new_content": content, "m.relates_to": relation}
        digest = hashlib.sha256(f"{content['body']}".encode()).hexdigest()[:16]
        _put(spec, wire, f"{post.key}-{digest}", edit)
    return event


def build_content(post: Post) -> dict[str, Any]:
    """The message: what a client shows, and what it shows where it shows no HTML."""
    plain, formatted = post.plain, post.html
    if len(plain.encode()) > LARGEST or len(formatted.encode()) > LARGEST:
        plain = plain.encode()[: LARGEST // 2].decode("utf-8", "ignore").rpartition("\n")[0] + "\n[…]\n"
        formatted = f"<p><strong>{html.escape(post.headline)}</strong></p>\n<pre>{html.escape(plain)}</pre>\n"
    content = {"msgtype": "m.notice", "body": plain, "format": "org.matrix.custom.html", "formatted_body": formatted}
    return content | {OWN: post.key, "m.mentions": {}}  # without that, a title's `@room` would call everybody


def _put(spec: DeliverySpec, wire: Wire, transaction: str, content: dict[str, Any]) -> str:
    headers = {"Authorization": f"Bearer {need_secret(spec, wire)}"}
    place = f"{wire.url.rstrip('/')}/_matrix/client/v3/rooms/{quote(str(spec.values['room']), safe='')}"
    address = f"{place}/send/m.room.message/{transaction}"
    event = check_answer(spec, *wire.exchange("PUT", address, content, headers)).get("event_id")
    if not isinstance(event, str):
        raise DeliveryError(f"matrix of {spec.team}: the answer names no event")
    return event


MATRIX: Final = DeliveryKind("matrix", ("url", "room"), send_matrix, edits=True)
