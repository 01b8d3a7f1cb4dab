"""Reading bugs from a real HTTP server: how few requests, what is an answer, and what a bad day leaves standing."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lptrack.errors import UsageError
from lptrack.model import LAUNCHPAD, Absence, BugKey
from lptrack.net.settings import Settings
from lptrack.trackers.interface import FactsRead, Fetched, Wanted
from lptrack.trackers.launchpad import LAUNCHPAD_TRACKER
from lptrack.trackers.launchpad.client import needed_facts
from tests.doubles.launchpad.catalogue import Body
from tests.doubles.launchpad.faults import Fault, Faults
from tests.doubles.launchpad.recorded import Recorded
from tests.doubles.launchpad.server import LoopbackLaunchpad
from tests.trackers.launchpad.conftest import Reading

MISSING = 3999999


def test_a_bug_is_three_requests_and_two_for_all_of_them(
    server: LoopbackLaunchpad, catalogue: Recorded, read: Reading
) -> None:
    found = read(catalogue.numbers())
    bugs = len(catalogue.numbers())
    assert server.counts() == {"bug": bugs, "bug_tasks": bugs, "activity": bugs, "series": 1, "other": 1}
    assert len(found.fetched) == bugs
    assert found.budget.requests == 3 * bugs + 2
    assert found.facts.keys() == {"series:/ubuntu", "focus:/unity-shell"}
    assert server.most_at_once <= 4


def test_it_reads_what_launchpad_says(catalogue: Recorded, read: Reading) -> None:
    one = read([2900001]).fetched[2900001].observation
    assert one.title == "Laptop: does not resume (was: suspend)"
    assert one.url.endswith("/bugs/2900001")
    assert not one.private
    shown = [(task.target, task.package, task.series, task.status, task.importance) for task in one.tasks]
    assert shown == [
        ("compiz-nine", None, None, "Incomplete", "Low"),
        ("gtk+3.0 (Ubuntu)", "gtk+3.0", None, "Triaged", "High"),
        ("linux-lts-raring (Ubuntu)", "linux-lts-raring", None, "New", "Undecided"),
        ("gtk+3.0 (Ubuntu Precise)", "gtk+3.0", "precise", "Does Not Exist", "Low"),
        ("linux-lts-raring (Ubuntu Saucy)", "linux-lts-raring", "saucy", "New", "Undecided"),
    ]
    assert len(read([2900001]).fetched[2900001].entries) == len(catalogue.activity(2900001))


def test_facts_come_before_the_bugs_that_need_them(catalogue: Recorded, read: Reading) -> None:
    told: set[str] = set()
    for answer in read(catalogue.numbers()).order:
        if isinstance(answer, FactsRead):
            told |= answer.facts.keys()
        elif isinstance(answer, Fetched):
            assert needed_facts(answer.observation.tasks, answer.entries) <= told


def test_within_freshness_nothing_is_asked_404s_neither(
    server: LoopbackLaunchpad, catalogue: Recorded, read: Reading, tmp_path: Path
) -> None:
    bugs = [*catalogue.numbers(), MISSING]
    cold = read(bugs, cache=tmp_path)
    server.forget()
    warm = read(bugs, cache=tmp_path)
    assert server.seen == []
    assert warm.budget.requests == 0
    assert warm.unresolved == cold.unresolved
    for number, each in cold.fetched.items():
        again = warm.fetched[number]
        assert (again.observation, again.entries) == (each.observation, each.entries)
        assert abs(again.read_at - each.read_at) < timedelta(seconds=5)


@pytest.mark.parametrize("cached", [True, False])
def test_a_refresh_of_bugs_that_did_not_move_is_two_requests_one_of_them_a_304(
    server: LoopbackLaunchpad, catalogue: Recorded, read: Reading, tmp_path: Path, cached: bool
) -> None:
    cache = tmp_path if cached else None
    cold = read(catalogue.numbers(), cache=cache)
    server.forget()
    again = read(cold.known(), cache=cache, refresh=True)
    bugs = len(catalogue.numbers())
    counts = server.counts()
    assert (counts["bug"], counts["bug_tasks"], counts["activity"]) == (bugs, bugs, 0)
    assert counts["304"] == again.budget.revalidated == bugs
    for number, each in cold.fetched.items():
        assert again.fetched[number].observation == each.observation
        assert again.fetched[number].entries == each.entries
        assert again.fetched[number].read_at > each.read_at


def test_a_refresh_of_a_bug_that_moved_is_three(
    server: LoopbackLaunchpad, catalogue: Recorded, read: Reading, tmp_path: Path
) -> None:
    snapshots = catalogue.snapshots(2900001)
    catalogue.set_back(2900001, snapshots[0])
    before = read([2900001], cache=tmp_path)
    for snapshot in snapshots[1:]:
        catalogue.set_back(2900001, snapshot)
        server.forget()
        after = read(before.known(), cache=tmp_path)
        whole = read([2900001]).fetched[2900001]
        assert after.fetched[2900001].observation == whole.observation
        assert after.fetched[2900001].entries == whole.entries
        assert server.counts()["activity"] == 2  # one of them the comparison's
        before = after


def test_a_task_that_changed_while_the_bugs_etag_stood_still_is_seen(
    server: LoopbackLaunchpad, catalogue: Recorded, read: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An approved nomination, a deleted task, a task added through the API: none moves the bug's ETag."""
    tasks = catalogue.tasks(2900001)
    with monkeypatch.context() as patch:
        patch.setattr(Recorded, "tasks", lambda _self, _number: tasks[1:])
        before = read([2900001])
    server.forget()
    after = read(before.known())
    assert server.counts()["304"] == 1
    assert server.counts()["activity"] == 1
    assert len(after.fetched[2900001].observation.tasks) == len(tasks)


