"""The words of this field as types; this module imports nothing of lptrack, and everything may import it.

All instants are aware datetimes in UTC. Collections are tuples, records are frozen. A value that a tracker spells is
kept as it spells it (`Fix Released`), unknown values too. Three kinds of evidence are three types and never mixed:
an `Observation` is what a resolve saw, a `StatusEvent` what the tracker's own log says happened, an `Announcement`
what a bot said in a meeting.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import Final, Literal, NamedTuple

LAUNCHPAD: Final = "launchpad"
DEBIAN: Final = "debian"


# ------------------------------------------------------------------------------------------------- values


class Unknown(Enum):
    """The one value of "it cannot be known". It is neither None (there is none) nor equal to any string."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN
Value = str | None | Unknown
"""A field of a task at an instant: a string, None (no assignee, no milestone), or UNKNOWN."""

STATE_FIELDS: Final = ("status", "importance", "assignee", "milestone")
StateField = Literal["status", "importance", "assignee", "milestone"]
ChangeField = Literal[
    "status", "importance", "assignee", "milestone", "target", "task", "duplicate_of", "visibility", "question"
]
CHANGE_FIELDS: Final[tuple[ChangeField, ...]] = (
    "status", "importance", "assignee", "milestone", "target", "task", "duplicate_of", "visibility", "question",
)  # fmt: skip
"""The last three are the bug's own: one change a bug, on its first task."""
WORK_FIELDS: Final = ("merge proposal", "branch", "patch")
"""What is linked to a bug while somebody works on it: an event's ``before`` or ``after`` names it."""


class BugKey(NamedTuple):
    """A bug of a tracker. Sorts by tracker, then number."""

    tracker: str
    number: int


# ------------------------------------------------------------------------------------------------- logs


class ReferenceKind(StrEnum):
    """How a line names a bug. One line gives one reference a bug: the first kind here that applies."""

    ANNOUNCEMENT = "announcement"
    MENTION = "mention"
    LINK = "link"
    BRANCH = "branch"
    BARE = "bare"


class LineKind(StrEnum):
    """What a line of a log is. Only MESSAGE and ACTION are said by somebody."""

    MESSAGE = "message"
    ACTION = "action"  # `* nick waves`
    NOTICE = "notice"  # a channel notice, `-nick- text`
    EVENT = "event"  # join, part, quit, kick, mode, topic set on the channel
    NICK = "nick"  # `old is now known as new`
    MINUTES = "minutes"  # the page's own summary, which repeats the log
    TEXT = "text"  # prose of a page without a log: notes, mail, minutes; speaker may be None
    HEADER = "header"  # a file's or a day's head
    BLANK = "blank"
    UNREAD = "unread"  # fits no pattern of its format; kept and counted


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a log, read. ``number`` counts from 1 in the raw file; ``text`` is without the clock and nick.

    ``time`` is the clock as printed; ``at`` the instant in UTC, as exact as the log is (``exact`` is ``minute`` or
    ``second``), None where the day cannot be known. For NICK lines ``speaker`` is the old nick, ``text`` the new one.
    """

    number: int
    kind: LineKind
    text: str
    speaker: str | None = None
    time: str | None = None
    at: datetime | None = None
    exact: Literal["day", "minute", "second"] = "minute"
    day: date | None = None  # as printed beside the clock, in the log's own zone; None where the line has none
    person: str | None = None  # who speaks through a bridge: `<bridge> <person> text`


@dataclass(frozen=True, slots=True)
class Attendance:
    """How many lines a nick said in a meeting; ``claimed`` is what the page itself counts, None where it does not."""

    nick: str
    lines: int
    claimed: int | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """One logged discussion. ``id`` is `channel/start` as the interface spells it."""

    id: str
    channel: str
    started_at: datetime | None
    start_exact: Literal["none", "day", "minute", "second"]
    ended_at: datetime | None
    name: str | None
    chair: str | None
    people: tuple[Attendance, ...] = ()
    url: str | None = None  # of the log, where the page tells it
    printed_name: str | None = None  # as its own log spells it, where the team's is spelled otherwise
    is_nobodys: bool = False  # nameless in a channel whose other meetings have names

    @property
    def team(self) -> tuple[str, str | None]:
        """The meetings that follow one another: same channel, same name. One that is nobody's is alone."""
        return (self.channel, self.id if self.is_nobodys else self.name)


