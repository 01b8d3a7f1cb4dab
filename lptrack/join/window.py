"""The window of a report: the states at its two ends, what moved between them, and how it was spoken of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from lptrack.join.bulk import without_collector
from lptrack.join.compare import find_detour, net_changes, pair_tasks, uncertain_fields
from lptrack.join.endpoints import TeamOf, own_team, select_meetings
from lptrack.join.evidence import Ledger, load_ledger
from lptrack.join.model import Endpoint, Filters, Still, Window
from lptrack.join.selection import (
    RaisedBugs,
    count_raised,
    find_folded,
    fits,
    meetings_until,
    narrows,
    select_bugs,
    simplify,
)
from lptrack.join.states import Key, States, load_states, no_states
from lptrack.model import BugKey, Meeting, TaskState, Unresolved
from lptrack.storage.store import Store

SeriesOf = Callable[[tuple[str, str | None]], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Scope:
    """What configuration and command line say of every report: teams, filters, bugs always or never in it.

    ``track`` and ``ignore`` give each bug's reason; ``fold`` False shows every task to people too.
    """

    filters: Filters = field(default_factory=Filters)
    team_of: TeamOf = own_team
    series_of: SeriesOf = lambda _team: ()
    track: Mapping[BugKey, str] = field(default_factory=dict)
    ignore: Mapping[BugKey, str] = field(default_factory=dict)
    fold: bool = True


def build_window(store: Store, start: Endpoint | None, end: Endpoint, scope: Scope | None = None) -> Window:
    """Everything that moved between two instants, of the bugs that the team spoke of up to the end."""
    with without_collector():
        return _build_window(store, start, end, scope or Scope())


def _build_window(store: Store, start: Endpoint | None, end: Endpoint, scope: Scope) -> Window:
    with store.snapshot():
        ledger = load_ledger(store)
        meetings = meetings_until(
            end, start, select_meetings(store.load_meetings(), scope.filters, scope.team_of), scope.team_of
        )
        mentions = store.load_mentions()
        raised = count_raised(mentions, meetings)
        bugs = (select_bugs(raised, mentions, scope.filters) | set(scope.track)) - set(scope.ignore)
        hidden = {bug for bug in bugs if ledger.is_hidden(bug, scope.filters.private)}
        bugs -= hidden
        after = load_states(store, ledger, end, bugs.__contains__)
        before = no_states(end.at)
        if start is not None:
            before = load_states(store, ledger, start, bugs.__contains__, later=after)
        events = {} if start is None else store.load_events(start.at, end.at)
        announced = store.load_announced_targets()
        former = store.load_former_targets() if scope.fold else {}
        run = store.load_run()
    if narrows(scope.filters):
        before, after = _selected(before, after, scope.filters)
        bugs = {bug for bug, _ in {*after.tasks, *before.tasks}} | {bug for bug in bugs if bug in scope.track}
    if scope.fold:
        inside = {meeting.id for meeting in meetings}
        meant = [(bug, target) for bug, target, meeting in announced if meeting in inside]
        named = end.meeting or (start.meeting if start is not None else None)
        series = scope.series_of(scope.team_of(named)) if named is not None else ()
        before, after = _folded(before, after, meant, series, former)
    changes = () if start is None else net_changes(before, after, events)
    new_bugs = _find_new(raised, start, end, meetings)
    new = tuple(state for state in after.tasks.values() if start is None or state.bug in new_bugs)
    moved = {(change.bug, change.task) for change in changes}
    unchanged = []
    if start is not None:
        for key, old, state in pair_tasks(before, after):
            if state is None or key in moved:
                continue
            detour = find_detour(key, events) if old is not None else ()
            if detour or state.bug not in new_bugs:
                unchanged.append(
                    Still(state, bool(detour), detour, after.since.get(key), uncertain_fields(old, state))
                )
    raised.keep(bugs)
    unresolved = list_unresolved(ledger, bugs, hidden)
    reads = [ledger.bugs[bug].read_at for bug in bugs if bug in ledger.bugs]
    return Window(
        start=start,
        end=end,
        meetings=meetings,
        bugs=tuple(sorted(bugs)),
        changes=changes,
        new=new,
        unchanged=tuple(unchanged),
        unresolved=unresolved,
        before=before.tasks,
        after=after.tasks,
        raised=raised,
        since=after.since,
        read_at=(min(reads), max(reads)) if reads else None,
        stale=_find_stale(unresolved, ledger, after),
        run=run,
        reasons={**scope.track, **scope.ignore},
        filters=scope.filters,
        touched=after.touched,
    )


def _find_new(raised: RaisedBugs, start: Endpoint | None, end: Endpoint, meetings: Sequence[Meeting]) -> set[BugKey]:
    """The bugs first mentioned in the end's meeting; where the end is a bare instant, after the start."""
    if end.meeting is not None:
        return {bug for bug in raised if raised.first(bug) == end.meeting.id}
    if start is None:
        return set(raised)
    after = {meeting.id for meeting in meetings if meeting.started_at is not None and meeting.started_at > start.at}
    return {bug for bug in raised if raised.first(bug) in after}


