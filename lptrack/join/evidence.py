"""What a report rests on, loaded once: logs, reads, histories and bots' words, as typed rows.

Only this file of the join sees the store.

`load_…` reads in one snapshot, so that a run that writes meanwhile changes nothing within a report; `build_…`
elsewhere in the join is a pure function of what stands here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from lptrack.join.bulk import without_collector
from lptrack.join.teams import unify_names
from lptrack.model import Absence, Announcement, BugKey, Meeting, Reference, StatusEvent, Unresolved
from lptrack.storage.rows import BotWord, BugRow, Mention, Seen, StatusSpan, TargetSpan, TaskRow
from lptrack.storage.store import Store
from lptrack.trackers import bug_url, whole_logs
from lptrack.trackers.interface import Facts, Known


@dataclass(frozen=True, slots=True)
class Evidence:
    """Every bug's newest read, and what is known beside its history. ``words`` and ``seen`` are oldest first.

    ``display_names``: targets by tracker and printed name, of all bugs;
    ``mixed``: bugs with a history beside which other evidence may count too (`lptrack.join.states`, 2 and 4);
    ``without_history``: bugs without one;
    ``at``: each task's row at the instants that were asked for, of all bugs. ``moved``: the same, but only of what
    differs from the row at that instant. ``of_mixed``: the mixed bugs' rows.
    """

    meetings: tuple[Meeting, ...]
    mentions: tuple[Mention, ...]
    referenced: tuple[BugKey, ...]
    bugs: Mapping[BugKey, BugRow]
    words: Mapping[BugKey, tuple[BotWord, ...]]
    seen: Mapping[BugKey, tuple[Seen, ...]]
    absent: Mapping[BugKey, Unresolved]
    display_names: Mapping[tuple[str, str], str]
    mixed: frozenset[BugKey]
    without_history: frozenset[BugKey]
    announced_targets: tuple[tuple[BugKey, str, str | None], ...] = ()
    former_targets: Mapping[tuple[BugKey, str], tuple[str, ...]] = field(default_factory=dict)
    at: Mapping[datetime, tuple[TaskRow, ...]] = field(default_factory=dict)
    moved: Mapping[datetime, tuple[TaskRow, ...]] = field(default_factory=dict)
    of_mixed: tuple[TaskRow, ...] = ()
    events: Mapping[BugKey, Sequence[StatusEvent]] = field(default_factory=dict)
    spans: tuple[StatusSpan, ...] = ()
    watches: tuple[tuple[BugKey, str, str], ...] = ()
    run: str | None = None

    def is_hidden(self, bug: BugKey, asked_for: tuple[int, ...]) -> bool:
        """Whether the bug is private and nobody asked for it by its number."""
        row = self.bugs.get(bug)
        return row is not None and row.private and bug.number not in asked_for

    def url(self, bug: BugKey) -> str:
        """The bug's address: as its tracker told it, else as the tracker builds it."""
        row = self.bugs.get(bug)
        if row is not None and row.url:
            return row.url
        absent = self.absent.get(bug)
        return absent.url if absent is not None and absent.url else bug_url(bug)

    def unresolved(self, bug: BugKey) -> Unresolved | None:
        """Why the bug has no fresh state: what the last try said, or that it was never asked about."""
        absent = self.absent.get(bug)
        if absent is not None:
            return absent
        return None if bug in self.bugs else Unresolved(bug, self.url(bug), Absence.OFFLINE, "not asked yet")

    def mixed_at(self, at: datetime, bugs: Collection[BugKey] | None = None) -> Iterable[TaskRow]:
        """The mixed bugs' rows at any instant (of these bugs)."""
        return (row for row in self.of_mixed if row.is_at(at) and (bugs is None or row.bug in bugs))


@dataclass(frozen=True, slots=True)
class LifeEvidence:
    """What is on record of some bugs, whole: every reference, the tracker's own log, the facts that explain it."""

    evidence: Evidence
    spoken: Mapping[BugKey, tuple[Sequence[Reference], Sequence[Announcement]]]
    known: Mapping[BugKey, Known]
    seen: Mapping[BugKey, tuple[Seen, ...]]
    facts: Mapping[str, Facts]


@dataclass(frozen=True, slots=True)
class HistoryEvidence:
    """Every history's spans, and every word and read to compare with them."""

    bugs: Mapping[BugKey, BugRow]
    spans: Mapping[BugKey, Sequence[TargetSpan]]
    words: tuple[BotWord, ...]
    seen: Mapping[BugKey, tuple[Seen, ...]]
    display_names: Mapping[tuple[str, str], str]


