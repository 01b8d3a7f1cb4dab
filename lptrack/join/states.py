"""The state of every task at an instant, from history, reads and bots' words.

1. A task with a history: what the history says at the instant (a meeting's start, to the second).
2. A history reaches to its read; after that, a newer announcement counts for the fields that it tells.
3. A bug without a history: the newest observation, then newer announcements, up to the meeting's end.
4. A history that does not know a field: for Debian and others the newest evidence since it stopped knowing. Not for
   Launchpad, whose log is whole: where it is undecided something silent happened that no older word carries over.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain

from lptrack.join.endpoints import end_of
from lptrack.join.evidence import Evidence
from lptrack.join.model import Endpoint
from lptrack.join.states_without_history import Draft, Names, build_state, build_without_history, take_later
from lptrack.model import STATE_FIELDS, UNKNOWN, BugKey, TaskState, Value, Witness
from lptrack.storage.rows import BotWord, Seen, TaskRow
from lptrack.trackers import spell, words_of

Key = tuple[BugKey, str]
Told = tuple[datetime, Witness, Value]
"""When, by whom and what a field was said to be."""


@dataclass(frozen=True, slots=True)
class States:
    """Every task at one instant, by bug and task in the interface's order.

    ``since``: when each status began (None: cannot be known); ``touched``: the last change of anything;
    ``unproven``: tasks that only a bot ever named, or that may not have been there yet, so that their coming and
    going proves nothing;
    ``begun``: of the tasks that rest on a history alone, since when they have been as they are.
    """

    tasks: Mapping[Key, TaskState]
    since: Mapping[Key, datetime | None]
    touched: Mapping[Key, datetime | None]
    unproven: frozenset[Key]
    begun: Mapping[Key, datetime]
    at: datetime


def no_states(at: datetime) -> States:
    """Nothing is known, nothing is claimed."""
    return States({}, {}, {}, frozenset(), {}, at)


@dataclass(slots=True)
class _Draft:
    """States in the making, by bug and task."""

    tasks: dict[Key, TaskState] = field(default_factory=dict)
    since: dict[Key, datetime | None] = field(default_factory=dict)
    touched: dict[Key, datetime | None] = field(default_factory=dict)
    begun: dict[Key, datetime] = field(default_factory=dict)
    unproven: set[Key] = field(default_factory=set)


def build_states(
    evidence: Evidence,
    endpoint: Endpoint,
    wanted: Callable[[BugKey], bool] = lambda _bug: True,
    *,
    later: States | None = None,
    only: Collection[BugKey] | None = None,
) -> States:
    """The states at one end, of the bugs that are ``wanted``. ``only``: of these bugs without a whole history.

    ``later``: the states of another instant; what was so then already is taken from them, not built again.
    """
    at, until = endpoint.at, end_of(endpoint)
    draft = _Draft()
    if later is not None and only is None:
        _take_over(draft, later, at)
    mixed = _take_histories(draft, _rows_at(evidence, at, later, only), evidence, wanted)
    for bug, rows in mixed.items():
        for state, is_unproven in _with_other_evidence(bug, _once(rows), evidence, at, until):
            key = (bug, state.task)
            draft.tasks[key] = state
            if state.known_by is not Witness.HISTORY:
                draft.since[key] = None
            if is_unproven:
                draft.unproven.add(key)
    for bug in evidence.without_history if only is None else evidence.without_history.intersection(only):
        if wanted(bug):
            states, only_named = build_without_history(bug, evidence, until)
            for state in states:
                draft.tasks[bug, state.task] = state
            draft.unproven |= {(bug, task) for task in only_named}
    tasks = draft.tasks
    if later is not None or len(draft.begun) < len(tasks):  # else the rows came in order
        tasks = {key: tasks[key] for key in sorted(tasks, key=lambda key: (key[0], tasks[key].target, key[1]))}
    return States(tasks, draft.since, draft.touched, frozenset(draft.unproven), draft.begun, at)


def _rows_at(
    evidence: Evidence, at: datetime, later: States | None, only: Collection[BugKey] | None
) -> Iterable[TaskRow]:
    if only is not None:
        return evidence.mixed_at(at, only)
    return evidence.at[at] if later is None else chain(evidence.moved[at], evidence.mixed_at(at))


def _take_over(draft: _Draft, later: States, at: datetime) -> None:
    """What was at this instant as it is at the other one."""
    for key, moment in later.begun.items():
        if moment <= at:
            draft.tasks[key], draft.begun[key] = later.tasks[key], moment
            if key in later.unproven:
                draft.unproven.add(key)
            draft.since[key], draft.touched[key] = later.since[key], later.touched[key]


def _take_histories(
    draft: _Draft, rows: Iterable[TaskRow], evidence: Evidence, wanted: Callable[[BugKey], bool]
) -> dict[BugKey, list[TaskRow]]:
    """The states that rest on a history alone; gives the rows of the bugs of which other evidence may count too."""
    mixed: dict[BugKey, list[TaskRow]] = {}
    for row in rows:
        if not wanted(row.bug):
            continue
        key = (row.bug, str(row.task))
        if row.doubtful:
            draft.unproven.add(key)
        if row.bug in evidence.mixed:
            mixed.setdefault(row.bug, []).append(row)
        else:
            draft.tasks[key] = _by_history(row)
            draft.begun[key] = row.since if row.bug_since is None else max(row.since, row.bug_since)
        draft.since[key], draft.touched[key] = row.status_since, row.touched_at
    return mixed


def _once(rows: list[TaskRow]) -> list[TaskRow]:
    """Each task once: one that moved since comes by both ways."""
    return list({row.task: row for row in rows}.values())


def _by_history(row: TaskRow) -> TaskState:
    """The state as the tracker's own log tells it."""
    unknown, bug_unknown = row.unknown, row.bug_unknown
    status: Value = row.status
    importance: Value = row.importance
    assignee: Value = row.assignee
    milestone: Value = row.milestone
    if unknown:
        names = unknown.split(",")
        status = UNKNOWN if "status" in names else status
        importance = UNKNOWN if "importance" in names else importance
        assignee = UNKNOWN if "assignee" in names else assignee
        milestone = UNKNOWN if "milestone" in names else milestone
    title: Value = row.title
    duplicate: Value = row.duplicate_of
    if bug_unknown:
        title = UNKNOWN if "title" in bug_unknown else title
        duplicate = UNKNOWN if "duplicate_of" in bug_unknown else duplicate
    return TaskState(
        row.bug, str(row.task), row.url, title, row.target, row.package, row.series, status, importance, assignee,
        milestone, Witness.HISTORY, row.read_at, duplicate, row.private, tuple(row.tags.split()) if row.tags else (),
    )  # fmt: skip


