"""A bug that two databases read: every read once, in the order of time, and the newest history whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from lptrack.model import BugKey
from lptrack.storage.database import Database
from lptrack.storage.schema import DERIVED
from lptrack.storage.union.entries import unite_entries
from lptrack.storage.union.facts import adopt_facts
from lptrack.storage.union.side import FOREVER, Record, Side, content_of, insert
from lptrack.storage.union.unresolved import unite_unresolved

_BUG = "tracker = ? AND number = ?"


@dataclass(frozen=True, slots=True)
class _Read:
    """One read of a bug; ``place`` is its instant, or the one of a later read that did not believe it."""

    place: str
    side: int
    run: int | None
    at: str
    seen: Record

    @property
    def content(self) -> tuple[str, str]:
        return (self.seen["digest"], self.seen["login"] or "")

    @property
    def order(self) -> tuple[str, bool, str, tuple[str, str], int, str]:
        # what follows the content decides nothing but whose copy of the same read is taken
        return (self.place, self.at == self.place, self.at, self.content, self.run or 0, content_of(self.seen))


def load_bugs(sides: tuple[Side, Side]) -> list[BugKey]:
    """Every bug that a database read or failed to read, in order."""
    found: set[BugKey] = set()
    for side in sides:
        for table in ("observations", "log_entries", "unresolved", "bugs"):
            rows = side.database.load(f"SELECT DISTINCT tracker, number FROM {table}")  # noqa: S608 (own names)
            found.update(BugKey(*row) for row in rows)
    return sorted(found)


def unite_bug(sides: tuple[Side, Side], result: Database, bug: BugKey) -> Iterator[str]:
    """Write the bug's reads, entries and derived rows; yields what the two tell differently."""
    reads = _load_reads(sides, bug)
    number = None
    for _, group in groupby(reads, key=lambda read: read.content):
        number = _write_observation(sides, result, list(group))
    newest = reads[-1] if reads else None
    derived = None if newest is None else _find_derived(sides, result, bug, newest)
    side = derived.side if derived else newest.side if newest else None
    yield from unite_entries(sides, result, bug, side, newest.at if newest else None)
    unite_unresolved(sides, result, bug, [read.at for read in reads])
    if derived is not None:
        for table, rows in derived.rows.items():
            extra = {"observation": number} if table == "bugs" else {}
            insert(result, table, [row | extra for row in rows])


@dataclass(frozen=True, slots=True)
class _Derived:
    """The derived rows of a bug as one side has them."""

    side: int
    rows: dict[str, list[Record]]

    @property
    def rank(self) -> tuple[int, str, str]:
        (row,) = self.rows["bugs"]
        contents = [content_of(each, ("observation",)) for rows in self.rows.values() for each in rows]
        return (row["has_history"], row["facts_at"] or "", "".join(contents))


def _find_derived(sides: tuple[Side, Side], result: Database, bug: BugKey, newest: _Read) -> _Derived | None:
    """What was derived from the newest read. Where both have that read, one may have derived it better."""
    found = []
    for index, side in enumerate(sides):
        rows = {table: side.load(table, _BUG, bug, "1, 2, 3, 4") for table in DERIVED}
        for row in rows["bugs"]:
            if row["read_at"] == newest.at:
                row["facts_at"] = adopt_facts(side.database, result, bug.tracker, row)
                found.append(_Derived(index, rows))
    return max(found, key=lambda each: each.rank, default=None)


def _load_reads(sides: tuple[Side, Side], bug: BugKey) -> list[_Read]:
    """Every read of either side once, oldest first."""
    reads: dict[tuple[str, tuple[str, str]], _Read] = {}
    found = [read for index in (0, 1) for read in _load_side(sides[index], index, bug)]
    for read in sorted(found, key=lambda each: each.order):
        reads.setdefault((read.at, read.content), read)
    return list(reads.values())


def _load_side(side: Side, index: int, bug: BugKey) -> list[_Read]:
    found: list[_Read] = []
    for seen in side.load("observations", _BUG, bug, "id"):
        reads = side.load("reads", "observation = ?", (seen["id"],), "read_at")
        for row in reads or [{"read_at": seen["seen_at"], "run": seen["run"]}]:
            found.append(_Read(row["read_at"], index, side.run_of(row), row["read_at"], seen))
    place = FOREVER  # a read of a wrong clock's future stands before the one that took its place
    for at in range(len(found) - 1, -1, -1):
        place = min(place, found[at].at)
        found[at] = _Read(place, index, found[at].run, found[at].at, found[at].seen)
    return found


def _write_observation(sides: tuple[Side, Side], result: Database, reads: list[_Read]) -> int:
    """Reads in a row that saw the same: one observation, as the newest of them has it."""
    newest = reads[-1]
    row = {
        **newest.seen, "id": None, "run": reads[0].run, "seen_at": reads[0].at, "last_seen_at": newest.at,
    }  # fmt: skip
    insert(result, "observations", [row])
    (number,) = result.load_one("SELECT last_insert_rowid()") or (0,)
    tasks = sides[newest.side].load("observed_tasks", "observation = ?", (newest.seen["id"],), "position")
    insert(result, "observed_tasks", [{**task, "observation": number} for task in tasks])
    insert(result, "reads", [{"observation": number, "read_at": read.at, "run": read.run} for read in reads])
    return int(number)