def load_meetings(store: Store) -> tuple[tuple[Meeting, ...], datetime | None]:
    """The meetings, oldest first, and the newest moment on record: what MEETING arguments are resolved against."""
    return unify_names(store.load_meetings()), store.load_newest_moment()


def load_evidence(
    store: Store,
    at: datetime | None = None,
    since: datetime | None = None,
    *,
    spoken: bool = True,
    fold: bool = True,
    across: bool = False,
    bugs: Collection[BugKey] | None = None,
    meetings: tuple[Meeting, ...] | None = None,
    newest: datetime | None = None,
    base: Evidence | None = None,
) -> Evidence:
    """Everything that the states at ``at``, and what moved from ``since`` to then, rest on.

    ``spoken``: who spoke of which bug. ``fold``: what tells which tasks people see. ``across``: the spans of all
    time, for matrix and trends. ``bugs``: the rows at ``at`` of these only. ``meetings``: as
    `load_meetings` gave them. ``newest``: what is otherwise then, after ``at``. ``base``: all of it but the moments,
    as this function gave it of the same snapshot, without ``at`` and with ``across``.
    """
    others = [] if at is None else [moment for moment in (since, newest) if moment is not None]
    with store.snapshot(), without_collector():
        rows = {} if at is None else {at: tuple(store.load_tasks_at(at, bugs=bugs))}
        moved = {moment: tuple(store.load_tasks_at(moment, unlike=at)) for moment in others}
        events = {} if at is None or since is None else store.load_events(since, at)
        if base is not None:
            return replace(base, at=rows, moved=moved, events=events)
        bug_rows = store.load_bugs()
        whole = whole_logs()
        words: dict[BugKey, list[BotWord]] = {}
        for word in store.load_words():
            words.setdefault(word.bug, []).append(word)
        apart = any(not row.has_history or row.bug.tracker not in whole for row in bug_rows.values())
        seen = store.load_seen() if apart else {}
        reached = [bug for bug in words if bug in bug_rows and bug not in seen]  # for their targets' display names
        if reached:
            seen |= store.load_seen(reached)
        with_history = {bug for bug, row in bug_rows.items() if row.has_history}
        mixed = frozenset(bug for bug in with_history if bug in words or bug.tracker not in whole)
        return Evidence(
            meetings=load_meetings(store)[0] if meetings is None else meetings,
            mentions=tuple(store.load_mentions()) if spoken else (),
            referenced=tuple(store.load_referenced()),
            bugs=bug_rows,
            words={bug: tuple(each) for bug, each in words.items()},
            seen=seen,
            absent=store.load_unresolved(),
            display_names=store.load_display_names() if words else {},
            mixed=mixed,
            without_history=frozenset({*words, *seen, *bug_rows} - with_history),
            announced_targets=tuple(store.load_announced_targets()) if fold else (),
            former_targets=store.load_former_targets() if fold else {},
            of_mixed=_load_mixed(store, mixed, since, across=across or newest is not None),
            spans=tuple(store.load_spans()) if across else (),
            watches=tuple(store.load_watches()),
            run=store.load_run(),
            at=rows,
            moved=moved,
            events=events,
        )


def _load_mixed(
    store: Store, mixed: Collection[BugKey], since: datetime | None, *, across: bool
) -> tuple[TaskRow, ...]:
    """The mixed bugs' rows at the window's start, or over all time where other instants are looked at too."""
    if across:
        return tuple(store.load_tasks(mixed))
    return () if since is None else tuple(store.load_tasks_at(since, bugs=mixed))


def load_life_evidence(
    store: Store, bugs: Collection[BugKey], at: datetime, evidence: Evidence | None = None
) -> LifeEvidence:
    """What is on record of these bugs, in a handful of queries in all. ``evidence``: at that instant, if loaded."""
    with store.snapshot():
        known = store.load_known(bugs)
        return LifeEvidence(
            evidence=evidence or load_evidence(store, at, spoken=False, fold=False, bugs=bugs),
            spoken=store.load_references(bugs),
            known=known,
            seen=store.load_seen(bugs),
            facts={tracker: store.load_facts(tracker)[0] for tracker in {bug.tracker for bug in known}},
        )


def load_history_evidence(store: Store) -> HistoryEvidence:
    """What `check` compares, of the bugs with a history."""
    with store.snapshot():
        bugs = {bug: row for bug, row in store.load_bugs().items() if row.has_history}
        return HistoryEvidence(
            bugs=bugs,
            spans=store.load_target_spans(),
            words=tuple(word for word in store.load_words(everything=True) if word.bug in bugs),
            seen=store.load_seen(list(bugs)),
            display_names=store.load_display_names(),
        )
