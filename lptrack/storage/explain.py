"""What a person can do about an error of SQLite's."""

from __future__ import annotations

import sqlite3

from lptrack.errors import StorageError


def explain(error: sqlite3.Error, path: str, wait: float) -> StorageError:
    """What a person can do about an error of SQLite's."""
    name = getattr(error, "sqlite_errorname", None) or ""
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StorageError(
            f"{path}: another run is writing to this database (waited {wait:g} s)",
            hint="let it end and try again, or give it longer with --wait SECONDS",
        )
    if name == "SQLITE_FULL":
        return StorageError(
            f"{path}: the disk is full; nothing of this step was recorded, all before it is kept",
            hint="free some space and run the same command again",
        )
    if name.startswith("SQLITE_READONLY"):
        return StorageError(
            f"{path}: the database is read-only",
            hint="check the permissions of the file and its folder, or name another with --db PATH",
        )
    if name == "SQLITE_NOTADB":
        return StorageError(
            f"{path}: this is not a database", hint="check --db PATH; lptrack writes only to its own database file"
        )
    if name.startswith("SQLITE_CORRUPT"):
        return StorageError(
            f"{path}: the database is damaged ({error})",
            hint="`lptrack db check` says more; restore a backup, or export what can be read: `lptrack db export`",
        )
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return StorageError(
            f"{path}: the database cannot be opened ({error})",
            hint="check the path and the permissions of the file and its folder, or name another with --db PATH",
        )
    if name.startswith("SQLITE_IOERR"):
        return StorageError(
            f"{path}: reading or writing the database failed ({error})",
            hint="check the disk: is it full, or gone? All recorded before is kept",
        )
    return StorageError(f"{path}: {error}", hint="`lptrack db check` says whether the database is in order")
