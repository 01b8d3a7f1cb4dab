"""The window of a report: the states at its two ends, what moved between them, and how it was spoken of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from lptrack.join.bulk import without_collector
from lptrack.join.compare import find_detour, net_changes, pair_tasks, uncertain_fields
from lptrack.join.endpoints import TeamOf, own_team, select_meetings
from lptrack.join.evidence import Evidence
from lptrack.join.model import Endpoint, Filters, Later, Still, Window
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
from lptrack.join.states import Key, States, build_states, no_states
from lptrack.model import WORK_FIELDS, BugKey, Change, Meeting, StatusEvent, TaskState, Unresolved, Value

SeriesOf = Callable[[tuple[str, str | None]], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Scope:
    """What configuration and command line say of every report: teams, filters, bugs always or never in it.

    ``team``: that one's meetings alone. ``track`` and ``ignore`` give each bug's reason; ``fold`` False shows every
    task to people too.
    """

    filters: Filters = field(default_factory=Filters)
    team_of: TeamOf = own_team
    series_of: SeriesOf = lambda _team: ()
    track: Mapping[BugKey, str] = field(default_factory=dict)
    ignore: Mapping[BugKey, str] = field(default_factory=dict)
    fold: bool = True
    team: tuple[str, str | None] | None = None

    def select(self, meetings: Sequence[Meeting]) -> tuple[Meeting, ...]:
        """The meetings that count, oldest first."""
        selected = select_meetings(meetings, self.filters, self.team_of)
        return selected if self.team is None else tuple(each for each in selected if self.team_of(each) == self.team)


def build_window(
    evidence: Evidence,
    start: Endpoint | None,
    end: Endpoint,
    scope: Scope | None = None,
    newest: datetime | None = None,
) -> Window:
    """Everything that moved between two instants, of the bugs that the team spoke of up to the end.

    ``newest``: a moment after the end that ``evidence`` was loaded for: what the statuses have become by then.
    """
    with without_collector():
        return _build_window(evidence, start, end, scope or Scope(), newest)


def _build_window(
    evidence: Evidence, start: Endpoint | None, end: Endpoint, scope: Scope, newest: datetime | None
) -> Window:
    subject = _find_subject(evidence, start, end, scope)
    before, after = _states_at_both_ends(evidence, start, end, subject)
    bugs = subject.bugs
    later = {} if newest is None else _find_later(evidence, after, newest)
    if narrows(scope.filters):
        before, after = _selected(before, after, scope.filters)
        bugs = {bug for bug, _ in {*after.tasks, *before.tasks}} | {bug for bug in bugs if bug in scope.track}
    if scope.fold:
        before, after = _fold_both(evidence, before, after, start, end, subject.meetings, scope)
    new_bugs = _find_new(subject.raised, start, end, subject.meetings)
    subject.raised.keep(bugs)
    unresolved = list_unresolved(evidence, bugs, subject.hidden)
    reads = [evidence.bugs[bug].read_at for bug in bugs if bug in evidence.bugs]
    changes = () if start is None else net_changes(before, after, evidence.events)
    return Window(
        start=start,
        end=end,
        meetings=subject.meetings,
        bugs=tuple(sorted(bugs)),
        changes=changes,
        new=tuple(state for state in after.tasks.values() if start is None or state.bug in new_bugs),
        unchanged=() if start is None else _find_unchanged(before, after, changes, new_bugs, evidence),
        unresolved=unresolved,
        before=before.tasks,
        after=after.tasks,
        raised=subject.raised,
        since=after.since,
        read_at=(min(reads), max(reads)) if reads else None,
        stale=_find_stale(unresolved, evidence, after),
        run=evidence.run,
        reasons={**scope.track, **scope.ignore},
        filters=scope.filters,
        touched=after.touched,
        later=later,
        work=_find_work(evidence, bugs),
        masters=_find_masters(evidence, end, after, bugs),
    )


@dataclass(frozen=True, slots=True)
class Subject:
    """What a window is about: the team's meetings, how its bugs were spoken of, and those that nobody may see."""

    meetings: tuple[Meeting, ...]
    raised: RaisedBugs
    bugs: set[BugKey]
    hidden: set[BugKey]


def _find_subject(evidence: Evidence, start: Endpoint | None, end: Endpoint, scope: Scope) -> Subject:
    """The bugs that the filters leave, the private ones apart."""
    meetings = meetings_until(end, start, scope.select(evidence.meetings), scope.team_of)
    raised = count_raised(evidence.mentions, meetings)
    bugs = (select_bugs(raised, evidence.mentions, scope.filters) | set(scope.track)) - set(scope.ignore)
    hidden = {bug for bug in bugs if evidence.is_hidden(bug, scope.filters.private)}
    return Subject(meetings, raised, bugs - hidden, hidden)


