"""A bug's whole past from its present and its activity log: `build` is the door, docs/history.md the method."""

from lptrack.trackers.launchpad.history.build import build_history

__all__ = ["build_history"]
