"""Archives by day or month: `irclogs` (day logs of a channel) and `mail` (mbox or pipermail, a file a month).

The addresses follow from the dates alone, so nothing is listed. A missing day is an answer: nobody spoke.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final
from urllib.parse import quote

from lptrack.sources.interface import Item, Reader, SourceKind, SourceSpec, fetch_address, since_of

LATE: Final = timedelta(hours=6)
"""So long after its end a day's or month's file may still grow: archives are written in turns."""
_MONTHS: Final = tuple(calendar.month_name)  # English: lptrack sets no locale


def find_days(spec: SourceSpec, reader: Reader) -> Iterator[Item]:
    """`YYYY/MM/DD/%23channel.txt` of each day from `since` to today."""
    channel = quote("#" + str(spec.values["channel"]).lstrip("#"), safe="")
    day = since_of(spec)
    while day <= reader.now.date():
        address = f"{spec.url.rstrip('/')}/{day:%Y/%m/%d}/{channel}.txt"
        yield Item(address, settled=reader.now > _end(day + timedelta(days=1)))
        day += timedelta(days=1)


def find_months(spec: SourceSpec, reader: Reader) -> Iterator[Item]:
    """`{year}-{month-name}.txt` below the address (pipermail), or the address with its own `{year}` and `{month}`."""
    url = spec.url if "{year}" in spec.url else f"{spec.url.rstrip('/')}/{{year}}-{{month-name}}.txt"
    month = since_of(spec).replace(day=1)
    while month <= reader.now.date():
        following = (month + timedelta(days=32)).replace(day=1)
        words = {"{year}": f"{month.year}", "{month}": f"{month.month:02}", "{month-name}": _MONTHS[month.month]}
        address = url
        for word, value in words.items():
            address = address.replace(word, value)
        yield Item(address, settled=reader.now > _end(following))
        month = following


def _end(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + LATE


IRCLOGS: Final = SourceKind(
    "irclogs", ("url", "channel", "since"), find_days, fetch_address, default_url="https://irclogs.ubuntu.com/"
)
MAIL: Final = SourceKind("mail", ("url", "since"), find_months, fetch_address)
