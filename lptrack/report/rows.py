"""Cells and rows: one bug task of a window as a reader sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from lptrack.join.model import Raised, Window
from lptrack.model import UNKNOWN, BugKey, Change, TaskState, Unresolved, Value, Witness
from lptrack.report.judgement import importance_rank, is_closed, is_open
from lptrack.report.model import EMPTY, Cell, CellKind, Column, Row, SectionKey, Tone
from lptrack.report.verdict import Facts, TaskKey, list_facts
from lptrack.report.wording import (
    NOBODY,
    NOT_KNOWN,
    say_absence,
    say_bug,
    say_count,
    say_day,
    say_place,
    say_value,
)
from lptrack.trackers import words_of

MOST_UNFOLDED: Final = 3
"""So many folded tasks of one bug are shown because they changed; of more, a row a section tells the changes."""
MOST_SHOWN: Final = 12
"""A bug of more tasks is one row: kernel bugs have 160."""


def bug_cell(bug: BugKey, url: str) -> Cell:
    """The bug's number, linked."""
    return Cell(say_bug(bug), CellKind.BUG, url=url)


def status_cell(tracker: str, status: Value, note: str = "", at: datetime | None = None) -> Cell:
    """A status, coloured by whether it is closed."""
    tone = Tone.QUIET if status is UNKNOWN else Tone.GOOD if is_closed(tracker, status) else Tone.PLAIN
    return Cell(say_value(status), CellKind.STATUS, note, at=at, tone=tone, known=status is not UNKNOWN)


def importance_cell(tracker: str, importance: Value) -> Cell:
    """An importance; what asks for attention stands out, what is above it most."""
    rank = importance_rank(tracker, importance)
    line = importance_rank(tracker, words_of(tracker).attention)
    tone = Tone.PLAIN if rank is None or line is None or rank < line else Tone.BAD if rank > line else Tone.WARN
    return Cell(say_value(importance), CellKind.IMPORTANCE, tone=tone, known=importance is not UNKNOWN)


def person_cell(person: Value) -> Cell:
    """An assignee, or nobody."""
    tone = Tone.QUIET if person is None or person is UNKNOWN else Tone.PLAIN
    return Cell(say_value(person, NOBODY), CellKind.PERSON, tone=tone, known=person is not UNKNOWN)


def milestone_cell(milestone: Value) -> Cell:
    """A milestone; none is empty."""
    tone = Tone.QUIET if milestone is UNKNOWN else Tone.PLAIN
    return Cell(say_value(milestone, ""), tone=tone, known=milestone is not UNKNOWN)


def title_cell(title: Value, *notes: str) -> Cell:
    """The title, and what else is to be said of the bug."""
    return Cell(say_value(title), CellKind.TEXT, "; ".join(filter(None, notes)), known=title is not UNKNOWN)


