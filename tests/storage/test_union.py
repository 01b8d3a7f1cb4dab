"""Two databases become one: nothing doubled, nothing lost, and the same one whichever is merged into the other."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial

import pytest

from lptrack.errors import StorageError
from lptrack.model import BugKey, LogEntry
from lptrack.storage.store import Store
from lptrack.storage.union.merge import Merged, open_export
from tests.storage.hosts import Host, World, build
from tests.storage.lives import (
    day,
    make_announcement,
    make_fetched,
    make_log,
    make_meeting,
    make_reference,
    make_task,
)

Lines = list[str]


def export(store: Store) -> Lines:
    return list(store.export_lines(["ana"]))


@contextmanager
def opened(lines: Lines | None = None) -> Iterator[Store]:
    with Store.open(":memory:", clock=lambda: day(100)) as store:
        if lines:
            store.import_lines(lines)
        yield store


def merge(store: Store, lines: Lines) -> Merged:
    with open_export(lines) as incoming:
        return store.merge(incoming, build)


def join(one: Lines, two: Lines) -> Lines:
    with opened(one) as store:
        merge(store, two)
        return export(store)


def make_hosts(seed: int, number: int) -> list[Lines]:
    """Machines' exports; every third time all but the first were set up with a copy of the first, midway."""
    dice = random.Random(seed)
    world = World(dice)
    with ExitStack() as stack:
        hosts = [Host(world, stack.enter_context(opened()), None)]
        for _ in range(dice.randint(0, 12)):
            hosts[0].act()
        copied = export(hosts[0].store) if seed % 3 == 0 else []
        while len(hosts) < number:
            login = "ana" if (seed + len(hosts)) % 2 else None
            hosts.append(Host(world, stack.enter_context(opened(copied)), login))
        for _ in range(dice.randint(2, 15 * number)):
            dice.choice(hosts).act()
        return [export(host.store) for host in hosts]


@pytest.mark.parametrize("seed", range(60))
def test_either_order_gives_the_same_and_again_changes_nothing(seed):
    one, two = make_hosts(seed, 2)
    united = join(one, two)
    assert united == join(two, one)
    assert join(one, one) == one
    assert join(united, one) == united
    assert join(united, two) == united
    assert join(one, united) == united


@pytest.mark.parametrize("seed", range(30))
def test_nothing_is_doubled_and_nothing_lost(seed):
    one, two = make_hosts(seed, 2)
    with opened(one) as first, opened(two) as second, opened(join(one, two)) as united:
        assert list(united.find_faults(build)) == []
        lines = Counter((each.bug, each.meeting, each.line) for each in united.load_mentions())
        assert set(lines.values()) <= {1}
        for store in (first, second):
            assert {each.id for each in store.load_meetings()} <= {each.id for each in united.load_meetings()}
            assert set(store.load_bugs()) <= set(united.load_bugs())
            assert set(store.load_referenced()) <= set(united.load_referenced())
        for bug, row in united.load_bugs().items():
            reads = [(store.load_bugs()[bug].read_at, store) for store in (first, second) if bug in store.load_bugs()]
            newest, store = max(reads, key=lambda read: read[0])
            assert row.read_at == newest
            statuses = [[(task.since, task.status) for task in each.load_tasks([bug])] for each in (store, united)]
            assert statuses[0] == statuses[1]


@pytest.mark.parametrize("seed", range(20))
def test_an_earlier_day_can_still_be_seen(seed):
    one, two = make_hosts(seed, 2)
    with opened(join(one, two)) as united:
        for at in (day(21), day(24.5), day(30), day(100)):
            with united.as_known_at(at, build) as earlier:
                lines = Counter((each.bug, each.meeting, each.line) for each in earlier.load_mentions())
                assert set(lines.values()) <= {1}
                entries = earlier.database.load(
                    "SELECT tracker, number, position FROM log_entries WHERE superseded_at IS NULL"
                )
                assert len(entries) == len(set(entries))


def test_three_machines_know_the_same_in_any_order():
    for seed in range(10):
        one, two, three = make_hosts(seed, 3)
        tables = []
        for order in ((one, two, three), (three, one, two), (two, three, one)):
            rows = [json.loads(line) for line in join(join(order[0], order[1]), order[2])]
            in_force = [
                (each["row"]["digest"], each["row"]["reading"])
                for each in rows
                if each.get("table") == "logs" and each["row"]["superseded_at"] is None
            ]
            spans = [str(each["row"]) for each in rows if each.get("table") == "task_spans"]
            tables.append((sorted(in_force), spans))
        assert tables[0] == tables[1] == tables[2]


