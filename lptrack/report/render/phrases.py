"""Words that the line-made forms share: a cell with its note, the scope, short codes of statuses. Raw, unescaped."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lptrack.report.judgement import order_of_status
from lptrack.report.model import (
    EMPTY,
    Cell,
    CellKind,
    Column,
    MatrixCell,
    MatrixRow,
    MatrixTable,
    Moment,
    Notice,
    Row,
    Section,
    Timeline,
    TimelineEntry,
    TrendPoint,
    TrendsTable,
)
from lptrack.report.wording import NOBODY, NONE, say_count
from lptrack.trackers import find_status

MOST_NAMED: Final = 12
MOST_ROWS: Final = 40


def join_note(cell: Cell, text: str, note: str) -> str:
    """A cell's (already escaped) text and note in one phrase."""
    if not note:
        return text
    if not text:
        return note
    match cell.kind:
        case CellKind.DATE:
            return f"{text} {note}"
        case CellKind.PERSON:
            return f"{text}, {note}"
        case CellKind.STATUS:
            return f"{text} ({note})"
        case _:
            return f"{text} · {note}"


def say_cell(cell: Cell) -> str:
    """Text and note, raw."""
    return join_note(cell, cell.text, cell.note)


def notice_bugs(notice: Notice) -> tuple[tuple[Cell, ...], str]:
    """The bugs that a warning names, and the words for those that it has no room for (the full table has them)."""
    more = len(notice.bugs) - MOST_NAMED
    return (notice.bugs, "") if more <= 0 else (notice.bugs[:MOST_NAMED], f" and {more:,} more")


def matrix_rows(matrix: MatrixTable) -> tuple[tuple[MatrixRow, ...], str]:
    """The rows that a page for reading shows: of a long matrix only what moved, and a word on the rest."""
    moved = tuple(row for row in matrix.rows if any(cell.moved for cell in row.cells))
    rest = len(matrix.rows) - len(moved)
    if len(matrix.rows) <= MOST_ROWS or not rest:
        return matrix.rows, ""
    return moved, f"Of {say_count(rest, 'more task')} no move in these meetings is known."


def recent_points(trends: TrendsTable) -> tuple[TrendPoint, ...]:
    """The meetings that a table of counts shows; a chart has room for all."""
    first, *others = trends.points[-12:]
    return (replace(first, label=first.day or first.label), *others)


def count_heads(trends: TrendsTable) -> tuple[str, ...]:
    """What the table of counts counts: what could not be checked only where there is any."""
    heads = ("Meeting", "Open", "Closed", "Not known")
    return (*heads, "Not checked") if any(point.unchecked for point in recent_points(trends)) else heads


def count_rows(trends: TrendsTable) -> tuple[tuple[str, ...], ...]:
    """The table of counts, raw."""
    width = len(count_heads(trends))
    return tuple(
        (p.label, f"{p.open:,}", f"{p.closed:,}", f"{p.unknown:,}", f"{p.unchecked:,}")[:width]
        for p in recent_points(trends)
    )


def has_old(matrix: MatrixTable) -> bool:
    """Whether any status in it is from before its meeting."""
    return any(cell.old for row in matrix.rows for cell in row.cells)


def say_status(cell: MatrixCell) -> str:
    """A status of the matrix in full, raw: `~Confirmed` where it is known from before that meeting only."""
    return f"~{cell.text}" if cell.old else cell.text


OLD: Final = "~ known from before that meeting only"


def stack_row(section: Section, row: Row) -> tuple[str, str, str]:
    """A row for a narrow page, raw: what and where it went; the title; everything else."""
    cells = {column: row.cells[column] for column in section.columns if row.cells[column].text}
    bug = row.cells[Column.BUG].text
    place = cells.get(Column.PACKAGE, EMPTY)
    was, now = cells.get(Column.WAS, EMPTY), cells.get(Column.NOW, EMPTY)
    path = f"{was.text} → {say_cell(now)}" if was.text not in ("", now.text) else say_cell(now)
    moved = cells.get(Column.MOVED, EMPTY)
    head = f"{bug} {place.text}: {path}" if place.text else f"{bug}: {path}"
    why = cells.get(Column.WHY, EMPTY).text
    if moved.text and (was.text or not why):
        head += f", {say_cell(moved)}"
    elif moved.text:  # the day of what happened, not of the status
        why = f"{say_cell(moved)}: {why}"
    rest = [why] if why else []
    rest += [cells[column].text for column in (Column.IMPORTANCE, Column.MILESTONE) if column in cells]
    if Column.ASSIGNEE in cells:
        assignee = cells[Column.ASSIGNEE]
        rest.append("no owner" if assignee.text == NOBODY else f"owner {assignee.text}")
    if Column.RAISED in cells:
        rest.append(f"last raised by {say_cell(cells[Column.RAISED])}")
    if place.note:
        rest.append(place.note)
    return head, say_cell(cells.get(Column.TITLE, EMPTY)), "; ".join(rest)


def code_of(status: str) -> str:
    """Three letters for a matrix; capitals are closed. A status without a code gets its own first letters."""
    found = find_status(status)
    return found.code if found is not None else status[:3].lower()


def legend_of(table: MatrixTable) -> str:
    """What the codes of this matrix mean: `con Confirmed, tri Triaged`."""
    seen = {cell.text for row in table.rows for cell in row.cells if cell.text and cell.known}
    parts = [f"{code_of(status)} {status}" for status in sorted(seen, key=order_of_status)]
    if any(not cell.known for row in table.rows for cell in row.cells):
        parts.append("? not known")
    if has_old(table):
        parts.append(OLD)
    return ", ".join(parts)


def say_moment(entry: TimelineEntry) -> str:
    """The instant of a timeline's line, as exact as it is known: ISO, to sort and compare by eye."""
    if entry.at is None:
        return "day not known"
    match entry.exact:
        case "day":
            return f"{entry.at:%Y-%m-%d}"
        case "minute":
            return f"{entry.at:%Y-%m-%d %H:%M}"
        case "second":
            return f"{entry.at:%Y-%m-%d %H:%M:%S}"


MOMENTS: Final = {
    Moment.EVENT: "tracker",
    Moment.MENTION: "said",
    Moment.ANNOUNCEMENT: "bot",
    Moment.OBSERVED: "seen",
}


def say_days(days: int | None) -> str:
    """A count of days, or that it is not known."""
    return "?" if days is None else f"{days:,}"


def no_entries(timeline: Timeline) -> str:
    """What stands where a timeline has no line."""
    return f"{NONE}: nothing is recorded of {timeline.bug.text}"
