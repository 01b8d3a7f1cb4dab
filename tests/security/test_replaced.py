"""The database is replaced or deleted while a run uses it: exit 1, and nothing is written over what is there now."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lptrack.errors import StorageError
from lptrack.storage.database import open_database
from lptrack.storage.store import Store
from tests.doubles.launchpad.recorded import Recorded
from tests.doubles.launchpad.server import LoopbackLaunchpad
from tests.security.commandline import ROOT, build_environment, lptrack

EXAMPLES = ROOT / "examples" / "meetings"
LOGS = sorted(EXAMPLES.iterdir())


def by_rename(backup: Path, database: Path) -> None:
    shutil.copyfile(backup, database.with_name("new"))
    os.replace(database.with_name("new"), database)


def in_place(backup: Path, database: Path) -> None:
    before = database.stat().st_ino
    shutil.copyfile(backup, database)
    assert database.stat().st_ino == before


def in_place_of_the_same_size(backup: Path, database: Path) -> None:
    content = backup.read_bytes()
    with database.open("r+b") as file:
        file.write(content)


def deleted(backup: Path, database: Path) -> None:
    database.unlink()


def with_its_helpers(backup: Path, database: Path) -> None:
    """As a person does it who knows that there are three files."""
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink()
    by_rename(backup, database)


WAYS = (by_rename, in_place, in_place_of_the_same_size, deleted, with_its_helpers)
MOMENTS = (0, 8, 30)
"""After so many requests; the recorded bugs take some 60."""


@pytest.fixture(scope="module")
def one_meeting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database of one meeting and its backup."""
    home = tmp_path_factory.mktemp("one")
    done = lptrack("run", LOGS[0], "--db", "a.db", "--offline", "--out", "first", home=home)
    assert done.code == 0, done.err
    assert lptrack("db", "backup", "backup.db", "--db", "a.db", home=home).code == 0
    return home


@pytest.fixture
def home(one_meeting: Path, tmp_path: Path) -> Path:
    """The same folder once more, for one test."""
    shutil.copytree(one_meeting, tmp_path, dirs_exist_ok=True)
    return tmp_path


def words(url: str) -> list[str]:
    return ["run", str(EXAMPLES), "--db", "a.db", "--service-root", url, "--out", "out"]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_run_ends_and_leaves_the_new_file_as_it_is(
    way: Callable[[Path, Path], None], moment: int, home: Path
) -> None:
    database, backup = home / "a.db", home / "backup.db"
    count = [0]

    def after(_path: str) -> None:
        if count[0] == moment:
            way(backup, database)
        count[0] += 1

    with LoopbackLaunchpad(Recorded(), latency=0.005, after=after) as served:
        done = lptrack(*words(served.root), home=home)
    assert count[0] > moment
    assert done.code == 1, done.err
    assert "bug in lptrack" not in done.err
    assert ("was deleted" if way is deleted else "was replaced") in done.err
    assert database.exists() is (way is not deleted)
    if way is not deleted:
        assert database.read_bytes() == backup.read_bytes()
        assert lptrack("db", "check", "--db", "a.db", home=home).code == 0
        assert database.read_bytes() == backup.read_bytes(), "what was left beside the file came into it"
    with LoopbackLaunchpad(Recorded()) as served:  # the next run goes on from there
        assert lptrack(*words(served.root), home=home).code == 0
    assert lptrack("db", "check", "--db", "a.db", home=home).code == 0


def use(database: Path, step: int, replace: Callable[[], None]) -> None:
    with Store.open(database) as store:
        store.begin_run("run")
        if step == 1:
            with store.transaction():
                store.begin_run("run")
                replace()
        else:
            replace()
        if step == 0:
            store.begin_run("run")
        if step == 2:
            store.load_bugs()


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_at_every_step_of_a_store(way: Callable[[Path, Path], None], home: Path) -> None:
    """Between two transactions, within one, between two questions, and before closing."""
    database, backup = home / "a.db", home / "backup.db"
    kept = backup.read_bytes()
    for step in range(4):
        for suffix in ("", "-wal", "-shm"):
            database.with_name(f"a.db{suffix}").unlink(missing_ok=True)
        shutil.copyfile(backup, database)
        with pytest.raises(StorageError, match=r"was (replaced|deleted)"):
            use(database, step, lambda: way(backup, database))
        assert not database.exists() if way is deleted else database.read_bytes() == kept


def kill_in_the_middle(home: Path) -> None:
    """A run that is killed with rows in the write-ahead log."""
    with LoopbackLaunchpad(Recorded(), latency=0.05) as served:
        running = subprocess.Popen(
            [sys.executable, "-m", "lptrack", *words(served.root)], cwd=home, env=build_environment(home),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        until = time.monotonic() + 30
        log = home / "a.db-wal"
        while time.monotonic() < until and not (log.exists() and log.stat().st_size > 100_000):
            time.sleep(0.01)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    assert log.stat().st_size > 100_000


def test_what_a_killed_run_left_is_not_folded_into_a_restored_file(home: Path) -> None:
    first = (home / "backup.db").read_bytes()
    assert lptrack("run", LOGS[1], "--db", "a.db", "--offline", "--out", "out", home=home).code == 0
    kill_in_the_middle(home)
    (home / "a.db").write_bytes(first)
    for command in (["status"], ["db", "check"], ["run", "--offline"]):
        done = lptrack(*command, "--db", "a.db", home=home)
        assert done.code == 1
        assert "a.db-wal has rows of the former one" in done.err
        assert (home / "a.db").read_bytes() == first
    for suffix in ("-wal", "-shm"):  # as the hint says
        (home / f"a.db{suffix}").unlink()
    assert lptrack("db", "check", "--db", "a.db", home=home).code == 0
    with sqlite3.connect(home / "a.db") as connection:
        assert connection.execute("SELECT count(*) FROM logs").fetchone() == (1,)
    connection.close()


def test_what_a_killed_run_left_is_kept_where_the_file_is_its_own(home: Path) -> None:
    """The same leftovers, also in a copy of the whole folder, are part of the database."""
    kill_in_the_middle(home)
    shutil.copytree(home, home / "copy", ignore=shutil.ignore_patterns("copy"))
    for place in (home, home / "copy"):
        assert lptrack("db", "check", "--db", place / "a.db", home=home).code == 0
        with Store.open(place / "a.db", read_only=True) as store:
            assert len(store.load_meetings()) > 1


def test_the_first_transaction_counts_the_file_up(home: Path) -> None:
    def counter() -> int:
        return int.from_bytes((home / "a.db").read_bytes()[24:28], "big")

    before = counter()
    database = open_database(home / "a.db", wait=1)
    with database.transaction():
        pass
    database.close()
    assert counter() > before
