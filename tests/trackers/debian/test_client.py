"""The client against a real server on loopback: few requests, and every way in which an answer can be none."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from requests import Session

from lptrack.model import Absence, BugKey, Unresolved
from lptrack.net.policy import Clock
from lptrack.net.session import open_session
from lptrack.net.settings import Settings
from lptrack.trackers import tracker_named
from lptrack.trackers.debian import client as client_module
from lptrack.trackers.interface import Fetched, Known, Wanted
from tests.doubles.debbugs.facts import PIP, PIP_TITLE, add_pip_bug
from tests.doubles.debbugs.server import Asked, DebbugsDouble
from tests.doubles.debbugs.world import World
from tests.security.commandline import lptrack

START = datetime(2013, 1, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


class Time:
    """A clock that waits by turning its hands."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    def clock(self) -> Clock:
        return Clock(lambda: self.seconds, lambda: datetime.now(UTC), self.sleep)


@pytest.fixture
def world() -> World:
    world = World()
    for number in range(101, 111):
        world.report(number, START, severity="important", subject=f"made-up: hums {number} (made-up)")
    return world


def fetch(
    settings: Settings, numbers: Sequence[int], known: dict[int, Known] | None = None
) -> dict[int, Fetched | Unresolved]:
    """Every bug's answer, without waiting for real; fails where one has none or two."""
    time = Time()
    one_by_one = replace(settings, jobs=1)  # several threads would each turn the one clock
    client = tracker_named("debian").connect(one_by_one, lambda: open_session(one_by_one, clock=time.clock()))
    try:
        wanted = [Wanted(BugKey("debian", number), (known or {}).get(number)) for number in numbers]
        answers = list(client.fetch(wanted))
    finally:
        client.close()
    by_number: dict[int, Fetched | Unresolved] = {}
    for answer in answers:
        assert isinstance(answer, Fetched | Unresolved)
        bug = answer.bug if isinstance(answer, Unresolved) else answer.observation.bug
        assert bug.number not in by_number
        by_number[bug.number] = answer
    assert sorted(by_number) == sorted(set(numbers))
    return by_number


def reasons(answers: dict[int, Fetched | Unresolved]) -> dict[int, str]:
    return {
        number: answer.reason.value if isinstance(answer, Unresolved) else "fetched"
        for number, answer in answers.items()
    }


def on(method: str, fault: str, times: int = 99, number: int | None = None) -> Callable[[Asked], str | None]:
    """A fault on the first `times` requests of a method (for one bug)."""
    left = [times]

    def decide(asked: Asked) -> str | None:
        if asked.method != method or (number is not None and number not in asked.numbers) or left[0] == 0:
            return None
        left[0] -= 1
        return fault

    return decide


def test_the_true_bug_as_the_meeting_knew_it() -> None:
    world = World()
    add_pip_bug(world)
    with DebbugsDouble(world) as debbugs:
        answer = fetch(Settings(roots={"debian": debbugs.root}), [PIP])[PIP]
    assert isinstance(answer, Fetched)
    (task,) = answer.observation.tasks
    assert (answer.observation.title, task.package, task.importance) == (PIP_TITLE, "python-pip", "normal")
    assert (task.status, task.assignee, task.milestone, answer.entries) == (None, None, None, ())


def test_states_come_many_in_a_request_and_logs_one_a_bug(world: World) -> None:
    settings = Settings()
    with DebbugsDouble(world) as debbugs:
        settings = Settings(roots={"debian": debbugs.root})
        answers = fetch(settings, [*range(101, 111), 999])
    assert [asked.method for asked in debbugs.asked] == ["get_status"] + ["get_bug_log"] * 10
    assert debbugs.asked[0].numbers == (*range(101, 111), 999)
    assert reasons(answers) == dict.fromkeys(range(101, 111), "fetched") | {999: "not-visible"}
    assert settings.budget.requests == 11
    assert all(asked.agent.startswith("lptrack/") for asked in debbugs.asked)


