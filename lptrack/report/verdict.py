"""What became of one task within a window: its facts, and the section that they put it in. Pure.

Headline, sections, gates and findings all ask here, so that a duplicate or a raised importance is judged alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lptrack.join.model import Window
from lptrack.model import BugKey, Change, TaskState
from lptrack.report.judgement import Move, failed_verifications, is_closed, is_importance_raised, judge_status
from lptrack.report.model import SectionKey

TaskKey = tuple[BugKey, str]


@dataclass(frozen=True, slots=True)
class Facts:
    """What changed in a task. ``failed``: tags that say its fix did not hold; ``raised``: to the most there is."""

    changes: tuple[Change, ...]
    status: Change | None
    importance: Change | None
    move: Move | None
    raised: bool
    failed: tuple[str, ...]
    was_closed: bool
    newly_duplicate: bool
    master_before: str | None  # of a bug that is a duplicate no longer

    @property
    def steps_back(self) -> bool:
        """Whether the status went backwards. The work on a new duplicate is its master's: only reopening counts."""
        return self.move is Move.REOPENED or (self.move is Move.BACKWARDS and not self.newly_duplicate)

    @property
    def section(self) -> SectionKey | None:
        """Where the task stands: in the one section that asks for most attention. None: nothing changed."""
        if self.steps_back or self.failed or self.raised:
            return SectionKey.BACKWARDS
        if self.move is Move.CLOSED or (self.newly_duplicate and not self.was_closed):
            return SectionKey.CLOSED
        if self.move is Move.FORWARD:
            return SectionKey.FORWARD
        if self.changes or self.newly_duplicate or self.master_before is not None:
            return SectionKey.OTHER
        return None


def build_facts(
    before: TaskState | None, after: TaskState, changes: Sequence[Change], siblings: Sequence[TaskState] = ()
) -> Facts:
    """The facts of a task that is there at the end; ``siblings`` are all tasks of its bug."""
    tracker = after.bug.tracker
    status = next((change for change in changes if change.field == "status"), None)
    importance = next((change for change in changes if change.field == "importance"), None)
    is_done = is_closed(tracker, after.status)
    is_duplicate = isinstance(after.duplicate_of, str)
    raised = importance is not None and is_importance_raised(tracker, importance.before, importance.after)
    return Facts(
        changes=tuple(changes),
        status=status,
        importance=importance,
        move=judge_status(tracker, status.before, status.after)
        if status is not None and status.before and status.after
        else None,
        raised=raised and not is_done,
        failed=() if is_done else _failed_here(before, after, siblings),
        was_closed=before is not None and is_closed(tracker, before.status),
        newly_duplicate=before is not None and before.duplicate_of is None and is_duplicate,
        master_before=before.duplicate_of
        if before is not None and isinstance(before.duplicate_of, str) and after.duplicate_of is None
        else None,
    )


def list_facts(window: Window) -> Mapping[TaskKey, Facts]:
    """The facts of every task at the window's end in which something changed."""
    changes: dict[TaskKey, list[Change]] = {}
    for change in window.changes:
        changes.setdefault((change.bug, change.task), []).append(change)
    siblings: dict[BugKey, list[TaskState]] = {}
    targets: dict[tuple[BugKey, str], TaskState] = {}
    for state in window.after.values():
        siblings.setdefault(state.bug, []).append(state)
    for state in window.before.values():
        targets.setdefault((state.bug, state.target), state)
    found: dict[TaskKey, Facts] = {}
    for key, state in window.after.items():
        before = window.before.get(key) or targets.get((state.bug, state.target))
        if before is not None and key not in changes and _is_as_before(before, state):
            continue  # most tasks of most windows
        facts = build_facts(before, state, changes.get(key, ()), siblings[state.bug])
        if facts.section is not None:
            found[key] = facts
    return found


def _is_as_before(before: TaskState, after: TaskState) -> bool:
    """Whether nothing of what facts are made of differs, beside the changes."""
    return before.tags == after.tags and before.duplicate_of == after.duplicate_of


def _failed_here(before: TaskState | None, state: TaskState, siblings: Sequence[TaskState]) -> tuple[str, ...]:
    """The failed verifications of this task: of its own series where the tag names one of the bug's."""
    failed = failed_verifications(before, state)
    series = {other.series for other in siblings if other.series is not None} if failed else set()
    return tuple(
        tag
        for tag in failed
        if (named := tag.removeprefix("verification-failed").strip("-")) not in series or named == state.series
    )
