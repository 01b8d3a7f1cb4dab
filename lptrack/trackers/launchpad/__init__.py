"""Launchpad: read over its web service, its bugs' past told by their activity logs."""

from lptrack.trackers.launchpad.tracker import LAUNCHPAD_TRACKER

__all__ = ["LAUNCHPAD_TRACKER"]
