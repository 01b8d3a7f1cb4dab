"""The file itself: made for its owner alone, migrated, shared, killed, full, foreign, newer, damaged, read-only."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lptrack.errors import NewerDatabase, StorageError
from lptrack.storage.database import open_database
from lptrack.storage.schema import MIGRATIONS, TABLES
from lptrack.storage.store import Store
from tests.storage.lives import day, make_fetched, make_history, make_log, make_meeting, make_reference, make_task

HERE = Path(__file__).parents[2]


def take_in(store: Store, week: int, bugs: int = 3) -> None:
    meeting = make_meeting(day(week * 7))
    store.take_in(
        make_log(
            [meeting], [make_reference(meeting, line + 1, 11 + line) for line in range(bugs)], source=f"{week}.log"
        )
    )


def tables(path: Path) -> set[str]:
    with sqlite3.connect(path) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}


def test_file_and_folder_are_made_for_their_owner_alone(tmp_path):
    path = tmp_path / "new" / "deeper" / "lptrack.db"
    with Store.open(path) as store:
        take_in(store, 1)
        modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {0o600}
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, path.parent.parent)} == {0o700}
    assert [file.name for file in path.parent.iterdir()] == ["lptrack.db"]


def test_a_database_of_the_first_version_keeps_all_it_has(tmp_path):
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as connection:  # as version 1 left it
        connection.executescript(MIGRATIONS[0])
        connection.executescript(
            "PRAGMA user_version = 1; PRAGMA application_id = 0x4C505452;"
            "INSERT INTO logs (id, digest, reading, source, format, lines, unread, taken_at)"
            " VALUES (1, 'd', 'r', 'a.log', 'x', 9, 0, '2018-01-02T00:00:00.000000Z');"
            "INSERT INTO meetings (log, id, channel, started_at, start_exact)"
            " VALUES (1, 'demo/2018-01-02T00:00Z', 'demo', '2018-01-02T00:00:00.000000Z', 'second');"
        )
    connection.close()
    with Store.open(path, read_only=True) as store:  # a reader migrates too
        assert [meeting.id for meeting in store.load_meetings()] == ["demo/2018-01-02T00:00Z"]
    with Store.open(path) as store:
        store.record(
            make_fetched(11, [make_task("linux")], day(2)), make_history(11, {"linux": [(day(0), "New")]}, day(2))
        )
    assert set(TABLES) <= tables(path)


def test_a_migration_that_fails_leaves_the_old_database(tmp_path, monkeypatch):
    path = tmp_path / "old.db"
    with Store.open(path) as store:
        take_in(store, 1)
    before = path.read_bytes()
    monkeypatch.setattr("lptrack.storage.database.MIGRATIONS", (*MIGRATIONS, "CREATE TABLE extra (a);\nnonsense;\n"))
    with pytest.raises(StorageError):
        open_database(path, wait=0)
    assert "extra" not in tables(path)
    monkeypatch.undo()
    with Store.open(path, read_only=True) as store:
        assert len(store.load_meetings()) == 1
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            b"this is a text file, long enough to be looked at by whoever opens it as a database\n" * 20,
            "not a database",
        ),
        (b"SQLite format 3\x00" + b"\xff" * 5000, "not a database|damaged"),
    ],
)
@pytest.mark.parametrize("read_only", [True, False])
def test_what_is_no_database_is_said_to_be_none_and_left_alone(tmp_path, content, words, read_only):
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(StorageError, match=words) as caught, Store.open(path, read_only=read_only):
        pass
    assert caught.value.hint
    assert path.read_bytes() == content


def test_a_damaged_page_is_one_clear_line(tmp_path):
    path = tmp_path / "a.db"
    with Store.open(path) as store:
        for week in range(30):
            take_in(store, week, bugs=40)
    content = bytearray(path.read_bytes())
    for page in range(4, len(content) // 4096):
        content[page * 4096 : page * 4096 + 64] = b"\xee" * 64
    path.write_bytes(bytes(content))
    with pytest.raises(StorageError, match="damaged"), Store.open(path, read_only=True) as store:
        store.load_mentions()


def test_another_programs_database_and_a_newer_one_are_refused(tmp_path):
    other, newer = tmp_path / "other.db", tmp_path / "newer.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE places (id)")
    with Store.open(newer):
        pass
    with sqlite3.connect(newer) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StorageError, match="another program"), Store.open(other):
        pass
    assert tables(other) == {"places"}
    for read_only in (True, False):
        with pytest.raises(NewerDatabase, match="newer lptrack"), Store.open(newer, read_only=read_only):
            pass


def test_a_missing_database_and_a_folder_are_told_apart(tmp_path):
    with pytest.raises(StorageError, match="no database yet"), Store.open(tmp_path / "a.db", read_only=True):
        pass
    with pytest.raises(StorageError, match="folder"), Store.open(tmp_path):
        pass
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be made"), Store.open(tmp_path / "file" / "a.db"):
        pass


def test_a_full_disk_loses_only_the_step_that_did_not_fit(tmp_path):
    path = tmp_path / "a.db"
    with Store.open(path) as store:
        take_in(store, 1)
        ((pages,),) = store.database.load("PRAGMA page_count")
        store.database.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(StorageError, match="disk is full") as caught:
            take_in(store, 2, bugs=900)
        assert caught.value.hint
    with Store.open(path, read_only=True) as store:
        assert len(store.load_meetings()) == 1
        assert store.database.load("PRAGMA integrity_check") == [("ok",)]


def test_two_writers_wait_for_each_other_or_fail_clearly_and_readers_go_on(tmp_path):
    path = tmp_path / "a.db"
    with Store.open(path) as first, Store.open(path, wait=0.05) as second, first.transaction():
        take_in(first, 1)
        with pytest.raises(StorageError, match="another run") as caught:
            take_in(second, 2)
        assert "--wait" in (caught.value.hint or "")
        with Store.open(path, read_only=True, wait=0) as reader:
            assert reader.load_meetings() == ()
    with Store.open(path, read_only=True) as reader:
        assert len(reader.load_meetings()) == 1


def test_several_questions_of_one_snapshot_see_one_moment(tmp_path):
    path = tmp_path / "a.db"
    with Store.open(path) as writer, Store.open(path, read_only=True) as reader:
        take_in(writer, 1)
        with reader.snapshot():
            assert len(reader.load_meetings()) == 1
            take_in(writer, 2)
            assert len(reader.load_meetings()) == 1
        assert len(reader.load_meetings()) == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_can_be_read(tmp_path):
    folder = tmp_path / "kept"
    with Store.open(folder / "a.db") as store:
        take_in(store, 1)
    folder.chmod(0o500)
    (folder / "a.db").chmod(0o400)
    try:
        with Store.open(folder / "a.db", read_only=True) as store:
            assert len(store.load_meetings()) == 1
        with pytest.raises(StorageError, match=r"read-only|cannot be opened"), Store.open(folder / "a.db") as store:
            take_in(store, 2)
    finally:
        folder.chmod(0o700)


def test_a_read_only_database_is_read_as_it_stands_and_never_written(tmp_path):
    path = tmp_path / "a.db"
    with Store.open(path) as store:
        take_in(store, 1)
    before = path.read_bytes()
    with Store.open(path, read_only=True) as store, pytest.raises(StorageError, match="read-only"):
        take_in(store, 2)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["a.db"]


WRITER = """
import sys
from pathlib import Path
from lptrack.storage.store import Store
from tests.storage.lives import day, make_fetched, make_history, make_log, make_meeting, make_reference, make_task
path, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
for week in range(first, first + count):
    meeting = make_meeting(day(week))
    with Store.open(path, wait=30) as store:
        said = [make_reference(meeting, n, n + week * 100) for n in range(1, 20)]
        store.take_in(make_log([meeting], said, source=str(week)))
        with store.transaction():
            for n in range(1, 20):
                number = n + week * 100
                history = make_history(number, {"linux": [(day(0), "New"), (day(3), "Triaged")]}, day(9))
                store.record(make_fetched(number, [make_task("linux", "Triaged")], day(9)), history)
    print(week, flush=True)
