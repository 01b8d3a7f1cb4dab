"""Gates: how they are written, and that each is judged over open tasks, by what is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from lptrack.ci.gates import judge_gates, parse_gate
from lptrack.ci.model import GateResult
from lptrack.errors import UsageError
from lptrack.join.model import Window
from lptrack.logs.model import LogResult, LogState
from lptrack.model import UNKNOWN, Absence
from tests.report.samples import BASE, TO, WindowBuilder, state


def judge(text: str, window: Window, *logs: LogResult, all_tasks: bool = False) -> GateResult:
    return judge_gates([parse_gate(text)], window, logs, all_tasks=all_tasks)[0]


def numbers(result: GateResult) -> list[int]:
    return [bug.number - BASE for bug in result.bugs]


@pytest.mark.parametrize(
    "text", ["", "reopend", "reopened>", "unowned>5d", "critical-untouched", "critical-untouched>14", "low-reopened",
             "reopened<3", "unowned>-1", "x" * 9999],
)  # fmt: skip
def test_what_is_no_gate_is_refused_with_the_list_of_gates(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_gate(text)
    assert caught.value.hint


def test_reopened_counts_bugs_that_went_from_closed_to_open() -> None:
    b = WindowBuilder()
    b.moved(state(1, "Fix Released"), state(1, "Triaged"))
    b.moved(state(2, "New"), state(2, "Triaged"))
    result = judge("reopened", b.window())
    assert (result.met, result.value, numbers(result)) == (False, 1, [1])
    assert judge("reopened>1", b.window()).met
    assert "launchpad" in result.sentence
    assert "gate reopened failed" in result.sentence


def test_backwards_counts_raised_importance_and_failed_verification_too() -> None:
    b = WindowBuilder()
    b.moved(state(1, importance="Low"), state(1, importance="Critical"))
    b.moved(state(2), state(2, tags=("verification-failed-noble",)))
    b.moved(state(3, "Triaged"), state(3, "Confirmed"))
    b.moved(state(4, "Confirmed"), state(4, "Triaged"))
    assert numbers(judge("backwards", b.window())) == [1, 2, 3]


def test_unowned_takes_open_tasks_only_and_an_unknown_assignee_is_not_unowned() -> None:
    b = WindowBuilder()
    b.still(state(1))
    b.still(state(2, assignee="ana"))
    b.still(state(3, assignee=UNKNOWN))
    b.still(state(4, "Fix Released"))
    b.still(state(5, UNKNOWN))
    result = judge("unowned>0", b.window())
    assert (result.value, numbers(result), result.undecided) == (1, [1], 2)
    assert judge("critical-unowned>0", b.window()).met


def test_open_tasks_are_those_of_the_page_unless_all_are_asked_for() -> None:
    b = WindowBuilder()
    b.still(state(1))
    b.still(state(1, series="precise", folded=True))
    assert judge("unowned>0", b.window()).value == judge("open>0", b.window()).value == 1
    assert judge("unowned>0", b.window(), all_tasks=True).value == 2


def test_the_work_on_a_duplicate_is_its_masters() -> None:
    b = WindowBuilder()
    b.still(state(1, "Fix Released"))
    b.still(state(2, duplicate_of=str(state(1).bug.number)))
    for gate in ("unowned", "open"):
        assert judge(gate, b.window()).met
        assert judge(gate, b.window(), all_tasks=True).met


def test_a_new_duplicate_that_stepped_back_is_closed_as_on_the_page() -> None:
    b = WindowBuilder()
    b.moved(state(1, "In Progress"), state(1, "Confirmed", duplicate_of="7"))
    b.moved(state(2, "In Progress"), state(2, "Confirmed"))
    assert numbers(judge("backwards", b.window())) == [2]


@pytest.mark.parametrize("gate", ["reopened", "backwards", "unowned>0", "open>0", "critical-untouched>14d"])
def test_a_gate_is_not_passed_while_bugs_could_not_be_asked_about(gate: str) -> None:
    b = WindowBuilder()
    b.gone(1, Absence.UNREACHABLE)
    b.gone(2, Absence.NOT_VISIBLE)
    result = judge(gate, b.window())
    assert (result.met, result.undecided) == (True, 1)
    assert "passed" not in result.sentence
    assert result.sentence.endswith("; 1 could not be judged")


def test_untouched_is_an_age_that_counts_to_the_reports_end() -> None:
    b = WindowBuilder()
    tasks = [b.still(state(number, importance="Critical")) for number in (1, 2, 3)]
    b.still(state(4, importance="Low"))
    ages = (3, 20, None)
    touched = {
        (task.bug, task.task): None if age is None else TO - timedelta(days=age)
        for task, age in zip(tasks, ages, strict=True)
    }
    window = replace(b.window(), touched=touched)
    result = judge("critical-untouched>14d", window)
    assert (result.met, result.value, result.unit, numbers(result), result.undecided) == (False, 20, "days", [2], 1)
    assert judge("critical-untouched>3w", window).met


def test_a_bug_that_is_not_visible_is_an_answer_and_no_failure() -> None:
    b = WindowBuilder()
    b.gone(1, Absence.NOT_VISIBLE)
    b.gone(2, Absence.UNREACHABLE)
    assert numbers(judge("unresolved", b.window())) == [2]
    assert numbers(judge("invisible", b.window())) == [1]


def test_in_an_empty_window_only_the_logs_are_judged() -> None:
    broken = LogResult("a", LogState.UNREADABLE, "binary")
    assert not judge("unreadable>0", WindowBuilder().window(), broken).met
    assert judge("reopened", WindowBuilder().window(), broken).met


def test_new_counts_bugs_that_the_last_meeting_was_the_first_to_mention() -> None:
    b = WindowBuilder()
    b.fresh(state(1, "New"))
    b.fresh(state(1, "New", target="linux (Ubuntu)", task="2"))
    b.moved(state(2, "New"), state(2, "Triaged"))
    assert numbers(judge("new", b.window())) == [1]
    assert judge("new>1", b.window()).met
