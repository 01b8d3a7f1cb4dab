"""One document from its first byte: its head, its format, its day and channel, then its items."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import PurePosixPath
from urllib.parse import unquote

from lptrack.errors import UnreadableLog
from lptrack.logs.calendar import Calendar, find_started, parse_name_day
from lptrack.logs.formats import find_format, recognise
from lptrack.logs.head import HEAD, build_head, is_binary
from lptrack.logs.interface import Head, LogFormat
from lptrack.logs.options import Options
from lptrack.logs.sources import Source

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
        raise UnreadableLog(
            source.name, "is in no format that lptrack knows", hint="--log-format NAME reads it as one"
        )
    return Reading(source, head, known, _open_calendar(head, options), name_channel(source.name), first, rest)


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
