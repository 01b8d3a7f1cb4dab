"""A lock that one process has at a time and that ends with it, however it ends: a killed one leaves none behind.

It is a file beside the database. SQLite's own locks would keep other runs from writing while a post is on its way,
and a row that says "I am at it" would outlive a process that was killed.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lptrack.errors import StorageError
from lptrack.storage.database import MEMORY

SUFFIX = "-post"


@contextmanager
def lock_posts(database: str, wait: float) -> Iterator[None]:
    """Nobody else delivers from this database until the block ends. Raises `StorageError` after ``wait`` seconds."""
    if database == MEMORY:
        yield
        return
    path = Path(database + SUFFIX)
    try:
        handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be made ({error.strerror})", hint="check the permissions of the database's folder"
        ) from error
    try:
        _take(handle, path, wait)
        yield
    finally:
        os.close(handle)  # which gives the lock back; the file stays, for another may wait on it


def _take(handle: int, path: Path, wait: float) -> None:
    give_up = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= give_up:
                raise StorageError(
                    f"{path.name.removesuffix(SUFFIX)}: another `lptrack post` is delivering (waited {wait:g} s)",
                    hint="let it end; what it leaves, the next one delivers. --wait SECONDS waits longer",
                ) from None
            time.sleep(0.05)
