"""Across meetings: the matrix of statuses, and the trends, as tables for a reader. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from lptrack.join.model import Matrix, Trends, is_old
from lptrack.model import UNKNOWN, BugKey, Meeting, TaskState, Value
from lptrack.report.judgement import Move, is_closed, is_open, judge_status, order_of_status
from lptrack.report.model import Cell, MatrixCell, MatrixRow, MatrixTable, Tone, TrendPoint, TrendsTable
from lptrack.report.rows import bug_cell, status_cell
from lptrack.report.wording import label_meetings, say_day, say_place, say_value

_CARRIED = 10


def build_matrix_table(matrix: Matrix) -> MatrixTable:
    """Bug task × meeting with the changes marked; folded tasks are left to the machine forms."""
    labels = label_meetings(matrix.meetings)
    never = (False,) * len(labels)
    return MatrixTable(
        title="Across meetings",
        meetings=tuple((label, m.id, m.url) for label, m in zip(labels, matrix.meetings, strict=True)),
        rows=tuple(
            MatrixRow(
                bug=bug_cell(state.bug, state.url),
                package=say_place(state),
                title=say_value(state.title),
                cells=_matrix_cells(state.bug.tracker, statuses, old),
                state=state,
            )
            for (state, statuses), old in zip(matrix.rows, matrix.old or (never,) * len(matrix.rows), strict=True)
            if not state.folded
        ),
    )


def _matrix_cells(tracker: str, statuses: tuple[Value, ...], old: tuple[bool, ...]) -> tuple[MatrixCell, ...]:
    cells: list[MatrixCell] = []
    last: str | None = None
    for status, aged in zip(statuses, old, strict=True):
        if status is None:
            cells.append(MatrixCell(""))
        elif status is UNKNOWN or not isinstance(status, str):
            cells.append(MatrixCell("?", known=False, tone=Tone.QUIET))
        else:
            moved = last is not None and status != last
            tone = Tone.GOOD if is_closed(tracker, status) else Tone.PLAIN
            if moved and last is not None and judge_status(tracker, last, status) in (Move.REOPENED, Move.BACKWARDS):
                tone = Tone.BAD
            cells.append(MatrixCell(status, moved, tone=Tone.QUIET if aged else tone, old=aged))
            last = status
    return tuple(cells)


def build_trends_table(
    trends: Trends,
    states: tuple[TaskState, ...],
    since: Mapping[tuple[BugKey, str], datetime | None],
    as_of: datetime,
) -> TrendsTable:
    """Open and closed per meeting, how long tasks have been in their status, and the bugs carried longest."""
    labels = label_meetings(trends.meetings)
    points = tuple(
        TrendPoint(label, meeting.id, opened, closed, unknown, unchecked, _day(meeting, label))
        for label, meeting, opened, closed, unknown, unchecked in zip(
            labels,
            trends.meetings,
            trends.open,
            trends.closed,
            trends.unknown,
            trends.unchecked or (0,) * len(labels),
            strict=True,
        )
    )
    ages: dict[str, list[timedelta | None]] = {}
    for state in states:
        if isinstance(state.status, str) and is_open(state.bug.tracker, state.status):
            began = since.get((state.bug, state.task))
            ages.setdefault(state.status, []).append(None if began is None else as_of - began)
    return TrendsTable(
        title="Trends",
        points=points,
        by_status=tuple(sorted(trends.by_status.items(), key=lambda item: order_of_status(item[0]))),
        in_status=tuple(
            (status, len(ages[status]), *_middle_and_most(ages[status]))
            for status in sorted(ages, key=order_of_status)
            if any(age is not None for age in ages[status])
        ),
        carried=tuple(_carried(trends, as_of, *each) for each in trends.carried if not each[0].folded)[:_CARRIED],
    )


def _middle_and_most(ages: list[timedelta | None]) -> tuple[int | None, int | None]:
    """The median and the longest, in days, of those that are known."""
    days = sorted(age.days for age in ages if age is not None)
    return (days[len(days) // 2], days[-1]) if days else (None, None)


def _day(meeting: Meeting, label: str) -> str:
    return say_day(meeting.started_at) if meeting.started_at is not None else label


def _carried(
    trends: Trends, as_of: datetime, state: TaskState, meetings: int, age: timedelta | None
) -> tuple[Cell, str, Cell, int, int | None, str]:
    seen_at = state.observed_at
    note = f"as of {say_day(seen_at, as_of)}" if is_old(state, trends.meetings) else ""
    return (
        bug_cell(state.bug, state.url),
        say_place(state),
        status_cell(state.bug.tracker, state.status, note, seen_at if note else None),
        meetings,
        None if age is None else age.days,
        say_value(state.title),
    )
