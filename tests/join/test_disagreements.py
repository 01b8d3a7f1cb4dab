"""`lptrack check` and `history`: the witnesses side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from lptrack.join.bug import build_life
from lptrack.join.check import build_agreement
from lptrack.join.evidence import load_history_evidence, load_life_evidence
from lptrack.join.model import Endpoint
from lptrack.model import Absence, BugKey, Unresolved
from lptrack.report.disagreements import describe, describe_open, disagreement_record, open_record
from lptrack.storage.store import Store
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

MEETING = make_meeting(day(5))
BUG = BugKey("launchpad", 11)
OTHER = BugKey("launchpad", 99)


@pytest.fixture
def store():
    with Store.open(":memory:", clock=lambda: day(30)) as opened:
        yield opened


def held_against(store, *said, steps, importance="High"):
    store.take_in(make_log([MEETING], said))
    history = make_history(11, {"linux": steps}, day(20), importance=importance)
    store.record(make_fetched(11, [make_task("linux", steps[-1][1], importance)], day(20)), history)
    return build_agreement(load_history_evidence(store))


def test_a_word_that_the_history_denies_is_told_with_both_sources(store):
    said = make_announcement(MEETING, 5, 11, "linux", "Confirmed")
    found = held_against(store, said, steps=[(day(0), "New"), (day(3), "Triaged")])
    (each,) = found.disagreements
    assert (each.word, each.known, each.field) == ("Confirmed", ("Triaged",), "status")
    assert describe(each) == (
        "launchpad bug 11, linux: 2018-01-06 00:05 UTC a bot said status Confirmed"
        f" ({MEETING.id}, logs/demo.log:5); its history says Triaged"
    )
    assert disagreement_record(each)["history"] == ["Triaged"]


@pytest.mark.parametrize(("seconds", "agrees"), [(-1, True), (0, True), (59, True), (61, False)])
def test_any_state_held_within_the_logs_minute_agrees(store, seconds, agrees):
    said = make_announcement(MEETING, 5, 11, "Linux", "fix released")
    moment = said.reference.at + timedelta(seconds=seconds)
    found = held_against(store, said, steps=[(day(0), "New"), (moment, "Fix Released")])
    assert (not found.disagreements) == agrees
    assert found.compared == 4  # status and importance, of the bot and of the read


def test_what_the_history_does_not_know_cannot_disagree(store):
    said = make_announcement(MEETING, 5, 11, "linux", "Confirmed")
    found = held_against(store, said, steps=[(day(0), "?"), (day(9), "Triaged")])
    assert found.disagreements == ()
    assert found.unknown == 1


def test_a_target_that_the_bug_never_had_is_a_disagreement(store):
    said = make_announcement(MEETING, 5, 11, "zlib", "New", importance=None)
    found = held_against(store, said, steps=[(day(0), "New")])
    assert [(each.target, each.known) for each in found.disagreements] == [("zlib", ())]
    assert "knows no such task" in describe(found.disagreements[0])


def test_a_target_of_the_past_is_known_by_what_bots_print_of_it(store):
    """`Unity Shell` is `shell` by another bug's read; `Ubuntu system image` is plainly `ubuntu-system-image`."""
    store.record(make_fetched(12, [make_task("shell", display_target="Unity Shell")], day(4)), None)
    said = [
        make_announcement(MEETING, n, 11, name, "New") for n, name in ((1, "Unity Shell"), (2, "Ubuntu system image"))
    ]
    store.take_in(make_log([MEETING], said))
    steps = {"shell": [(day(0), "New")], "ubuntu-system-image": [(day(0), "New")]}
    store.record(make_fetched(11, [], day(20)), make_history(11, steps, day(20)))
    assert build_agreement(load_history_evidence(store)).disagreements == ()


def test_words_after_the_newest_read_are_not_held_against_it(store):
    late = make_announcement(MEETING, 5, 11, "linux", "Fix Released", at=day(25))
    assert held_against(store, late, steps=[(day(0), "New")]).disagreements == ()


def test_an_earlier_read_is_a_witness_too(store):
    store.record(make_fetched(11, [make_task("linux", "Confirmed", "High")], day(4)), None)
    found = held_against(store, make_reference(MEETING, 1, 11), steps=[(day(0), "New")])
    assert [(str(each.witness), each.word, each.known) for each in found.disagreements] == [
        ("observed", "Confirmed", ("New",))
    ]


class TestLife:
    """`history BUG`."""

    def test_everything_on_record_of_a_bug(self, store):
        steps = [(day(0), "New"), (day(6), "Triaged")]
        said = (
            make_reference(MEETING, 1, 11),
            make_announcement(MEETING, 2, 11, "linux", "New"),
            make_reference(MEETING, 3, 12),
        )
        held_against(store, *said, steps=steps)
        end = Endpoint(None, day(20))
        life = build_life(
            load_life_evidence(store, [BUG], end.at), BUG, end, lambda *_: make_history(11, {"linux": steps}, day(20))
        )
        assert life is not None
        assert [reference.line for reference in life.references] == [1, 2]
        assert len(life.announcements) == 1
        assert [event.after for event in life.history.events] == ["Triaged"]
        assert [state.status for state in life.states] == ["Triaged"]
        assert [at for at, _ in life.observed] == [day(20)]
        assert list(life.meetings) == [MEETING.id]
        assert life.title == "Bug 11 (made-up)"

    def test_a_bug_that_only_a_log_knows_or_nobody(self, store):
        store.take_in(make_log([MEETING], [make_reference(MEETING, 1, 11)]))
        store.record_unresolved(Unresolved(BUG, "https://x/11", Absence.NOT_VISIBLE), day(6))
        life = build_life(load_life_evidence(store, [BUG], day(20)), BUG, Endpoint(None, day(20)), None)
        assert life is not None
        assert (life.states, life.history, life.url) == ((), None, "https://x/11")
        assert build_life(load_life_evidence(store, [OTHER], day(20)), OTHER, Endpoint(None, day(20)), None) is None


def test_a_log_that_is_not_whole_is_named_with_what_stands_in_the_way(store):
    history = make_history(11, {"linux": [(day(0), "New")]}, day(20))
    notes = ("the log does not begin with the bug's creation: its past is unknown",)
    store.record(make_fetched(11, [make_task("linux", "New")], day(20)), replace(history, notes=notes))
    (each,) = build_agreement(load_history_evidence(store)).open_histories
    assert describe_open(each) == f"launchpad bug 11: its log does not tell everything: {notes[0]}"
    assert open_record(each)["notes"] == list(notes)
    assert build_agreement(load_history_evidence(store), lambda bug: bug != BUG).open_histories == ()
