"""`lptrack extract` as a person or a script runs it: formats, exit codes, what goes where."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from lptrack.cli.extract import extract
from lptrack.errors import UsageError
from tests.logs.golden import FOLDER, list_logs

APP = typer.Typer()
APP.command()(extract)
RUN = CliRunner()
FIELDS = [
    "kind",
    "tracker",
    "number",
    "source",
    "line",
    "meeting",
    "speaker",
    "timestamp",
    "time",
    "topic",
    "text",
    "rule",
]


def _invoke(*arguments: str, code: int = 0, text: str | None = None) -> tuple[str, str]:
    result = RUN.invoke(APP, list(arguments), input=text, catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.stdout, result.stderr


def test_json_lines_have_the_interfaces_fields_in_its_order() -> None:
    out, _ = _invoke(str(FOLDER / "irssi.log"))
    records = [json.loads(line) for line in out.splitlines()]
    assert all(list(one)[: len(FIELDS)] == FIELDS for one in records)
    announced = [one for one in records if one["kind"] == "announcement"]
    assert all({"target", "title", "importance", "status"} <= set(one) for one in announced)
    assert all(isinstance(one["number"], int) for one in records)


def test_csv_has_a_row_a_reference_and_no_formulas() -> None:
    out, _ = _invoke("-", "--format", "csv", "--date", "2013-09-11", text="[10:00] <alice> =cmd() bug 2900001\n")
    (row,) = csv.DictReader(io.StringIO(out))
    assert (row["number"], row["text"], row["meeting"]) == (
        "2900001",
        "'=cmd() bug 2900001",
        "stdin/2013-09-11T10:00Z",
    )


def test_table_shows_rules_when_asked_and_steers_no_terminal() -> None:
    text = "[10:00] <alice> \x1b]0;owned\x07 bug 2900001\n[10:01] nonsense\n"
    plain, _ = _invoke("-", "--format", "table", text=text)
    verbose, errors = _invoke("-", "--format", "table", "-v", text=text)
    assert "\x1b" not in plain
    assert "launchpad:2900001" in plain
    assert "  bug  " in verbose
    assert "2: not understood: '[10:01] nonsense'" in errors


def test_what_cannot_be_read_is_named_and_the_rest_is_printed(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    out, errors = _invoke(str(tmp_path / "empty.txt"), str(FOLDER / "irssi.log"), str(tmp_path / "none"), code=3)
    assert len(out.splitlines()) == 9
    assert [line.split(": ")[1] for line in errors.splitlines()] == [
        str(tmp_path / "empty.txt"),
        str(tmp_path / "none"),
    ]


def test_output_goes_to_a_file(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    out, _ = _invoke(str(FOLDER / "irssi.log"), "-o", str(target))
    assert out == ""
    assert len(target.read_text().splitlines()) == 9


@pytest.mark.parametrize(
    "arguments",
    [
        ["--format", "xlsx"],
        ["--timezone", "Mars/Olympus"],
        ["--date", "yesterday"],
        ["--log-format", "none"],
        ["-o", "/nowhere/x"],
    ],
)
def test_a_wrong_command_line_says_what_to_do(arguments: list[str]) -> None:
    with pytest.raises(UsageError) as raised:
        _invoke(str(FOLDER / "irssi.log"), *arguments)
    assert raised.value.exit_code == 2
    assert raised.value.hint


def test_check_prints_the_pages_own_counts() -> None:
    out, _ = _invoke("--check", str(FOLDER / "moin-minutes.txt"))
    assert "lines said: 6 of 6 people as the page counts" in out


def test_processes_print_what_one_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    alone, _ = _invoke(str(FOLDER), "--jobs", "1")
    monkeypatch.setattr("lptrack.logs.processes.WORTH_A_PROCESS", 0)
    together, _ = _invoke(str(FOLDER), "--jobs", "2")
    assert together == alone


def test_extract_imports_nothing_heavy() -> None:
    script = (
        "import sys; from lptrack.logs.batch import run_extract; from lptrack.logs.options import Options\n"
        f"run_extract([{str(FOLDER / 'irssi.log')!r}], Options(), 'jsonl', open({os.devnull!r}, 'w'), sys.stderr)\n"
        "print(sorted({'pandas', 'launchpadlib', 'rich', 'requests', 'jinja2', 'numpy'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


SHARED = os.environ.get("LPTRACK_SHARED_DATA")


@pytest.mark.skipif(SHARED is None, reason="LPTRACK_SHARED_DATA names no folder")
def test_real_meetings_are_read_as_their_pages_count() -> None:
    out, _ = _invoke("--check", f"{SHARED}/meetings")
    wrong = [line for line in out.splitlines() if line.startswith("  !")]
    # one page lacks a line that its bot counted
    assert wrong == ["  ! lines said by blackboxsw: the page counts 99, lptrack read 98"]


def test_list_of_goldens_is_not_empty() -> None:
    assert len(list_logs()) > 20
