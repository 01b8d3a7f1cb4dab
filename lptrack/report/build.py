"""Arrange a window for its reader: judge each task once, attention first. Pure.

A task whose status, importance or targets moved stands in exactly one of the first four sections of changes, in the
one that asks for most attention, with its lesser changes named beside. Empty sections do not exist.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lptrack.join.interface import Matrix, Trends, Window
from lptrack.model import BugKey, Change, TaskState
from lptrack.report.across import build_matrix_table, build_trends_table
from lptrack.report.checks import Checks, build_checks, build_headline, build_notices
from lptrack.report.judgement import (
    FIXED,
    Move,
    failed_verifications,
    is_closed,
    is_importance_raised,
    judge_status,
    order_of_importance,
)
from lptrack.report.model import (
    Block,
    Column,
    Page,
    Report,
    ReportOptions,
    Row,
    Section,
    SectionKey,
    Tone,
)
from lptrack.report.rows import Desk, open_desk, say_change
from lptrack.report.wording import (
    say_age,
    say_count,
    say_day,
    say_endpoint,
    say_filters,
    say_instant,
    say_list,
    say_value,
)

_TITLES = {
    SectionKey.BACKWARDS: ("Went backwards", Tone.BAD),
    SectionKey.CLOSED: ("Fixed or closed", Tone.GOOD),
    SectionKey.FORWARD: ("Moved forward", Tone.NEWS),
    SectionKey.STUCK: ("Talked about, did not move", Tone.WARN),
    SectionKey.NEW: ("New at this meeting", Tone.NEWS),
    SectionKey.UNOWNED: ("No owner", Tone.WARN),
    SectionKey.OTHER: ("Other changes", Tone.PLAIN),
    SectionKey.ALL: ("All tracked bugs", Tone.PLAIN),
}
_C = Column
_CHANGED = (_C.BUG, _C.PACKAGE, _C.WAS, _C.NOW, _C.MOVED, _C.IMPORTANCE, _C.ASSIGNEE, _C.RAISED, _C.TITLE)
_STANDING = (_C.BUG, _C.PACKAGE, _C.NOW, _C.IMPORTANCE, _C.ASSIGNEE, _C.RAISED, _C.TITLE)
_COLUMNS = {
    SectionKey.BACKWARDS: (
        _C.BUG, _C.PACKAGE, _C.WAS, _C.NOW, _C.MOVED, _C.WHY, _C.IMPORTANCE, _C.ASSIGNEE, _C.RAISED, _C.TITLE,
    ),
    SectionKey.CLOSED: _CHANGED,
    SectionKey.FORWARD: _CHANGED,
    SectionKey.STUCK: (_C.BUG, _C.PACKAGE, _C.NOW, _C.WHY, _C.IMPORTANCE, _C.ASSIGNEE, _C.RAISED, _C.TITLE),
    SectionKey.NEW: _STANDING,
    SectionKey.UNOWNED: (_C.BUG, _C.PACKAGE, _C.NOW, _C.IMPORTANCE, _C.RAISED, _C.TITLE),
    SectionKey.OTHER: (
        _C.BUG, _C.PACKAGE, _C.WHY, _C.MOVED, _C.NOW, _C.IMPORTANCE, _C.ASSIGNEE, _C.RAISED, _C.TITLE,
    ),
    SectionKey.ALL: _STANDING,
}  # fmt: skip
_HEADS = {
    SectionKey.BACKWARDS: {_C.WHY: "What happened"},
    SectionKey.STUCK: {_C.WHY: "Talked about"},
    SectionKey.OTHER: {_C.WHY: "What changed"},
}


def build_report(
    window: Window,
    matrix: Matrix | None = None,
    trends: Trends | None = None,
    options: ReportOptions | None = None,
) -> Report:
    """The report on a window. Ages count to its end, or for `now` to the newest read; never to the wall clock."""
    options = options or ReportOptions()
    as_of = window.end.at
    if window.end.meeting is None and window.read_at is not None:
        as_of = min(as_of, window.read_at[1])
    checks = build_checks(window)
    desk = open_desk(window, as_of, checks.stale)
    rows = _sort_rows(desk)
    sections = [
        _section(desk, key, tuple(rows[key]), options) for key in SectionKey if key in options.sections and rows[key]
    ]
    sections.sort(key=lambda section: options.sections.index(section.key))
    blocks: list[Block] = [*sections]
    if options.matrix and matrix is not None and len(matrix.meetings) > 1 and matrix.rows:
        blocks.append(build_matrix_table(matrix))
    if options.trends and trends is not None and len(trends.meetings) > 1:
        blocks.append(build_trends_table(trends, tuple(desk.visible.values()), window.since, as_of))
    page = Page(
        title=options.title or _title(window),
        headline=_headline(desk, checks, rows),
        scope=_scope(window),
        as_of=as_of,
        notices=build_notices(window, checks, as_of),
        blocks=tuple(blocks),
    )
    return Report(page=page, window=window, matrix=matrix, trends=trends)


def _sort_rows(desk: Desk) -> dict[SectionKey, list[Row]]:
    """Every section's rows, in order."""
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
                row = desk.row(before, when=change, tone=Tone.GOOD, removed=True)
                rows[SectionKey.CLOSED].append(((1, *_by_importance(before)), row))
                moved.add(change.bug)
    _add_flaps(desk, rows, moved)
    _add_folded(desk, rows, moved)
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
    tags = failed_verifications(before, state)
    newly_duplicate = _newly_duplicate(before, state)
    if not changes and not tags and not newly_duplicate:
        return None
    status = next((change for change in changes if change.field == "status"), None)
    importance = next((change for change in changes if change.field == "importance"), None)
    raised = importance is not None and is_importance_raised(state.bug.tracker, importance.before, importance.after)
    move = (
        judge_status(state.bug.tracker, status.before or "", status.after or "")
        if status is not None and status.before and status.after
        else None
    )
    said = {change.field: say_change(change.field, change.before, change.after) for change in changes}
    said.pop("status", None)
    bad: list[str] = []
    if move is Move.REOPENED:
        bad.append("reopened")
    elif move is Move.BACKWARDS:
        bad.append("a step back")
    bad += [f"verification failed ({tag})" for tag in tags]
    if raised and importance is not None:
        bad.append(f"importance raised: {importance.before} → {importance.after}")
        said.pop("importance")
    if bad:
        urgency = 0 if move is Move.REOPENED else 1 if tags else 2 if raised else 3
        when = None if status is not None else importance if raised else None
        extra = [*said.values(), *_good_beside(status, move)]
        row = desk.row(state, status=status, when=when, why="; ".join(bad), note="; ".join(extra), tone=Tone.BAD)
        return SectionKey.BACKWARDS, urgency, row
    beside = "; ".join(said.values())
    if newly_duplicate or move is Move.CLOSED:
        how = desk.duplicate_note(state) if newly_duplicate else ""
        fixed = status is not None and status.after in FIXED
        row = desk.row(state, status=status, how=how, note=beside, tone=Tone.GOOD)
        return SectionKey.CLOSED, 0 if fixed else 1, row
    if move is Move.FORWARD:
        return SectionKey.FORWARD, 0, desk.row(state, status=status, note=beside, tone=Tone.NEWS)
    what = [say_change("status", status.before, status.after)] if status is not None else []
    told = status or changes[0]
    return SectionKey.OTHER, 0, desk.row(state, status=status, when=told, why="; ".join([*what, *said.values()]))


