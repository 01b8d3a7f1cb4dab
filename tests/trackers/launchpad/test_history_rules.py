"""One rule at a time: what the activity log says, what it leaves out, and what is made of that."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lptrack.model import UNKNOWN, BugHistory, EventBasis, LogEntry, TaskSpan, UnknownReason
from lptrack.trackers.launchpad.history import build_history
from lptrack.trackers.launchpad.history.calendar import build_calendar
from lptrack.trackers.launchpad.history.entries import parse_person, parse_value
from lptrack.trackers.launchpad.targets import parse_target
from tests.doubles.launchpad.random_lives import build_world
from tests.doubles.launchpad.world import Bug, Place, World
from tests.doubles.launchpad.world_answers import read_world
from tests.history_oracle import state_at

HOUR = timedelta(hours=1)


class Story:
    """A world with one bug on `linux (Ubuntu)`, and short words to live it."""

    def __init__(self, **filed: object) -> None:
        self.world: World = build_world()
        self.ubuntu = self.world.pillars["ubuntu"]
        self.mia = self.world.people["mia-triage"]
        self.soren = self.world.people["soren-o"]
        place = Place(self.ubuntu, None, "linux")
        self.bug: Bug = self.world.file(1, self.mia, place, "A made-up bug", **filed)
        self.generic = self.bug.tasks[0]

    def later(self) -> datetime:
        """An hour passes; the instant just before it has."""
        self.world.wait(HOUR)
        return self.world.now - HOUR / 2

    def history(self, *, facts: bool = True, extra: tuple[LogEntry, ...] = ()) -> BugHistory:
        observation, entries, known = read_world(self.world, 1)
        rows = sorted((*entries, *extra), key=lambda entry: entry.at)
        rows = [replace(entry, position=position) for position, entry in enumerate(rows)]
        return build_history(observation, tuple(rows), known if facts else {}, self.world.now)


def at(history: BugHistory, when: datetime) -> dict[str, TaskSpan]:
    return {span.target: span for _, span in state_at(history, when)}


def test_a_pair_shares_what_either_is_set_to_and_not_won_t_fix() -> None:
    story = Story()
    (saucy,) = story.world.approve(story.bug, story.mia, story.ubuntu, story.ubuntu.named("saucy"))
    story.later()
    story.world.edit(story.bug, saucy, story.soren, status="Triaged")
    both = story.later()
    story.world.edit(story.bug, saucy, story.mia, status="Won't Fix")
    apart = story.later()
    story.world.edit(story.bug, story.generic, story.mia, status="Fix Released")
    story.later()
    history = story.history()
    assert {span.status for span in at(history, both).values()} == {"Triaged"}
    assert at(history, apart)["linux (Ubuntu)"].status == "Triaged"
    assert at(history, apart)["linux (Ubuntu Saucy)"].status == "Won't Fix"
    shared = next(event for event in history.events if event.basis is EventBasis.PARTNER)
    assert (shared.target, shared.after, shared.by) == ("linux (Ubuntu)", "Triaged", "soren-o")


def test_without_facts_what_a_pair_decides_is_unknown() -> None:
    story = Story()
    (raring,) = story.world.approve(story.bug, story.mia, story.ubuntu, story.ubuntu.named("raring"))
    story.later()
    story.world.edit(story.bug, story.generic, story.mia, status="Triaged")
    between = story.later()
    story.world.edit(story.bug, story.generic, story.mia, status="Confirmed")
    story.later()
    story.world.delete(story.bug, raring, story.mia)
    assert at(story.history(), between)["linux (Ubuntu Raring)"].status == "New"
    assert at(story.history(facts=False), between)["linux (Ubuntu Raring)"].status is UNKNOWN


def test_release_day_ends_a_pair() -> None:
    story = Story()
    story.world.approve(story.bug, story.mia, story.ubuntu, story.ubuntu.named("saucy"))
    story.later()
    story.world.release(story.ubuntu, story.ubuntu.named("saucy"), None)
    story.world.wait(-HOUR / 4)
    trusty = type(story.ubuntu.series[0])("trusty", "Trusty", "Active Development", story.world.now)
    story.ubuntu.series.insert(0, trusty)
    story.later()
    story.world.edit(story.bug, story.generic, story.mia, status="Triaged")
    after = story.later()
    assert at(story.history(), after)["linux (Ubuntu Saucy)"].status == "New"


def test_an_assignee_who_goes_silently_is_unknown_from_his_event_on() -> None:
    story = Story()
    before = story.later()
    story.world.edit(story.bug, story.generic, story.mia, assignee=story.soren, status="Triaged")
    gap = story.later()
    story.world.deactivate(story.soren)
    story.later()
    history = story.history()
    assert at(history, before)["linux (Ubuntu)"].assignee is None
    assert at(history, gap)["linux (Ubuntu)"].assignee is UNKNOWN
    assert at(history, gap)["linux (Ubuntu)"].status == "Triaged"
    assert [e.after for e in history.events if e.basis is EventBasis.SILENT and e.field == "assignee"] == [None]


def test_values_at_filing_come_from_the_first_event_or_the_present() -> None:
    story = Story(status="Triaged", importance="High")
    filed = story.later()
    story.world.edit(story.bug, story.generic, story.mia, status="Invalid")
    span = at(story.history(), filed)["linux (Ubuntu)"]
    assert (span.status, span.importance) == ("Triaged", "High")


def test_an_absent_task_is_absent_and_one_deleted_and_added_again_is_two_lives() -> None:
    story = Story()
    absent = story.later()
    place = Place(story.world.pillars["bulk"])
    first = story.world.add_task(story.bug, story.mia, place)
    there = story.later()
    story.world.delete(story.bug, first, story.mia)
    gone = story.later()
    story.world.add_task(story.bug, story.mia, place, logged=False)
    again = story.later()
    history = story.history()
    assert [("bulk" in at(history, when)) for when in (absent, there, gone, again)] == [False, True, False, True]
    assert len({life.key for life, span in [*state_at(history, there), *state_at(history, again)]}) == 3


def test_a_renamed_project_keeps_its_task() -> None:
    story = Story()
    bulk = story.world.pillars["bulk"]
    task = story.world.add_task(story.bug, story.mia, Place(bulk))
    story.later()
    story.world.edit(story.bug, task, story.mia, status="Triaged")
    story.later()
    bulk.name = "bulk-new"
    story.later()
    history = story.history()
    life = next(life for life in history.lives if life.spans[-1].target == "bulk-new")
    assert life.spans[0].target == "bulk"
    assert "former name" in history.notes[0]


def test_when_a_task_went_with_no_row_is_not_known() -> None:
    """A deleted series takes its tasks along: after the last row that names one its state and its end are unknown."""
    story = Story()
    shell = story.world.pillars["unity-shell"]
    story.world.add_task(story.bug, story.mia, Place(shell))
    (trunk,) = story.world.approve(story.bug, story.mia, shell, shell.named("7.1"))
    story.later()
    story.world.edit(story.bug, trunk, story.mia, status="Triaged")
    known = story.later()
    story.bug.tasks.remove(trunk)
    story.later()
    history = story.history()
    life = next(life for life in history.lives if life.spans[0].target == "unity-shell/7.1")
    assert at(history, known - HOUR)["unity-shell/7.1"].status == "New"
    assert at(history, known)["unity-shell/7.1"].status is UNKNOWN
    assert life.unsure_from is not None
    assert life.unsure_from < known < story.world.now == life.deleted_at


def test_a_task_that_confirmed_itself_while_it_was_retargeted_is_one_task() -> None:
    """The janitor's row under the new name comes before the `affects` that gives that name (since July 2011)."""
    story = Story()
    story.later()
    story.world.edit(story.bug, story.generic, story.mia, to=Place(story.ubuntu, None, "unity"))
    retargeting = story.bug.log.pop()
    janitor = story.world.people["janitor"]
    story.generic.status = "Confirmed"
    story.world.note(story.bug, janitor, "unity (Ubuntu): status", "New", "Confirmed")
    story.bug.log.append(retargeting)
    after = story.later()
    history = story.history()
    assert len(history.lives) == 1
    assert {name: span.status for name, span in at(history, after - HOUR).items()} == {"linux (Ubuntu)": "New"}
    assert {name: span.status for name, span in at(history, after).items()} == {"unity (Ubuntu)": "Confirmed"}


