"""What differs between two instants: net of what happened between, and only where both values are known. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from lptrack.join.states import Key, States
from lptrack.model import (
    CHANGE_FIELDS,
    STATE_FIELDS,
    UNKNOWN,
    BugKey,
    Change,
    ChangeField,
    EventBasis,
    StatusEvent,
    TaskState,
    Value,
    Witness,
)

Events = Mapping[BugKey, Sequence[StatusEvent]]
_ORDER: Final = {name: place for place, name in enumerate(CHANGE_FIELDS)}


def pair_tasks(before: States, after: States) -> list[tuple[Key, TaskState | None, TaskState | None]]:
    """Every task of either end with its state at both, by the key it has at the end.

    A target that was removed and added again between is one to the reader: the same target stands at both ends.
    """
    pairs: list[tuple[Key, TaskState | None, TaskState | None]] = []
    removed: dict[tuple[BugKey, str], Key] = {}
    for key, state in before.tasks.items():
        if key not in after.tasks:
            removed[state.bug, state.target] = key
    for key, state in after.tasks.items():
        old = before.tasks.get(key)
        if old is None and (former := removed.pop((state.bug, state.target), None)) is not None:
            old = before.tasks[former]
        pairs.append((key, old, state))
    pairs.extend((key, before.tasks[key], None) for key in removed.values())
    return pairs


def net_changes(before: States, after: States, events: Events) -> tuple[Change, ...]:
    """The changes in the interface's order. ``events`` are those between the ends."""
    unproven = before.unproven | after.unproven
    pairs = pair_tasks(before, after)
    changes = [change for key, old, new in pairs for change in _compare(key, old, new, unproven, events)]
    changes += _compare_bugs(pairs, events)
    return tuple(sorted(changes, key=lambda each: (each.bug, each.target, _ORDER[each.field], each.task)))


def _compare(
    key: Key, old: TaskState | None, new: TaskState | None, unproven: frozenset[Key], events: Events
) -> Iterator[Change]:
    if old is new:
        return
    if old is None or new is None:
        state = new or old
        assert state is not None
        if key not in unproven:
            yield _change(
                state, "task", None if old is None else old.target, None if new is None else new.target, events
            )
        return
    for name in STATE_FIELDS:
        was, is_now = old.value(name), new.value(name)
        if was is not UNKNOWN and is_now is not UNKNOWN and was != is_now:
            yield _change(new, name, was, is_now, events)
    if old.target != new.target and key not in unproven:
        yield _change(new, "target", old.target, new.target, events)


def _compare_bugs(
    pairs: Sequence[tuple[Key, TaskState | None, TaskState | None]], events: Events
) -> Iterator[Change]:
    """What changed of each bug itself, told on its first task that people see."""
    first: dict[BugKey, tuple[TaskState, TaskState]] = {}
    for _, old, new in pairs:
        if old is None or new is None or (old is new and new.bug not in events):
            continue
        other = first.get(new.bug)
        if other is None or (new.folded, new.target) < (other[1].folded, other[1].target):
            first[new.bug] = old, new
    for bug, (old, new) in first.items():
        was, is_now = old.duplicate_of, new.duplicate_of
        if was is not UNKNOWN and is_now is not UNKNOWN and was != is_now:
            yield _change(new, "duplicate_of", was, is_now, events)
        yield from _compare_events(new, events.get(bug, ()))


def _compare_events(state: TaskState, events: Sequence[StatusEvent]) -> Iterator[Change]:
    """What only the log tells: whether a bug became private, or a question."""
    for name in ("visibility", "question"):
        steps = [event for event in events if event.task is None and event.field == name]
        if not steps:
            continue
        was, is_now = steps[0].before, steps[-1].after
        if was is not UNKNOWN and is_now is not UNKNOWN and was != is_now:
            yield replace(_blank_change(state, name, was, is_now), changed_at=steps[-1].at, changed_by=steps[-1].by)


def _change(state: TaskState, name: ChangeField, before: str | None, after: str | None, events: Events) -> Change:
    changed_at, changed_by = None, None
    if state.known_by is Witness.HISTORY:
        changed_at, changed_by = _last_event(events.get(state.bug, ()), state.task, name, after)
    return replace(_blank_change(state, name, before, after), changed_at=changed_at, changed_by=changed_by)


def _blank_change(state: TaskState, name: ChangeField, before: str | None, after: str | None) -> Change:
    """Without when and by whom."""
    return Change(
        bug=state.bug,
        task=state.task,
        url=state.url,
        title=state.title,
        target=state.target,
        package=state.package,
        series=state.series,
        field=name,
        before=before,
        after=after,
        changed_at=None,
        changed_by=None,
        known_by=state.known_by,
    )


def _last_event(
    events: Sequence[StatusEvent], task: str, name: ChangeField, after: Value
) -> tuple[datetime | None, str | None]:
    """When and by whom the value came about; None where it came silently (a bound is no date).

    A task that was added silently does have its date: its own birth. A value that a task was born with came then.
    """
    last, birth = None, None
    owner = None if name == "duplicate_of" else task
    for event in events:
        if (None if event.task is None else str(event.task)) != owner:
            continue
        if event.field == name:
            last = event
        if event.field == "task" and event.after is not None:
            birth = event
    if last is None and birth is not None:
        last, after, name = birth, birth.after, "task"
    if last is None or last.after not in (after, UNKNOWN):
        return None, None
    if last.basis is EventBasis.SILENT:
        return (last.at, None) if name == "task" and after is not None else (None, None)
    return last.at, last.by


def find_detour(key: Key, events: Events) -> tuple[StatusEvent, ...]:
    """The events of a task that is the same at both ends: there and back. Empty where nothing happened."""
    bug, task = key
    return tuple(
        event
        for event in events.get(bug, ())
        if event.task is not None
        and str(event.task) == task
        and (event.field in STATE_FIELDS or event.field == "target")
        and UNKNOWN not in (event.before, event.after)  # neither end unknown: else nothing went there and back
        and event.before != event.after
    )


def uncertain_fields(old: TaskState | None, new: TaskState) -> tuple[str, ...]:
    """The fields of a task that cannot be compared, because one end is not known."""
    if old is None:
        return STATE_FIELDS
    if old is new and UNKNOWN not in (new.status, new.importance, new.assignee, new.milestone):
        return ()
    return tuple(name for name in STATE_FIELDS if UNKNOWN in (old.value(name), new.value(name)))
