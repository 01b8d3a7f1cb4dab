"""Reading a log: `extract_log` gives all that the database takes in, `stream_found` what `extract` prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from functools import partial
from itertools import chain
from pathlib import Path

from lptrack.errors import UnreadableLog
from lptrack.logs.calendar import name_day_before
from lptrack.logs.decode import decode_line, decode_lines
from lptrack.logs.document import Reading, open_reading
from lptrack.logs.interface import Item, LineFormat, RawLine, Shape
from lptrack.logs.meetings import Discussion
from lptrack.logs.model import Extraction
from lptrack.logs.options import Options
from lptrack.logs.references import Collector, Found, Stretch
from lptrack.logs.sieve import sift_lines
from lptrack.logs.sources import Source
from lptrack.model import Announcement, Line, Meeting, Reference

AT_MOST_NAMED = 20
"""Numbers that a warning names before it only counts."""


def extract_log(source: Source, options: Options | None = None) -> Extraction:
    """Read one document whole. Raises `UnreadableLog` where it is none that can be read."""
    document = Document(source, options or Options())
    meetings: list[Meeting] = []
    references: list[Reference] = []
    announcements: list[Announcement] = []
    for stretch in document.stretches():
        if stretch.meeting is not None:
            meetings.append(stretch.meeting)
        for one in stretch.found:
            if isinstance(one, Announcement):
                announcements.append(one)
                references.append(one.reference)
            else:
                references.append(one)
    reading, collector = document.reading, document.collector
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
        path=source.place,
        stamp=source.stamp if reading.alone else None,
    )


def stream_found(
    source: Source,
    options: Options | None = None,
    *,
    unread: Callable[[Line], None] | None = None,
    warn: Callable[[str], None] | None = None,
) -> Iterator[Found]:
    """The references of one document in the order of its lines, meeting by meeting. Raises `UnreadableLog`.

    ``unread`` gets each line that fits no pattern of its format, ``warn`` what its dates leave open.
    """
    for _, found in stream_placed(source, options, unread=unread, warn=warn):
        yield found


def stream_placed(
    source: Source,
    options: Options | None = None,
    *,
    unread: Callable[[Line], None] | None = None,
    warn: Callable[[str], None] | None = None,
) -> Iterator[tuple[str, Found]]:
    """The same, each with its channel."""
    document = Document(source, replace(options or Options(), counting=False), unread)
    doubt = document.reading.calendar.doubt
    if warn is not None and doubt is not None:
        warn(doubt)
    for stretch in document.stretches():
        channel = document.collector.channel if stretch.meeting is None else stretch.meeting.channel
        for one in stretch.found:
            yield channel, one


class Document:
    """A document that is read, again where it counts its lines itself and another frame agrees with that."""

    __slots__ = ("_options", "_source", "collector", "reading")

    def __init__(self, source: Source, options: Options, unread: Callable[[Line], None] | None = None) -> None:
        self._source, self._options = source, options
        self._open(options)
        self.collector.tell_unread = unread

    def stretches(self) -> Iterator[Stretch]:
        """The meetings of the document, and what is outside of them, each as it ends. Raises `UnreadableLog`."""
        kept = []
        for stretch in read_stretches(self.reading, self.collector):
            if self.collector.claims:  # a page, and small: which reading holds is known at its end
                kept.append(stretch)
            else:
                yield stretch
        tally = self.collector.meetings.tally
        again = tally is not None and self._source.lasts
        frame = tally.find_frame(self.collector.claims) if tally is not None and again else None
        if frame is None:
            yield from kept
        else:
            self._open(replace(self._options, frame=frame))
            yield from read_stretches(self.reading, self.collector)

    def _open(self, options: Options) -> None:
        self.reading = open_reading(self._source, options)
        self.collector = open_collector(self.reading, options)
        if not options.counting:  # then only an undated meeting's id has the digest in it
            self.reading.hashing = self.reading.calendar.day is None


def open_collector(reading: Reading, options: Options) -> Collector:
    """What takes the items of this document in."""
    collector = Collector(reading.source.name, options, reading.calendar, reading.channel, reading.digest)

    def find_carried() -> Discussion | None:
        reading.alone = False
        return find_open_meeting(reading.source, options)

    collector.meetings.carried = find_carried
    return collector


def find_open_meeting(source: Source, options: Options) -> Discussion | None:
    """The meeting that had not ended when the log of the day before did; None where there is none beside this log."""
    if source.path is None or (name := name_day_before(str(source.path))) is None or name == str(source.path):
        return None
    path = Path(name)
    if not path.is_file():
        return None
    try:
        reading = open_reading(Source(name, path), options)
        collector = Collector(
            name, replace(options, counting=False), reading.calendar, reading.channel, reading.digest
        )
        for stretch in read_stretches(reading, collector):
            del stretch
    except UnreadableLog:
        return None
    return collector.meetings.current if collector.meetings.in_pair else None


def read_stretches(reading: Reading, collector: Collector) -> Iterator[Stretch]:
    """The meetings of the document, and what is outside of them, each as it ends."""
    for item in chain(reading.front.items(), _read_items(reading, collector)):
        collector.feed(item)
        while collector.ready:
            yield collector.ready.popleft()
    collector.finish()
    yield from collector.ready


def _read_items(reading: Reading, collector: Collector) -> Iterator[Item]:
    """All items; of a long log in lines only those that matter, unless somebody asks about every line."""
    known = reading.format
    everything = collector.options.counting or collector.tell_unread is not None
    shape = known.shape if isinstance(known, LineFormat) and not everything else None
    skipped = reading.front.lines
    if shape is None or not isinstance(known, LineFormat):
        lines = decode_lines(reading.chunks())
        if skipped:
            lines = (RawLine(line.number, "") if line.number <= skipped else line for line in lines)
        yield from known.parse(lines, reading.head)
        return

    def read(number: int, raw: bytes) -> tuple[Item, ...]:
        return read_line(RawLine(number, decode_line(raw) if number > skipped else ""))

    def has_channel() -> bool:
        return collector.told_channel

    read_line = known.read
    yield from sift_lines(reading.chunks(), shape, read, partial(reads_all, collector, shape), has_channel)


def reads_all(collector: Collector, shape: Shape) -> bool:
    """Whether every line matters where the log has been read to.

    In a meeting; until a meeting has begun, for it does with its first line, whatever that says; in the night that
    summer time ends, when minutes count.
    """
    meetings, calendar = collector.meetings, collector.calendar
    if meetings.in_pair or (meetings.current.began is None and (calendar.day is not None or shape.dated)):
        return True
    return calendar.zone is not UTC and calendar.turns_back()


def build_warnings(collector: Collector, meetings: list[Meeting]) -> Iterator[str]:
    """What the log says about itself that does not fit what was read."""
    frame = collector.options.frame
    if frame is not None:
        yield f"its counts of lines said agree where the meeting is lines {frame.first} to {frame.last}: read so"
    if collector.claims and len(meetings) == 1 and any(person.lines for person in meetings[0].people):
        for person in meetings[0].people:
            if person.claimed != person.lines:
                claimed = "does not name it" if person.claimed is None else f"counts {person.claimed}"
                yield f"lines said by {person.nick}: the page {claimed}, lptrack read {person.lines}"
    if collector.calendar.doubt is not None:
        yield collector.calendar.doubt
    off = collector.calendar.off
    if off is not None and abs(off) > timedelta(minutes=20):
        hours, side = off.total_seconds() / 3600, "ahead of" if off > timedelta() else "behind"
        yield f"the log's clock is {abs(hours):.3g} h {side} the meeting bot's UTC: use --timezone"
    if unasked := list(collector.unasked):
        numbers = ", ".join(map(str, unasked[:AT_MOST_NAMED]))
        more = f" and {len(unasked) - AT_MOST_NAMED} more" if len(unasked) > AT_MOST_NAMED else ""
        yield f"announced by a bot, mentioned by nobody: {numbers}{more}"
