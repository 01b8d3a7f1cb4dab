# ruff: noqa: S608 (only this module's own names are put together; every value is bound)
"""Where the facts come from: of each tracker, one service root is in force, and what another one told is left out.

A stranger's `lptrack.toml` once named a service of its own. It turned 1 of 12 fixed bugs into 12 of 12, and the next
right run, which asked nothing that was still fresh, still said so.
"""

from __future__ import annotations

from datetime import datetime

from lptrack.errors import UsageError
from lptrack.storage.database import Database
from lptrack.storage.schema import DERIVED
from lptrack.storage.times import render_time


def load_root(database: Database, tracker: str) -> str | None:
    """The service root that the tracker's facts in force were read from; None where none was, or nobody noted it."""
    row = database.load_one(
        "SELECT root FROM observations WHERE tracker = ? AND superseded_at IS NULL AND root IS NOT NULL LIMIT 1",
        (tracker,),
    )
    return None if row is None else str(row[0])


def load_left_out(database: Database) -> list[tuple[str, str]]:
    """Each tracker and root whose facts are on record but not in force."""
    rows = database.load(
        "SELECT DISTINCT o.tracker, o.root FROM observations o"
        " WHERE o.superseded_at IS NOT NULL AND o.root IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM observations f WHERE f.tracker = o.tracker AND f.root = o.root"
        " AND f.superseded_at IS NULL) ORDER BY o.tracker, o.root"
    )
    return [(tracker, root) for tracker, root in rows]


def check_root(database: Database, tracker: str, root: str | None) -> None:
    """Raise `UsageError` where the tracker's facts in force are another root's."""
    known = None if root is None else load_root(database, tracker)
    if known is not None and known != root:
        raise UsageError(
            f"{database.path}: its {tracker} bugs were read from {known}, and this run would ask {root}",
            hint=f"to go on with {known}, name it; to leave what it told out and read all bugs anew, name {root}",
        )


def leave_root(database: Database, tracker: str, now: datetime) -> None:
    """Nothing that was read of this tracker is in force any more; the rows stay for `--as-known-at`."""
    at = render_time(now)
    with database.transaction():
        for table, column in (("observations", "superseded_at"), ("log_entries", "superseded_at"),
                              ("facts", "superseded_at"), ("unresolved", "ended_at")):  # fmt: skip
            database.execute(f"UPDATE {table} SET {column} = ? WHERE tracker = ? AND {column} IS NULL", (at, tracker))
        for table in DERIVED:
            database.execute(f"DELETE FROM {table} WHERE tracker = ?", (tracker,))
