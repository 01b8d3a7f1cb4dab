"""What the pages say of one another: a line for each meeting, bug and team, kept for the next time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from lptrack.model import BugKey, Meeting

Team = tuple[str, str | None]
"""A team's channel and name; of a configured team the channel is empty."""


@dataclass(frozen=True, slots=True)
class SiteTeam:
    """One team with its meetings, oldest first. ``slug`` is its folder."""

    team: Team
    name: str
    slug: str
    meetings: tuple[Meeting, ...]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The meetings before and after one in its team."""

    before: Meeting | None = None
    after: Meeting | None = None


@dataclass(frozen=True, slots=True)
class SiteMap:
    """Which pages there are: what may be linked. ``base`` is the site's address, where that is known, with a `/`."""

    teams: Mapping[Team, SiteTeam]
    meetings: frozenset[str]
    bugs: frozenset[BugKey]
    base: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """An action item that names a bug, with how it stands."""

    tracker: str
    number: int
    url: str
    what: str
    status: str
    owner: str
    since: str


@dataclass(frozen=True, slots=True)
class MeetingEntry:
    """A meeting in the lists: its words, what moved before it (in bugs), and what was spoken of."""

    id: str
    title: str
    day: str
    headline: str
    moved: int
    new: int
    bugs: int


@dataclass(frozen=True, slots=True)
class TeamEntry:
    """A team on the index.

    ``points`` is its trend: of each meeting its label, and the tasks that were open, closed, unknown, unchecked.
    """

    name: str
    slug: str
    channels: tuple[str, ...]
    meetings: int
    last: str
    day: str
    headline: str
    since: str
    open: int
    closed: int
    in_view: int
    points: tuple[tuple[str, int, int, int, int], ...] = ()
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class BugEntry:
    """A bug in the lists and in the search. ``status`` are its shown tasks' statuses, each once."""

    tracker: str
    number: int
    title: str
    status: str
    packages: str
    times: int
    meetings: int
    last: str


Entry = TypeVar("Entry", MeetingEntry, TeamEntry, BugEntry)


@dataclass(frozen=True, slots=True)
class Built(Generic[Entry]):
    """A page with its files (path → bytes) and its line in the lists."""

    entry: Entry
    files: Mapping[str, bytes] = field(default_factory=dict)


def say_start(at: datetime | None, exact: str) -> str:
    """`2013-09-11 15:04`, as exact as it is known."""
    if at is None:
        return "day not known"
    return f"{at:%Y-%m-%d}" if exact == "day" else f"{at:%Y-%m-%d %H:%M}"