"""


def run_writer(path: Path, first: int, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(first), str(count)],
        cwd=HERE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def faults(store: Store) -> list[str]:
    def build(observation, entries, facts, read_at):
        return make_history(observation.number, {"linux": [(day(0), "New"), (day(3), "Triaged")]}, read_at)

    return list(store.find_faults(build))


def test_many_writers_at_once_lose_nothing(tmp_path):
    path = tmp_path / "new" / "a.db"
    writers = [run_writer(path, first * 10, 2) for first in range(6)]  # they race for making the file, too
    for writer in writers:
        _, errors = writer.communicate(timeout=120)
        assert writer.returncode == 0, errors
    with Store.open(path, read_only=True) as store:
        assert len(store.load_meetings()) == 12
        assert len(store.load_bugs()) == 12 * 19
        assert faults(store) == []


def test_killed_at_any_moment_what_was_said_to_be_recorded_is_there(tmp_path):
    path = tmp_path / "a.db"
    done: set[int] = set()
    for life in range(8):
        writer = run_writer(path, life * 1000, 500)
        assert writer.stdout is not None
        said = [writer.stdout.readline()] if life % 2 else []
        time.sleep(0.12 + 0.013 * life)
        os.kill(writer.pid, signal.SIGKILL)
        said += writer.communicate(timeout=60)[0].splitlines(keepends=True)
        done |= {int(line) for line in said if line.endswith("\n")}
    assert done
    with Store.open(path) as store:
        kept = {round((meeting.started_at - day(0)).total_seconds() / 86400) for meeting in store.load_meetings()}
        assert done <= kept
        assert faults(store) == []
        read = {bug.number // 100 for bug in store.load_bugs()}
        assert done <= read <= kept
