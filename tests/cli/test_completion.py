"""The shell is offered values: words of the trackers, and what is in the database; never an error."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.security.commandline import ROOT


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a database of the example meetings at the default place."""
    folder = tmp_path_factory.mktemp("completion")
    run = [
        sys.executable, "-m", "lptrack", "run", str(ROOT / "examples" / "meetings"), "-q", "--offline", "--out", "out"
    ]  # fmt: skip
    subprocess.run(run, cwd=folder, env=environ_of(folder), check=True, capture_output=True, timeout=60)
    return folder


def environ_of(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "LPTRACK_"))}
    return {**kept, "HOME": str(home)}


def offered(home: Path, words: str, shell: str = "bash") -> list[str]:
    """What is offered for the last word."""
    asked = {
        "_LPTRACK_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": f"lptrack {words}",
        "COMP_CWORD": str(len(words.split(" "))),
    }
    done = subprocess.run(
        [sys.executable, "-m", "lptrack"],
        cwd=home, env={**environ_of(home), **asked}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.stderr == ""
    return [line for line in done.stdout.splitlines() if line]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("report --status F", ["Fix\\ Committed", "Fix\\ Released"]),
        ("report --importance Cr", ["Critical"]),
        ("report --format m", ["markdown", "moin"]),
        ("history --format x", []),
        ("agenda --format h", ["html"]),
        ("check --format j", ["json"]),
        ("extract --format t", ["table"]),
        ("report --sections backwards,cl", ["backwards,closed"]),
        ("report --from pr", ["previous"]),
        ("ci --fail-on reop", ["reopened"]),
    ],
)
def test_words_that_need_no_database(tmp_path: Path, words: str, expected: list[str]) -> None:
    assert offered(tmp_path, words) == expected


def test_meetings_teams_channels_and_bugs_of_the_database(home: Path) -> None:
    from lptrack.storage.store import Store

    (found,) = home.rglob("lptrack.db")
    with Store.open(found, read_only=True) as store:
        meetings, bugs = store.load_meetings(), store.load_referenced()
    assert offered(home, f"status --at {meetings[0].channel[:3]}")[0].startswith(meetings[0].channel[:3])
    assert meetings[-1].id in offered(home, f"report --from {meetings[-1].channel[:3]}")
    assert meetings[0].channel in offered(home, "report --channel ")
    bug = next(bug for bug in bugs if bug.tracker == "launchpad")
    assert str(bug.number) in offered(home, f"history {str(bug.number)[:4]}")
    other = next(bug for bug in bugs if bug.tracker != "launchpad")
    assert f"{other.tracker}:{other.number}" in offered(home, f"history {other.tracker[:2]}")


def test_a_database_that_cannot_be_read_offers_nothing_and_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "broken.db").write_bytes(b"no database" * 100)
    assert offered(tmp_path, "history --db broken.db 2") == []
    assert offered(tmp_path, "report --db broken.db --from l") == ["last"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_takes_what_is_offered(tmp_path: Path) -> None:
    """The script that typer writes for bash, in a real one."""
    program = tmp_path / "lptrack"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m lptrack "$@"\n')
    program.chmod(0o755)
    environ = {**environ_of(tmp_path), "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    script = """
        eval "$(_LPTRACK_COMPLETE=source_bash lptrack)"
        COMP_WORDS=(lptrack report --status "In"); COMP_CWORD=3
        _lptrack_completion lptrack; printf '%s\\n' "${COMPREPLY[@]}"
    """
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.splitlines()[:1] == ["Incomplete"], done.stderr
    assert "In\\ Progress" in done.stdout
