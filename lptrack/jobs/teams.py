"""Which teams a run reports on, each into which folder and between which moments. Pure.

`lptrack run foundations/` on a database that held another team's later meetings wrote that team's page; and a run
before the next meeting wrote last week's report once more, instead of what had moved since.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lptrack.config.model import Config
from lptrack.errors import UsageError
from lptrack.join.endpoints import resolve_window, select_meetings
from lptrack.join.model import Filters
from lptrack.model import Meeting

Team = tuple[str, str | None]
"""A team's channel and name; of a configured team the channel is empty."""
_APART: Final = re.compile(r"[\W_]+")
LONGEST: Final = 80
"""A folder's name is cut here: a file system takes 255 bytes, and a letter may have four."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One report to write: of ``team`` (None: no meeting is known yet), into ``folder`` below `--out`.

    ``start`` and ``end`` are MEETING arguments, as `report` takes them.
    """

    team: Team | None
    folder: str = ""
    start: str | None = None
    end: str | None = None

    @property
    def name(self) -> str:
        """The team as a person names it."""
        return "" if self.team is None else say_team(self.team)


def choose_ends(start: str | None, end: str | None, *, since_last: bool) -> tuple[str | None, str | None]:
    """`--from`, `--to` and `--since-last` as the two ends. Raises `UsageError` where they contradict each other."""
    if not since_last:
        return start, end
    if start is not None or end is not None:
        raise UsageError("--since-last is --from last --to now", hint="leave --from and --to out")
    return "last", "now"


def assign_reports(
    meetings: Sequence[Meeting],
    config: Config,
    filters: Filters,
    *,
    earlier: Collection[str],
    given: Collection[str] | None,
    now: datetime,
    start: str | None = None,
    end: str | None = None,
) -> tuple[Assignment, ...]:
    """The reports of a run, in the order of the teams' names.

    ``earlier``: the ids of the meetings known before the run; ``given``: those of the logs that it was given, None
    where it was given none. A team whose newest meeting is new gets `previous` → `last`, another `last` → `now`.
    Raises `UsageError` for a ``start`` or ``end`` that is no moment of the team's up to ``now``.
    """
    by_team = group_by_team(select_meetings(meetings, filters, config.team_of), config)
    if not by_team:
        return (Assignment(None, "", start, end),)
    chosen = _choose_teams(
        by_team, config, given, is_filtered=filters.team is not None or filters.channel is not None
    )
    ids = [word for word in (start, end) if word is not None and "/" in word]
    if named := [team for team in chosen if any(_has(by_team[team], word) for word in ids)]:
        chosen = named  # a meeting's id is one team's
    chosen.sort(key=lambda team: (say_team(team).casefold(), say_team(team)))
    folders = name_folders(chosen)
    found = []
    for team in chosen:
        ends = (start, end)
        if ends != (None, None):
            resolve_window(start, end, by_team[team], now, config.team_of)
        if ends == (None, None) and by_team[team][-1].id in earlier:
            ends = ("last", "now")
        found.append(Assignment(team, folders[team], *ends))
    return tuple(found)


def group_by_team(meetings: Iterable[Meeting], config: Config) -> dict[Team, list[Meeting]]:
    """The meetings of each team, oldest first; a meeting that is nobody's is alone."""
    by_team: dict[Team, list[Meeting]] = {}
    for meeting in meetings:
        by_team.setdefault(config.team_of(meeting), []).append(meeting)
    return by_team


def _choose_teams(
    by_team: Mapping[Team, Sequence[Meeting]], config: Config, given: Collection[str] | None, *, is_filtered: bool
) -> list[Team]:
    teams = [team for team in by_team if not config.is_nobodys(by_team[team][-1])]
    if given is None:
        configured: set[Team] = {("", team.name) for team in config.teams}
        chosen = [team for team in teams if team in configured] or teams
    else:
        chosen = [team for team in teams if any(meeting.id in given for meeting in by_team[team])]
        if is_filtered and not chosen:
            chosen = teams
    if chosen:
        return chosen
    alone = [team for team in by_team if given is None or any(meeting.id in given for meeting in by_team[team])]
    return alone[-1:] or list(by_team)[-1:]  # a meeting of no team has a page of its own, with nobody else's bugs


def _has(meetings: Iterable[Meeting], word: str) -> bool:
    return any(meeting.id.startswith(word.lstrip("#")) for meeting in meetings)


def name_folders(teams: Sequence[Team]) -> dict[Team, str]:
    """Each team's folder below `--out`: none where there is one team; two of one name are told by their channels."""
    if len(teams) == 1:
        return {teams[0]: ""}
    folders: dict[Team, str] = {}
    for channel, name in teams:
        plain = as_folder(name or channel)
        wanted = [plain, as_folder(f"{channel} {name or ''}"), *(f"{plain}-{number}" for number in range(2, 10_000))]
        folders[channel, name] = next(each for each in wanted if each not in folders.values())
    return folders


def as_folder(name: str) -> str:
    """`SIG-Cloud Infrastructure!` → `sig-cloud-infrastructure-`: letters and digits, each run of others a `-`."""
    return _APART.sub("-", name.lower())[:LONGEST] or "-"


def say_team(team: Team) -> str:
    """`#ubuntu-meeting`, `foundations of #ubuntu-meeting`, or a configured team's name."""
    channel, name = team
    return f"#{channel}" if not name else f"{name} of #{channel}" if channel else name
