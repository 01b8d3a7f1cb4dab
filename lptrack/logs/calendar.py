"""From a clock as printed to instants in UTC: which day a line is of, midnight crossed, the log's zone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal

from lptrack.logs.interface import RawLine
from lptrack.logs.linewise import parse_day
from lptrack.model import Line

Exactness = Literal["day", "minute", "second"]

_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?(?:[.,]\d+)?(?:\s*([AaPp])\.?[Mm]\.?)?\Z")
_STARTED = re.compile(
    r"Meeting started (?:on )?[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4})"
    r"(?: ([A-Z]{1,5}\b|[+-]\d\d:?\d\d))?"
)
_ENDED = re.compile(
    r"Meeting ended (?:on )?[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4})"
    r"(?: ([A-Z]{1,5}\b|[+-]\d\d:?\d\d))?"
)
_NAME_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_./]?)(\d\d)\2(\d\d)(?!\d)")

_NAME_YEAR = re.compile(r"(?<!\d)(199\d|20\d\d)(?!\d)")


@lru_cache(maxsize=8192)
def parse_clock(text: str) -> tuple[time, Exactness] | None:
    """A clock as printed, of 24 or twice 12 hours, and how exact it is; None where it is no time of day."""
    match = _CLOCK.match(text.strip())
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2])
    second = int(match[3]) if match[3] else 0
    if match[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[4] in "pP" else 0)
    if hour > 23 or minute > 59 or second > 60:
        return None
    return time(hour, minute, min(second, 59)), "second" if match[3] else "minute"


def parse_started(text: str) -> datetime | None:
    """The instant in a bot's `Meeting started Wed Sep 11 15:04:18 2013 UTC` or `… at 2024-04-09 17:00 UTC`."""
    match = _STARTED.match(text)
    return parse_iso_moment(text, "started") if match is None else _build_instant(match)


def parse_ended(text: str) -> datetime | None:
    """The instant in a meeting bot's `Meeting ended Wed Sep 11 16:10:26 2013 UTC`."""
    match = _ENDED.match(text)
    at = parse_iso_moment(text, "ended") if match is None else _build_instant(match)
    return None if at is None else at.astimezone(UTC)


_MOMENT = re.compile(
    r"Meeting (started|ended) (?:by \S{1,64} )?(?:at |on )?(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)"
    r" ?(Z\b|[A-Z]{3,5}\b|[+-]\d\d:?\d\d)?"
)


def parse_iso_moment(text: str, what: str) -> datetime | None:
    """The instant in `Meeting started at 2024-04-09 17:00:20 UTC` or `… by ana at 2024-03-05T16:00+0000`."""
    match = _MOMENT.match(text)
    if match is None or match[1] != what:
        return None
    day, clock = parse_day(match[2]), parse_clock(match[3])
    if day is None or clock is None:
        return None
    return datetime.combine(day, clock[0], parse_zone(match[4]) or UTC)


def _build_instant(match: re.Match[str]) -> datetime | None:
    day = parse_day(f"{match[2]} {match[1]} {match[6]}")
    clock = parse_clock(f"{match[3]}:{match[4]}:{match[5]}")
    if day is None or clock is None:
        return None
    return datetime.combine(day, clock[0], parse_zone(match[7]) or UTC)


_ZONES = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "CEST": 120, "EET": 120, "EEST": 180,
    "MSK": 180, "JST": 540, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780, "EST": -300, "EDT": -240, "CST": -360,
    "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420, "AKST": -540, "AKDT": -480, "HST": -600,
}  # fmt: skip
"""The zones that meeting bots' hosts have, in minutes east of UTC. `IST` is three zones, and so none here."""


def parse_zone(text: str | None) -> tzinfo | None:
    """A zone as a bot prints it: `EST`, `+0100`, `+05:30`; None for one that nobody can be sure of."""
    if text is None:
        return None
    if text[0] in "+-":
        digits = text[1:].replace(":", "")
        minutes = int(digits[:2]) * 60 + int(digits[2:])
        if minutes >= 24 * 60:
            return None
        return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
    offset = _ZONES.get(text)
    return None if offset is None else timezone(timedelta(minutes=offset)) if offset else UTC


