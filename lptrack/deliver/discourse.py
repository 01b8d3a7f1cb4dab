"""`discourse`: a topic for each meeting, or a reply in a standing topic, edited in place.

Discourse refuses a second topic with one `external_id`, and finds it by that; a reply carries its key in a comment.
"""

from __future__ import annotations

from typing import Any, Final

from lptrack.deliver.answers import check_answer, need_secret, read_number
from lptrack.deliver.interface import DeliveryKind, DeliverySpec, Post, Wire


def send_discourse(spec: DeliverySpec, post: Post, earlier: str | None, doubtful: bool, wire: Wire) -> str:
    """A topic of its own (`category`), or a reply in a standing `topic`."""
    root, headers = (
        wire.url.rstrip("/"),
        {"Api-Key": need_secret(spec, wire), "Api-Username": str(spec.values["user"])},
    )
    topic = str(spec.values["topic"]) if "topic" in spec.values else None
    if earlier is None and doubtful:
        earlier = _find_discourse(spec, post, topic, root, headers, wire)
    raw = f"{post.text}\n\n<!-- lptrack:{post.key} -->\n"
    if earlier is not None:
        check_answer(spec, *wire.exchange("PUT", f"{root}/posts/{earlier}.json", {"post": {"raw": raw}}, headers))
        return earlier
    payload: dict[str, Any] = {"raw": raw}
    if topic is not None:
        payload["topic_id"] = int(topic)
    else:
        payload |= {"title": f"{post.team}: {post.what} {post.meeting or ''}".strip(), "external_id": post.key}
        if "category" in spec.values:
            payload["category"] = int(spec.values["category"])
    return read_number(spec, check_answer(spec, *wire.exchange("POST", f"{root}/posts.json", payload, headers)))


def _find_discourse(
    spec: DeliverySpec, post: Post, topic: str | None, root: str, headers: dict[str, str], wire: Wire
) -> str | None:
    address = f"{root}/t/external_id/{post.key}.json" if topic is None else f"{root}/t/{topic}/last.json"
    status, answer = wire.exchange("GET", f"{address}?include_raw=1", None, headers)
    if status == 404:
        return None
    stream = check_answer(spec, status, answer).get("post_stream", {})
    for each in stream.get("posts", []) if isinstance(stream, dict) else []:
        if topic is None or f"lptrack:{post.key}" in str(each.get("raw", "")):
            return read_number(spec, each)
    return None


DISCOURSE: Final = DeliveryKind(
    "discourse", ("url", "user"), send_discourse, ("category", "topic"), ("category", "topic"), edits=True
)
