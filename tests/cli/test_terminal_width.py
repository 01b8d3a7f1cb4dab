"""From 40 columns on no line of what a person reads is wider than the terminal."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests import warm
from tests.security.commandline import ROOT

COMMANDS = (
    ("report",), ("report", "--full"), ("status",), ("history", "2900011"), ("agenda",), ("check",),
    ("extract", str(ROOT / "examples" / "meetings"), "--format", "table"),
)  # fmt: skip


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example meetings, resolved."""
    home = tmp_path_factory.mktemp("width")
    run_lptrack(
        home, "run", str(ROOT / "examples" / "meetings"), "-q", "--db", "a.db", "--out", "out",
        "--debian-root", "off", "--cassette", str(ROOT / "cassettes" / "launchpad-made-up-bugs.json"),
    )  # fmt: skip
    return home / "a.db"


def run_lptrack(home: Path, *arguments: str, columns: int = 80) -> str:
    environ = {**os.environ, "COLUMNS": str(columns), "HOME": str(home)}
    done = warm.run(arguments, home, environ)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


@pytest.mark.parametrize("columns", [40, 57, 80])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0] + command[-1][-6:])
def test_no_line_is_wider_than_the_terminal(db: Path, command: tuple[str, ...], columns: int) -> None:
    where = () if command[0] == "extract" else ("--db", str(db))
    shown = run_lptrack(db.parent, *command, *where, columns=columns)
    assert shown
    assert max(cell_len(line) for line in shown.splitlines()) <= columns
