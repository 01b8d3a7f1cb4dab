"""Which section each task of a window stands in, how urgent it is there, and what its row says. Pure.

A task whose status, importance or targets moved stands in exactly one section of changes, in the one that asks for
most attention, with its lesser changes named beside.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Final

from lptrack.model import BugKey, Change, TaskState
from lptrack.report.judgement import Move, is_closed, is_fixed, order_of_importance
from lptrack.report.model import Cell, CellKind, Column, Row, SectionKey, Tone
from lptrack.report.rows import Desk, say_change
from lptrack.report.verdict import Facts
from lptrack.report.wording import say_age, say_count, say_list, say_value


def place_tasks(desk: Desk) -> dict[SectionKey, list[Row]]:
    """Every section's rows, in order: each task judged once."""
    rows: _Keyed = {key: [] for key in SectionKey}
    moved: set[BugKey] = set()
    _add_moved(desk, rows, moved)
    _add_removed(desk, rows, moved)
    _add_flaps(desk, rows, moved)
    _add_folded(desk, rows)
    _add_work(desk, rows)
    _add_stuck(desk, rows, moved)
    _add_standing(desk, rows)
    done = {key: [row for _, row in sorted(found, key=lambda pair: pair[0])] for key, found in rows.items()}
    if desk.window.start is None and len(done[SectionKey.NEW]) == len(done[SectionKey.ALL]):
        done[SectionKey.NEW] = []  # the whole table says it already
    return done


_Keyed = dict[SectionKey, list[tuple[tuple[object, ...], Row]]]
"""Each section's rows with what they are sorted by."""


def _add_moved(desk: Desk, rows: _Keyed, moved: set[BugKey]) -> None:
    """What the facts of each task that people see put it into."""
    for task, state in desk.visible.items():
        facts = desk.facts.get(task)
        placed = _place(desk, state, facts) if facts is not None else None
        if placed is not None:
            key, urgency, row = placed
            rows[key].append(((urgency, *_by_importance(state)), row))
            moved.add(state.bug)


def _add_removed(desk: Desk, rows: _Keyed, moved: set[BugKey]) -> None:
    """Targets that were removed: they have no state any more."""
    for change in desk.window.changes:
        if change.field == "task" and change.after is None and (change.bug, change.task) not in desk.window.after:
            before = desk.window.before.get((change.bug, change.task))
            if before is not None:
                key = SectionKey.OTHER if is_closed(before.bug.tracker, before.status) else SectionKey.CLOSED
                why = say_change("task", change.before, None) if key is SectionKey.OTHER else ""
                row = desk.row(before, when=change, why=why, tone=Tone.GOOD, removed=True)
                rows[key].append(((1, *_by_importance(before)), row))
                moved.add(change.bug)


def _add_standing(desk: Desk, rows: _Keyed) -> None:
    """What is new, what nobody owns, and everything."""
    for state in desk.window.new:
        if (state.bug, state.task) in desk.visible:
            rows[SectionKey.NEW].append((_by_importance(state), desk.row(state)))
    for state in desk.visible.values():
        if desk.is_open(state) and state.assignee is None:
            rows[SectionKey.UNOWNED].append((_by_importance(state), desk.row(state)))
        rows[SectionKey.ALL].append(((state.bug, state.target), desk.row(state)))
    shown = {state.bug for state in desk.visible.values()}
    rows[SectionKey.ALL] += [((bug, ""), desk.blank_row(bug)) for bug in desk.window.bugs if bug not in shown]


def _by_importance(state: TaskState) -> tuple[object, ...]:
    return (order_of_importance(state.bug.tracker, state.importance), state.bug, state.target, state.task)


def _place(desk: Desk, state: TaskState, facts: Facts) -> tuple[SectionKey, int, Row] | None:
    """Where a task's facts put it, how urgent it is there, and its row. None where nothing changed."""
    match facts.section:
        case SectionKey.BACKWARDS:
            return SectionKey.BACKWARDS, _urgency(facts), _row_of_attention(desk, state, facts)
        case SectionKey.CLOSED:
            how = desk.duplicate_note(state) if facts.newly_duplicate else ""
            fixed = facts.status is not None and is_fixed(state.bug.tracker, facts.status.after)
            note = "; ".join(_say_beside(desk, facts, facts.status or next(iter(facts.changes), None)).values())
            row = desk.row(state, status=facts.status, how=how, note=note, tone=Tone.GOOD)
            return SectionKey.CLOSED, 0 if fixed else 1, row
        case SectionKey.FORWARD:
            note = "; ".join(_say_beside(desk, facts, facts.status).values())
            return SectionKey.FORWARD, 0, desk.row(state, status=facts.status, note=note, tone=Tone.NEWS)
        case SectionKey.OTHER:
            return SectionKey.OTHER, 0, _row_of_other(desk, state, facts)
        case _:
            return None


def _urgency(facts: Facts) -> int:
    """What went backwards, the most urgent first: reopened, did not hold, raised, a step back."""
    return 0 if facts.move is Move.REOPENED else 1 if facts.failed else 2 if facts.raised else 3


