"""Where everything stands at an instant, arranged for a reader. Pure."""

from __future__ import annotations

from lptrack.join.model import Filters
from lptrack.model import UNKNOWN, Absence, BugKey, TaskState, Witness
from lptrack.report.judgement import is_closed, is_open
from lptrack.report.model import (
    EMPTY,
    Cell,
    CellKind,
    Column,
    Notice,
    Page,
    ReportOptions,
    Row,
    Section,
    SectionKey,
    Standing,
    StatusReport,
    Tone,
)
from lptrack.report.rows import bug_cell, importance_cell, milestone_cell, person_cell, status_cell, title_cell
from lptrack.report.wording import (
    NOT_KNOWN,
    say_absence,
    say_count,
    say_day,
    say_filters,
    say_instant,
    say_place,
)

_COLUMNS = (
    Column.BUG, Column.PACKAGE, Column.NOW, Column.IMPORTANCE, Column.ASSIGNEE, Column.MILESTONE, Column.TITLE,
)  # fmt: skip


def build_status(standing: Standing, options: ReportOptions | None = None) -> StatusReport:
    """The state of all tasks at an instant. Folded tasks are counted, not listed."""
    options = options or ReportOptions()
    by_bug: dict[BugKey, list[TaskState]] = {}
    for state in sorted(standing.states, key=lambda state: (state.bug, state.target, state.task)):
        by_bug.setdefault(state.bug, []).append(state)
    shown: list[Row] = []
    for states in by_bug.values():
        visible = [state for state in states if not state.folded] or states[:1]
        others = len(states) - len(visible)
        shown += [_row(standing, state, others if position == 0 else 0) for position, state in enumerate(visible)]
    shown += [
        _blank(absent.bug, absent.url, absent.reason) for absent in standing.unresolved if absent.bug not in by_bug
    ]
    shown.sort(key=lambda row: row.bug)  # stable: a bug's tasks stay in order
    columns = tuple(options.columns or _COLUMNS)
    used = tuple(
        column
        for column in columns
        if column in (Column.BUG, Column.NOW)
        or any(row.cells[column].text and row.cells[column].known for row in shown)
    )
    section = Section(SectionKey.ALL, "All tracked bugs", used, tuple(shown), headings={Column.NOW: "Status"})
    page = Page(
        title=options.title or (f"Tracked bugs on {say_day(standing.at)}" if shown else "Tracked bugs"),
        headline=_headline(standing),
        scope=_scope(standing),
        as_of=standing.at,
        notices=_notices(standing),
        blocks=(section,) if shown else (),
    )
    return StatusReport(page=page, standing=standing)


def _row(standing: Standing, state: TaskState, others: int) -> Row:
    since = standing.since.get((state.bug, state.task))
    if since is not None:
        note, at = f"since {say_day(since, standing.at)}", since
    elif state.known_by is Witness.ANNOUNCED and state.observed_at <= standing.at:
        note, at = f"announced {say_day(state.observed_at, standing.at)}", state.observed_at
    else:
        note, at = "", state.observed_at
    if state.bug in standing.stale and standing.stale[state.bug] < standing.at:
        at = standing.stale[state.bug]
        note = f"as of {say_day(at, standing.at)}"
    duplicate = f"duplicate of #{state.duplicate_of}" if isinstance(state.duplicate_of, str) else ""
    cells = dict.fromkeys(Column, EMPTY)
    cells |= {
        Column.BUG: bug_cell(state.bug, state.url),
        Column.PACKAGE: Cell(say_place(state), note=f"+{say_count(others, 'other task')}" if others else ""),
        Column.SERIES: Cell(state.series or ""),
        Column.NOW: status_cell(state.bug.tracker, state.status, note, at),
        Column.IMPORTANCE: importance_cell(state.bug.tracker, state.importance),
        Column.ASSIGNEE: person_cell(state.assignee),
        Column.MILESTONE: milestone_cell(state.milestone),
        Column.TITLE: title_cell(state.title, duplicate),
    }
    return Row(state.bug, state.task, cells, others=others, state=state)


def _blank(bug: BugKey, url: str, reason: Absence) -> Row:
    now = Cell(NOT_KNOWN, CellKind.STATUS, say_absence(reason), tone=Tone.QUIET, known=False)
    return Row(bug, "", dict.fromkeys(Column, EMPTY) | {Column.BUG: bug_cell(bug, url), Column.NOW: now}, Tone.QUIET)


def _known(standing: Standing) -> set[BugKey]:
    """The bugs of which a status is known at that instant."""
    return {state.bug for state in standing.states if state.status is not UNKNOWN}


def _headline(standing: Standing) -> str:
    listed = {state.bug for state in standing.states} | {absent.bug for absent in standing.unresolved}
    bugs = len(listed)
    if not bugs:
        return "No bugs are tracked."
    tasks = standing.states
    opened = sum(1 for state in tasks if is_open(state.bug.tracker, state.status))
    closed = sum(1 for state in tasks if is_closed(state.bug.tracker, state.status))
    unknown = len(tasks) - opened - closed
    sentence = (
        f"{say_count(bugs, 'bug')} tracked, {say_count(len(tasks), 'task')}: {opened:,} open, {closed:,} closed"
    )
    if unknown:
        sentence += f", {unknown:,} not known"
    missing = len(listed - _known(standing))
    return sentence + (f"; no status is known for {say_count(missing, 'bug')}." if missing else ".")


def _notices(standing: Standing) -> tuple[Notice, ...]:
    known = _known(standing)
    covered = {bug for bug, read_at in standing.stale.items() if read_at >= standing.at}  # read since then
    notices = []
    for reason in Absence:
        lacking = (each for each in standing.unresolved if each.reason is reason and each.bug not in covered)
        missing = sorted((each.bug, each.url) for each in lacking)
        if missing:
            shown = sum(1 for bug, _ in missing if bug in known)
            last = (
                "; shown as last known"
                if shown == len(missing)
                else f"; {shown:,} shown as last known"
                if shown
                else ""
            )
            text = f"{say_count(len(missing), 'bug')} {say_absence(reason)}{last}"
            notices.append(Notice(text, tuple(bug_cell(bug, url) for bug, url in missing)))
    return tuple(notices)


def _scope(standing: Standing) -> tuple[tuple[str, str, str | None], ...]:
    scope: list[tuple[str, str, str | None]] = []
    if standing.states or standing.unresolved:
        scope.append(("At", say_instant(standing.at), None))
    if standing.read_at is None:
        scope.append(("Trackers read", "never: only what bots announced in the meetings", None))
    else:
        oldest, newest = (say_instant(at) for at in standing.read_at)
        scope.append(("Trackers read", newest if oldest == newest else f"{oldest} to {newest}", None))
    if standing.run is not None:
        scope.append(("Run", standing.run.removeprefix("run "), None))
    if standing.filters != Filters():
        scope.append(("Only", say_filters(standing.filters), None))
    return tuple(scope)