def test_a_bug_that_became_private_is_not_visible_any_more(
    server: LoopbackLaunchpad, catalogue: Recorded, read: Reading
) -> None:
    before = read([2900001])
    catalogue.private = {2900001: frozenset({"pete"})}
    after = read(before.known())
    assert after.unresolved[2900001].reason is Absence.NOT_VISIBLE
    assert after.unresolved[2900001].detail == "HTTP 404"


def test_refresh_asks_again_about_what_the_cache_has(
    server: LoopbackLaunchpad, read: Reading, tmp_path: Path
) -> None:
    read([2900001, MISSING], cache=tmp_path)
    server.forget()
    read([2900001, MISSING], cache=tmp_path, refresh=True)
    assert server.counts()["bug"] == 2


def test_offline_reads_from_the_cache_and_nothing_else(
    server: LoopbackLaunchpad, read: Reading, tmp_path: Path
) -> None:
    cold = read([2900001, MISSING], cache=tmp_path, max_age=timedelta(microseconds=1))
    server.stop()
    offline = read([2900001, MISSING, 2900003], cache=tmp_path, offline=True)
    assert offline.fetched[2900001].observation == cold.fetched[2900001].observation
    assert offline.fetched[2900001].entries == cold.fetched[2900001].entries
    assert offline.facts == cold.facts
    assert offline.unresolved[MISSING].reason is Absence.NOT_VISIBLE
    assert offline.unresolved[2900003].reason is Absence.OFFLINE
    known = read(cold.known(), offline=True)
    assert known.fetched[2900001].read_at == cold.fetched[2900001].read_at


