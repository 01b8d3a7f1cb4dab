"""Across meetings: each task's status at each, how many were open, and what was carried longest.

Unknown is not unchanged: a status that rests on an older word or read than the meeting is marked, and not counted.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from itertools import accumulate
from typing import Final

from lptrack.join.bulk import without_collector
from lptrack.join.endpoints import end_of
from lptrack.join.evidence import Evidence
from lptrack.join.model import Endpoint, Matrix, Trends, Window, is_old
from lptrack.join.selection import RaisedBugs
from lptrack.join.states import Key, build_states
from lptrack.join.states_without_history import build_without_history, changes_without_history
from lptrack.join.stretches import Instants, iter_stretches
from lptrack.model import UNKNOWN, BugKey, Meeting, TaskState, Value
from lptrack.storage.rows import StatusSpan, TaskRow
from lptrack.trackers import words_of

CARRIED: Final = 20
"""How many of the bugs carried longest are listed."""


class Old(Enum):
    """The status of a task that is known from before a meeting only."""

    OLD = "old"


OLD: Final = Old.OLD
_NEVER: Final = datetime(1, 1, 1, tzinfo=UTC)  # of a meeting whose day nobody knows: before every span


def build_matrix(evidence: Evidence, window: Window, last: int = 12) -> Matrix:
    """The window's tasks at its last meetings, in the interface's order, each with the state it has at the end."""
    with without_collector():
        return _build_matrix(evidence, window, window.meetings[-last:] if last > 0 else ())


def _build_matrix(evidence: Evidence, window: Window, meetings: tuple[Meeting, ...]) -> Matrix:
    states = {**window.before, **window.after}
    cells: dict[Key, list[Value]] = {key: [None] * len(meetings) for key in states}
    fresh = (False,) * len(meetings)
    old: dict[Key, list[bool]] = {}
    apart = (evidence.mixed | evidence.without_history).intersection(window.bugs)
    for place, meeting in enumerate(meetings if apart else ()):
        end = Endpoint(meeting, meeting.started_at or window.end.at)
        for key, state in build_states(evidence, end, only=apart).tasks.items():
            if key in cells:
                cells[key][place] = state.status
                old.setdefault(key, [*fresh])[place] = state.observed_at < _begin(meeting, end.at)
    starts = [meeting.started_at or window.end.at for meeting in meetings]
    for span in evidence.spans:
        row = cells.get((span.bug, str(span.task)))
        if row is not None and span.bug not in apart:
            begin, end_ = bisect_left(starts, span.since), len(starts)
            if span.until is not None:
                end_ = bisect_left(starts, span.until)
            row[begin:end_] = [span.status] * (end_ - begin)
            read = bisect_right(starts, evidence.bugs[span.bug].read_at)
            if read < end_:
                late = old.setdefault((span.bug, str(span.task)), [*fresh])
                late[max(begin, read) : end_] = [True] * (end_ - max(begin, read))
    keys = sorted(states, key=lambda key: (key[0], states[key].target, key[1]))
    keys = [key for key in keys if any(cell is not None for cell in cells[key])]
    return Matrix(
        meetings,
        tuple((states[key], tuple(cells[key])) for key in keys),
        tuple(tuple(old[key]) if key in old else fresh for key in keys),
    )


def _begin(meeting: Meeting, at: datetime) -> datetime:
    """From when on a word or a read tells of this meeting; a log's clock is exact to the minute."""
    return (meeting.started_at or at).replace(second=0, microsecond=0)


def build_trends(evidence: Evidence, window: Window) -> Trends:
    """Per meeting of the window, over the unfolded tasks of the bugs spoken of by then.

    Work grows with the spans, not with spans times meetings: each span adds to its first meeting and takes from its
    last. ``carried``: tasks open at the end, at how many of the meetings they are known to have been,
    and for how long.
    """
    with without_collector():
        return _build_trends(evidence, window)


