"""Logs that are not whole, read for the first time: what they cannot support is unknown, and the history says why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from lptrack.model import UNKNOWN, BugHistory, LogEntry
from lptrack.trackers.launchpad.history import build_history
from lptrack.trackers.launchpad.history.fit import find_misfits
from tests.doubles.launchpad.random_lives import Living, build_world, live
from tests.doubles.launchpad.world import TaskTruth
from tests.doubles.launchpad.world_answers import read_world
from tests.history_oracle import state_at
from tests.trackers.launchpad.test_history_random import compare

Log = tuple[LogEntry, ...]
Damage = Callable[[Log, Random], Log]


def cut_head(log: Log, dice: Random) -> Log:
    return log[dice.randrange(1, len(log)) :]


def turn_round(log: Log, dice: Random) -> Log:
    """Two neighbours of different times change places."""
    places = [place for place in range(len(log) - 1) if log[place].at < log[place + 1].at]
    place = dice.choice(places)
    return (*log[:place], log[place + 1], log[place], *log[place + 2 :])


def repeat(log: Log, dice: Random) -> Log:
    places = [place for place, row in enumerate(log) if row.what.endswith((": status", ": importance"))]
    place = dice.choice(places or [0])
    return (*log[:place], log[place], *log[place:])


def drop_all(_log: Log, _dice: Random) -> Log:
    return ()


DAMAGES = {
    cut_head: "does not begin with the bug's creation",
    turn_round: "are not in order",
    repeat: "has a row twice",
    drop_all: "does not begin with the bug's creation",
}


def rebuild(seed: int, damage: Damage) -> tuple[BugHistory, list[tuple[datetime, list[TaskTruth]]], datetime]:
    """A damaged life, the truth, and the moment before which nothing is to be known."""
    dice = Random(seed)
    world = build_world()
    truth = [(at, list(tasks)) for at, tasks in live(Living(world, 1, dice, silent=False), dice.randint(8, 30))]
    world.wait(timedelta(hours=1))
    observation, entries, facts = read_world(world, 1)
    spoilt = tuple(replace(row, position=place) for place, row in enumerate(damage(entries, dice)))
    until = max((each.until for each in find_misfits(spoilt, world.now)), default=observation.created_at or world.now)
    return build_history(observation, spoilt, facts, world.now), truth, until


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_nothing_is_known_before_a_misfit_and_the_history_says_why(damage: Damage) -> None:
    told = 0
    for seed in range(80):
        history, _, until = rebuild(seed, damage)
        told += any(DAMAGES[damage] in note for note in history.notes)
        for life in history.lives:
            for span in life.spans:
                if span.since < until:
                    assert {span.status, span.importance, span.assignee, span.milestone} == {UNKNOWN}, seed
        for spans in (history.titles, history.tags, history.duplicates):
            assert all(span.value is UNKNOWN for span in spans if span.since < until)
    assert told > 70


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_what_is_known_of_a_damaged_log_is_true(damage: Damage) -> None:
    for seed in range(200):
        history, truth, _ = rebuild(seed, damage)
        wrong = [words for words in compare(history, truth, f"seed {seed}")[1] if "is missing" not in words]
        assert wrong == []


def test_the_present_of_a_misfit_is_what_was_read() -> None:
    for seed in range(40):
        history, truth, _ = rebuild(seed, drop_all)
        at = history.read_at + timedelta(seconds=1)
        now = {span.target: span.status for _, span in state_at(history, at)}
        assert now == {task.target: task.status for task in truth[-1][1]}, seed


@pytest.mark.parametrize("silent", [False, True])
def test_a_whole_log_has_no_misfit(silent: bool) -> None:
    for seed in range(200):
        dice = Random(seed)
        world = build_world()
        for _ in live(Living(world, 1, dice, silent=silent), dice.randint(8, 30)):
            pass
        assert find_misfits(read_world(world, 1)[1], world.now) == ()
