"""Single lives, each for one rule: what the log proves, what it leaves open, and that the notes say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lptrack.model import DEBIAN, UNKNOWN, BugHistory, BugTask, LogEntry, Observation, Value
from lptrack.trackers import tracker_named
from lptrack.trackers.debian.history import build_history
from lptrack.trackers.debian.log import build_entries
from lptrack.trackers.debian.mail import parse_mail
from tests.doubles.debbugs.world import World
from tests.trackers.debian.test_worlds import READ, START, read_history

DAY = timedelta(days=1)
ANN = "Ann Triager <ann@example.org>"


def states(history: BugHistory, name: str) -> list[Value]:
    """The values of a field, one for each stretch in which it is the same."""
    values = [getattr(span, name) for span in history.lives[0].spans]
    return [value for index, value in enumerate(values) if index == 0 or values[index - 1] != value]


@pytest.fixture
def world() -> World:
    world = World()
    world.report(5, START, severity="important", subject="made-up: hums (made-up)")
    return world


def test_a_bug_is_born_with_what_its_report_said(world: World) -> None:
    history = read_history(world, 5)
    (span,) = history.lives[0].spans
    assert (span.since, span.until) == (START, None)
    assert (span.target, span.status, span.importance, span.assignee, span.milestone) == (
        "made-up", "open", "important", None, None,
    )  # fmt: skip
    assert history.events == ()
    assert history.titles[0].value == "made-up: hums (made-up)"


def test_each_change_has_its_day_and_its_person(world: World) -> None:
    world.control([("severity", 5, "grave"), ("owner", 5, "!")], START + DAY, sender=ANN)
    world.close(5, START + 2 * DAY, pseudo=("Source: made-up", "Source-Version: 1.2-1"))
    history = read_history(world, 5)
    told = [(event.field, event.before, event.after, event.at, event.by) for event in history.events]
    una = "Una Ploader <una@example.org>"
    assert told == [
        ("importance", "important", "grave", START + DAY, ANN),
        ("assignee", None, ANN, START + DAY, ANN),
        ("status", "open", "done", START + 2 * DAY, una),
        ("milestone", None, "made-up/1.2-1", START + 2 * DAY, una),
    ]


def test_there_and_back_is_all_there(world: World) -> None:
    for day, command in enumerate([("close", 5), ("reopen", 5), ("forwarded", 5, "x@example.org"), ("close", 5)], 1):
        world.control([command], START + day * DAY)
    assert states(read_history(world, 5), "status") == ["open", "done", "open", "forwarded", "done"]


def test_a_package_that_changes_is_a_change_of_target(world: World) -> None:
    world.control([("fixed", 5, "1.2-1")], START + DAY)
    world.control([("reassign", 5, "other")], START + 2 * DAY)
    history = read_history(world, 5)
    assert [span.target for span in history.lives[0].spans] == ["made-up", "made-up", "other"]
    assert ("target", "made-up", "other") in [(event.field, event.before, event.after) for event in history.events]
    assert history.lives[0].spans[-1].milestone is None  # a reassigned bug forgets its versions


def test_found_again_in_a_newer_version_is_open_again(world: World) -> None:
    world.control([("close", 5, "1.2-1")], START + DAY)
    world.control([("found", 5, "1.1-1")], START + 2 * DAY)
    world.control([("found", 5, "1.3-1")], START + 3 * DAY)
    spans = read_history(world, 5).lives[0].spans
    assert [(span.since - START, span.status) for span in spans] == [
        (0 * DAY, "open"),
        (DAY, "done"),
        (3 * DAY, "open"),
    ]


def test_talk_about_commands_is_no_command(world: World) -> None:
    world.comment(5, START + DAY, ["> severity 5 wishlist", "I'd rather not:", "", "it hums loudly."])
    history = read_history(world, 5)
    assert len(history.lives[0].spans) == 1
    assert history.notes == ()


def test_after_the_fifth_line_that_it_does_not_know_control_stops(world: World) -> None:
    world.control([("tag", 5, "+ patch")], START + DAY)
    noise = ["a b", "c d", "e f", "g h", "i j"]
    mail = world.bugs[5].log[-1]
    mail["body"] = "\n".join(["tag 5 + patch", *noise, "severity 5 wishlist"])
    assert states(read_history(world, 5), "importance") == ["important"]


def test_a_mail_perhaps_copied_to_control_leaves_the_field_open_until_the_present_settles_it(world: World) -> None:
    world.comment(5, START + DAY, ["severity 5 serious", "thanks"])
    world.control([("tag", 5, "+ patch")], START + 2 * DAY)
    history = read_history(world, 5)
    # The present says important, and only that mail could have changed it: so it did not.
    assert states(history, "importance") == ["important"]
    assert "perhaps copied" in history.notes[0]


def test_between_a_doubtful_mail_and_a_sure_one_it_is_unknown(world: World) -> None:
    world.comment(5, START + DAY, ["severity 5 serious", "thanks"])
    world.control([("severity", 5, "minor")], START + 2 * DAY)
    assert states(read_history(world, 5), "importance") == ["important", UNKNOWN, "minor"]


def test_what_no_mail_told_is_unknown_before_it_was_seen(world: World) -> None:
    world.silently(5, START + 3 * DAY, severity="grave")
    history = read_history(world, 5)
    spans = history.lives[0].spans
    assert [(span.since, span.importance) for span in spans] == [(START, UNKNOWN), (READ, "grave")]
    assert [span.status for span in spans] == ["open", "open"]
    assert "present value of severity" in history.notes[0]


def test_a_merged_bug_s_sibling_may_speak_for_it(world: World) -> None:
    world.report(6, START + DAY, severity="important", package="made-up")
    world.control([("merge", 5, 6)], START + 2 * DAY)
    world.control([("severity", 6, "minor")], START + 3 * DAY)
    world.control([("severity", 6, "serious")], START + 4 * DAY)
    assert states(read_history(world, 5), "importance") == ["important", UNKNOWN, "serious"]
    assert states(read_history(world, 6), "importance") == ["important", "minor", "serious"]


def test_a_clone_knows_nothing_of_its_time_before(world: World) -> None:
    world.control([("severity", 5, "minor")], START + DAY)
    bug = world.bugs[5]
    clone = replace(bug, number=50, severity="grave", log=list(bug.log))
    world.bugs[50] = clone
    mail = dict(bug.log[-1])
    mail["body"] = "clone 5 -1\nseverity -1 serious\nthanks"
    clone.log.append(mail)
    history = read_history(world, 50)
    assert history.lives[0].spans[0].importance is UNKNOWN
    assert any("cloned" in note for note in history.notes)


def test_a_mail_whose_date_cannot_be_believed_dates_nothing(world: World) -> None:
    world.control([("severity", 5, "minor")], START + DAY)
    world.control([("severity", 5, "serious")], START + 2 * DAY)
    middle = world.bugs[5].log[1]
    middle["header"] = str(middle["header"]).replace(f"{START + DAY:%d %b %Y}", "01 Jan 2031")
    # It came somewhere between the report and the message after it.
    assert states(read_history(world, 5), "importance") == [UNKNOWN, "serious"]


def test_a_limit_that_others_might_not_have_passed_is_no_proof(world: World) -> None:
    world.control([("tag", 5, "+ patch"), ("severity", 5, "minor"), ("severity", 5, "grave")], START + DAY)
    mail = world.bugs[5].log[-1]
    mail["body"] = "tag 5 + patch\npackage elsewhere\nseverity 5 minor\nthanks"
    world.bugs[5].severity = "important"
    assert states(read_history(world, 5), "importance") == ["important"]
    mail["body"] = "package made-up\nseverity 5 grave\ntag 5 + patch\nthanks"
    world.bugs[5].severity = "grave"
    assert states(read_history(world, 5), "importance") == ["important", "grave"]


def test_without_its_report_a_bug_s_beginning_is_unknown(world: World) -> None:
    world.control([("severity", 5, "minor")], START + DAY)
    del world.bugs[5].log[0]
    history = read_history(world, 5)
    assert states(history, "importance") == [UNKNOWN, "minor"]
    assert states(history, "status") == [UNKNOWN, "open"]
    assert history.lives[0].spans[-1].since == READ


def test_an_empty_log_tells_the_present_only() -> None:
    task = BugTask("python-pip", "python-pip", "python-pip", None, "done", "normal", None, None, None)
    history = build_history(Observation(DEBIAN, 722295, "u", "t", (task,)), (), READ)
    before, now = history.lives[0].spans
    assert (before.status, now.status, now.since) == (UNKNOWN, "done", READ)


TRANSCRIPT = """Processing commands for control@bugs.debian.org:

