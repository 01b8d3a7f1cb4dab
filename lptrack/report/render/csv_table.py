"""CSV for spreadsheets and pandas: the interface's columns, ISO dates, and never a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from lptrack.errors import UsageError
from lptrack.escape import quote_cell, spreadsheet
from lptrack.report.model import Document, Report, Standing, StatusReport
from lptrack.report.records import REPORT_COLUMNS, STATUS_COLUMNS, report_csv_rows, status_csv_rows
from lptrack.report.render import RenderSettings


def render(document: Document, settings: RenderSettings) -> str:
    """One row a change (a report) or a task (a status). Raises `UsageError` for a column that there is not."""
    columns: tuple[str, ...]
    rows: Iterable[Sequence[object]]
    if isinstance(document, Report):
        columns, rows = REPORT_COLUMNS, report_csv_rows(document.window)
    elif isinstance(document, StatusReport):
        columns, rows = STATUS_COLUMNS, _status_rows(document.standing)
    else:
        raise UsageError("a history cannot be written as CSV", hint="--format json has everything")
    wanted = settings.columns or columns
    for name in wanted:
        if name not in columns:
            raise UsageError(f"unknown column {name!r}", hint=f"Choose from: {', '.join(columns)}")
    places = [columns.index(name) for name in wanted]
    delimiter = parse_delimiter(settings.delimiter)
    return render_rows(wanted, ([row[place] for place in places] for row in rows), delimiter, bom=settings.bom)


def render_rows(
    columns: Sequence[str], rows: Iterable[Sequence[object]], delimiter: str = ",", *, bom: bool = False
) -> str:
    """Any table as CSV: None is an empty cell."""
    lines = [_line(columns, delimiter), *(_line(row, delimiter) for row in rows)]
    return ("\ufeff" if bom else "") + "".join(lines)


def _status_rows(standing: Standing) -> Sequence[Sequence[object]]:
    return status_csv_rows(standing.states, standing.since, standing.at)


# Most cells: nothing to quote, to neutralise or to spell out. The rest goes the careful way.
_PLAIN: Final = re.compile(r"[0-9A-Za-z]([0-9A-Za-z ():/._-]*[0-9A-Za-z)])?")


def parse_delimiter(text: str) -> str:
    """One character that separates cells; `tab` and `\\t` are words for the tab. Raises `UsageError`."""
    delimiter = {"tab": "\t", "\\t": "\t"}.get(text, text)
    if len(delimiter) != 1 or delimiter.isalnum() or delimiter in "\"'\r\n=+-@ \\:." or not delimiter.isascii():
        raise UsageError(f"{text!r} cannot separate cells", hint="--delimiter ';' or tab, for example")
    return delimiter


def _line(cells: Sequence[object], delimiter: str) -> str:
    return delimiter.join([_cell(cell, delimiter) for cell in cells]) + "\n"


def _cell(value: object, delimiter: str) -> str:
    if value is None:
        return ""
    text = str(value)
    if _PLAIN.fullmatch(text) and delimiter not in text:
        return text
    return quote_cell(spreadsheet(text), delimiter)
