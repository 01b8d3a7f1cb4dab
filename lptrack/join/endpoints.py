"""MEETING arguments: an id, a unique prefix, a date, `last`, `previous`, `now` or an ISO time, to one instant."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from lptrack.errors import UsageError
from lptrack.join.model import Endpoint, Filters
from lptrack.join.teams import is_slip, name_key
from lptrack.model import Meeting

TeamOf = Callable[[Meeting], tuple[str, str | None]]
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:?\d{2}.*")
_PART_OF_DATE: Final = re.compile(r"\d{4}(-\d{0,2}){0,2}", re.ASCII)
LISTED: Final = 8
"""So many of the meetings that fit are named in the message."""
FORMS: Final = "an id, the unique beginning of one, a date, `last`, `previous`, `now` or an ISO time"


def own_team(meeting: Meeting) -> tuple[str, str | None]:
    """The team that the meeting's own log tells: its channel and name."""
    return meeting.team


def select_meetings(meetings: Sequence[Meeting], filters: Filters, team_of: TeamOf = own_team) -> tuple[Meeting, ...]:
    """The meetings of `--team` and `--channel`, oldest first; both are compared without case, `#` left out."""
    team = name_key(filters.team) if filters.team is not None else None
    channel = filters.channel.casefold().lstrip("#") if filters.channel is not None else None
    here = [meeting for meeting in meetings if channel in (None, meeting.channel.casefold().lstrip("#"))]
    if team is None:
        return tuple(here)
    keys = [{name_key(name or "") for name in (team_of(each)[1], each.name, each.printed_name)} for each in here]
    exact = tuple(meeting for meeting, names in zip(here, keys, strict=True) if team in names)
    return exact or tuple(
        meeting for meeting, names in zip(here, keys, strict=True) if any(is_slip(team, name) for name in names)
    )


def resolve_endpoint(
    text: str,
    meetings: Sequence[Meeting],
    now: datetime,
    *,
    other: Endpoint | None = None,
    team_of: TeamOf = own_team,
) -> Endpoint:
    """The instant that one argument means, among ``meetings`` (selected, oldest first).

    ``other`` is the end that `previous` is counted from; without one it is the newest meeting. Raises `UsageError`
    where several meetings fit, with their ids, or none does.
    """
    word = text.strip()
    match word.casefold():
        case "now":
            return Endpoint(None, now)
        case "last":
            return _at(_newest(meetings, word), now)
        case "previous":
            return _at(_find_previous(meetings, other, team_of), now)
    found = _find_named(word, meetings)
    if len(found) == 1:
        return _at(found[0], now)
    if found:
        ids = ", ".join(meeting.id for meeting in found[:LISTED])
        more = f" and {len(found) - LISTED} more" if len(found) > LISTED else ""
        raise UsageError(
            f"{word}: {len(found)} meetings fit: {ids}{more}", hint="name one, or say --team or --channel"
        )
    if _DATE.fullmatch(word):
        return Endpoint(None, _up_to(now, _end_of_day(word), word))
    if _TIME.fullmatch(word):
        return Endpoint(None, _up_to(now, _parse_instant(word), word))
    if meetings and _PART_OF_DATE.fullmatch(word):
        whole = f"{meetings[-1].channel}/{word}"
        hint = f"a date is written whole (2013-09-11), and an id begins with its channel: {whole}"
        raise UsageError(f"{word}: no such meeting", hint=hint)
    raise _no_meeting(f"{word}: no such meeting", meetings)


def _find_previous(meetings: Sequence[Meeting], other: Endpoint | None, team_of: TeamOf) -> Meeting:
    """The meeting before the other end: in its team, or where that end is no meeting, the newest before it."""
    if other is not None and other.meeting is None:
        earlier = _before(meetings, other.at)
        if not earlier:
            raise _no_meeting(f"there is no meeting before {other.at:%Y-%m-%d}", meetings)
        return earlier[-1]
    newest = other.meeting if other is not None and other.meeting is not None else _newest(meetings, "previous")
    previous = previous_of(newest, meetings, team_of)
    if previous is None:
        raise _no_meeting(f"{newest.id} has no meeting before it in its team", meetings)
    return previous


