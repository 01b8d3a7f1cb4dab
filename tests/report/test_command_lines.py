"""`report`, `status` and `history` on the command line: what is refused before any work, and one real database."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lptrack.cli.forms import choose_form, parse_bug, parse_time
from lptrack.cli.terminal import PIPE_WIDTH, has_color, has_links, terminal_width
from lptrack.errors import UsageError
from lptrack.jobs.options import HistoryOptions, ReportOptions, StatusOptions
from lptrack.model import BugKey
from lptrack.report.model import HistoryReport, Report, StatusReport


@pytest.mark.parametrize(
    ("text", "bug"),
    [
        ("1160490", BugKey("launchpad", 1160490)),
        ("#1160490", BugKey("launchpad", 1160490)),
        ("LP: #1160490", BugKey("launchpad", 1160490)),
        ("lp:1160490", BugKey("launchpad", 1160490)),
        ("bug 1160490", BugKey("launchpad", 1160490)),
        ("debian:719024", BugKey("debian", 719024)),
        ("Debian #719024", BugKey("debian", 719024)),
        ("https://bugs.launchpad.net/ubuntu/+source/linux/+bug/1160490", BugKey("launchpad", 1160490)),
        ("https://bugs.launchpad.net/bugs/1160490/comments/3", BugKey("launchpad", 1160490)),
        ("https://bugs.debian.org/719024", BugKey("debian", 719024)),
        ("https://bugs.debian.org/cgi-bin/bugreport.cgi?bug=719024", BugKey("debian", 719024)),
    ],
)
def test_a_bug_may_be_named_as_people_do(text: str, bug: BugKey) -> None:
    assert parse_bug(text) == bug


@pytest.mark.parametrize("text", ["", "bug", "12a", "https://evil.example/1", "１２", "1 2", "9" * 40])
def test_what_is_no_bug_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_bug(text)


def test_times() -> None:
    assert parse_time("2013-09-11", "--since", end_of_day=False) == datetime(2013, 9, 11, tzinfo=UTC)
    assert parse_time("2013-09-11", "--as-known-at", end_of_day=True).hour == 23
    assert parse_time("2013-09-11T15:04+02:00", "--since", end_of_day=False).hour == 13
    with pytest.raises(UsageError, match="--since"):
        parse_time("yesterday", "--since", end_of_day=False)


def test_the_form_goes_by_the_files_suffix() -> None:
    assert choose_form(ReportOptions(output=Path("x.xlsx")), Report)[0].name == "xlsx"
    assert choose_form(ReportOptions(output=Path("x")), Report)[0].name == "text"
    assert choose_form(ReportOptions(), Report)[0].name == "table"
    assert choose_form(ReportOptions(form="json", output=Path("x.csv")), Report)[0].name == "json"


def test_forms_that_cannot_be_are_refused() -> None:
    with pytest.raises(UsageError, match="nonsense"):
        choose_form(ReportOptions(form="nonsense"), Report)
    with pytest.raises(UsageError, match="not for this command"):
        choose_form(StatusOptions(form="atom"), StatusReport)
    with pytest.raises(UsageError, match="not for this command"):
        choose_form(HistoryOptions(bugs=["1"], form="xlsx"), HistoryReport)
    with pytest.raises(UsageError, match="cannot be combined"):
        choose_form(ReportOptions(form="json", template=Path("x")), Report)


def test_a_workbook_to_a_terminal_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    with pytest.raises(UsageError, match="not for a terminal"):
        choose_form(ReportOptions(form="xlsx"), Report)
    assert choose_form(ReportOptions(form="xlsx", output=Path("x.xlsx")), Report)[0].binary


def test_colour_goes_by_the_terminal_and_no_color() -> None:
    assert has_color({"TERM": "xterm"}, is_terminal=True)
    assert not has_color({"TERM": "xterm", "NO_COLOR": "1"}, is_terminal=True)
    assert not has_color({"TERM": "dumb"}, is_terminal=True)
    assert not has_color({"TERM": "xterm"}, is_terminal=False)
    assert has_color({"FORCE_COLOR": "1"}, is_terminal=False)


def test_links_only_where_the_terminal_is_known_to_have_them() -> None:
    assert has_links({"TERM": "xterm-256color", "VTE_VERSION": "6800"}, is_terminal=True)
    assert has_links({"TERM": "xterm-kitty"}, is_terminal=True)
    assert not has_links({"TERM": "xterm-256color"}, is_terminal=True)
    assert not has_links({"TERM": "screen", "VTE_VERSION": "6800"}, is_terminal=True)
    assert not has_links({"TERM": "xterm-kitty"}, is_terminal=False)


def test_width() -> None:
    assert terminal_width({"COLUMNS": "90"}, is_terminal=True) == 90
    assert terminal_width({}, is_terminal=False) == PIPE_WIDTH


# ------------------------------------------------------------------------------------------------- a real database

LOG = """\
[15:04:00] <chair> #startmeeting made-up team
[15:04:01] <meetingology> Meeting started {day} 15:04:00 {year} UTC.  The chair is chair.
[15:05:00] <anna> what about bug 92900001 and bug 92900002?
[15:05:02] <ubottu> Launchpad bug 92900001 in made-up "It breaks (made-up)" [High,{one}] https://launchpad.net/bugs/92900001
[15:05:04] <ubottu> Launchpad bug 92900002 in made-up "=1+1 (made-up)" [Low,{two}] https://launchpad.net/bugs/92900002
[15:20:00] <chair> #endmeeting
[15:20:01] <meetingology> Meeting ended {day} 15:20:00 {year} UTC.
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two meetings whose bots announce two bugs; one moves."""
    from lptrack.cli.main import app

    folder = tmp_path_factory.mktemp("meetings")
    first = LOG.format(day="Thu Sep 11", year=2031, one="Confirmed", two="New")
    second = LOG.format(day="Thu Sep 18", year=2031, one="Fix Committed", two="New")
    (folder / "made-up.2031-09-11-15.04.log.txt").write_text(first)
    (folder / "made-up.2031-09-18-15.04.log.txt").write_text(second)
    db = folder / "x.db"
    arguments = ["run", str(folder), "--offline", "--db", str(db), "--out", str(folder / "out"), "--quiet"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return db


def run(database: Path, *arguments: str) -> str:
    from lptrack.cli.main import app

    result = CliRunner().invoke(app, [*arguments, "--db", str(database)])
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def test_a_report_from_log_to_table(database: Path) -> None:
    text = run(database, "report")
    assert "1 of 2 bugs moved between 11 Sep and 18 Sep 2031: 1 moved forward." in text
    assert "#92900001" in text.split("Moved forward (1)")[1].split("All tracked bugs")[0]


def test_json_csv_and_status_agree(database: Path) -> None:
    report = json.loads(run(database, "report", "--format", "json"))
    assert [(c["number"], c["field"], c["before"], c["after"], c["source"]) for c in report["changes"]] == [
        (92900001, "status", "Confirmed", "Fix Committed", "announced")
    ]
    assert len(run(database, "report", "--format", "csv").splitlines()) == 2
    status = json.loads(run(database, "status", "--at", "2031-09-11", "--format", "json"))
    assert [task["status"] for task in status["tasks"]] == ["Confirmed", "New"]


def test_explain_says_where_a_row_comes_from(database: Path) -> None:
    text = run(database, "report", "--explain", "92900001")
    assert "as a bot announced it in a meeting, 18 Sep 2031 15:05 UTC" in text
    assert "status: Confirmed → Fix Committed (when and by whom is not known: no history)" in text


def test_history_and_filters(database: Path) -> None:
    assert "announced High, Fix Committed" in run(database, "history", "92900001")
    assert "92900002" not in run(database, "report", "--importance", "high")


def test_the_same_arguments_give_the_same_bytes(database: Path, tmp_path: Path) -> None:
    for form in ("table", "markdown", "html", "xlsx", "atom"):
        files = [tmp_path / f"{form}-{count}" for count in range(2)]
        for file in files:
            run(database, "report", "--format", form, "-o", str(file))
        assert files[0].read_bytes() == files[1].read_bytes()


def test_since_last_is_from_last_to_now(database: Path) -> None:
    report = json.loads(run(database, "report", "--since-last", "--format", "json"))
    assert report["from"]["meeting"].endswith("/2031-09-18T15:04Z")
    assert report["to"]["meeting"] is None


@pytest.mark.parametrize("form", ["table", "text", "markdown", "csv", "json"])
def test_light_forms_need_no_heavy_library(database: Path, form: str) -> None:
    code = (
        "import sys\nfrom lptrack.cli.main import main\n"
        f"try: main(['report', '--format', {form!r}, '--db', {str(database)!r}])\n"
        "except SystemExit: pass\n"
        "heavy = {'pandas', 'numpy', 'xlsxwriter', 'jinja2', 'launchpadlib', 'requests'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-300:]
