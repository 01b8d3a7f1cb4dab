"""The program as its user meets it: help, wrong command lines, bad input; each one clear line and the right exit."""

from __future__ import annotations

import gzip
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from lptrack.cli.main import app
from tests import warm
from tests.doubles.launchpad.faults import Fault, Faults
from tests.doubles.launchpad.recorded import Recorded
from tests.doubles.launchpad.server import LoopbackLaunchpad

EXAMPLES = Path(__file__).parents[2] / "examples" / "meetings"
LOG = "[15:04] <ana> #startmeeting\n[15:05] <ana> bug #2900001 is open\n[15:06] <ana> #endmeeting\n"


def lptrack(*words: str | Path, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    home = {"HOME": str(cwd), "XDG_DATA_HOME": str(cwd / "data"), "XDG_CACHE_HOME": str(cwd / "cache")}
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LPTRACK_", "XDG_", "HOME"))}
    done = warm.run(words, cwd, {**kept, **home, "LPTRACK_DEBIAN_ROOT": "off"}, stdin)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def complaints(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in done.stderr.splitlines() if line.startswith("lptrack: ")]


def test_help_tells_what_to_do_next(tmp_path: Path) -> None:
    done = lptrack("--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "lptrack run LOGS" in done.stdout
    for command in ("extract", "run", "report", "status", "history", "ci"):
        assert f"\n  {command} " in done.stdout
        assert lptrack(command, "--help", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["rn"], "No such command"),
        (["report", "--fro", "last"], "--from"),
        (["run", "--max-age", "soon"], "--max-age"),
        (["extract"], "LOG"),
        (["extract", "--format", "yaml", "-"], "yaml"),
        (["extract", "--timezone", "Mars/Olympus", "-"], "Mars/Olympus"),
        (["ci", "--fail-on", "reopend"], "reopend"),
        (["ci", "--tolerate", "everything"], "everything"),
        (["history", "abc"], "abc"),
        (["report", "--since-last", "--from", "last"], "--since-last"),
        (["status", "--format", "atom"], "atom"),
        (["run", "--config", "missing.toml"], "missing.toml"),
        (["run", "--service-root", "lala"], "lala"),
        (["run", "--offline", "--debian-root", "lala"], "lala"),
        (["report", "-o", "a.pdf"], ".pdf"),
        (["status", "-o", "a.xslx"], ".xlsx"),
        (["report", "--bom"], "--bom"),
        (["status", "--format", "json", "--columns", "number"], "--columns"),
        (["report", "-o", "a.md", "--delimiter", ";"], "--delimiter"),
    ],
)
def test_a_wrong_command_line_is_exit_2_with_what_is_wrong_and_where_to_read_on(
    words: list[str], says: str, tmp_path: Path
) -> None:
    done = lptrack(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(complaints(done)) == 1
    assert says in done.stderr
    assert len(done.stderr.splitlines()) >= 2, "what to do next is missing"
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(
    tuple(map(int, typer.__version__.split(".")[:2])) < (0, 29), reason="older typers word it otherwise"
)
def test_usage_names_the_logs_once(tmp_path: Path) -> None:
    for command, form in (("run", "[LOG]..."), ("ci", "[LOG]..."), ("extract", "LOG..."), ("history", "BUG...")):
        usage = lptrack(command, "--help", cwd=tmp_path).stdout.splitlines()[0]
        assert re.sub("[{}]", "", usage) == f"Usage: lptrack {command} [OPTIONS] {form}"


def test_the_configuration_shows_its_sections_and_columns(tmp_path: Path) -> None:
    (tmp_path / "lptrack.toml").write_text('[report]\nsections = ["stuck", "new"]\n')
    shown = lptrack("config", cwd=tmp_path).stdout
    assert re.search(r"^sections +stuck, new +\(lptrack.toml\)$", shown, re.MULTILINE)
    assert re.search(r"^columns +all of them +\(the default\)$", shown, re.MULTILINE)


def test_a_mistake_in_the_file_blames_the_file(tmp_path: Path) -> None:
    (tmp_path / "lptrack.toml").write_text('[resolve]\nmax-age = "1 hour ago"\n')
    for command in ("config", "run"):
        done = lptrack(command, cwd=tmp_path)
        assert done.returncode == 2
        assert "lptrack.toml: resolve.max-age" in done.stderr
        assert "--max-age" not in done.stderr


def test_bad_logs_are_each_one_line_and_the_others_are_taken_in(tmp_path: Path) -> None:
    (tmp_path / "good.log").write_text(LOG, encoding="utf-8")
    (tmp_path / "binary.log").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "empty.log").write_bytes(b"")
    (tmp_path / "cut.log.gz").write_bytes(gzip.compress(LOG.encode())[:-12])
    (tmp_path / "hollow").mkdir()
    bad = ["binary.log", "empty.log", "missing.log", "hollow", "cut.log.gz"]
    done = lptrack("run", "good.log", *bad, "--offline", cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    named = complaints(done)
    assert len(named) == len(bad), done.stderr
    for name, line in zip(bad, named, strict=True):
        assert name in line
    tasks = json.loads(lptrack("status", "--format", "json", cwd=tmp_path).stdout)
    assert [each["number"] for each in tasks["unresolved"]] == [2900001]


def test_a_database_that_is_none_or_newer_or_anothers_is_one_line_and_exit_1(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("this is not a database at all, only text\n" * 99, encoding="utf-8")
    newer = sqlite3.connect(tmp_path / "newer.db")
    lptrack("run", "--offline", "--db", "newer.db", cwd=tmp_path)
    newer.execute("PRAGMA user_version = 9999")
    newer.close()
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE wines (name)")
    other.close()
    for name in ("text.db", "newer.db", "other.db"):
        before = (tmp_path / name).read_bytes()
        for command in (["run", "--offline"], ["status"], ["report"]):
            done = lptrack(*command, "--db", name, cwd=tmp_path)
            assert done.returncode == 1, (name, command, done.stderr)
            assert len(complaints(done)) == 1
            assert name in done.stderr
        assert (tmp_path / name).read_bytes() == before


def test_reports_on_no_database_at_all_say_what_to_do_first(tmp_path: Path) -> None:
    for command in ("report", "status"):
        done = lptrack(command, cwd=tmp_path)
        assert done.returncode == 1
        assert "lptrack run" in done.stderr


@pytest.mark.parametrize("fault", [Fault.HTML, Fault.UNAVAILABLE, Fault.GARBAGE])
def test_a_service_that_answers_wrongly_is_exit_4_with_a_report_that_says_it(fault: Fault, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(LOG, encoding="utf-8")
    with LoopbackLaunchpad(Recorded(), faults=Faults({fault: 1.0})) as launchpad:
        done = lptrack("run", "a.log", "--service-root", launchpad.root, "--deadline", "2", "--date", "2013-09-11",
                       cwd=tmp_path)  # fmt: skip
    assert done.returncode == 4, done.stderr
    assert len(complaints(done)) in (1, 2)
    assert "Traceback" not in done.stderr
    report = json.loads((tmp_path / "reports" / "report.json").read_text())
    assert [each["reason"] for each in report["unresolved"]] == ["unreachable"]
    assert not report["changes"]


def test_a_service_that_does_not_answer_is_given_up_and_is_exit_4(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(LOG, encoding="utf-8")
    with socket.socket() as taken:  # bound and not listening: connections are refused
        taken.bind(("127.0.0.1", 0))
        root = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        done = lptrack("run", "a.log", "--service-root", root, "--deadline", "3", cwd=tmp_path)
    assert done.returncode == 4, done.stderr
    assert "Traceback" not in done.stderr


def test_the_main_job_twice_asks_and_adds_nothing_the_second_time(tmp_path: Path) -> None:
    with LoopbackLaunchpad(Recorded()) as launchpad:
        words = ["run", str(EXAMPLES), "--service-root", launchpad.root]
        first = lptrack(*words, cwd=tmp_path)
        assert first.returncode == 0, first.stderr
        dump = _dump(tmp_path)
        launchpad.forget()
        second = lptrack(*words, cwd=tmp_path)
        assert second.returncode == 0, second.stderr
        assert not launchpad.counts(), "the cache is fresh: nothing is asked"
        assert _dump(tmp_path) == dump
        again = lptrack(*words, "--refresh", cwd=tmp_path)
        assert again.returncode == 0, again.stderr
        assert launchpad.counts()["304"] >= 14, "the bugs' entries are revalidated"
    for name in ("report.md", "report.html", "report.csv", "report.json"):
        assert (tmp_path / "reports" / name).stat().st_size > 100


def _dump(home: Path) -> list[str]:
    database = sqlite3.connect(home / "data" / "lptrack" / "lptrack.db")
    try:
        return [line for line in database.iterdump() if not line.startswith('INSERT INTO "runs"')]
    finally:
        database.close()


def test_machine_output_on_standard_output_is_never_mixed_with_anything(tmp_path: Path) -> None:
    done = lptrack("ci", str(EXAMPLES), "--offline", "--format", "json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)
    assert {log["state"] for log in data["logs"]} == {"new"}
    again = json.loads(lptrack("ci", str(EXAMPLES), "--offline", "--format", "json", cwd=tmp_path).stdout)
    assert {log["state"] for log in again["logs"]} == {"unchanged"}


def test_a_reader_that_has_had_enough_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "big.log").write_text("".join(f"[15:04] <ana> bug #{n}\n" for n in range(10**5, 10**5 + 9000)))
    script = f"{sys.executable} -m lptrack extract big.log --format jsonl | head -n 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", script], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr


def test_standard_input_is_a_log(tmp_path: Path) -> None:
    done = lptrack("extract", "-", "--format", "jsonl", cwd=tmp_path, stdin=LOG.encode())
    assert [json.loads(line)["source"] for line in done.stdout.splitlines()] == ["-"]


def _commands(command: Any, path: str = "") -> Iterator[str]:
    for name, each in command.commands.items():
        yield from _commands(each, f"{path}{name} ") if hasattr(each, "commands") else [f"{path}{name}"]


@pytest.mark.parametrize("command", list(_commands(typer.main.get_command(app))))
def test_every_command_is_quiet_alike_and_its_help_is_plain(command: str) -> None:
    done = CliRunner().invoke(app, [*command.split(), "--help"])
    assert "-q, --quiet" in done.output
    assert "[default:" not in done.output  # the help says it in words, once
    assert "range>" not in done.output
