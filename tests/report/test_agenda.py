"""The agenda: what it holds, that it is short enough to read out, and that a stranger's words do nothing in it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from lptrack.report.agenda import LINES, Agenda, build_agenda, count_lines
from lptrack.report.render.agenda import AGENDA_FORMS, render_agenda
from tests.security.commandline import ROOT, lptrack


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("agenda")
    done = lptrack(
        "run", ROOT / "examples" / "meetings", "--db", "a.db", "--debian-root", "off", "--cassette",
        ROOT / "cassettes" / "launchpad-made-up-bugs.json", home=folder,
    )  # fmt: skip
    assert done.code == 0, done.err
    return folder


def test_every_line_has_its_bug_its_owner_and_since_when(home: Path) -> None:
    record = json.loads(lptrack("agenda", "--db", "a.db", "--format", "json", home=home).out)
    sections = {each["section"]: each["lines"] for each in record["sections"]}
    assert {"actions", "unowned", "carried"} <= set(sections)
    lines = [line for each in sections.values() for line in each]
    assert all(line["number"] and line["owner"] and line["status"] for line in lines)
    (action,) = sections["actions"]
    assert (action["number"], action["owner"]) == (2900011, "bruno")
    assert "not touched" in action["what"]
    assert all(line["owner"] == "nobody" for line in sections["unowned"])


@pytest.mark.parametrize("form", AGENDA_FORMS)
def test_each_form_names_the_same_bugs(home: Path, form: str) -> None:
    record = json.loads(lptrack("agenda", "--db", "a.db", "--format", "json", home=home).out)
    numbers = {line["number"] for each in record["sections"] for line in each["lines"]}
    done = lptrack("agenda", "--db", "a.db", "--format", form, home=home)
    assert done.code == 0, done.err
    assert numbers <= {int(found) for found in re.findall(r"29\d{5}", done.out.decode())}
    assert len(done.out.decode().splitlines()) <= LINES or form == "html"


def test_an_unknown_form_is_refused(home: Path) -> None:
    refused = lptrack("agenda", "--db", "a.db", "--format", "pdf", home=home)
    assert refused.code == 2
    assert "Choose one of: table, text" in refused.err


def test_a_long_one_is_cut_in_every_section_alike_and_says_so(home: Path) -> None:
    from lptrack.config.model import Config
    from lptrack.jobs.view import load_report
    from lptrack.report.agenda import Duty
    from lptrack.storage.store import Store

    with Store.open(home / "a.db", read_only=True) as store:
        report = load_report(store, Config(), start="last", end="now")
    bug = report.window.bugs[0]
    many = [Duty(bug, f"<b>@ana</b> to do {number}", "ana") for number in range(400)]
    agenda = build_agenda(report, many, "Kestrel")
    assert count_lines(agenda) <= LINES
    (actions,) = [each for each in agenda.sections if each.key == "actions"]
    assert len(actions.lines) + actions.left_out == 400
    assert len(render_agenda(agenda, "text").splitlines()) <= LINES
    assert "<b>" not in render_agenda(agenda, "html")
    assert "@ana" not in render_agenda(agenda, "markdown")


def test_nothing_to_speak_of_is_said(home: Path) -> None:
    from datetime import UTC, datetime

    empty = Agenda("Agenda of birds", "Nothing moved since 12 Mar.", datetime(2031, 3, 19, tzinfo=UTC), ())
    for form in AGENDA_FORMS:
        assert "Nothing moved" in render_agenda(replace(empty), form)


def test_the_report_s_json_has_the_page_s_headline(home: Path) -> None:
    record = json.loads(lptrack("report", "--db", "a.db", "--format", "json", home=home).out)
    assert record["headline"]
    page = lptrack("report", "--db", "a.db", "--format", "markdown", home=home).out.decode()
    assert record["headline"] in page.replace("\\", "")