@dataclass(frozen=True, slots=True)
class Desk:
    """A window with what its rows need at hand: tasks by bug, who is folded away, what each bug's master is."""

    window: Window
    as_of: datetime
    visible: Mapping[TaskKey, TaskState]
    by_bug: Mapping[BugKey, tuple[TaskState, ...]]
    before_by_bug: Mapping[BugKey, tuple[TaskState, ...]]
    others: Mapping[BugKey, int]
    changes: Mapping[TaskKey, tuple[Change, ...]]
    first_task: Mapping[BugKey, str]
    facts: Mapping[TaskKey, Facts]
    unresolved: Mapping[BugKey, Unresolved]
    unasked: frozenset[BugKey] = field(default_factory=frozenset)

    def before(self, state: TaskState) -> TaskState | None:
        """The task at the start: the same one, or another of the same target (removed and added again)."""
        same = self.window.before.get((state.bug, state.task))
        if same is not None:
            return same
        others = self.before_by_bug.get(state.bug, ())
        return next((other for other in others if other.target == state.target), None)

    def day(self, at: datetime) -> str:
        """A day, with its year where that is not the report's."""
        return say_day(at, self.as_of)

    def raised_cell(self, bug: BugKey) -> Cell:
        """Who spoke of the bug last, and when; linked to the line."""
        raised = self.window.raised.get(bug)
        if raised is None or raised.last_by is None:
            return EMPTY
        note = self.day(raised.last_at) if raised.last_at is not None else ""
        return Cell(raised.last_by, CellKind.PERSON, note, url=raised.last_url, at=raised.last_at)

    def now_cell(self, state: TaskState) -> Cell:
        """The status at the end, and of when it is, where that is older than the window."""
        if state.bug in self.unasked and state.status is not UNKNOWN:
            note = f"as of {self.day(state.observed_at)}"
            return status_cell(state.bug.tracker, state.status, note, state.observed_at)
        since = self.window.since.get((state.bug, state.task))
        note = f"since {self.day(since)}" if since is not None else ""
        return status_cell(state.bug.tracker, state.status, note, since)

    def _with_later(self, state: TaskState, now: Cell) -> Cell:
        """`Fix Released since 19 Dec` beside the status at the end, where that is no longer what is known."""
        later = self.window.later.get((state.bug, state.task))
        if later is None:
            return now
        if later.since is not None:
            then = f"{later.status} since {self.day(later.since)}"
        else:
            then = f"{later.status} {_SEEN[later.known_by] or 'by'} {self.day(later.observed_at)}"
        return replace(now, note="; ".join(filter(None, (now.note, then))))

    def was_cell(self, state: TaskState, change: Change) -> Cell:
        """The status at the start, and as of when where only an observation or a bot tells it."""
        before = self.before(state)
        note, at = "", None
        if before is not None and before.known_by is not Witness.HISTORY:
            at = before.observed_at
            note = f"{_SEEN[before.known_by]} {self.day(at)}"
        return status_cell(change.bug.tracker, change.before, note, at)

    def kept_cell(self, state: TaskState) -> Cell:
        """The status at the start of a task that has it still: what changed is something else."""
        before = self.before(state)
        if before is None or before.status != state.status or state.status is UNKNOWN:
            return EMPTY
        return status_cell(state.bug.tracker, before.status, "", None)

    def moved_cell(self, change: Change) -> Cell:
        """When and by whom; where no history tells, when the new value was seen or announced."""
        if change.changed_at is not None:
            by = f"by {change.changed_by}" if change.changed_by else ""
            return Cell(self.day(change.changed_at), CellKind.DATE, by, at=change.changed_at)
        after = self.window.after.get((change.bug, change.task))
        if after is None or change.known_by is Witness.HISTORY:
            return Cell(NOT_KNOWN, CellKind.DATE, tone=Tone.QUIET, known=False)
        return Cell(self.day(after.observed_at), CellKind.DATE, _SEEN[change.known_by], at=after.observed_at)

    def dated(self, change: Change, dating: Change | None) -> str:
        """What changed; with its own date and doer where the row's date, which is of ``dating``, is another."""
        words = say_change(change.field, change.before, change.after)
        if dating is None or _day_and_doer(dating) != _day_and_doer(change):
            words += f" on {self.day(change.changed_at)}" if change.changed_at is not None else ""
            words += f" by {change.changed_by}" if change.changed_by else ""
        return words

    def duplicate_note(self, state: TaskState) -> str:
        """`duplicate of #5 (Triaged)`: the master's state beside."""
        if not isinstance(state.duplicate_of, str):
            return ""
        if not state.duplicate_of.isdecimal():
            return f"duplicate of {state.duplicate_of}"
        master = BugKey(state.bug.tracker, int(state.duplicate_of))
        states = self.by_bug.get(master) or self.window.masters.get(master, ())
        same = [other for other in states if other.target == state.target] or states
        status = f" ({say_value(same[0].status)})" if same else ""
        return f"duplicate of {say_bug(master)}{status}"

    def place_cell(self, state: TaskState) -> Cell:
        """The package and series; the count of folded tasks beside the bug's first."""
        others = self.others.get(state.bug, 0) if self.first_task.get(state.bug) == state.task else 0
        note = (
            f"+{say_count(others, 'other task')}{self._say_states(state) if others >= MOST_SHOWN else ''}"
            if others
            else ""
        )
        place = say_place(state)
        if any(say_place(other) == place for other in self.by_bug.get(state.bug, ()) if other.task != state.task):
            place = state.target  # `cloud-init (Ubuntu)` beside `cloud-init`
        return Cell(place, CellKind.TEXT, note)

    def _say_states(self, state: TaskState) -> str:
        """`: 120 Fix Released, 39 New`, of the tasks folded behind this one."""
        folded = (say_value(one.status) for one in self.by_bug[state.bug] if (one.bug, one.task) not in self.visible)
        return ": " + ", ".join(f"{count:,} {status}" for status, count in Counter(folded).most_common())

    def tie_note(self, state: TaskState) -> str:
        """`linux (Debian) follows debian #722295 (done)`, beside the bug's first task; of the far end the same."""
        if self.first_task.get(state.bug) != state.task:
            return ""
        parts = []
        for tie in self.window.ties.get(state.bug, ()):
            there = [each for each in self.by_bug.get(tie.other, ()) if tie.follows or each.target == tie.target]
            status = f" ({say_value(there[0].status)})" if there else ""
            far = f"{say_bug(tie.other)}{status}"
            parts.append(f"{tie.target} follows {far}" if tie.follows else f"followed by {far}, {tie.target}")
        return "; ".join(parts)

    def row(
        self,
        state: TaskState,
        *,
        status: Change | None = None,
        why: str = "",
        how: str = "",
        note: str = "",
        tone: Tone = Tone.PLAIN,
        when: Change | None = None,
        removed: bool = False,
    ) -> Row:
        """One task. ``status`` is its change of status, ``when`` the change to date the row by (default that one).

        ``how`` stands beside the status. ``removed``: it is there no more, and ``state`` is what it was.
        """
        dating = when or status
        duplicate = self.duplicate_note(state)
        now = self.now_cell(state)
        if dating is not None or how:  # its day has a column of its own
            now = status_cell(state.bug.tracker, state.status, how)
        now = self._with_later(state, now)
        was = self.was_cell(state, status) if status is not None else self.kept_cell(state)
        place = self.place_cell(state)
        if removed:
            was, now = now, Cell("target removed", CellKind.STATUS, tone=Tone.GOOD)
            place = place if state.series and state.package else Cell(state.target)
        cells = {
            Column.BUG: bug_cell(state.bug, state.url),
            Column.PACKAGE: place,
            Column.SERIES: Cell(state.series or ""),
            Column.WAS: was,
            Column.NOW: now,
            Column.MOVED: self.moved_cell(dating) if dating is not None else EMPTY,
            Column.IMPORTANCE: importance_cell(state.bug.tracker, state.importance),
            Column.ASSIGNEE: person_cell(state.assignee),
            Column.MILESTONE: milestone_cell(state.milestone),
            Column.RAISED: self.raised_cell(state.bug),
            Column.TITLE: title_cell(state.title, note, "" if how else duplicate, self.tie_note(state)),
            Column.WHY: Cell(why),
        }
        others = self.others.get(state.bug, 0) if self.first_task.get(state.bug) == state.task else 0
        return Row(state.bug, state.task, cells, tone, others, state)

    def blank_row(self, bug: BugKey) -> Row:
        """A bug of which no task is known: why there is nothing to show."""
        absent = self.unresolved.get(bug)
        left = [state for state in self.before_by_bug.get(bug, ()) if absent is None]
        if left:
            cells = dict(self.row(left[0]).cells)
            cells |= {Column.NOW: Cell("no task left", CellKind.STATUS, tone=Tone.GOOD), Column.PACKAGE: EMPTY}
            return Row(bug, "", cells, Tone.QUIET)
        now = Cell(
            NOT_KNOWN,
            CellKind.STATUS,
            say_absence(absent.reason) if absent is not None else "",
            tone=Tone.QUIET,
            known=False,
        )
        cells = dict.fromkeys(Column, EMPTY)
        cells |= {
            Column.BUG: bug_cell(bug, absent.url if absent is not None else ""),
            Column.NOW: now,
            Column.RAISED: self.raised_cell(bug),
        }
        return Row(bug, "", cells, Tone.QUIET)

    def is_open(self, state: TaskState) -> bool:
        """Whether somebody has to do something about the task itself (a duplicate's work is its master's)."""
        return is_open(state.bug.tracker, state.status) and not isinstance(state.duplicate_of, str)

    def raised(self, bug: BugKey) -> Raised | None:
        """How the bug was spoken of."""
        return self.window.raised.get(bug)