def _build_trends(evidence: Evidence, window: Window) -> Trends:
    meetings = window.meetings
    ids = {meeting.id: place for place, meeting in enumerate(meetings)}
    raised = window.raised
    named = {bug: raised.first(bug) if isinstance(raised, RaisedBugs) else raised[bug].first for bug in raised}
    first = {bug: ids[id_] for bug, id_ in named.items() if id_ is not None and id_ in ids}
    states = {**window.before, **window.after}
    count = _Count(meetings, first, {key for key, state in states.items() if state.folded}, evidence.mixed)
    witnessed = {bug for bug in first if bug not in evidence.bugs or not evidence.bugs[bug].has_history}
    wanted = set(window.bugs) - witnessed
    for span in evidence.spans:
        if span.bug in wanted and span.bug in first:
            count.add((span.bug, str(span.task)), span, evidence.bugs[span.bug].read_at)
    dated = _Dated(meetings, first)
    _add_later_statuses(count, wanted & evidence.mixed, evidence, dated)
    _add_without_history(count, witnessed & set(window.bugs), evidence, dated)
    return Trends(
        meetings=meetings,
        open=tuple(count.totals(lambda tracker, status: not words_of(tracker).is_closed(status))),
        closed=tuple(count.totals(lambda tracker, status: words_of(tracker).is_closed(status))),
        unknown=tuple(count.unknown()),
        unchecked=tuple(count.unchecked()),
        by_status={name: tuple(column) for name, column in count.by_status().items()},
        carried=tuple(_carried(window, count, first)),
    )


class _Count:
    """Sums over meetings by status, kept as differences from one meeting to the next."""

    __slots__ = ("begins", "first", "folded", "mixed", "open_in", "size", "starts", "steps")

    def __init__(
        self, meetings: Sequence[Meeting], first: dict[BugKey, int], folded: set[Key], mixed: frozenset[BugKey]
    ) -> None:
        self.mixed = mixed
        self.starts = [meeting.started_at or _NEVER for meeting in meetings]
        self.begins = [_begin(meeting, _NEVER) for meeting in meetings]
        self.size = len(meetings)
        self.first = first
        self.folded = folded
        self.steps: dict[tuple[str, Value | Old], list[int]] = {}
        self.open_in: dict[Key, int] = {}

    def add(self, key: Key, span: StatusSpan, read_at: datetime) -> None:
        """A stretch of time: the meetings that started within, from the first that spoke of the bug.

        Of those after the read its word is old.
        """
        status = span.status
        begin = max(bisect_left(self.starts, span.since), self.first[key[0]])
        end = self.size if span.until is None else bisect_left(self.starts, span.until)
        read = max(begin, min(end, bisect_right(self.starts, read_at)))
        self._step(key, begin, read, status)
        if key[0] not in self.mixed:  # else what bots told since may be newer
            self._step(key, read, end, UNKNOWN if status is UNKNOWN else OLD)

    def add_state(self, key: Key, begin: int, end: int, state: TaskState) -> None:
        """What is known at the meetings from ``begin`` until before ``end``; of those after it was said it is old."""
        late = bisect_right(self.begins, state.observed_at, begin, end)
        self._step(key, begin, late, state.status)
        self._step(key, late, end, UNKNOWN if state.status is UNKNOWN else OLD)

    def _step(self, key: Key, begin: int, end: int, status: Value | Old) -> None:
        if begin >= end or key in self.folded:
            return
        tracker = key[0].tracker
        steps = self.steps.setdefault((tracker, status), [0] * (self.size + 1))
        steps[begin] += 1
        steps[end] -= 1
        if isinstance(status, str) and not words_of(tracker).is_closed(status):
            self.open_in[key] = self.open_in.get(key, 0) + end - begin

    def by_status(self) -> dict[str, list[int]]:
        """The sums of each known status."""
        found: dict[str, list[int]] = {}
        for name in sorted({status for _, status in self.steps if isinstance(status, str)}):
            found[name] = self.totals(lambda _tracker, status, name=name: status == name)  # type: ignore[misc]
        return found

    def unknown(self) -> list[int]:
        """The sums of what is not known."""
        return self._sums(lambda _tracker, status: status is UNKNOWN)

    def unchecked(self) -> list[int]:
        """The sums of what is known from before only."""
        return self._sums(lambda _tracker, status: status is OLD)

    def totals(self, counts: Callable[[str, str], bool]) -> list[int]:
        """The sums of the known statuses that count."""
        return self._sums(lambda tracker, status: isinstance(status, str) and counts(tracker, status))

    def _sums(self, counts: Callable[[str, Value | Old], bool]) -> list[int]:
        columns = [steps for (tracker, status), steps in self.steps.items() if counts(tracker, status)]
        return list(accumulate(map(sum, zip(*columns, strict=True))))[: self.size] if columns else [0] * self.size


