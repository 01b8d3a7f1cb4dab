"""One SQLite file: opened, brought up to date and written in whole transactions; every failure is one clear line."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from lptrack.errors import NewerDatabase, StorageError
from lptrack.files import own_folder
from lptrack.storage.explain import explain
from lptrack.storage.guard import Guard, check_log, has_log, note_closed, note_open
from lptrack.storage.schema import APPLICATION_ID, MIGRATIONS
from lptrack.storage.views_schema import VIEWS

Row = tuple[Any, ...]
MEMORY: Final = ":memory:"


class Database:
    """A connection that speaks `StorageError`. Transactions are immediate, so two writers never deadlock."""

    __slots__ = ("begun", "connection", "guard", "inode", "path", "wait")

    def __init__(self, connection: sqlite3.Connection, path: str, wait: float) -> None:
        self.connection = connection
        self.path = path
        self.wait = wait
        self.inode = None if path == MEMORY else note_open(Path(path))
        self.guard: Guard | None = None
        self.begun = False

    def execute(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> sqlite3.Cursor:
        """Run one statement."""
        with self.translated():
            try:
                return self.connection.execute(sql, values)
            except UnicodeEncodeError:  # half a surrogate pair in a stranger's title or line
                assert not isinstance(values, dict)
                return self.connection.execute(sql, _encodable(values))

    def executemany(self, sql: str, rows: Sequence[Row]) -> None:
        """Run one statement for each row, within the caller's transaction."""
        with self.translated():
            try:
                self.connection.executemany(sql, rows)
            except UnicodeEncodeError:
                self.connection.executemany(sql, [_encodable(row) for row in rows])

    def load(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> list[Row]:
        """Every row of a query."""
        with self.translated():
            rows = self.connection.execute(sql, values).fetchall()
            self.check()
            return rows

    def load_one(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> Row | None:
        """The first row of a query."""
        with self.translated():
            row: Row | None = self.connection.execute(sql, values).fetchone()
            return row

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, for this process and after a kill. Within another one it is part of that."""
        if self.connection.in_transaction:
            yield
            return
        with self.translated():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                self._begin()
                yield
                self.check()
                self.connection.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise

    def _begin(self) -> None:
        """Once the file is guarded: the first transaction counts its change counter up, for `check_log`."""
        self.check()
        if self.guard is not None and not self.begun:
            self.connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            self.begun = True

    def check(self) -> None:
        """Raise `ReplacedDatabase` where the file is not the one that was opened."""
        if self.guard is not None:
            self.guard.check()

    def _roll_back(self) -> None:
        if self.connection.in_transaction:  # SQLite may have done it itself, on a full disk
            self.connection.execute("ROLLBACK")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Several queries of one moment, whatever others write meanwhile."""
        if self.connection.in_transaction:
            yield
            return
        with self.translated():
            self.connection.execute("BEGIN")
            try:
                yield
            finally:
                self._roll_back()

    @contextmanager
    def translated(self) -> Iterator[None]:
        """SQLite's errors as `StorageError`."""
        try:
            yield
        except sqlite3.Error as error:
            self.check()  # pages of two files do not fit together: that is the news
            raise explain(error, self.path, self.wait) from error

    def close(self) -> None:
        """Give the file back. The last one to leave folds the write-ahead log into it."""
        try:
            self.check()
        except StorageError:
            self.abandon()
            raise
        try:
            self.abandon()
        except sqlite3.Error as error:
            raise explain(error, self.path, self.wait) from error

    def abandon(self) -> None:
        """Close where something failed. Into a file that is not the one that was opened, nothing is folded."""
        if self.guard is not None and not self.guard.is_in_place:
            if sys.version_info >= (3, 12):
                self.connection.setconfig(sqlite3.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE)
            self.guard.drop_log()
        self.connection.close()
        note_closed(self.inode)


def _encodable(values: Sequence[Any]) -> Row:
    """The values with what no UTF-8 can hold replaced by `?`."""
    return tuple(each.encode(errors="replace").decode() if isinstance(each, str) else each for each in values)


def open_database(path: Path | str, *, wait: float, read_only: bool = False) -> Database:
    """Open the file (make it, mode 0600, for a writer), refuse what is not lptrack's, and migrate what is older."""
    if path == MEMORY:
        database = Database(_connect(MEMORY, wait, uri=False), MEMORY, wait)
        _prepare(database)
        return database
    path = Path(path)
    if path.is_dir():
        raise StorageError(f"{path}: this is a folder, not a database", hint="name a file with --db PATH")
    if path.exists() and not path.is_file():  # opening a pipe would wait for ever
        raise StorageError(f"{path}: this is not a file", hint="name a file with --db PATH")
    if not path.exists():
        if read_only:
            raise StorageError(f"{path}: there is no database yet", hint="take logs in first: lptrack run LOGS")
        _create(path)
    check_log(path)
    database = _open_file(path, wait, read_only)
    try:
        if _needs_migration(database):
            if read_only:
                database.close()
                open_database(path, wait=wait).close()
                database = _open_file(path, wait, read_only)
            else:
                _prepare(database)
        if read_only:
            database.execute("PRAGMA query_only = ON")
        else:
            _start_write_ahead(database)
        _start_guard(database)
    except BaseException:
        database.abandon()
        raise
    return database


def _start_guard(database: Database) -> None:
    """From here on the file must stay as it is. Without the write-ahead log it may be another run that changes it."""
    (mode,) = database.load_one("PRAGMA journal_mode") or ("",)
    database.load_one("SELECT count(*) FROM sqlite_schema")  # this takes the lock that keeps it as it is
    if mode == "wal":
        database.guard = Guard.of(Path(database.path))


def _open_file(path: Path, wait: float, read_only: bool) -> Database:
    """Writable where it may be, for a read-only connection leaves its helper files behind; else as it can be read."""
    uri = path.absolute().as_uri()
    writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    modes = ["rw"] if writable or not read_only else []
    if read_only:
        modes.append("ro")
        if not has_log(path):
            modes.append("ro&immutable=1")  # a folder that nobody can write: no lock file can be made there
    failure: StorageError | None = None
    for mode in modes:
        connection = None
        try:
            connection = _connect(f"{uri}?mode={mode}", wait, uri=True)
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except sqlite3.Error as error:
            if connection is not None:
                connection.close()
            failure = explain(error, str(path), wait)
            if (getattr(error, "sqlite_errorname", None) or "").startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
                break
        else:
            return Database(connection, str(path), wait)
    assert failure is not None
    raise failure


def _connect(name: str, wait: float, *, uri: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(name, timeout=wait, isolation_level=None, uri=uri)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA wal_autocheckpoint = 0")  # only on closing: see `lptrack.storage.guard`
    return connection


def _create(path: Path) -> None:
    """An empty file that only its owner reads, in a folder likewise: logs and private bugs are nobody else's."""
    try:
        own_folder(path.absolute().parent)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return  # another run was quicker
    except OSError as error:
        raise StorageError(
            f"{path}: the database cannot be made ({error.strerror})",
            hint="check the folder's permissions and the space left, or name another file with --db PATH",
        ) from error


def _needs_migration(database: Database) -> bool:
    """Whether the file is older than this program; raises where it is newer, or not lptrack's at all."""
    (version,) = database.load_one("PRAGMA user_version") or (0,)
    (application,) = database.load_one("PRAGMA application_id") or (0,)
    if application not in (0, APPLICATION_ID) or (application == 0 and _has_tables(database)):
        raise StorageError(
            f"{database.path}: this is another program's database", hint="name lptrack's own file with --db PATH"
        )
    if version > len(MIGRATIONS):
        raise NewerDatabase(
            f"{database.path}: written by a newer lptrack (schema {version}, this one knows {len(MIGRATIONS)})",
            hint="upgrade lptrack, or use another file with --db PATH",
        )
    if version == len(MIGRATIONS):
        _check_schema(database)
    return bool(version < len(MIGRATIONS))


def _check_schema(database: Database) -> None:
    """Raise where the file has a trigger, or a view in a table's place: it would act when lptrack reads or writes."""
    parts = database.load("SELECT type, name FROM sqlite_schema WHERE type IN ('trigger', 'view') ORDER BY name")
    row = next((part for part in parts if part[0] == "trigger" or part[1] not in VIEWS), None)
    if row is not None:
        raise StorageError(
            f"{database.path}: it has a {row[0]} {str(row[1])[:60]!r}, which lptrack does not make",
            hint="drop it if it is your own; else take a backup's file, or `lptrack db import` an export",
        )


def _has_tables(database: Database) -> bool:
    return database.load_one("SELECT 1 FROM sqlite_schema LIMIT 1") is not None


def _prepare(database: Database) -> None:
    """Bring the schema up to date, in one transaction: killed in between, the file is as before."""
    with database.transaction():
        if not _needs_migration(database):  # another run was quicker
            return
        (version,) = database.load_one("PRAGMA user_version") or (0,)
        for script in MIGRATIONS[version:]:
            for statement in _statements(script):
                database.execute(statement)
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one: `executescript` would commit before it starts."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""


def _start_write_ahead(database: Database) -> None:
    """Readers never block, nor are they blocked. The switch needs the file alone for an instant, so it may wait."""
    give_up = time.monotonic() + database.wait
    while True:
        try:
            (mode,) = database.connection.execute("PRAGMA journal_mode").fetchone()
            if mode != "wal":
                database.connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            busy = (error.sqlite_errorname or "").startswith("SQLITE_BUSY")
            if not busy or time.monotonic() >= give_up:
                raise explain(error, database.path, database.wait) from error
            time.sleep(0.02)
        else:
            return
