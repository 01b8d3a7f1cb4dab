"""One document from its first byte: its head, its format, its day and channel, then its items."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote

from lptrack.errors import UnreadableLog
from lptrack.logs.calendar import Calendar, find_started, parse_name_day
from lptrack.logs.decode import decode_lines
from lptrack.logs.formats import find_format, load_formats, recognise
from lptrack.logs.interface import Head, LogFormat, RawLine
from lptrack.logs.options import Options
from lptrack.logs.sources import Source

HEAD: Final = 1 << 18
_DATE_ON = re.compile(r"[-_. ]?(?<!\d)(?:19|20)\d\d[-_.]?\d\d[-_.]?\d\d(?!\d).*", re.DOTALL)
_SUFFIXES = re.compile(
    r"(?:\.(?:gz|txt|log|html?|moin|md|markdown|rst|mbox|mail|eml|jsonl?|weechatlog|\d{1,3}))+\Z", re.IGNORECASE
)


@dataclass(slots=True)
class Reading:
    """A document that is being read. ``digest`` is of what has been read so far."""

    source: Source
    head: Head
    format: LogFormat
    calendar: Calendar
    channel: str
    first: list[bytes]
    rest: Iterator[bytes]
    hashing: bool = True  # costs a fifth of a long log's time
    hashed: hashlib._Hash = field(default_factory=hashlib.sha256)

    def chunks(self) -> Iterator[bytes]:
        """All the bytes, once."""
        for chunk in chain(self.first, self.rest):
            if self.hashing:
                self.hashed.update(chunk)
            yield chunk

    def digest(self) -> str:
        """SHA-256 of the bytes; whole once they are read."""
        return self.hashed.hexdigest()


def open_reading(source: Source, options: Options) -> Reading:
    """Read the head and decide what it is. Raises `UnreadableLog` for what is no log."""
    rest = source.chunks()
    first: list[bytes] = []
    size = 0
    for chunk in rest:
        first.append(chunk)
        size += len(chunk)
        if size >= HEAD:
            break
    if size == 0 or not b"".join(first).strip(b"\0 \t\r\n"):
        raise UnreadableLog(source.name, "is empty")
    head = build_head(source.name, b"".join(first), whole=size < HEAD)
    if options.log_format is not None:
        known: LogFormat | None = find_format(options.log_format)
    else:
        if is_binary(first[0]):
            raise UnreadableLog(source.name, "is a binary file, not a log")
        known = recognise(head)
    if known is None:
        names = ", ".join(one.name for one in load_formats())
        raise UnreadableLog(source.name, "is in no format that lptrack knows", hint=f"--log-format takes {names}")
    return Reading(source, head, known, _open_calendar(head, options), name_channel(source.name), first, rest)


def build_head(name: str, data: bytes, *, whole: bool) -> Head:
    """The head as text and lines; the last line is left out where it may be cut."""
    cut = data if whole else data[: data.rfind(b"\n") + 1] or data
    lines: tuple[RawLine, ...] = tuple(decode_lines([cut]))
    return Head(name, "\n".join(line.text for line in lines), lines, whole)


_BINARY: Final = frozenset(range(32)) - frozenset(b"\t\n\r\x0c\x00\x02\x03\x04\x0f\x11\x16\x1b\x1d\x1e\x1f\x01")
_MAGIC: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"PK\x03\x04", b"\x7fELF", b"SQLite format 3", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"RIFF", b"OggS", b"ID3")  # fmt: skip


def is_binary(data: bytes) -> bool:
    """Whether bytes are no text: a known magic, or more than a little of what no text holds."""
    if data.startswith(_MAGIC):
        return True
    sample = data[:65536]
    odd = sum(count for byte in _BINARY if (count := sample.count(byte)))
    nulls = sample.count(0)
    if nulls > len(sample) // 10 or (odd and odd > len(sample) // 200):
        return True
    high = len(sample) - len(sample.translate(None, bytes(range(128, 256))))
    return high > len(sample) // 2 and len(sample.decode("utf-8", "ignore").encode()) < len(sample) * 0.8


def _open_calendar(head: Head, options: Options) -> Calendar:
    if options.date is not None:
        return Calendar(options.zone, options.date, fixed=True)
    day = parse_name_day(unquote(head.name))
    started = find_started(line.text for line in head.lines)
    if started is not None and (day is None or abs((started.date() - day).days) > 1):
        day = started.astimezone(options.zone).date()
    return Calendar(options.zone, day, year=options.year)


def name_channel(name: str) -> str:
    """The channel that a path tells: what follows a `#`, else the file's stem without suffixes and date."""
    path = PurePosixPath(unquote(name))
    for part in (path.name, path.parent.name):
        if "#" in part:
            found = _stem(part[part.index("#") :]).lstrip("#")
            if found:
                return found
    return _stem(path.name) or _SUFFIXES.sub("", path.name).lower() or "log"


def _stem(name: str) -> str:
    stem = _SUFFIXES.sub("", name)
    short = _DATE_ON.sub("", stem)
    return (short.strip("-_. ") or stem).lower() if name != "-" else "stdin"
