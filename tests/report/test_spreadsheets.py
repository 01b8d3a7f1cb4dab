"""CSV and the workbook: the interface's columns, accents intact, never a formula, every title given back."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta
from typing import Any

import openpyxl
import pandas as pd
import pytest

from lptrack.errors import UsageError
from lptrack.join.model import Matrix
from lptrack.model import UNKNOWN
from lptrack.report.arrange import build_report
from lptrack.report.arrange_status import build_status
from lptrack.report.frames import changes_frame, matrix_frame, read_csv, state_frame
from lptrack.report.model import Document, Report, Standing
from lptrack.report.render import RenderSettings, find_form, render_document
from tests.report import samples as s

REPORT_HEAD = (
    "tracker,number,url,title,target,package,series,field,before,after,changed_at,changed_by,importance,status,assignee,"
    "milestone,first_mentioned,last_mentioned,times_mentioned,speakers,from_meeting,to_meeting"
)
STATUS_HEAD = (
    "tracker,number,url,title,target,package,series,status,importance,assignee,milestone,source,observed_at,since,"
    "age_days"
)
ACTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def report_of(builder: s.WindowBuilder) -> Report:
    window = builder.window()
    return build_report(window, s.matrix(window), s.trends(window))


def status_of(builder: s.WindowBuilder) -> Document:
    window = builder.window()
    return build_status(Standing(s.TO, tuple(window.after.values()), window.unresolved))


def written(document: Document, **settings: Any) -> str:
    return render_document(document, find_form("csv"), RenderSettings(**settings)).decode("utf-8")


HOSTILE = report_of(s.hostile())
USUAL = report_of(s.usual())


def test_the_columns_are_the_interfaces() -> None:
    assert written(USUAL).splitlines()[0] == REPORT_HEAD
    assert written(status_of(s.usual())).splitlines()[0] == STATUS_HEAD


def test_one_row_a_change_with_iso_dates_and_accents() -> None:
    rows = list(csv.DictReader(io.StringIO(written(USUAL))))
    assert len(rows) == len(USUAL.window.changes)
    row = next(row for row in rows if row["number"] == "92900011")
    assert row["title"] == "Ünïcödé — “quotes” 日本語 (made-up)"
    assert (row["before"], row["after"], row["changed_at"]) == ("Confirmed", "Triaged", "2031-09-14T17:04:18Z")


@pytest.mark.parametrize("document", [HOSTILE, status_of(s.hostile())], ids=["report", "status"])
@pytest.mark.parametrize("delimiter", [",", ";", "tab", "|"])
def test_no_cell_is_a_formula_by_any_reader(document: Document, delimiter: str) -> None:
    text = written(document, delimiter=delimiter)
    one = "\t" if delimiter == "tab" else delimiter
    by_csv = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=one) for cell in row]
    frame = pd.read_csv(io.StringIO(text), sep=one, dtype=str, keep_default_na=False)
    by_pandas = [cell for row in frame.itertuples(index=False) for cell in row]
    assert len(by_csv) == len(by_pandas) + len(frame.columns)
    for cell in by_csv + by_pandas:
        assert not cell.startswith(ACTS)
        assert not any((ord(c) < 32 and c not in "\t\r\n") or 127 <= ord(c) < 160 for c in cell)


def test_every_title_comes_back_through_pandas() -> None:
    frame = read_csv(io.StringIO(written(HOSTILE, bom=True)))
    assert frame["title"].tolist() == [change.title for change in HOSTILE.window.changes]
    assert frame["number"].tolist() == [change.bug.number for change in HOSTILE.window.changes]


def test_a_csv_read_back_is_the_frame_it_was() -> None:
    frame = read_csv(io.StringIO(written(USUAL)))
    raw = changes_frame(USUAL.window).fillna("")
    pd.testing.assert_frame_equal(frame.fillna(""), raw, check_dtype=False)
    assert str(frame["changed_at"].dtype).startswith("datetime64")


def test_bom_columns_and_delimiter() -> None:
    text = written(USUAL, bom=True, columns=("title", "number"), delimiter=";")
    assert text.startswith("\ufefftitle;number\n")


@pytest.mark.parametrize("delimiter", ["", "::", '"', "a", "=", "\n", "é"])
def test_a_delimiter_that_cannot_be_is_refused(delimiter: str) -> None:
    with pytest.raises(UsageError):
        written(USUAL, delimiter=delimiter)


def test_a_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match="nonsense"):
        written(USUAL, columns=("title", "nonsense"))


# ------------------------------------------------------------------------------------------------- workbook


def workbook(document: Document) -> tuple[bytes, Any]:
    data = render_document(document, find_form("xlsx"), RenderSettings())
    return data, openpyxl.load_workbook(io.BytesIO(data))


def test_the_workbook_has_typed_cells_frozen_heads_and_filters_and_prints_on_a4() -> None:
    _, book = workbook(USUAL)
    assert book.sheetnames == ["Summary", "Changes", "Status", "Matrix"]
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "C2"
        assert sheet.auto_filter.ref is not None
        assert sheet.print_title_rows == "$1:$1"
    for sheet in book:
        page = sheet.page_setup
        assert (page.orientation, str(page.paperSize), page.fitToHeight) == ("landscape", "9", 0)
    head = [cell.value for cell in book["Changes"][1]]
    assert head[:2] == ["Bug", "Title"]
    row = dict(zip(head, book["Changes"][2], strict=True))
    assert isinstance(row["Bug"].value, int)
    assert row["Bug"].hyperlink.target.startswith("https://")
    assert row["Changed"].is_date
    assert len(list(book["Changes"].rows)) == len(USUAL.window.changes) + 1
    assert len(list(book["Status"].rows)) == len(USUAL.window.after) + 1


def test_the_summary_has_the_headline_and_its_numbers_add_up() -> None:
    _, book = workbook(USUAL)
    sheet = book["Summary"]
    cells = {row[0].value: row[1].value for row in sheet.rows if isinstance(row[0].value, str)}
    assert sheet["A2"].value == USUAL.page.headline
    parts = ("Fixed", "Closed without a fix", "Reopened", "Moved forward", "Otherwise changed")
    moved, bugs = sum(cells[part] for part in parts), cells["All bugs of this report"]
    assert USUAL.page.headline.startswith(f"{moved} of {bugs} bugs moved")
    assert len(sheet._charts) == 2


def test_a_status_is_coloured_by_what_it_means() -> None:
    _, book = workbook(USUAL)
    head = [cell.value for cell in book["Status"][1]]
    place = head.index("Status")
    colours = {row[place].value: row[place].fill.fgColor.rgb for row in book["Status"].iter_rows(min_row=2)}
    assert colours["Fix Released"] == colours["done"] == "FFC6EFCE"
    assert colours["Won't Fix"] == "FFE7E6E6"
    assert colours["Triaged"] == "00000000"


@pytest.mark.parametrize("document", [HOSTILE, status_of(s.hostile())], ids=["report", "status"])
def test_no_cell_of_the_workbook_is_a_formula(document: Document) -> None:
    data, book = workbook(document)
    for sheet in book:
        for cell in (cell for row in sheet.rows for cell in row):
            assert cell.data_type != "f"
            assert not (isinstance(cell.value, str) and cell.value.startswith(ACTS))
            assert cell.hyperlink is None or cell.hyperlink.target.startswith(("http://", "https://"))
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist() if "sheets/" in name)


def test_the_matrix_names_its_meetings_once_each() -> None:
    at = s.TO
    meetings = tuple(s.meeting(at - timedelta(days=364 * back, hours=hour)) for back in (1, 0) for hour in (2, 0))
    frame = matrix_frame(Matrix(meetings, ((s.state(1), (None, "New", UNKNOWN, "Triaged")),)))
    assert frame.columns.is_unique
    assert frame.iloc[0].tolist()[4:] == [None, "New", "unknown", "Triaged"]


def test_frames_are_typed_and_raw() -> None:
    frame = state_frame(HOSTILE.window.after.values(), {}, HOSTILE.window.end.at)
    assert str(frame["number"].dtype) == "Int64"
    assert '=HYPERLINK("http://evil.example","x")' in set(frame["title"])