@pytest.mark.parametrize("page", [1, 7, 75])
def test_long_collections_are_read_to_their_end(
    server: LoopbackLaunchpad, catalogue: Recorded, read: Reading, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    whole = read([2900001]).fetched[2900001]
    server.page = page
    monkeypatch.setattr("lptrack.trackers.launchpad.reader.LARGEST_PAGE", f"ws.size={page}")
    server.forget()
    paged = read([2900001])
    assert (paged.fetched[2900001].observation, paged.fetched[2900001].entries) == (whole.observation, whole.entries)
    assert server.counts()["activity"] == -(-len(whole.entries) // page)


def test_a_server_that_takes_no_page_size_is_asked_without(
    server: LoopbackLaunchpad, catalogue: Recorded, read: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lptrack.trackers.launchpad.reader.LARGEST_PAGE", "ws.size=301")
    found = read(catalogue.numbers(), jobs=1)
    assert len(found.fetched) == len(catalogue.numbers())
    assert found.budget.requests <= 3 * len(catalogue.numbers()) + 2 + 2  # one 400 each of the two under way


class Moving(Recorded):
    """A bug whose next snapshot appears after so many answers."""

    def __init__(self, number: int, after: int) -> None:
        super().__init__()
        self.number, self.left, self.at = number, after, 0
        self.set_back(number, self.snapshots(number)[0])

    def tick(self, path: str) -> None:
        if "/bugs/" in path:
            self.left -= 1
        if self.left == 0:
            self.set_back(self.number, self.snapshots(self.number)[-1])


@pytest.mark.parametrize("after", [1, 2, 3, 4, 5, 6, 7])
def test_a_bug_that_changes_between_its_pages_is_read_again(
    after: int, read: Reading, server: LoopbackLaunchpad, monkeypatch: pytest.MonkeyPatch
) -> None:
    final = read([2900001]).fetched[2900001]
    moving = Moving(2900001, after)
    server.catalogue = moving
    first = read([2900001], cache=None).fetched[2900001]
    moving = Moving(2900001, after)
    server.catalogue, server.after = moving, moving.tick
    monkeypatch.setattr("lptrack.trackers.launchpad.reader.LARGEST_PAGE", "ws.size=10")
    found = read([2900001]).fetched[2900001]
    assert found.entries in (first.entries, final.entries)
    assert found.observation in (first.observation, final.observation)
    assert (found.observation == first.observation) == (found.entries == first.entries)


@pytest.mark.parametrize("seed", range(3))
def test_with_every_third_answer_spoilt_the_result_is_the_same_or_says_unreachable(
    server: LoopbackLaunchpad, catalogue: Recorded, read: Reading, tmp_path: Path, seed: int
) -> None:
    bugs = [*catalogue.numbers()[:8], MISSING]
    good = read(bugs)
    server.faults = Faults({Fault.BUSY: 0.1, Fault.RESET: 0.1, Fault.TRUNCATE: 0.1}, seed)
    bad = read(bugs, cache=tmp_path)
    assert bad.budget.retries > 0
    for number, each in bad.fetched.items():
        assert (each.observation, each.entries) == (good.fetched[number].observation, good.fetched[number].entries)
    for number, absent in bad.unresolved.items():
        assert absent.reason is Absence.UNREACHABLE or absent == good.unresolved[number]
    server.faults = Faults()
    healed = read(bugs, cache=tmp_path)  # what the bad day left in the cache is whole
    for number, each in good.fetched.items():
        assert (healed.fetched[number].observation, healed.fetched[number].entries) == (
            each.observation,
            each.entries,
        )


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Fault.HTML, "text/html instead of JSON"),
        (Fault.GARBAGE, "cannot be read"),
        (Fault.CUT_JSON, "cannot be read"),
        (Fault.ERROR, "HTTP 500"),
        (Fault.ELSEWHERE, "redirects to http://localhost"),
    ],
)
def test_a_service_that_is_none_leaves_every_bug_unreachable_with_the_reason(
    server: LoopbackLaunchpad, catalogue: Recorded, read: Reading, fault: Fault, says: str
) -> None:
    server.faults = Faults({fault: 1.0})
    found = read(catalogue.numbers())
    assert not found.fetched
    assert all(each.reason is Absence.UNREACHABLE and each.detail for each in found.unresolved.values())
    assert any(says in each.detail for each in found.unresolved.values())


