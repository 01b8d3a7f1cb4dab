"""A workbook for managers: a summary with charts, then changes, status, matrix to filter and print. No formula."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import xlsxwriter

from lptrack.errors import UsageError
from lptrack.escape import spreadsheet
from lptrack.join.model import Matrix, Window
from lptrack.model import TaskState
from lptrack.report.frames import changes_frame, matrix_frame, state_frame
from lptrack.report.model import Document, Page, Report, StatusReport
from lptrack.report.render import RenderSettings
from lptrack.report.render.xlsx_cells import Field, Kind, Styles, write_cell
from lptrack.report.render.xlsx_summary import write_status_summary, write_summary

if TYPE_CHECKING:
    import pandas as pd

_BUG = Field("number", "Bug", 10, Kind.BUG)
_TITLE = Field("title", "Title", 50)
_CHANGES = (
    _BUG,
    _TITLE,
    Field("package", "Package", 16),
    Field("series", "Series", 9),
    Field("field", "What", 11),
    Field("before", "Was", 15, Kind.STATUS),
    Field("after", "Became", 15, Kind.STATUS),
    Field("changed_at", "Changed", 16),
    Field("changed_by", "By", 14),
    Field("status", "Status", 15, Kind.STATUS),
    Field("importance", "Importance", 11, Kind.IMPORTANCE),
    Field("assignee", "Assignee", 14),
    Field("milestone", "Milestone", 14),
    Field("times_mentioned", "Mentions", 9),
    Field("speakers", "Spoken of by", 24),
    Field("tracker", "Tracker", 10),
)
_STATUS = (
    _BUG,
    _TITLE,
    Field("package", "Package", 16),
    Field("series", "Series", 9),
    Field("status", "Status", 15, Kind.STATUS),
    Field("since", "Since", 16),
    Field("age_days", "Days", 7),
    Field("importance", "Importance", 11, Kind.IMPORTANCE),
    Field("assignee", "Assignee", 14),
    Field("milestone", "Milestone", 14),
    Field("source", "Known by", 11),
    Field("observed_at", "Known on", 16),
    Field("target", "Target", 26),
    Field("tracker", "Tracker", 10),
)
_MATRIX = (_BUG, _TITLE, Field("target", "Target", 26))
_A4 = 9
_LINE, _HEAD = 15, 20  # points
_MOST_LINES = 4


def render(document: Document, _settings: RenderSettings) -> bytes:
    """The workbook's bytes; the same report gives the same ones."""
    stream = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "remove_timezone": True,
    }
    with xlsxwriter.Workbook(stream, options) as book:
        page = document.page
        book.set_properties({"title": spreadsheet(page.title), "created": page.as_of.replace(tzinfo=None)})
        styles = Styles(book)
        if isinstance(document, Report):
            write_summary(book, styles, document)
            _write_report(book, styles, page, document.window, document.matrix)
        elif isinstance(document, StatusReport):
            standing = document.standing
            write_status_summary(book, styles, document)
            frame = state_frame(standing.states, standing.since, standing.at)
            _write_sheet(_add_sheet(book, "Status", page), styles, frame, _STATUS, _links(standing.states))
        else:
            raise UsageError("a history cannot be written as a workbook", hint="--format json has everything")
    return stream.getvalue()


def _write_report(book: Any, styles: Styles, page: Page, window: Window, matrix: Matrix | None) -> None:
    end = [window.after[key] for key in sorted(window.after)]
    links = [change.url for change in window.changes]
    _write_sheet(_add_sheet(book, "Changes", page), styles, changes_frame(window), _CHANGES, links)
    frame = state_frame(end, window.since, window.end.at)
    _write_sheet(_add_sheet(book, "Status", page), styles, frame, _STATUS, _links(end))
    if matrix is not None:
        table = matrix_frame(matrix)
        meetings = tuple(Field(name, name, 14, Kind.STATUS) for name in table.columns[4:])
        states = [state for state, _ in matrix.rows]
        _write_sheet(_add_sheet(book, "Matrix", page), styles, table, (*_MATRIX, *meetings), _links(states))


def _links(states: Sequence[TaskState]) -> list[str]:
    return [state.url for state in states]


def _add_sheet(book: Any, name: str, page: Page) -> Any:
    """A sheet that prints as it should: A4 landscape, its head on every page, as wide as the paper."""
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
    title = spreadsheet(page.title).replace("&", "&&")[:120]
    sheet.set_footer(f"&L{title}&C{name}&RPage &P of &N")
    return sheet


def _write_sheet(
    sheet: Any, styles: Styles, frame: pd.DataFrame, columns: Sequence[Field], links: Sequence[str]
) -> None:
    """One table: a row a record, the head frozen and with filters. ``links`` are the bugs' addresses, one a row."""
    trackers = frame["tracker"].tolist()
    shown = [field for field in columns if field.kind is not Kind.PLAIN or frame[field.name].notna().any()]
    sheet.set_row(0, _HEAD)
    filled = frame.astype(object).where(frame.notna(), None)
    for column, field in enumerate(shown):
        sheet.write_string(0, column, spreadsheet(field.heading), styles.head)
        sheet.set_column(column, column, field.width)
        for row, value in enumerate(filled[field.name].tolist(), 1):
            write_cell(sheet, (row, column), value, field.kind, styles, trackers[row - 1], links[row - 1])
    for row, title in enumerate(filled["title"].tolist(), 1):  # LibreOffice prints one line a row unless told
        lines = -(-len(str(title or "")) // _TITLE.width)
        if lines > 1:
            sheet.set_row(row, _LINE * min(lines, _MOST_LINES))
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(frame), 1), len(shown) - 1)
