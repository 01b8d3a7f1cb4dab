"""The cassette in the project: whole, without a network, and what the client asks for today."""

from __future__ import annotations

import json

from lptrack.model import Absence
from tests.doubles.launchpad import build_cassette
from tests.doubles.launchpad.build_cassette import CASSETTE, MISSING
from tests.doubles.launchpad.recorded import Recorded
from tests.trackers.launchpad.conftest import Reading


def test_the_cassette_gives_every_recorded_bug_and_needs_no_server(read: Reading) -> None:
    numbers = Recorded().numbers()
    live = read([*numbers, *MISSING])
    replayed = read([*numbers, *MISSING], cassette=CASSETTE, roots={"launchpad": "production"})
    assert replayed.budget.requests == 0
    assert replayed.facts == live.facts
    for number in numbers:
        assert replayed.fetched[number].entries == live.fetched[number].entries
        assert replayed.fetched[number].observation.tags == live.fetched[number].observation.tags
        assert replayed.fetched[number].observation.url == f"http://bugs.launchpad.test/bugs/{number}"
    assert {each.reason for each in replayed.unresolved.values()} == {Absence.NOT_VISIBLE}


def test_a_bug_that_it_does_not_hold_is_said_by_its_request(read: Reading) -> None:
    absent = read([5], cassette=CASSETTE, roots={"launchpad": "production"}).unresolved[5]
    assert absent.reason is Absence.UNREACHABLE
    assert "does not hold GET http://api.launchpad.test/devel/bugs/5" in absent.detail


def test_it_is_what_the_script_makes_and_tells_where_it_is_from() -> None:
    held = json.loads(CASSETTE.read_text("utf-8"))
    assert held == build_cassette.build()
    assert held["about"].startswith(
        "recorded from Launchpad's own code (source of July 2025) run locally on made-up bugs"
    )
    text = CASSETTE.read_text("utf-8")
    assert "wadl" not in text.lower()
    assert CASSETTE.stat().st_size < 1 << 20
