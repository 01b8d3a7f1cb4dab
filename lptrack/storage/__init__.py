"""The database: one SQLite file with the meetings, what trackers answered, and what follows from both."""

from lptrack.storage.store import Store

__all__ = ["Store"]