def parse_name_day(name: str) -> date | None:
    """The last date in a path, file name or address: `2013/09/11/#ubuntu-meeting.txt`, `status-2018-04-16.html`."""
    found = None
    for match in _NAME_DAY.finditer(name):
        found = parse_day(match[1] + match[3] + match[4]) or found
    return found


def parse_name_year(name: str) -> int | None:
    """The last year in a path or file name that has no date: `#kernel_2019.log`, `2019/12/kernel.log`."""
    years = _NAME_YEAR.findall(name)
    return int(years[-1]) if years else None


def name_day_before(name: str) -> str | None:
    """The name of the log of the day before: `2013/09/11/#x.txt` to `2013/09/10/#x.txt`; None without a date."""
    day = parse_name_day(name)
    if day is None:
        return None
    before = day - timedelta(days=1) if day > date.min else day

    def turn(match: re.Match[str]) -> str:
        if parse_day(match[1] + match[3] + match[4]) != day:
            return match[0]
        return f"{before:%Y}{match[2]}{before:%m}{match[2]}{before:%d}"

    return _NAME_DAY.sub(turn, name)


def find_started(texts: Iterable[str]) -> datetime | None:
    """The first start that a meeting bot announces anywhere in these lines."""
    for text in texts:
        position = text.find("Meeting started ")
        if position >= 0 and (at := parse_started(text[position:])) is not None:
            return at
    return None


_HEADING = re.compile(r"\s*(?:#{1,6}\s|=+\s.*\s=+\s*\Z|<title\b|<h[12]\b)", re.IGNORECASE)
_RULER = re.compile(r"\s*[-=~*_]{3,}\s*\Z")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)
_HEADED_DAY = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d[-/.]\d\d[-/.]\d\d|\d{1,2}\.? [A-Z][a-z]{2,8},? (?:19|20)\d\d"
    r"|[A-Z][a-z]{2,8} \d{1,2},? (?:19|20)\d\d)(?!\d)"
)


def find_heading_day(lines: Sequence[RawLine]) -> date | None:
    """The date in a page's heading, `# Weekly, 14 May 2019`: the first of its first lines that has one."""
    shown = [line.text for line in lines[:60] if line.text.strip()][:20]
    for place, text in enumerate(shown):
        alone = place == 0 and len(text) < 120 and len(shown) > 1 and _RULER.match(shown[1])
        if not (alone or _HEADING.match(text)):
            continue
        for found in _HEADED_DAY.finditer(_ORDINAL.sub("", text[:400])):
            if (day := parse_day(found[0])) is not None:
                return day
    return None


def find_printed_zone(lines: Iterable[RawLine]) -> tzinfo | None:
    """The zone that a meeting bot's start tells, where the line's own clock shows that the log is kept in it.

    `09:00 <bot> Meeting started Thu Jul  9 09:00:12 2015 CEST`; a log in UTC has 07:00 there.
    """
    for _, text in lines:
        position = text.find("Meeting started ")
        if position < 0 or (at := parse_started(text[position:])) is None:
            continue
        if at.utcoffset() and re.search(rf"(?<!\d){at:%H:%M}", text[:position]):
            return at.tzinfo
        return None
    return None


