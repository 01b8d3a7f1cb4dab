"""One document from its first byte: its head, its format, its day and channel, then its items."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from itertools import chain
from urllib.parse import unquote

from lptrack.errors import UnreadableLog
from lptrack.logs.calendar import (
    Calendar,
    find_heading_day,
    find_printed_zone,
    find_started,
    parse_name_day,
    parse_name_year,
)
from lptrack.logs.channels import channel_of_name
from lptrack.logs.day_first import find_date_order
from lptrack.logs.decode import with_one_line_end
from lptrack.logs.formats import find_format, recognise
from lptrack.logs.front_matter import NO_FRONT_MATTER, FrontMatter, read_front_matter, without_front_matter
from lptrack.logs.head import HEAD, build_head, is_binary
from lptrack.logs.interface import Head, LogFormat
from lptrack.logs.no_log import say_what_it_is
from lptrack.logs.options import Options
from lptrack.logs.sources import Source


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
    front: FrontMatter = NO_FRONT_MATTER
    alone: bool = True  # nothing but its own bytes and the options decided how it is read
    hashing: bool = True  # costs a fifth of a long log's time
    hashed: hashlib._Hash = field(default_factory=hashlib.sha256)

    def chunks(self) -> Iterator[bytes]:
        """All the bytes, once."""
        yield from with_one_line_end(self._read())

    def _read(self) -> Iterator[bytes]:
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
    whole_head = build_head(source.name, b"".join(first), whole=size < HEAD)
    front = read_front_matter(whole_head)
    head = without_front_matter(whole_head, front)
    if options.log_format is not None:
        known: LogFormat | None = find_format(options.log_format)
    else:
        if is_binary(first[0]):
            raise UnreadableLog(source.name, "is a binary file, not a log")
        if (what := say_what_it_is(head.text)) is not None:
            raise UnreadableLog(source.name, what)
        known = recognise(head)
    if known is None:
        raise UnreadableLog(
            source.name, "is not in a format that lptrack knows", hint="--log-format NAME reads it as one"
        )
    if options.date is not None:
        calendar, alone = Calendar(options.zone, options.date, fixed=True), True
    else:
        calendar, alone = _open_calendar(source, head, options)
    return Reading(source, head, known, calendar, channel_of_name(source.name), first, rest, front, alone)


def _open_calendar(source: Source, head: Head, options: Options) -> tuple[Calendar, bool]:
    """The calendar as the log opens it, and whether the log alone tells it."""
    name = unquote(head.name)
    zone = options.zone if options.zone is not UTC else find_printed_zone(head.lines) or UTC
    day = parse_name_day(name) or find_heading_day(head.lines)
    started = find_started(line.text for line in head.lines)
    if started is not None and (day is None or abs((started.date() - day).days) > 1):
        day = started.astimezone(zone).date()
    order = find_date_order(source, head, day, options.day_first)
    year = options.year or parse_name_year(name)
    return Calendar(zone, day, year=year, swaps=order.day_first, doubt=order.doubt), order.alone
