"""What changes of a bug itself, and what is linked to it: rows of `changes`, and work of its own kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from lptrack.join.evidence import load_evidence
from lptrack.join.model import Endpoint, Window
from lptrack.join.window import build_window
from lptrack.model import BugKey
from lptrack.report.arrange import build_report
from lptrack.report.counts import count_bugs
from lptrack.report.model import Column, Report, SectionKey
from lptrack.storage.store import Store
from lptrack.trackers.interface import Fetched
from lptrack.trackers.launchpad.history import build_history
from tests.doubles.launchpad.random_lives import Living, build_world
from tests.doubles.launchpad.world import Bug, World
from tests.doubles.launchpad.world_answers import read_world
from tests.storage.lives import make_log, make_meeting, make_reference

Act = Callable[[World, Bug], None]


def look(act: Act, numbers: tuple[int, ...] = (1,)) -> Window:
    """Bug 1 (and 2) spoken of at two meetings, and what ``act`` did to bug 1 in between."""
    from random import Random

    world = build_world()
    lives = [Living(world, number, Random(number), silent=False) for number in (1, 2)]
    world.wait(timedelta(days=1))
    first = make_meeting(world.now)
    world.wait(timedelta(days=2))
    act(world, lives[0].bug)
    world.wait(timedelta(days=2))
    last = make_meeting(world.now)
    with Store.open(":memory:") as store:
        for number in (1, 2):
            observation, entries, facts = read_world(world, number)
            history = build_history(observation, entries, facts, world.now)
            store.record(Fetched(observation, entries, world.now), history)
        for meeting in (first, last):
            spoken = [make_reference(meeting, line, number) for line, number in enumerate(numbers, 1)]
            store.take_in(make_log([meeting], spoken, source=f"{meeting.id}.log"), world.now)
        assert first.started_at is not None
        assert last.started_at is not None
        end = Endpoint(last, last.started_at)
        evidence = load_evidence(store, end.at, first.started_at)
        return build_window(evidence, Endpoint(first, first.started_at), end)


def log(what: str, old: str | None, new: str | None) -> Act:
    return lambda world, bug: world.note(bug, world.people["mia-triage"], what, old, new)


def row_of(report: Report, key: SectionKey) -> str:
    (section,) = [section for section in report.page.sections if section.key is key]
    (row,) = section.rows
    return "; ".join(f"{cell.text} {cell.note}".strip() for cell in row.cells.values() if cell.text)


@pytest.mark.parametrize(
    ("act", "field", "before", "after", "words"),
    [
        (log("information type", "Public", "Private"), "visibility", "Public", "Private", "Public → Private"),
        (log("converted to question", None, "777"), "question", None, "777", "converted to question 777"),
    ],
    ids=["private", "question"],
)
def test_a_bug_that_became_private_or_a_question_is_a_change_and_a_row(
    act: Act, field: str, before: str | None, after: str, words: str
) -> None:
    found = look(act)
    (change,) = found.changes
    assert (change.field, change.before, change.after, change.changed_by) == (field, before, after, "mia-triage")
    assert words in row_of(build_report(found), SectionKey.OTHER)
    assert len(count_bugs(found).other) == 1


def test_a_duplicate_is_one_change_whatever_tasks_it_has_and_its_master_is_told_though_nobody_named_it() -> None:
    found = look(lambda world, bug: world.mark_duplicate(bug, world.people["mia-triage"], 2))
    (change,) = found.changes
    assert (change.field, change.before, change.after, change.changed_by) == ("duplicate_of", None, "2", "mia-triage")
    assert count_bugs(found).closed == {BugKey("launchpad", 1)}
    (master,) = found.masters[BugKey("launchpad", 2)]
    assert f"duplicate of #2 ({master.status})" in row_of(build_report(found), SectionKey.CLOSED)


@pytest.mark.parametrize(
    ("what", "new", "words"),
    [
        ("merge proposal linked", "https://code.launchpad.example/~mia/+merge/1", "merge proposal linked: https://"),
        ("branch linked", "lp:~mia/linux/fix", "branch linked: lp:~mia/linux/fix"),
        (
            "attachment added",
            "the fix https://bugs.example/1/+files/fix.debdiff",
            "patch attached: the fix",
        ),
    ],
)
def test_work_is_movement_of_its_own_kind(what: str, new: str, words: str) -> None:
    found = look(log(what, None, new))
    report = build_report(found)
    assert words in row_of(report, SectionKey.WORK)
    assert found.changes == ()
    assert count_bugs(found).moved == 0
    assert SectionKey.STUCK not in {section.key for section in report.page.sections}
    (section,) = [section for section in report.page.sections if section.key is SectionKey.WORK]
    assert section.rows[0].cells[Column.MOVED].note == "by mia-triage"


def test_what_was_linked_and_unlinked_is_no_work_nor_is_a_log_file() -> None:
    def act(world: World, bug: Bug) -> None:
        log("branch linked", None, "lp:~mia/linux/fix")(world, bug)
        log("branch unlinked", "lp:~mia/linux/fix", None)(world, bug)
        log("attachment added", None, "dmesg https://bugs.launchpad.example/1/+files/dmesg.txt")(world, bug)

    assert look(act).work == {}