@dataclass(slots=True)
class Calendar:
    """The clock of one log as it is read; lines must come in order. ``day`` None: not yet known."""

    zone: tzinfo = UTC
    day: date | None = None
    hour: int | None = None
    whole: bool = False  # the clock has shown an hour that only one of 24 hours has
    fixed: bool = False  # the day is told by the user
    year: int | None = None  # for documents that leave it out
    swaps: bool = False  # the log writes the day before the month: 05/03/2024 is in March
    doubt: str | None = None  # what is said of its dates where nothing settles which of the two comes first
    minute: int = 0  # of the last clock, counted from midnight
    fold: int = 0  # 1: in the night that summer time ends the clock has gone back, and shows an hour again
    off: timedelta | None = field(default=None)  # how far the log's clock is from the meeting bot's, where it is

    def set_day(self, day: date) -> None:
        """The log says that what follows is of this day."""
        self.day, self.hour = day, None

    def set_month_day(self, month: int, day: int) -> None:
        """As `set_day`, where the year is known from what stands before or is told by the user."""
        year = self.day.year if self.day is not None else self.year
        if year is None:
            return
        if self.day is not None and self.day.month - month > 6:
            year += 1  # from December to January
        try:
            known = date(year, month, day)
        except ValueError:
            return
        if known != self.day:
            self.set_day(known)

    def tick(self, hour: int) -> None:
        """A line of this hour: an hour that goes back by more than one is the next day's.

        By one it goes back when summer time ends or lines come out of order. A clock that has shown neither 0 nor
        more than 12 may be one of twelve hours (irclogs.ubuntu.com until 2007): 1 soon after 12 is the same day's.
        """
        if hour > 12 or hour == 0:
            self.whole = True
        back = 0 if self.hour is None else self.hour - hour
        if back > 1 and self.day is not None and (self.whole or back < 6):
            self.day += timedelta(days=1)
        self.hour = hour

    def stamp(self, line: Line) -> Line:
        """The line with its instant and exactness, where they can be known."""
        if line.at is not None or line.time is None:
            return line
        clock = parse_clock(line.time)
        if clock is None:
            return line
        printed = line.day
        if printed is not None:
            if self.swaps and printed.day <= 12:  # read month first, as far as that could be
                printed = printed.replace(month=printed.day, day=printed.month)
            self.day, self.hour = printed, clock[0].hour
        else:
            self.tick(clock[0].hour)
        at = None
        if self.day is not None:
            at = datetime.combine(self.day, clock[0], self.zone)
            if self.zone is not UTC:
                at = at.replace(fold=self._find_fold(at))
                try:
                    at = at.astimezone(UTC)
                except OverflowError:
                    at = None
        # not dataclasses.replace, which takes five times as long
        return Line(line.number, line.kind, line.text, line.speaker, line.time, at, clock[1], printed, line.person)

    def turns_back(self) -> bool:
        """Whether the clock is set on the day that has been read to: then minutes are looked at, not hours alone."""
        if self.day is None or self.day == date.max:
            return False
        midnight = datetime.combine(self.day, time(), self.zone)
        return midnight.utcoffset() != (midnight + timedelta(days=1)).utcoffset()

    def _find_fold(self, at: datetime) -> int:
        """1 for the second of two hours that have one name: the clock has gone back by less than an hour."""
        minute = at.hour * 60 + at.minute
        back, self.minute = self.minute - minute, minute
        if at.utcoffset() == at.replace(fold=1).utcoffset():
            self.fold = 0
        elif 0 < back < 60:
            self.fold = 1
        return self.fold

    def agree(self, line: Line, at: datetime) -> None:
        """A line tells its own instant: choose the day that brings the clock nearest to it."""
        clock = parse_clock(line.time) if line.time else None
        if clock is not None and at.tzinfo is not UTC and self.zone is UTC and not self.fixed:
            local = datetime.combine(at.date(), clock[0], at.tzinfo)
            if abs(local - at) < timedelta(minutes=20):  # the log's clock is the bot's: its zone is told here
                self.zone = at.tzinfo or UTC
        if clock is None:
            if self.day is None:
                self.day = at.astimezone(self.zone).date()
            return
        middle = at.astimezone(self.zone).date()
        instants = [datetime.combine(middle + timedelta(days=step), clock[0], self.zone) for step in (-1, 0, 1)]
        nearest = min(instants, key=lambda instant: abs(instant - at))
        self.off = nearest - at
        if not self.fixed and line.day is None:
            self.day = nearest.date()
