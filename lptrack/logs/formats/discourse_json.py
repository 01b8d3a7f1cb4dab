"""A topic of a Discourse forum as its API gives it (`/t/TOPIC.json`): posts with author, instant and HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lptrack.logs.interface import Head, Item, Named, RawLine, Topic
from lptrack.logs.jsontext import interleave, items_of, parse_stamp, read_json, text_of
from lptrack.logs.markup import Stripper
from lptrack.logs.quotations import strip_quotations
from lptrack.model import Line, LineKind

_SIGNS = (re.compile(r"\"post_stream\"\s*:"), re.compile(r"\"cooked\"\s*:"), re.compile(r"\"username\"\s*:"))


@dataclass(frozen=True, slots=True)
class DiscourseJson:
    """The posts of one topic."""

    name: str = "discourse-json"
    title: str = "Discourse topic (JSON)"

    def recognise(self, head: Head) -> float:
        """By the names of a topic's fields."""
        if not head.text.lstrip().startswith("{"):
            return 0.0
        return 0.98 if all(sign.search(head.text) for sign in _SIGNS) else 0.0

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """Each line of each post, said by its author; quotes of other posts are not said again."""
        del head
        document = read_json(lines)
        return interleave(document, _read_topic(document.value, document.number))


def _read_topic(topic: Any, number: Any) -> Iterator[Item]:
    if title := text_of(topic, "title"):
        yield Topic(title)
        yield Named(title)
    for post in items_of(topic, "post_stream", "posts"):
        cooked = text_of(post, "cooked")
        if cooked is None:
            continue
        stamp = parse_stamp(text_of(post, "created_at"))
        at, clock = stamp if stamp else (None, None)
        author = text_of(post, "username")
        stripper = Stripper()
        texts = [text.strip() for line in strip_quotations(cooked).split("\n") for text in stripper.strip(line)]
        for text in texts or [""]:
            yield Line(number(cooked), LineKind.MESSAGE, text, author, time=clock, at=at, exact="second")


DISCOURSE_JSON = DiscourseJson()
