"""Which section each task of a window stands in, how urgent it is there, and what its row says. Pure.

A task whose status, importance or targets moved stands in exactly one section of changes, in the one that asks for
most attention, with its lesser changes named beside.
"""

from __future__ import annotations

from lptrack.model import BugKey, Change, TaskState
from lptrack.report.judgement import (
    Move,
    failed_verifications,
    is_closed,
    is_fixed,
    is_importance_raised,
    judge_status,
    order_of_importance,
)
from lptrack.report.model import Row, SectionKey, Tone
from lptrack.report.rows import Desk, say_change
from lptrack.report.wording import say_age, say_count, say_list, say_value


def place_tasks(desk: Desk) -> dict[SectionKey, list[Row]]:  # noqa: C901
    """Every section's rows, in order: each task judged once."""
    rows: dict[SectionKey, list[tuple[tuple[object, ...], Row]]] = {key: [] for key in SectionKey}
    moved: set[BugKey] = set()
    for state in desk.visible.values():
        placed = _judge(desk, state)
        if placed is not None:
            key, urgency, row = placed
            rows[key].append(((urgency, *_by_importance(state)), row))
            moved.add(state.bug)
    for change in desk.window.changes:  # a target that was removed has no state any more
        if change.field == "task" and change.after is None and (change.bug, change.task) not in desk.window.after:
            before = desk.window.before.get((change.bug, change.task))
            if before is not None and not before.folded:
                key = SectionKey.OTHER if is_closed(before.bug.tracker, before.status) else SectionKey.CLOSED
                why = say_change("task", change.before, None) if key is SectionKey.OTHER else ""
                row = desk.row(before, when=change, why=why, tone=Tone.GOOD, removed=True)
                rows[key].append(((1, *_by_importance(before)), row))
                moved.add(change.bug)
    _add_flaps(desk, rows, moved)
    _add_folded(desk, rows)
    _add_stuck(desk, rows, moved)
    for state in desk.window.new:
        if (state.bug, state.task) in desk.visible:
            rows[SectionKey.NEW].append((_by_importance(state), desk.row(state)))
    for state in desk.visible.values():
        if desk.is_open(state) and state.assignee is None:
            rows[SectionKey.UNOWNED].append((_by_importance(state), desk.row(state)))
        rows[SectionKey.ALL].append(((state.bug, state.target), desk.row(state)))
    shown = {state.bug for state in desk.visible.values()}
    rows[SectionKey.ALL] += [((bug, ""), desk.blank_row(bug)) for bug in desk.window.bugs if bug not in shown]
    done = {key: [row for _, row in sorted(found, key=lambda pair: pair[0])] for key, found in rows.items()}
    if desk.window.start is None and len(done[SectionKey.NEW]) == len(done[SectionKey.ALL]):
        done[SectionKey.NEW] = []  # the whole table says it already
    return done


def _by_importance(state: TaskState) -> tuple[object, ...]:
    return (order_of_importance(state.bug.tracker, state.importance), state.bug, state.target, state.task)


def _judge(desk: Desk, state: TaskState) -> tuple[SectionKey, int, Row] | None:
    """Where a task's changes put it, how urgent it is there, and its row. None where nothing changed."""
    changes = desk.changes.get((state.bug, state.task), ())
    before = desk.before(state)
    tags = _failed_here(desk, before, state)
    newly_duplicate = _newly_duplicate(before, state)
    freed = _no_longer_duplicate(before, state)
    if not changes and not tags and not newly_duplicate and not freed:
        return None
    status = next((change for change in changes if change.field == "status"), None)
    importance = next((change for change in changes if change.field == "importance"), None)
    raised = (
        importance is not None
        and not is_closed(state.bug.tracker, state.status)
        and is_importance_raised(state.bug.tracker, importance.before, importance.after)
    )
    move = (
        judge_status(state.bug.tracker, status.before or "", status.after or "")
        if status is not None and status.before and status.after
        else None
    )
    is_step_back = move in (Move.REOPENED, Move.BACKWARDS)
    told = status or next(iter(changes), None)  # what the row's date is of
    if tags or raised:
        told = status if is_step_back else importance if raised else None
    said: dict[str, str] = {change.field: desk.dated(change, told) for change in changes}
    moved_too = said.pop("status", "")
    if freed:
        said["duplicate_of"] = freed
    bad: list[str] = []
    if move is Move.REOPENED:
        bad.append("reopened")
    elif move is Move.BACKWARDS:
        bad.append("a step back")
    bad += [f"verification failed ({tag})" for tag in tags]
    if raised and importance is not None:
        bad.append(said.pop("importance").replace("importance:", "importance raised:", 1))
    if bad:
        bad += [moved_too] if moved_too and not is_step_back else []
        urgency = 0 if move is Move.REOPENED else 1 if tags else 2 if raised else 3
        beside = "; ".join(said.values())
        shown = status if is_step_back else None
        row = desk.row(state, status=shown, when=told, why="; ".join(bad), note=beside, tone=Tone.BAD)
        return SectionKey.BACKWARDS, urgency, row
    beside = "; ".join(said.values())
    was_closed = before is not None and is_closed(state.bug.tracker, before.status)
    if move is Move.CLOSED or (newly_duplicate and not was_closed):
        how = desk.duplicate_note(state) if newly_duplicate else ""
        fixed = status is not None and is_fixed(state.bug.tracker, status.after)
        row = desk.row(state, status=status, how=how, note=beside, tone=Tone.GOOD)
        return SectionKey.CLOSED, 0 if fixed else 1, row
    if move is Move.FORWARD:
        return SectionKey.FORWARD, 0, desk.row(state, status=status, note=beside, tone=Tone.NEWS)
    what = [moved_too] if moved_too else []
    what += [desk.duplicate_note(state)] if newly_duplicate else []
    return SectionKey.OTHER, 0, desk.row(state, status=status, when=told, why="; ".join([*what, *said.values()]))


