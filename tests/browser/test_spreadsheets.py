"""LibreOffice opens the CSV and the workbook of a hostile report: no formula, no stranger's link, all rows."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from lptrack.report.render import RenderSettings, find_form, render_document
from tests.browser.documents import HOSTILE, build_sample

pytestmark = pytest.mark.browser

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
XLINK = "{http://www.w3.org/1999/xlink}"
# Comma, quotes, UTF-8, special numbers detected and formulas evaluated: as trusting as a reader can set it.
TRUSTING = "CSV:44,34,76,1,,0,false,true,false,false,false,0,true"


def convert(path: Path) -> ElementTree.Element:
    """The file as LibreOffice understood it."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("needs LibreOffice: apt-get install libreoffice-calc")
    command = [
        program,
        "--headless",
        f"-env:UserInstallation={(path.parent / 'profile').as_uri()}",
        "--convert-to",
        "fods",
    ]
    if path.suffix == ".csv":
        command.append(f"--infilter={TRUSTING}")
    subprocess.run([*command, "--outdir", path.parent, path], check=True, capture_output=True, timeout=120)
    return ElementTree.parse(path.with_suffix(".fods")).getroot()


def formulas(sheet: ElementTree.Element) -> list[str]:
    return [
        cell.get(f"{TABLE}formula", "") for cell in sheet.iter(f"{TABLE}table-cell") if cell.get(f"{TABLE}formula")
    ]


def texts(sheet: ElementTree.Element) -> list[str]:
    cells = [cell for cell in sheet.iter(f"{TABLE}table-cell") if cell.get(f"{OFFICE}value-type") == "string"]
    return ["\n".join("".join(p.itertext()) for p in cell.iter(f"{TEXT}p")) for cell in cells]


def test_an_unescaped_formula_would_be_seen(tmp_path: Path) -> None:
    path = tmp_path / "naive.csv"
    path.write_text('title\n=1+1\n"=HYPERLINK(""https://evil.example/"")"\n', encoding="utf-8")
    assert len(formulas(convert(path))) == 2


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_libreoffice_sees_no_formula_in_a_hostile_report(tmp_path: Path, form: str) -> None:
    report = build_sample(titles=HOSTILE, everywhere=True)
    path = tmp_path / f"report.{form}"
    path.write_bytes(render_document(report, find_form(form), RenderSettings(bom=True)))
    sheet = convert(path)
    assert formulas(sheet) == []
    shown = texts(sheet)
    titles = [str(change.title) for change in report.window.changes]
    assert len(titles) > 5
    for title in titles:
        start = "".join(c for c in title if c.isalnum() or c == " ")[:12].strip()
        assert any(start in "".join(c for c in text if c.isalnum() or c == " ") for text in shown), title
    links = [link.get(f"{XLINK}href", "") for link in sheet.iter(f"{TEXT}a")]
    assert all(href.startswith("https://bugs.launchpad.example/") for href in links)
