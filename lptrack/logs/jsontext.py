"""JSON documents whose strings know where they stand: a message in an export is in a line of the file too."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from json.decoder import JSONDecoder, scanstring  # type: ignore[attr-defined]
from json.scanner import py_make_scanner  # type: ignore[attr-defined]
from typing import Any

from lptrack.logs.interface import Item, RawLine
from lptrack.model import Line, LineKind

_STAMP = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?(?:[.,]\d{1,9})?(Z|[+-]\d\d:?\d\d)?\Z")


class Told(str):
    """A string of the document with the offset at which it begins."""

    offset: int = 0


class _Decoder(JSONDecoder):
    """Python's decoder, in Python, its strings remembered with their places."""

    def __init__(self) -> None:
        super().__init__(strict=False)
        self.parse_string = _scan_string
        self.scan_once = py_make_scanner(self)


def _scan_string(text: str, start: int, strict: bool = False) -> tuple[Told, int]:
    value, end = scanstring(text, start, strict)
    located = Told(value)
    located.offset = start
    return located, end


@dataclass(slots=True)
class JsonText:
    """A document as read: its value (None where it is not JSON), its lines, and where they begin."""

    lines: tuple[RawLine, ...]
    value: Any = None
    starts: list[int] = field(default_factory=list)

    def number(self, value: object) -> int:
        """The number of the line in which a string of the document begins; of anything else, the first."""
        if not isinstance(value, Told):
            return self.lines[0].number if self.lines else 1
        return self.lines[max(0, bisect_right(self.starts, value.offset) - 1)].number


def read_json(lines: Iterable[RawLine]) -> JsonText:
    """The whole document; its ``value`` is None where it is broken off, nested beyond reason, or none at all."""
    read = tuple(lines)
    starts, offset = [], 0
    for line in read:
        starts.append(offset)
        offset += len(line.text) + 1
    text = "\n".join(line.text for line in read)
    try:
        value = _Decoder().decode(text)
    except (ValueError, RecursionError):
        value = None
    return JsonText(read, value, starts)


def interleave(document: JsonText, spoken: Iterable[Item]) -> Iterator[Item]:
    """What was said, each line of the file that says nothing beside it as a head, in the order of the file's lines.

    A document that could not be read is all unread: nothing in it is dropped and nothing is made up.
    """
    if document.value is None:
        for line in document.lines:
            yield Line(line.number, LineKind.UNREAD if line.text.strip() else LineKind.BLANK, line.text.strip())
        return
    position = 0
    for item in spoken:
        if isinstance(item, Line):
            while position < len(document.lines) and document.lines[position].number <= item.number:
                line = document.lines[position]
                if line.number < item.number:
                    yield _head(line)
                position += 1
        yield item
    for line in document.lines[position:]:
        yield _head(line)


def _head(line: RawLine) -> Line:
    return Line(line.number, LineKind.HEADER if line.text.strip() else LineKind.BLANK, line.text.strip()[:200])


def items_of(value: object, *path: str) -> Sequence[Mapping[str, Any]]:
    """The objects in the list at this path; none where there is no such list."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def text_of(value: object, *path: str) -> str | None:
    """The string at this path; None where there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) else None


def parse_stamp(text: str | None) -> tuple[datetime, str] | None:
    """An ISO time as an instant in UTC (a time without a zone is UTC's) and its clock as printed."""
    match = _STAMP.match(text or "")
    if match is None:
        return None
    clock = f"{match[4]}:{match[5]}" + (f":{match[6]}" if match[6] else "")
    try:
        at = datetime.fromisoformat(f"{match[1]}-{match[2]}-{match[3]}T{clock}{match[7] or '+00:00'}")
        return at.astimezone(UTC), clock
    except (ValueError, OverflowError):
        return None


def parse_millis(value: object) -> tuple[datetime, str] | None:
    """Milliseconds since 1970 as an instant in UTC and its clock."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        at = datetime.fromtimestamp(int(value) // 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at, f"{at:%H:%M:%S}"
