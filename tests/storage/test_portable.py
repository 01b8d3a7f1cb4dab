"""Everything can leave and come back equal, an old day can be seen again, and what is wrong is found."""

from __future__ import annotations

import json
import stat
from typing import Any

import pytest

from lptrack.errors import StorageError
from lptrack.model import Absence, BugKey, LogEntry, Unresolved
from lptrack.storage.schema import TABLES
from lptrack.storage.store import Store
from tests.storage.lives import (
    day,
    make_announcement,
    make_fetched,
    make_history,
    make_log,
    make_meeting,
    make_reference,
    make_task,
)

BUG = BugKey("launchpad", 11)


def build(observation, entries, facts, read_at):
    """A tracker whose log entries say every status of its one task."""
    steps = [(day(0), "New"), *((entry.at, entry.new) for entry in entries)]
    return make_history(observation.number, {"linux": steps}, read_at, importance=facts.get("importance", "High"))


def read(store: Store, number: int, steps: list[tuple[float, str]], at: float, **more: Any) -> None:
    entries = [LogEntry(n, day(when), "ana", "linux: status", None, new) for n, (when, new) in enumerate(steps)]
    status = steps[-1][1] if steps else "New"
    login = more.pop("login", None)
    fetched = make_fetched(number, [make_task("linux", status)], day(at), entries=entries, **more)
    facts, _ = store.load_facts("launchpad")
    store.record(fetched, build(fetched.observation, fetched.entries, facts, day(at)), run=1, login=login)


def dump(store: Store) -> dict[str, list[tuple[object, ...]]]:
    return {table: store.database.load(f'SELECT * FROM "{table}"') for table in TABLES}


@pytest.fixture
def store():
    with Store.open(":memory:", clock=lambda: day(100)) as opened:
        opened.begin_run("run")
        monday, friday = make_meeting(day(1)), make_meeting(day(5))
        said = [make_reference(monday, 1, 11), make_announcement(monday, 2, 12, "linux", "New")]
        opened.take_in(make_log([monday], said, source="a.log"), day(10), run=1)
        opened.record_facts("launchpad", {"importance": "High"}, day(10))
        read(opened, 11, [], 10)
        read(opened, 12, [(3, "Triaged")], 10)
        opened.record_unresolved(Unresolved(BugKey("launchpad", 13), "u", Absence.UNREACHABLE), day(10), run=1)
        opened.take_in(make_log([monday], [*said, make_reference(monday, 3, 13)], source="a.log"), day(20))
        opened.take_in(make_log([friday], [make_reference(friday, 1, 11)], source="b.log"), day(20))
        opened.record_facts("launchpad", {"importance": "Low"}, day(20))
        read(opened, 11, [(15, "Triaged")], 20)
        read(opened, 13, [], 20)
        yield opened


def test_an_export_comes_back_equal_row_by_row(store):
    lines = list(store.export_lines())
    with Store.open(":memory:") as copy:
        assert copy.import_lines(lines) == len(lines) - 2
        assert dump(copy) == dump(store)
        assert list(copy.export_lines()) == lines
        assert list(copy.find_faults(build)) == []


def test_an_import_is_whole_or_not_at_all(store):
    lines = list(store.export_lines())
    for spoiled, words in (
        ([*lines[:3], "{not json\n", *lines[3:]], "line 4"),
        ([line for line in lines if '"table":"observations"' not in line], "not whole|FOREIGN"),
        ([lines[0], json.dumps({"table": "sqlite_schema", "row": {"sql": "x"}})], "not a row of a table"),
        ([lines[0], json.dumps({"table": "runs", "row": {"id": 'x"); DROP TABLE runs; --'}})], "does not fit"),
        ([lines[0], json.dumps({"table": "runs", "row": {'id"; --': 1}})], "not a row of a table"),
        (lines[1:], "not an export"),
        ([lines[0].replace('"schema":', '"schema":9')], "newer"),
    ):
        with Store.open(":memory:") as copy:
            with pytest.raises(StorageError, match=words):
                copy.import_lines(spoiled)
            assert all(not rows for rows in dump(copy).values())


def test_an_import_does_not_mix_with_what_is_there(store):
    with pytest.raises(StorageError, match="not empty"):
        store.import_lines(store.export_lines())


def test_what_a_login_saw_leaves_only_when_the_login_is_named(store):
    read(store, 14, [], 30, private=True, title="secret (made-up)", login="ana")
    assert not any("secret" in line for line in store.export_lines())
    assert not any("secret" in line for line in store.export_lines(["bob"]))
    assert any("secret" in line for line in store.export_lines(["ana"]))
    assert store.load_withheld() == (BugKey("launchpad", 14),)
    with Store.open(":memory:") as copy:
        copy.import_lines(store.export_lines())  # nothing that stays speaks of what is left out
        assert BugKey("launchpad", 14) not in copy.load_bugs()


