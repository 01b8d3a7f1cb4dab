"""The database in use stays the one that was opened: a file replaced or deleted meanwhile is never written to.

A restored backup or a synced folder puts another file in the place of the one that a run has open. SQLite does not
notice: it reads pages of one file beside pages of the other, and folds the old write-ahead log into the new file.

Two things make it noticeable. lptrack never folds the log in while it works, and SQLite does it on closing only for
the last connection. So while a connection is open nobody of lptrack's writes to the file itself: what changes
its size or time is somebody else. And page 1 is written at the beginning of each run, which counts up the file's
change counter: so a log that a killed run has left tells which state of the file it continues.
"""

from __future__ import annotations

import os
import struct
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lptrack.errors import StorageError

_Inode = tuple[int, int]
_Identity = tuple[int, int, int, int]
_LOG_HEADER: Final = 32
_FRAME_HEADER: Final = 24
_SALTS: Final = slice(16, 24)  # of the log's header; a frame has them at 8
_COUNTER: Final = slice(24, 28)  # the change counter, in page 1
_TRIES: Final = 5
"""So often is a log compared with its file: another run may be folding it in just now."""
_BETWEEN: Final = 0.05


class ReplacedDatabase(StorageError):
    """The file that was opened is no longer the one at its path."""


@dataclass(frozen=True, slots=True)
class Guard:
    """The file as it was when it was opened. ``check`` costs one `stat`."""

    path: Path
    identity: _Identity
    log: Path
    log_inode: _Inode | None

    @staticmethod
    def of(path: Path) -> Guard:
        """The guard of a file whose connection has read from it (and so keeps others from folding the log in)."""
        identity, log = _identify(path), log_of(path)
        if identity is None:
            raise _deleted(path)
        return Guard(path, identity, log, _inode(log))

    def check(self) -> None:
        """Raise `ReplacedDatabase` where it is not that file any more."""
        found = _identify(self.path)
        if found is None:
            raise _deleted(self.path)
        if found != self.identity:
            raise ReplacedDatabase(
                f"{self.path}: the database was replaced while it was in use; nothing was written to the new file",
                hint="what this run recorded is not in it: run the same command again",
            )

    @property
    def is_in_place(self) -> bool:
        """Whether the path still leads to the opened file as it was."""
        return _identify(self.path) == self.identity

    def drop_log(self) -> None:
        """Empty the write-ahead log, so that closing the connection writes nothing of it into what is there now."""
        inode = _inode(self.log)
        if inode is not None and inode == self.log_inode:  # else it came with the new file
            os.truncate(self.log, 0)


def _identify(path: Path) -> _Identity | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def _deleted(path: Path) -> ReplacedDatabase:
    return ReplacedDatabase(
        f"{path}: the database was deleted while it was in use",
        hint="what this run recorded is lost: run the same command again, or restore a backup first",
    )


_in_use: Final[Counter[_Inode]] = Counter()


def note_open(path: Path) -> _Inode | None:
    """This process opens the file; what to give to `note_closed`."""
    inode = _inode(path)
    if inode is not None:
        _in_use[inode] += 1
    return inode


def note_closed(inode: _Inode | None) -> None:
    """This process has closed the file."""
    if inode is not None:
        _in_use[inode] -= 1
        if _in_use[inode] <= 0:
            del _in_use[inode]


def _inode(path: Path) -> _Inode | None:
    found = _identify(path)
    return None if found is None else found[:2]


def log_of(path: Path) -> Path:
    """The write-ahead log beside the file (where a link leads to)."""
    path = path.resolve()
    return path.with_name(path.name + "-wal")


def has_log(path: Path) -> bool:
    """Whether a writer that is at work or was killed has recorded rows outside the file."""
    log = log_of(path)
    return log.exists() and log.stat().st_size > 0


def check_log(path: Path) -> None:
    """Raise `ReplacedDatabase` where the write-ahead log beside the file continues another state than the file's.

    A file that this process has open already was compared then.
    """
    if _inode(path) in _in_use or not has_log(path):  # closing a second handle of it would end SQLite's locks
        return
    for attempt in range(_TRIES):
        if _fits(path):
            return
        if attempt + 1 < _TRIES:
            time.sleep(_BETWEEN)
    log = log_of(path)
    raise ReplacedDatabase(
        f"{path}: the database was replaced (from a backup?), and {log.name} has rows of the former one",
        hint=f"to go on with the file as it is, remove {log} and {path.name}-shm; to have those rows, put the former"
        " file back",
    )


def _fits(path: Path) -> bool:
    try:
        counters = list(_read_counters(log_of(path)))
        with path.open("rb") as file:
            header = file.read(100)
    except FileNotFoundError:
        return True
    if not counters or len(header) < 100:
        return True  # no log to fold in, or an empty file: SQLite drops the log of one
    present = _number(header[_COUNTER])
    return min(counters) - 1 <= present <= max(counters)


def _read_counters(log: Path) -> Iterator[int]:
    """The change counter of every page 1 in the log, in order; nothing where it is no log."""
    with log.open("rb") as file:
        header = file.read(_LOG_HEADER)
        if len(header) < _LOG_HEADER:
            return
        (size,) = struct.unpack(">8xI20x", header)
        if not 512 <= size <= 65536:
            return
        place = _LOG_HEADER
        while len(frame := file.read(_FRAME_HEADER)) == _FRAME_HEADER and frame[8:16] == header[_SALTS]:
            if _number(frame[:4]) == 1:
                yield _number(file.read(100)[_COUNTER])
            place += _FRAME_HEADER + size
            file.seek(place)


def _number(four: bytes) -> int:
    return int.from_bytes(four, "big")
