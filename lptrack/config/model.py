"""What a team can configure, as types. Every value remembers where it was said (`origins`)."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from lptrack.deliver.interface import DeliverySpec
from lptrack.model import BugKey, Meeting
from lptrack.sources.interface import SourceSpec

SECTIONS: Final = ("backwards", "closed", "forward", "work", "stuck", "new", "unowned", "other", "all")
COLUMNS: Final = (
    "bug", "package", "series", "was", "now", "moved", "importance", "assignee", "milestone", "raised", "title",
    "why",
)  # fmt: skip
"""The names of `lptrack.report.model`'s sections and columns, which imports this package; a test compares them."""


@dataclass(frozen=True, slots=True)
class Team:
    """A team by configuration: which meetings are its own, and what it cares for.

    A meeting is this team's where every criterion that is given fits: its channel is one of ``channels``, its name
    matches one of ``meetings`` (shell patterns, without case; a nameless meeting matches only `""` or `*`), its chair
    is one of ``chairs``.
    """

    name: str
    channels: tuple[str, ...] = ()
    meetings: tuple[str, ...] = ()  # `names` in the file, or `meetings` as until 0.1
    chairs: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    sources: tuple[SourceSpec, ...] = ()
    deliveries: tuple[DeliverySpec, ...] = ()

    def holds(self, meeting: Meeting) -> bool:
        """Whether the meeting is one of this team's."""
        if self.channels and meeting.channel not in self.channels:
            return False
        if self.chairs and (meeting.chair or "").casefold() not in {chair.casefold() for chair in self.chairs}:
            return False
        names = {(meeting.name or "").casefold(), (meeting.printed_name or meeting.name or "").casefold()}
        patterns = [pattern.casefold() for pattern in self.meetings]
        return not patterns or any(fnmatch.fnmatchcase(name, pattern) for name in names for pattern in patterns)


@dataclass(frozen=True, slots=True)
class Listed:
    """A bug that the configuration tracks always or ignores, with the reason that `--explain` shows."""

    bug: BugKey
    reason: str


@dataclass(frozen=True, slots=True)
class Config:
    """What is in force from `lptrack.toml`; the defaults where it says nothing."""

    path: Path | None = None
    teams: tuple[Team, ...] = ()
    trackers: Mapping[str, str] = field(default_factory=dict)  # channel → its own tracker
    nicks: Mapping[str, str] = field(default_factory=dict)  # nick → person
    bots: tuple[str, ...] = ()
    relays: tuple[str, ...] = ()  # nicks that speak for others: `<relay> <person> text`
    timezone: str | None = None
    day_first: bool | None = None  # how 05/03/2024 is read; None: as the log or its name tells
    silence: timedelta | None = None  # ends a meeting that nobody ended; None: the default
    track: tuple[Listed, ...] = ()
    ignore: tuple[Listed, ...] = ()
    sections: tuple[str, ...] | None = None  # of the human report, in order; None: all
    columns: tuple[str, ...] | None = None  # of its tables; None: all
    fold: bool = True
    horizon: int | None = None  # meetings that keep a bug in view
    feed: str | None = None  # the address where a team publishes its Atom feed
    out: Path | None = None
    db: Path | None = None
    cache: str | None = None
    roots: Mapping[str, str] = field(default_factory=dict)  # tracker → its address
    max_age: str | None = None
    deadline: str | None = None
    jobs: int | None = None
    origins: Mapping[str, str] = field(default_factory=dict)  # dotted key → `lptrack.toml` (as given)

    def team_of(self, meeting: Meeting) -> tuple[str, str | None]:
        """The team that the meeting belongs to: by configuration (the first that fits), else its channel and name."""
        for team in self.teams:
            if team.holds(meeting):
                return ("", team.name)
        return meeting.team

    def settles(self, meeting: Meeting) -> bool:
        """Whether the configuration says whose meeting it is, whatever its log tells."""
        return self.team_of(meeting) != meeting.team

    def is_nobodys(self, meeting: Meeting) -> bool:
        """Whether nobody can tell whose meeting it is: nameless in a shared channel, and not settled here."""
        return meeting.is_nobodys and not self.settles(meeting)

    def series_of(self, team: tuple[str, str | None]) -> tuple[str, ...]:
        """The series that a configured team cares for."""
        return next((each.series for each in self.teams if ("", each.name) == team), ())
