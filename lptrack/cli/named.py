"""What the filters of a command line name, held against what there is: a misspelled name is no empty answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING

from lptrack.errors import UsageError
from lptrack.jobs.teams import say_team
from lptrack.report.wording import find_near, list_some

if TYPE_CHECKING:
    from lptrack.config.model import Config
    from lptrack.join.model import Filters, Window
    from lptrack.model import Meeting
    from lptrack.storage.store import Store


def check_filters(store: Store, config: Config, filters: Filters) -> None:
    """Raise `UsageError` for a team or channel without a meeting, and a status, importance or tracker of nobody's.

    A package, series, person or nick may be right and fit nothing: that is an answer, which the page tells.
    """
    check_meetings(store, config, filters)
    if filters.tracker:
        from lptrack.trackers import tracker_names

        there = {*tracker_names(), *(bug.tracker for bug in store.load_referenced())}
        _check("tracker", filters.tracker, sorted(there))
    if filters.status or filters.importance:
        _check_values(store, filters)


def check_meetings(store: Store, config: Config, filters: Filters) -> None:
    """Raise `UsageError` where no meeting is of the `--team` or `--channel`. With no meeting at all, pass."""
    from lptrack.join.endpoints import select_meetings
    from lptrack.join.evidence import load_meetings
    from lptrack.join.model import Filters
    from lptrack.join.teams import is_slip, name_key

    if filters.team is None and filters.channel is None:
        return
    meetings, _ = load_meetings(store)
    if not meetings:
        return
    channels = sorted({meeting.channel for meeting in meetings})
    if filters.channel is not None:
        wanted = filters.channel.casefold().lstrip("#")
        if wanted not in {channel.casefold().lstrip("#") for channel in channels}:
            raise _unknown("channel", filters.channel, channels)
    if filters.team:
        teams = {
            name for each in meetings for name in (config.team_of(each)[1], each.name) if name and "/" not in name
        }
        teams |= {team.name for team in config.teams}
        named = {team.name for team in config.teams}
        is_configured = any(is_slip(name_key(filters.team), name_key(name)) for name in named)
        if not is_configured and not select_meetings(meetings, Filters(team=filters.team), config.team_of):
            if filters.team.casefold().lstrip("#") in {channel.casefold() for channel in channels}:
                raise UsageError(
                    f"--team {filters.team}: there is no such team, but a channel of that name",
                    hint=f"--channel {filters.team.lstrip('#')}",
                )
            raise _unknown("team", filters.team, sorted(teams), channels)


def _check_values(store: Store, filters: Filters) -> None:
    from lptrack.trackers import statuses, tracker_names, words_of

    importances = [name for tracker in tracker_names() for name in words_of(tracker).importances]
    known = {
        "status": dict.fromkeys((*(status.name for status in statuses()), "none")),
        "importance": dict.fromkeys((*importances, "Unknown", "none")),
    }
    for option, wanted in (("status", filters.status), ("importance", filters.importance)):
        names = list(known[option])
        if _first_missing(wanted, names) is not None:  # another tracker's, perhaps: only now is it worth looking
            there = {name.casefold() for name in names}
            names += sorted(name for name in _recorded(store, option) if name.casefold() not in there)
        _check(option, wanted, names)


def _recorded(store: Store, field: str) -> set[str]:
    """Every value of that field that any witness in the database told."""
    found = {getattr(word, field) for word in store.load_words(everything=True)}
    found |= {
        getattr(task, field)
        for sights in store.load_seen(store.load_referenced()).values()
        for seen in sights
        for task in seen.observation.tasks
    }
    found |= {getattr(span, field) for spans in store.load_target_spans().values() for span in spans}
    return {value for value in found if isinstance(value, str)}


def _first_missing(wanted: Iterable[str], names: Iterable[str]) -> str | None:
    there = {name.casefold() for name in names}
    return next((word for word in wanted if word.casefold() not in there), None)


def _check(option: str, wanted: Sequence[str], names: Sequence[str]) -> None:
    word = _first_missing(wanted, names)
    if word is not None:
        raise _unknown(option, word, names)


def _unknown(option: str, word: str, names: Sequence[str], channels: Sequence[str] = ()) -> UsageError:
    near = find_near(word, names)
    hint = f"did you mean {near}? " if near else ""
    hint += f"known: {list_some(names)}" if names else "no meeting here tells its team's name"
    if channels:
        hint += f"; channels (--channel): {list_some(channels)}"
    return UsageError(f"--{option} {word}: there is no such {option}", hint=hint)


def say_day_without_meeting(text: str | None, at: datetime | None) -> str | None:
    """What to tell where a date was given for a meeting and there was none that day."""
    if text is None or at is None or at.timetz().replace(tzinfo=None) != time.max:
        return None
    return f"{text.strip()}: no meeting that day; the end of the day is taken, {at:%Y-%m-%d %H:%M:%S} UTC"


def say_other_teams(meetings: Sequence[Meeting], window: Window, config: Config) -> str | None:
    """Which team the report is of, and which others the database has; None where there is one only, or all count."""
    named = window.end.meeting or (window.start.meeting if window.start is not None else None)
    teams = dict.fromkeys(config.team_of(each) for each in meetings if not config.is_nobodys(each))
    if named is None or len(teams) < 2:
        return None
    mine = config.team_of(named)
    others = [f"{say_team(team)} ({_option(team)})" for team in teams if team != mine]
    return f"report of {say_team(mine)}; also in the database: {list_some(others)}"


def _option(team: tuple[str, str | None]) -> str:
    channel, name = team
    if not name:
        return f"--channel {channel}"
    return f'--team "{name}"' if not name.isalnum() else f"--team {name}"
