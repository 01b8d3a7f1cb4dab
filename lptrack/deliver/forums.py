"""Places that know a post by its number and let it be edited: `discourse`, `github` and `matrix`.

Each post carries its key, hidden or as the service's own id, so that one whose answer was lost is found, not doubled.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final
from urllib.parse import quote

from lptrack.deliver.interface import DeliveryError, DeliveryKind, DeliverySpec, Post, Wire

MOST_PAGES: Final = 50


def send_discourse(spec: DeliverySpec, post: Post, earlier: str | None, doubtful: bool, wire: Wire) -> str:
    """A topic of its own (`category`), or a reply in a standing `topic`."""
    root, headers = wire.url.rstrip("/"), {"Api-Key": _secret(spec, wire), "Api-Username": str(spec.values["user"])}
    # Discourse refuses a second topic with one external_id, and finds it by that; replies are searched for.
    topic = str(spec.values["topic"]) if "topic" in spec.values else None
    if earlier is None and doubtful:
        earlier = _find_discourse(spec, post, topic, root, headers, wire)
    raw = f"{post.text}\n\n<!-- lptrack:{post.key} -->\n"
    if earlier is not None:
        _ok(spec, *wire.exchange("PUT", f"{root}/posts/{earlier}.json", {"post": {"raw": raw}}, headers))
        return earlier
    payload: dict[str, Any] = {"raw": raw}
    if topic is not None:
        payload["topic_id"] = int(topic)
    else:
        payload |= {"title": f"{post.team}: {post.what} {post.meeting or ''}".strip(), "external_id": post.key}
        if "category" in spec.values:
            payload["category"] = int(spec.values["category"])
    return _number(spec, _ok(spec, *wire.exchange("POST", f"{root}/posts.json", payload, headers)))


def _find_discourse(
    spec: DeliverySpec, post: Post, topic: str | None, root: str, headers: dict[str, str], wire: Wire
) -> str | None:
    address = f"{root}/t/external_id/{post.key}.json" if topic is None else f"{root}/t/{topic}/last.json"
    status, answer = wire.exchange("GET", f"{address}?include_raw=1", None, headers)
    if status == 404:
        return None
    stream = _ok(spec, status, answer).get("post_stream", {})
    for each in stream.get("posts", []) if isinstance(stream, dict) else []:
        if topic is None or f"lptrack:{post.key}" in str(each.get("raw", "")):
            return _number(spec, each)
    return None


def send_github(spec: DeliverySpec, post: Post, earlier: str | None, doubtful: bool, wire: Wire) -> str:
    """A comment of an issue or pull request, updated in place."""
    api = (wire.url or "https://api.github.com").rstrip("/")
    comments = f"{api}/repos/{quote(str(spec.values['repository']))}/issues"
    headers = {"Authorization": f"Bearer {_secret(spec, wire)}", "Accept": "application/vnd.github+json"}
    body = {"body": f"{post.text}\n\n<!-- lptrack:{post.key} -->\n"}
    place = f"{comments}/{quote(str(spec.values['issue']))}/comments"
    if earlier is None and doubtful:
        earlier = _find_comment(spec, post, place, headers, wire)
    if earlier is not None:
        _ok(spec, *wire.exchange("PATCH", f"{comments}/comments/{earlier}", body, headers))
        return earlier
    return _number(spec, _ok(spec, *wire.exchange("POST", place, body, headers)))


def _find_comment(spec: DeliverySpec, post: Post, place: str, headers: dict[str, str], wire: Wire) -> str | None:
    for page in range(1, MOST_PAGES + 1):
        status, found = wire.exchange("GET", f"{place}?per_page=100&page={page}", None, headers)
        if status != 200 or not isinstance(found, list):
            raise DeliveryError(f"{spec.kind} of {spec.team}: HTTP {status}")
        for each in found:
            if f"<!-- lptrack:{post.key} -->" in str(each.get("body", "")):
                return _number(spec, each)
        if len(found) < 100:
            return None
    raise DeliveryError(f"{spec.kind} of {spec.team}: too many comments to find the earlier post")


def send_matrix(spec: DeliverySpec, post: Post, earlier: str | None, _doubtful: bool, wire: Wire) -> str:
    """A message with an HTML and a plain body. The transaction's id is the key: a homeserver takes it once."""
    room, headers = quote(str(spec.values["room"]), safe=""), {"Authorization": f"Bearer {_secret(spec, wire)}"}
    content: dict[str, Any] = {
        "msgtype": "m.notice",
        "body": post.text,
        "format": "org.matrix.custom.html",
        "formatted_body": post.html,
    }
    transaction = post.key
    if earlier is not None:
        relation = {"rel_type": "m.replace", "event_id": earlier}
        content = content | {"body": f"* {post.text}", "m.new_content": content, "m.relates_to": relation}
        transaction = f"{post.key}-{_digest(post)}"
    address = f"{wire.url.rstrip('/')}/_matrix/client/v3/rooms/{room}/send/m.room.message/{transaction}"
    answer = _ok(spec, *wire.exchange("PUT", address, content, headers))
    event = answer.get("event_id")
    if not isinstance(event, str):
        raise DeliveryError(f"matrix of {spec.team}: the answer names no event")
    return earlier or event


def _digest(post: Post) -> str:
    return hashlib.sha256(post.text.encode()).hexdigest()[:16]


def _secret(spec: DeliverySpec, wire: Wire) -> str:
    if not wire.secret:
        raise DeliveryError(
            f"{spec.kind} of {spec.team}: no token", hint='name the variable that holds it: secret-env = "NAME"'
        )
    return wire.secret


def _ok(spec: DeliverySpec, status: int, answer: Any) -> dict[str, Any]:
    if not 200 <= status < 300 or not isinstance(answer, dict):
        raise DeliveryError(f"{spec.kind} of {spec.team}: HTTP {status}")
    return answer


def _number(spec: DeliverySpec, answer: dict[str, Any]) -> str:
    if not isinstance(answer.get("id"), int):
        raise DeliveryError(f"{spec.kind} of {spec.team}: the answer names no post")
    return str(answer["id"])


DISCOURSE: Final = DeliveryKind(
    "discourse", ("url", "user"), send_discourse, ("category", "topic"), ("category", "topic"), edits=True
)
GITHUB: Final = DeliveryKind("github", ("repository", "issue"), send_github, ("url",), ("issue",), edits=True)
MATRIX: Final = DeliveryKind("matrix", ("url", "room"), send_matrix, edits=True)
