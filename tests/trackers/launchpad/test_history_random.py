"""Random lives in a made-up Launchpad, rebuilt from their logs: equal to the truth or unknown, never wrong."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from lptrack.model import STATE_FIELDS, UNKNOWN, BugHistory
from lptrack.trackers.launchpad.history import build_history
from tests.doubles.launchpad.old_format import move_facts, move_life, write_old
from tests.doubles.launchpad.random_lives import Living, build_world, live
from tests.doubles.launchpad.world import TaskTruth
from tests.doubles.launchpad.world_answers import read_world
from tests.history_oracle import state_at
from tests.trackers.launchpad.hard_lives import HardLife, load_hard_lives

Score = tuple[Counter[str], list[str]]


def score(seed: int, *, silent: bool, facts: bool) -> Score:
    """One life, rebuilt at its end and compared after each of its steps."""
    random = Random(seed)
    world = build_world()
    truth = list(live(Living(world, 1, random, silent=silent), random.randint(5, 40)))
    world.wait(timedelta(hours=1))
    observation, entries, known = read_world(world, 1)
    history = build_history(observation, entries, known if facts else {}, world.now)
    return compare(history, truth, f"seed {seed}", world.present_name)


def compare(
    history: BugHistory,
    truth: Iterable[tuple[datetime, Iterable[TaskTruth]]],
    name: str,
    present: Callable[[str], str] = lambda target: target,
) -> Score:
    """Each value after each step against the truth; and in words what is wrong.

    ``present``: what a target is called at the end. Nothing tells when a series was renamed: either name will do.
    """
    count: Counter[str] = Counter()
    wrong: list[str] = []
    for step, (at, tasks) in enumerate(truth):
        where = f"{name} step {step}"
        spans = {span.target: span for _, span in state_at(history, at)}
        for task in tasks:
            span = spans.pop(task.target, None) or spans.pop(present(task.target), None)
            if span is None:
                wrong.append(f"{where}: {task.target} is missing")
                continue
            for field in STATE_FIELDS:
                said = getattr(span, field)
                if said is UNKNOWN:
                    count["unknown"] += 1
                elif said == getattr(task, field):
                    count["right"] += 1
                else:
                    wrong.append(f"{where}: {task.target} {field} {said!r}, truly {getattr(task, field)!r}")
        for target, span in spans.items():  # one whose birth nothing tells may be there too early, but says nothing
            if any(getattr(span, field) is not UNKNOWN for field in STATE_FIELDS):
                wrong.append(f"{where}: {target} was not there")
    return count, wrong


@pytest.mark.parametrize("facts", [True, False], ids=["with facts", "without facts"])
@pytest.mark.parametrize("life", load_hard_lives(), ids=lambda life: f"{life.seed}")
def test_lives_that_were_once_rebuilt_wrongly(life: HardLife, facts: bool) -> None:
    """Names after deletions, copies of Won't Fix, watches without facts, merged assignees: recorded, as they were."""
    history = build_history(life.observation, life.entries, life.facts if facts else {}, life.read_at)
    assert compare(history, life.truth, f"seed {life.seed}")[1] == []


@pytest.mark.parametrize("silent", [False, True], ids=["logged", "silent"])
def test_random_lives_are_rebuilt_or_called_unknown(silent: bool) -> None:
    total: Counter[str] = Counter()
    for seed in range(500):
        count, wrong = score(seed, silent=silent, facts=True)
        assert wrong == []
        total += count
    assert total["unknown"] / total.total() < 0.06


def score_old(seed: int, *, silent: bool, facts: bool) -> Score:
    """One life of 2008, or across the change of format in spring 2009; of a time without API, deletion, retargeting.

    Retargetings had no row: a task that went elsewhere and came back, or changed names with another, shows nowhere.
    """
    random = Random(seed)
    world = build_world()
    living = Living(world, 1, random, silent=silent)
    without = {living._delete, living._retarget, living._add}
    living.steps = [(weight, act) for weight, act in living.steps if act not in without]

    def add() -> None:
        world.add_task(living.bug, living.by, living._place())

    living.steps.append((6, add))
    truth = list(live(living, random.randint(5, 40)))
    world.wait(timedelta(hours=1))
    ends = datetime(2009, 4, 1, tzinfo=UTC)
    pivot = truth[len(truth) // 2][0] if seed % 2 else truth[-1][0] + timedelta(days=300)
    shift = ends - pivot
    observation, entries, known = read_world(world, 1)
    observation, entries = move_life(observation, entries, shift)
    history = build_history(
        observation, write_old(entries, ends), move_facts(known, shift) if facts else {}, world.now + shift
    )
    return compare(history, [(at + shift, tasks) for at, tasks in truth], f"seed {seed}")


@pytest.mark.parametrize("facts", [True, False], ids=["with facts", "without facts"])
@pytest.mark.parametrize("silent", [False, True], ids=["logged", "silent"])
def test_lives_in_the_old_format_are_rebuilt_or_called_unknown(silent: bool, facts: bool) -> None:
    total: Counter[str] = Counter()
    for seed in range(150):
        count, wrong = score_old(seed, silent=silent, facts=facts)
        assert wrong == []
        total += count
    assert total["right"] > 10_000


SETTINGS = [
    pytest.param(each, silent, facts, id=f"{name}-{'silent' if silent else 'logged'}-{'facts' if facts else 'none'}")
    for name, each in (("today", score), ("old", score_old))
    for silent in (False, True)
    for facts in (True, False)
]


@pytest.mark.slow
@pytest.mark.parametrize(("lives", "silent", "facts"), SETTINGS)
def test_many_random_lives(lives: Callable[..., Score], silent: bool, facts: bool) -> None:
    """As many lives a setting as LPTRACK_LIVES says (20,000), none with a wrong or a missing value."""
    total: Counter[str] = Counter()
    wrong: list[str] = []
    for seed in range(int(os.environ.get("LPTRACK_LIVES", "20000"))):
        count, mistakes = lives(seed, silent=silent, facts=facts)
        total += count
        wrong += mistakes[:1]
    print(f"{dict(total)}, unknown {total['unknown'] / total.total():.2%}, lives with a mistake {len(wrong)}")
    assert wrong == []


def test_without_facts_random_lives_are_never_wrong() -> None:
    for seed in range(300):
        assert score(seed, silent=True, facts=False)[1] == []


def test_nothing_told_of_the_future_changes_the_past() -> None:
    """A longer log only ever makes known what was unknown, or unknown what fades: no two reads contradict."""
    for seed in range(60):
        random = Random(seed)
        world = build_world()
        living = Living(world, 1, random, silent=False)
        reads = []
        for _ in live(living, 25):
            reads.append((world.now, read_world(world, 1)))
        histories = [(at, build_history(*read, at)) for at, read in reads]
        last = histories[-1][1]
        for at, history in histories[::5]:
            then = {span.target: span for _, span in state_at(history, at)}
            for _, span in state_at(last, at):
                if span.target in then:
                    for field in STATE_FIELDS:
                        one, other = getattr(span, field), getattr(then[span.target], field)
                        assert UNKNOWN in (one, other) or one == other
