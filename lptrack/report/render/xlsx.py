"""A workbook for managers: changes, state and matrix; typed cells, frozen heads, filters; never a formula."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import xlsxwriter

from lptrack.errors import UsageError
from lptrack.escape import safe_url, spreadsheet
from lptrack.report.frames import changes_frame, matrix_frame, state_frame
from lptrack.report.model import Document, Page, Report, StatusReport
from lptrack.report.render import RenderSettings

if TYPE_CHECKING:
    import pandas as pd

_LONGEST = 32_000  # Excel holds 32,767 characters a cell
_WIDTHS = {"title": 60, "url": 12, "number": 11, "target": 26, "package": 20, "speakers": 30, "changed_at": 18}
_LINKS = 60_000  # Excel holds 65,530 a sheet


def render(document: Document, _settings: RenderSettings) -> bytes:
    """The workbook's bytes; the same report gives the same ones."""
    if isinstance(document, Report):
        window = document.window
        end = [window.after[key] for key in sorted(window.after)]
        sheets = {"changes": changes_frame(window), "state": state_frame(end)}
        if document.matrix is not None:
            sheets["matrix"] = matrix_frame(document.matrix)
    elif isinstance(document, StatusReport):
        sheets = {"state": state_frame(document.standing.states)}
    else:
        raise UsageError("a history has no workbook", hint="--format json has everything")
    return _write(document.page, sheets)


def _write(page: Page, sheets: Mapping[str, pd.DataFrame]) -> bytes:
    stream = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "remove_timezone": True,
    }
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"title": spreadsheet(page.title), "created": page.as_of.replace(tzinfo=None)})
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": False}),
            "date": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            "link": book.add_format({"font_color": "#0563C1", "underline": 1}),
        }
        for name, frame in sheets.items():
            _write_sheet(book.add_worksheet(name), frame, formats)
    return stream.getvalue()


def _write_sheet(sheet: Any, frame: pd.DataFrame, formats: Mapping[str, Any]) -> None:
    for column, name in enumerate(frame.columns):
        sheet.write_string(0, column, spreadsheet(str(name)), formats["head"])
        sheet.set_column(column, column, _WIDTHS.get(name, 14))
        for row, value in enumerate(frame[name].tolist(), 1):
            _write_cell(sheet, row, column, name, value, formats)
    sheet.freeze_panes(1, 2)
    if len(frame.columns):
        sheet.autofilter(0, 0, max(len(frame), 1), len(frame.columns) - 1)


def _write_cell(sheet: Any, row: int, column: int, name: str, value: Any, formats: Mapping[str, Any]) -> None:
    if value is None or value == "" or value != value:
        return
    if isinstance(value, int):
        sheet.write_number(row, column, value)
    elif hasattr(value, "to_pydatetime"):
        sheet.write_datetime(row, column, value.to_pydatetime(), formats["date"])
    elif name == "url" and row <= _LINKS and (address := safe_url(value)) and len(address) < 2000:
        sheet.write_url(row, column, address, formats["link"], spreadsheet(value)[:_LONGEST])
    else:
        sheet.write_string(row, column, spreadsheet(str(value))[:_LONGEST])