def test_a_row_that_cannot_be_understood_takes_only_its_own_field() -> None:
    story = Story()
    unsure = story.later()
    story.world.edit(story.bug, story.generic, story.mia, importance="High")
    story.later()
    odd = LogEntry(0, story.world.now - HOUR / 3, None, "linux (Ubuntu): status", None, None)
    history = story.history(extra=(odd,))
    span = at(history, unsure)["linux (Ubuntu)"]
    assert (span.status, span.importance) == (UNKNOWN, "Undecided")
    assert at(history, story.world.now)["linux (Ubuntu)"].status == "New"
    assert "not understood" in history.notes[0]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (None, None), ("", None), ("Mia Triager (mia-triage)", "mia-triage"),
        ("Kernel: Packaging (Team) (kernel-packagers)", "kernel-packagers"), ("None (x+y.z-1)", "x+y.z-1"),
        ("(( (bracket)", "bracket"), ("Somebody", UNKNOWN), ("A (b c)", UNKNOWN), ("A ()", UNKNOWN),
    ],
)  # fmt: skip
def test_the_nick_is_the_last_bracket(text: str | None, name: str | None) -> None:
    assert parse_person(text) == name


def test_old_words_are_told_in_the_api_s_and_new_ones_are_kept() -> None:
    assert [parse_value("status", word) for word in ("Unconfirmed", "Needs Info", "Rejected", "Fix released")] == [
        "New", "Incomplete", "Invalid", "Fix Released",
    ]  # fmt: skip
    assert parse_value("status", "Brand New Status") == "Brand New Status"
    assert parse_value("importance", "") is UNKNOWN


