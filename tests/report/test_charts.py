"""Charts as files: complete pictures in themselves, in the page's colours, inert whatever strangers wrote."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree

import pytest

from lptrack.report.charts import render_charts
from tests.browser.documents import HOSTILE, build_sample
from tests.security.commandline import ROOT, lptrack

SVG = "{http://www.w3.org/2000/svg}"


def check(data: bytes) -> ElementTree.Element:
    """An XML document by itself, without a script, an event or an address to go to, each class with a rule."""
    root = ElementTree.fromstring(data)
    assert root.tag == f"{SVG}svg"
    assert float(root.get("width", "0")) > 300
    first = [child.tag for child in root][:3]
    assert first == [f"{SVG}title", f"{SVG}desc", f"{SVG}style"]
    style = root.find(f"{SVG}style").text or ""
    assert "var(" not in style
    assert set(re.findall(r": ([a-z]+);", style)) <= {"none", "round"}, "a colour that no rule of the page has"
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in {
            "svg", "title", "desc", "style", "rect", "line", "text", "polyline", "polygon", "circle",
        }  # fmt: skip
        assert not [name for name in element.attrib if name.startswith("on") or "href" in name]
        for name in element.get("class", "").split():
            assert f".{name}" in style or name in ("chart", "life") or name.startswith(("n-", "on-s-")), name
    return root


def test_the_charts_of_a_report_are_pictures_by_themselves() -> None:
    report = build_sample(lives=3)
    pictures = render_charts(report)
    assert set(pictures) == {
        "burn-down.svg", "flow.svg", *(f"bug-{bug.tracker}-{bug.number}.svg" for bug in report.lives),
    }  # fmt: skip
    for data in pictures.values():
        root = check(data)
        assert "below" not in (root.find(f"{SVG}desc").text or "")
    assert render_charts(report) == pictures


def test_the_colours_are_those_of_the_page() -> None:
    sheet = (files("lptrack.report.render") / "templates" / "report.css").read_text("utf-8")
    light, dark = re.findall(r"--rel: (#[0-9a-f]{6})", sheet)
    style = render_charts(build_sample())["flow.svg"].decode()
    bright, _, night = style.partition("prefers-color-scheme: dark")
    assert f".bar.s-rel, .key.s-rel {{ fill: {light}; }}" in bright
    assert f".bar.s-rel, .key.s-rel {{ fill: {dark}; }}" in night


@pytest.mark.parametrize("text", HOSTILE)
def test_what_strangers_wrote_is_inert(text: str) -> None:
    for data in render_charts(build_sample(titles=[text] * 48, everywhere=True)).values():
        check(data)


def test_a_report_without_trends_has_only_lives() -> None:
    report = build_sample(lives=2)
    page = replace(report.page, blocks=report.page.sections)
    assert {name.partition("-")[0] for name in render_charts(replace(report, page=page))} == {"bug"}


def test_the_command_writes_them_beside_the_report(tmp_path: Path) -> None:
    done = lptrack(
        "run", ROOT / "examples" / "meetings", "--db", "a.db", "--debian-root", "off",
        "--cassette", ROOT / "cassettes" / "launchpad-made-up-bugs.json", home=tmp_path,
    )  # fmt: skip
    assert done.code == 0
    plain = lptrack("report", "--db", "a.db", "--format", "csv", home=tmp_path)
    done = lptrack("report", "--db", "a.db", "--format", "csv", "--charts", "charts", home=tmp_path)
    assert (done.code, done.out) == (0, plain.out)
    names = {path.name for path in (tmp_path / "charts").iterdir()}
    assert {"burn-down.svg", "flow.svg", "bug-launchpad-2900018.svg"} <= names
    for path in (tmp_path / "charts").iterdir():
        check(path.read_bytes())
    assert done.err.count("burn-down.svg") == 1


def test_a_chart_is_never_written_over_the_database(tmp_path: Path) -> None:
    for day in ("2031-03-03", "2031-03-10"):
        (tmp_path / f"#kestrel-{day}.txt").write_text(f"[15:04] <ana> bug #92900001, {day}\n")
    assert lptrack("run", ".", "--offline", "--db", "burn-down.svg", home=tmp_path).code == 0
    for folder, code in ((".", 2), ("charts", 0)):
        done = lptrack("report", "--db", "burn-down.svg", "--charts", folder, home=tmp_path)
        assert done.code == code, done.err
    assert (tmp_path / "charts" / "burn-down.svg").exists()
    assert (tmp_path / "burn-down.svg").read_bytes().startswith(b"SQLite")
