"""Telegram Desktop's export of a chat (`result.json`): messages whose text is a string or a list of pieces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lptrack.logs.interface import Channel, Head, Item, RawLine
from lptrack.logs.jsontext import interleave, items_of, parse_millis, parse_stamp, read_json, text_of
from lptrack.model import Line, LineKind

_SIGNS = (re.compile(r"\"messages\"\s*:\s*\["), re.compile(r"\"date\"\s*:\s*\"\d{4}-\d\d-\d\dT"), re.compile(r"\"(?:from_id|from|date_unixtime|actor)\"\s*:"))  # fmt: skip  # noqa: E501


@dataclass(frozen=True, slots=True)
class TelegramJson:
    """One chat."""

    name: str = "telegram-json"
    title: str = "Telegram export (JSON)"

    def recognise(self, head: Head) -> float:
        """By the names of its fields."""
        if not head.text.lstrip().startswith("{") or '"ts"' in head.text[:4000]:
            return 0.0
        return 0.96 if all(sign.search(head.text) for sign in _SIGNS) else 0.0

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """Each line of each message."""
        del head
        document = read_json(lines)
        return interleave(document, _read(document.value, document.number))


TELEGRAM_JSON = TelegramJson()


def _read(chat: Any, number: Any) -> Iterator[Item]:
    if name := text_of(chat, "name"):
        yield Channel(re.sub(r"\s+", "-", name.strip()))
    for message in items_of(chat, "messages"):
        seconds = text_of(message, "date_unixtime") or ""
        stamp = parse_millis(int(seconds) * 1000) if re.fullmatch(r"\d{1,12}", seconds) else None
        at, clock = stamp or parse_stamp(text_of(message, "date")) or (None, None)
        first, body = _text(message.get("text"))
        kind = LineKind.MESSAGE if message.get("type") == "message" else LineKind.EVENT
        speaker = text_of(message, "from") or text_of(message, "actor")
        where = number(first if first is not None else text_of(message, "date"))
        for text in body.split("\n"):
            yield Line(where, kind if text.strip() else LineKind.BLANK, text.strip(), speaker, clock, at, "second")


def _text(value: Any) -> tuple[str | None, str]:
    """The first string (which knows its line) and the whole text; a link's address stands behind its label."""
    if isinstance(value, str):
        return value, str(value)
    first, parts = None, []
    for piece in value if isinstance(value, list) else []:
        text = piece if isinstance(piece, str) else text_of(piece, "text")
        if text is None:
            continue
        first = text if first is None else first
        address = text_of(piece, "href")
        parts.append(f"[{text}]({address})" if address and address != text else str(text))
    return first, "".join(parts)
