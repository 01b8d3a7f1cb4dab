"""Outputs never destroy: nothing that is read, and nothing of lptrack's own, is written over by an option."""

from __future__ import annotations

import os
import pickle
import subprocess
from pathlib import Path

import pytest

from lptrack.errors import UnreadableLog
from lptrack.report.files import FILE_NAMES
from tests import warm

LOG = "[15:04] <ana> bug 2900001\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a-2026-03-02.log").write_text(LOG)
    assert lptrack(tmp_path, "run", "logs", "--offline").returncode == 0
    return tmp_path


def lptrack(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    root = str(Path(__file__).resolve().parents[2])
    env = os.environ | {"HOME": str(home), "LPTRACK_DB": "a.db", "LPTRACK_CACHE": "cache"}
    env["PYTHONPATH"] = os.environ.get("PYTHONPATH") or root
    done = warm.run(arguments, home, env)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize(
    "arguments",
    [
        ("report", "-o", "a.db", "--format", "csv"),
        ("status", "-o", "a.db", "--format", "csv"),
        ("extract", "logs", "-o", "logs/a-2026-03-02.log"),
        ("extract", "logs", "-o", "linked.log"),
        ("extract", "logs", "-o", "a.db"),
        ("run", "report.md", "--out", "."),
        ("run", "logs", "--offline", "--record", "a.db"),
        ("ci", "logs", "--offline", "-o", "a.db"),
        ("db", "export", "-o", "a.db"),
        ("report", "-o", "cache/http.sqlite", "--format", "csv"),
    ],
    ids=" ".join,
)
def test_what_would_be_destroyed_is_refused_and_nothing_is_written(home: Path, arguments: tuple[str, ...]) -> None:
    (home / "report.md").write_text(LOG)
    os.link(home / "logs" / "a-2026-03-02.log", home / "linked.log")
    before = {
        path: path.read_bytes() for path in (home / "a.db", home / "logs" / "a-2026-03-02.log", home / "report.md")
    }
    done = lptrack(home, *arguments)
    assert done.returncode == 2, done.stderr
    assert "nothing was written" in done.stderr
    assert {path: path.read_bytes() for path in before} == before


def test_an_export_is_its_owners_alone_and_a_cut_one_is_refused(home: Path) -> None:
    assert lptrack(home, "db", "export", "-o", "all.jsonl").returncode == 0
    export = home / "all.jsonl"
    assert export.stat().st_mode & 0o777 == 0o600
    lines = export.read_text().splitlines(keepends=True)
    for name, some in (("cut", lines[:-1]), ("empty", []), ("changed", [lines[0], *lines[2:]])):
        (home / name).write_text("".join(some))
        done = lptrack(home, "db", "import", name, "--db", f"{name}.db")
        assert done.returncode == 1, name
        assert lptrack(home, "status", "--db", f"{name}.db", "--format", "json").stdout.count('"number"') == 0
    assert lptrack(home, "db", "import", "all.jsonl", "--db", "whole.db").returncode == 0


def test_an_error_of_one_file_goes_from_one_process_to_another() -> None:
    error = pickle.loads(pickle.dumps(UnreadableLog("a.log", "is empty", hint="fill it")))
    assert (error.source, error.reason, error.hint, error.exit_code) == ("a.log", "is empty", "fill it", 3)


def test_every_name_that_a_run_writes_is_known(home: Path) -> None:
    assert lptrack(home, "ci", "logs", "--offline", "--out", "out").returncode == 0
    assert {path.name for path in (home / "out").iterdir()} <= set(FILE_NAMES)