@dataclass(frozen=True, slots=True)
class Reference:
    """A number that names a bug, in one line of a log. ``meeting`` is None outside every meeting.

    ``duty`` is `action` or `agreed` where the line is an `#action …`/`#agreed …`; ``duty_of`` whom an action names.
    ``person`` is the one behind the nick where the log or the configuration tells.
    """

    kind: ReferenceKind
    tracker: str
    number: int
    source: str
    line: int
    meeting: str | None
    speaker: str | None
    at: datetime | None
    exact: Literal["day", "minute", "second"]
    time: str | None
    topic: str | None
    text: str
    rule: str
    person: str | None = None
    duty: str | None = None
    duty_of: str | None = None
    subtopic: str | None = None

    @property
    def bug(self) -> BugKey:
        """The bug's key."""
        return BugKey(self.tracker, self.number)


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a bot said a bug's state was at that moment; ``reference`` is its line.

    Fields as printed by the bot; ``importance`` and ``status`` in the tracker's own spelling, None where the bot did
    not say. True for the one ``target`` only (a display name). ``duplicate`` is the bug that was asked for where the
    line describes its master.
    """

    reference: Reference
    target: str | None
    title: str | None
    importance: str | None
    status: str | None
    assignee: str | None = None
    duplicate: int | None = None
    cause_line: int | None = None


# ------------------------------------------------------------------------------------------------- trackers


@dataclass(frozen=True, slots=True)
class BugTask:
    """One bug task as one read saw it. Status belongs here, never to the bug."""

    target: str  # the API's bug_target_name
    display_target: str  # what bots print
    package: str | None
    series: str | None
    status: str | None
    importance: str | None
    assignee: str | None
    milestone: str | None
    url: str | None
    created_at: datetime | None = None
    watch: str | None = None  # URL of the remote bug it follows, where known
    details: tuple[tuple[str, str], ...] = ()  # further facts of a tracker, (name, value), sorted


@dataclass(frozen=True, slots=True)
class Observation:
    """What one read of a tracker saw of a bug: all of its tasks. ``complete`` reads only; half a read is no read."""

    tracker: str
    number: int
    url: str
    title: str | None
    tasks: tuple[BugTask, ...]
    tags: tuple[str, ...] = ()
    duplicate_of: int | None = None
    private: bool = False
    created_at: datetime | None = None
    updated_at: datetime | None = None
    etag: str | None = None
    details: tuple[tuple[str, str], ...] = ()

    @property
    def bug(self) -> BugKey:
        """The bug's key."""
        return BugKey(self.tracker, self.number)


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One row of a tracker's own log of a bug, raw and in the tracker's order (``position`` from 0)."""

    position: int
    at: datetime
    person: str | None  # a name (`cjwatson`), None where the tracker hides or lost it
    what: str
    old: str | None
    new: str | None
    message: str | None = None


class Absence(StrEnum):
    """Why a bug has no (fresh) state: the interface's `reason`."""

    NOT_VISIBLE = "not-visible"
    UNREACHABLE = "unreachable"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A bug that a read did not give, and why. A type of its own, so that no failure looks like a state."""

    bug: BugKey
    url: str
    reason: Absence
    detail: str = ""  # for a human: `HTTP 503 six times`, `connection refused`


# ------------------------------------------------------------------------------------------------- history


@dataclass(frozen=True, slots=True)
class TaskSpan:
    """The state of one task in [since, until): constant within. ``until`` None: to the end of what is known."""

    since: datetime
    until: datetime | None
    target: str
    status: Value
    importance: Value
    assignee: Value
    milestone: Value


class UnknownReason(StrEnum):
    """Why a value cannot be known. What settles each stands in `report/unknown.py`, in words."""

    # the tracker's log was read, and does not decide
    NO_ROW = "no-row"  # no row tells what it was up to then
    SILENT_CHANGE = "silent-change"  # two rows disagree: something changed it between them without a row
    SILENT_COPY = "silent-copy"  # a task began as a copy of another, of which the value is not known, or perhaps not
    SHARED_PERHAPS = "shared-perhaps"  # a row of a task that may or may not have been its pair's other one
    NAME_FADED = "name-faded"  # people and milestones are merged, renamed and removed without a row
    NOT_UNDERSTOOD = "not-understood"  # a row that names no task or value for sure
    TASK_UNSURE = "task-unsure"  # nothing tells that the task was there already, or under that name
    TASK_WENT = "task-went"  # the task was removed without a row
    LOG_NOT_WHOLE = "log-not-whole"  # the answer was cut, out of order, or has a row twice
    NOT_DECIDED = "not-decided"  # the log's messages do not prove it
    # there is no log to ask
    LOG_REFUSED = "log-refused"  # the bug was read later, without a log
    NOT_IN_ANSWER = "not-in-answer"  # the read tells no value
    NOT_VISIBLE = "not-visible"
    UNREACHABLE = "unreachable"
    NEVER_ASKED = "never-asked"


class Gap(NamedTuple):
    """Why one field of a task is UNKNOWN in [since, until). ``until`` None: to the end of what is known."""

    field: str
    since: datetime
    until: datetime | None
    reason: UnknownReason

    def is_at(self, at: datetime) -> bool:
        """Whether it is about this instant."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class TaskLife:
    """One task from birth to (perhaps) deletion, through every retargeting. Spans are adjacent and in order.

    ``key`` is stable for the same bug as its history grows: the order of birth. ``current`` is the index of the task
    in the observation's ``tasks``, None for a task that is gone. Before ``unsure_until`` nothing tells that it was
    there, or under that name: its values are UNKNOWN, and its coming, going and names prove nothing. From
    ``unsure_from`` on nothing tells that it was still there; ``deleted_at`` is then the latest it can have been.
    ``gaps``: why values are UNKNOWN; the first that is about a field and an instant counts, and one may have none.
    """

    key: int
    spans: tuple[TaskSpan, ...]
    current: int | None
    deleted_at: datetime | None = None
    unsure_until: datetime | None = None
    unsure_from: datetime | None = None
    gaps: tuple[Gap, ...] = ()


