"""What the join gives to reports: the states and changes between two instants, the matrix, a bug's life.

Everything here is plain data. `lptrack.join` computes it from what `lptrack.storage` loads, `lptrack.report` arranges
it for a reader and `lptrack.report.render` writes it; neither asks the database again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lptrack.model import (
    Announcement,
    BugHistory,
    BugKey,
    Change,
    Meeting,
    Reference,
    StatusEvent,
    TaskState,
    Unresolved,
    Value,
    Witness,
)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which bugs and tasks a report is about. Empty tuples and None filter nothing. Compared without case."""

    team: str | None = None
    channel: str | None = None
    series: tuple[str, ...] = ()
    package: tuple[str, ...] = ()
    speaker: tuple[str, ...] = ()
    assignee: tuple[str, ...] = ()
    importance: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    tracker: tuple[str, ...] = ()
    since: datetime | None = None  # only bugs referenced at or after this
    private: tuple[int, ...] = ()  # private bugs asked for by number; all other private bugs are left out


@dataclass(frozen=True, slots=True)
class Raised:
    """How a bug was spoken of in the meetings considered (announcements are not counted as being raised)."""

    first: str | None  # meeting ids
    last: str | None
    times: int
    speakers: tuple[str, ...]  # people only, in order of first mention
    meetings: tuple[str, ...]  # every meeting that spoke of it, oldest first
    last_by: str | None = None
    last_at: datetime | None = None
    last_url: str | None = None  # of the log line or page, where the log has an address
    topic: str | None = None  # of the last mention
    duties: tuple[str, ...] = ()  # `#action` texts that name it
    last_source: str | None = None  # the log (as the user named it) and line of the last mention
    last_line: int | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """A Launchpad task that follows a bug of another tracker, as seen from one of the two: ``other`` is the far one.

    ``follows``: this bug's task on ``target`` follows ``other``; else that one's task on ``target`` follows this bug.
    """

    other: BugKey
    target: str
    follows: bool


@dataclass(frozen=True, slots=True)
class Later:
    """What a task's status has become after a window's end. ``since`` is None where no history tells when."""

    status: str
    since: datetime | None
    known_by: Witness
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One end of a window: a meeting, or an instant without one (`now`)."""

    meeting: Meeting | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Still:
    """A task that is the same at both ends; ``flap`` where it went there and back between, by ``detour`` events.

    ``since`` is when its status became what it is, None where that cannot be known. ``uncertain`` are the fields
    that could not be compared because one end is not known: of those nothing is claimed.
    """

    state: TaskState
    flap: bool
    detour: tuple[StatusEvent, ...] = ()
    since: datetime | None = None
    uncertain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """What moved between two instants. Everything a report needs, nothing arranged yet.

    ``before``/``after`` hold each considered task's state at the ends by (bug, task); a task missing in one did not
    exist, or is not known, then. ``changes`` in the interface's order. ``read_at`` bounds when trackers were read
    (oldest, newest), None where none was. ``run`` names the newest run that the data come from.
    """

    start: Endpoint | None
    end: Endpoint
    meetings: tuple[Meeting, ...]  # of the team, up to and including the end, oldest first
    bugs: tuple[BugKey, ...]  # considered
    changes: tuple[Change, ...]
    new: tuple[TaskState, ...]
    unchanged: tuple[Still, ...]
    unresolved: tuple[Unresolved, ...]
    before: Mapping[tuple[BugKey, str], TaskState]
    after: Mapping[tuple[BugKey, str], TaskState]
    raised: Mapping[BugKey, Raised]
    since: Mapping[tuple[BugKey, str], datetime | None]  # when each task's status at the end began
    read_at: tuple[datetime, datetime] | None
    stale: Mapping[BugKey, datetime]  # bugs that could not be checked → when their state was last read
    run: str | None
    reasons: Mapping[BugKey, str]  # why tracked/ignored by configuration, for `--explain`
    filters: Filters = Filters()
    # when anything of each task last changed, by the tracker's history; None where that cannot be known
    touched: Mapping[tuple[BugKey, str], datetime | None] = field(default_factory=dict)
    ties: Mapping[BugKey, tuple[Tie, ...]] = field(default_factory=dict)
    work: Mapping[BugKey, tuple[StatusEvent, ...]] = field(default_factory=dict)  # linked within it and still there
    masters: Mapping[BugKey, tuple[TaskState, ...]] = field(default_factory=dict)  # that duplicates name, not in bugs
    # the tasks whose newest known status is later than the end, and another than there
    later: Mapping[tuple[BugKey, str], Later] = field(default_factory=dict)


def is_old(state: TaskState, meetings: Sequence[Meeting]) -> bool:
    """Whether what is known of a task is older than the last of these meetings."""
    last = meetings[-1].started_at if meetings else None
    return last is not None and state.observed_at < last.replace(second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Bug task × meeting: the status at each meeting's start; in a row None where the task did not exist then."""

    meetings: tuple[Meeting, ...]
    rows: tuple[tuple[TaskState, tuple[Value, ...]], ...]  # the state at the last column, then the statuses
    old: tuple[tuple[bool, ...], ...] = ()  # beside each row's statuses: known from before that meeting only


@dataclass(frozen=True, slots=True)
class Trends:
    """Per meeting, over the unfolded tasks tracked by then: open and closed counts; and the bugs carried longest.

    ``unchecked`` counts the tasks whose status is known from before that meeting only: they are neither open nor
    closed, nor in ``by_status``.
    """

    meetings: tuple[Meeting, ...]
    open: tuple[int, ...]
    closed: tuple[int, ...]
    unknown: tuple[int, ...]
    by_status: Mapping[str, tuple[int, ...]]
    carried: tuple[tuple[TaskState, int, timedelta | None], ...]  # state, meetings it was known open at, age
    unchecked: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Where two witnesses tell different things of one moment; ``witness`` is the one held against the history.

    ``word`` is what it tells, ``known`` what the history says of that moment (several where it changed within what
    the log's clock tells; empty where it knows no such task then).
    """

    bug: BugKey
    url: str
    target: str
    field: str
    witness: Witness
    at: datetime
    word: str
    known: tuple[str, ...]
    source: str  # the log and line of an announcement; the tracker's name of an observation
    meeting: str | None = None


@dataclass(frozen=True, slots=True)
class OpenHistory:
    """A bug whose tracker's log does not lead to all of its past; ``notes`` say what stands in the way."""

    bug: BugKey
    url: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What `lptrack check` found: how many statements were compared with a history, and how many could not be."""

    compared: int
    unknown: int
    disagreements: tuple[Disagreement, ...]
    open_histories: tuple[OpenHistory, ...] = ()


@dataclass(frozen=True, slots=True)
class BugLife:
    """One bug's life for `history`: events and references to be merged by time, with what it is now."""

    bug: BugKey
    url: str
    title: Value
    history: BugHistory | None
    states: tuple[TaskState, ...]
    references: tuple[Reference, ...]
    announcements: tuple[Announcement, ...]
    meetings: Mapping[str, Meeting]
    observed: tuple[tuple[datetime, TaskState], ...]
    unresolved: Unresolved | None
    ties: tuple[Tie, ...] = ()