def _good_beside(status: Change | None, move: Move | None) -> list[str]:
    """A status that moved on in a row that stands under "went backwards" for another reason."""
    if status is None or move in (None, Move.REOPENED, Move.BACKWARDS):
        return []
    return [say_change("status", status.before, status.after)]


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


def _add_folded(desk: Desk, rows: _Keyed, moved: set[BugKey]) -> None:
    """Bugs of which only folded tasks changed: said once, not listed."""
    elsewhere: dict[BugKey, set[str]] = {}
    for change in desk.window.changes:
        if (
            (change.bug, change.task) not in desk.visible
            and change.bug not in moved
            and change.bug in desk.first_task
        ):
            elsewhere.setdefault(change.bug, set()).add(change.target)
    for bug, targets in elsewhere.items():
        state = desk.visible[bug, desk.first_task[bug]]
        count = say_count(len(targets), "other task")
        name = f" ({next(iter(targets))})" if len(targets) == 1 else ""
        rows[SectionKey.OTHER].append(((2, *_by_importance(state)), desk.row(state, why=f"{count} changed{name}")))


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


def _section(desk: Desk, key: SectionKey, rows: tuple[Row, ...], options: ReportOptions) -> Section:
    title, tone = _TITLES[key]
    columns = _COLUMNS[key]
    if options.columns is not None:
        columns = tuple(column for column in options.columns if _belongs(column, key))
    used = tuple(column for column in columns if column in (_C.BUG, _C.NOW, _C.TITLE) or _is_used(rows, column))
    heads = dict(_HEADS.get(key, {}))
    start = desk.window.start
    if start is not None:
        heads[_C.WAS] = f"Was on {say_day(start.at, desk.as_of)}"
    if key is SectionKey.NEW and desk.window.end.meeting is None:
        title = "New since then"
    return Section(key, title, used, rows, tone=tone, headings=heads)


