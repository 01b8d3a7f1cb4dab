"""Debian as a tracker: its name, its addresses, and the doors to its client and its history."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from lptrack.model import DEBIAN, BugHistory, LogEntry, Observation
from lptrack.net.settings import Settings
from lptrack.trackers.debian.roots import PRODUCTION, build_bug_url, build_root, check_root, parse_watch
from lptrack.trackers.debian.words import WORDS
from lptrack.trackers.interface import Client, Facts, Root, TargetParts, Tracker

if TYPE_CHECKING:
    from datetime import datetime

    from requests import Session


class DebianTracker:
    """debbugs at bugs.debian.org, or at another root that speaks as it does."""

    name: Final = DEBIAN
    title: Final = "Debian"
    vocabulary: Final = WORDS
    root: Final = Root(
        option="debian-root",
        variable="LPTRACK_DEBIAN_ROOT",
        metavar="URL",
        default=PRODUCTION,
        help=f"Debian's tracker (default {PRODUCTION}), or off.",
        check=check_root,
        find=build_root,
    )

    def parse_target(self, target: str) -> TargetParts:
        """A target is a package."""
        return TargetParts(target or None, None)

    def parse_url(self, text: str) -> int | None:
        """The number in `https://bugs.debian.org/5` and its kin, or in `Debian Bug tracker #5`."""
        bug = parse_watch(text)
        return None if bug is None else bug.number

    def bug_url(self, number: int, settings: Settings | None = None) -> str:
        """The bug's page below the tracker's root."""
        return build_bug_url(number, settings)

    def connect(self, settings: Settings, session: Callable[[], Session] | None = None) -> Client:
        """A client for one run; requests is imported here, not before."""
        from lptrack.trackers.debian.client import connect

        return connect(settings, session)

    def build_history(
        self, observation: Observation, entries: tuple[LogEntry, ...], facts: Facts, read_at: datetime
    ) -> BugHistory | None:
        """The bug's life, as far as the mail in its log proves it; None where debbugs gave no log. Pure.

        debbugs needs no facts, and no bug of its is without a log: the report itself stands in it.
        """
        from lptrack.trackers.debian.history import build_history

        del facts
        return build_history(observation, entries, read_at) if entries else None


DEBIAN_TRACKER: Final[Tracker] = DebianTracker()
