"""A report as its reader meets it: sentences, sections and rows of cells, in order and already judged.

`lptrack.report.arrange` makes it from what the join computed; every renderer writes the same one. Human forms read
`page` only: its strings are raw (a stranger's title may be in any of them), so a form escapes each one for itself.
Machine forms read the raw data that stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from lptrack.join.model import BugLife, Filters, Matrix, Trends, Window
from lptrack.model import BugKey, TaskState, Unresolved


class Tone(StrEnum):
    """How good or bad a cell, row or section is; a form may colour by it, never by it alone."""

    BAD = "bad"
    WARN = "warn"
    GOOD = "good"
    NEWS = "news"
    QUIET = "quiet"
    PLAIN = "plain"


class CellKind(StrEnum):
    """What a cell holds, so that a form can align, colour or type it."""

    BUG = "bug"
    STATUS = "status"
    IMPORTANCE = "importance"
    PERSON = "person"
    DATE = "date"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. ``text`` is what a reader sees first, ``note`` the smaller words after it, ``url`` where it leads.

    ``at`` is the instant that the note speaks of. An unknown value has ``known`` False and says so in ``text``; an
    empty one (no assignee) has the text of its column's "none" and tone QUIET.
    """

    text: str
    kind: CellKind = CellKind.TEXT
    note: str = ""
    url: str | None = None
    at: datetime | None = None
    tone: Tone = Tone.PLAIN
    known: bool = True


EMPTY = Cell("")


class Column(StrEnum):
    """The columns of the report's tables, by the name that configuration uses."""

    BUG = "bug"
    PACKAGE = "package"
    SERIES = "series"
    WAS = "was"
    NOW = "now"
    MOVED = "moved"
    IMPORTANCE = "importance"
    ASSIGNEE = "assignee"
    MILESTONE = "milestone"
    RAISED = "raised"
    TITLE = "title"
    WHY = "why"


HEADINGS: Mapping[Column, str] = {
    Column.BUG: "Bug",
    Column.PACKAGE: "Package",
    Column.SERIES: "Series",
    Column.WAS: "Was",
    Column.NOW: "Now",
    Column.MOVED: "Moved",
    Column.IMPORTANCE: "Importance",
    Column.ASSIGNEE: "Assignee",
    Column.MILESTONE: "Milestone",
    Column.RAISED: "Last raised by",
    Column.TITLE: "Title",
    Column.WHY: "What and why",
}


class SectionKey(StrEnum):
    """The sections of a report in their order, by the name that configuration uses (it is the anchor too)."""

    BACKWARDS = "backwards"
    CLOSED = "closed"
    FORWARD = "forward"
    WORK = "work"
    STUCK = "stuck"
    NEW = "new"
    UNOWNED = "unowned"
    OTHER = "other"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Row:
    """One bug task in one section. ``cells`` has every column of the section; ``tone`` is the row's own.

    ``others`` counts the bug's further tasks that are folded away here (`+3 other tasks`, said in the package cell).
    """

    bug: BugKey
    task: str
    cells: Mapping[Column, Cell]
    tone: Tone = Tone.PLAIN
    others: int = 0
    state: TaskState | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A table under a heading. ``lead`` is one sentence under the heading, or empty. Never without rows.

    ``headings`` are this table's own words for some columns (`Was on 11 Sep`): ask `heading`.
    """

    key: SectionKey
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    lead: str = ""
    tone: Tone = Tone.PLAIN
    headings: Mapping[Column, str] = field(default_factory=dict)
    left_out: int = 0  # rows that a brief form does not show

    def heading(self, column: Column) -> str:
        """What stands above the column."""
        return self.headings.get(column, HEADINGS[column])


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """The status of one task at one meeting: empty where it did not exist, ``moved`` where it differs from before.

    ``old`` where it is known from before that meeting only.
    """

    text: str
    moved: bool = False
    known: bool = True
    tone: Tone = Tone.PLAIN
    old: bool = False


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A task's statuses, one a meeting."""

    bug: Cell
    package: str
    title: str
    cells: tuple[MatrixCell, ...]
    state: TaskState | None = None


