"""Which bugs to ask a tracker about now, most urgent first.

- A bug that was never read, or whose last try failed, is due.
- A bug with an open task is due when its newest read is older than ``max_age``.
- A closed bug (every task closed) and one that is not visible are asked less often: after 24 times ``max_age``.
- A read of the future (the clock was wrong) is due.
- ``refresh`` makes everything due.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Final

from lptrack.model import Absence, BugKey
from lptrack.storage.database import Database
from lptrack.storage.reading import load_bugs, load_known
from lptrack.storage.times import parse_time
from lptrack.trackers.interface import Wanted

SELDOM: Final = 24


def load_due(
    database: Database,
    max_age: timedelta,
    now: datetime,
    *,
    refresh: bool = False,
    only: Callable[[BugKey], bool] | None = None,
    also: Collection[BugKey] = (),
    login: str | None = None,
) -> list[Wanted]:
    """The referenced bugs (``also``: and these) that are due; ``only`` leaves others out.

    What another login saw of a bug is no base for a conditional request, so `known` is then None.
    """
    spoken = {
        BugKey(tracker, number): at or ""
        for tracker, number, at in database.load(
            'SELECT r.tracker, r.number, max(coalesce(r.at, r.meeting)) FROM "references" r'
            " JOIN logs l ON l.id = r.log AND l.superseded_at IS NULL GROUP BY r.tracker, r.number"
        )
    }
    for bug in also:
        spoken.setdefault(bug, "")
    bugs = load_bugs(database)
    tries = {
        BugKey(tracker, number): (reason, parse_time(at))
        for tracker, number, reason, at in database.load(
            "SELECT tracker, number, reason, last_asked_at FROM unresolved WHERE ended_at IS NULL"
        )
    }
    ranked: list[tuple[int, float, str, BugKey]] = []
    for bug, last in spoken.items():
        if only is not None and not only(bug):
            continue
        row, tried = bugs.get(bug), tries.get(bug)
        if tried is not None and tried[0] == Absence.NOT_VISIBLE:
            rank, age = 3, now - tried[1]
            limit = max_age * SELDOM
        elif tried is not None:
            rank, age, limit = 1, now - tried[1], None
        elif row is None:
            rank, age, limit = 0, timedelta(0), None
        else:
            rank, age = (4, now - row.read_at) if row.closed else (2, now - row.read_at)
            limit = max_age * SELDOM if row.closed else max_age
        if refresh or limit is None or age < timedelta(0) or age >= limit:
            ranked.append((rank, -age.total_seconds(), last, bug))
    ranked.sort(key=lambda each: each[2], reverse=True)  # the newest spoken of first …
    ranked.sort(key=lambda each: each[:2])  # … among the equally urgent
    known = load_known(database, [bug for *_, bug in ranked if bug in bugs])
    wanted = []
    for *_, bug in ranked:
        stored = known.get(bug)
        usable = stored is not None and stored[1] == login
        wanted.append(Wanted(bug, stored[0] if stored is not None and usable else None))
    return wanted
