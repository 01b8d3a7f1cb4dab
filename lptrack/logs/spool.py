"""A queue that keeps what waits for its meeting's end: in memory while it is small, then in a temporary file."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from typing import IO, Generic, TypeVar

T = TypeVar("T")

KEPT = 5_000
"""Entries in memory before they are written out, some 5 MB."""


class Spool(Generic[T]):
    """First in, first out; iterate once. The file has no name and holds only what this process wrote."""

    def __init__(self) -> None:
        self._entries: list[T] = []
        self._file: IO[bytes] | None = None
        self._batches = 0

    def add(self, entry: T) -> None:
        """One more at the end."""
        self._entries.append(entry)
        if len(self._entries) >= KEPT:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="lptrack-")  # noqa: SIM115
            pickle.dump(self._entries, self._file, protocol=pickle.HIGHEST_PROTOCOL)
            self._batches += 1
            self._entries = []

    def __iter__(self) -> Iterator[T]:
        if self._file is not None:
            self._file.seek(0)
            for _ in range(self._batches):
                yield from pickle.load(self._file)  # noqa: S301
        yield from self._entries

    def close(self) -> None:
        """Give the file back."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self._entries = []
