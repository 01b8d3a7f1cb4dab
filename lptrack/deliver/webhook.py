"""`webhook`: one POST of JSON, as Mattermost, Slack and others take it."""

from __future__ import annotations

from typing import Final

from lptrack.deliver.interface import DeliveryError, DeliveryKind, DeliverySpec, Post, Wire


def send_webhook(spec: DeliverySpec, post: Post, _earlier: str | None, _doubtful: bool, wire: Wire) -> str:
    """Send it. `id` and Idempotency-Key are the same at each attempt: a receiver that heeds them drops a second."""
    payload = {
        "text": post.text,
        "headline": post.headline,
        "team": post.team,
        "meeting": post.meeting,
        "url": spec.values.get("page"),
        "id": post.key,
    }
    headers = {"Idempotency-Key": post.key}
    if wire.secret:
        headers["Authorization"] = f"Bearer {wire.secret}"
    status, _ = wire.exchange("POST", wire.url, payload, headers)
    if not 200 <= status < 300:
        raise DeliveryError(f"webhook of {spec.team}: HTTP {status}")
    return post.key


WEBHOOK: Final = DeliveryKind("webhook", ("url",), send_webhook, ("url-env", "page"))
