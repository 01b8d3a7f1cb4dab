"""What moved between two instants: net, only where both ends are known, with when and by whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lptrack.join.endpoints import resolve_window
from lptrack.join.evidence import load_evidence
from lptrack.join.matrix import build_matrix, build_trends
from lptrack.join.model import Endpoint, Filters
from lptrack.join.status import build_status
from lptrack.join.window import Scope, build_window
from lptrack.model import (
    UNKNOWN,
    Absence,
    BugHistory,
    BugKey,
    EventBasis,
    Span,
    StatusEvent,
    TaskLife,
    TaskSpan,
    Unresolved,
    Witness,
)
from lptrack.report.records import REPORT_COLUMNS, STATUS_COLUMNS, report_csv_rows, report_json, status_csv_rows
from lptrack.storage.store import Store
from tests.history_oracle import state_at
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
OTHER = make_meeting(day(12), name="Other team")


@pytest.fixture
def store():
    with Store.open(":memory:", clock=lambda: day(30)) as opened:
        yield opened


def speak(store, *meetings_and_numbers):
    """Each meeting in a log of its own, speaking of these bugs."""
    for meeting, numbers in meetings_and_numbers:
        said = [make_reference(meeting, line, number) for line, number in enumerate(numbers, 1)]
        store.take_in(make_log([meeting], said, source=f"{meeting.id}.log"), day(30))


def announce(store, meeting, number, target, status, **more):
    said = [make_announcement(meeting, 30, number, target, status, **more)]
    store.take_in(make_log([meeting], said, source=f"{meeting.id}-{number}.log", form="bot"), day(30))


def know(store, number, lives, *, deleted=None, at=20, **more):
    alive = [make_task(target, steps[-1][1]) for target, steps in lives.items() if target not in (deleted or {})]
    history = make_history(number, lives, day(at), deleted=deleted)
    store.record(make_fetched(number, alive, day(at), **more), history)


def window(store, start=None, end=None, scope=None):
    meetings = store.load_meetings()
    first, last = resolve_window(start, end, meetings, store.load_newest_moment())
    return build_window(load_evidence(store, last.at, None if first is None else first.at), first, last, scope)


def across(store, found):
    return load_evidence(store, found.end.at, None if found.start is None else found.start.at, across=True)


def changes(found):
    return [(c.bug.number, c.target, c.field, c.before, c.after) for c in found.changes]


def test_a_change_tells_when_and_by_whom_the_last_event_made_it(store):
    speak(store, (M1, [11]), (M2, [11]))
    know(store, 11, {"linux": [(day(0), "New"), (day(2), "Triaged"), (day(3), "In Progress")]})
    found = window(store)
    assert changes(found) == [(11, "linux", "status", "New", "In Progress")]
    assert (found.changes[0].changed_at, found.changes[0].changed_by) == (day(3), "cjwatson")
    assert found.unchanged == ()


def test_there_and_back_is_unchanged_with_its_detour(store):
    speak(store, (M1, [11]), (M2, [11]))
    know(store, 11, {"linux": [(day(0), "New"), (day(2), "Fix Released"), (day(3), "New")]})
    (still,) = window(store).unchanged
    assert still.flap
    assert [(event.before, event.after) for event in still.detour] == [
        ("New", "Fix Released"),
        ("Fix Released", "New"),
    ]
    assert still.since == day(3)


def test_unknown_to_known_is_no_change_and_says_what_could_not_be_compared(store):
    speak(store, (M1, [11]), (M2, [11]))
    know(store, 11, {"linux": [(day(0), "?"), (day(2), "Triaged")]})
    found = window(store)
    assert found.changes == ()
    (still,) = found.unchanged
    assert still.uncertain == ("status",)
    announce(store, M1, 12, "zlib", None)
    announce(store, M2, 12, "zlib", "Confirmed")
    assert changes(window(store)) == []


def test_targets_added_and_removed(store):
    speak(store, (M1, [11]), (M2, [11]))
    know(store, 11, {"a": [(day(0), "New")], "b": [(day(3), "New")], "c": [(day(0), "New")]}, deleted={"c": day(4)})
    found = window(store)
    assert changes(found) == [(11, "b", "task", None, "b"), (11, "c", "task", "c", None)]
    assert (found.changes[1].changed_at, found.changes[1].changed_by) == (day(4), "cjwatson")


def test_a_target_that_was_removed_and_added_again_is_one_to_the_reader(store):
    speak(store, (M1, [11]), (M2, [11]))
    bug = BugKey("launchpad", 11)
    lives = (
        TaskLife(0, (TaskSpan(day(0), day(3), "a", "Triaged", "High", None, None),), None, day(3)),
        TaskLife(1, (TaskSpan(day(4), None, "a", "New", "High", None, None),), 0),
    )
    events = (
        StatusEvent(day(3), 0, "ana", 0, "a", "task", "a", None),
        StatusEvent(day(4), 1, "bob", 1, "a", "task", None, "a"),
    )
    history = BugHistory(bug, day(20), lives, events, (Span(day(0), None, "x"),))
    store.record(make_fetched(11, [make_task("a")], day(20)), history)
    found = window(store)
    assert changes(found) == [(11, "a", "status", "Triaged", "New")]
    assert (found.changes[0].changed_at, found.changes[0].changed_by) == (day(4), "bob")


def test_a_retargeted_task_is_one_change_of_its_target(store):
    speak(store, (M1, [11]), (M2, [11]))
    bug = BugKey("launchpad", 11)
    spans = (
        TaskSpan(day(0), day(3), "linux (Ubuntu)", "New", "High", None, None),
        TaskSpan(day(3), None, "zlib (Ubuntu Saucy)", "New", "High", None, None),
    )
    events = (StatusEvent(day(3), 0, "ana", 0, "zlib (Ubuntu Saucy)", "target", spans[0].target, spans[1].target),)
    history = BugHistory(bug, day(20), (TaskLife(0, spans, 0),), events, (Span(day(0), None, "x"),))
    task = make_task("zlib (Ubuntu Saucy)", package="zlib", series="saucy")
    store.record(make_fetched(11, [task], day(20)), history)
    found = window(store)
    assert changes(found) == [(11, "zlib (Ubuntu Saucy)", "target", "linux (Ubuntu)", "zlib (Ubuntu Saucy)")]
    (change,) = found.changes
    assert (change.package, change.series, change.changed_by) == ("zlib", "saucy", "ana")
    (before,) = found.before.values()
    assert (before.target, before.package, before.series) == ("linux (Ubuntu)", "linux", None)


def test_a_silent_change_has_no_date(store):
    speak(store, (M1, [11]), (M2, [11]))
    know(store, 11, {"linux": [(day(0), "New"), (day(2), "Triaged")]})
    store.database.execute("UPDATE status_events SET basis = ?", (EventBasis.SILENT.value,))
    (change,) = window(store).changes
    assert (change.after, change.changed_at, change.changed_by) == ("Triaged", None, None)


def test_announced_and_observed_changes_have_no_date_and_a_rumoured_target_proves_nothing(store):
    speak(store, (M1, [11]), (M3, [11]))
    announce(store, M1, 11, "cloud-init", "Confirmed")
    seen = [make_task("cloud-init", "Fix Committed", "High"), make_task("new-one")]
    store.record(make_fetched(11, seen, day(10)), None)
    found = window(store)
    assert changes(found) == [(11, "cloud-init", "status", "Confirmed", "Fix Committed")]
    assert found.changes[0].changed_at is None
    assert str(found.changes[0].known_by) == "observed"


def test_what_two_observations_show_of_targets_is_known(store):
    speak(store, (M1, [11]), (M2, [11]), (M3, [11]))
    store.record(make_fetched(11, [make_task("a"), make_task("b")], day(2)), None)
    store.record(make_fetched(11, [make_task("b"), make_task("c")], day(10)), None)
    assert changes(window(store)) == [(11, "a", "task", "a", None), (11, "c", "task", None, "c")]


def test_the_bugs_considered_are_those_of_the_team_up_to_the_end(store):
    first, second, third = (make_meeting(day(n), name="Kernel") for n in (1, 8, 15))
    speak(store, (first, [11]), (OTHER, [12]), (second, [13]), (third, [14]))
    for number in (11, 12, 13, 14):
        know(store, number, {"linux": [(day(0), "New"), (day(5), "Triaged")]})
    found = window(store, end=second.id)
    assert [bug.number for bug in found.bugs] == [11, 13]
    assert [meeting.id for meeting in found.meetings] == [first.id, second.id]
    assert [state.bug.number for state in found.new] == [13]
    assert [change.bug.number for change in found.changes] == [11, 13]
    scope = Scope(track={BugKey("launchpad", 12): "ours too"}, ignore={BugKey("launchpad", 11): "spam"})
    tracked = window(store, end=second.id, scope=scope)
    assert [bug.number for bug in tracked.bugs] == [12, 13]
    assert tracked.raised[BugKey("launchpad", 12)].times == 0


def test_with_one_meeting_everything_is_new(store):
    speak(store, (M1, [11, 12]))
    know(store, 11, {"linux": [(day(0), "New")]})
    record = report_json(window(store), "")
    assert record["from"] is None
    assert [task["number"] for task in record["new"]] == [11]
    assert [record["changes"], record["unchanged"]] == [[], []]
    assert [gone["number"] for gone in record["unresolved"]] == [12]


def test_since_last_ends_now_without_a_meeting(store):
    speak(store, (M1, [11]), (M2, [11]))
    know(store, 11, {"linux": [(day(0), "New"), (day(9), "Triaged")]})
    record = report_json(window(store, "last", "now"), "")
    assert record["to"] == {"meeting": None, "at": "2018-01-31T00:00:00Z"}
    assert [change["after"] for change in record["changes"]] == ["Triaged"]


def test_order_and_names_of_records_are_the_interfaces(store):
    speak(store, (M1, [12, 11]), (M2, [11]))
    know(store, 12, {"b": [(day(0), "New"), (day(2), "Triaged")], "a": [(day(0), "New"), (day(2), "Triaged")]})
    know(store, 11, {"z": [(day(0), "New"), (day(2), "Triaged")]})
    found = window(store)
    record = report_json(found, "")
    assert [(c["number"], c["target"]) for c in record["changes"]] == [(11, "z"), (12, "a"), (12, "b")]
    assert list(record["changes"][0]) == [
        "tracker", "number", "url", "title", "target", "package", "series", "field", "before", "after", "changed_at",
        "changed_by", "source",
    ]  # fmt: skip
    (row, *_) = report_csv_rows(found)
    assert dict(zip(REPORT_COLUMNS, row, strict=True)) == {
        "tracker": "launchpad", "number": 11, "url": "https://bugs.example/11", "title": "Bug 11 (made-up)",
        "target": "z", "package": None, "series": None, "field": "status", "before": "New", "after": "Triaged",
        "changed_at": "2018-01-03T00:00:00Z", "changed_by": "cjwatson", "importance": "High", "status": "Triaged",
        "assignee": None, "milestone": None, "first_mentioned": M1.id, "last_mentioned": M2.id, "times_mentioned": 2,
        "speakers": "ada", "from_meeting": M1.id, "to_meeting": M2.id,
    }  # fmt: skip
    assert {len(each) for each in status_csv_rows(found.after.values(), found.since, found.end.at)} == {
        len(STATUS_COLUMNS)
    }


def test_announcements_are_no_mentions_and_bots_no_speakers(store):
    speak(store, (M1, [11]), (M2, [11]))
    announce(store, M3, 11, "linux", "New")
    (row,) = [window(store).raised[BugKey("launchpad", 11)]]
    assert (row.first, row.last, row.times, row.speakers) == (M1.id, M3.id, 2, ("ada",))
    assert row.last_at == M2.started_at + timedelta(minutes=1)


def test_an_unreachable_bug_keeps_its_state_and_is_listed_with_its_age(store):
    speak(store, (M1, [11]), (M2, [11]))
    know(store, 11, {"linux": [(day(0), "New")]}, at=4)
    store.record_unresolved(Unresolved(BugKey("launchpad", 11), "u", Absence.UNREACHABLE), day(9))
    found = window(store)
    assert [gone.reason for gone in found.unresolved] == [Absence.UNREACHABLE]
    assert found.stale == {BugKey("launchpad", 11): day(4)}
    assert [state.status for state in found.after.values()] == ["New"]


def test_a_task_is_filtered_by_what_it_is_at_the_end_and_never_looks_removed(store):
    speak(store, (M1, [11, 12]), (M2, [11]))
    know(store, 11, {"linux": [(day(0), "New"), (day(2), "Triaged")]})
    know(store, 12, {"linux": [(day(0), "Triaged"), (day(2), "New")]})
    found = window(store, scope=Scope(filters=Filters(status=("triaged",))))
    assert changes(found) == [(11, "linux", "status", "New", "Triaged")]
    assert [bug.number for bug in found.bugs] == [11]


STEPS = st.lists(st.tuples(st.integers(1, 9), st.sampled_from(["New", "Triaged", "Fix Released", "?"])), max_size=5)
LIFE = st.tuples(st.integers(-3, 12), st.sampled_from(["New", "Triaged", "?"]), STEPS, st.booleans())


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(LIFE, min_size=1, max_size=4))
def test_changes_are_the_difference_of_the_two_histories(plans):
    lives, deleted = {}, {}
    for place, (birth, status, steps, dies) in enumerate(plans):
        at, told = birth, [(day(birth), status)]
        for pause, word in steps:
            at += pause
            told.append((day(at), word))
        lives[f"t{place}"] = told
        if dies:
            deleted[f"t{place}"] = day(at + 2)
    with Store.open(":memory:", clock=lambda: day(100)) as store:
        speak(store, (M1, [11]), (M3, [11]))
        know(store, 11, lives, deleted=deleted, at=90)
        found = window(store)
        history = make_history(11, lives, day(90), deleted=deleted)
        before = {life.key: span for life, span in state_at(history, M1.started_at)}
        after = {life.key: span for life, span in state_at(history, M3.started_at)}
        expected: list[tuple[object, ...]] = []
        for key in sorted(before.keys() | after.keys()):
            old, new = before.get(key), after.get(key)
            if old is None or new is None:
                expected.append((f"t{key}", "task", old and old.target, new and new.target))
            elif UNKNOWN not in (old.status, new.status) and old.status != new.status:
                expected.append((f"t{key}", "status", old.status, new.status))
        assert [(c.target, c.field, c.before, c.after) for c in found.changes] == expected
        moved = {c.target for c in found.changes}
        assert {still.state.target for still in found.unchanged} == {span.target for span in after.values()} - moved
        columns = [{life.key: span.status for life, span in state_at(history, m.started_at)} for m in (M1, M3)]
        for state, cells in build_matrix(across(store, found), found).rows:
            assert cells == tuple(column.get(int(state.target[1:])) for column in columns)
        trends = build_trends(across(store, found), found)
        for place, meeting in enumerate((M1, M3)):
            words = [span.status for _, span in state_at(history, meeting.started_at)]
            assert trends.closed[place] == words.count("Fix Released")
            assert trends.unknown[place] == words.count(UNKNOWN)
            assert trends.open[place] == len(words) - words.count("Fix Released") - words.count(UNKNOWN)


def test_the_matrix_shows_witnessed_bugs_too_and_only_the_last_meetings(store):
    speak(store, (M1, [11]), (M2, [11]), (M3, [11]))
    announce(store, M1, 11, "cloud-init", "Confirmed")
    announce(store, M3, 11, "cloud-init", "Fix Released")
    found = window(store)
    ((state, cells),) = build_matrix(across(store, found), found).rows
    assert (state.status, cells) == ("Fix Released", ("Confirmed", "Confirmed", "Fix Released"))
    assert build_matrix(across(store, found), found, last=2).meetings == (M2, M3)
    trends = build_trends(across(store, found), found)
    assert (trends.open, trends.closed, trends.unchecked) == ((1, 0, 0), (0, 0, 1), (0, 1, 0))
    assert build_matrix(across(store, found), found).old == ((False, True, False),)


def test_a_status_from_before_a_meeting_is_old_there_and_counted_apart(store):
    speak(store, (M1, [11, 12]), (M2, [11]), (M3, [11]))
    know(store, 11, {"linux": [(day(0), "New")]}, at=9)  # between M2 and M3
    announce(store, M1, 12, "cloud-init", "Confirmed")
    found = window(store)
    assert build_matrix(across(store, found), found).old == ((False, False, True), (False, True, True))
    trends = build_trends(across(store, found), found)
    assert (trends.open, trends.unchecked, trends.unknown) == ((2, 1, 0), (0, 1, 2), (0, 0, 0))
    assert [(state.bug.number, meetings, age) for state, meetings, age in trends.carried] == [
        (11, 2, timedelta(days=8)),
        (12, 1, timedelta(minutes=30)),
    ]
    announce(store, M3, 11, "linux", "Triaged")
    assert build_trends(across(store, window(store)), window(store)).by_status["Triaged"] == (0, 0, 1)


def test_a_task_that_was_announced_by_its_former_target_is_not_folded(store):
    speak(store, (M1, [11]), (M3, [11]))
    history = make_history(11, {"unity": [(day(0), "New")], "udev": [(day(0), "New")]}, day(20))
    life, other = history.lives
    (span,) = life.spans
    moved = (replace(span, until=day(5)), replace(span, since=day(5), target="compiz"))
    history = replace(history, lives=(replace(life, spans=moved), other))
    store.record(make_fetched(11, [make_task("compiz", "New"), make_task("udev", "New")], day(20)), history)
    announce(store, M1, 11, "unity", "New")
    assert {s.target: s.folded for s in window(store).after.values()} == {"compiz": False, "udev": True}
    assert {
        s.target: s.folded for s in build_status(load_evidence(store, day(20)), Endpoint(None, day(20))).tasks
    } == {
        "compiz": False,
        "udev": True,
    }


def test_folded_tasks_are_in_no_trend(store):
    speak(store, (M1, [11]), (M3, [11]))
    know(store, 11, {"linux": [(day(0), "New")], "udev": [(day(0), "New")]})
    announce(store, M1, 11, "linux", "New")
    assert build_trends(across(store, window(store)), window(store)).open == (1, 1)


def test_trends_count_a_bug_from_its_first_mention_and_list_what_is_carried_longest(store):
    speak(store, (M1, [11]), (M2, [12]), (M3, [11]))
    for number in (11, 12):
        know(store, number, {"linux": [(day(0), "New")]})
    trends = build_trends(across(store, window(store)), window(store))
    assert trends.open == (1, 2, 2)
    assert [(state.bug.number, meetings, age) for state, meetings, age in trends.carried] == [
        (11, 3, timedelta(days=14)),
        (12, 2, timedelta(days=7)),
    ]


def test_a_bare_window_between_two_instants(store):
    speak(store, (M1, [11]), (OTHER, [12]))
    know(store, 11, {"linux": [(day(0), "New"), (day(5), "Triaged")]})
    know(store, 12, {"linux": [(day(0), "New"), (day(6), "Triaged")]})
    found = build_window(load_evidence(store, day(13), day(4)), Endpoint(None, day(4)), Endpoint(None, day(13)))
    assert [change.bug.number for change in found.changes] == [11, 12]


def look_back(store, start, end):
    """The window between two meetings, with what is known now of what stood there."""
    meetings, now = store.load_meetings(), store.load_newest_moment()
    first, last = resolve_window(start, end, meetings, now)
    evidence = load_evidence(store, last.at, None if first is None else first.at, newest=now)
    return build_window(evidence, first, last, None, now)


def test_what_became_otherwise_after_the_end_is_told_beside_it(store):
    speak(store, (M1, [11, 12, 13]), (M2, [11, 12, 13]), (M3, [11]))
    know(
        store,
        11,
        {"linux": [(day(0), "New"), (day(2), "Triaged"), (day(12), "In Progress"), (day(14), "Fix Released")]},
    )
    know(store, 12, {"linux": [(day(0), "New"), (day(9), "Triaged"), (day(10), "New")]})
    know(store, 13, {"linux": [(day(0), "New"), (day(9), "?")]})
    found = look_back(store, M1.id, M2.id)
    assert changes(found) == [(11, "linux", "status", "New", "Triaged")]
    assert {key[0].number: (each.status, each.since) for key, each in found.later.items()} == {
        11: ("Fix Released", day(14))
    }
    assert look_back(store, M1.id, M3.id).later == {}


def test_a_bot_s_newer_word_is_told_as_its_own(store):
    speak(store, (M1, [11]), (M2, [11]), (M3, [11]))
    announce(store, M1, 11, "linux", "New")
    announce(store, M3, 11, "linux", "Fix Released")
    ((later),) = look_back(store, M1.id, M2.id).later.values()
    assert (later.status, later.since, later.known_by) == ("Fix Released", None, Witness.ANNOUNCED)
