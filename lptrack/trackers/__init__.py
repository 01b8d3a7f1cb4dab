"""Bug trackers. `TRACKERS` is the registry: one line each, in the order reports list them.

Importing it imports no tracker: each is loaded when it is first asked for. Others add their own by an entry point of
the group `lptrack.trackers`, whose name is the tracker's and whose object is a `lptrack.trackers.interface.Tracker`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Final

from lptrack.errors import LptrackError, UsageError
from lptrack.model import BugHistory, BugKey, LogEntry, Observation

if TYPE_CHECKING:
    from datetime import datetime

    from lptrack.net.settings import Settings
    from lptrack.trackers.interface import Facts, Root, TargetParts, Tracker
    from lptrack.trackers.vocabulary import Status, Vocabulary

TRACKERS: Final = (
    ("launchpad", "lptrack.trackers.launchpad.tracker:LAUNCHPAD_TRACKER"),
    ("debian", "lptrack.trackers.debian.tracker:DEBIAN_TRACKER"),
)
"""The trackers of lptrack itself: the name that the interface and the database use, and where the object is."""

GROUP: Final = "lptrack.trackers"


@cache  # reading the entry points of all that is installed takes milliseconds, and this is asked for each bug
def tracker_names() -> tuple[str, ...]:
    """Every tracker's name: lptrack's own in their order, then those that other packages bring, sorted."""
    own = tuple(name for name, _ in TRACKERS)
    return own + tuple(sorted({point.name for point in entry_points(group=GROUP)} - set(own)))


@cache
def tracker_named(name: str) -> Tracker:
    """The tracker of this name. `UsageError` where there is none; an entry point cannot replace lptrack's own."""
    for own, place in TRACKERS:
        if own == name:
            module, _, attribute = place.partition(":")
            found: Tracker = getattr(import_module(module), attribute)
            return found
    for point in entry_points(group=GROUP, name=name):
        try:
            loaded: Tracker = point.load()
        except Exception as error:  # another package's code
            raise LptrackError(
                f"the tracker {name} of {point.value} cannot be loaded: {error}",
                hint="update or remove the package that brings it",
            ) from error
        if getattr(loaded, "name", None) != name:
            raise LptrackError(f"{point.value} calls itself {getattr(loaded, 'name', None)!r}, not {name!r}")
        return loaded
    raise UsageError(f"unknown tracker {name}", hint=f"there are: {', '.join(tracker_names())}")


@cache
def roots() -> dict[str, Root]:
    """Every tracker's address as a setting, by the tracker's name."""
    return {name: tracker_named(name).root for name in tracker_names()}


def root_of(name: str, settings: Settings) -> str | None:
    """The service root that a tracker is asked at with these settings, always spelled alike; None: not at all."""
    root = tracker_named(name).root
    return root.find(settings) if root.find is not None else settings.roots.get(name, root.default)


DEFAULT_TRACKER: Final = TRACKERS[0][0]
"""The tracker of a number that nobody gives another one: it is written without a name."""


@cache
def words_of(name: str) -> Vocabulary:
    """The tracker's vocabulary; one without words for a tracker that only logs and bots name."""
    from lptrack.trackers.vocabulary import NO_WORDS

    return tracker_named(name).vocabulary if name in tracker_names() else NO_WORDS


def spell(tracker: str, printed: str | None) -> str | None:
    """What a person or bot printed, as the tracker spells it: `Fix released` is `Fix Released`; None stays None."""
    return None if printed is None else words_of(tracker).spell(printed)


def whole_logs() -> tuple[str, ...]:
    """The trackers whose log holds every change."""
    return tuple(name for name in tracker_names() if words_of(name).log_is_whole)


@cache
def find_status(name: str) -> Status | None:
    """The status of this name, of the first tracker that has it: for what colours and sorts a lone word."""
    found = (words_of(tracker).status(words_of(tracker).spell(name)) for tracker in tracker_names())
    return next((status for status in found if status is not None), None)


@cache
def statuses() -> tuple[Status, ...]:
    """Every tracker's statuses, in the order of the trackers and of a bug's life in each."""
    return tuple(dict.fromkeys(status for name in tracker_names() for status in words_of(name).statuses))


def bug_url(bug: BugKey) -> str:
    """Where a person reads the bug; empty for a tracker that is not installed."""
    return tracker_named(bug.tracker).bug_url(bug.number) if bug.tracker in tracker_names() else ""


def build_history(
    observation: Observation, entries: tuple[LogEntry, ...], facts: Facts, read_at: datetime
) -> BugHistory | None:
    """The bug's history by its own tracker; None for a tracker that is not installed."""
    if observation.tracker not in tracker_names():
        return None
    return tracker_named(observation.tracker).build_history(observation, entries, facts, read_at)


def parse_target(tracker: str, target: str) -> TargetParts:
    """Package and series of a target's name, by its tracker; neither for a tracker that is not installed."""
    from lptrack.trackers.interface import TargetParts

    return tracker_named(tracker).parse_target(target) if tracker in tracker_names() else TargetParts()


def find_bug(text: str) -> BugKey | None:
    """The bug that an address, or a tracker's words for it, means; None where it is no tracker's."""
    for name in tracker_names():
        number = tracker_named(name).parse_url(text)
        if number is not None:
            return BugKey(name, number)
    return None


def tracker_title(name: str) -> str:
    """`Launchpad`, `Debian`; a tracker that is not installed by its name."""
    return tracker_named(name).title if name in tracker_names() else name
