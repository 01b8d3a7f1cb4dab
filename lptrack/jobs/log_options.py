"""How logs are read: the command line's words over the configuration's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lptrack.config.model import Config
from lptrack.errors import UsageError
from lptrack.logs import calendar
from lptrack.logs.formats import find_format
from lptrack.logs.options import Options
from lptrack.trackers import DEFAULT_TRACKER, spell, tracker_names

_OFFSET: Final = re.compile(r"[+-]\d\d:?[0-5]\d")


def build_log_options(
    config: Config,
    *,
    log_format: str | None = None,
    timezone: str | None = None,
    day: str | None = None,
    bots: Sequence[str] = (),
    day_first: bool = False,
) -> Options:
    """The options of reading logs. Raises `UsageError` for a word that cannot be meant."""
    if log_format is not None:
        find_format(log_format)
    zone = timezone or config.timezone
    options = Options(
        log_format=log_format,
        bots=frozenset((*bots, *config.bots)),
        persons=config.nicks,
        trackers=config.trackers,
        names=frozenset((*tracker_names(), *config.trackers.values())) - {DEFAULT_TRACKER},
        spell=spell,
        relays=frozenset(nick.casefold() for nick in config.relays),
        day_first=True if day_first else config.day_first,
    )
    if config.silence is not None:
        options = replace(options, silence=config.silence)
    if zone is not None:
        options = replace(options, zone=parse_zone(zone))
    if day is None:
        return options
    if len(day) == 4 and day.isascii() and day.isdigit() and day != "0000":
        return replace(options, year=int(day))
    try:
        return replace(options, date=date.fromisoformat(day))
    except ValueError:
        raise UsageError(f"--date {day!r} is not a date", hint="write 2013-09-11, or a year as 2013") from None


def parse_zone(name: str) -> tzinfo:
    """A time zone by its name or its distance from UTC, `+05:30`. Raises `UsageError`."""
    try:
        if _OFFSET.fullmatch(name) and (zone := calendar.parse_zone(name)) is not None:
            return zone
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, RecursionError):
        raise UsageError(
            f"--timezone {name!r} is not a time zone", hint="write it as Europe/Berlin, +05:30 or UTC"
        ) from None
