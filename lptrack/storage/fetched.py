"""What was fetched from sources, so that nothing is fetched twice: one row a document."""

from __future__ import annotations

from datetime import datetime

from lptrack.sources.interface import Mark
from lptrack.storage.database import Database
from lptrack.storage.times import render_time


def load_marks(database: Database, source: str) -> dict[str, Mark]:
    """Each document of the source that was fetched, by its key."""
    rows = database.load("SELECT item, version, etag, modified, settled FROM fetched WHERE source = ?", (source,))
    return {item: Mark(version, etag, modified, bool(settled)) for item, version, etag, modified, settled in rows}


def save_mark(database: Database, source: str, item: str, mark: Mark, at: datetime) -> None:
    """The document was fetched, and what it held is recorded."""
    with database.transaction():
        database.execute(
            "INSERT OR REPLACE INTO fetched (source, item, version, etag, modified, settled, fetched_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (source, item, mark.version, mark.etag, mark.modified, int(mark.settled), render_time(at)),
        )
