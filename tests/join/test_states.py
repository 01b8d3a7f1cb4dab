"""States from three witnesses: what each tells, which one wins, and what must be called unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from lptrack.join.endpoints import resolve_endpoint
from lptrack.join.evidence import load_evidence
from lptrack.join.model import Endpoint, Filters
from lptrack.join.status import build_status
from lptrack.join.window import Scope
from lptrack.model import DEBIAN, UNKNOWN, Absence, BugKey, Unresolved, Witness
from lptrack.report.records import status_json
from lptrack.storage.store import Store
from lptrack.trackers import spell
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

M1, M2, M3 = make_meeting(day(1)), make_meeting(day(8)), make_meeting(day(15))


@pytest.fixture
def store():
    with Store.open(":memory:", clock=lambda: day(30)) as opened:
        yield opened


def say(store, *said, source="demo.log"):
    store.take_in(make_log([M1, M2, M3], said, source=source), day(30))


def states(store, at, **filters):
    end = at if isinstance(at, Endpoint) else Endpoint(None, at)
    status = build_status(load_evidence(store, end.at), end, Scope(filters=Filters(**filters)))
    return {(state.bug.number, state.target): state for state in status.tasks}


def told(store, at):
    return {key: (state.status, state.known_by) for key, state in states(store, at).items()}


def at_meeting(meeting):
    return Endpoint(meeting, meeting.started_at)


def test_a_history_tells_the_meetings_start_to_the_second(store):
    say(store, make_reference(M2, 1, 11))
    change = M2.started_at + timedelta(seconds=1)
    steps = {"linux": [(day(0), "New"), (change, "Triaged")]}
    store.record(make_fetched(11, [make_task("linux", "Triaged")], day(20)), make_history(11, steps, day(20)))
    assert told(store, at_meeting(M2)) == {(11, "linux"): ("New", Witness.HISTORY)}
    assert told(store, change) == {(11, "linux"): ("Triaged", Witness.HISTORY)}


def test_a_task_is_left_out_before_its_birth_and_after_its_end(store):
    say(store, make_reference(M1, 1, 11))
    history = make_history(11, {"a": [(day(2), "New")], "b": [(day(4), "New")]}, day(20), deleted={"b": day(6)})
    store.record(make_fetched(11, [make_task("a")], day(20)), history)
    found = [sorted(target for _, target in states(store, day(n))) for n in (1, 3, 5, 7)]
    assert found == [[], ["a"], ["a", "b"], ["a"]]


def test_without_a_history_announcements_count_up_to_the_meetings_end(store):
    say(
        store,
        make_announcement(M1, 5, 11, "cloud-init", "Confirmed"),
        make_announcement(M2, 5, 11, "cloud-init", "Fix released", importance="medium"),
    )
    key = (11, "cloud-init")
    assert told(store, at_meeting(M1)) == {key: ("Confirmed", Witness.ANNOUNCED)}
    assert told(store, M2.started_at) == {key: ("Confirmed", Witness.ANNOUNCED)}  # the instant, not the meeting
    state = states(store, at_meeting(M2))[key]
    assert (state.status, state.importance, state.assignee, state.milestone) == (
        "Fix Released", "Medium", UNKNOWN, UNKNOWN,
    )  # fmt: skip
    assert state.observed_at == M2.started_at + timedelta(minutes=5)


def test_before_the_first_word_a_task_is_unknown_not_absent(store):
    say(store, make_announcement(M2, 5, 11, "cloud-init", "Confirmed"))
    state = states(store, at_meeting(M1))[11, "cloud-init"]
    assert (state.status, state.importance, state.title) == (UNKNOWN, UNKNOWN, UNKNOWN)


def test_the_newest_of_observation_and_announcement_wins_for_what_it_tells(store):
    say(
        store,
        make_announcement(M1, 5, 11, "linux", "Confirmed"),
        make_announcement(M3, 5, 11, "Linux", "Fix Released", importance=None),
    )
    seen = [make_task("linux", "Triaged", "Low", assignee="ana"), make_task("zlib", "New")]
    store.record(make_fetched(11, seen, day(10)), None)
    assert told(store, day(9))[11, "linux"] == ("Confirmed", Witness.ANNOUNCED)
    assert told(store, day(11)) == {
        (11, "linux"): ("Triaged", Witness.OBSERVED),
        (11, "zlib"): ("New", Witness.OBSERVED),
    }
    late = states(store, at_meeting(M3))[11, "linux"]
    assert (late.status, late.importance, late.assignee, late.known_by) == (
        "Fix Released", "Low", "ana", Witness.ANNOUNCED,
    )  # fmt: skip


def test_an_announcement_joins_its_task_by_the_display_name(store):
    say(store, make_announcement(M1, 5, 11, "Ubuntu System Image", "Confirmed"))
    task = make_task("ubuntu-system-image", "Triaged", display_target="Ubuntu system image")
    store.record(make_fetched(11, [task], day(10)), None)
    assert told(store, day(2)) == {(11, "ubuntu-system-image"): ("Confirmed", Witness.ANNOUNCED)}


def test_a_history_reaches_to_its_read_and_later_words_count_after_it(store):
    say(
        store, make_announcement(M1, 5, 11, "linux", "Invalid"), make_announcement(M3, 5, 11, "linux", "Fix Released")
    )
    history = make_history(11, {"linux": [(day(0), "New")]}, day(10))
    store.record(make_fetched(11, [make_task("linux")], day(10)), history)
    assert told(store, at_meeting(M1)) == {(11, "linux"): ("New", Witness.HISTORY)}
    assert told(store, at_meeting(M3)) == {(11, "linux"): ("Fix Released", Witness.ANNOUNCED)}
    state = states(store, at_meeting(M3))[11, "linux"]
    assert (state.assignee, state.milestone) == (None, None)
    assert told(store, day(12)) == {(11, "linux"): ("New", Witness.HISTORY)}


def test_launchpads_unknown_is_not_filled_with_an_older_word(store):
    say(store, make_announcement(M1, 5, 11, "linux", "Confirmed"))
    history = make_history(11, {"linux": [(day(0), "?"), (day(9), "Triaged")]}, day(10))
    store.record(make_fetched(11, [make_task("linux")], day(10)), history)
    assert told(store, day(5)) == {(11, "linux"): (UNKNOWN, Witness.HISTORY)}


def test_debians_unknown_past_is_told_by_what_was_seen_and_said(store):
    debian = {"tracker": DEBIAN}
    say(store, make_announcement(M1, 5, 11, "dpkg", "Open", importance="Serious", **debian))
    store.record(make_fetched(11, [make_task("dpkg", "forwarded", "serious")], day(4), **debian), None)
    steps = {"dpkg": [(day(0), "?"), (day(9), "done")]}
    history = make_history(11, steps, day(20), importance="serious", **debian)
    store.record(make_fetched(11, [make_task("dpkg", "done", "serious")], day(20), **debian), history)
    found = [told(store, day(n))[11, "dpkg"] for n in (0.5, 2, 5, 10)]
    assert found == [
        (UNKNOWN, Witness.HISTORY),
        ("open", Witness.ANNOUNCED),
        ("forwarded", Witness.OBSERVED),
        ("done", Witness.HISTORY),
    ]


def test_a_task_born_after_the_instant_is_left_out_though_no_history_tells(store):
    say(store, make_reference(M1, 1, 11))
    seen = [make_task("a", created_at=day(0)), make_task("b", created_at=day(5)), make_task("c")]
    store.record(make_fetched(11, seen, day(10), created_at=day(0)), None)
    assert sorted(target for _, target in states(store, day(2))) == ["a", "c"]
    assert states(store, day(-3)) == {}


def status_at(store, end):
    return build_status(load_evidence(store, end.at), end)


def test_every_bug_is_a_task_or_unresolved_and_one_that_vanished_is_both(store):
    say(store, *(make_reference(M1, line, 10 + line) for line in range(1, 5)))
    store.record(make_fetched(11, [make_task("linux")], day(2)), None)
    store.record_unresolved(Unresolved(BugKey("launchpad", 11), "u11", Absence.NOT_VISIBLE), day(3))
    store.record_unresolved(Unresolved(BugKey("launchpad", 12), "u12", Absence.UNREACHABLE, "HTTP 503"), day(3))
    store.record(make_fetched(13, [make_task("linux")], day(2)), None)
    status = status_at(store, Endpoint(None, day(9)))
    record = status_json(day(9), status.tasks, status.unresolved)
    assert [task["number"] for task in record["tasks"]] == [11, 13]
    assert [(gone["number"], gone["reason"]) for gone in record["unresolved"]] == [
        (11, "not-visible"), (12, "unreachable"), (14, "offline"),
    ]  # fmt: skip


def test_a_private_bug_is_left_out_unless_asked_for_by_its_number(store):
    say(store, make_reference(M1, 1, 11), make_reference(M1, 2, 12))
    for number in (11, 12):
        history = make_history(number, {"linux": [(day(0), "New")]}, day(10))
        fetched = make_fetched(number, [make_task("linux")], day(10), private=number == 12)
        store.record(fetched, history, login="ana")
    assert set(states(store, day(9))) == {(11, "linux")}
    assert set(states(store, day(9), private=(12,))) == {(11, "linux"), (12, "linux")}
    assert status_at(store, Endpoint(None, day(9))).unresolved == ()
    stranger = Unresolved(BugKey("launchpad", 12), "u12", Absence.NOT_VISIBLE)
    store.record_unresolved(stranger, day(11))
    status = status_at(store, Endpoint(None, day(9)))
    assert [state.bug.number for state in status.tasks] == [11]
    assert status.unresolved == (stranger,)


def test_filters_on_bugs_and_tasks(store):
    say(store, make_reference(M1, 1, 11, speaker="bob"), make_reference(M1, 2, 12))
    for number, assignee in ((11, None), (12, "ana")):
        task = make_task("linux (Ubuntu Saucy)", "New", "High", series="saucy", package="linux", assignee=assignee)
        store.record(make_fetched(number, [task], day(10)), None)

    def numbers(**filters):
        return [number for number, _ in states(store, day(11), **filters)]

    assert numbers(speaker=("BOB",)) == [11]
    assert numbers(assignee=("none",)) == [11]
    assert numbers(assignee=("Ana",)) == [12]
    assert numbers(series=("Saucy",), package=("linux",), status=("new",), importance=("high",)) == [11, 12]
    assert numbers(channel="other") == []
    assert numbers(tracker=("debian",)) == []
    assert numbers(since=day(1) + timedelta(minutes=2)) == [12]


def test_people_see_the_tasks_that_the_meeting_meant(store):
    say(store, make_announcement(M1, 1, 12, "linux (Ubuntu Raring)", "New"), make_reference(M1, 2, 11))
    seen = [
        make_task("linux (Ubuntu)", package="linux"),
        make_task("linux (Ubuntu Saucy)", package="linux", series="saucy"),
        make_task("linux (Ubuntu Raring)", package="linux", series="raring"),
    ]
    for number in (11, 12):
        store.record(make_fetched(number, seen, day(10)), None)

    def shown(**scope):
        status = build_status(load_evidence(store, at_meeting(M3).at), at_meeting(M3), Scope(**scope))
        return [(state.bug.number, state.series) for state in status.tasks if not state.folded]

    assert shown() == [(11, None), (12, "raring")]
    assert shown(series_of=lambda _team: ("saucy",)) == [(11, "saucy"), (12, "raring"), (12, "saucy")]
    assert len(shown(fold=False)) == 6


@pytest.mark.parametrize(
    ("tracker", "printed", "word"),
    [
        ("launchpad", "Fix released", "Fix Released"),
        ("launchpad", "wont fix", "Won't Fix"),
        ("launchpad", "Needs Info", "Needs Info"),
        ("launchpad", "Brand New Word", "Brand New Word"),
        ("debian", "Open", "open"),
        ("gnome", "RESOLVED", "RESOLVED"),
        ("launchpad", None, None),
    ],
)
def test_words_are_spelled_as_the_tracker_spells_them(tracker, printed, word):
    assert spell(tracker, printed) == word


def test_an_announcement_whose_day_is_not_known_counts_from_when_its_log_was_taken_in(store):
    undated = make_meeting(None, channel="notes")
    store.take_in(make_log([undated], [make_announcement(undated, 1, 11, "linux", "New")]), day(20))
    assert told(store, day(19)) == {(11, "linux"): (UNKNOWN, Witness.ANNOUNCED)}
    now = store.load_newest_moment()
    assert told(store, resolve_endpoint("notes", store.load_meetings(), now)) == {
        (11, "linux"): ("New", Witness.ANNOUNCED)
    }


def test_a_bot_that_names_no_target_speaks_of_an_only_task(store):
    said = replace(make_announcement(M1, 1, 11, "linux", "New"), target=None)
    say(store, said, replace(make_announcement(M1, 2, 12, "linux", "New"), target=None))
    store.record(make_fetched(11, [make_task("linux", "Triaged")], day(0)), None)
    assert told(store, at_meeting(M1)) == {(11, "linux"): ("New", Witness.ANNOUNCED)}


def test_a_meeting_whose_end_no_log_tells_ends_with_its_last_reference(store):
    open_ended = replace(make_meeting(day(1)), ended_at=None)
    store.take_in(make_log([open_ended], [make_announcement(open_ended, 50, 11, "linux", "New")]))
    (meeting,) = store.load_meetings()
    assert told(store, at_meeting(meeting)) == {(11, "linux"): ("New", Witness.ANNOUNCED)}