def _row_of_attention(desk: Desk, state: TaskState, facts: Facts) -> Row:
    """What happened leads; a status that did not go back stands beside."""
    when = facts.status if facts.steps_back else facts.importance if facts.raised else None
    beside = _say_beside(desk, facts, when)
    bad = ["reopened" if facts.move is Move.REOPENED else "a step back"] if facts.steps_back else []
    bad += [f"verification failed ({tag})" for tag in facts.failed]
    if facts.raised and facts.importance is not None:
        raised = beside.pop("importance")
        bad.append(raised.replace("importance:", "importance raised:", 1))
    if facts.status is not None and not facts.steps_back:
        bad.append(desk.dated(facts.status, when))
    shown = facts.status if facts.steps_back else None
    note = "; ".join(beside.values())
    return desk.row(state, status=shown, when=when, why="; ".join(bad), note=note, tone=Tone.BAD)


def _row_of_other(desk: Desk, state: TaskState, facts: Facts) -> Row:
    """Everything that changed, in one cell."""
    when = facts.status or next(iter(facts.changes), None)
    what = [desk.dated(facts.status, when)] if facts.status is not None else []
    what += [desk.duplicate_note(state)] if facts.newly_duplicate else []
    what += _say_beside(desk, facts, when).values()
    return desk.row(state, status=facts.status, when=when, why="; ".join(what))


def _say_beside(desk: Desk, facts: Facts, when: Change | None) -> dict[str, str]:
    """By field what changed besides the status, dated where its day is not the row's, which is of ``when``."""
    beside: dict[str, str] = {
        change.field: desk.dated(change, when)
        for change in facts.changes
        if change.field not in ("status", "duplicate_of") or _is_another_master(change)
    }
    if facts.master_before is not None:
        beside["duplicate_of"] = f"no longer a duplicate of #{facts.master_before}"
    return beside


def _is_another_master(change: Change) -> bool:
    """A duplicate of one bug that became one of another: neither new as a duplicate, nor one no longer."""
    return change.field == "duplicate_of" and change.before is not None and change.after is not None


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
    """Bugs of whose folded tasks many changed: a row in each section they belong to, which tells every change."""
    elsewhere: dict[tuple[BugKey, SectionKey], list[Facts]] = {}
    for (bug, task), facts in desk.facts.items():
        if (bug, task) not in desk.visible and facts.changes and facts.section is not None:
            elsewhere.setdefault((bug, facts.section), []).append(facts)
    for (bug, section), tasks in elsewhere.items():
        state = desk.visible[bug, desk.first_task[bug]]
        rows[section].append(((4, *_by_importance(state)), _row_of_many(desk, state, section, tasks)))


def _row_of_many(desk: Desk, state: TaskState, section: SectionKey, tasks: list[Facts]) -> Row:
    """How many tasks of one bug, and what each of them did, alike ones together."""
    alike: dict[str, list[Change]] = {}
    for change in (change for facts in tasks for change in facts.changes):
        alike.setdefault(say_change(change.field, change.before, change.after), []).append(change)
    what = "; ".join(_say_alike(desk, text, same) for text, same in alike.items())
    has_column = section in (SectionKey.BACKWARDS, SectionKey.OTHER)
    row = desk.row(state, why=what if has_column else "", note="" if has_column else what)
    ends = Counter(say_value(facts.status.after) for facts in tasks if facts.status is not None)
    counted = ", ".join(f"{count:,} {status}" for status, count in ends.items())
    cells = {Column.PACKAGE: Cell(say_count(len(tasks), "task")), Column.NOW: Cell(counted, CellKind.STATUS)}
    return replace(row, cells={**row.cells, **(cells if counted else {})}, tone=_TONES[section])


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


_TONES: Final = {
    SectionKey.BACKWARDS: Tone.BAD,
    SectionKey.CLOSED: Tone.GOOD,
    SectionKey.FORWARD: Tone.NEWS,
    SectionKey.OTHER: Tone.PLAIN,
}
MOST_NAMED: Final = 8
"""So many tasks that changed alike are named."""


def _add_work(desk: Desk, rows: _Keyed) -> None:
    """Merge proposals, branches and patches: movement of its own kind, whatever the status says."""
    for bug, events in desk.window.work.items():
        task = desk.first_task.get(bug)
        if task is None:
            continue
        state = desk.visible[bug, task]
        what = "; ".join(say_change(event.field, event.before, event.after) for event in events)
        last = events[-1]
        row = desk.row(state, why=what)
        moved = Cell(desk.day(last.at), CellKind.DATE, f"by {last.by}" if last.by else "", at=last.at)
        row = replace(row, cells={**row.cells, Column.MOVED: moved}, tone=Tone.NEWS)
        rows[SectionKey.WORK].append((_by_importance(state), row))


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
        if not desk.is_open(state) or state.bug in desk.unasked or state.bug in window.work:
            continue
        meetings = say_count(len(raised.meetings), "meeting")
        since = window.since.get((state.bug, state.task))
        why = f"in {meetings}" + (f"; {state.status} for {say_age(desk.as_of - since)}" if since is not None else "")
        row = desk.row(state, why=why, tone=Tone.WARN)
        rows[SectionKey.STUCK].append(((-len(raised.meetings), *_by_importance(state)), row))
