"""How many bugs moved, and how: the same numbers for headline, gates, `outputs.env`, JSON and trends. Pure.

Each bug that moved is counted once, by what asks for most attention; the parts add up to `moved`.
"""

from __future__ import annotations

from dataclasses import dataclass

from lptrack.join.model import Window
from lptrack.model import BugKey, Change
from lptrack.report.judgement import Move, is_closed, is_fixed, judge_status
from lptrack.report.verdict import list_facts


@dataclass(frozen=True, slots=True)
class Counts:
    """The bugs of a window that moved, each in exactly one of the five, and those that are new."""

    fixed: frozenset[BugKey]
    closed: frozenset[BugKey]
    reopened: frozenset[BugKey]
    forward: frozenset[BugKey]
    other: frozenset[BugKey]
    new: frozenset[BugKey]

    @property
    def moved(self) -> int:
        """Fixed + closed without a fix + reopened + moved forward + otherwise changed."""
        return sum(len(part) for _, part in self.parts())

    def parts(self) -> tuple[tuple[str, frozenset[BugKey]], ...]:
        """The five with their words, in the order of the headline."""
        return (
            ("fixed", self.fixed),
            ("closed without a fix", self.closed),
            ("reopened", self.reopened),
            ("moved forward", self.forward),
            ("otherwise changed", self.other),
        )


def count_bugs(window: Window) -> Counts:
    """Sort the bugs that moved. Every change counts, a folded task's too; what went there and back does not."""
    sorts: dict[BugKey, set[str]] = {}
    for change in window.changes:
        sorts.setdefault(change.bug, set()).add(_sort(change, window))
    for (bug, _), facts in list_facts(window).items():
        if facts.newly_duplicate:
            sorts.setdefault(bug, set()).add("other" if facts.was_closed else "closed")
        elif facts.failed or facts.master_before is not None:
            sorts.setdefault(bug, set()).add("other")
    order = ("reopened", "fixed", "closed", "forward", "other")
    chosen = {bug: next(sort for sort in order if sort in found) for bug, found in sorts.items()}
    parts = {sort: frozenset(bug for bug, each in chosen.items() if each == sort) for sort in order}
    new = frozenset(state.bug for state in window.new)
    return Counts(parts["fixed"], parts["closed"], parts["reopened"], parts["forward"], parts["other"], new)


def _sort(change: Change, window: Window) -> str:
    """What one change makes of its bug."""
    if change.field == "task" and change.after is None:
        before = window.before.get((change.bug, change.task))
        left = any(key[0] == change.bug for key in window.after)
        ended = left or before is None or is_closed(change.bug.tracker, before.status)
        return "other" if ended else "closed"
    if change.field != "status" or change.before is None or change.after is None:
        return "other"
    match judge_status(change.bug.tracker, change.before, change.after):
        case Move.REOPENED:
            return "reopened"
        case Move.CLOSED:
            return "fixed" if is_fixed(change.bug.tracker, change.after) else "closed"
        case Move.FORWARD:
            return "forward"
        case Move.BACKWARDS | Move.SIDEWAYS:
            return "other"