def _find_named(word: str, meetings: Sequence[Meeting]) -> list[Meeting]:
    """The meetings of this id, else those whose id begins so, else those of this date."""
    found = [meeting for meeting in meetings if meeting.id == word]
    found = found or [meeting for meeting in meetings if meeting.id.startswith(word.lstrip("#"))]
    if not found and _DATE.fullmatch(word):
        return [meeting for meeting in meetings if _is_on(meeting, word)]
    return found


def resolve_window(
    start: str | None, end: str | None, meetings: Sequence[Meeting], now: datetime, team_of: TeamOf = own_team
) -> tuple[Endpoint | None, Endpoint]:
    """`--from` and `--to`, by default `previous` and `last`; the first is None where there is one meeting only."""
    if end is None and not meetings:
        last = Endpoint(None, now)
    else:
        last = resolve_endpoint(end or "last", meetings, now, team_of=team_of)
    if start is not None and start.strip().casefold() == "last" and last.meeting is None:
        earlier = _before(meetings, last.at) or [*meetings[-1:]]
        if earlier:
            return _at(earlier[-1], now), last
    if start is not None:
        first = resolve_endpoint(start, meetings, now, other=last, team_of=team_of)
        if first.at > last.at:
            raise UsageError(
                f"--from ({first.at:%Y-%m-%d %H:%M}) is after --to ({last.at:%Y-%m-%d %H:%M})", hint="swap them"
            )
        return first, last
    if last.meeting is not None:
        previous = previous_of(last.meeting, meetings, team_of)
        return (_at(previous, now) if previous is not None else None), last
    earlier = _before(meetings, last.at)
    return (_at(earlier[-1], now) if earlier else None), last


def previous_of(meeting: Meeting, meetings: Sequence[Meeting], team_of: TeamOf = own_team) -> Meeting | None:
    """The meeting before this one in its team (``meetings`` oldest first)."""
    team = team_of(meeting)
    previous = None
    for each in meetings:
        if each.id == meeting.id:
            return previous
        if team_of(each) == team:
            previous = each
    return None


def end_of(endpoint: Endpoint) -> datetime:
    """Until when announcements and observations tell of this end: a meeting's end, else the instant itself."""
    if endpoint.meeting is None or endpoint.meeting.started_at is None:
        return endpoint.at
    if endpoint.meeting.start_exact == "day":
        return max(endpoint.meeting.ended_at or endpoint.at, endpoint.at + timedelta(days=1, microseconds=-1))
    exact = timedelta(minutes=1, microseconds=-1)  # a log's clock of 15:59 is any moment before 16:00
    return max(endpoint.meeting.ended_at or endpoint.at, endpoint.at) + exact


def _at(meeting: Meeting, now: datetime) -> Endpoint:
    """A meeting is at its start; one that nobody can date is at the newest moment on record."""
    return Endpoint(meeting, meeting.started_at or now)


def _newest(meetings: Sequence[Meeting], word: str) -> Meeting:
    if not meetings:
        raise _no_meeting(f"{word}: there is no meeting yet", meetings)
    return meetings[-1]


def _before(meetings: Sequence[Meeting], at: datetime) -> list[Meeting]:
    return [meeting for meeting in meetings if meeting.started_at is not None and meeting.started_at <= at]


def _no_meeting(message: str, meetings: Sequence[Meeting]) -> UsageError:
    if not meetings:
        return UsageError(message, hint="take logs in first: lptrack run LOGS (and check --team and --channel)")
    newest = ", ".join(meeting.id for meeting in meetings[-3:])
    return UsageError(message, hint=f"say {FORMS}; the newest meetings are {newest}")


def _is_on(meeting: Meeting, day: str) -> bool:
    return meeting.started_at is not None and f"{meeting.started_at:%Y-%m-%d}" == day


def _end_of_day(day: str) -> datetime:
    try:
        parsed = date.fromisoformat(day)
    except ValueError as error:
        raise UsageError(f"{day}: there is no such day", hint="dates are written 2018-04-30") from error
    return datetime.combine(parsed, time.max, UTC)


def _up_to(now: datetime, at: datetime, word: str) -> datetime:
    """The instant, unless it is after all that is known. A day that is not over ends with what is known of it."""
    if at <= now:
        return at
    if _DATE.fullmatch(word) and at.date() == now.date():
        return now
    raise UsageError(
        f"{word} is later than anything in the database ({now:%Y-%m-%d %H:%M} UTC)", hint="say `now` for the newest"
    )


def _parse_instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{text}: no such time ({error})", hint="times are written 2018-04-30T16:00Z") from error
