"""Out of memory, files, processes: named as what it is with exit 1, under real limits of a child process."""

from __future__ import annotations

import errno
import resource
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from lptrack.errors import LptrackError, Shortage, find_shortage, raise_shortage
from lptrack.logs.processes import spread
from lptrack.logs.sources import Source
from tests.doubles.launchpad.recorded import Recorded
from tests.doubles.launchpad.server import LoopbackLaunchpad
from tests.security.commandline import ROOT, Done, build_environment

EXAMPLES = ROOT / "examples" / "meetings"


@pytest.fixture
def launchpad() -> Iterator[str]:
    with LoopbackLaunchpad(Recorded()) as served:
        yield served.root


def limited(home: Path, kind: int, most: int, *words: str | Path) -> Done:
    """The program with this limit on it."""
    done = subprocess.run(
        [sys.executable, "-m", "lptrack", *words], cwd=home, env=build_environment(home), capture_output=True,
        check=False, timeout=400, preexec_fn=lambda: resource.setrlimit(kind, (most, most)),
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr.decode("utf-8"))


@pytest.mark.parametrize("most", [9, 12, 16, 20])
def test_out_of_files(most: int, launchpad: str, tmp_path: Path) -> None:
    words = ("run", EXAMPLES, "--db", "a.db", "--service-root", launchpad, "--jobs", "8", "--out", "out")
    done = limited(tmp_path, resource.RLIMIT_NOFILE, most, *words)
    assert "bug in lptrack" not in done.err
    if done.code != 0:
        assert (done.code, "out of files" in done.err or "too many open files" in done.err.lower()) == (1, True)
    if most == 9:
        assert done.code == 1, "the limit is too high to prove anything"


@pytest.mark.slow  # where memory ends within Python's own error handling, Python itself gives up: seen once
def test_out_of_memory(tmp_path: Path) -> None:
    log = tmp_path / "2013-09-15.log"
    line = f"[15:04] <ana> {'a long day of words ' * 20} bug #%d\n"
    log.write_text("".join(line % (1_000_000 + n) for n in range(30_000)), encoding="utf-8")
    done = limited(tmp_path, resource.RLIMIT_AS, 150 << 20, "run", log, "--offline", "--db", "a.db", "--out", "out")
    assert done.code == 1, done.err
    assert "bug in lptrack" not in done.err
    assert "out of memory" in done.err or "out of processes" in done.err  # a thread's stack is memory too


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (MemoryError(), "memory"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "memory"),
        (ImportError("numpy.so: failed to map segment from shared object"), "memory"),
        (OSError(errno.EMFILE, "Too many open files", "a.log"), "files"),
        (OSError(errno.ENFILE, "Too many open files in system"), "files"),
        (BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"), "processes"),
        (RuntimeError("can't start new thread"), "processes"),
    ],
)
def test_it_is_found_however_deep(error: BaseException, word: str) -> None:
    for outer in (error, ConnectionError("no connection", error), LptrackError("the report cannot be written")):
        if isinstance(outer, LptrackError):
            outer.__cause__ = error
        found = find_shortage(outer)
        assert found is not None
        assert found.message.startswith(f"out of {word}")
        assert found.exit_code == 1
    assert find_shortage(OSError(errno.ENOENT, "No such file")) is None
    assert find_shortage(RuntimeError("dictionary changed size")) is None


def test_a_socket_that_has_nothing_yet_is_no_shortage() -> None:
    raise_shortage(BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"))
    with pytest.raises(Shortage):
        raise_shortage(OSError(errno.EMFILE, "Too many open files"))


def _name(source: object) -> str:
    return str(source)


def test_a_pool_whose_processes_cannot_be_started_ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It waited for ever for a result that nobody was at."""

    def refuse(self: ProcessPoolExecutor) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(ProcessPoolExecutor, "_start_executor_manager_thread", refuse)
    with pytest.raises(RuntimeError, match="new thread") as raised:
        list(spread(_name, [Source("a", tmp_path / "a", 1), Source("b", tmp_path / "b", 1)], 2))
    found = find_shortage(raised.value)
    assert found is not None
    assert found.message.startswith("out of processes")
