"""Numbers agree: headline, sections, gates, trends, status and JSON of random worlds, and no change is left off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from random import Random

from lptrack.ci.gates import judge_gates, parse_gate
from lptrack.join.evidence import load_evidence
from lptrack.join.matrix import build_trends
from lptrack.join.model import Endpoint, Trends, Window
from lptrack.join.status import Status, build_status
from lptrack.join.window import build_window
from lptrack.model import BugKey
from lptrack.report.arrange import build_report
from lptrack.report.counts import count_bugs
from lptrack.report.model import Report, Row, Section, SectionKey
from lptrack.report.records import report_json
from lptrack.report.wording import NOBODY, NONE, say_value
from lptrack.storage.store import Store
from lptrack.trackers.interface import Fetched
from lptrack.trackers.launchpad.history import build_history
from tests.doubles.launchpad.random_lives import Living, build_world
from tests.doubles.launchpad.world_answers import read_world
from tests.storage.lives import make_log, make_meeting, make_reference

WORLDS = 200
CHANGED = (SectionKey.BACKWARDS, SectionKey.CLOSED, SectionKey.FORWARD, SectionKey.OTHER)


@cache
def worlds() -> tuple[tuple[int, Report, Trends, Status], ...]:
    return tuple(_live(seed) for seed in range(WORLDS))


def _live(seed: int) -> tuple[int, Report, Trends, Status]:
    """A few bugs that live side by side between two meetings that speak of all of them, read at the end."""
    dice, world = Random(seed), build_world()
    lives = [Living(world, number, dice, silent=False) for number in range(1, dice.randint(3, 6))]
    for _ in range(dice.randint(4, 25)):
        dice.choice(lives).step()
    first = make_meeting(world.now)
    for _ in range(dice.randint(4, 25)):
        dice.choice(lives).step()
    world.wait(timedelta(hours=1))
    last = make_meeting(world.now)
    numbers = [one.bug.number for one in lives]
    with Store.open(":memory:") as store:
        for number in numbers:
            observation, entries, facts = read_world(world, number)
            history = build_history(observation, entries, facts, world.now)
            store.record(Fetched(observation, entries, world.now), history)
        for meeting in (first, last):
            spoken = [make_reference(meeting, line, number) for line, number in enumerate(numbers, 1)]
            store.take_in(make_log([meeting], spoken, source=f"{meeting.id}.log"), world.now)
        assert first.started_at is not None
        assert last.started_at is not None
        end = Endpoint(last, last.started_at)
        evidence = load_evidence(store, end.at, first.started_at, across=True)
        window = build_window(evidence, Endpoint(first, first.started_at), end)
        return seed, build_report(window), build_trends(evidence, window), build_status(evidence, end)


def rows(report: Report, *keys: SectionKey) -> Iterator[Row]:
    for block in report.page.blocks:
        if isinstance(block, Section) and block.key in keys:
            yield from block.rows


def value_of(gate: str, window: Window) -> tuple[float, set[BugKey]]:
    result = judge_gates([parse_gate(gate)], window, ())[0]
    return result.value, set(result.bugs)


def test_the_parts_of_the_headline_add_up_to_its_total() -> None:
    moved = 0
    for seed, report, _, _ in worlds():
        counts = count_bugs(report.window)
        parts = [bugs for _, bugs in counts.parts()]
        assert counts.moved == len(frozenset().union(*parts)), seed
        if counts.moved:
            assert report.page.headline.startswith(f"{counts.moved} of {len(report.window.bugs)} bug"), seed
            for words, bugs in counts.parts():
                assert (f"{len(bugs)} {words}" in report.page.headline) == bool(bugs), (seed, words)
        assert report_json(report.window, report.page.headline)["headline"] == report.page.headline
        moved += counts.moved
    assert moved > WORLDS


def test_the_bugs_of_the_headline_are_those_of_the_sections_of_changes() -> None:
    for seed, report, _, _ in worlds():
        counts = count_bugs(report.window)
        flaps = {still.state.bug for still in report.window.unchanged if still.flap}
        shown = {row.bug for row in rows(report, *CHANGED)}
        counted = frozenset().union(*(bugs for _, bugs in counts.parts()))
        assert counted <= shown <= counted | flaps, (seed, counted ^ shown, report.page.headline)
        closed = {row.bug for row in rows(report, SectionKey.CLOSED)}
        assert counts.fixed | counts.closed <= closed, (seed, counts.fixed | counts.closed, closed)
        assert counts.reopened <= {row.bug for row in rows(report, SectionKey.BACKWARDS)}, seed


def test_no_change_that_json_has_is_missing_from_the_page() -> None:
    found = 0
    for seed, report, _, _ in worlds():
        texts: dict[BugKey, str] = {}
        for row in rows(report, *CHANGED):
            texts[row.bug] = (
                texts.get(row.bug, "") + "\n" + "; ".join(f"{cell.text} ({cell.note})" for cell in row.cells.values())
            )
        for change in report.window.changes:
            text = texts.get(change.bug, "")
            for value in (change.before, change.after):
                nobody = NOBODY if change.field == "assignee" else NONE
                told = say_value(value, nobody)
                if change.field == "duplicate_of":
                    told = f"duplicate of #{change.after or change.before}"
                short = f"{change.package} ({change.series})"  # of a target
                assert told in text or short in text or (change.field == "task" and value is None), (
                    seed,
                    change,
                    text,
                )
            found += 1
    assert found > 2 * WORLDS


def test_gates_count_what_the_page_shows() -> None:
    compared = 0
    for seed, report, _, _ in worlds():
        window, counts = report.window, count_bugs(report.window)
        assert value_of("reopened", window)[1] == counts.reopened, seed
        assert value_of("new", window)[1] == counts.new, seed
        assert value_of("backwards", window)[1] == {row.bug for row in rows(report, SectionKey.BACKWARDS)}, seed
        value, bugs = value_of("unowned", window)
        unowned = list(rows(report, SectionKey.UNOWNED))
        assert (value, bugs) == (len(unowned), {row.bug for row in unowned}), seed
        compared += len(unowned)
    assert compared > WORLDS / 2


def test_trends_end_where_the_table_of_all_bugs_does() -> None:
    for seed, report, trends, _ in worlds():
        shown = [row for row in rows(report, SectionKey.ALL) if row.state is not None and not row.state.folded]
        counted = trends.open[-1] + trends.closed[-1] + trends.unknown[-1] + trends.unchecked[-1]
        assert counted == len(shown), (seed, counted, len(shown))


def test_status_tells_the_states_that_the_report_ends_with() -> None:
    for seed, report, _, status in worlds():
        assert {(s.bug, s.task): s.status for s in status.tasks} == {
            key: state.status for key, state in report.window.after.items()
        }, seed
