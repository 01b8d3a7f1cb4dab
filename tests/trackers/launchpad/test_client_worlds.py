"""Random lives read over HTTP, with resets, 503 and cut bodies: the history is what the world itself would give."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from lptrack.model import Absence, BugHistory
from lptrack.trackers.launchpad.history import build_history
from tests.doubles.launchpad.faults import Fault, Faults
from tests.doubles.launchpad.random_lives import Living, build_world, live
from tests.doubles.launchpad.server import LoopbackLaunchpad
from tests.doubles.launchpad.world_answers import WorldCatalogue, read_world
from tests.trackers.launchpad.conftest import Reading


@pytest.mark.parametrize("seed", range(8))
def test_what_comes_over_a_bad_network_tells_the_same_life(
    server: LoopbackLaunchpad, read: Reading, seed: int
) -> None:
    world, random = build_world(), Random(seed)
    for _ in live(Living(world, 1, random, silent=True), random.randint(5, 40)):
        pass
    server.catalogue, server.page = WorldCatalogue(world), 10
    server.faults = Faults({Fault.BUSY: 0.1, Fault.RESET: 0.1, Fault.TRUNCATE: 0.1}, seed)
    observation, entries, facts = read_world(world, 1)
    found = read([1])
    if absent := found.unresolved.get(1):
        assert absent.reason is Absence.UNREACHABLE or observation.private
        return
    fetched = found.fetched[1]
    assert fetched.entries == entries
    shown = [(task.target, task.package, task.series, task.status, task.assignee, task.milestone)
             for task in fetched.observation.tasks]  # fmt: skip
    assert shown == [(task.target, task.package, task.series, task.status, task.assignee, task.milestone)
                     for task in observation.tasks]  # fmt: skip

    def life(history: BugHistory) -> BugHistory:
        return replace(history, read_at=world.now)

    over_http = build_history(fetched.observation, fetched.entries, found.facts, world.now)
    assert life(over_http) == life(build_history(observation, entries, facts, world.now))