def test_nobody_there_is_given_up_in_the_time_allowed(server: LoopbackLaunchpad, read: Reading) -> None:
    server.stop()
    found = read([2900001, 2900003], give_up_after=0.2)
    assert {each.reason for each in found.unresolved.values()} == {Absence.UNREACHABLE}
    assert "connection refused" in found.unresolved[2900001].detail


def test_a_404_from_something_that_is_no_launchpad_is_no_answer(server: LoopbackLaunchpad, read: Reading) -> None:
    found = read([2900001], roots={"launchpad": f"{server.root}not/launchpad/"})
    assert found.unresolved[2900001].reason is Absence.UNREACHABLE
    assert "no Launchpad web service there (HTTP 404)" in found.unresolved[2900001].detail


def test_a_fact_that_cannot_be_read_is_no_bug_read(server: LoopbackLaunchpad, read: Reading) -> None:
    server.faults = Faults(script=[("/series", [Fault.ERROR] * 9)])
    found = read([2900001, 2900003])
    assert found.unresolved[2900001].reason is Absence.UNREACHABLE
    assert 2900003 in found.fetched  # a bug of a project alone needs none


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": 1},
        {"id": None},
        {"id": "2900001"},
    ],
)
def test_an_entry_about_something_else_is_no_answer(
    read: Reading, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any]
) -> None:
    held = Recorded.bug

    def bug(self: Recorded, number: int, who: str | None = None) -> Body | None:
        return {**(held(self, number, who) or {}), **wrong}

    monkeypatch.setattr(Recorded, "bug", bug)
    assert read([2900001]).unresolved[2900001].reason is Absence.UNREACHABLE


@pytest.mark.parametrize(
    "root",
    [
        "nowhere",
        "http://",
        "ftp://api.launchpad.net/",
        "https://me:pw@api.launchpad.net/",
        "https://api.launchpad.net/1.0",
    ],
)
def test_a_service_root_that_cannot_be_meant_is_a_wrong_command_line(read: Reading, root: str) -> None:
    with pytest.raises(UsageError):
        read([], roots={"launchpad": root})


def test_who_stops_listening_leaves_nobody_waiting(server: LoopbackLaunchpad, catalogue: Recorded) -> None:
    client = LAUNCHPAD_TRACKER.connect(Settings(roots={"launchpad": server.root}))
    answers = client.fetch([Wanted(BugKey(LAUNCHPAD, number)) for number in range(2900003, 2900063)])
    next(answers)
    server.faults = Faults(chances={Fault.BUSY: 1.0}, retry_after=300)  # from now on: come back in five minutes
    while not server.faults.committed:
        time.sleep(0.01)
    answers.close()  # type: ignore[attr-defined]
    client.close()


def test_text_that_no_file_can_hold_is_made_whole(read: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Recorded.bug
    monkeypatch.setattr(
        Recorded, "bug", lambda self, number, who=None: {**(held(self, number, who) or {}), "title": "a \ud800 b"}
    )
    assert read([2900003]).fetched[2900003].observation.title == "a ? b"


def test_a_collection_that_shrinks_between_its_pages_is_read_again(
    server: LoopbackLaunchpad, catalogue: Recorded, read: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lptrack.trackers.launchpad.reader.LARGEST_PAGE", "ws.size=75")
    whole = read([2900001]).fetched[2900001]
    tasks, asked = catalogue.tasks(2900001), [0]

    def shrinking(_self: Recorded, _number: int) -> Sequence[Body]:
        asked[0] += 1
        return tasks if asked[0] != 2 else tasks[:3]  # its second page is asked for in another world

    monkeypatch.setattr(Recorded, "tasks", shrinking)
    server.page = 2
    assert read([2900001]).fetched[2900001].observation == whole.observation
    assert asked[0] > 3
