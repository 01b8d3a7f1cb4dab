"""Files that need not be read again: how each lay when it was read, and which log it is."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from lptrack.logs.model import Stamp
from lptrack.storage.database import Database


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file as it lay, and what was found in it: the warnings and the ids of its meetings."""

    stamp: Stamp
    warnings: tuple[str, ...]
    meetings: tuple[str, ...]


def load_files(database: Database, reader: str) -> dict[str, KnownFile]:
    """By its path each file that this reader has read and whose log is in force, at this path."""
    found = {}
    for path, size, modified, changed, inode, warnings, meetings in database.load(
        "SELECT f.path, f.size, f.modified, f.changed, f.inode, l.warnings,"
        " (SELECT json_group_array(m.id) FROM meetings m WHERE m.log = l.id)"
        " FROM files f JOIN logs l ON l.digest = f.digest AND coalesce(l.path, l.source) = f.path"
        " WHERE f.reader = ? AND l.superseded_at IS NULL",
        (reader,),
    ):
        stamp = Stamp(size, modified, changed, inode)
        found[path] = KnownFile(stamp, tuple(json.loads(warnings)), tuple(sorted(json.loads(meetings))))
    return found


def save_files(database: Database, reader: str, files: Iterable[tuple[str, Stamp, str]]) -> None:
    """These files (path, how each lay, the digest of its bytes) were read."""
    with database.transaction():
        database.executemany(
            "INSERT OR REPLACE INTO files (path, size, modified, changed, inode, reader, digest)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (path, stamp.size, stamp.modified, stamp.changed, stamp.inode, reader, digest)
                for path, stamp, digest in files
            ],
        )