> severity 5 grave
Bug #5 [made-up] made-up: hums (made-up)
Severity set to 'grave' from 'important'
> retitle 6 nothing of ours
Bug #6 [made-up] made-up: sings (made-up)
Changed Bug title to 'nothing of ours' from 'made-up: sings (made-up)'.
> tags 5 + patch security
Bug #5 [made-up] made-up: hums (made-up)
Added tag(s) security and patch.
"""


def test_debbugs_own_words_are_the_best_witness() -> None:
    header = (
        "X-Loop: owner@bugs.debian.org\nFrom: owner@bugs.debian.org\nTo: 5@bugs.debian.org\n"
        "Date: Wed, 11 Sep 2013 15:04:18 +0000"
    )
    entries = build_entries(5, [parse_mail(header, TRANSCRIPT, ())])
    assert [(entry.what, entry.old, entry.new) for entry in entries[1:]] == [
        ("severity", "important", "grave"),
        ("tags", None, "+security +patch"),
    ]


def test_nobody_else_speaks_in_debbugs_name() -> None:
    header = "From: owner@bugs.debian.org\nTo: 5@bugs.debian.org\nDate: Wed, 11 Sep 2013 15:04:18 +0000"
    entries = build_entries(5, [parse_mail(header, TRANSCRIPT, ("bugs.debian.org",))])
    assert [entry.what for entry in entries] == ["mail"]


def test_a_transcript_that_the_log_contradicts_takes_the_past_back() -> None:
    world = World()
    world.report(5, START, severity="important")
    world.bugs[5].severity = "grave"
    header = "X-Loop: owner@bugs.debian.org\nDate: Wed, 11 Sep 2013 15:04:18 +0000"
    body = "> severity 5 grave\nBug #5 [made-up] hums\nSeverity set to 'grave' from 'minor'\n"
    world.bugs[5].log.append({"header": header, "body": body, "msg_num": 2})
    assert states(read_history(world, 5), "importance") == [UNKNOWN, "grave"]


WORDS = st.sampled_from([
    "report", "package", "severity", "title", "owner", "forwarded", "tags", "done", "reopen", "found", "fixed",
    "notfixed", "reassign", "unclear", "clone", "mail", "nonsense",
])  # fmt: skip
ENTRIES = st.lists(
    st.tuples(WORDS, st.none() | st.text(max_size=8) | st.sampled_from(["1.2-1", "done tags", "= fixed", "grave"])),
    max_size=12,
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(rows=ENTRIES)
def test_any_rows_give_a_whole_life(rows: Sequence[tuple[str, str | None]]) -> None:
    task = BugTask("made-up", "made-up", "made-up", None, "open", "normal", None, None, None)
    entries = [LogEntry(i, START + i * DAY, None, what, new, new) for i, (what, new) in enumerate(rows)]
    seen = Observation(DEBIAN, 5, "u", "t", (task,), created_at=START)
    history = tracker_named("debian").build_history(seen, tuple(entries), {}, READ)
    if not entries:
        assert history is None
        return
    assert history is not None
    spans = history.lives[0].spans
    assert [span.until for span in spans[:-1]] == [span.since for span in spans[1:]]
    assert (spans[0].since, spans[-1].until) == (START, None)
    assert (spans[-1].status, spans[-1].importance, spans[-1].target) == ("open", "normal", "made-up")


def test_a_message_after_the_read_is_of_the_next_read(world: World) -> None:
    world.control([("severity", 5, "grave")], START + DAY)
    world.bugs[5].severity = "important"  # what get_status said before that mail came
    history = read_history(world, 5, START + DAY / 2)
    assert states(history, "importance") == ["important"]


def test_nothing_is_read_before_the_year_of_a_bug_without_a_date() -> None:
    task = BugTask("a", "a", "a", None, "open", "normal", None, None, None)
    history = build_history(Observation(DEBIAN, 5, "u", "t", (task,)), (), READ)
    assert history.lives[0].spans[0].since == datetime(1970, 1, 1, tzinfo=UTC)