@dataclass(frozen=True, slots=True)
class MatrixTable:
    """Bug task × meeting. ``meetings`` are (short label, meeting id, url), oldest first."""

    title: str
    meetings: tuple[tuple[str, str, str | None], ...]
    rows: tuple[MatrixRow, ...]
    lead: str = ""


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """The tasks tracked by one meeting, counted; ``unchecked`` those known from before it only.

    ``day`` is the label with its year.
    """

    label: str
    meeting: str
    open: int
    closed: int
    unknown: int
    unchecked: int = 0
    day: str = ""


@dataclass(frozen=True, slots=True)
class TrendsTable:
    """Open and closed per meeting, time in status, and the bugs carried longest.

    ``by_status`` is (status, one count a meeting), in the order of a bug's life. ``in_status`` is (status, open tasks
    at the report's end, median days, longest days), where any of their ages is known. ``carried`` is (bug, package,
    status, meetings, days, title).
    """

    title: str
    points: tuple[TrendPoint, ...]
    by_status: tuple[tuple[str, tuple[int, ...]], ...]
    in_status: tuple[tuple[str, int, int | None, int | None], ...]
    carried: tuple[tuple[Cell, str, Cell, int, int | None, str], ...]


class Moment(StrEnum):
    """What a line of a timeline tells."""

    EVENT = "event"  # the tracker's log
    MENTION = "mention"  # somebody in a meeting
    ANNOUNCEMENT = "announcement"  # a bot in a meeting
    OBSERVED = "observed"  # a read of ours


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of a bug's life. ``at`` None where the log does not tell the day; ``exact`` how exact ``at`` is."""

    at: datetime | None
    exact: Literal["day", "minute", "second"]
    moment: Moment
    who: str
    text: str
    target: str = ""
    meeting: str | None = None
    url: str | None = None
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Timeline:
    """One bug's life in order, after a table of what its tasks are now."""

    title: str
    bug: Cell
    tasks: tuple[Row, ...]
    columns: tuple[Column, ...]
    entries: tuple[TimelineEntry, ...]
    notes: tuple[str, ...] = ()


Block = Section | MatrixTable | TrendsTable | Timeline


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning about the data: a sentence, and the bugs that it is about."""

    text: str
    bugs: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """What a human reads, in order. ``scope`` are (name, words, url): window, meetings, when the data was read, run.

    ``as_of`` is the instant that ages count to, and the only date a form may print for "when" (no wall clock).
    """

    title: str
    headline: str
    scope: tuple[tuple[str, str, str | None], ...]
    as_of: datetime
    notices: tuple[Notice, ...] = ()
    blocks: tuple[Block, ...] = ()
    more: tuple[str, ...] = ()  # one line for each thing that a brief form does not show

    @property
    def sections(self) -> tuple[Section, ...]:
        """The tables of bug tasks among the blocks."""
        return tuple(block for block in self.blocks if isinstance(block, Section))


@dataclass(frozen=True, slots=True)
class Report:
    """What moved in a window. ``lives`` are there where a form shows a timeline per bug."""

    page: Page
    window: Window
    matrix: Matrix | None = None
    trends: Trends | None = None
    lives: Mapping[BugKey, BugLife] = field(default_factory=dict)
    in_view: Window | None = None  # the window of the page and of gates; None: `window` itself

    @property
    def shown(self) -> Window:
        """What pages and gates speak of: the bugs in view, and whatever moved."""
        return self.window if self.in_view is None else self.in_view


@dataclass(frozen=True, slots=True)
class Standing:
    """Where every tracked bug task stands at an instant, raw: what `status` shows."""

    at: datetime
    states: tuple[TaskState, ...]
    unresolved: tuple[Unresolved, ...]
    since: Mapping[tuple[BugKey, str], datetime | None] = field(default_factory=dict)
    stale: Mapping[BugKey, datetime] = field(default_factory=dict)
    read_at: tuple[datetime, datetime] | None = None
    run: str | None = None
    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True, slots=True)
class StatusReport:
    """The state of all tasks at an instant."""

    page: Page
    standing: Standing


@dataclass(frozen=True, slots=True)
class HistoryReport:
    """The lives of the bugs that were asked for."""

    page: Page
    lives: tuple[BugLife, ...]


Document = Report | StatusReport | HistoryReport


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What a team or a command line wants in its report. ``columns`` None: each section's own."""

    sections: tuple[SectionKey, ...] = tuple(SectionKey)
    columns: tuple[Column, ...] | None = None
    matrix: bool = True
    trends: bool = True
    title: str | None = None
