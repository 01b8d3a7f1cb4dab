"""Outputs never destroy: what a command may not write over, whatever it was told, checked before any work."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from lptrack.config.model import Config
from lptrack.config.settings import find_setting, from_environment
from lptrack.errors import UsageError
from lptrack.logs.sources import Source, find_sources
from lptrack.report.files import FILE_NAMES

Protected = tuple[Path, str]
"""A file or folder, and what it is in words."""


class Protection:
    """Many of them, each looked up once: 2,400 logs and twelve outputs were 29,000 comparisons."""

    __slots__ = ("caches", "files", "names")

    def __init__(self, protected: Iterable[Protected]) -> None:
        """Take note of where each path leads now; of one that is not there yet, where it would."""
        self.files: dict[tuple[int, int], str] = {}
        self.names: dict[str, str] = {}
        self.caches: list[Protected] = []
        for path, what in protected:
            found = _find(path)
            if found is None:
                self.names.setdefault(os.path.realpath(path), what)
                continue
            self.files.setdefault(found, what)
            if what.endswith("cache") and path.is_dir():
                self.caches.append((path, what))

    def find(self, target: Path) -> str | None:
        """What the target is, by whatever name, link or hard link; None where it is free."""
        found = _find(target)
        what = self.names.get(os.path.realpath(target)) if found is None else self.files.get(found)
        return what or next((name for path, name in self.caches if _is_within(target, path)), None)


def check_output(option: str, target: Path | None, protected: Protection | Iterable[Protected]) -> None:
    """Raise `UsageError` where ``target`` is one of these."""
    if target is None:
        return
    protection = protected if isinstance(protected, Protection) else Protection(protected)
    what = protection.find(target)
    if what is not None:
        raise UsageError(f"{option} {target}: this is {what}; nothing was written", hint="name another file")


def check_out(folder: Path, protected: Protection) -> None:
    """The same of each file that `run` and `ci` write into ``folder``."""
    for name in FILE_NAMES:
        check_output("--out", folder / name, protected)


def is_same(one: Path, other: Path) -> bool:
    """Whether two names are one file, or would be."""
    return Protection([(one, "it")]).find(other) is not None


def _find(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:  # it is not there yet
        return None
    return (status.st_dev, status.st_ino)


def iter_own(config: Config, db: Path | None, cache: str | None = None) -> Iterator[Protected]:
    """What belongs to lptrack itself: database, cache, configuration, credentials."""
    path = Path(find_setting("db", db or from_environment("db"), config).value)
    for suffix in ("", "-wal", "-shm", "-journal", "-post"):
        yield path.with_name(path.name + suffix), "the database"
    place = find_setting("cache", cache or from_environment("cache"), config).value
    if "://" not in place:
        yield Path(place).expanduser(), "the cache"
    if config.path is not None:
        yield config.path, "the configuration"
    from lptrack.trackers.launchpad.credentials import default_credentials

    credentials = default_credentials()
    if credentials.is_dir():
        yield from ((each, "a stored login") for each in credentials.iterdir())


def iter_inputs(logs: Iterable[str]) -> Iterator[Protected]:
    """The logs that a command reads; those in a folder each."""
    for log in logs:
        if log == "-" or "://" in log or not os.path.exists(log):
            continue
        for source in find_sources([log], lambda _source: True):  # also what may turn out to be none
            if isinstance(source, Source) and source.path is not None:
                yield source.path, "a log that is read"


def _is_within(target: Path, folder: Path) -> bool:
    return Path(os.path.realpath(folder)) in Path(os.path.realpath(target)).parents