def test_large_meetings_are_asked_for_in_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "BATCH", 4)
    with DebbugsDouble(world) as debbugs:
        answers = fetch(Settings(roots={"debian": debbugs.root}), range(101, 111))
    assert [len(asked.numbers) for asked in debbugs.asked if asked.method == "get_status"] == [4, 4, 2]
    assert set(reasons(answers).values()) == {"fetched"}


def known_of(answers: dict[int, Fetched | Unresolved]) -> dict[int, Known]:
    return {
        number: Known(answer.observation, answer.entries, answer.read_at)
        for number, answer in answers.items()
        if isinstance(answer, Fetched)
    }


def test_a_log_that_did_not_move_is_not_read_again(world: World) -> None:
    with DebbugsDouble(world) as debbugs:
        settings = Settings(roots={"debian": debbugs.root})
        known = known_of(fetch(settings, range(101, 111)))
        debbugs.asked.clear()
        world.control([("severity", 103, "grave")], START + DAY)
        answers = fetch(settings, range(101, 111), known)
    assert [(asked.method, asked.numbers) for asked in debbugs.asked] == [
        ("get_status", tuple(range(101, 111))),
        ("get_bug_log", (103,)),
    ]
    quiet, moved = answers[104], answers[103]
    assert isinstance(quiet, Fetched)
    assert isinstance(moved, Fetched)
    assert quiet.entries == known[104].entries
    assert quiet.read_at > known[104].read_at
    assert moved.entries[-1].new == "grave"


def test_a_state_that_moved_without_its_log_is_read_whole(world: World) -> None:
    with DebbugsDouble(world) as debbugs:
        settings = Settings(roots={"debian": debbugs.root})
        known = known_of(fetch(settings, [101]))
        world.bugs[101].severity = "grave"  # `log_modified` is as it was
        debbugs.asked.clear()
        fetch(settings, [101], known)
    assert [asked.method for asked in debbugs.asked] == ["get_status", "get_bug_log"]


@pytest.mark.parametrize("settings", [Settings(roots={"debian": "off"}), Settings(offline=True)])
def test_switched_off_nothing_is_asked(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", lambda *_: pytest.fail("something was asked"))
    assert reasons(fetch(settings, [1, 2])) == {1: "offline", 2: "offline"}


def test_offline_lives_on_the_cache(world: World, tmp_path: Path) -> None:
    with DebbugsDouble(world) as debbugs:
        settings = Settings(roots={"debian": debbugs.root}, cache=tmp_path)
        online = fetch(settings, [101, 102])
        asked = len(debbugs.asked)
        offline = fetch(replace(settings, offline=True), [101, 102])
        other = fetch(replace(settings, offline=True), [103])
    assert len(debbugs.asked) == asked
    assert reasons(other) == {103: "offline"}
    for number in (101, 102):
        before, after = online[number], offline[number]
        assert isinstance(before, Fetched)
        assert isinstance(after, Fetched)
        assert (after.observation, after.entries) == (before.observation, before.entries)
        assert after.read_at - before.read_at < timedelta(minutes=1)


def test_while_the_cache_is_fresh_nothing_is_asked_twice(world: World, tmp_path: Path) -> None:
    with DebbugsDouble(world) as debbugs:
        settings = Settings(roots={"debian": debbugs.root}, cache=tmp_path)
        fetch(settings, [101, 102])
        asked = len(debbugs.asked)
        fetch(settings, [101, 102])
        assert len(debbugs.asked) == asked
        fetch(replace(settings, refresh=True), [101, 102])
    assert len(debbugs.asked) == 2 * asked


def test_what_is_nonsense_never_gets_into_the_cache(world: World, tmp_path: Path) -> None:
    with DebbugsDouble(world, fault=on("get_status", "html")) as debbugs:
        settings = Settings(roots={"debian": debbugs.root}, cache=tmp_path)
        assert reasons(fetch(settings, [101])) == {101: "unreachable"}
        debbugs.fault = lambda _asked: None
        assert reasons(fetch(settings, [101])) == {101: "fetched"}


PASSING = ["503", "429", "500", "reset", "truncated", "html", "fault", "garbage", "empty", "entities"]


@pytest.mark.parametrize("method", ["get_status", "get_bug_log"])
@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_passes_costs_nothing(world: World, method: str, fault: str) -> None:
    with DebbugsDouble(world, fault=on(method, fault, times=1)) as debbugs:
        answers = fetch(Settings(roots={"debian": debbugs.root}), [101, 102])
    assert set(reasons(answers).values()) == {"fetched"}


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        (method, fault)
        for method in ("get_status", "get_bug_log")
        for fault in (*PASSING, "404")
        if (method, fault) not in (("get_bug_log", "fault"), ("get_bug_log", "404"))
    ],
)
def test_a_fault_that_stays_is_said_and_asserts_nothing(world: World, method: str, fault: str) -> None:
    with DebbugsDouble(world, fault=on(method, fault)) as debbugs:
        answers = fetch(Settings(roots={"debian": debbugs.root}), [101, 102])
    assert set(reasons(answers).values()) == {"unreachable"}
    assert all(isinstance(answer, Unresolved) and answer.detail for answer in answers.values())
    assert len(debbugs.asked) < 40


