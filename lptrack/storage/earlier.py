# ruff: noqa: S608 (only this package's own names are put together; every value is bound)
"""The database as it was at an earlier moment: a copy in memory of the rows recorded by then, histories rebuilt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from lptrack.model import BugHistory, BugKey, LogEntry, Observation
from lptrack.storage.database import MEMORY, Database, open_database
from lptrack.storage.derived import save_derived
from lptrack.storage.reading import load_facts, load_known
from lptrack.storage.times import render_time, render_time_or_none

BuildHistory = Callable[[Observation, tuple[LogEntry, ...], Mapping[str, str], datetime], BugHistory | None]
"""A tracker's `build_history`, of whichever tracker the observation is; None where it builds none."""

_LATER: Final = "CASE WHEN {0} <= :at THEN {0} END"
_ROWS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "runs": ("started_at <= :at", {}),
    "logs": (
        "taken_at <= :at",
        {
            "superseded_at": _LATER.format("superseded_at"),
            "superseded_by": "CASE WHEN superseded_at <= :at THEN superseded_by END",
        },
    ),
    "meetings": ("log IN (SELECT id FROM logs WHERE taken_at <= :at)", {}),
    "references": ("log IN (SELECT id FROM logs WHERE taken_at <= :at)", {}),
    "announcements": (
        'reference IN (SELECT r.id FROM "references" r JOIN logs l ON l.id = r.log WHERE l.taken_at <= :at)',
        {},
    ),
    "observations": (
        "seen_at <= :at",
        {
            "last_seen_at": "(SELECT max(read_at) FROM reads WHERE observation = observations.id AND read_at <= :at)",
            "superseded_at": _LATER.format("superseded_at"),
        },
    ),
    "observed_tasks": ("observation IN (SELECT id FROM observations WHERE seen_at <= :at)", {}),
    "reads": ("read_at <= :at", {}),
    "log_entries": ("recorded_at <= :at", {"superseded_at": _LATER.format("superseded_at")}),
    "facts": ("read_at <= :at", {"superseded_at": _LATER.format("superseded_at")}),
    "unresolved": (
        "asked_at <= :at",
        {"last_asked_at": "min(last_asked_at, :at)", "ended_at": _LATER.format("ended_at")},
    ),
    "bugs": ("read_at <= :at", {}),
    "task_spans": ("(tracker, number) IN (SELECT tracker, number FROM bugs WHERE read_at <= :at)", {}),
    "bug_spans": ("(tracker, number) IN (SELECT tracker, number FROM bugs WHERE read_at <= :at)", {}),
    "status_events": ("(tracker, number) IN (SELECT tracker, number FROM bugs WHERE read_at <= :at)", {}),
}
"""Of each table: which rows were there, and the columns that read otherwise then."""


def load_earlier(database: Database, at: datetime, build_history: BuildHistory) -> Database:
    """Copy what was recorded by ``at``. A bug that was read since gets the history that could be built then."""
    earlier = open_database(MEMORY, wait=0)
    earlier.execute("PRAGMA foreign_keys = OFF")
    with database.snapshot(), earlier.transaction():
        for table, (condition, changed) in _ROWS.items():
            columns = load_columns(database, table)
            values = ", ".join(changed.get(column, f'"{column}"') for column in columns)
            rows = database.load(f'SELECT {values} FROM "{table}" WHERE {condition}', {"at": render_time(at)})
            marks = ", ".join("?" * len(columns))
            earlier.executemany(f'INSERT INTO "{table}" VALUES ({marks})', rows)
        _rebuild(earlier, build_history)
    return earlier


def load_columns(database: Database, table: str) -> tuple[str, ...]:
    """The columns of a table in their order."""
    return tuple(name for (name,) in database.load("SELECT name FROM pragma_table_info(?) ORDER BY cid", (table,)))


def _rebuild(database: Database, build_history: BuildHistory) -> None:
    """Derive the bugs that have observations but no derived rows: a later read has taken their place."""
    newest = database.load(
        "SELECT max(id), tracker, number FROM observations o WHERE superseded_at IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM bugs b WHERE b.tracker = o.tracker AND b.number = o.number) GROUP BY tracker, number"
    )
    database.executemany(  # a stand-in, so that `load_known` finds the bug
        "INSERT INTO bugs SELECT tracker, number, id, url, private, login, 0, last_seen_at, 0, NULL, '[]'"
        " FROM observations WHERE id = ?",
        [(identity,) for identity, _, _ in newest],
    )
    rebuild_derived(database, [BugKey(tracker, number) for _, tracker, number in newest], build_history)


def rebuild_derived(
    database: Database, bugs: Sequence[BugKey], build_history: BuildHistory, *, part: int = 400
) -> None:
    """Derive these bugs again from their newest reads, with the facts in force; the caller holds the transaction."""
    facts: dict[str, tuple[dict[str, str], datetime | None]] = {}
    for start in range(0, len(bugs), part):
        for bug, (known, login) in load_known(database, bugs[start : start + part]).items():
            if bug.tracker not in facts:
                facts[bug.tracker] = load_facts(database, bug.tracker)
            stored, facts_at = facts[bug.tracker]
            history = build_history(known.observation, known.entries, stored, known.read_at)
            (identity,) = database.load_one("SELECT observation FROM bugs WHERE tracker = ? AND number = ?", bug) or (
                0,
            )
            save_derived(
                database, known.observation, identity, history, known.read_at, login, render_time_or_none(facts_at)
            )