_SEEN: Mapping[Witness, str] = {
    Witness.OBSERVED: "seen",
    Witness.ANNOUNCED: "announced",
    Witness.HISTORY: "",
}


def say_change(field_name: str, before: Value, after: Value) -> str:
    """`assignee: nobody → cjwatson`, `task added`, `importance: High → Low`."""
    match field_name:
        case "task":
            return f"target {after} added" if before is None else f"target {before} removed"
        case "target":
            return f"retargeted: {say_value(before)} → {say_value(after)}"
        case "duplicate_of":
            return _say_duplicate(before, after)
        case "question":
            return f"converted to question {after}" if after != "a question" else "converted to a question"
        case "nomination":
            return f"nominated for {say_value(after)}"
        case "merge proposal" | "branch":
            return f"{field_name} {'linked' if before is None else 'unlinked'}: {after or before}"
        case "patch" | "attachment":
            return f"{field_name} {'attached' if before is None else 'removed'}: {after or before}"
        case "assignee":
            return f"assignee: {say_value(before, NOBODY)} → {say_value(after, NOBODY)}"
        case _:
            return f"{field_name}: {say_value(before)} → {say_value(after)}"


def _say_duplicate(before: Value, after: Value) -> str:
    if after is None:
        return f"no longer a duplicate of #{before}"
    marked = f"marked as a duplicate of #{say_value(after)}"
    return marked if before is None else f"{marked} instead of #{say_value(before)}"


