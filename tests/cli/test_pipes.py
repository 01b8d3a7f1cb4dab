"""A reader who leaves: what is told stops, what is done and its verdict do not."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests import warm
from tests.doubles.launchpad.faults import Fault, Faults
from tests.doubles.launchpad.recorded import Recorded
from tests.doubles.launchpad.server import LoopbackLaunchpad
from tests.security.commandline import build_environment

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "meetings"
CASSETTE = ROOT / "cassettes" / "launchpad-made-up-bugs.json"
REPLAYED = ("--cassette", str(CASSETTE))


@pytest.fixture(scope="module")
def resolved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the example meetings."""
    home = tmp_path_factory.mktemp("resolved")
    assert run_with_closed("none", "run", str(EXAMPLES), *REPLAYED, "--db", "a.db", home=home) == 0
    return home / "a.db"


def run_with_closed(closed: str, *words: str, home: Path) -> int:
    """The exit code of the program when the reader of ``closed`` (`out`, `err` or `both`) has left already."""
    reading, writing = os.pipe()
    os.close(reading)
    with open(os.devnull, "r+b") as nowhere:
        out, err = (writing if closed in (name, "both") else nowhere.fileno() for name in ("out", "err"))
        code = warm.run_with(words, home, build_environment(home), (nowhere.fileno(), out, err))
    os.close(writing)
    return code


def read_table() -> list[tuple[str, str, str, int]]:
    """(command, what is said of it, which stream is closed, exit code) of the page's table."""
    page = (ROOT / "docs" / "howto" / "ci.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)`([^|]*)\|[^|]*\| (\d) \| (\d) \| (\d) \|$", page, re.MULTILINE)
    closed = ("out", "err", "both")
    return [
        (row[0], row[1].strip(", "), *case) for row in rows for case in zip(closed, map(int, row[2:]), strict=True)
    ]


@pytest.mark.parametrize(("command", "while_", "closed", "code"), read_table())
def test_the_verdict_stays_as_the_page_says(
    command: str, while_: str, closed: str, code: int, tmp_path: Path, resolved: Path
) -> None:
    words = [str(EXAMPLES) if word == "LOGS" else word for word in shlex.split(command)]
    if while_ == "a tracker cannot be asked":
        with LoopbackLaunchpad(Recorded(), faults=Faults({Fault.HTML: 1.0})) as launchpad:
            words += ["--service-root", launchpad.root, "--deadline", "2"]
            assert run_with_closed(closed, *words, home=tmp_path) == code
    else:
        assert while_ in ("", "no database"), f"no test knows how to bring about {while_!r}"
        words += REPLAYED if words[0] in ("run", "ci") else ()
        words += ["--db", str(resolved)] if words == ["report"] and not while_ else []
        assert run_with_closed(closed, *words, home=tmp_path) == code
    if words[0] in ("run", "ci"):
        assert (tmp_path / "reports" / "report.json").stat().st_size > 1000, "the work is done"


def test_the_page_has_every_command_that_the_work_is_done_by() -> None:
    assert {row[0].split()[0] for row in read_table()} == {"run", "ci", "extract", "report"}
    assert len(read_table()) == 33


@pytest.mark.parametrize("closed", ["out", "err", "both"])
def test_reports_that_nobody_reads_are_no_failure(closed: str, tmp_path: Path, resolved: Path) -> None:
    for words in (["report", "--format", "json"], ["status"], ["history", "2900011"], ["report", "--help"]):
        known = [] if words[-1] == "--help" else ["--db", str(resolved)]
        assert run_with_closed(closed, *words, *known, home=tmp_path) == 0


def test_messages_to_a_full_device_are_dropped(tmp_path: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "lptrack", "run", str(EXAMPLES), *REPLAYED], cwd=tmp_path, check=False,
            env=build_environment(tmp_path), stdout=subprocess.DEVNULL, stderr=full, timeout=100,
        )  # fmt: skip
    assert done.returncode == 0
    assert (tmp_path / "reports" / "report.json").exists()


def test_who_reads_one_line_gets_the_whole_run(tmp_path: Path) -> None:
    script = f'{sys.executable} -m lptrack run "{EXAMPLES}" --cassette "{CASSETTE}" 2>&1 | head -n 1'
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", script], cwd=tmp_path, env=build_environment(tmp_path), capture_output=True,
        check=False, timeout=100,
    )  # fmt: skip
    assert done.returncode == 0
    assert (tmp_path / "reports" / "report.md").exists()