def test_where_no_series_is_current_the_only_one_is() -> None:
    """`Distribution.currentseries` ends with "if we have ANY, return the first one"."""
    story = Story()
    story.ubuntu.series[1:] = []
    story.ubuntu.series[0].status = "Future"
    story.world.approve(story.bug, story.mia, story.ubuntu, story.ubuntu.series[0])
    story.later()
    story.world.edit(story.bug, story.generic, story.mia, status="Triaged")
    both = story.later()
    story.world.edit(story.bug, story.generic, story.mia, status="Fix Released")
    then = at(story.history(), both)
    assert {name: span.status for name, span in then.items()} == {
        "linux (Ubuntu)": "Triaged",
        "linux (Ubuntu Saucy)": "Triaged",
    }


def test_where_no_series_is_current_and_several_may_be_first_the_pair_is_unknown() -> None:
    day = datetime(2013, 10, 17, 12, tzinfo=UTC)
    rows: list[dict[str, str | None]] = [
        {"name": "next", "displayname": "Next", "status": "Future", "datereleased": None},
        {"name": "late", "displayname": "Late", "status": "Supported", "datereleased": day.isoformat()},
    ]
    coming, late = parse_target("linux (Ubuntu Next)"), parse_target("linux (Ubuntu Late)")
    calendar = build_calendar({"series:/ubuntu": json.dumps(rows)})
    when = (day - HOUR, day + HOUR)
    assert [calendar.is_current(late, at) for at in when] == ["yes", "maybe"]
    assert [calendar.is_current(coming, at) for at in when] == ["no", "maybe"]


