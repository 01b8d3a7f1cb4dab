"""Where everything stands at one instant: every bug that was ever referenced, with all its tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lptrack.join.bulk import without_collector
from lptrack.join.endpoints import select_meetings
from lptrack.join.evidence import Evidence
from lptrack.join.model import Endpoint, Filters
from lptrack.join.selection import count_raised, find_folded, fits, select_bugs, simplify
from lptrack.join.states import States, build_states
from lptrack.join.window import Scope, list_unresolved, mark_folded
from lptrack.model import BugKey, TaskState, Unresolved


@dataclass(frozen=True, slots=True)
class Status:
    """The tasks at ``end``, in the interface's order, and the bugs without a fresh state."""

    end: Endpoint
    tasks: tuple[TaskState, ...]
    unresolved: tuple[Unresolved, ...]
    since: Mapping[tuple[BugKey, str], datetime | None]  # when each task's status began; None: cannot be known


def build_status(evidence: Evidence, end: Endpoint, scope: Scope | None = None) -> Status:
    """The state of every tracked bug task at the instant."""
    with without_collector():
        return _build_status(evidence, end, scope or Scope())


def _build_status(evidence: Evidence, end: Endpoint, scope: Scope) -> Status:
    selected = _select(evidence, scope)
    hidden = {bug for bug in selected if evidence.is_hidden(bug, scope.filters.private)}
    bugs = selected - hidden
    states = build_states(evidence, end, bugs.__contains__)
    if scope.fold:
        states = _fold(states, evidence, scope, end)
    tasks = tuple(state for state in states.tasks.values() if fits(state, scope.filters))
    return Status(end, tasks, list_unresolved(evidence, bugs, hidden), states.since)


def _select(evidence: Evidence, scope: Scope) -> set[BugKey]:
    filters = scope.filters
    if asks_for_meetings(filters):
        meetings = select_meetings(evidence.meetings, filters, scope.team_of)
        bugs = select_bugs(count_raised(evidence.mentions, meetings), evidence.mentions, filters)
    else:
        names = {name.casefold() for name in filters.tracker}
        bugs = {bug for bug in evidence.referenced if not names or bug.tracker.casefold() in names}
    return (bugs | set(scope.track)) - set(scope.ignore)


def asks_for_meetings(filters: Filters) -> bool:
    """Whether the filters are about how bugs were spoken of, so that the mentions are needed."""
    return bool(filters.team or filters.channel or filters.speaker or filters.since)


def _fold(states: States, evidence: Evidence, scope: Scope, end: Endpoint) -> States:
    meant: dict[BugKey, set[str]] = {}
    for bug, target, _meeting in evidence.announced_targets:
        meant.setdefault(bug, set()).add(simplify(target))
    series = scope.series_of(scope.team_of(end.meeting)) if end.meeting is not None else ()
    return mark_folded(states, find_folded(states.tasks.values(), meant, series, evidence.former_targets))
