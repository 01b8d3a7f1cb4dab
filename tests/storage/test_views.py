"""The views answer as `status` does: now, at every meeting, and in sums, over made-up lives."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from lptrack.config.model import Config
from lptrack.jobs.sql_views import save_views
from lptrack.join.evidence import load_evidence
from lptrack.join.model import Endpoint
from lptrack.join.status import build_status
from lptrack.model import UNKNOWN, TaskState, Value
from lptrack.storage.queries import QUERIES
from lptrack.storage.store import Store
from lptrack.storage.views_schema import VIEWS
from lptrack.trackers import words_of
from tests.join.test_worlds import live_and_record
from tests.security.commandline import ROOT, lptrack
from tests.storage.lives import make_log, make_meeting, make_reference

STATE = ("status", "importance", "assignee", "milestone")


def as_row(state: TaskState) -> tuple[object, ...]:
    def shown(value: Value) -> object:
        return "unknown" if value is UNKNOWN else value

    return (state.bug.tracker, state.bug.number, state.target, *(shown(state.value(name)) for name in STATE))


def count_states(states: tuple[TaskState, ...]) -> tuple[int, int, int]:
    """Open, closed, not known."""
    kinds: Counter[str] = Counter()
    for state in states:
        words = words_of(state.bug.tracker)
        is_word = isinstance(state.status, str) and words.status(state.status) is not None
        kinds["unknown" if not is_word else "closed" if words.is_closed(state.status) else "open"] += 1
    return kinds["open"], kinds["closed"], kinds["unknown"]


@pytest.mark.parametrize("seed", range(25))
def test_the_views_are_what_status_says(seed: int) -> None:
    with Store.open(":memory:") as store:
        truth = live_and_record(store, seed)
        dice = Random(seed)
        for at, _ in dice.sample(truth, min(5, len(truth))):
            meeting = make_meeting(at + timedelta(minutes=1))
            store.take_in(make_log([meeting], [make_reference(meeting, 1, 1)]), at)
        save_views(store, Config())
        load = store.database.load
        now = store.load_newest_moment()
        assert now is not None
        current = build_status(load_evidence(store, now), Endpoint(None, now)).tasks
        columns = "tracker, number, target, status, importance, assignee, milestone"
        assert Counter(load(f"SELECT {columns} FROM tasks_now")) == Counter(map(as_row, current))
        for meeting in store.load_meetings():
            assert meeting.started_at is not None
            end = Endpoint(meeting, meeting.started_at)
            then = build_status(load_evidence(store, end.at), end).tasks
            rows = load(f"SELECT {columns} FROM tasks_at_meetings WHERE meeting = ?", (meeting.id,))
            assert Counter(rows) == Counter(map(as_row, then)), meeting.id
            (sums,) = load("SELECT open, closed, unknown FROM open_by_meeting WHERE meeting = ?", (meeting.id,))
            assert sums == count_states(then), meeting.id


def test_every_view_of_the_interface_opens_in_a_database_without_a_row() -> None:
    with Store.open(":memory:") as store:
        for view in VIEWS:
            assert store.database.load(f"SELECT * FROM {view}") == []


def test_the_ten_questions_are_in_the_docs_and_answered(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "sql.md").read_text("utf-8")
    done = lptrack(
        "run", ROOT / "examples" / "meetings", "--db", "a.db", "--debian-root", "off",
        "--cassette", ROOT / "cassettes" / "launchpad-made-up-bugs.json", home=tmp_path,
    )  # fmt: skip
    assert done.code == 0, done.err
    answers = {}
    with sqlite3.connect(tmp_path / "a.db") as connection:
        for query in QUERIES:
            assert f"```sql\n{query.sql}\n```" in page, query.name
            answers[query.name] = connection.execute(query.sql).fetchall()
    report = json.loads(lptrack("report", "--db", "a.db", "--format", "json", home=tmp_path).out)
    moved = {(each["number"], each["field"]) for each in report["changes"]}
    assert moved
    assert moved <= {(number, field) for _, _, number, _, field, *_ in answers["moved_between_meetings"]}
    assert all(
        answers[each] for each in ("open_by_team", "who_speaks_of_what", "carried_longest", "status_at_meeting")
    )


def test_datasette_is_told_of_every_view_and_question(tmp_path: Path) -> None:
    done = lptrack("db", "datasette", "--db", "birds.db", home=tmp_path)
    assert done.code == 0, done.err
    told = json.loads(done.out)["databases"]["birds"]
    assert set(told["tables"]) == set(VIEWS)
    assert list(told["queries"]) == [query.name for query in QUERIES]
