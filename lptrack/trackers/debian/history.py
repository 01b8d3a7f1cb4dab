"""A Debian bug's life: spans and events from the rows of its log, as far as those prove it.

Pure. Everything before what can be understood is UNKNOWN, and `BugHistory.notes` says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from lptrack.model import UNKNOWN, BugHistory, BugTask, LogEntry, Observation, Span, StatusEvent, TaskLife, TaskSpan
from lptrack.model import Value as AnyValue
from lptrack.trackers.debian.replay import Tracks, Versions, replay, spelled_versions
from lptrack.trackers.debian.tracks import Tags

_BEFORE_DEBBUGS: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TASK: Final = 0  # a bug has one task, and has it for life
_TASK_FIELDS: Final = ("status", "importance", "assignee", "milestone")


@dataclass(frozen=True, slots=True)
class _Moment:
    """The whole bug from `at` on, after the message whose last row is at `position`."""

    at: datetime
    position: int
    by: str | None
    target: str
    status: AnyValue
    importance: AnyValue
    assignee: AnyValue
    milestone: AnyValue
    title: AnyValue
    tags: AnyValue

    def span(self, until: datetime | None) -> TaskSpan:
        return TaskSpan(self.at, until, self.target, self.status, self.importance, self.assignee, self.milestone)


def build_history(observation: Observation, entries: Sequence[LogEntry], read_at: datetime) -> BugHistory:
    """Everything that the log proves of this bug's past, up to the present that was read."""
    if not observation.tasks:
        return BugHistory(observation.bug, read_at, (), ())
    task = observation.tasks[0]
    # What arrived while we were reading is not in the state that we read.
    rows = [entry for entry in entries if entry.at <= read_at]
    tracks = replay(observation, task, rows)
    spelled = spelled_versions(task)
    born = min(observation.created_at or _BEFORE_DEBBUGS, read_at)
    moments = [_moment(tracks, spelled, task, born, -1, None)]
    for at, position, by in _messages(rows):
        moments.append(_moment(tracks, spelled, task, max(at, born), position, by))
    events = tuple(event for before, after in pairwise(moments) for event in _events(before, after))
    if tracks.reported:
        # The message that opened the bug made it what it first was: that is no change.
        first = moments.pop(1)
        moments[0] = _moment(tracks, spelled, task, born, first.position, first.by)
        events = tuple(event for event in events if event.position != first.position)
    moments.append(_present(observation, task, read_at))
    spans = _spans(moments)
    return BugHistory(
        bug=observation.bug,
        read_at=read_at,
        lives=(TaskLife(_TASK, spans, current=0),),
        events=events,
        titles=_wide(moments, "title"),
        tags=_wide(moments, "tags"),
        notes=tuple(tracks.notes),
    )


def _messages(rows: Sequence[LogEntry]) -> Iterator[tuple[datetime, int, str | None]]:
    """Each message that asked for something: when, its last row, from whom."""
    for index, row in enumerate(rows):
        last = index + 1 == len(rows) or rows[index + 1].what == "mail"
        if last and row.what != "mail":
            yield row.at, row.position, row.person


def _moment(tracks: Tracks, spelled: Versions, task: BugTask, at: datetime, position: int, by: str | None) -> _Moment:
    package, tags = tracks.package.at(position), tracks.tags.at(position)
    return _Moment(
        at=at,
        position=position,
        by=by,
        target=package if isinstance(package, str) else task.target,
        status=tracks.status(position),
        importance=tracks.severity.at(position),
        assignee=tracks.owner.at(position),
        milestone=tracks.milestone(position, spelled),
        title=tracks.title.at(position),
        tags=tags.words if isinstance(tags, Tags) else UNKNOWN,
    )


def _present(observation: Observation, task: BugTask, read_at: datetime) -> _Moment:
    return _Moment(
        at=read_at,
        position=-1,
        by=None,
        target=task.target,
        status=UNKNOWN if task.status is None else task.status,
        importance=UNKNOWN if task.importance is None else task.importance,
        assignee=task.assignee,
        milestone=task.milestone,
        title=UNKNOWN if observation.title is None else observation.title,
        tags=" ".join(sorted(observation.tags)),
    )


def _events(before: _Moment, after: _Moment) -> Iterator[StatusEvent]:
    if before.target != after.target:
        yield _event(after, "target", before.target, after.target)
    for name in _TASK_FIELDS:
        old, new = getattr(before, name), getattr(after, name)
        if old != new and new is not UNKNOWN:
            yield _event(after, name, old, new)
    for name in ("title", "tags"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new and new is not UNKNOWN:
            yield StatusEvent(after.at, after.position, after.by, None, None, name, old, new)


def _event(moment: _Moment, name: str, old: AnyValue, new: AnyValue) -> StatusEvent:
    return StatusEvent(moment.at, moment.position, moment.by, _TASK, moment.target, name, old, new)


def _spans(moments: Sequence[_Moment]) -> tuple[TaskSpan, ...]:
    """Adjacent spans that differ; of several moments in one second the last one stands."""
    kept: list[_Moment] = []
    for moment in moments:
        if kept and kept[-1].at == moment.at:
            kept.pop()
        if not kept or kept[-1].span(None) != replace(moment, at=kept[-1].at).span(None):
            kept.append(moment)
    ends = [moment.at for moment in kept[1:]]
    return tuple(moment.span(until) for moment, until in zip(kept, [*ends, None], strict=True))


def _wide(moments: Sequence[_Moment], name: str) -> tuple[Span, ...]:
    kept: list[tuple[datetime, AnyValue]] = []
    for moment in moments:
        value = getattr(moment, name)
        if kept and kept[-1][0] == moment.at:
            kept.pop()
        if not kept or kept[-1][1] != value:
            kept.append((moment.at, value))
    ends = [at for at, _ in kept[1:]]
    return tuple(Span(at, until, value) for (at, value), until in zip(kept, [*ends, None], strict=True))
