"""Gates: what a team asks the job to fail on. Judged on every run.

Open tasks are those that the page shows: a duplicate's work is its master's, and what is folded away is not counted.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from lptrack.ci.model import Gate, GateResult
from lptrack.config.duration import parse_duration
from lptrack.errors import UsageError
from lptrack.join.model import Window
from lptrack.logs.model import LogResult, LogState
from lptrack.model import UNKNOWN, Absence, BugKey, Change, TaskState
from lptrack.report.judgement import Move, judge_status
from lptrack.report.model import SectionKey
from lptrack.report.rows import open_desk
from lptrack.report.verdict import list_facts
from lptrack.trackers import tracker_names, words_of


@dataclass(frozen=True, slots=True)
class Measured:
    """What a gate measured: ``value`` in its unit, the bugs behind it, and how many could not be judged."""

    value: float
    bugs: tuple[BugKey, ...] = ()
    undecided: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """What a gate is judged on. ``importance``: only tasks of this one (as written, lower case; "" for all).

    ``tasks`` are the open ones: those that the page shows, or every one.
    """

    window: Window
    tasks: tuple[TaskState, ...]
    logs: tuple[LogResult, ...]
    importance: str
    age: timedelta


@dataclass(frozen=True, slots=True)
class Measure:
    """A kind of gate. ``by_importance``: may be asked of one importance; ``of_age``: takes an age, not a count.

    ``of_states``: what is not known of a bug's state may hide what it counts.
    """

    name: str
    unit: str
    counts: str
    measure: Callable[[Judged], Measured]
    by_importance: bool = False
    of_age: bool = False
    of_states: bool = True


def _reopened(judged: Judged) -> Measured:
    return _bugs(change.bug for change in judged.window.changes if _is_move(change, Move.REOPENED))


def _backwards(judged: Judged) -> Measured:
    """As the page judges it, folded tasks too."""
    found = list_facts(judged.window).items()
    return _bugs(bug for (bug, _), facts in found if facts.section is SectionKey.BACKWARDS)


def _unowned(judged: Judged) -> Measured:
    return _tasks(judged, lambda state: state.assignee is None, lambda state: state.assignee is UNKNOWN)


def _open(judged: Judged) -> Measured:
    return _tasks(judged, lambda _state: True, lambda _state: False)


def _new(judged: Judged) -> Measured:
    return _bugs(state.bug for state in judged.window.new)


def _absent(reason: Absence) -> Callable[[Judged], Measured]:
    return lambda judged: _bugs(absent.bug for absent in judged.window.unresolved if absent.reason is reason)


def _unreadable(judged: Judged) -> Measured:
    return Measured(float(sum(log.state is LogState.UNREADABLE for log in judged.logs)))


def _untouched(judged: Judged) -> Measured:
    """The longest time, in days, in which nothing changed in an open task; the bugs are those above the age."""
    longest, late, unsure = timedelta(), set(), 0
    for state in _open_tasks(judged):
        touched = judged.window.touched.get((state.bug, state.task))
        if touched is None:
            unsure += 1
            continue
        idle = judged.window.end.at - touched
        longest = max(longest, idle)
        if idle > judged.age:
            late.add(state.bug)
    return Measured(round(longest / timedelta(days=1), 2), tuple(sorted(late)), unsure)


GATES: Final = (
    Measure("reopened", "bugs", "bugs that went from closed to open", _reopened),
    Measure(
        "backwards", "bugs", "bugs reopened, moved back, raised in importance or with a failed verification",
        _backwards,
    ),
    Measure(
        "unowned", "tasks", "open tasks without an assignee (an unknown assignee is not unowned)", _unowned,
        by_importance=True,
    ),
    Measure("open", "tasks", "open tasks", _open, by_importance=True),
    Measure("new", "bugs", "bugs first mentioned in the last meeting", _new, of_states=False),
    Measure(
        "unresolved", "bugs", "bugs that a tracker could not be asked about", _absent(Absence.UNREACHABLE),
        of_states=False,
    ),
    Measure("invisible", "bugs", "bugs that are private or missing", _absent(Absence.NOT_VISIBLE), of_states=False),
    Measure("unreadable", "logs", "logs that could not be read", _unreadable, of_states=False),
    Measure(
        "untouched", "days", "open tasks in which nothing has changed for longer than the age given", _untouched,
        by_importance=True, of_age=True,
    ),
)  # fmt: skip
"""The gates, in the order of the documentation."""

_PATTERN: Final = re.compile(r"([a-z]+(?:-[a-z]+)?)\s*(?:>\s*(\d{1,9}(?:\.\d+)?)\s*([smhdw]?))?")


def find_measure(text: str) -> tuple[Measure, str] | None:
    """The measure that `critical-untouched` names, and the importance it is asked of ("" for all)."""
    importance, _, name = text.rpartition("-")
    found = next((measure for measure in GATES if measure.name == name), None)
    if found is None or (importance and not (found.by_importance and importance in _importances())):
        return None
    return found, importance


def _importances() -> tuple[str, ...]:
    """Every tracker's importances as gates write them: in lower case, the most important first."""
    named = (name.casefold() for tracker in tracker_names() for name in reversed(words_of(tracker).importances))
    return tuple(dict.fromkeys(named))