def _failed_here(desk: Desk, before: TaskState | None, state: TaskState) -> tuple[str, ...]:
    """The failed verifications of this task: of its own series where the tag names one of the bug's."""
    if is_closed(state.bug.tracker, state.status):
        return ()
    series = {other.series for other in desk.by_bug.get(state.bug, ()) if other.series is not None}
    return tuple(
        tag
        for tag in failed_verifications(before, state)
        if (named := tag.removeprefix("verification-failed").strip("-")) not in series or named == state.series
    )


def _no_longer_duplicate(before: TaskState | None, after: TaskState) -> str:
    if before is None or not isinstance(before.duplicate_of, str) or after.duplicate_of is not None:
        return ""
    return f"no longer a duplicate of #{before.duplicate_of}"


def _newly_duplicate(before: TaskState | None, after: TaskState) -> bool:
    return before is not None and before.duplicate_of is None and isinstance(after.duplicate_of, str)


_Keyed = dict[SectionKey, list[tuple[tuple[object, ...], Row]]]


def _add_flaps(desk: Desk, rows: _Keyed, moved: set[BugKey]) -> None:
    """There and back inside the window: shown as such, under the other changes."""
    for still in desk.window.unchanged:
        key = (still.state.bug, still.state.task)
        if not still.flap or key not in desk.visible or desk.changes.get(key):
            continue
        steps = [event for event in still.detour if event.field == "status"]
        if steps:
            path = " → ".join([say_value(steps[0].before), *(say_value(event.after) for event in steps)])
            why = f"there and back: {path}"
        else:
            fields = sorted({event.field for event in still.detour})
            why = f"there and back: {say_list(fields)}" if fields else "there and back"
        rows[SectionKey.OTHER].append(((1, *_by_importance(still.state)), desk.row(still.state, why=why)))
        moved.add(still.state.bug)


def _add_folded(desk: Desk, rows: _Keyed) -> None:
    """Bugs of whose folded tasks many changed: one row that tells each change, with whose tasks it is."""
    elsewhere: dict[BugKey, list[Change]] = {}
    for change in desk.window.changes:
        key = (change.bug, change.task)
        if key not in desk.visible and key in desk.window.after and change.bug in desk.first_task:
            elsewhere.setdefault(change.bug, []).append(change)
    for bug, changes in elsewhere.items():
        state = desk.visible[bug, desk.first_task[bug]]
        alike: dict[str, list[Change]] = {}
        for change in changes:
            alike.setdefault(say_change(change.field, change.before, change.after), []).append(change)
        why = "; ".join(_say_alike(desk, text, same) for text, same in alike.items())
        rows[SectionKey.OTHER].append(((2, *_by_importance(state)), desk.row(state, why=why)))


def _say_alike(desk: Desk, text: str, changes: list[Change]) -> str:
    """`status: New → Fix Released in linux (precise), linux (quantal) and 9 more, 5 Dec by janitor`."""
    places = [change.series or change.target for change in changes]
    named = (
        say_list([*places[:MOST_NAMED], f"{len(places) - MOST_NAMED} more"])
        if len(places) > MOST_NAMED
        else (say_list(places))
    )
    last = max((change.changed_at for change in changes if change.changed_at is not None), default=None)
    when = f", {desk.day(last)}" if last is not None else ""
    doers = {change.changed_by for change in changes if change.changed_by is not None}
    return f"{text} in {named}{when}" + (f" by {doers.pop()}" if len(doers) == 1 else "")


MOST_NAMED = 8
"""So many tasks that changed alike are named."""


def _add_stuck(desk: Desk, rows: _Keyed, moved: set[BugKey]) -> None:
    """What the window's meetings spoke of, both ends included, and nobody moved."""
    window = desk.window
    if window.start is None:
        return
    begin = window.start.at
    within = {
        meeting.id
        for meeting in window.meetings
        if meeting.started_at is not None and begin <= meeting.started_at <= window.end.at
    }
    new = {state.bug for state in window.new}
    for state in desk.visible.values():
        raised = desk.raised(state.bug)
        if raised is None or not within.intersection(raised.meetings) or state.bug in new or state.bug in moved:
            continue
        if not desk.is_open(state) or state.bug in desk.unasked:
            continue
        meetings = say_count(len(raised.meetings), "meeting")
        since = window.since.get((state.bug, state.task))
        why = f"in {meetings}" + (f"; {state.status} for {say_age(desk.as_of - since)}" if since is not None else "")
        row = desk.row(state, why=why, tone=Tone.WARN)
        rows[SectionKey.STUCK].append(((-len(raised.meetings), *_by_importance(state)), row))
