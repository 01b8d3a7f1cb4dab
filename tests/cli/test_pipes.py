"""A reader who leaves: what is told stops, what is done and its verdict do not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import warm
from tests.doubles.launchpad.faults import Fault, Faults
from tests.doubles.launchpad.recorded import Recorded
from tests.doubles.launchpad.server import LoopbackLaunchpad
from tests.security.commandline import build_environment

EXAMPLES = Path(__file__).parents[2] / "examples" / "meetings"
CASSETTE = Path(__file__).parents[2] / "cassettes" / "launchpad-made-up-bugs.json"
REPLAYED = ("--cassette", str(CASSETTE))


def run_with_closed(closed: str, *words: str, home: Path) -> int:
    """The exit code of the program when the reader of ``closed`` (`out`, `err` or `both`) has left already."""
    reading, writing = os.pipe()
    os.close(reading)
    with open(os.devnull, "r+b") as nowhere:
        out, err = (writing if closed in (name, "both") else nowhere.fileno() for name in ("out", "err"))
        code = warm.run_with(words, home, build_environment(home), (nowhere.fileno(), out, err))
    os.close(writing)
    return code


@pytest.mark.parametrize("closed", ["out", "err", "both"])
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["run", str(EXAMPLES), *REPLAYED], 0),
        (["run", str(EXAMPLES), "missing.log", *REPLAYED], 3),
        (["ci", str(EXAMPLES), *REPLAYED, "--format", "json"], 0),
        (["ci", str(EXAMPLES), *REPLAYED, "--fail-on", "open>0"], 5),
        (["ci", str(EXAMPLES), "missing.log", *REPLAYED], 3),
        (["extract", str(EXAMPLES)], 0),
        (["extract", "missing.log", str(EXAMPLES)], 3),
        (["report"], 1),
        (["status", "--format", "lala"], 2),
    ],
)
def test_the_verdict_stays(closed: str, words: list[str], code: int, tmp_path: Path) -> None:
    assert run_with_closed(closed, *words, home=tmp_path) == code
    if words[0] in ("run", "ci"):
        assert (tmp_path / "reports" / "report.json").stat().st_size > 1000, "the work is done"


@pytest.mark.parametrize("closed", ["out", "err", "both"])
def test_reports_that_nobody_reads_are_no_failure(closed: str, tmp_path: Path) -> None:
    assert run_with_closed("none", "run", str(EXAMPLES), *REPLAYED, home=tmp_path) == 0
    for words in (["report", "--format", "json"], ["status"], ["history", "2900011"], ["report", "--help"]):
        assert run_with_closed(closed, *words, home=tmp_path) == 0


@pytest.mark.parametrize("closed", ["out", "err", "both"])
def test_a_tracker_that_cannot_be_asked_stays_exit_4(closed: str, tmp_path: Path) -> None:
    with LoopbackLaunchpad(Recorded(), faults=Faults({Fault.HTML: 1.0})) as launchpad:
        words = ["run", str(EXAMPLES), "--service-root", launchpad.root, "--deadline", "2"]
        assert run_with_closed(closed, *words, home=tmp_path) == 4


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