class _Dated:
    """The window's meetings that have a day: the undated stand before them and nothing is known of their time."""

    __slots__ = ("first", "meetings", "size", "undated")

    def __init__(self, meetings: Sequence[Meeting], first: Mapping[BugKey, int]) -> None:
        self.meetings = meetings
        self.size = len(meetings)
        self.undated = sum(meeting.started_at is None for meeting in meetings)
        self.first = first

    def instants(self, end: Callable[[Meeting, datetime], datetime]) -> list[datetime]:
        """One of each meeting."""
        return [_NEVER if each.started_at is None else end(each, each.started_at) for each in self.meetings]


def _add_without_history(count: _Count, bugs: set[BugKey], evidence: Evidence, dated: _Dated) -> None:
    """Bugs without a history: the states between any two moments at which something was said or seen."""
    ends = dated.instants(lambda meeting, start: meeting.ended_at or start)
    found = Instants(ends)
    for bug in bugs:
        cuts = [found.find_cuts(moment) for moment in changes_without_history(bug, evidence)]
        for begin, end in iter_stretches(max(dated.first[bug], dated.undated), dated.size, cuts):
            for state in build_without_history(bug, evidence, ends[begin])[0]:
                count.add_state((bug, state.task), begin, end, state)


def _add_later_statuses(count: _Count, bugs: set[BugKey], evidence: Evidence, dated: _Dated) -> None:
    """Bugs with a history of which bots may tell more, at the meetings after the read."""
    rows: dict[BugKey, list[TaskRow]] = {}
    for row in evidence.of_mixed:
        if row.bug in bugs:
            rows.setdefault(row.bug, []).append(row)
    starts = Instants(count.starts)
    ends = Instants(dated.instants(lambda meeting, start: end_of(Endpoint(meeting, start))))
    for bug, mine in rows.items():
        narrow = replace(evidence, of_mixed=tuple(mine))
        moments = {moment for row in mine for moment in (row.since, row.until, row.bug_since, row.bug_until)}
        cuts = [starts.find_cuts(moment) for moment in moments if moment is not None]
        cuts += [ends.find_cuts(moment) for moment in changes_without_history(bug, evidence)]
        first = max(dated.first.get(bug, dated.size), bisect_right(count.starts, evidence.bugs[bug].read_at))
        for begin, end in iter_stretches(first, dated.size, cuts):
            at = Endpoint(dated.meetings[begin], count.starts[begin])
            for key, state in build_states(narrow, at, only=(bug,)).tasks.items():
                count.add_state(key, begin, end, state)


def _carried(
    window: Window, count: _Count, first: dict[BugKey, int]
) -> list[tuple[TaskState, int, timedelta | None]]:
    carried: list[tuple[TaskState, int, timedelta | None]] = []
    for key, state in window.after.items():
        ended = state.status is UNKNOWN or words_of(state.bug.tracker).is_closed(state.status)
        if state.folded or ended or key not in count.open_in:
            continue
        begin: datetime | None = window.meetings[first[key[0]]].started_at
        last = window.end.at
        if is_old(state, window.meetings):
            last = state.observed_at
        age = None if begin is None else max(last - begin, timedelta(0))
        carried.append((state, count.open_in[key], age))
    carried.sort(key=lambda each: (-each[1], -(each[2] or timedelta(0)), each[0].bug, each[0].target))
    return carried[:CARRIED]
