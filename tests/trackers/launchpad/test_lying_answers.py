"""Answers that Launchpad does not give: each is no answer, and what was known of the bug stays."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from lptrack.model import UNKNOWN, Absence
from lptrack.trackers.launchpad import LAUNCHPAD_TRACKER
from lptrack.trackers.launchpad.answers import LOG_REFUSED
from lptrack.trackers.launchpad.history import build_history
from tests.doubles.launchpad.catalogue import Body
from tests.doubles.launchpad.faults import Fault
from tests.doubles.launchpad.recorded import Recorded
from tests.doubles.launchpad.server import LoopbackLaunchpad
from tests.history_oracle import state_at
from tests.trackers.launchpad.conftest import Read, Reading

BUG = 2900001
Lie = Callable[[Body, list[Body], list[Body]], None]


@pytest.fixture
def tell(monkeypatch: pytest.MonkeyPatch, catalogue: Recorded) -> Callable[[Lie | None], None]:
    """From now on the server tells the bug, its tasks and its log with this lie in them."""
    bug, tasks, log = catalogue.bug(BUG), catalogue.tasks(BUG), catalogue.activity(BUG)
    assert bug is not None

    def change(lie: Lie | None) -> None:
        mine: tuple[Any, ...] = copy.deepcopy((bug, list(tasks), list(log)))
        if lie is not None:
            lie(*mine)
            mine[0]["http_etag"] = '"of a lie"'
        monkeypatch.setattr(Recorded, "bug", lambda _self, _number, _who=None: mine[0])
        monkeypatch.setattr(Recorded, "tasks", lambda _self, _number: mine[1])
        monkeypatch.setattr(Recorded, "activity", lambda _self, _number: mine[2])

    return change


def put(which: int, **values: object) -> Lie:
    """These values in the bug's entry (-1) or in its task of this number."""

    def lie(bug: Body, tasks: list[Body], _log: list[Body]) -> None:
        (bug if which < 0 else tasks[which]).update(values)

    return lie


EVIL = "https://evil.example/devel"
LIES: dict[str, Lie] = {
    "no task": lambda bug, tasks, log: tasks.clear(),
    "a target twice": lambda bug, tasks, log: tasks.append(tasks[0]),
    "no target": put(0, bug_target_name=""),
    "no status": put(0, status=""),
    "a status that is null": put(0, status=None),
    "a status that is a number": put(0, status=7),
    "a status of many lines": put(0, status="New\nNew"),
    "no importance": put(1, importance=" "),
    "a target on another host": put(0, target_link=f"{EVIL}/compiz-nine"),
    "another target's link": put(0, target_link="http://api.launchpad.test/devel/bulk"),
    "an assignee on another host": put(0, assignee_link=f"{EVIL}/~cjwatson"),
    "an assignee who is none": put(0, assignee_link="http://api.launchpad.test/devel/bugs/1"),
    "a milestone of no form": put(0, milestone_link="http://api.launchpad.test/devel/7.2"),
    "a page on another host": put(-1, web_link="https://evil.example/bugs/2900001"),
    "a link without an end": put(0, assignee_link="http://[::1"),
    "no title": put(-1, title=""),
    "a date that is none": put(0, date_created="yesterday"),
    "private, perhaps": put(-1, private="no"),
    "a master that no row names": put(-1, duplicate_of_link="http://api.launchpad.test/devel/bugs/5"),
    "a status that no row set": put(2, status="Fix Released"),
    "a word that no row set": put(2, status="Brand New"),
    "a log without its end": lambda bug, tasks, log: log.__delitem__(-1),
    "a log without its beginning": lambda bug, tasks, log: log.__delitem__(0),
    "no log": lambda bug, tasks, log: log.clear(),
    "a log that turned round": lambda bug, tasks, log: log.reverse(),
}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_over_what_is_known_is_no_answer(name: str, tell: Callable[[Lie | None], None], read: Reading) -> None:
    before = read([BUG])
    assert read(before.known()).fetched[BUG].observation == before.fetched[BUG].observation
    tell(LIES[name])
    after = read(before.known())
    assert after.unresolved[BUG].reason is Absence.UNREACHABLE
    assert not after.fetched


def test_a_bug_without_tasks_is_told_with_its_title(tell: Callable[[Lie | None], None], read: Reading) -> None:
    tell(LIES["no task"])
    assert "Laptop: does not" in read([BUG]).unresolved[BUG].detail


def _mutate(random: Random) -> Lie:
    """One random change of one random place; what Launchpad may change without a row is left alone."""

    def lie(bug: Body, tasks: list[Body], log: list[Body]) -> None:
        rows = random.choice([tasks, log])
        row = random.choice([bug, *tasks, *random.sample(log, min(5, len(log)))])
        word: Any = random.choice(
            [None, "", " ", 0, -1, True, [], {}, "x", "New", "Fix Released", "http://[::1", EVIL]
        )
        match random.randrange(6):
            case 0:
                del rows[random.randrange(len(rows))]
            case 1:
                rows.append(random.choice(rows))
            case 2:
                rows.insert(0, copy.deepcopy(random.choice(rows)))
            case 3:
                random.shuffle(rows)
            case 4:
                row.pop(random.choice(list(row)))
            case _:
                row[random.choice(list(row))] = word

    return lie


def _states(found: Read) -> dict[str, tuple[object, ...]]:
    fetched = found.fetched[BUG]
    history = build_history(fetched.observation, fetched.entries, found.facts, fetched.read_at)
    return {
        span.target: (span.status, span.importance)
        for _, span in state_at(history, fetched.read_at - timedelta(seconds=1))
    }


def test_no_random_change_of_an_answer_moves_a_known_state(tell: Callable[[Lie | None], None], read: Reading) -> None:
    before = read([BUG])
    known = {task.target: (task.status, task.importance) for task in before.fetched[BUG].observation.tasks}
    was = _states(before)
    refused = 0
    for seed in range(150):
        tell(_mutate(Random(seed)))
        after = read(before.known())
        if BUG in after.unresolved:
            refused += 1
            continue
        observation = after.fetched[BUG].observation
        assert {task.target: (task.status, task.importance) for task in observation.tasks} == known, seed
        for target, values in _states(after).items():
            pairs = zip(values, was.get(target, ("not", "there")), strict=True)
            assert all(UNKNOWN in pair or pair[0] == pair[1] for pair in pairs), seed
    assert 50 < refused < 150


@pytest.fixture
def refusing(server: LoopbackLaunchpad) -> LoopbackLaunchpad:
    server.faults.script.append(("/activity", [Fault.ERROR] * 50))
    return server


def test_a_refused_log_costs_the_past_alone(refusing: LoopbackLaunchpad, read: Reading) -> None:
    found = read([BUG])
    fetched = found.fetched[BUG]
    assert len(fetched.observation.tasks) > 1
    assert dict(fetched.observation.details)[LOG_REFUSED] == "HTTP 500"
    assert LAUNCHPAD_TRACKER.build_history(fetched.observation, fetched.entries, {}, fetched.read_at) is None
    refusing.faults.script.clear()
    again = read(found.known()).fetched[BUG]
    assert again.entries
    assert LOG_REFUSED not in dict(again.observation.details)
