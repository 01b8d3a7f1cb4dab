"""Trends by stretches equal those built meeting by meeting, and their work does not grow with the meetings."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from lptrack.join import matrix
from lptrack.join.evidence import Evidence, load_evidence
from lptrack.join.matrix import build_trends
from lptrack.join.model import Endpoint, Window
from lptrack.join.states import build_states
from lptrack.join.states_without_history import build_without_history
from lptrack.join.window import build_window
from lptrack.model import UNKNOWN, BugKey
from lptrack.storage.store import Store
from lptrack.trackers import words_of
from tests.storage.lives import (
    day,
    make_announcement,
    make_fetched,
    make_history,
    make_log,
    make_meeting,
    make_reference,
    make_task,
)

STATUSES = ("New", "Confirmed", "Triaged", "Fix Released", "Incomplete")


def fill(store: Store, dice: Random, meetings: int) -> None:
    """Meetings of different lengths that overlap, one without a day; bugs that bots and reads tell of."""
    for place in range(meetings):
        start = day(place + dice.choice((0, 0.5, -0.4)))
        meeting = make_meeting(start if place else None, hours=dice.choice((1, 30, 60)))
        said = [make_announcement(meeting, each, dice.randrange(1, 9), "linux", dice.choice(STATUSES), at=start +
                timedelta(minutes=each)) for each in range(3)]  # fmt: skip
        more = [make_reference(meeting, 20 + each, dice.randrange(1, 12)) for each in range(2)]
        store.take_in(make_log([meeting], [*said, *more], source=f"{place}.log"), day(99))
    for number in (1, 2, 3):  # with a history, read in the middle: what bots told since may be newer
        steps = sorted(dice.sample(range(meetings // 3), 3))
        lives = {"linux": [(day(at), dice.choice(STATUSES)) for at in steps]}
        read_at = day(dice.randrange(steps[-1], meetings // 2))
        tasks = [make_task("linux", lives["linux"][-1][1])]
        store.record(make_fetched(number, tasks, read_at), make_history(number, lives, read_at))
    for number in (4, 5):  # read, but without a history
        for at in sorted(dice.sample(range(meetings), 2)):
            store.record(make_fetched(number, [make_task("linux", dice.choice(STATUSES))], day(at)), None)


def load(store: Store) -> tuple[Evidence, Window]:
    evidence = load_evidence(store, day(99), day(0), across=True)
    return evidence, build_window(evidence, Endpoint(None, day(0)), Endpoint(None, day(99)))


def count_by_meeting(evidence: Evidence, window: Window) -> list[Counter[str]]:
    """The same sums the long way: every bug built for every meeting since it was first named."""
    places = {meeting.id: place for place, meeting in enumerate(window.meetings)}
    sums: list[Counter[str]] = [Counter() for _ in window.meetings]
    for bug in window.bugs:
        first = places[window.raised[bug].first or ""]
        row = evidence.bugs.get(bug)
        for place, meeting in enumerate(window.meetings[first:], first):
            start = meeting.started_at
            if start is None:
                continue
            if row is None or not row.has_history:
                states = build_without_history(bug, evidence, meeting.ended_at or start)[0]
            elif bug in evidence.mixed and row.read_at < start:
                states = list(build_states(evidence, Endpoint(meeting, start), only={bug}).tasks.values())
            else:
                for span in evidence.spans:
                    if span.bug == bug and span.since <= start and (span.until is None or start < span.until):
                        late = "unchecked" if row.read_at < start else str(span.status)
                        sums[place]["unknown" if span.status is UNKNOWN else late] += 1
                continue
            for state in states:
                if state.status is UNKNOWN:
                    sums[place]["unknown"] += 1
                elif state.observed_at < start.replace(second=0, microsecond=0):
                    sums[place]["unchecked"] += 1
                else:
                    sums[place][str(state.status)] += 1
    return sums


@pytest.mark.parametrize("seed", range(30))
def test_trends_equal_those_built_meeting_by_meeting(seed: int) -> None:
    with Store.open(":memory:", clock=lambda: day(99)) as store:
        fill(store, Random(seed), 14)
        evidence, window = load(store)
        trends = build_trends(evidence, window)
        expected = count_by_meeting(evidence, window)
    closed = {name for name in STATUSES if words_of("launchpad").is_closed(name)}
    assert list(trends.unknown) == [each["unknown"] for each in expected]
    assert list(trends.unchecked) == [each["unchecked"] for each in expected]
    assert list(trends.closed) == [sum(each[name] for name in closed) for each in expected]
    assert {name: list(sums) for name, sums in trends.by_status.items()} == {
        name: [each[name] for each in expected] for name in sorted({n for e in expected for n in e} & set(STATUSES))
    }
    assert evidence.mixed, "no bug with words after its read: the test shows less than it should"


def test_states_are_built_as_often_as_something_was_told_however_many_meetings_there_are(monkeypatch) -> None:
    built: list[object] = []
    real = build_without_history

    def build(bug: BugKey, *given: Any) -> object:
        built.append(bug)
        return real(bug, *given)

    monkeypatch.setattr(matrix, "build_without_history", build)

    def count_builds(meetings: int) -> int:
        built.clear()
        with Store.open(":memory:", clock=lambda: day(999)) as store:
            for place in range(meetings):
                meeting = make_meeting(day(place))
                said = [make_announcement(meeting, 1, 1, "linux", "New")] if place < 3 else []
                store.take_in(make_log([meeting], [*said, make_reference(meeting, 2, 1)], source=f"{place}"), day(99))
            evidence = load_evidence(store, day(999), across=True)
            window = build_window(evidence, None, Endpoint(None, day(999)))
            build_trends(evidence, window)
        return len(built)

    assert count_builds(20) == count_builds(80) <= 6
