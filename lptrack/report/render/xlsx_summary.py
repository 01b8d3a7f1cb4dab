"""The workbook's first sheet: the headline, the counts, what must be said of the data, and two charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from lptrack.escape import spreadsheet
from lptrack.model import UNKNOWN
from lptrack.report.checks import build_checks
from lptrack.report.counts import count_bugs
from lptrack.report.model import Page, Report, StatusReport, TrendsTable
from lptrack.report.render.xlsx_cells import LONGEST, Styles
from lptrack.report.wording import NOT_KNOWN

NAME: Final = "Summary"
_A4: Final = 9
_CHART: Final = {"width": 560, "height": 300}
_CHART_ROWS: Final = 15
_BLUE, _GREEN, _GREY, _AMBER = "#4472C4", "#70AD47", "#A5A5A5", "#FFC000"

Row = tuple[str | int, ...]


def write_summary(book: Any, styles: Styles, report: Report) -> None:
    """Of a report: how many bugs moved and how, and open and closed at each meeting."""
    sheet = _open_sheet(book, styles, report.page)
    counts = count_bugs(report.shown)
    rows: list[Row] = [(words.capitalize(), len(bugs)) for words, bugs in counts.parts()]
    rows += [
        ("Could not be checked", len(build_checks(report.shown).unchecked)),
        ("New", len(counts.new)),
        ("All bugs of this report", len(report.shown.bugs)),
    ]
    top = _write_head(sheet, styles, report.page)
    bottom = _write_table(sheet, styles, top, ("What", "Bugs"), rows)
    _add_chart(book, sheet, (top, bottom - 1), "What moved, in bugs", (("Bugs", 1, _BLUE),), "bar")
    trends = [block for block in report.page.blocks if isinstance(block, TrendsTable)]
    if trends:
        _write_trends(book, sheet, styles, max(bottom, top + _CHART_ROWS) + 2, trends[0])


def write_status_summary(book: Any, styles: Styles, report: StatusReport) -> None:
    """Of a status: how many tasks stand where."""
    sheet = _open_sheet(book, styles, report.page)
    found = Counter(NOT_KNOWN if state.status is UNKNOWN else str(state.status) for state in report.standing.states)
    top = _write_head(sheet, styles, report.page)
    bottom = _write_table(sheet, styles, top, ("Status", "Tasks"), found.most_common())
    if found:
        _add_chart(book, sheet, (top, bottom), "Tasks by status", (("Tasks", 1, _BLUE),), "bar")


def _open_sheet(book: Any, styles: Styles, page: Page) -> Any:
    sheet = book.add_worksheet(NAME)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 11, 12)
    sheet.write_string(0, 0, spreadsheet(page.title)[:LONGEST], styles.title)
    sheet.set_row(1, 34)
    sheet.merge_range(1, 0, 1, 11, "", styles.lead)
    sheet.write_string(1, 0, spreadsheet(page.headline)[:LONGEST], styles.lead)
    return sheet


def _write_head(sheet: Any, styles: Styles, page: Page) -> int:
    """What the page says above its tables, from the fourth row on; gives the row where the first table begins."""
    row = 3
    for name, words, _url in page.scope:
        sheet.write_string(row, 0, spreadsheet(name), styles.label)
        sheet.write_string(row, 1, spreadsheet(words)[:LONGEST], styles.plain)
        row += 1
    for notice in page.notices:
        bugs = ", ".join(cell.text for cell in notice.bugs[:12])
        more = f" and {len(notice.bugs) - 12:,} more" if len(notice.bugs) > 12 else ""
        words = f"{notice.text}: {bugs}{more}" if bugs else notice.text
        sheet.write_string(row, 0, "Note", styles.label)
        sheet.write_string(row, 1, spreadsheet(words)[:LONGEST], styles.warning)
        row += 1
    return row + 1


def _write_table(sheet: Any, styles: Styles, top: int, heads: Sequence[str], rows: Sequence[Row]) -> int:
    """A table from that row on; gives its last row."""
    for column, head in enumerate(heads):
        sheet.write_string(top, column, head, styles.head)
    for row, values in enumerate(rows, top + 1):
        for column, value in enumerate(values):
            if isinstance(value, int):
                sheet.write_number(row, column, value, styles.plain)
            else:
                sheet.write_string(row, column, spreadsheet(value), styles.plain)
    return top + len(rows)


def _write_trends(book: Any, sheet: Any, styles: Styles, top: int, trends: TrendsTable) -> None:
    """Open, closed and not known at each meeting, as a table and as a chart."""
    rows: list[Row] = [
        (point.day or point.label, point.open, point.closed, point.unknown + point.unchecked)
        for point in trends.points
    ]
    bottom = _write_table(sheet, styles, top, ("Meeting", "Open tasks", "Closed tasks", "Not known"), rows)
    series = (("Open tasks", 1, _AMBER), ("Closed tasks", 2, _GREEN), ("Not known", 3, _GREY))
    _add_chart(book, sheet, (top, bottom), "Tasks at each meeting", series, "column")


def _add_chart(
    book: Any, sheet: Any, rows: tuple[int, int], title: str, series: Sequence[tuple[str, int, str]], kind: str
) -> None:
    """A chart beside a table: ``rows`` (head, last), ``series`` (name, column, colour)."""
    head, last = rows
    chart = book.add_chart({"type": kind, "subtype": "stacked"} if len(series) > 1 else {"type": kind})
    for name, column, colour in series:
        chart.add_series(
            {
                "name": name,
                "categories": [NAME, head + 1, 0, last, 0],
                "values": [NAME, head + 1, column, last, column],
                "fill": {"color": colour},
                "data_labels": {"value": len(series) == 1},
                "gap": 60,
            }
        )
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_legend({"position": "bottom"} if len(series) > 1 else {"none": True})
    if kind == "bar":
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    chart.set_size(_CHART)
    sheet.insert_chart(head, 5, chart)
