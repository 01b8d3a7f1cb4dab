"""The same meeting in several files is one meeting, and what they all tell counts once."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from lptrack.model import Attendance, Meeting
from lptrack.storage.database import Database, Row
from lptrack.storage.times import parse_time_or_none

_EXACTNESS: Final = {"none": 0, "day": 1, "minute": 2, "second": 3}
_SIGNS: Final = re.compile(r"[\W_]+")


def load_meetings(database: Database) -> tuple[Meeting, ...]:
    """Every meeting of the logs in force, oldest first (the undated before all); each told by its best log.

    One whose end no log tells ends with the last reference in it.
    """
    rows: dict[str, list[Row]] = {}
    for row in database.load(
        "SELECT m.log, m.id, m.channel, m.started_at, m.start_exact, m.ended_at, m.name, m.chair, m.people, m.url"
        " FROM meetings m JOIN logs l ON l.id = m.log WHERE l.superseded_at IS NULL ORDER BY m.id, m.log"
    ):
        rows.setdefault(row[1], []).append(row)
    ranks = _load_ranks(database, (id_ for id_, copies in rows.items() if len(copies) > 1))
    meetings = [_build_meeting(copies, ranks) for copies in rows.values()]
    if any(meeting.ended_at is None and meeting.started_at is not None for meeting in meetings):
        last: dict[str, str | None] = dict(
            database.load('SELECT meeting, max(at) FROM "references" GROUP BY meeting')
        )
        meetings = [
            meeting if meeting.ended_at else replace(meeting, ended_at=parse_time_or_none(last.get(meeting.id)))
            for meeting in meetings
        ]
    return tuple(sorted(meetings, key=meeting_order))


def meeting_order(meeting: Meeting) -> tuple[bool, str, str]:
    """Oldest first, the undated before all."""
    start = meeting.started_at
    return (start is not None, "" if start is None else start.isoformat(), meeting.id)


def _load_ranks(database: Database, ids: Iterable[str]) -> dict[tuple[int, str], tuple[int, int, int]]:
    """How much each log tells of a meeting: lines that have both a clock and a nick first, then their number."""
    ranks = {}
    for id_ in ids:
        for log, timed, spoken, count in database.load(
            'SELECT log, count(at), count(speaker), count(*) FROM "references" WHERE meeting = ? GROUP BY log', (id_,)
        ):
            ranks[log, id_] = (min(timed, spoken), spoken, count)
    return ranks


def _build_meeting(copies: list[Row], ranks: Mapping[tuple[int, str], tuple[int, int, int]]) -> Meeting:
    if len(copies) > 1:
        copies = sorted(
            copies,
            key=lambda row: (_EXACTNESS[row[4]], ranks.get((row[0], row[1]), (0, 0, 0)), -row[0]),
            reverse=True,
        )
    best = copies[0]
    people = next((row[8] for row in copies if row[8] != "[]"), "[]")
    return Meeting(
        id=best[1],
        channel=best[2],
        started_at=parse_time_or_none(best[3]),
        start_exact=best[4],
        ended_at=parse_time_or_none(max((row[5] for row in copies if row[5] is not None), default=None)),
        name=_first(copies, 6),
        chair=_first(copies, 7),
        people=tuple(Attendance(*each) for each in json.loads(people)),
        url=_first(copies, 9),
    )


def _first(copies: list[Row], column: int) -> str | None:
    return next((row[column] for row in copies if row[column] is not None), None)


def load_repeats(database: Database) -> frozenset[int]:
    """The ids of references that only repeat, in another file of the meeting, what a better one tells."""
    several = database.load(
        "SELECT m.id FROM meetings m JOIN logs l ON l.id = m.log WHERE l.superseded_at IS NULL"
        " GROUP BY m.id HAVING count(*) > 1"
    )
    ids = [id_ for (id_,) in several]
    ranks = _load_ranks(database, ids)
    repeats: set[int] = set()
    for id_ in ids:
        by_log: dict[int, list[Row]] = {}
        for log, *row in database.load(
            "SELECT r.log, r.id, r.tracker, r.number, r.speaker, r.at, r.text"
            ' FROM "references" r JOIN logs l ON l.id = r.log'
            " WHERE r.meeting = ? AND l.superseded_at IS NULL ORDER BY r.log, r.id",
            (id_,),
        ):
            by_log.setdefault(log, []).append(tuple(row))
        order = sorted(by_log, key=lambda log: (ranks.get((log, id_), (0, 0, 0)), -log), reverse=True)
        repeats.update(_find_repeats([by_log[log] for log in order]))
    return frozenset(repeats)


def _find_repeats(tellings: list[list[Row]]) -> Iterable[int]:
    """Of each telling, best first, the references that the earlier ones hold already, as often as they hold them.

    A line is the same by bug, nick, minute and words; where a telling has no clock, without the minute. A minutes
    page that has neither nick nor clock repeats whatever bug its log speaks of.
    """
    timed: Counter[Row] = Counter()
    untimed: Counter[Row] = Counter()
    clockless: Counter[Row] = Counter()  # of `untimed`: told without a clock
    bugs: set[Row] = set()
    for rows in tellings:
        seen_timed: Counter[Row] = Counter()
        seen_untimed: Counter[Row] = Counter()
        added: list[tuple[Row, Row | None]] = []
        for identity, tracker, number, speaker, at, text in rows:
            plain = (tracker, number, (speaker or "").casefold(), _SIGNS.sub("", text.casefold()))
            full = None if at is None else (*plain, at[:16])
            seen_untimed[plain] += 1
            if full is None:
                repeated = seen_untimed[plain] <= untimed[plain] or (speaker is None and (tracker, number) in bugs)
            else:
                seen_timed[full] += 1
                repeated = seen_timed[full] <= timed[full] or seen_untimed[plain] <= clockless[plain]
            if repeated:
                yield identity
            else:
                added.append((plain, full))
        for plain, full in added:
            bugs.add(plain[:2])
            untimed[plain] += 1
            if full is None:
                clockless[plain] += 1
            else:
                timed[full] += 1
