"""docs/reports.md speaks of what there is."""

from __future__ import annotations

from pathlib import Path

from lptrack.report.model import Column, HistoryReport, Report, SectionKey, StatusReport
from lptrack.report.render import RENDERERS

DOCS = (Path(__file__).parents[2] / "docs" / "reports.md").read_text(encoding="utf-8")


def test_every_form_is_documented_with_what_it_holds() -> None:
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in DOCS.splitlines()
        if line.startswith("| `") and "--format" not in line
    ]
    told = {row[0].strip("`"): [bool(cell) for cell in row[2:]] for row in rows if len(row) == 5}
    kinds = (Report, StatusReport, HistoryReport)
    assert told == {form.name: [kind in form.documents for kind in kinds] for form in RENDERERS}


def test_every_section_and_column_is_named() -> None:
    for key in SectionKey:
        assert f"| `{key}` |" in DOCS
    for column in Column:
        assert f"`{column}`" in DOCS
