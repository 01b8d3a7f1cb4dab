"""What trackers say beside their bugs, and which histories were derived with other facts than the united ones."""

from __future__ import annotations

from typing import Final

from lptrack.model import BugKey
from lptrack.storage.database import Database
from lptrack.storage.union.side import FOREVER, Record, Side, insert
from lptrack.trackers import tracker_names

OUTDATED: Final = "-"
"""Stands for `facts_at` until the bug is derived again: before every instant, so any other is preferred."""


def unite_facts(sides: tuple[Side, Side], result: Database) -> None:
    """Every value that a fact ever had, each until the next was read."""
    values: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for side in sides:
        for row in side.load("facts"):
            values.setdefault((row["tracker"], row["name"]), []).append((row["read_at"], row["value"]))
    for (tracker, name), read in sorted(values.items()):
        rows: list[Record] = []
        for at, value in sorted(read):
            if rows and rows[-1]["value"] == value:
                continue
            if rows:
                rows[-1]["superseded_at"] = at
            rows.append({"tracker": tracker, "name": name, "value": value, "read_at": at, "superseded_at": None})
        insert(result, "facts", rows)


def adopt_facts(database: Database, result: Database, tracker: str, row: Record) -> str | None:
    """The `facts_at` of a bug's derived row in the result; `OUTDATED` where the result has other facts of then.

    Both databases may have read the same value at different times: the instant is the first of them, as in `facts`.
    """
    at = row["facts_at"]
    if at is None or not row["has_history"]:
        return None if at is None else _find_last(result, tracker, at)
    same = _load_facts(database, tracker, at) == _load_facts(result, tracker, at)
    return _find_last(result, tracker, at) if same else OUTDATED


def load_outdated(result: Database) -> list[BugKey]:
    """The bugs that must be derived again; those of a tracker that is not installed here stay as they are."""
    known = tracker_names()
    rows = result.load("SELECT tracker, number FROM bugs WHERE facts_at = ? ORDER BY 1, 2", (OUTDATED,))
    for tracker in sorted({tracker for tracker, _ in rows} - set(known)):
        at = _find_last(result, tracker, FOREVER)
        result.execute("UPDATE bugs SET facts_at = ? WHERE facts_at = ? AND tracker = ?", (at, OUTDATED, tracker))
    return [BugKey(*row) for row in rows if row[0] in known]


def _find_last(database: Database, tracker: str, at: str) -> str | None:
    (found,) = database.load_one(
        "SELECT max(read_at) FROM facts WHERE tracker = ? AND read_at <= ?", (tracker, at)
    ) or (None,)
    return None if found is None else str(found)


def _load_facts(database: Database, tracker: str, at: str) -> dict[str, str]:
    return dict(
        database.load(
            "SELECT name, value FROM facts WHERE tracker = ? AND read_at <= ?"
            " AND (superseded_at IS NULL OR superseded_at > ?) ORDER BY name",
            (tracker, at, at),
        )
    )
