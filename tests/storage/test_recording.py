"""Reads of trackers: a row only where something changed, the log appended, histories as ranges of time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lptrack.model import UNKNOWN, Absence, BugKey, LogEntry, Unresolved
from lptrack.net.settings import Budget
from lptrack.storage.store import Store
from tests.history_oracle import state_at
from tests.storage.lives import day, make_fetched, make_history, make_log, make_meeting, make_reference, make_task

BUG = BugKey("launchpad", 11)
HOUR = timedelta(hours=1)


@pytest.fixture
def store():
    with Store.open(":memory:", clock=lambda: day(30)) as opened:
        yield opened


def rows(store: Store, table: str) -> int:
    return int(store.database.load(f'SELECT count(*) FROM "{table}"')[0][0])


def test_an_observation_is_a_row_only_when_its_content_changed(store):
    assert store.record(make_fetched(11, [make_task("linux")], day(1)), None)
    assert not store.record(replace(make_fetched(11, [make_task("linux")], day(2), etag='"other"')), None)
    assert store.record(make_fetched(11, [make_task("linux", "Triaged")], day(3)), None)
    assert store.record(make_fetched(11, [make_task("linux")], day(4)), None)
    seen = store.load_seen([BUG])[BUG]
    assert [[at.day for at in each.reads] for each in seen] == [[2, 3], [4], [5]]
    assert seen[0].observation.etag == '"other"'
    assert store.load_known([BUG])[BUG].observation == seen[-1].observation


def test_what_is_stored_of_a_read_is_what_was_read(store):
    entries = [
        LogEntry(0, day(0), None, "bug", None, None, "added bug"),
        LogEntry(1, day(1), "ana", "linux: status", "New", "Triaged"),
    ]
    task = make_task(
        "linux (Ubuntu)",
        "Triaged",
        package="linux",
        assignee="ana",
        milestone="m1",
        created_at=day(0),
        watch="https://x/1",
        details=(("a", "b"),),
    )
    fetched = make_fetched(
        11,
        [task, make_task("zlib")],
        day(2),
        entries=entries,
        tags=("a", "b"),
        duplicate_of=7,
        created_at=day(0),
        updated_at=day(1),
        details=(("x", "y"),),
    )
    store.record(fetched, None)
    known = store.load_known([BUG])[BUG]
    assert (known.observation, known.entries, known.read_at) == (fetched.observation, fetched.entries, day(2))


def test_log_entries_are_appended_and_a_rewritten_one_supersedes(store):
    first = LogEntry(0, day(0), "old-name", "linux: status", "New", "Confirmed")
    store.record(make_fetched(11, [make_task("linux")], day(1), entries=[first]), None)
    second = LogEntry(1, day(1), "ana", "linux: status", "Confirmed", "Triaged")
    store.record(make_fetched(11, [make_task("linux")], day(2), entries=[first, second]), None)
    assert rows(store, "log_entries") == 2
    renamed = replace(first, person="new-name")
    store.record(make_fetched(11, [make_task("linux")], day(3), entries=[renamed]), None)
    assert store.load_known([BUG])[BUG].entries == (renamed,)
    assert rows(store, "log_entries") == 3


def test_a_late_answer_of_another_run_does_not_undo_a_newer_one(store):
    store.record(make_fetched(11, [make_task("linux", "Triaged")], day(5)), None)
    assert not store.record(make_fetched(11, [make_task("linux", "New")], day(4)), None)
    assert store.load_known([BUG])[BUG].observation.tasks[0].status == "Triaged"


def test_after_a_clock_that_was_wrong_the_present_counts_again(store):
    store.record(make_fetched(11, [make_task("linux", "Triaged")], day(4000)), None)
    assert store.record(make_fetched(11, [make_task("linux", "New")], day(4)), None)
    assert store.load_known([BUG])[BUG].observation.tasks[0].status == "New"


def test_unresolved_lasts_until_an_answer_and_offline_never_hides_not_visible(store):
    def absent(reason: Absence, detail: str = "") -> Unresolved:
        return Unresolved(BUG, "https://bugs.example/11", reason, detail)

    store.record_unresolved(absent(Absence.UNREACHABLE, "HTTP 503"), day(1))
    store.record_unresolved(absent(Absence.UNREACHABLE, "HTTP 503"), day(2))
    assert rows(store, "unresolved") == 1
    store.record_unresolved(absent(Absence.NOT_VISIBLE), day(3))
    store.record_unresolved(absent(Absence.OFFLINE), day(4))
    assert store.load_unresolved()[BUG].reason is Absence.NOT_VISIBLE
    store.record(make_fetched(11, [make_task("linux")], day(5)), None)
    assert store.load_unresolved() == {}


def test_facts_are_replaced_only_where_they_differ(store):
    store.record_facts("launchpad", {"series:/ubuntu": "[1]", "focus:/juju": "2"}, day(1))
    store.record_facts("launchpad", {"series:/ubuntu": "[1]", "focus:/juju": "3"}, day(2))
    assert store.load_facts("launchpad") == ({"series:/ubuntu": "[1]", "focus:/juju": "3"}, day(2))
    assert rows(store, "facts") == 3


def test_runs_say_what_they_spent_and_reports_name_the_newest(store):
    assert store.load_run() is None
    run = store.begin_run("run")
    store.end_run(run, 4, Budget(requests=3, bytes=99))
    assert store.database.load("SELECT exit_code, requests, bytes FROM runs") == [(4, 3, 99)]
    assert store.load_run() == "run 1 of 2018-01-31 00:00 UTC"


STATUSES = st.sampled_from(["New", "Confirmed", "Triaged", "Fix Released", "?"])
STEPS = st.lists(st.tuples(st.integers(1, 400), STATUSES), max_size=6)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.integers(0, 50), STATUSES, STEPS, st.booleans()), min_size=1, max_size=4),
    st.lists(st.integers(-5, 450), min_size=1, max_size=8),
)
def test_the_range_query_is_the_history_at_every_instant(plans, moments):
    lives, deleted = {}, {}
    for place, (birth, status, steps, dies) in enumerate(plans):
        at, told = birth, [(day(birth), status)]
        for pause, next_status in steps:
            at += pause
            told.append((day(at), next_status))
        lives[f"target{place}"] = told
        if dies:
            deleted[f"target{place}"] = day(at + 3)
    history = make_history(11, lives, day(5000), deleted=deleted)
    alive = [make_task(target) for target in lives if target not in deleted]
    with Store.open(":memory:", clock=lambda: day(5001)) as store:
        store.record(make_fetched(11, alive, day(5000)), history)
        for moment in moments:
            found = {
                (row.task, row.target, UNKNOWN if "status" in row.unknown else row.status)
                for row in store.load_tasks_at(day(moment))
            }
            assert found == {(life.key, span.target, span.status) for life, span in state_at(history, day(moment))}


def test_what_did_not_move_between_is_left_out_of_the_earlier_question(store):
    store.record(
        make_fetched(11, [make_task("a"), make_task("b")], day(20)),
        make_history(11, {"a": [(day(0), "New"), (day(5), "Triaged")], "b": [(day(0), "New")]}, day(20)),
    )  # fmt: skip
    assert [row.target for row in store.load_tasks_at(day(1), unlike=day(9))] == ["a"]
    assert [row.target for row in store.load_tasks_at(day(1), bugs=[BUG])] == ["a", "b"]
    assert list(store.load_tasks_at(day(1), bugs=[BugKey("launchpad", 12)])) == []


def test_since_when_a_status_holds_is_known_only_where_an_event_tells(store):
    history = make_history(11, {"linux": [(day(0), "?"), (day(5), "Triaged"), (day(9), "New")]}, day(20))
    silent = replace(history, events=tuple(e for e in history.events if e.at != day(9)))
    store.record(make_fetched(11, [make_task("linux")], day(20)), silent)
    (early,), (late,) = store.load_tasks_at(day(6)), store.load_tasks_at(day(10))
    assert (early.status_since, early.touched_at) == (day(5), day(5))
    assert (late.status_since, late.touched_at) == (None, day(5))


class TestDue:
    """Who is asked now, and in which order."""

    @pytest.fixture
    def busy(self, store):
        meeting = make_meeting(day(1))
        store.take_in(make_log([meeting], [make_reference(meeting, line, 10 + line) for line in range(1, 7)]))
        store.record(make_fetched(11, [make_task("linux", "Triaged")], day(10)), None)
        store.record(
            make_fetched(12, [make_task("linux", "Fix Released"), make_task("zlib", "Invalid")], day(10)), None
        )
        store.record(make_fetched(13, [make_task("linux", "Fix Released"), make_task("zlib", "New")], day(9)), None)
        store.record_unresolved(Unresolved(BugKey("launchpad", 14), "", Absence.NOT_VISIBLE), day(10))
        store.record_unresolved(Unresolved(BugKey("launchpad", 15), "", Absence.UNREACHABLE), day(10))
        return store

    def numbers(self, store: Store, hours: float, **more: Any) -> list[int]:
        return [wanted.bug.number for wanted in store.due(HOUR, day(10) + HOUR * hours, **more)]

    def test_the_most_urgent_come_first_and_the_fresh_not_at_all(self, busy):
        assert self.numbers(busy, 0.5) == [16, 15, 13]
        assert self.numbers(busy, 1) == [16, 15, 13, 11]
        assert self.numbers(busy, 23.9) == [16, 15, 13, 11]
        assert self.numbers(busy, 24) == [16, 15, 13, 11, 14, 12]

    def test_refresh_asks_about_everything_and_a_filter_about_less(self, busy):
        assert sorted(self.numbers(busy, 0, refresh=True)) == [11, 12, 13, 14, 15, 16]
        assert self.numbers(busy, 0.5, only=lambda bug: bug.number > 15, also=[BugKey("launchpad", 99)]) == [16, 99]

    def test_a_read_of_the_future_is_due(self, busy):
        assert 12 in self.numbers(busy, -24)

    def test_what_is_known_goes_along_but_not_what_another_login_saw(self, busy):
        busy.record(make_fetched(13, [make_task("linux")], day(9.5), private=True), None, login="ana")
        anonymous = {each.bug.number: each.known for each in busy.due(HOUR, day(12))}
        assert anonymous[13] is None
        assert anonymous[11].read_at == day(10)
        assert {each.bug.number: each.known for each in busy.due(HOUR, day(12), login="ana")}[13] is not None
