"""What a log format is to lptrack: it recognises a document by its head and reads its lines, and knows nothing else.

A format never drops a line and never raises for one: what fits nothing is an UNREAD line. It neither knows the day
(unless the line prints it) nor meetings, topics or bugs: that is the same for all formats and comes after.
Adding one is a file with a `LogFormat`, a line in `lptrack.logs.formats.FORMATS` (or an entry point of the group
`lptrack.log_formats`), and a page in the docs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol, runtime_checkable

from lptrack.model import Line


class RawLine(NamedTuple):
    """One line of the file, decoded, without its line end and mIRC codes. ``number`` counts from 1."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Head:
    """The start of a document, by which it is recognised. ``name`` is its path or address as far as it is known."""

    name: str
    text: str  # at least the first 256 KiB where there are as many, whole lines
    lines: tuple[RawLine, ...]
    whole: bool  # the document ends here


# ------------------------------------------------------------------------------------- facts about the document


@dataclass(frozen=True, slots=True)
class Channel:
    """The document says which channel it is of (with or without `#`)."""

    name: str


@dataclass(frozen=True, slots=True)
class Day:
    """From here on the clock is of this day, in the log's own zone. ``turns``: as the log says, midnight passed."""

    day: date
    turns: bool = False


@dataclass(frozen=True, slots=True)
class MonthDay:
    """As `Day`, of a document that leaves the year out (HexChat: `Sep 11 15:04:18`)."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Began:
    """The document says when the meeting that it records began, as an instant or as a clock, and who chairs it."""

    at: datetime | None = None
    clock: str | None = None
    chair: str | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """The document says what is spoken of from here on (minutes without their log); None: nothing in particular."""

    text: str | None


@dataclass(frozen=True, slots=True)
class LogAddress:
    """Where the log is published."""

    url: str


@dataclass(frozen=True, slots=True)
class Present:
    """The page counts this many lines said by a nick."""

    nick: str
    lines: int


@dataclass(frozen=True, slots=True)
class Named:
    """The document's heading or title says what the meeting is called; as printed."""

    text: str


Fact = Channel | Day | MonthDay | Began | Topic | LogAddress | Present | Named
Item = Line | Fact


class LogFormat(Protocol):
    """One way in which logs are written."""

    @property
    def name(self) -> str:
        """What `--log-format` takes: lower case, hyphens."""
        ...

    @property
    def title(self) -> str:
        """For a human: `MeetBot's .log.txt`."""
        ...

    def recognise(self, head: Head) -> float:
        """How sure it is that the document is of this format: 0 not at all, 1 certain. Pure, never raises."""
        ...

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """Every raw line as at least one `Line` (several may carry one number), with facts where they stand.

        ``lines`` is read once, from the first to the last; a format that needs the whole document may collect it.
        A format sets `Line.time` as printed and `Line.day` where printed; `Line.at` only where the line tells the
        instant with its zone (JSON exports). Clock, midnight, zone are computed by `lptrack.logs.calendar`.
        """
        ...


@dataclass(frozen=True, slots=True)
class Shape:
    """How the sieve finds its way in logs of a format, in bytes.

    ``clock`` is a pattern for what every line with a clock prints in front, its date with it, up to its hour and the
    colon; it may match more, and must not be empty. ``dated``: that is a date too. A line that holds one of
    ``steers`` (in small letters) tells a day or a nick; one with ``joins`` may tell the channel.
    """

    clock: bytes
    dated: bool = False
    steers: tuple[bytes, ...] = ()
    joins: bytes | None = None


HOUR = rb"[0-9\x80-\xff]{2,8}:"
"""Two digits in any script, and the colon after them."""


@runtime_checkable
class LineFormat(LogFormat, Protocol):
    """A format in which each line can be read without those before it. Long logs of it go through the sieve."""

    @property
    def shape(self) -> Shape | None:
        """None where lines are too various; then every line is read."""
        ...

    def read(self, line: RawLine) -> tuple[Item, ...]:
        """What one line says; never empty, never raises."""
        ...
