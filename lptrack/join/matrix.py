"""Across meetings: each task's status at each, how many were open, and what was carried longest.

Unknown is not unchanged: a status that rests on an older word or read than the meeting is marked, and not counted.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from itertools import accumulate
from typing import Final

from lptrack.join.bulk import without_collector
from lptrack.join.evidence import Evidence
from lptrack.join.model import Endpoint, Matrix, Trends, Window, is_old
from lptrack.join.selection import RaisedBugs
from lptrack.join.states import Key, build_states
from lptrack.join.states_without_history import build_without_history
from lptrack.model import UNKNOWN, BugKey, Meeting, TaskState, Value
from lptrack.storage.rows import StatusSpan
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
    for place, key, status in _later_statuses(evidence, wanted & evidence.mixed, meetings, first):
        count.add_one(key, place, status)
    for place, key, status in _statuses_without_history(witnessed & set(window.bugs), evidence, meetings, first):
        count.add_one(key, place, status)
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

    __slots__ = ("first", "folded", "mixed", "open_in", "size", "starts", "steps")

    def __init__(
        self, meetings: Sequence[Meeting], first: dict[BugKey, int], folded: set[Key], mixed: frozenset[BugKey]
    ) -> None:
        self.mixed = mixed
        self.starts = [meeting.started_at or _NEVER for meeting in meetings]
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

    def add_one(self, key: Key, place: int, status: Value | Old) -> None:
        """One meeting."""
        self._step(key, place, place + 1, status)

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


def _statuses_without_history(
    bugs: set[BugKey], evidence: Evidence, meetings: Sequence[Meeting], first: dict[BugKey, int]
) -> Iterator[tuple[int, Key, Value | Old]]:
    """Bugs without a history, meeting by meeting."""
    for bug in sorted(bugs):
        for place in range(first[bug], len(meetings)):
            start = meetings[place].started_at
            if start is None:
                continue
            for state in build_without_history(bug, evidence, meetings[place].ended_at or start)[0]:
                yield place, (bug, state.task), _unless_old(state, meetings[place], start)


def _later_statuses(
    evidence: Evidence, bugs: set[BugKey], meetings: Sequence[Meeting], first: dict[BugKey, int]
) -> Iterator[tuple[int, Key, Value | Old]]:
    """Bugs with a history of which bots may tell more, at the meetings after the read."""
    for place, meeting in enumerate(meetings):
        start = meeting.started_at
        if start is None:
            continue
        late = {bug for bug in bugs if first.get(bug, place + 1) <= place and evidence.bugs[bug].read_at < start}
        if not late:
            continue
        for key, state in build_states(evidence, Endpoint(meeting, start), only=late).tasks.items():
            yield place, key, _unless_old(state, meeting, start)


def _unless_old(state: TaskState, meeting: Meeting, at: datetime) -> Value | Old:
    return OLD if state.status is not UNKNOWN and state.observed_at < _begin(meeting, at) else state.status


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
