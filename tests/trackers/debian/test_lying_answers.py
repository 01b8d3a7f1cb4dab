"""Answers that debbugs does not give: each is no answer, and what was known of the bug stays."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from lptrack.model import Absence, Unresolved
from lptrack.net.settings import Settings
from lptrack.trackers.interface import Fetched, Known
from tests.doubles.debbugs.server import DebbugsDouble
from tests.doubles.debbugs.world import Bug, World
from tests.trackers.debian.test_client import fetch

START = datetime(2013, 1, 1, 12, 0, tzinfo=UTC)
BUG = 101
Fields = dict[str, object]
Lie = Callable[[Fields], object]

LIES: dict[str, Lie] = {
    "another bug's": lambda fields: fields.update(bug_num=102, id=102),
    "no package": lambda fields: fields.update(package=""),
    "no status": lambda fields: fields.update(pending=""),
    "a status that is null": lambda fields: fields.update(pending=None),
    "a status of several words": lambda fields: fields.update(pending="done and dusted"),
    "a status that is a list": lambda fields: fields.update(pending=["done", "open"]),
    "no severity": lambda fields: fields.pop("severity"),
    "a severity that is markup": lambda fields: fields.update(severity="<b>grave</b>"),
    "a severity that is a map": lambda fields: fields.update(severity={"grave": 1}),
    "no subject": lambda fields: fields.update(subject=" "),
    "no date": lambda fields: fields.pop("date"),
    "another date": lambda fields: fields.update(date=1),
    "a date that is none": lambda fields: fields.update(date="yesterday"),
}


@pytest.fixture
def world() -> World:
    world = World()
    for number in (BUG, 102):
        world.report(number, START, severity="important", subject=f"made-up: hums {number} (made-up)")
        world.control([("close", number, "1.2-1")], START + timedelta(days=1))
    return world


def read(debbugs: DebbugsDouble, known: Known | None = None) -> Fetched | Unresolved:
    settings = Settings(roots={"debian": debbugs.root}, refresh=known is not None)
    return fetch(settings, [BUG], {BUG: known} if known is not None else {})[BUG]


def remember(answer: Fetched | Unresolved) -> Known:
    assert isinstance(answer, Fetched)
    return Known(answer.observation, answer.entries, answer.read_at)


def told(lie: Lie) -> Callable[[Bug, Fields], Fields]:
    def fields_of(bug: Bug, fields: Fields) -> Fields:
        mine = copy.deepcopy(fields)
        if bug.number == BUG:
            lie(mine)
        return mine

    return fields_of


@pytest.mark.parametrize("name", LIES)
def test_a_lie_over_what_is_known_is_no_answer(name: str, world: World) -> None:
    with DebbugsDouble(world) as debbugs:
        known = remember(read(debbugs))
        debbugs.fields = told(LIES[name])
        after = read(debbugs, known)
    assert isinstance(after, Unresolved)
    assert after.reason is Absence.UNREACHABLE


def test_a_bug_that_is_gone_is_not_believed_and_one_that_never_was_is(world: World) -> None:
    with DebbugsDouble(world) as debbugs:
        known = remember(read(debbugs))
        del world.bugs[BUG]
        first, after = read(debbugs), read(debbugs, known)
    assert isinstance(first, Unresolved)
    assert isinstance(after, Unresolved)
    assert (first.reason, after.reason) == (Absence.NOT_VISIBLE, Absence.UNREACHABLE)


def test_a_state_that_nobody_asked_for_makes_it_no_answer(world: World) -> None:
    """A proxy that mixes up two answers."""
    with DebbugsDouble(world) as debbugs:
        known = remember(read(debbugs))
        world.bugs[BUG].number = 102
        after = read(debbugs, known)
    assert isinstance(after, Unresolved)
    assert "102, which was not asked" in after.detail


ODD = [None, "", " ", 0, -1, [], {}, ["x"], {"x": "y"}, "No Such Word", "a\nb", "<i>", "9" * 400]


def test_no_random_change_of_an_answer_moves_a_known_state(world: World) -> None:
    """What decides a bug's status, severity, package and title is whole and of its kind, or the bug is not read."""
    refused = taken = 0
    with DebbugsDouble(world) as debbugs:
        known = remember(read(debbugs))
        (before,) = known.observation.tasks
        for seed in range(300):
            dice = Random(seed)

            def lie(fields: Fields, dice: Random = dice) -> None:
                for name in dice.sample(sorted(fields), dice.randint(1, 3)):
                    if dice.random() < 0.3:
                        del fields[name]
                    else:
                        fields[name] = dice.choice(ODD)

            debbugs.fields = told(lie)
            after = read(debbugs, known)
            if isinstance(after, Unresolved):
                assert after.reason is Absence.UNREACHABLE
                refused += 1
                continue
            taken += 1
            (task,) = after.observation.tasks
            assert (task.status, task.importance) == (before.status, before.importance), seed
    assert refused > 50
    assert taken > 50