def test_a_backup_is_the_whole_database_and_never_overwrites(store, tmp_path):
    target = tmp_path / "copy.db"
    store.save_backup(target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with Store.open(target, read_only=True) as copy:
        assert dump(copy) == dump(store)
    with pytest.raises(StorageError, match="already"):
        store.save_backup(target)


class TestEarlier:
    """`--as-known-at`: the rows recorded by then, and the histories that they allow."""

    def test_an_earlier_day_is_the_database_of_that_day(self, store):
        with store.as_known_at(day(12), build) as earlier:
            assert [meeting.id for meeting in earlier.load_meetings()] == [make_meeting(day(1)).id]
            assert [bug.number for bug in earlier.load_referenced()] == [11, 12]
            assert set(earlier.load_unresolved()) == {BugKey("launchpad", 13)}
            assert earlier.load_facts("launchpad") == ({"importance": "High"}, day(10))
            assert earlier.load_newest_moment() == day(10)
            told = {(row.bug.number, row.status, row.importance) for row in earlier.load_tasks_at(day(16))}
            assert told == {(11, "New", "High"), (12, "Triaged", "High")}
            assert earlier.load_bugs()[BUG].read_at == day(10)

    def test_the_newest_day_is_the_database_as_it_is(self, store):
        with store.as_known_at(day(100), build) as earlier:
            assert dump(earlier) == dump(store)
            assert list(earlier.find_faults(build)) == []

    def test_a_day_before_everything_is_empty(self, store):
        with store.as_known_at(day(1), build) as earlier:
            assert all(not rows for table, rows in dump(earlier).items())


class TestHealth:
    """`db check`."""

    def test_a_database_in_order_has_no_faults(self, store):
        assert list(store.find_faults(build)) == []

    def test_a_derived_row_that_was_changed_is_found_and_can_be_built_again(self, store):
        store.database.execute("UPDATE task_spans SET status = 'Invalid' WHERE number = 12 AND until IS NULL")
        assert list(store.find_faults(build)) == ["launchpad bug 12: task_spans is not what its log entries say"]
        store.rebuild(build)
        assert list(store.find_faults(build)) == []

    def test_a_row_whose_parent_is_gone_is_found(self, store):
        store.database.execute("PRAGMA foreign_keys = OFF")
        store.database.execute("DELETE FROM runs")
        assert any("runs" in fault for fault in store.find_faults(build))

    def test_a_bug_that_is_not_shown_by_its_newest_read_is_found(self, store):
        store.database.execute("DELETE FROM bugs WHERE number = 13")
        store.database.execute(
            "UPDATE bugs SET observation = (SELECT min(id) FROM observations WHERE number = 11) WHERE number = 11"
        )
        faults = " ".join(store.find_faults(lambda *_: None))
        assert "bug 13 was read, but nothing is derived" in faults
        assert "bug 11 is not shown by its newest read" in faults


def test_histories_are_built_with_the_facts_of_their_own_read(store):
    read(store, 15, [], 20.5)
    store.record_facts("launchpad", {"importance": "Critical"}, day(21))
    assert list(store.find_faults(build)) == []


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("references", "kind", "lala"),
        ("references", "at", "never"),
        ("references", "number", -5),
        ("meetings", "started_at", "2031-19-39T00:00:00.000000Z"),
        ("meetings", "people", '{"a": 1}'),
        ("observations", "seen_at", "2031-01-01"),
    ],
)
def test_a_value_that_nobody_wrote_is_found_and_not_imported(store, table, column, value):
    """What is imported can be reported: `lala` as a kind ended the next report as a bug in lptrack."""
    assert not list(store.find_faults(build))
    store.database.execute("PRAGMA foreign_keys = OFF")
    store.database.execute(f'UPDATE "{table}" SET "{column}" = ?', (value,))
    assert any(f"{table}.{column}" in fault for fault in store.find_faults(build))
    with (
        Store.open(":memory:") as copy,
        pytest.raises(StorageError, match=rf"{table}\.{column}"),
    ):
        copy.import_lines(list(store.export_lines()))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER late AFTER INSERT ON runs BEGIN DELETE FROM meetings; END",
        "CREATE VIEW extra AS SELECT 1",
    ],
)
def test_a_database_that_would_act_is_not_opened(tmp_path, statement):
    path = tmp_path / "a.db"
    with Store.open(path) as store:
        store.database.execute(statement)
    with pytest.raises(StorageError, match="which lptrack does not make"), Store.open(path):
        pass
