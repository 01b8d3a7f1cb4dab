"""The cache's files as files: finding, measuring, removing them. Imports neither requests nor requests-cache."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CacheSummary:
    """What one cache file holds. ``oldest`` and ``newest`` are when the answers came; ``trouble`` why not known."""

    path: Path
    bytes: int
    answers: int = 0
    fresh: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None
    trouble: str | None = None

    def sentence(self) -> str:
        """One line for a human."""
        line = f"{self.path}: {self.bytes / 1024 / 1024:.1f} MiB"
        if self.trouble:
            return f"{line}, cannot be read ({self.trouble}); the next run begins it anew"
        line += f", {self.answers} answers, {self.fresh} fresh"
        if self.oldest and self.newest:
            line += f", from {self.oldest:%Y-%m-%d %H:%M} to {self.newest:%Y-%m-%d %H:%M} UTC"
        return line + (", of a login" if self.path.name != "http.sqlite" else "")


def find_cache_files(folder: Path) -> Sequence[Path]:
    """The cache files in the folder: everybody's first, then those of logins."""
    return sorted(folder.glob("http*.sqlite"), key=lambda path: (path.name != "http.sqlite", path.name))


def load_summary(path: Path) -> CacheSummary:
    """Measure one cache file, without changing it."""
    size = sum(
        beside.stat().st_size for suffix in ("", "-wal") if (beside := path.with_name(path.name + suffix)).exists()
    )
    now = datetime.now(UTC)
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            row = connection.execute(
                "SELECT count(*), count(CASE WHEN expires IS NULL OR expires > ? THEN 1 END),"
                " min(json_extract(value, '$.created_at')), max(json_extract(value, '$.created_at')) FROM responses",
                (now.timestamp(),),
            ).fetchone()
    except sqlite3.Error as error:
        return CacheSummary(path, size, trouble=str(error))
    return CacheSummary(path, size, row[0], row[1], _time(row[2]), _time(row[3]))


def remove_cache_file(path: Path) -> None:
    """Delete the file and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _time(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except ValueError:
        return None