def _selected(before: States, after: States, filters: Filters) -> tuple[States, States]:
    """A task is filtered by what it is at the end, or was at the start where it is gone, and then at both ends."""
    at_start, at_end = set(), set()
    for key, old, new in pair_tasks(before, after):
        state = new or old
        if state is not None and fits(state, filters):
            if new is not None:
                at_end.add(key)
            if old is not None:
                at_start.add((old.bug, old.task))
    return _keep(before, at_start), _keep(after, at_end)


def _keep(states: States, keys: set[Key]) -> States:
    return replace(states, tasks={key: state for key, state in states.tasks.items() if key in keys})


def _folded(
    before: States,
    after: States,
    announced: list[tuple[BugKey, str]],
    series: tuple[str, ...],
    former: Mapping[Key, tuple[str, ...]],
) -> tuple[States, States]:
    """The states with `folded` set, at both ends alike."""
    meant: dict[BugKey, set[str]] = {}
    for bug, target in announced:
        meant.setdefault(bug, set()).add(simplify(target))
    folded = find_folded({**before.tasks, **after.tasks}.values(), meant, series, former)
    marked = mark_folded(after, folded)
    same = {key for key in folded if key in before.tasks and before.tasks[key] is after.tasks.get(key)}
    return mark_folded(before, folded, {key: marked.tasks[key] for key in same}), marked


def mark_folded(states: States, folded: set[Key], done: Mapping[Key, TaskState] | None = None) -> States:
    """The states with `folded` set on these tasks; ``done`` are some that have it already."""
    if not folded:
        return states
    ready = done or {}
    return replace(
        states,
        tasks={
            key: (ready.get(key) or _fold(state)) if key in folded else state for key, state in states.tasks.items()
        },
    )


_unfolded = attrgetter(*(each.name for each in fields(TaskState)[:-1]))
assert fields(TaskState)[-1].name == "folded"


def _fold(state: TaskState) -> TaskState:
    """`replace(state, folded=True)`, twice as fast: half the tasks of a big database pass here."""
    values: tuple[Any, ...] = _unfolded(state)
    return TaskState(*values, True)  # type: ignore[call-arg]


def list_unresolved(ledger: Ledger, bugs: Iterable[BugKey], hidden: Iterable[BugKey]) -> tuple[Unresolved, ...]:
    """The bugs without a fresh state.

    A private one is among them where the last try did not see it either: it is then what it is to any stranger.
    """
    listed = {bug for bug in hidden if bug in ledger.absent}.union(bugs)
    return tuple(gone for bug in sorted(listed) if (gone := ledger.unresolved(bug)) is not None)


def _find_stale(unresolved: tuple[Unresolved, ...], ledger: Ledger, after: States) -> dict[BugKey, datetime]:
    """The bugs that could not be checked, with when what is shown of them was last true."""
    shown: dict[BugKey, datetime] = {}
    for state in after.tasks.values():
        shown[state.bug] = max(state.observed_at, shown.get(state.bug, state.observed_at))
    stale = {}
    for gone in unresolved:
        row = ledger.bugs.get(gone.bug)
        at = row.read_at if row is not None else shown.get(gone.bug)
        if at is not None:
            stale[gone.bug] = at
    return stale