class EventBasis(StrEnum):
    """How a status event is known: it is in the log, or it follows from the log by a rule of the tracker."""

    LOGGED = "logged"
    PARTNER = "partner"  # the conjoined task's entry
    SILENT = "silent"  # seen only by its effect; `at` and `by` are then bounds or None


@dataclass(frozen=True, slots=True)
class StatusEvent:
    """One change of one field of one task (``task`` is the life's key), or of the bug itself (``task`` None).

    Bug-wide fields: `title`, `duplicate_of`, `tags`, `visibility`, `question`, `nomination`, `attachment` and
    those of `WORK_FIELDS`. Task fields: the state's, `target`, `task`.
    """

    at: datetime
    position: int  # of the log entry; orders events of one instant
    by: str | None
    task: int | None
    target: str | None
    field: str
    before: Value
    after: Value
    basis: EventBasis = EventBasis.LOGGED
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A bug-wide value in [since, until)."""

    since: datetime
    until: datetime | None
    value: Value


@dataclass(frozen=True, slots=True)
class BugHistory:
    """A bug's whole life as its tracker's log tells it, up to ``read_at``."""

    bug: BugKey
    read_at: datetime
    lives: tuple[TaskLife, ...]
    events: tuple[StatusEvent, ...]
    titles: tuple[Span, ...] = ()
    duplicates: tuple[Span, ...] = ()
    tags: tuple[Span, ...] = ()
    notes: tuple[str, ...] = ()  # what could not be understood, in words


# ------------------------------------------------------------------------------------------------- states


class Witness(StrEnum):
    """What a status rests on."""

    HISTORY = "history"
    OBSERVED = "observed"
    ANNOUNCED = "announced"


@dataclass(frozen=True, slots=True)
class TaskState:
    """One bug task at an instant. ``known_by`` and ``observed_at``: on what, and read or said when.

    ``task`` identifies the task within its bug across instants (a life's key, or the target's name where there is
    no history).
    """

    bug: BugKey
    task: str
    url: str
    title: Value
    target: str
    package: str | None
    series: str | None
    status: Value
    importance: Value
    assignee: Value
    milestone: Value
    known_by: Witness
    observed_at: datetime
    duplicate_of: Value = None
    private: bool = False
    tags: tuple[str, ...] = ()
    folded: bool = False

    def value(self, field: StateField) -> Value:
        """The value of one of the four state fields."""
        match field:
            case "status":
                return self.status
            case "importance":
                return self.importance
            case "assignee":
                return self.assignee
            case "milestone":
                return self.milestone


@dataclass(frozen=True, slots=True)
class Change:
    """A net difference between the states of one bug task at two instants; both values are known."""

    bug: BugKey
    task: str
    url: str
    title: Value
    target: str
    package: str | None
    series: str | None
    field: ChangeField
    before: str | None
    after: str | None
    changed_at: datetime | None
    changed_by: str | None
    known_by: Witness
