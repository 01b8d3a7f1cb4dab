"""Whole lives in a made-up Launchpad, through database and join: every change reported is true, none is left out."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from lptrack.join.evidence import load_evidence
from lptrack.join.model import Endpoint, Window
from lptrack.join.window import build_window
from lptrack.model import STATE_FIELDS, UNKNOWN
from lptrack.storage.store import Store
from lptrack.trackers.interface import Fetched
from lptrack.trackers.launchpad.history import build_history
from tests.doubles.launchpad.random_lives import Living, build_world, live
from tests.doubles.launchpad.world import TaskTruth
from tests.doubles.launchpad.world_answers import read_world
from tests.storage.lives import make_log, make_meeting, make_reference


def live_and_record(store: Store, seed: int) -> list[tuple[datetime, dict[int, TaskTruth]]]:
    """One bug's life read at its end, spoken of in one meeting before it began; what was true at each step."""
    dice = Random(seed)
    world = build_world()
    truth = [
        (at, {task.id: task for task in tasks})
        for at, tasks in live(Living(world, 1, dice, silent=False), dice.randint(8, 30))
    ]
    world.wait(timedelta(hours=1))
    observation, entries, facts = read_world(world, 1)
    history = build_history(observation, entries, facts, world.now)
    store.record(Fetched(observation, entries, world.now), history)
    meeting = make_meeting(truth[0][0] - timedelta(days=1))
    store.take_in(make_log([meeting], [make_reference(meeting, 1, 1)]), world.now)
    return truth


def test_every_change_is_true_and_none_that_is_known_is_left_out():
    told = 0
    for seed in range(80):
        with Store.open(":memory:") as store:
            truth = live_and_record(store, seed)
            dice = Random(seed)
            for _ in range(4):
                one, two = sorted(dice.sample(range(len(truth)), 2))
                (begin, before), (end, after) = truth[one], truth[two]
                found = build_window(load_evidence(store, end, begin), Endpoint(None, begin), Endpoint(None, end))
                tasks = [change for change in found.changes if change.field not in ("duplicate_of", "visibility")]
                claimed = {(c.target, c.field, c.before, c.after) for c in tasks}
                expected = true_changes(before, after)
                unsure = find_unsure(found)
                where = f"seed {seed}, steps {one} to {two}"
                assert claimed <= expected, (where, claimed - expected, expected)
                for target, field, was, became in expected - claimed:
                    excused = (target, field) in unsure or (target, "target") in unsure
                    assert excused, (where, (target, field, was, became), claimed)
                told += len(claimed)
    assert told > 300


def find_unsure(found: Window) -> set[tuple[str, str]]:
    """The fields, by the names that their tasks have at either end, that are unknown at one of them.

    Of a task of which nothing is known it is not known either whether it was there already: its target is unsure.
    """
    unsure: set[tuple[str, str]] = set()
    for key in found.before.keys() | found.after.keys():
        states = [states[key] for states in (found.before, found.after) if key in states]
        unknown = {field for state in states for field in STATE_FIELDS if state.value(field) is UNKNOWN}
        if any(all(state.value(field) is UNKNOWN for field in STATE_FIELDS) for state in states):
            unknown |= {"target", "task"}
        unsure |= {(state.target, field) for state in states for field in unknown}
    return unsure


def true_changes(before: dict[int, TaskTruth], after: dict[int, TaskTruth]) -> set[tuple[object, ...]]:
    """The differences, a target that went and came again being one."""
    pairs = [(before.get(key), after.get(key)) for key in before.keys() | after.keys()]
    gone = {old.target: old for old, new in pairs if old is not None and new is None}
    changes: set[tuple[object, ...]] = set()
    for old, new in pairs:
        if new is None:
            continue
        was = old or gone.pop(new.target, None)
        if was is None:
            changes.add((new.target, "task", None, new.target))
            continue
        changes |= {
            (new.target, field, getattr(was, field), getattr(new, field))
            for field in (*STATE_FIELDS, "target")
            if getattr(was, field) != getattr(new, field)
        }
    return changes | {(target, "task", target, None) for target in gone}