def test_one_bad_bug_does_not_cost_the_others_theirs(world: World) -> None:
    with DebbugsDouble(world, broken={107}) as debbugs:
        answers = fetch(Settings(roots={"debian": debbugs.root}), range(101, 111))
    assert reasons(answers) == dict.fromkeys(range(101, 111), "fetched") | {107: "unreachable"}
    bad = answers[107]
    assert isinstance(bad, Unresolved)
    assert "unable to be initialized" in bad.detail
    assert len([asked for asked in debbugs.asked if asked.method == "get_status"]) <= 12


def test_a_log_that_cannot_be_had_makes_its_bug_no_read(world: World) -> None:
    with DebbugsDouble(world, fault=on("get_bug_log", "truncated", number=102)) as debbugs:
        answers = fetch(Settings(roots={"debian": debbugs.root}), range(101, 104))
    assert reasons(answers) == {101: "fetched", 102: "unreachable", 103: "fetched"}


@pytest.mark.parametrize("fault", ["fault", "404"])
def test_a_log_that_debbugs_refuses_leaves_the_present_and_is_asked_for_again(world: World, fault: str) -> None:
    with DebbugsDouble(world, fault=on("get_bug_log", fault, number=102)) as debbugs:
        settings = Settings(roots={"debian": debbugs.root})
        first = fetch(settings, [102])[102]
        assert isinstance(first, Fetched)
        assert first.observation.tasks[0].status == "open"
        assert tracker_named("debian").build_history(first.observation, first.entries, {}, first.read_at) is None
        debbugs.fault = lambda _asked: None
        second = fetch(settings, [102], known_of({102: first}))[102]
        assert isinstance(second, Fetched)
        assert second.entries
        # A log that was there once is not forgotten for a refusal.
        debbugs.fault = on("get_bug_log", "fault")
        world.control([("severity", 102, "grave")], START + DAY)
        assert reasons(fetch(settings, [102], known_of({102: second}))) == {102: "unreachable"}


def test_a_service_that_only_answers_nonsense_is_left_alone(world: World) -> None:
    for number in range(200, 400):
        world.report(number, START)
    with DebbugsDouble(world, fault=on("get_status", "html", times=10**6)) as debbugs:
        answers = fetch(Settings(roots={"debian": debbugs.root}), range(200, 400))
    assert set(reasons(answers).values()) == {"unreachable"}
    assert len(debbugs.asked) < 20
    some = answers[200]
    assert isinstance(some, Unresolved)
    assert "HTML" in some.detail


def test_a_tracker_that_is_not_there_is_given_up(world: World) -> None:
    with DebbugsDouble(world) as debbugs:
        root = debbugs.root
    answers = fetch(Settings(roots={"debian": root}), range(101, 111))
    assert set(reasons(answers).values()) == {"unreachable"}
    some = answers[101]
    assert isinstance(some, Unresolved)
    assert "refused" in some.detail