def test_a_comment_makes_both_of_an_unequal_pair_incomplete_silently() -> None:
    """`Bug.linkMessage` writes Incomplete again, as answered, and what is written to one of a pair goes to both."""
    story = Story(status="Confirmed")
    (saucy,) = story.world.approve(story.bug, story.mia, story.ubuntu, story.ubuntu.named("saucy"))
    equal = story.later()
    story.world.edit(story.bug, saucy, story.mia, status="Won't Fix")
    story.later()
    story.world.edit(story.bug, saucy, story.mia, status="Incomplete")
    story.later()
    story.world.comment(story.bug)
    assert story.generic.status == "Incomplete"
    after = story.later()
    story.world.edit(story.bug, saucy, story.mia, status="Triaged")
    history = story.history()
    assert {span.status for span in at(history, equal).values()} == {"Confirmed"}
    then = at(history, after)
    assert then["linux (Ubuntu Saucy)"].status == "Incomplete"
    assert then["linux (Ubuntu)"].status is UNKNOWN
    assert {gap.reason for life in history.lives for gap in life.gaps if gap.since <= after} == {
        UnknownReason.SHARED_PERHAPS
    }


def test_without_a_comment_its_own_next_row_confirms_the_other_of_an_unequal_pair() -> None:
    story = Story(status="Confirmed")
    (saucy,) = story.world.approve(story.bug, story.mia, story.ubuntu, story.ubuntu.named("saucy"))
    story.later()
    story.world.edit(story.bug, saucy, story.mia, status="Won't Fix")
    story.later()
    story.world.edit(story.bug, saucy, story.mia, status="Incomplete")
    unequal = story.later()
    story.world.edit(story.bug, story.generic, story.mia, status="Fix Released")
    then = at(story.history(), unequal)
    assert (then["linux (Ubuntu)"].status, then["linux (Ubuntu Saucy)"].status) == ("Confirmed", "Incomplete")


def test_between_a_release_and_the_next_opening_either_may_be_current() -> None:
    day = datetime(2013, 10, 17, 12, tzinfo=UTC)
    rows: list[dict[str, str | None]] = [
        {"name": "trusty", "displayname": "Trusty", "status": "Active Development", "datereleased": None},
        {"name": "saucy", "displayname": "Saucy", "status": "Supported", "datereleased": day.isoformat()},
    ]
    saucy, trusty = parse_target("linux (Ubuntu Saucy)"), parse_target("linux (Ubuntu Trusty)")
    calendar = build_calendar({"series:/ubuntu": json.dumps(rows)})
    when = (day - HOUR, day + HOUR, day + 60 * 24 * HOUR)
    assert [calendar.is_current(saucy, at) for at in when] == ["yes", "maybe", "no"]
    assert [calendar.is_current(trusty, at) for at in when] == ["no", "maybe", "yes"]
    rows[0]["date_created"] = (day - HOUR).isoformat()  # it was there already
    calendar = build_calendar({"series:/ubuntu": json.dumps(rows)})
    assert [calendar.is_current(saucy, at) for at in when] == ["yes", "no", "no"]


WORDS = st.sampled_from(
    [
        "linux (Ubuntu)",
        "linux (Ubuntu Saucy)",
        "bulk",
        "Ubuntu Saucy",
        "New",
        "",
        ": ",
        "x (",
        "bug task added",
        "affects",
    ]
)
ROWS = st.builds(
    lambda what, tail, old, new, seconds: LogEntry(
        0, datetime(2013, 8, 1, 12, tzinfo=UTC) + timedelta(seconds=seconds), None, what + tail, old, new
    ),
    WORDS | st.sampled_from(["bug task deleted", "tags", "summary", "status", "marked as duplicate"]),
    st.sampled_from(["", ": status", ": assignee", ": importance", ": milestone"]),
    st.none() | WORDS,
    st.none() | WORDS,
    st.integers(-10, 20),
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(ROWS, max_size=12))
def test_no_log_is_an_error_and_the_present_stays_the_present(rows: list[LogEntry]) -> None:
    story = Story()
    story.later()
    history = story.history(extra=tuple(rows))
    present = at(history, story.world.now)["linux (Ubuntu)"]
    assert (present.status, present.importance, present.assignee, present.milestone) == (
        "New",
        "Undecided",
        None,
        None,
    )
    for life in history.lives:
        for one, other in zip(life.spans, life.spans[1:], strict=False):
            assert one.until == other.since
        assert all(span.until is None or span.since <= span.until for span in life.spans)


