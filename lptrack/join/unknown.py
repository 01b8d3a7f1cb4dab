"""Why the values of a state are unknown: from the tracker's log where there is one, else from what was read. Pure."""

from __future__ import annotations

from datetime import datetime

from lptrack.join.model import BugLife
from lptrack.model import (
    STATE_FIELDS,
    UNKNOWN,
    Absence,
    BugHistory,
    Gap,
    StateField,
    TaskLife,
    TaskSpan,
    TaskState,
    UnknownReason,
    Value,
)
from lptrack.trackers import spell

_BY_ABSENCE = {
    Absence.NOT_VISIBLE: UnknownReason.NOT_VISIBLE,
    Absence.UNREACHABLE: UnknownReason.UNREACHABLE,
    Absence.OFFLINE: UnknownReason.NEVER_ASKED,
}


def find_gaps(state: TaskState, at: datetime, life: BugLife) -> tuple[Gap, ...]:
    """Of each unknown field of a state at ``at``: why, and for how long around then it is unknown."""
    history = life.history
    task = None if history is None or at >= history.read_at else _find_task(history, state)
    return tuple(
        _of_rows(name, task, at) if task is not None else _of_reads(name, at, life)
        for name in STATE_FIELDS
        if state.value(name) is UNKNOWN
    )


def find_words(state: TaskState, gap: Gap, life: BugLife) -> tuple[tuple[datetime, str, str, int], ...]:
    """What bots said of the field and target while it is unknown: when, what, source and line. They settle nothing.

    A tracker's log that is whole and does not decide tells of a silent change, before the bot's line or after it.
    """
    found = []
    for each in life.announcements:
        at, printed = each.reference.at, {"status": each.status, "importance": each.importance}.get(gap.field)
        value = spell(state.bug.tracker, printed)
        fits = each.target is not None and each.target.casefold() == state.target.casefold()
        if fits and at is not None and value is not None and gap.is_at(at):
            found.append((at, value, each.reference.source, each.reference.line))
    return tuple(found)


def _find_task(history: BugHistory, state: TaskState) -> TaskLife | None:
    return next((each for each in history.lives if str(each.key) == state.task), None)


def _of_rows(name: StateField, task: TaskLife, at: datetime) -> Gap:
    """The reason that the reconstruction gives; the bounds are those of the whole stretch that is unknown."""
    reason = next((gap.reason for gap in task.gaps if gap.field == name and gap.is_at(at)), UnknownReason.NOT_DECIDED)
    spans = task.spans
    here = next((place for place, span in enumerate(spans) if span.until is None or at < span.until), len(spans) - 1)
    first = last = here
    while first > 0 and _value(spans[first - 1], name) is UNKNOWN:
        first -= 1
    while last + 1 < len(spans) and _value(spans[last + 1], name) is UNKNOWN:
        last += 1
    return Gap(name, spans[first].since, spans[last].until, reason)


def _value(span: TaskSpan, name: StateField) -> Value:
    value: Value = getattr(span, name)
    return value


def _of_reads(name: StateField, at: datetime, life: BugLife) -> Gap:
    """Without a log: what reads there are, else why there is none."""
    reads = [read_at for read_at, _ in life.observed]
    if any(read_at <= at for read_at in reads):
        return Gap(name, at, None, UnknownReason.NOT_IN_ANSWER)
    if reads:
        return Gap(name, at, min(reads), UnknownReason.LOG_REFUSED)
    absent = life.unresolved
    return Gap(name, at, None, UnknownReason.NEVER_ASKED if absent is None else _BY_ABSENCE[absent.reason])