def test_the_same_file_read_at_two_moments_is_one_and_is_told():
    meeting = make_meeting(day(1))
    early = [make_reference(meeting, 1, 11)]
    late = [*early, make_announcement(meeting, 2, 12, "linux", "New")]
    with opened() as here, opened() as there:
        here.take_in(make_log([meeting], early, source="https://logs.example/a"), day(2))
        there.take_in(make_log([meeting], late, source="https://logs.example/a"), day(3))
        merged = merge(here, export(there))
        assert merged.conflicts == (
            "https://logs.example/a: the two databases read it differently; the reading of 2018-01-04T00:00Z counts",
        )
        assert [mention.bug.number for mention in here.load_mentions()] == [11, 12]


def test_two_machines_logs_of_one_name_are_two():
    """Not a conflict: `logs/a.log` of one machine is another file than that of the other."""
    with opened() as here, opened() as there:
        for store, start in ((here, 1), (there, 2)):
            meeting = make_meeting(day(start))
            store.take_in(make_log([meeting], [make_reference(meeting, 1, 10 + start)], source="logs/a.log"), day(3))
        assert merge(here, export(there)).conflicts == ()
        assert {mention.bug.number for mention in here.load_mentions()} == {11, 12}


def test_the_same_bytes_read_with_another_zone_count_once():
    with opened() as here, opened() as there:
        for store, hour in ((here, 0), (there, 0.25)):
            meeting = make_meeting(day(1 + hour))
            log = make_log([meeting], [make_reference(meeting, 1, 11)], source=f"{hour}.log")
            store.take_in(replace(log, digest="d" * 64), day(3 + hour))
        merged = merge(here, export(there))
        assert len(merged.conflicts) == 1
        assert "differently" in merged.conflicts[0]
        assert [mention.meeting for mention in here.load_mentions()] == [make_meeting(day(1.25)).id]


def read(store: Store, at: float, statuses: list[str], **more) -> None:
    entries = [LogEntry(n, day(n + 1), "ana", "linux: status", None, new) for n, new in enumerate(statuses)]
    fetched = make_fetched(11, [make_task("linux", statuses[-1])], day(at), entries=entries, **more)
    store.record(fetched, build(fetched.observation, fetched.entries, {}, day(at)))


def test_the_newest_history_of_a_bug_wins_whole_and_the_difference_is_told():
    with opened() as here, opened() as there:
        read(here, 10, ["Triaged", "Fix Released"])
        read(there, 12, ["Confirmed"])
        assert merge(here, export(there)).conflicts == (
            "launchpad bug 11: its log reads differently in the two; the newer read counts",
        )
        tasks = list(here.load_tasks([BugKey("launchpad", 11)]))
        assert [task.status for task in tasks] == ["New", "Confirmed"]
        assert list(here.find_faults(build)) == []


def test_a_read_of_a_wrong_clock_does_not_win():
    """The machine whose clock was in the future has read the bug again since, with a right one."""
    with opened() as here, opened() as there:
        read(here, 500, ["Fix Released"])
        read(here, 20, ["Triaged"])
        read(there, 10, ["Confirmed"])
        merge(here, export(there))
        assert [task.status for task in here.load_tasks([BugKey("launchpad", 11)])] == ["New", "Triaged"]


def test_databases_of_two_services_are_not_mixed():
    with opened() as here, opened() as there:
        read(here, 10, ["Triaged"])
        read(there, 12, ["Confirmed"])
        lines = [line.replace("https://bugs.example", "https://staging.example") for line in export(there)]
        there.database.execute("UPDATE observations SET url = replace(url, 'bugs.', 'staging.')")
        before = export(here)
        with pytest.raises(StorageError, match=r"different trackers: launchpad is at https://bugs\.example"):
            merge(here, export(there))
        with pytest.raises(StorageError, match="not whole, or was changed"):
            merge(here, lines)
        assert export(here) == before


def test_a_post_that_both_made_is_told():
    with opened() as here, opened() as there:
        for store, at, reference in ((here, 1, "17"), (there, 2, "18")):
            store.clock = partial(day, at)
            store.begin_delivery(("forum", "kestrel", "report", "w"), "d")
            store.confirm_delivery(("forum", "kestrel", "report", "w"), reference)
        assert "both databases posted report w of kestrel" in merge(here, export(there)).conflicts[0]
        assert here.load_delivery(("forum", "kestrel", "report", "w")).reference == "18"