@pytest.mark.parametrize("facts", [True, False])
def test_a_renamed_series_keeps_its_tasks_under_its_present_name(facts: bool) -> None:
    """Ubuntu's next series is `Ff-series` until it has its name: the rows of then are its own, also of a pair."""
    story = Story()
    saucy = story.ubuntu.named("saucy")
    saucy.name, saucy.shown = "ff-series", "Ff-series"
    (task,) = story.world.approve(story.bug, story.mia, story.ubuntu, saucy)
    story.later()
    story.world.edit(story.bug, task, story.soren, status="Triaged", importance="High")
    before = story.later()
    story.world.rename_series(story.ubuntu, saucy, "Focal")
    story.later()
    story.world.edit(story.bug, task, story.mia, status="Fix Released")
    history = story.history(facts=facts)
    then = at(history, before)
    assert set(then) == {"linux (Ubuntu)", "linux (Ubuntu Focal)"}
    assert (then["linux (Ubuntu Focal)"].status, then["linux (Ubuntu Focal)"].importance) == ("Triaged", "High")
    assert then["linux (Ubuntu)"].status in (("Triaged",) if facts else ("Triaged", UNKNOWN))
    assert any("Ff-series of ubuntu is taken for the former name of Focal" in note for note in history.notes)
    assert len(history.lives) == 2


def test_a_renamed_series_of_a_project_keeps_its_task() -> None:
    story = Story()
    shell = story.world.pillars["unity-shell"]
    story.world.add_task(story.bug, story.mia, Place(shell))
    story.later()
    (task,) = story.world.approve(story.bug, story.mia, shell, shell.named("7.1"))
    story.later()
    story.world.edit(story.bug, task, story.mia, status="In Progress")
    before = story.later()
    story.world.rename_series(shell, shell.named("7.1"), "main")
    then = at(story.history(), before)
    assert set(then) == {"linux (Ubuntu)", "unity-shell", "unity-shell/main"}
    assert then["unity-shell/main"].status == "In Progress"


def test_a_series_that_is_there_beside_the_other_is_no_former_name() -> None:
    """Two series' tasks of one moment, one of which went with its series: nothing is taken for anything."""
    story = Story()
    shell = story.world.pillars["unity-shell"]
    story.world.add_task(story.bug, story.mia, Place(shell))
    for name in ("trunk", "7.1"):
        story.later()
        story.world.approve(story.bug, story.mia, shell, shell.named(name))
    story.later()
    task = next(each for each in story.bug.tasks if each.place == Place(shell, shell.named("trunk")))
    story.world.delete(story.bug, task, story.mia)
    assert not [note for note in story.history().notes if "former name" in note]


def test_a_task_added_by_mail_is_logged_twice_and_is_one() -> None:
    story = Story()
    place = Place(story.world.pillars["bulk"])
    story.later()
    task = story.world.add_task(story.bug, story.mia, place)
    story.world.wait(timedelta(seconds=1))
    story.world.note(story.bug, story.mia, "bug task added", None, "bulk")
    story.later()
    story.world.delete(story.bug, task, story.mia)
    when = story.later()
    story.world.add_task(story.bug, story.mia, place)
    history = story.history()
    assert [life.spans[-1].target for life in history.lives].count("bulk") == 2
    assert set(at(history, when)) == {"linux (Ubuntu)"}
    assert [note for note in history.notes if "added" in note] == []
