"""Launchpad as a tracker: its name, its addresses, and the doors to its client and its history."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from lptrack.model import LAUNCHPAD, BugHistory, LogEntry, Observation
from lptrack.net.settings import Settings
from lptrack.trackers.interface import Client, Facts, Root, TargetParts, Tracker
from lptrack.trackers.launchpad.roots import DEFAULT_ROOT, build_bug_url, check_root, parse_bug_url, root_of
from lptrack.trackers.launchpad.targets import parse_target
from lptrack.trackers.launchpad.words import WORDS

if TYPE_CHECKING:
    from datetime import datetime

    from requests import Session


class LaunchpadTracker:
    """The tracker that meetings of Ubuntu and its kin speak of."""

    name: Final = LAUNCHPAD
    title: Final = "Launchpad"
    vocabulary: Final = WORDS
    root: Final = Root(
        option="service-root",
        variable="LPTRACK_SERVICE_ROOT",
        metavar="NAME_OR_URL",
        default=DEFAULT_ROOT,
        help="Launchpad's web service: production (default), staging, qastaging, or a URL.",
        check=check_root,
        find=root_of,
    )

    def parse_target(self, target: str) -> TargetParts:
        """`linux (Ubuntu Saucy)` is linux and saucy, `juju/1.25` has the series 1.25."""
        parts = parse_target(target)
        return TargetParts(parts.package, parts.series_name)

    def parse_url(self, text: str) -> int | None:
        """The number in `https://bugs.launchpad.net/bugs/5` and its kin."""
        return parse_bug_url(text)

    def bug_url(self, number: int, settings: Settings | None = None) -> str:
        """The bug's page, on the web site that goes with the service root."""
        return build_bug_url(number, settings.roots.get(LAUNCHPAD, DEFAULT_ROOT) if settings else DEFAULT_ROOT)

    def connect(self, settings: Settings, session: Callable[[], Session] | None = None) -> Client:
        """A client for one run; launchpadlib is imported here, not before. A login has a session of its own."""
        from lptrack.trackers.launchpad.client import connect

        return connect(settings, session)

    def build_history(
        self, observation: Observation, entries: tuple[LogEntry, ...], facts: Facts, read_at: datetime
    ) -> BugHistory | None:
        """The bug's life, from its activity log; None where the log is refused. Pure."""
        from lptrack.trackers.launchpad.answers import LOG_REFUSED
        from lptrack.trackers.launchpad.history import build_history

        if any(name == LOG_REFUSED for name, _ in observation.details):
            return None
        return build_history(observation, entries, facts, read_at)


LAUNCHPAD_TRACKER: Final[Tracker] = LaunchpadTracker()
