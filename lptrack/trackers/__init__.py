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

if TYPE_CHECKING:
    from lptrack.trackers.interface import Tracker

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
    raise UsageError(f"no tracker is called {name}", hint=f"there are: {', '.join(tracker_names())}")