def _belongs(column: Column, key: SectionKey) -> bool:
    """Whether a configured column has anything to say in that section."""
    return column not in (_C.WAS, _C.MOVED, _C.WHY) or column in _COLUMNS[key]


def _is_used(rows: Iterable[Row], column: Column) -> bool:
    return any(row.cells[column].text and row.cells[column].known for row in rows)


def _headline(desk: Desk, checks: Checks, rows: dict[SectionKey, list[Row]]) -> str:
    window = desk.window
    moved = {row.bug for key in _MOVED for row in rows[key]}
    fixed, closed = set[BugKey](), set[BugKey]()
    for row in rows[SectionKey.CLOSED]:
        is_fix = (
            row.state is not None and row.state.status in FIXED and not row.cells[_C.WHY].text.startswith("target ")
        )
        (fixed if is_fix else closed).add(row.bug)
    if window.start is None:
        ends = desk.visible.values()
        fixed = {state.bug for state in ends if state.status in FIXED}
        closed = {state.bug for state in ends if is_closed(state.bug.tracker, state.status)}
    back = {row.bug for row in rows[SectionKey.BACKWARDS] if row.cells[_C.WHY].text.startswith("reopened")}
    return build_headline(window, checks, len(moved), len(fixed), len(closed - fixed), len(back))


_MOVED = (SectionKey.BACKWARDS, SectionKey.CLOSED, SectionKey.FORWARD, SectionKey.OTHER)


def _title(window: Window) -> str:
    end: datetime = window.end.at
    if window.start is None:
        return f"Bugs of {say_endpoint(window.end)}"
    if window.end.meeting is None:
        return f"What moved since {say_day(window.start.at)}"
    name = window.end.meeting.name
    between = f"between {say_day(window.start.at, end)} and {say_day(end)}"
    return f"{name}: what moved {between}" if name else f"What moved {between}"


def _scope(window: Window) -> tuple[tuple[str, str, str | None], ...]:
    """Window, meetings, when the data was read, the run."""
    scope: list[tuple[str, str, str | None]] = []
    if window.start is not None:
        url = window.start.meeting.url if window.start.meeting else None
        scope.append(("From", say_endpoint(window.start), url))
    scope.append(("To", say_endpoint(window.end), window.end.meeting.url if window.end.meeting else None))
    scope.append(("Meetings", _say_meetings(window), None))
    if window.read_at is None:
        read = "never: only what bots announced in the meetings"
    else:
        oldest, newest = (say_instant(at) for at in window.read_at)
        read = newest if oldest == newest else f"{oldest} to {newest}"
    scope.append(("Trackers read", read, None))
    if window.run is not None:
        scope.append(("Run", window.run.removeprefix("run "), None))
    filters = say_filters(window.filters)
    if filters:
        scope.append(("Only", filters, None))
    return tuple(scope)


def _say_meetings(window: Window) -> str:
    dated = [meeting.started_at for meeting in window.meetings if meeting.started_at is not None]
    count = f"{len(window.meetings):,}"
    return f"{count} since {say_day(min(dated))}" if len(dated) > 1 else count
