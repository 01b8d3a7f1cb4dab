"""What `lptrack init` proposes: logs and addresses are read into a database in memory, as a run reads them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from lptrack.config.model import Config
from lptrack.config.proposal import Table, TeamProposal, one_line
from lptrack.jobs.fetch import open_reader, source_of
from lptrack.jobs.log_options import build_log_options
from lptrack.jobs.teams import Team, group_by_team
from lptrack.jobs.update import take_in_logs
from lptrack.join.evidence import load_meetings
from lptrack.logs.model import LogResult, LogState
from lptrack.logs.sources import Source
from lptrack.model import Meeting
from lptrack.net.settings import Settings
from lptrack.sources.interface import Reader, SourceError, SourceSpec, kind_of
from lptrack.sources.recognise import recognise_source
from lptrack.storage.database import MEMORY
from lptrack.storage.store import Store

MOST_ASKED: Final = 14
MOST_READ: Final = 3
"""Of an address the newest documents are asked for, until so many are logs: enough to tell who meets there."""
MOST_TEAMS: Final = 40
_SERIES: Final = re.compile(r"\([A-Za-z]+ ([A-Za-z][\w.-]*)\)\Z")
"""`linux (Ubuntu Noble)`, as bots print a target that is a package in a series."""


@dataclass(slots=True)
class Reading:
    """What was read for a proposal; ``failures`` are for the user, one line each."""

    store: Store
    now: datetime
    sources: list[tuple[SourceSpec, tuple[str, ...]]] = field(default_factory=list)  # with the meetings read there
    unreadable: list[LogResult] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def propose_teams(
    given: Sequence[str], now: datetime, settings: Settings, say: Callable[[str], None]
) -> tuple[tuple[TeamProposal, ...], Reading]:
    """The teams that meet in these logs and at these addresses; the network is used for addresses alone."""
    with Store.open(MEMORY) as store:
        reading = Reading(store, now)
        run = store.begin_run("init")
        logs = [each for each in given if Path(each).exists() and not (Path(each) / ".git").exists()]
        _take_in(reading, logs, run)
        addresses = [each for each in given if each not in logs]
        if addresses:
            with open_reader(settings) as reader:
                for address in addresses:
                    say(f"reading {address}")
                    _read_address(reading, address, reader, run)
        return tuple(_build_teams(reading)), reading


def _take_in(reading: Reading, logs: Iterable[str | Source], run: int) -> tuple[str, ...]:
    found: list[str] = []
    for result in take_in_logs(reading.store, logs, build_log_options(Config()), run=run, at=reading.now):
        if result.state is LogState.UNREADABLE:
            reading.unreadable.append(result)
        found += result.meetings
    return tuple(found)


def _read_address(reading: Reading, address: str, reader: Reader, run: int) -> None:
    place = str(Path(address).resolve()) if Path(address).exists() else address  # a repository in a folder
    proposed = ("git", {"url": place}) if place != address else recognise_source(address, reading.now.date())
    if proposed is None:
        reading.failures.append(f"{address}: neither a file nor an address that lptrack knows")
        return
    kind, values = proposed
    spec = SourceSpec("", kind, values)
    meetings: tuple[str, ...] = ()
    try:
        if kind != "matrix":  # a room is read with a token, and the file that names it is not written yet
            meetings = _take_in(reading, _iter_newest(spec, reader), run)
    except SourceError as error:
        reading.failures.append(error.message)
    reading.sources.append((spec, meetings))


def _iter_newest(spec: SourceSpec, reader: Reader) -> Iterator[Source]:
    kind = kind_of(spec)
    items = list(islice(kind.find(spec, reader), 20_000))
    if spec.kind != "discourse":  # which lists the newest first
        items.reverse()
    read = 0
    for item in items[:MOST_ASKED]:
        answer = kind.fetch(spec, item, None, reader)
        if answer is not None and answer.content is not None:
            yield source_of(spec, item, answer.content)
            read += 1
            if read == MOST_READ:
                return


def _build_teams(reading: Reading) -> Iterator[TeamProposal]:
    meetings, _ = load_meetings(reading.store)
    grouped = group_by_team(meetings, Config())
    by_team = {team: found for team, found in grouped.items() if not found[-1].is_nobodys}
    shared = Counter(channel for channel, _ in by_team)
    series = _series_by_meeting(reading.store)
    homes = [(spec, home or _only(by_team)) for spec, home in _homes(reading.sources, by_team)]
    chosen = sorted(by_team, key=lambda team: by_team[team][-1].id.partition("/")[2], reverse=True)[:MOST_TEAMS]
    taken: set[str] = set()
    for team in sorted(chosen):
        channel, name = team
        found = by_team[team]
        yield _with_sources(
            TeamProposal(
                _unlike(found[-1].printed_name or name or channel, channel, taken),
                _say_found(found),
                (one_line(channel),),
                () if shared[channel] == 1 else (_as_pattern(name or ""),),
                tuple(sorted({each for meeting in found for each in series.get(meeting.id, ())})),
            ),
            tuple(spec for spec, home in homes if home == team),
        )
    for spec, home in homes:
        if home is None:
            channel = _channel_of(spec)
            team_name = _unlike(channel or "my team", spec.kind, taken)
            proposal = TeamProposal(team_name, f"No meeting was read at {spec.shown}.", (channel,) if channel else ())
            yield _with_sources(proposal, (spec,))


def _homes(
    sources: Sequence[tuple[SourceSpec, tuple[str, ...]]], by_team: dict[Team, list[Meeting]]
) -> list[tuple[SourceSpec, Team | None]]:
    """Each source with the team that most of its meetings are of."""
    team_of = {meeting.id: team for team, found in by_team.items() for meeting in found}
    homes: list[tuple[SourceSpec, Team | None]] = []
    for spec, meetings in sources:
        counted = Counter(team_of[each] for each in meetings if each in team_of)
        homes.append((spec, counted.most_common(1)[0][0] if counted else None))
    return homes


def _only(by_team: dict[Team, list[Meeting]]) -> Team | None:
    """The one team that there is: what could not be read is most likely its own."""
    return next(iter(by_team)) if len(by_team) == 1 else None


def _with_sources(team: TeamProposal, specs: Sequence[SourceSpec]) -> TeamProposal:
    """The team with these sources, and a delivery where it talks, to be filled in."""
    word = re.sub(r"[^A-Z0-9]+", "_", team.name.upper()).strip("_") or "TEAM"
    sources: list[Table] = []
    likely: Table = ("webhook", {"what": "report", "url-env": f"{word}_HOOK"})
    for spec in specs:
        values = dict(spec.values)
        if spec.kind == "matrix":
            values["secret-env"] = f"{word}_MATRIX"
            likely = ("matrix", {"what": "report", **values})
            if team.channels and team.channels[0] != _channel_of(spec):
                values["channel"] = f"#{team.channels[0]}"  # else the room's meetings would be another team's
        elif spec.kind == "discourse":
            root = str(values["url"]).partition("/t/")[0].partition("/c/")[0].partition("/tag/")[0]
            keys = {"url": root, "user": "bot", "category": "1", "secret-env": f"{word}_DISCOURSE"}
            likely = ("discourse", {"what": "report", **keys})
        sources.append((spec.kind, values))
    return replace(team, sources=tuple(sources), likely=likely)


def _say_found(meetings: Sequence[Meeting]) -> str:
    count = "1 meeting" if len(meetings) == 1 else f"{len(meetings)} meetings"
    chairs = Counter(meeting.chair for meeting in meetings if meeting.chair)
    chair = f", mostly chaired by {chairs.most_common(1)[0][0]}" if chairs else ""
    return f"{count} read, the last {meetings[-1].id}{chair}."


def _series_by_meeting(store: Store) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for _bug, target, meeting in store.load_announced_targets():
        match = _SERIES.search(target)
        if match is not None and meeting is not None:
            found.setdefault(meeting, set()).add(match[1].lower())
    return found


def _channel_of(spec: SourceSpec) -> str:
    place = str(spec.values.get("channel") or spec.values.get("room") or "")
    return place.lstrip("#").partition(":")[0].lower() if place.startswith("#") else ""


def _as_pattern(name: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", name)


def _unlike(name: str, other: str, taken: set[str]) -> str:
    """A name that no team before has."""
    name, other = one_line(name) or "team", one_line(other)
    candidates = [name, f"{name} of {other}", *(f"{name} {number}" for number in range(2, MOST_TEAMS * 4))]
    chosen = next(each for each in candidates if each.casefold() not in taken)
    taken.add(chosen.casefold())
    return chosen


def parse_series(words: str) -> tuple[str, ...]:
    """`noble, jammy` as a person types it."""
    return tuple(word for word in re.split(r"[\s,]+", words) if word)
