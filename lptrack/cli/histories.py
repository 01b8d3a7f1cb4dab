"""The trackers' histories behind one function, for what rebuilds them: `db check`, `--as-known-at`, `history`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from lptrack.model import BugHistory, LogEntry, Observation
from lptrack.trackers import tracker_named, tracker_names


def build_any_history(
    observation: Observation, entries: tuple[LogEntry, ...], facts: Mapping[str, str], read_at: datetime
) -> BugHistory | None:
    """The bug's history by its own tracker; None where that tracker is not installed here."""
    if observation.tracker not in tracker_names():
        return None
    return tracker_named(observation.tracker).build_history(observation, entries, facts, read_at)
