# ruff: noqa: S608 (only this package's own names are put together; every value is bound)
"""Is the database in order: the file itself, its references, and whether derived rows follow from the rest."""

from __future__ import annotations

from collections.abc import Iterator

from lptrack.model import BugKey
from lptrack.storage.database import Database, Row
from lptrack.storage.derived import build_derived
from lptrack.storage.earlier import BuildHistory
from lptrack.storage.reading import load_known
from lptrack.storage.values import find_wild_values

_PART = 400


def find_faults(database: Database, build_history: BuildHistory) -> Iterator[str]:
    """One sentence for each thing that is wrong; nothing where all is well."""
    with database.snapshot():
        for (found,) in database.load("PRAGMA integrity_check(20)"):
            if found != "ok":
                yield f"the file is damaged: {found}"
        for table, row, parent, _ in database.load("PRAGMA foreign_key_check"):
            yield f"row {row} of {table} speaks of a row of {parent} that is missing"
        wild = list(find_wild_values(database))
        yield from wild
        if wild:
            return  # what is derived of them cannot be compared
        bugs = [BugKey(*row) for row in database.load("SELECT tracker, number FROM bugs ORDER BY tracker, number")]
        for tracker, number in database.load(
            "SELECT DISTINCT tracker, number FROM observations o WHERE superseded_at IS NULL AND NOT EXISTS"
            " (SELECT 1 FROM bugs b WHERE b.tracker = o.tracker AND b.number = o.number)"
        ):
            yield f"{tracker} bug {number} was read, but nothing is derived of it"
        for start in range(0, len(bugs), _PART):
            yield from _find_stray(database, bugs[start : start + _PART], build_history)


def _find_stray(database: Database, bugs: list[BugKey], build_history: BuildHistory) -> Iterator[str]:
    for bug, (known, _) in load_known(database, bugs).items():
        facts_at, has_history, newest = database.load_one(
            "SELECT b.facts_at, b.has_history, b.observation = (SELECT max(id) FROM observations o"
            " WHERE o.tracker = b.tracker AND o.number = b.number AND o.superseded_at IS NULL)"
            " FROM bugs b WHERE tracker = ? AND number = ?",
            bug,
        ) or (None, 0, 1)
        if not newest:
            yield f"{bug.tracker} bug {bug.number} is not shown by its newest read"
        facts: dict[str, str] = dict(
            database.load(
                "SELECT name, value FROM facts WHERE tracker = ? AND read_at <= ?"
                " AND (superseded_at IS NULL OR superseded_at > ?) ORDER BY name",
                (bug.tracker, facts_at or "", facts_at or ""),
            )
        )
        if not has_history:
            continue
        history = build_history(known.observation, known.entries, facts, known.read_at)
        if history is None:
            continue  # a tracker that is not installed here
        for table, rows in build_derived(known.observation, history).items():
            if sorted(_load_rows(database, table, bug), key=repr) != sorted(rows, key=repr):
                yield f"{bug.tracker} bug {bug.number}: {table} is not what its log entries say"


def _load_rows(database: Database, table: str, bug: BugKey) -> list[Row]:
    return database.load(f"SELECT * FROM {table} WHERE tracker = ? AND number = ?", bug)
