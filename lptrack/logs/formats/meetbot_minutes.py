"""MeetBot's minutes without the log, `.txt` or `.html`: `* LINK: address  (nick, 15:05:22)` tells who and when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC

from lptrack.logs.calendar import parse_iso_moment, parse_name_day
from lptrack.logs.interface import Began, Channel, Day, Head, Item, LogAddress, Named, Present, RawLine, Topic
from lptrack.logs.markup import strip_lines
from lptrack.model import Line, LineKind

_STARTED = re.compile(
    r"Meeting started by (?P<chair>\S{1,64}) at (?:\d{4}-\d\d-\d\d[T ])?(?P<clock>\d\d:\d\d(?::\d\d)?)"
    r" ?(?:UTC|Z\b|[+-]\d\d:?\d\d)"
)
_ADDRESS = re.compile(r"(https?://[^\s\"'<>]{1,300}\.log\.html)")
_BESIDE = re.compile(r"href=[\"']?([^\s\"'<>:]{1,200}\.log\.(?:html|txt))")
"""The log beside the minutes, whose name has the day that the minutes leave out."""
_TITLE = re.compile(r"[=\s]*(#[^\s:]{1,64}?)(?::? |\Z)(?P<rest>.{0,200}?)[=\s]*\Z")
_BULLET = re.compile(r"(\s*)(?:[*-]|\d+\.|[a-z]\.) +(?=\S)")
_SAID = re.compile(r"\s*\(([^\s(),]{1,64}), (\d\d:\d\d(?::\d\d)?)\)\s*\Z")
_KIND = re.compile(r"(?:LINK|ACTION|AGREED|IDEA|INFO|HELP|HALP|ACCEPTED|REJECTED|UNDO|VOTE|Progress|NICK): ")
_PRESENT = re.compile(r"[\s*]*(\S{1,64}) \((\d{1,7})\)\s*\Z")
_HEADING = re.compile(r"[=\s]*((?:Meeting summary|Action items(?:, by person)?|People present|Vote results|Done items)\b.*?)[=\s]*\Z", re.IGNORECASE)  # fmt: skip  # noqa: E501
_RULER = re.compile(r"[-=~]{3,}\s*\Z")
REPEATED = ("action items", "done items", "vote results", "people present")
"""Sections that repeat what the summary has."""


@dataclass(frozen=True, slots=True)
class MeetbotMinutes:
    """The summary that MeetBot publishes beside the log."""

    name: str = "meetbot-minutes"
    title: str = "MeetBot's minutes without the log (.txt, .html)"

    def recognise(self, head: Head) -> float:
        """By the sentence that opens them, where no log follows."""
        if _STARTED.search(_SPACE.sub(" ", head.text[:20_000])) is None:
            return 0.0
        return 0.9 if _SUMMARY.search(head.text) else 0.5

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """Items with speaker and clock where they are told; an item may go on in the next line."""
        yield from _read_head(head)
        if re.search(r"<(?:html|body|h1|title)\b", head.text[:4000], re.IGNORECASE):
            pairs: Iterable[tuple[RawLine, list[str]]] = _marked(lines)
        else:
            pairs = ((line, [line.text]) for line in lines)
        reader = _Reader(has_summary=_SUMMARY.search(head.text) is not None)
        for raw, texts in pairs:
            if not texts:
                yield from reader.flush()
                yield Line(raw.number, LineKind.BLANK, "")
            for text in texts:
                yield from reader.read(raw.number, text)
        yield from reader.flush()


MEETBOT_MINUTES = MeetbotMinutes()
_SPACE = re.compile(r"\s+")
_TOPIC_CLASS = re.compile(r"<(?:b|span)\b[^>]{0,60}class=[\"']topic[\"'][^>]{0,60}>", re.IGNORECASE)
_SUMMARY = re.compile(r"Meeting summary", re.IGNORECASE)
_MARK = "\N{PILCROW SIGN}"


def _marked(lines: Iterable[RawLine]) -> Iterator[tuple[RawLine, list[str]]]:
    """Lines without tags, topics marked: in HTML only their class tells them."""
    return strip_lines(RawLine(line.number, _TOPIC_CLASS.sub(_MARK, line.text)) for line in lines)


def _read_head(head: Head) -> Iterator[Item]:
    if address := _ADDRESS.search(head.text):
        yield LogAddress(address[1])
        if (day := parse_name_day(address[1])) is not None:
            yield Day(day)
    elif (beside := _BESIDE.search(head.text)) and (day := parse_name_day(beside[1])) is not None:
        yield Day(day)
    if started := _STARTED.search(_SPACE.sub(" ", head.text[:20_000])):
        at = parse_iso_moment(started[0], "started")
        yield Began(at=None if at is None else at.astimezone(UTC), clock=started["clock"], chair=started["chair"])


class _Reader:
    """Puts an item's lines together: the nick and clock stand at its end."""

    def __init__(self, *, has_summary: bool) -> None:
        self.repeated = REPEATED if has_summary else ("people present",)
        self.section = ""
        self.pending: list[tuple[int, str]] = []

    def read(self, number: int, text: str) -> Iterator[Item]:
        if heading := _HEADING.match(text):
            yield from self.flush()
            self.section = heading[1].lower()
            yield Topic(None)
            yield Line(number, LineKind.MINUTES, text.strip())
        elif self.section.startswith(self.repeated):
            yield Line(number, LineKind.MINUTES, text.strip())
            if self.section.startswith("people present") and (present := _PRESENT.match(text)):
                yield Present(present[1], int(present[2]))
        elif not text.strip() or _RULER.match(text) or not self.section:
            yield from self.flush()
            yield Line(number, LineKind.MINUTES if text.strip() else LineKind.BLANK, text.strip())
            if not self.section and (title := _TITLE.match(text)):
                yield Channel(title[1])
                if title["rest"].strip():
                    yield Named(title["rest"].strip())
        elif _BULLET.match(text) or not self.pending:
            yield from self.flush()
            self.pending.append((number, text))
            if _SAID.search(text):
                yield from self.flush()
        else:
            self.pending.append((number, text))
            if _SAID.search(text):
                yield from self.flush()

    def flush(self) -> Iterator[Item]:
        if not self.pending:
            return
        pending, self.pending = self.pending, []
        counted = _SAID.search(pending[-1][1])
        first = pending[0][1]
        bullet = _BULLET.match(first)
        start = first[bullet.end() :] if bullet else first.strip()
        is_topic = start.startswith(_MARK) or (bullet is not None and not bullet[1] and not _KIND.match(start))
        speaker, time = (counted[1], counted[2]) if counted else (None, None)
        texts = [text[: counted.start()] if counted and text is pending[-1][1] else text for _number, text in pending]
        if is_topic and counted:
            whole = " ".join(_BULLET.sub("", text, count=1).strip(" " + _MARK) for text in texts).strip()
            yield Topic(whole or None)
        for (number, _text), text in zip(pending, texts, strict=True):
            body = (_BULLET.sub("", text, count=1) if number == pending[0][0] else text).strip(" \t" + _MARK)
            yield Line(number, LineKind.TEXT if body else LineKind.BLANK, body, speaker, time)
