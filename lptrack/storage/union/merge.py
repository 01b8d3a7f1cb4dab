# ruff: noqa: S608 (only the schema's own names are put together; every value is bound)
"""Merge a database into another: what both hold, numbered by time, so that either order gives the same export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from lptrack.errors import StorageError
from lptrack.storage.database import Database, open_database
from lptrack.storage.earlier import BuildHistory, load_columns, rebuild_derived
from lptrack.storage.portable import import_lines, order_of
from lptrack.storage.schema import TABLES
from lptrack.storage.union.bugs import load_bugs, unite_bug
from lptrack.storage.union.facts import load_outdated, unite_facts
from lptrack.storage.union.logs import unite_logs
from lptrack.storage.union.rest import unite_deliveries, unite_fetched, unite_runs
from lptrack.storage.union.side import Side
from lptrack.storage.views import TABLES as SHOWN


@dataclass(frozen=True, slots=True)
class Merged:
    """How many rows the database had and has now, and what the two told differently, a sentence each."""

    before: int
    after: int
    conflicts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Incoming:
    """Another database, and a file beside it for what the merge makes."""

    database: Database
    scratch: Path


@contextmanager
def open_export(lines: Iterable[str]) -> Iterator[Incoming]:
    """An export as a database of its own while it is merged; raises `StorageError` where it is not whole."""
    with TemporaryDirectory(prefix="lptrack-merge-") as folder:
        other = _open_scratch(Path(folder) / "other.db")
        try:
            import_lines(other, lines)
            yield Incoming(other, Path(folder) / "result.db")
        finally:
            other.close()


def _open_scratch(path: Path) -> Database:
    """A file that is thrown away after the merge need not survive a power cut."""
    database = open_database(path, wait=0)
    database.execute("PRAGMA synchronous = OFF")
    return database


def merge(database: Database, incoming: Incoming, build_history: BuildHistory) -> Merged:
    """Merge another database into this one: all or nothing. Other writers wait until it is done."""
    other = incoming.database
    with database.transaction():
        before = _count(database)
        if _is_same(database, other) or _count(other) == 0:
            return Merged(before, before, ())
        if before == 0:
            _replace(database, other)
            return Merged(0, _count(database), ())
        _check_roots(database, other)
        result = _open_scratch(incoming.scratch)
        try:
            with result.transaction():
                result.execute("PRAGMA defer_foreign_keys = ON")  # a log may be superseded by a later row
                conflicts = tuple(_unite(database, other, result, build_history))
            _replace(database, result)
        finally:
            result.close()
        return Merged(before, _count(database), conflicts)


def _unite(database: Database, other: Database, result: Database, build_history: BuildHistory) -> Iterator[str]:
    sides = (Side(database), Side(other))
    unite_runs(sides, result)
    yield from unite_logs(sides, result)
    unite_facts(sides, result)
    unite_fetched(sides, result)
    yield from unite_deliveries(sides, result)
    for bug in load_bugs(sides):
        yield from unite_bug(sides, result, bug)
    rebuild_derived(result, load_outdated(result), build_history)


def _check_roots(database: Database, other: Database) -> None:
    """Raise where a tracker's name stands for two services: bug 1 of one is not bug 1 of the other."""
    here, there = _load_roots(database), _load_roots(other)
    for tracker in sorted(here.keys() & there.keys()):
        if here[tracker].isdisjoint(there[tracker]):
            raise StorageError(
                f"the two databases are of different trackers: {tracker} is at {min(here[tracker])} in one"
                f" and at {min(there[tracker])} in the other; nothing was merged",
                hint="keep them apart: two files, each with its own --db",
            )


def _load_roots(database: Database) -> dict[str, set[str]]:
    roots: dict[str, set[str]] = {}
    for tracker, url in database.load("SELECT DISTINCT tracker, url FROM observations WHERE superseded_at IS NULL"):
        parts = urlsplit(url)
        roots.setdefault(tracker, set()).add(f"{parts.scheme}://{parts.netloc}")
    return roots


def _count(database: Database) -> int:
    return sum((database.load_one(f'SELECT count(*) FROM "{table}"') or (0,))[0] for table in TABLES)


def _is_same(database: Database, other: Database) -> bool:
    """Whether both hold the same rows."""
    for table in TABLES:
        columns = ", ".join(f'"{name}"' for name in load_columns(database, table))
        query = f'SELECT {columns} FROM "{table}" ORDER BY {order_of(database, table)}'
        rows = [each.execute(query) for each in (database, other)]
        if any(one != two for one, two in zip_longest(*rows)):
            return False
    return True


def _replace(database: Database, result: Database) -> None:
    """Everything in the database gives way to the result's rows, within the caller's transaction."""
    database.execute("PRAGMA defer_foreign_keys = ON")
    for table in (*SHOWN, *reversed(TABLES)):
        database.execute(f'DELETE FROM "{table}"')
    for table in TABLES:
        names = load_columns(database, table)
        listed, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
        rows = result.execute(f'SELECT {listed} FROM "{table}"')
        with database.translated():
            database.connection.executemany(f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', rows)
