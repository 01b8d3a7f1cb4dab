"""Bad luck while the main job runs: kills at any moment, many runs at once, a full disk, a clock that jumps back."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lptrack.logs.extract import extract_log
from lptrack.logs.sources import Source
from lptrack.storage.schema import APPLICATION_ID, MIGRATIONS
from lptrack.storage.store import Store
from tests.doubles.launchpad.recorded import Recorded
from tests.doubles.launchpad.server import LoopbackLaunchpad
from tests.security.commandline import ROOT, build_environment, lptrack

EXAMPLES = ROOT / "examples" / "meetings"
KILLS = 100


@pytest.fixture
def launchpad() -> Iterator[str]:
    with LoopbackLaunchpad(Recorded(), latency=0.005) as served:
        yield served.root


def words(url: str, *more: str) -> list[str]:
    return ["run", str(EXAMPLES), "--db", "a.db", "--service-root", url, "--out", "out", "--wait", "60", *more]


def start(url: str, home: Path, *more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "lptrack", *words(url, *more)], cwd=home, env=build_environment(home),
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def told(path: Path) -> Any:
    """A report without what differs between any two runs: their numbers and when they read."""
    text = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?(?= UTC|\")", "T", path.read_text("utf-8"))
    report = json.loads(text)
    return {name: report[name] for name in ("from", "changes", "new", "unchanged", "unresolved")}


def known_in(home: Path) -> Any:
    """What a database answers to one question: a run that began after another had reported tells what moved since."""
    done = lptrack("report", "--db", "a.db", "--format", "json", "-o", "report.json", home=home)
    assert done.code == 0, done.err
    return told(home / "report.json")


def in_order(home: Path) -> None:
    done = lptrack("db", "check", "--db", "a.db", home=home)
    assert done.code == 0, done.err


@pytest.mark.slow
def test_killed_again_and_again_it_ends_like_an_undisturbed_run(launchpad: str, tmp_path: Path) -> None:
    calm, bad = tmp_path / "calm", tmp_path / "bad"
    calm.mkdir()
    bad.mkdir()
    assert lptrack(*words(launchpad), home=calm).code == 0
    chance = random.Random("bad days")
    known = 0
    for _ in range(KILLS):
        running = start(launchpad, bad, "--refresh")
        time.sleep(chance.uniform(0.1, 2.5))
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate(timeout=30)
        if not (bad / "a.db").exists():
            continue
        in_order(bad)
        with Store.open(bad / "a.db", read_only=True) as store:
            kept = len(store.load_bugs()) + len(store.load_meetings())
        assert kept >= known, "something that was recorded is lost"
        known = kept
        for path in (bad / "out").glob("report.*"):
            assert path.stat().st_size > 100, "half a report"
    assert known, "no run lived long enough to record anything"
    assert lptrack(*words(launchpad), home=bad).code == 0
    in_order(bad)
    assert known_in(bad) == known_in(calm)
    for left in (bad / "out").glob(".report*"):
        left.unlink()  # a killed run may leave the file that it was writing beside the report, never in its place


@pytest.mark.slow
def test_twenty_runs_at_once_are_one(launchpad: str, tmp_path: Path) -> None:
    calm, many = tmp_path / "calm", tmp_path / "many"
    calm.mkdir()
    many.mkdir()
    assert lptrack(*words(launchpad), home=calm).code == 0
    running = [start(launchpad, many) for _ in range(20)]
    for each in running:
        _, errors = each.communicate(timeout=300)
        assert each.returncode == 0, errors.decode()
    in_order(many)
    assert known_in(many) == known_in(calm)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting needs root")
@pytest.mark.parametrize("left", [4_000 * step for step in range(1, 21)])
def test_a_full_disk_is_one_line_and_what_was_recorded_stays(left: int, launchpad: str, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a file system cannot be mounted here")
    try:
        first = lptrack(
            "run", min(EXAMPLES.iterdir()), "--db", "disk/a.db", "--offline", "--out", "out", home=tmp_path
        )
        assert first.code == 0, first.err
        before = lptrack("status", "--db", "disk/a.db", "--format", "json", home=tmp_path)
        (disk / "ballast").write_bytes(b"x" * max(0, shutil.disk_usage(disk).free - left))
        done = lptrack(*words(launchpad, "--db", "disk/a.db", "--out", "disk/out"), home=tmp_path)
        assert done.code == 1
        assert "bug in lptrack" not in done.err
        assert any("disk" in line for line in done.err.splitlines() if line.startswith("lptrack: "))
        assert not [path for path in disk.rglob("report.*") if path.stat().st_size < 100]
        (disk / "ballast").unlink()
        after = lptrack("status", "--db", "disk/a.db", "--format", "json", home=tmp_path)
        numbers = [{each["number"] for each in json.loads(done.out)["unresolved"]} for done in (before, after)]
        assert numbers[0] <= numbers[1] | {each["number"] for each in json.loads(after.out)["tasks"]}
        assert lptrack("db", "check", "--db", "disk/a.db", home=tmp_path).code == 0
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def dump(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def write_old(path: Path) -> None:
    """A database of the first schema, with so many rows that its migration takes its time."""
    connection = sqlite3.connect(path)
    connection.executescript(MIGRATIONS[0])
    connection.execute("PRAGMA user_version = 1")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    at = "2018-01-02T00:00:00.000000Z"
    for log in range(1, 301):
        connection.execute(
            "INSERT INTO logs (id, digest, reading, source, format, lines, unread, taken_at)"
            " VALUES (?, ?, 'r', ?, 'x', 9, 0, ?)", (log, f"d{log}", f"{log}.log", at),
        )  # fmt: skip
        connection.executemany(
            'INSERT INTO "references" (log, line, kind, tracker, number, exact, text, rule)'
            " VALUES (?, ?, 'mention', 'launchpad', ?, 'none', 'bug', 'r')",
            [(log, line, 1000 + line) for line in range(1, 30)],
        )
    connection.commit()
    connection.close()


@pytest.mark.slow
def test_killed_while_it_migrates_the_file_is_the_old_one_or_the_new(tmp_path: Path) -> None:
    write_old(tmp_path / "old.db")
    shutil.copy(tmp_path / "old.db", tmp_path / "calm.db")
    assert lptrack("status", "--db", "calm.db", "--format", "json", "-o", "calm.json", home=tmp_path).code == 0
    chance = random.Random("migration")
    ends = Counter[str]()
    for step in range(KILLS):
        path = tmp_path / f"{step}.db"
        shutil.copy(tmp_path / "old.db", path)
        running = subprocess.Popen(
            [sys.executable, "-c", MIGRATE, str(path)], env=build_environment(tmp_path), stdout=subprocess.PIPE,
        )  # fmt: skip
        assert running.stdout is not None
        running.stdout.readline()  # it begins now
        time.sleep(chance.uniform(0, 0.05))
        running.kill()
        running.communicate()
        connection = sqlite3.connect(path)  # which rolls back what was begun
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()
        assert version in (1, len(MIGRATIONS))
        ends["old" if version == 1 else "new"] += 1
        if version == 1:
            assert dump(path) == dump(tmp_path / "old.db")
        with Store.open(path):
            pass
        assert dump(path) == dump(tmp_path / "calm.db")
        path.unlink()
    print(ends)
    assert ends["old"] >= 5
    assert ends["new"] >= 1


MIGRATE = """
import sys
from lptrack.storage.store import Store
print("now", flush=True)
with Store.open(sys.argv[1]):
    pass
"""


def test_a_clock_that_jumps_back_between_runs_loses_nothing(tmp_path: Path) -> None:
    now = [datetime(2026, 3, 1, tzinfo=UTC)]
    logs = sorted(EXAMPLES.iterdir())
    for step, log in zip((0, -400, 3, -10), logs, strict=True):
        now[0] += timedelta(days=step)
        with Store.open(tmp_path / "a.db", clock=lambda: now[0]) as store:
            run = store.begin_run("run")
            assert store.take_in(extract_log(Source(log.name, log)), run=run) == "new"
            assert store.take_in(extract_log(Source(log.name, log)), run=run) == "unchanged"
    with Store.open(tmp_path / "a.db", read_only=True) as store:
        assert len(store.load_meetings()) == len(logs)
        assert store.load_newest_moment() == datetime(2026, 3, 1, tzinfo=UTC)
    in_order(tmp_path)
    assert lptrack("report", "--db", "a.db", "--since-last", home=tmp_path).code == 0