def open_desk(window: Window, as_of: datetime, unasked: frozenset[BugKey]) -> Desk:
    """Lay a window out: the tasks that a human form shows, and the count of the others by bug.

    A bug all of whose tasks are folded keeps its first, so that no bug vanishes. What went backwards is never folded,
    and what changed is not where it is little: of a kernel bug with 160 series tasks the changes are told in one row.
    """
    by_bug = _group(window.after.values())
    changes: dict[TaskKey, list[Change]] = {}
    for change in window.changes:
        changes.setdefault((change.bug, change.task), []).append(change)
    facts = list_facts(window)
    visible: dict[TaskKey, TaskState] = {}
    others: dict[BugKey, int] = {}
    first: dict[BugKey, str] = {}
    for bug in sorted(window.bugs):
        states = by_bug.get(bug, ())
        shown = [state for state in states if not state.folded] or states[:1]
        if len(shown) > MOST_SHOWN:
            shown = [next((state for state in shown if is_open(bug.tracker, state.status)), shown[0])]
        moved = [state for state in states if state not in shown and changes.get((bug, state.task))]
        moved += [state for state in states if state not in (*shown, *moved) and _asks_for_attention(facts, state)]
        if len(moved) > MOST_UNFOLDED:
            moved = [state for state in moved if len(moved) <= MOST_SHOWN and _asks_for_attention(facts, state)]
        shown = [state for state in states if state in shown or state in moved]
        visible.update({(bug, state.task): state for state in shown})
        if shown:
            first[bug] = shown[0].task
            others[bug] = len(states) - len(shown)
    return Desk(
        window=window,
        as_of=as_of,
        visible=visible,
        by_bug=by_bug,
        before_by_bug=_group(window.before.values()),
        others=others,
        changes={key: tuple(found) for key, found in changes.items()},
        first_task=first,
        facts=facts,
        unresolved={absent.bug: absent for absent in window.unresolved},
        unasked=unasked,
    )


def _day_and_doer(change: Change) -> tuple[date | None, str | None]:
    return change.changed_at.date() if change.changed_at is not None else None, change.changed_by


def _asks_for_attention(facts: Mapping[TaskKey, Facts], state: TaskState) -> bool:
    found = facts.get((state.bug, state.task))
    return found is not None and found.section is SectionKey.BACKWARDS


def _group(states: Iterable[TaskState]) -> dict[BugKey, tuple[TaskState, ...]]:
    found: dict[BugKey, list[TaskState]] = {}
    for state in states:
        found.setdefault(state.bug, []).append(state)
    return {bug: tuple(sorted(group, key=lambda state: (state.target, state.task))) for bug, group in found.items()}
