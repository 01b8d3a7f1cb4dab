# ruff: noqa: S608 (table and column names come from the schema and are checked against it; values are bound)
"""Everything can leave as JSON lines and come back equal; and a copy of the whole file."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from lptrack.errors import StorageError
from lptrack.escape import show_json
from lptrack.model import BugKey
from lptrack.storage.database import Database, Row
from lptrack.storage.earlier import load_columns
from lptrack.storage.explain import explain
from lptrack.storage.schema import MIGRATIONS, TABLES
from lptrack.storage.values import find_wild_values

_FORMAT: Final = 2
"""Since 2 an export ends with the count of its rows and their digest; 1 had no end to tell that it is whole."""
_BY_BUG: Final = frozenset({"observations", "log_entries", "bugs", "task_spans", "bug_spans", "status_events"})
_BY_OBSERVATION: Final = frozenset({"observed_tasks", "reads"})


def load_withheld(database: Database, logins: Sequence[str] = ()) -> tuple[BugKey, ...]:
    """The bugs that an export leaves out: what a login saw of them leaves only when that login is named."""
    return tuple(
        BugKey(tracker, number)
        for tracker, number, login in database.load(
            "SELECT DISTINCT tracker, number, login FROM observations WHERE login IS NOT NULL"
            " ORDER BY tracker, number"
        )
        if login not in logins
    )


def export_lines(database: Database, logins: Sequence[str] = ()) -> Iterator[str]:
    """One JSON object a line: what this is, every row of every table in an order that never varies, the digest."""
    rows, digest = 0, hashlib.sha256()
    with database.snapshot():
        withheld = {tuple(bug) for bug in load_withheld(database, logins)}
        observations = {
            identity
            for identity, tracker, number in database.load("SELECT id, tracker, number FROM observations")
            if (tracker, number) in withheld
        }
        header = _line({"lptrack": "export", "format": _FORMAT, "schema": len(MIGRATIONS)})
        digest.update(header.encode())
        yield header
        for table in TABLES:
            columns = load_columns(database, table)
            names = ", ".join(f'"{column}"' for column in columns)
            for row in database.execute(f'SELECT {names} FROM "{table}" ORDER BY {order_of(database, table)}'):
                record = dict(zip(columns, row, strict=True))
                if table in _BY_BUG and (record["tracker"], record["number"]) in withheld:
                    continue
                if table in _BY_OBSERVATION and record["observation"] in observations:
                    continue
                line = _line({"table": table, "row": record})
                rows += 1
                digest.update(line.encode())
                yield line
    yield _line({"lptrack": "end", "rows": rows, "sha256": digest.hexdigest()})


def _line(record: dict[str, Any]) -> str:
    return show_json(json.dumps(record, separators=(",", ":"))) + "\n"


def order_of(database: Database, table: str) -> str:
    """A table's rows in an order that never varies: by its primary key."""
    keys = database.load("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (table,))
    return ", ".join(f'"{name}"' for (name,) in keys)


def import_lines(database: Database, lines: Iterable[str]) -> int:
    """Fill an empty database from an export; how many rows came. All or nothing."""
    with database.transaction():
        if any(database.load_one(f'SELECT 1 FROM "{table}" LIMIT 1') is not None for table in TABLES):
            raise StorageError(
                f"{database.path}: this database is not empty", hint="import into a new one: --db NEWFILE"
            )
        database.execute("PRAGMA defer_foreign_keys = ON")
        columns = {table: frozenset(load_columns(database, table)) for table in TABLES}
        count, digest, end = 0, hashlib.sha256(), None
        form = 0
        for number, line in enumerate(lines, 1):
            if number == 1:
                form = _check_header(line)
            elif line.strip():
                record = _parse(line, number)
                if end is not None:
                    raise StorageError(f"line {number} of the export stands behind its end")
                if record.get("lptrack") == "end":
                    end = record
                    continue
                _insert(database, columns, record, number)
                count += 1
            digest.update(line.encode())
        if form == 0:
            raise StorageError("this export is empty", hint="`lptrack db export -o FILE` writes one")
        if form > 1 and (end is None or end.get("rows") != count or end.get("sha256") != digest.hexdigest()):
            raise StorageError(
                "this export is not whole, or was changed; nothing was imported", hint="export it again"
            )
        _check_rows(database)
    return count


def _check_rows(database: Database) -> None:
    """Raise where rows speak of rows that are missing, or hold what lptrack does not write."""
    if number_of_orphans := len(database.load("PRAGMA foreign_key_check")):
        raise StorageError(f"the export is not whole: {number_of_orphans} rows speak of rows that are missing")
    if wild := next(find_wild_values(database), None):
        raise StorageError(f"this export was not made by lptrack: {wild}; nothing was imported")


def _check_header(line: str) -> int:
    """The format of the export; raises for what is none that can be read."""
    header = _parse(line, 1)
    form = header.get("format")
    if header.get("lptrack") != "export" or form not in range(1, _FORMAT + 1):
        raise StorageError("this is not an export of lptrack's", hint="`lptrack db export -o FILE` writes one")
    schema = header.get("schema")
    if not isinstance(schema, int) or schema > len(MIGRATIONS):
        raise StorageError("the export is of a newer lptrack", hint="upgrade lptrack")
    return 1 if form == 1 else _FORMAT


def _parse(line: str, number: int) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise StorageError(f"line {number} of the export is not JSON: {error}") from error
    if not isinstance(record, dict):
        raise StorageError(f"line {number} of the export is not a record")
    return record


def _insert(database: Database, columns: dict[str, frozenset[str]], record: dict[str, Any], number: int) -> None:
    table, row = record.get("table"), record.get("row")
    if table not in columns or not isinstance(row, dict) or not columns[table].issuperset(row) or not row:
        raise StorageError(f"line {number} of the export is not a row of a table that lptrack has")
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join("?" * len(row))
    values: Row = tuple(row.values())
    try:
        database.connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', values)
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError, OverflowError, UnicodeEncodeError) as error:
        raise StorageError(f"line {number} of the export does not fit: {error}") from error
    except sqlite3.Error as error:
        raise explain(error, database.path, database.wait) from error


def save_backup(database: Database, target: Path) -> None:
    """A copy of the whole database at one moment, while others may go on writing. Only its owner can read it."""
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError as error:
        raise StorageError(f"{target}: there is a file already", hint="name a new one") from error
    except OSError as error:
        raise StorageError(f"{target}: cannot be written ({error.strerror})") from error
    try:
        copy = sqlite3.connect(target)
        try:
            database.connection.backup(copy)
        finally:
            copy.close()
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        raise explain(error, str(target), database.wait) from error