def _with_other_evidence(
    bug: BugKey, rows: list[TaskRow], evidence: Evidence, at: datetime, until: datetime
) -> Iterable[tuple[TaskState, bool]]:
    """Rules 2 and 4: a bug whose history does not know all of this instant."""
    seen, words = evidence.seen.get(bug, ()), evidence.words.get(bug, ())
    names = Names(bug.tracker, seen, evidence.display_names)
    states = [_by_history(row) for row in rows]
    if not words_of(bug.tracker).log_is_whole:
        states = [_fill(state, row, names, seen, words, until) for state, row in zip(states, rows, strict=True)]
    read_at = rows[0].read_at
    later = [each for each in words if read_at < each.at <= until]
    if at <= read_at or not later:
        return [(state, False) for state in states]
    drafts = {
        state.target.casefold(): Draft(
            state.task, state.target, state.package, state.series, state.known_by, state.observed_at,
            {name: state.value(name) for name in STATE_FIELDS},
        )
        for state in states
    }  # fmt: skip
    take_later(drafts, later, names)
    first = states[0]
    return [
        (
            build_state(
                bug, draft, first.url, first.title, first.duplicate_of, private=first.private, tags=first.tags
            ),
            draft.unproven,
        )
        for draft in drafts.values()
    ]


def _fill(
    state: TaskState, row: TaskRow, names: Names, seen: tuple[Seen, ...], words: tuple[BotWord, ...], until: datetime
) -> TaskState:
    """Fields that the history does not know, from the newest evidence since it stopped knowing them."""
    found: dict[str, Told] = {}
    for name in STATE_FIELDS:
        if state.value(name) is UNKNOWN:
            begin = row.status_since if name == "status" and row.status_since is not None else row.since
            witnessed = chain(_iter_seen(name, state, seen), _iter_words(name, state, words, names))
            # of the same instant a read knows more than a bot's line
            newest = max(
                (each for each in witnessed if begin <= each[0] <= until),
                key=lambda each: (each[0], each[1] is Witness.OBSERVED),
                default=None,
            )
            if newest is not None:
                found[name] = newest
    if not found:
        return state
    changes: dict[str, object] = {name: value for name, (_, _, value) in found.items()}
    if "status" in found:
        changes["observed_at"], changes["known_by"], _ = found["status"]
    return replace(state, **changes)  # type: ignore[arg-type]


def _iter_seen(name: str, state: TaskState, seen: tuple[Seen, ...]) -> Iterator[Told]:
    """What reads of the tracker saw in the field, the last seen first of those of the same instant."""
    for each in reversed(seen):
        for task in reversed(each.observation.tasks):
            value = getattr(task, name)
            is_told = value is not None or name not in ("status", "importance")
            if is_told and task.target.casefold() == state.target.casefold():
                yield from ((read_at, Witness.OBSERVED, value) for read_at in each.reads)


def _iter_words(name: str, state: TaskState, words: tuple[BotWord, ...], names: Names) -> Iterator[Told]:
    """What bots said of the field."""
    for word in words:
        printed = getattr(word, name, None)
        if printed is None or word.target is None:
            continue
        if names.target(word.target).casefold() == state.target.casefold():
            value = printed if name == "assignee" else spell(state.bug.tracker, printed)
            yield word.at, Witness.ANNOUNCED, value
