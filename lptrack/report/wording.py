"""How reports say things: dates, ages, counts, bugs, places. English, free of the machine's locale and clock."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from lptrack.join.model import Endpoint, Filters
from lptrack.model import UNKNOWN, Absence, BugKey, Meeting, TaskState, Value
from lptrack.trackers import DEFAULT_TRACKER, tracker_title

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

NOT_KNOWN: Final = "not known"
NOBODY: Final = "nobody"
NONE: Final = "none"
SHOWN: Final = 8
"""So many names at most stand in one message."""


def say_bug(bug: BugKey) -> str:
    """`#1160490`; a bug of another tracker than the usual one with its name: `Debian #719024`."""
    return f"#{bug.number}" if bug.tracker == DEFAULT_TRACKER else f"{tracker_title(bug.tracker)} #{bug.number}"


def say_day(at: datetime, beside: datetime | None = None) -> str:
    """`11 Sep 2013`; without the year where ``beside`` is of the same year."""
    day = f"{at.day} {_MONTHS[at.month - 1]}"
    return day if beside is not None and beside.year == at.year else f"{day} {at.year:04}"


def say_instant(at: datetime) -> str:
    """`11 Sep 2013 15:04 UTC`."""
    return f"{say_day(at)} {at:%H:%M} UTC"


def say_count(number: int, noun: str, plural: str | None = None) -> str:
    """`1 bug`, `2 bugs`, `1,200 bugs`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def say_age(age: timedelta) -> str:
    """The largest unit that says enough: `5 days`, `6 weeks`, `14 months`, `3 years`."""
    days = max(age.days, 0)
    if days < 1:
        return "less than a day"
    if days < 28:
        return say_count(days, "day")
    if days < 120:
        return say_count(days // 7, "week")
    if days < 730:
        return say_count(days // 30, "month")
    return say_count(days // 365, "year")


def say_list(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def say_value(value: Value, none: str = NONE) -> str:
    """A state's value in words."""
    if value is UNKNOWN:
        return NOT_KNOWN
    return none if value is None else value


def say_place(state: TaskState) -> str:
    """Where a task is: `linux (saucy)`, `linux`, or the target's name where it is no package."""
    name = state.package or state.target
    return f"{name} ({state.series})" if state.series and state.package else name


def say_meeting(meeting: Meeting) -> str:
    """`foundations, 11 Sep 2013 15:04 UTC`, as exact as its start is known."""
    name = meeting.name or f"#{meeting.channel}"
    if meeting.started_at is None:
        return f"{name}, day not known"
    exact = meeting.start_exact in ("minute", "second")
    return f"{name}, {say_instant(meeting.started_at) if exact else say_day(meeting.started_at)}"


def say_endpoint(endpoint: Endpoint) -> str:
    """The meeting, or the instant where there is none."""
    return say_meeting(endpoint.meeting) if endpoint.meeting is not None else say_instant(endpoint.at)


def say_absence(reason: Absence) -> str:
    """Why a bug has no state."""
    match reason:
        case Absence.NOT_VISIBLE:
            return "private or missing"
        case Absence.UNREACHABLE:
            return "could not be checked"
        case Absence.OFFLINE:
            return "not asked"


def label_meetings(meetings: Sequence[Meeting]) -> tuple[str, ...]:
    """Short column heads: `11 Sep`, with the year where it changes, with the time where a day has two."""
    labels: list[str] = []
    year: int | None = None
    days = [m.started_at.date() if m.started_at else None for m in meetings]
    times = Counter(days)
    for meeting, day in zip(meetings, days, strict=True):
        at = meeting.started_at
        if at is None:
            labels.append(meeting.id)
            continue
        label = f"{at.day} {_MONTHS[at.month - 1]}" + (f" {at.year:04}" if at.year != year else "")
        labels.append(f"{label} {at:%H:%M}" if times[day] > 1 else label)
        year = at.year
    return tuple(labels)


def say_filters(filters: Filters) -> str:
    """The filters in force, in the words of the command line."""
    parts = [f"{name} {value}" for name, value in (("team", filters.team), ("channel", filters.channel)) if value]
    for name in ("series", "package", "speaker", "assignee", "importance", "status", "tracker"):
        values: tuple[str, ...] = getattr(filters, name)
        if values:
            parts.append(f"{name} {' or '.join(values)}")
    if filters.since is not None:
        parts.append(f"spoken of since {say_day(filters.since)}")
    return "; ".join(parts)


def find_near(word: str, names: Iterable[str]) -> str | None:
    """The name that was meant, perhaps: letters apart from case and spaces, then what is most like it."""
    by_letters: dict[str, str] = {}
    for name in names:
        by_letters.setdefault("".join(filter(str.isalnum, name)).casefold(), name)
    letters = "".join(filter(str.isalnum, word)).casefold()
    if letters in by_letters:
        return by_letters[letters]
    near = difflib.get_close_matches(letters[:100], by_letters, 1, 0.7)
    begins = [name for each, name in by_letters.items() if letters and each.startswith(letters)]
    return by_letters[near[0]] if near else begins[0] if begins else None


def list_some(names: Sequence[str]) -> str:
    """The names, at most `SHOWN` of them, and how many more there are."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
