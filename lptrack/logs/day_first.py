"""Whether `05/03/2024` is the fifth of March or the third of May: one convention for all of a log."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Final

from lptrack.errors import UnreadableLog
from lptrack.logs.head import HEAD
from lptrack.logs.interface import Head
from lptrack.logs.sources import Source

_SLASHED: Final = re.compile(rb"^[^\w\r\n]{0,3}(\d{1,2})/(\d{1,2})/(\d{4}|\d\d)\b", re.MULTILINE)
_NEIGHBOURS: Final = 8
"""How many logs beside this one, of the same name but for its digits, are asked."""

_Day = tuple[int, int, int]
"""A date as it is printed: the first number, the second, the year."""


@dataclass(frozen=True, slots=True)
class DateOrder:
    """``day_first``: how the log's dates are read. ``doubt``: the words of a warning where nothing settles it.

    ``alone``: no other log was asked.
    """

    day_first: bool = False
    doubt: str | None = None
    alone: bool = True


def find_date_order(source: Source, head: Head, day: date | None, preferred: bool | None) -> DateOrder:
    """A day above 12 settles it, else the day in the file's name, else that only one reading is in order.

    Then the logs beside it, then the user's word. WhatsApp, Telegram and WeeChat write what the locale says.
    """
    days = _find_days([head.text.encode("utf-8", "replace")])
    if not days:
        return DateOrder()
    settled = _settle(days, day)
    if settled is None and not head.whole and source.lasts:
        days = _find_days(_whole_lines(source.chunks()))
        settled = _settle(days, day)
    if settled is not None:
        return DateOrder(settled)
    settled = _ask_neighbours(source)
    if settled is None:
        settled = preferred
    doubt = _say_doubt(days) if settled is None else None
    return DateOrder(bool(settled), doubt, alone=False)


def _find_days(blocks: Iterable[bytes]) -> list[_Day]:
    """The dates with slashes that begin lines, each once, in the log's order; up to the first that settles it."""
    days: dict[_Day, None] = {}
    for block in blocks:
        for one, two, year in _SLASHED.findall(block):
            days[int(one), int(two), int(year)] = None
            if int(one) > 12 or int(two) > 12:
                return [*days]
    return [*days]


def _whole_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        block = rest + chunk
        cut = block.rfind(b"\n") + 1
        rest = block[cut:][:HEAD]
        yield block[:cut]
    yield rest


def _settle(days: list[_Day], named: date | None) -> bool | None:
    for one, two, _ in days:
        if (one > 12) != (two > 12):
            return one > 12
    pairs = {(one, two) for one, two, _ in days}
    if named is not None and named.day != named.month:
        if (named.day, named.month) in pairs:
            return True
        if (named.month, named.day) in pairs:
            return False
    in_order = [
        is_day_first
        for is_day_first in (True, False)
        if all(_sorts(before, is_day_first) <= _sorts(after, is_day_first) for before, after in pairwise(days))
    ]
    return in_order[0] if len(in_order) == 1 else None


def _sorts(day: _Day, is_day_first: bool) -> _Day:
    one, two, year = day
    return (year, two, one) if is_day_first else (year, one, two)


def _ask_neighbours(source: Source) -> bool | None:
    """What the logs beside this one say, `chat-1.txt` of `chat-2.txt`; None where they say nothing or disagree."""
    if source.path is None:
        return None
    own = _without_digits(source.path)
    try:
        beside = sorted(each for each in source.path.parent.iterdir() if _without_digits(each) == own)
    except OSError:
        return None
    found = set()
    for path in [each for each in beside if each != source.path and each.is_file()][:_NEIGHBOURS]:
        try:
            first = next(Source(str(path), path).chunks(), b"")
        except UnreadableLog:
            continue
        found.add(_settle(_find_days([first]), None))
    found.discard(None)
    return found.pop() if len(found) == 1 else None


def _without_digits(path: Path) -> str:
    return re.sub(r"\d+", "0", path.name)


def _say_doubt(days: list[_Day]) -> str | None:
    for one, two, year in days:
        if one != two and one <= 12 and two <= 12:
            shown = f"{one:02}/{two:02}/{year:02}"
            return f"nothing settles whether {shown} has the month or the day first; read month first: --day-first"
    return None
