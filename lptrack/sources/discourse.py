"""`discourse`: a topic, or the topics of a category or tag, as Discourse's JSON: `/t/…/ID`, `/c/…`, `/tag/…`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from lptrack.sources.interface import Answer, Item, Mark, Reader, SourceError, SourceKind, SourceSpec

MOST_PAGES: Final = 200
POSTS_A_PAGE: Final = 20
_TOPIC: Final = re.compile(r"/t/(?:[^/]+/)?(\d+)/?\Z")


def find_topics(spec: SourceSpec, reader: Reader) -> Iterator[Item]:
    """The topic, or each topic of the list; its version is the time of its last post and their number."""
    parts = urlsplit(spec.url)
    if _TOPIC.search(parts.path):
        yield Item(spec.url.rstrip("/"))
        return
    root = urlunsplit(parts._replace(path="", query="", fragment=""))
    since = spec.values.get("since")
    for page in range(MOST_PAGES):
        listed = _load(spec, reader, f"{spec.url.rstrip('/')}.json?page={page}").get("topic_list")
        topics = listed.get("topics") if isinstance(listed, dict) else None
        if not isinstance(listed, dict) or not isinstance(topics, list):
            raise SourceError(f"{spec.shown}: the answer is not a list of topics")
        for topic in topics:
            if not isinstance(topic, dict) or not isinstance(topic.get("id"), int):
                raise SourceError(f"{spec.shown}: the answer is not a list of topics")
            last = str(topic.get("last_posted_at") or topic.get("bumped_at") or "")
            if since is None or not last or last[:10] >= since.isoformat():
                version = f"{last} {topic.get('bumped_at')} {topic.get('posts_count')}"
                yield Item(f"{root}/t/{topic['id']}", version=version)
        if not topics or not listed.get("more_topics_url"):
            return


def fetch_topic(spec: SourceSpec, item: Item, mark: Mark | None, reader: Reader) -> Answer | None:
    """The whole topic as one document, its pages put together; half a topic is none."""
    first = reader.get(f"{item.key}.json", mark)
    if first is None or first.content is None:
        return first
    topic = _parse(spec, first.content, item.key)
    stream = topic.get("post_stream")
    if not isinstance(stream, dict) or not isinstance(stream.get("posts"), list):
        raise SourceError(f"{spec.shown}: {item.key} is not a topic")
    wanted = len(stream["stream"]) if isinstance(stream.get("stream"), list) else len(stream["posts"])
    posts, page = list(stream["posts"]), 2
    while len(posts) < wanted and page <= MOST_PAGES:
        more = _load(spec, reader, f"{item.key}.json?page={page}").get("post_stream")
        found = more.get("posts") if isinstance(more, dict) else None
        if not found:
            break
        posts += found
        page += 1
    if len(posts) < wanted:
        raise SourceError(f"{spec.shown}: {item.key} gave {len(posts)} of {wanted} posts")
    stream["posts"] = posts
    return Answer(json.dumps(topic, ensure_ascii=False, indent=1).encode(), first.etag, first.modified)


def _load(spec: SourceSpec, reader: Reader, address: str) -> dict[str, Any]:
    answer = reader.get(address)
    if answer is None or answer.content is None:
        raise SourceError(f"{spec.shown}: {address} is not there")
    return _parse(spec, answer.content, address)


def _parse(spec: SourceSpec, content: bytes, address: str) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{spec.shown}: {address} did not give whole JSON") from error
    if not isinstance(value, dict):
        raise SourceError(f"{spec.shown}: {address} did not give a JSON object")
    return value


DISCOURSE: Final = SourceKind("discourse", ("url",), find_topics, fetch_topic, ("since",))
