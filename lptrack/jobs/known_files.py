"""Logs that need not be read again: their file lies as it lay, and they would be read as they were.

As git does it for its index: a file that changed within moments of being looked at may change again without a trace,
so it is not remembered. The entry's own time (`changed`) cannot be set back, as the content's can.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from hashlib import sha256
from pathlib import Path
from types import FunctionType
from typing import Final

from lptrack._version import __version__
from lptrack.errors import UnreadableLog
from lptrack.logs.formats import load_formats
from lptrack.logs.model import Extraction, LogResult, LogState, Stamp
from lptrack.logs.options import Options
from lptrack.logs.sources import Source, is_wanted
from lptrack.storage.files import KnownFile
from lptrack.storage.store import Store

RACY: Final = 2_000_000_000
"""Nanoseconds within which a file may change twice and look the same: the coarsest clock of a file system."""
_BATCH: Final = 200


class KnownFiles:
    """The files of one run: which of them are known, and those that were read to be remembered."""

    __slots__ = ("_batch", "_began", "_known", "_reader", "_store", "_turns")

    def __init__(self, store: Store, options: Options) -> None:
        self._store = store
        self._began = time.time_ns()  # before any file is looked at
        self._reader = print_reader(options)
        self._known: Mapping[str, KnownFile] = store.load_files(self._reader)
        self._batch: list[tuple[str, Stamp, str]] = []
        self._turns: deque[LogResult | None] = deque()  # in the inputs' order; None: one that is read

    def is_wanted(self, source: Source) -> bool:
        """Whether a file that was found in a folder is a log: what was one is not looked into again."""
        return self._find(source) is not None or is_wanted(source)

    def iter_unknown(self, sources: Iterable[Source | UnreadableLog]) -> Iterator[Source | UnreadableLog]:
        """What has to be read; the others' results come in their turn from `take_known`."""
        for source in sources:
            if isinstance(source, Source) and (known := self._find(source)) is not None:
                result = LogResult(source.name, LogState.UNCHANGED, warnings=known.warnings, meetings=known.meetings)
                self._turns.append(result)
            else:
                self._turns.append(None)
                yield source

    def take_known(self) -> Iterator[LogResult]:
        """The results of the known inputs before the next that was read, or before the end."""
        while self._turns:
            result = self._turns.popleft()
            if result is None:
                return
            yield result

    def remember(self, extraction: Extraction) -> None:
        """The file was read as it lay, unless it may have changed since without a trace."""
        stamp, path = extraction.stamp, extraction.path
        if stamp is None or path is None or max(stamp.changed, stamp.modified) > self._began - RACY:
            return
        self._batch.append((path, stamp, extraction.digest))
        if len(self._batch) >= _BATCH:
            self.save()

    def save(self) -> None:
        """Write down what is to be remembered."""
        if self._batch:
            self._store.save_files(self._reader, self._batch)
            self._batch.clear()

    def _find(self, source: Source) -> KnownFile | None:
        if source.stamp is None or source.place is None:
            return None
        known = self._known.get(source.place)
        return known if known is not None and known.stamp == source.stamp else None


def print_reader(options: Options) -> str:
    """A short print of all that decides how a file is read: lptrack's own code, formats of others, the options."""
    chosen = [(each.name, _spell(getattr(options, each.name))) for each in fields(options)]
    package = Path(__file__).parents[1]
    code = [*package.rglob("*.py"), *_others_modules()]
    stamps = [(str(path), status.st_size, status.st_mtime_ns) for path in sorted(code) if (status := path.stat())]
    return sha256(repr((__version__, sys.version_info[:2], chosen, stamps)).encode()).hexdigest()[:32]


def _others_modules() -> Iterator[Path]:
    for known in load_formats():
        module = sys.modules[type(known).__module__]
        if not module.__name__.startswith("lptrack.") and module.__file__ is not None:
            yield Path(module.__file__)


def _spell(value: object) -> object:
    """A value as text that is the same in every process."""
    if isinstance(value, frozenset):
        return sorted(map(str, value))
    if isinstance(value, Mapping):
        return sorted((str(name), str(each)) for name, each in value.items())
    if isinstance(value, FunctionType):
        return f"{value.__module__}.{value.__qualname__}"
    return str(value)