def test_a_state_of_nonsense_is_one_bug_s_trouble(world: World) -> None:
    with DebbugsDouble(world) as debbugs:
        debbugs.fields = lambda bug, fields: fields | ({"package": ""} if bug.number == 102 else {})
        answers = fetch(Settings(roots={"debian": debbugs.root}), range(101, 104))
    assert reasons(answers) == {101: "fetched", 102: "unreachable", 103: "fetched"}


def test_another_s_state_in_a_bug_s_place_is_refused(world: World) -> None:
    with DebbugsDouble(world) as debbugs:
        debbugs.fields = lambda bug, fields: fields | {"bug_num": 101}
        answers = fetch(Settings(roots={"debian": debbugs.root}), range(101, 103))
    assert reasons(answers) == {101: "fetched", 102: "unreachable"}


def test_a_tenth_of_all_answers_failing_changes_nothing(world: World) -> None:
    world.control([("severity", 105, "grave"), ("close", 106)], START + DAY)
    faults = ["503", "reset", "truncated"]

    def decide(asked: Asked) -> str | None:
        return faults[asked.index % 3] if asked.index % 4 == 1 else None

    with DebbugsDouble(world) as debbugs:
        calm = fetch(Settings(roots={"debian": debbugs.root}), range(101, 111))
        debbugs.fault = decide
        debbugs.asked.clear()
        rough = fetch(Settings(roots={"debian": debbugs.root}), range(101, 111))
    for number, answer in calm.items():
        other = rough[number]
        assert isinstance(answer, Fetched)
        assert isinstance(other, Fetched)
        assert (other.observation, other.entries) == (answer.observation, answer.entries)


def test_retry_after_is_waited_in_full(world: World) -> None:
    settings = Settings()
    with DebbugsDouble(world, fault=on("get_status", "503", times=1), retry_after="30") as debbugs:
        settings = Settings(roots={"debian": debbugs.root})
        assert reasons(fetch(settings, [101])) == {101: "fetched"}
    assert settings.budget.waited == pytest.approx(30, abs=1)


@pytest.mark.parametrize("session", [Session, None])
def test_logs_come_over_several_connections_in_any_order(world: World, session: type[Session] | None) -> None:
    with DebbugsDouble(world) as debbugs:
        client = tracker_named("debian").connect(Settings(roots={"debian": debbugs.root}, jobs=4), session)
        answers = list(client.fetch([Wanted(BugKey("debian", number)) for number in range(101, 111)]))
        client.close()
    assert all(isinstance(answer, Fetched) for answer in answers)
    assert len(answers) == 10


def test_who_stops_listening_leaves_nothing_running(world: World) -> None:
    before = threading.active_count()
    with DebbugsDouble(world) as debbugs:
        client = tracker_named("debian").connect(Settings(roots={"debian": debbugs.root}), Session)
        answers = client.fetch([Wanted(BugKey("debian", number)) for number in range(101, 111)])
        next(iter(answers))
        answers.close()  # type: ignore[attr-defined]
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("ThreadPoolExecutor")]
        client.close()
    assert threading.active_count() <= before + 1


def test_absences_keep_their_meaning_apart() -> None:
    assert {reason.value for reason in Absence} == {"not-visible", "unreachable", "offline"}


def test_a_bug_whose_log_is_refused_is_shown_as_observed(world: World, tmp_path: Path) -> None:
    (tmp_path / "2013-01-11.log").write_text("[15:00] <ana> Debian bug #102\n")
    with DebbugsDouble(world, fault=on("get_bug_log", "fault", number=102)) as debbugs:
        words = ["--db", "a.db", "--debian-root", debbugs.root]
        assert lptrack("run", "2013-01-11.log", *words, home=tmp_path).code == 0
    status = json.loads(lptrack("status", "--db", "a.db", "--format", "json", home=tmp_path).out)
    (task,) = status["tasks"]
    assert (task["status"], task["source"], task["unknown"]) == ("open", "observed", [])
    assert status["unresolved"] == []
    earlier = lptrack("status", "--at", "2013-02-01", "--db", "a.db", "--format", "json", home=tmp_path)
    assert [(task["status"], "status" in task["unknown"]) for task in json.loads(earlier.out)["tasks"]] in (
        [],
        [(None, True)],
    )
