"""What is loaded once for a report: every bug's newest read, and the witnesses where no history reaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lptrack.model import Absence, BugKey, Unresolved
from lptrack.storage.rows import BugRow, Said, Seen
from lptrack.storage.store import Store
from lptrack.trackers import bug_url, whole_logs


@dataclass(frozen=True, slots=True)
class Ledger:
    """``referenced``: every bug that a log names. ``said`` and ``seen`` are oldest first.

    ``shown_as``: targets by tracker and printed name, of all bugs;
    ``mixed``: bugs with a history beside which other witnesses may count too (`lptrack.join.states`, 2 and 4);
    ``witnessed``: bugs without one.
    """

    referenced: tuple[BugKey, ...]
    bugs: Mapping[BugKey, BugRow]
    said: Mapping[BugKey, tuple[Said, ...]]
    seen: Mapping[BugKey, tuple[Seen, ...]]
    absent: Mapping[BugKey, Unresolved]
    shown_as: Mapping[tuple[str, str], str]
    mixed: frozenset[BugKey]
    witnessed: frozenset[BugKey]

    def is_hidden(self, bug: BugKey, asked_for: tuple[int, ...]) -> bool:
        """Whether the bug is private and nobody asked for it by its number."""
        row = self.bugs.get(bug)
        return row is not None and row.private and bug.number not in asked_for

    def url(self, bug: BugKey) -> str:
        """The bug's address: as its tracker told it, else as the tracker builds it."""
        row = self.bugs.get(bug)
        if row is not None and row.url:
            return row.url
        gone = self.absent.get(bug)
        return gone.url if gone is not None and gone.url else bug_url(bug)

    def unresolved(self, bug: BugKey) -> Unresolved | None:
        """Why the bug has no fresh state: what the last try said, or that it was never asked about."""
        gone = self.absent.get(bug)
        if gone is not None:
            return gone
        return None if bug in self.bugs else Unresolved(bug, self.url(bug), Absence.OFFLINE, "not asked yet")


def load_ledger(store: Store) -> Ledger:
    """Everything but the states, in a handful of queries."""
    bugs = store.load_bugs()
    whole = whole_logs()
    said: dict[BugKey, list[Said]] = {}
    for each in store.load_said():
        said.setdefault(each.bug, []).append(each)
    apart = any(not row.has_history or row.bug.tracker not in whole for row in bugs.values())
    seen = store.load_seen() if apart else {}
    reached = [bug for bug in said if bug in bugs and bug not in seen]  # their targets' display names are needed
    if reached:
        seen |= store.load_seen(reached)
    with_history = {bug for bug, row in bugs.items() if row.has_history}
    return Ledger(
        referenced=tuple(store.load_referenced()),
        bugs=bugs,
        said={bug: tuple(each) for bug, each in said.items()},
        seen=seen,
        absent=store.load_unresolved(),
        shown_as=store.load_display_names() if said else {},
        mixed=frozenset(bug for bug in with_history if bug in said or bug.tracker not in whole),
        witnessed=frozenset({*said, *seen, *bugs} - with_history),
    )
