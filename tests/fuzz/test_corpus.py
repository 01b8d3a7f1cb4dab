"""Every input that once made a parser give way, and a little fresh damage for each: nothing gives way any more."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.fuzz.running import CORPUS, try_input
from tests.fuzz.targets import TARGETS, Target

FOUND = sorted(path for path in CORPUS.glob("*/*") if path.is_file())
BY_NAME = {target.name: target for target in TARGETS}


@pytest.mark.parametrize("path", FOUND, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_was_found_is_mended(path: Path) -> None:
    failure = try_input(BY_NAME[path.parent.name], path.read_bytes())
    assert failure is None, f"{failure.kind}: {failure.words}"


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_whole_and_lightly_damaged_inputs_hold(target: Target) -> None:
    seeds = target.seeds()
    chance = random.Random(target.name)
    for data in (seeds[0], *(target.damage(chance.choice(seeds), seeds, chance) for _ in range(3))):
        failure = try_input(target, data)
        assert failure is None, f"{failure.kind}: {failure.words}"