def parse_gate(text: str) -> Gate:
    """The gate that ``text`` means: `reopened`, `unowned>5`, `critical-untouched>14d`. Raises `UsageError`."""
    match = _PATTERN.fullmatch(text.strip().lower())
    found = find_measure(match[1]) if match else None
    if match is None or found is None:
        names = [measure.name for measure in GATES]
        near = difflib.get_close_matches(match[1] if match else text, names, 1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise UsageError(
            f"--fail-on {text!r} is not a gate",
            hint=f"{hint}gates: {', '.join(names)}, each with >N; IMPORTANCE-untouched>14d, IMPORTANCE-unowned>0, "
            "IMPORTANCE-open>0",
        )
    measure, _ = found
    if measure.of_age:
        if not match[2] or not match[3]:
            raise UsageError(f"--fail-on {text!r} needs an age", hint="e.g. critical-untouched>14d")
        return Gate(text.strip(), match[1], 0, parse_duration(match[2] + match[3], "--fail-on"))
    if match[3]:
        raise UsageError(f"--fail-on {text!r} counts bugs; it takes a number, not an age", hint=f"e.g. {match[1]}>5")
    return Gate(text.strip(), match[1], float(match[2] or 0))


def judge_gates(
    gates: Iterable[Gate], window: Window, logs: Iterable[LogResult], *, all_tasks: bool = False
) -> tuple[GateResult, ...]:
    """Every gate with its verdict, over the tasks that the page shows; ``all_tasks``: over the folded ones too."""
    desk = open_desk(window, window.end.at, frozenset())
    shown = window.after.values() if all_tasks else desk.visible.values()
    tasks = tuple(state for state in shown if desk.is_open(state))
    read = tuple(logs)
    blind = _count_unknown(window, shown)
    return tuple(_judge(gate, Judged(window, tasks, read, "", gate.age or timedelta()), blind) for gate in gates)


def _count_unknown(window: Window, shown: Iterable[TaskState]) -> int:
    """Bugs of which no status is known because nobody could be asked. That a bug is private is an answer."""
    known = {bug for bug, _ in window.after}
    never = {each.bug for each in window.unresolved if each.reason is not Absence.NOT_VISIBLE} - known
    hidden = {each.bug for each in window.unresolved if each.reason is Absence.NOT_VISIBLE}
    unsure = {state.bug for state in shown if state.status is UNKNOWN and not isinstance(state.duplicate_of, str)}
    return len(never | unsure - hidden)


def _judge(gate: Gate, judged: Judged, blind: int) -> GateResult:
    found = find_measure(gate.measure)
    assert found is not None, gate  # `parse_gate` made it
    measure, importance = found
    measured = measure.measure(replace(judged, importance=importance))
    limit = gate.age / timedelta(days=1) if gate.age is not None else gate.limit
    is_met = measured.value <= limit
    undecided = measured.undecided + (blind if measure.of_states else 0)
    return GateResult(gate, is_met, measured.value, measure.unit, measured.bugs, undecided)


def _bugs(bugs: Iterable[BugKey]) -> Measured:
    distinct = tuple(sorted(set(bugs)))
    return Measured(float(len(distinct)), distinct)


def _is_move(change: Change, move: Move) -> bool:
    if change.field != "status" or change.before is None or change.after is None:
        return False
    return judge_status(change.bug.tracker, change.before, change.after) is move


def _open_tasks(judged: Judged) -> list[TaskState]:
    wanted = judged.importance
    return [state for state in judged.tasks if not wanted or str(state.importance).casefold() == wanted]


def _tasks(judged: Judged, counts: Callable[[TaskState], bool], unsure: Callable[[TaskState], bool]) -> Measured:
    tasks = _open_tasks(judged)
    counted = [state for state in tasks if counts(state)]
    bugs = tuple(sorted({state.bug for state in counted}))
    return Measured(float(len(counted)), bugs, sum(map(unsure, tasks)))