def _states_at_both_ends(
    evidence: Evidence, start: Endpoint | None, end: Endpoint, subject: Subject
) -> tuple[States, States]:
    after = build_states(evidence, end, subject.bugs.__contains__)
    if start is None:
        return no_states(end.at), after
    return build_states(evidence, start, subject.bugs.__contains__, later=after), after


def _find_later(evidence: Evidence, after: States, newest: datetime) -> dict[Key, Later]:
    """The tasks of the window's end whose status is known to be another by now."""
    bugs = {bug for bug, _ in after.tasks}
    now = build_states(evidence, Endpoint(None, newest), bugs.__contains__, later=after)
    found: dict[Key, Later] = {}
    for key, then in after.tasks.items():
        state = now.tasks.get(key)
        if state is not None and state is not then and isinstance(state.status, str) and state.status != then.status:
            found[key] = Later(state.status, now.since.get(key), state.known_by, state.observed_at)
    return found


def _find_work(evidence: Evidence, bugs: Collection[BugKey]) -> dict[BugKey, tuple[StatusEvent, ...]]:
    """What was linked to each bug within the window and not taken off again."""
    found: dict[BugKey, tuple[StatusEvent, ...]] = {}
    for bug, events in evidence.events.items():
        if bug not in bugs:
            continue
        linked: dict[tuple[str, Value], StatusEvent] = {}
        for event in events:
            if event.field in WORK_FIELDS and event.task is None:
                linked.pop((event.field, event.before), None)
                if event.after is not None:
                    linked[event.field, event.after] = event
        if linked:
            found[bug] = tuple(linked.values())
    return found


def _find_masters(
    evidence: Evidence, end: Endpoint, after: States, bugs: Collection[BugKey]
) -> dict[BugKey, tuple[TaskState, ...]]:
    """The states of the bugs that others are duplicates of, where the team did not speak of them itself."""
    named = {
        BugKey(state.bug.tracker, int(state.duplicate_of))
        for state in after.tasks.values()
        if isinstance(state.duplicate_of, str) and state.duplicate_of.isdecimal()
    }
    wanted = {bug for bug in named.difference(bugs) if bug in evidence.bugs and not evidence.is_hidden(bug, ())}
    found: dict[BugKey, tuple[TaskState, ...]] = {}
    if wanted:
        for state in build_states(evidence, end, wanted.__contains__).tasks.values():
            found[state.bug] = (*found.get(state.bug, ()), state)
    return found


def _fold_both(
    evidence: Evidence,
    before: States,
    after: States,
    start: Endpoint | None,
    end: Endpoint,
    meetings: tuple[Meeting, ...],
    scope: Scope,
) -> tuple[States, States]:
    """Both ends with the tasks folded that the team does not care for: neither announced to it, nor of its series."""
    inside = {meeting.id for meeting in meetings}
    meant = [(bug, target) for bug, target, meeting in evidence.announced_targets if meeting in inside]
    named = end.meeting or (start.meeting if start is not None else None)
    series = scope.series_of(scope.team_of(named)) if named is not None else ()
    return _folded(before, after, meant, series, evidence.former_targets)


def _find_unchanged(
    before: States, after: States, changes: Sequence[Change], new_bugs: set[BugKey], evidence: Evidence
) -> tuple[Still, ...]:
    """The tasks that are the same at both ends, with what happened to them between."""
    moved = {(change.bug, change.task) for change in changes}
    unchanged = []
    for key, old, state in pair_tasks(before, after):
        if state is None or key in moved:
            continue
        detour = find_detour(key, evidence.events) if old is not None else ()
        if detour or state.bug not in new_bugs:
            unchanged.append(Still(state, bool(detour), detour, after.since.get(key), uncertain_fields(old, state)))
    return tuple(unchanged)


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


def list_unresolved(evidence: Evidence, bugs: Iterable[BugKey], hidden: Iterable[BugKey]) -> tuple[Unresolved, ...]:
    """The bugs without a fresh state.

    A private one is among them where the last try did not see it either: it is then what it is to any stranger.
    """
    listed = {bug for bug in hidden if bug in evidence.absent}.union(bugs)
    return tuple(absent for bug in sorted(listed) if (absent := evidence.unresolved(bug)) is not None)


def _find_stale(unresolved: tuple[Unresolved, ...], evidence: Evidence, after: States) -> dict[BugKey, datetime]:
    """The bugs that could not be checked, with when what is shown of them was last true."""
    shown: dict[BugKey, datetime] = {}
    for state in after.tasks.values():
        shown[state.bug] = max(state.observed_at, shown.get(state.bug, state.observed_at))
    stale = {}
    for absent in unresolved:
        row = evidence.bugs.get(absent.bug)
        at = row.read_at if row is not None else shown.get(absent.bug)
        if at is not None:
            stale[absent.bug] = at
    return stale
