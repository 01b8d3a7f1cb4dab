"""On a terminal more than a screen goes through the pager; elsewhere, and with --no-pager, nothing does."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from lptrack.cli.pager import choose_pager, is_long


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with one meeting of sixty bugs."""
    folder = tmp_path_factory.mktemp("pager")
    lines = "".join(f"[15:{minute:02}] <ana> bug {92900000 + minute}\n" for minute in range(1, 60))
    (folder / "2031-09-11.log").write_text(f"[15:00] <ana> #startmeeting\n{lines}[16:00] <ana> #endmeeting\n")
    run = [sys.executable, "-m", "lptrack", "run", "--offline", "-q", "--db", "pager.db", "--out", "out", "."]
    subprocess.run(run, cwd=folder, check=True, capture_output=True, timeout=60)
    return folder / "pager.db"


def on_a_terminal(arguments: list[str], **environ: str) -> tuple[int, str]:
    """What a terminal of 24 lines shows of the command, and its exit code."""
    leader, follower = pty.openpty()
    settings = {**os.environ, "TERM": "xterm", "NO_COLOR": "1", "LINES": "24", "COLUMNS": "80", **environ}
    process = subprocess.Popen(
        [sys.executable, "-m", "lptrack", *arguments], stdout=follower, stderr=subprocess.DEVNULL, env=settings
    )
    os.close(follower)
    shown = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(leader)
    return process.wait(30), shown.decode()


def test_a_long_report_is_shown_in_the_pager(db: Path) -> None:
    code, shown = on_a_terminal(["report", "--full", "--db", str(db)], PAGER="sed 's/^/paged: /'")
    assert code == 0
    assert len(shown.splitlines()) > 24
    assert all(line.startswith("paged: ") for line in shown.splitlines())


@pytest.mark.parametrize(
    ("options", "environ"),
    [
        (["--no-pager"], {"PAGER": "sed 's/^/paged: /'"}),
        ([], {"PAGER": "sed 's/^/paged: /'", "LPTRACK_PAGER": "cat"}),
        ([], {"PAGER": "sed 's/^/paged: /'", "TERM": "dumb"}),
        ([], {"PAGER": "sed 's/^/paged: /'", "LINES": "999"}),
        ([], {"PAGER": "no-such-pager-anywhere"}),
    ],
    ids=["--no-pager", "LPTRACK_PAGER=cat", "a dumb terminal", "it fits", "no such program"],
)
def test_else_it_is_written_as_it_is(db: Path, options: list[str], environ: dict[str, str]) -> None:
    code, shown = on_a_terminal(["report", "--full", "--db", str(db), *options], **environ)
    assert code == 0
    assert "paged:" not in shown
    assert "92900059" in shown


def test_a_pager_that_is_left_early_is_no_failure(db: Path) -> None:
    code, shown = on_a_terminal(["status", "--db", str(db)], PAGER="head -1")
    assert code == 0
    assert len(shown.splitlines()) == 1


def test_a_pipe_is_never_paged(db: Path) -> None:
    report = [sys.executable, "-m", "lptrack", "report", "--full", "--db", str(db)]
    done = subprocess.run(
        report, capture_output=True, text=True, timeout=60, env={**os.environ, "PAGER": "sed 's/^/paged: /'"}
    )
    assert "paged:" not in done.stdout
    assert "92900059" in done.stdout


def test_which_pager() -> None:
    assert choose_pager({"PAGER": "more", "LPTRACK_PAGER": "less -S"}) == "less -S"
    assert choose_pager({"PAGER": ""}) is None
    assert choose_pager({"PATH": "/nowhere"}) is None
    assert is_long(b"x\n" * 24, {"LINES": "24"})
    assert not is_long(b"x\n" * 23, {"LINES": "24"})
