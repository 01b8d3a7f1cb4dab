"""Reading a log: `extract_log` gives all that the database takes in, `stream_found` what `extract` prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from lptrack.logs.collect import Collector, Found, Stretch
from lptrack.logs.decode import decode_lines
from lptrack.logs.extraction import Extraction
from lptrack.logs.options import Options
from lptrack.logs.reading import Reading, open_reading
from lptrack.logs.sources import Source
from lptrack.model import Announcement, Line, Meeting, Reference

AT_MOST_NAMED = 20
"""Numbers that a warning names before it only counts."""


def extract_log(source: Source, options: Options | None = None) -> Extraction:
    """Read one document whole. Raises `UnreadableLog` where it is none that can be read."""
    options = options or Options()
    reading = open_reading(source, options)
    collector = open_collector(reading, options)
    meetings: list[Meeting] = []
    references: list[Reference] = []
    announcements: list[Announcement] = []
    for stretch in read_stretches(reading, collector):
        if stretch.meeting is not None:
            meetings.append(stretch.meeting)
        for one in stretch.found:
            if isinstance(one, Announcement):
                announcements.append(one)
                references.append(one.reference)
            else:
                references.append(one)
    return Extraction(
        source=source.name,
        digest=reading.digest(),
        format=reading.format.name,
        meetings=tuple(meetings),
        references=tuple(references),
        announcements=tuple(announcements),
        lines=collector.lines,
        unread=collector.unread,
        warnings=tuple(build_warnings(collector, meetings)),
    )


def stream_found(
    source: Source, options: Options | None = None, *, unread: Callable[[Line], None] | None = None
) -> Iterator[Found]:
    """The references of one document in the order of its lines, meeting by meeting. Raises `UnreadableLog`.

    ``unread`` gets each line that fits no pattern of its format.
    """
    options = replace(options or Options(), counting=False)
    reading = open_reading(source, options)
    collector = open_collector(reading, options)
    collector.tell_unread = unread
    for stretch in read_stretches(reading, collector):
        yield from stretch.found


def open_collector(reading: Reading, options: Options) -> Collector:
    """What takes the items of this document in."""
    return Collector(reading.source.name, options, reading.calendar, reading.channel, reading.digest)


def read_stretches(reading: Reading, collector: Collector) -> Iterator[Stretch]:
    """The meetings of the document, and what is outside of them, each as it ends."""
    for item in reading.format.parse(decode_lines(reading.chunks()), reading.head):
        collector.feed(item)
        while collector.ready:
            yield collector.ready.popleft()
    collector.finish()
    yield from collector.ready


def build_warnings(collector: Collector, meetings: list[Meeting]) -> Iterator[str]:
    """What the log says about itself that does not fit what was read."""
    if collector.claims and len(meetings) == 1:
        for person in meetings[0].people:
            if person.claimed != person.lines:
                claimed = "does not name it" if person.claimed is None else f"counts {person.claimed}"
                yield f"lines said by {person.nick}: the page {claimed}, lptrack read {person.lines}"
    off = collector.calendar.off
    if off is not None and abs(off) > timedelta(minutes=20):
        hours, side = off.total_seconds() / 3600, "ahead of" if off > timedelta() else "behind"
        yield f"the log's clock is {abs(hours):.3g} h {side} the meeting bot's UTC: use --timezone"
    if unasked := collector.unasked:
        numbers = ", ".join(map(str, unasked[:AT_MOST_NAMED]))
        more = f" and {len(unasked) - AT_MOST_NAMED} more" if len(unasked) > AT_MOST_NAMED else ""
        yield f"announced by a bot, mentioned by nobody: {numbers}{more}"
