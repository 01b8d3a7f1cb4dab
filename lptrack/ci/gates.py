"""Gates: what a team asks the job to fail on. Judged over the open tasks of the considered bugs, on every run."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final

from lptrack.ci.model import Gate, GateResult
from lptrack.config.duration import parse_duration
from lptrack.errors import UsageError
from lptrack.join.interface import Window
from lptrack.logs.extraction import LogResult, LogState
from lptrack.model import UNKNOWN, Absence, BugKey, Change, TaskState
from lptrack.report.judgement import (
    Move,
    failed_verifications,
    is_closed,
    is_importance_raised,
    is_open,
    judge_status,
)

Measured = tuple[float, str, tuple[BugKey, ...], int]
"""Value, unit, the bugs behind it, how many could not be judged."""

COUNTED: Final = {
    "reopened": "bugs that went from closed to open",
    "backwards": "bugs reopened, moved back, raised in importance or with a failed verification",
    "unowned": "open tasks without an assignee (an unknown assignee is not unowned)",
    "open": "open tasks",
    "new": "bugs first mentioned in the last meeting",
    "unresolved": "bugs that a tracker could not be asked about",
    "invisible": "bugs that are private or missing",
    "unreadable": "logs that could not be read",
    "untouched": "open tasks in which nothing has changed for longer than the age given",
}
_IMPORTANCES: Final = ("critical", "high", "medium", "low", "wishlist", "undecided")
_PATTERN: Final = re.compile(r"([a-z]+(?:-[a-z]+)?)\s*(?:>\s*(\d{1,9}(?:\.\d+)?)\s*([smhdw]?))?")


def parse_gate(text: str) -> Gate:
    """The gate that ``text`` means: `reopened`, `unowned>5`, `critical-untouched>14d`. Raises `UsageError`."""
    match = _PATTERN.fullmatch(text.strip().lower())
    measure = match[1] if match else text
    importance, _, rest = measure.rpartition("-")
    known = rest in COUNTED and (
        not importance or (importance in _IMPORTANCES and rest in ("untouched", "unowned", "open"))
    )
    if match is None or not known:
        near = difflib.get_close_matches(measure, COUNTED, 1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise UsageError(
            f"--fail-on {text!r} is no gate",
            hint=f"{hint}gates: {', '.join(COUNTED)}, each with >N; IMPORTANCE-untouched>14d, IMPORTANCE-unowned>0, "
            "IMPORTANCE-open>0",
        )
    if rest == "untouched":
        if not match[2] or not match[3]:
            raise UsageError(f"--fail-on {text!r} needs an age", hint="e.g. critical-untouched>14d")
        return Gate(text.strip(), measure, 0, parse_duration(match[2] + match[3], "--fail-on"))
    if match[3]:
        raise UsageError(f"--fail-on {text!r} counts; it takes no age", hint=f"e.g. {measure}>5")
    return Gate(text.strip(), measure, float(match[2] or 0))


def judge_gates(gates: Iterable[Gate], window: Window | None, logs: Iterable[LogResult]) -> tuple[GateResult, ...]:
    """Every gate with its verdict. Without a meeting there is nothing to judge but the logs."""
    read = tuple(logs)
    return tuple(_judge(gate, window, read) for gate in gates)


def _judge(gate: Gate, window: Window | None, logs: tuple[LogResult, ...]) -> GateResult:
    value, unit, bugs, undecided = _measure(gate, window, logs)
    limit = gate.age / timedelta(days=1) if gate.age is not None else gate.limit
    return GateResult(gate, value <= limit, value, unit, bugs, undecided)


def _measure(gate: Gate, window: Window | None, logs: tuple[LogResult, ...]) -> Measured:
    importance, _, measure = gate.measure.rpartition("-")
    if measure == "unreadable":
        return float(sum(log.state is LogState.UNREADABLE for log in logs)), "logs", (), 0
    if window is None:
        return 0.0, "bugs", (), 0
    match measure:
        case "reopened":
            return _bugs(change.bug for change in window.changes if _is_move(change, Move.REOPENED))
        case "backwards":
            return _bugs(_backwards(window))
        case "new":
            return _bugs(state.bug for state in window.new)
        case "unresolved":
            return _bugs(gone.bug for gone in window.unresolved if gone.reason is Absence.UNREACHABLE)
        case "invisible":
            return _bugs(gone.bug for gone in window.unresolved if gone.reason is Absence.NOT_VISIBLE)
        case "untouched":
            return _untouched(window, importance, gate.age or timedelta())
        case "unowned":
            return _tasks(window, importance, lambda state: state.assignee is None, lambda s: s.assignee is UNKNOWN)
        case _:
            return _tasks(window, importance, lambda _state: True, lambda _state: False)


def _bugs(bugs: Iterable[BugKey]) -> Measured:
    distinct = tuple(sorted(set(bugs)))
    return float(len(distinct)), "bugs", distinct, 0


def _is_move(change: Change, move: Move) -> bool:
    if change.field != "status" or change.before is None or change.after is None:
        return False
    return judge_status(change.bug.tracker, change.before, change.after) is move


def _backwards(window: Window) -> Iterable[BugKey]:
    for change in window.changes:
        raised = change.field == "importance" and is_importance_raised(
            change.bug.tracker, change.before, change.after
        )
        state = window.after.get((change.bug, change.task))
        raised = raised and not (state is not None and is_closed(change.bug.tracker, state.status))
        if raised or _is_move(change, Move.REOPENED) or _is_move(change, Move.BACKWARDS):
            yield change.bug
    for key, after in window.after.items():
        if failed_verifications(window.before.get(key), after):
            yield after.bug


def _open_tasks(window: Window, importance: str) -> list[TaskState]:
    return [
        state
        for state in window.after.values()
        if is_open(state.bug.tracker, state.status)
        and (not importance or str(state.importance).casefold() == importance)
    ]


def _tasks(
    window: Window, importance: str, counts: Callable[[TaskState], bool], unsure: Callable[[TaskState], bool]
) -> Measured:
    tasks = _open_tasks(window, importance)
    hit = [state for state in tasks if counts(state)]
    return float(len(hit)), "tasks", tuple(sorted({state.bug for state in hit})), sum(map(unsure, tasks))


def _untouched(window: Window, importance: str, age: timedelta) -> Measured:
    """The longest time, in days, in which nothing changed in an open task; the bugs are those above ``age``."""
    longest, late, unsure = timedelta(), set(), 0
    for state in _open_tasks(window, importance):
        touched = window.touched.get((state.bug, state.task))
        if touched is None:
            unsure += 1
            continue
        idle = window.end.at - touched
        longest = max(longest, idle)
        if idle > age:
            late.add(state.bug)
    return round(longest / timedelta(days=1), 2), "days", tuple(sorted(late)), unsure
