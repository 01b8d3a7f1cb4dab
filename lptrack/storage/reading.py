# ruff: noqa: S608 (only this module's own names are put together; every value is bound)
"""What the join asks of the database: meetings' references, announcements, observations and states at an instant."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from lptrack.model import (
    Absence,
    Announcement,
    BugKey,
    BugTask,
    LogEntry,
    Observation,
    Reference,
    ReferenceKind,
    Unresolved,
)
from lptrack.storage.database import Database
from lptrack.storage.merging import load_repeats
from lptrack.storage.rows import BotWord, BugRow, Mention, Seen
from lptrack.storage.spans import in_bugs
from lptrack.storage.times import parse_time, parse_time_or_none
from lptrack.trackers import whole_logs
from lptrack.trackers.interface import Known

_KINDS = {str(kind): kind for kind in ReferenceKind}
_IN_FORCE = "JOIN logs l ON l.id = r.log AND l.superseded_at IS NULL"


def load_mentions(database: Database) -> list[Mention]:
    """Every reference that counts, by time and line."""
    repeats = load_repeats(database)
    return [
        Mention(
            BugKey(tracker, number), _KINDS[kind], meeting, speaker, parse_time_or_none(at), topic, line, source, duty
        )
        for identity, tracker, number, kind, meeting, speaker, at, topic, line, source, duty in database.load(
            "SELECT r.id, r.tracker, r.number, r.kind, r.meeting, coalesce(r.person, r.speaker), r.at, r.topic,"
            " r.line, l.source, CASE WHEN r.duty = 'action' THEN r.text END"
            f' FROM "references" r {_IN_FORCE} ORDER BY r.at, r.log, r.line, r.id'
        )
        if identity not in repeats
    ]


def load_referenced(database: Database) -> list[BugKey]:
    """Every bug that any log in force names."""
    return [
        BugKey(*row)
        for row in database.load(
            f'SELECT DISTINCT r.tracker, r.number FROM "references" r {_IN_FORCE} ORDER BY r.tracker, r.number'
        )
    ]


def load_masters(database: Database) -> set[BugKey]:
    """The bugs that the newest reads call another's master."""
    return {
        BugKey(*row)
        for row in database.load(
            "SELECT DISTINCT b.tracker, o.duplicate_of FROM bugs b JOIN observations o ON o.id = b.observation"
            " WHERE o.duplicate_of IS NOT NULL"
        )
    }


def load_references(
    database: Database, bugs: Collection[BugKey]
) -> dict[BugKey, tuple[list[Reference], list[Announcement]]]:
    """The bugs' references that count, by time, and their announcements (whose references are among those)."""
    repeats = load_repeats(database)
    found: dict[BugKey, tuple[list[Reference], list[Announcement]]] = {bug: ([], []) for bug in bugs}
    for condition, values in in_bugs("r", bugs):
        for identity, announced, *row in database.load(
            "SELECT r.id, a.reference IS NOT NULL, r.kind, r.tracker, r.number, l.source, r.line, r.meeting,"
            " r.speaker, r.at, r.exact, r.time, r.topic, r.text, r.rule, r.person, r.duty, r.duty_of,"
            " a.target, a.title, a.importance, a.status, a.assignee, a.duplicate, a.cause_line"
            f' FROM "references" r {_IN_FORCE} LEFT JOIN announcements a ON a.reference = r.id'
            f" WHERE {condition} ORDER BY r.at, r.log, r.line, r.id",
            values,
        ):
            if identity in repeats:
                continue
            kind, tracker, number, source, line, meeting, speaker, at, *rest = row
            reference = Reference(
                _KINDS[kind], tracker, number, source, line, meeting, speaker, parse_time_or_none(at), *rest[:8]
            )
            references, announcements = found[reference.bug]
            references.append(reference)
            if announced:
                target, title, importance, status, assignee, duplicate, cause_line = rest[8:]
                announcements.append(
                    Announcement(reference, target, title, importance, status, assignee, duplicate, cause_line)
                )
    return found


def _not_whole(table: str) -> str:
    """The condition for a tracker whose log may be silent: then other witnesses count beside its history."""
    names = ", ".join("'{}'".format(name.replace("'", "''")) for name in whole_logs())
    return f"{table}.tracker NOT IN ({names})"


def load_words(database: Database, *, everything: bool = False) -> list[BotWord]:
    """What bots announced of the bugs whose history does not reach that far (or, ``everything``, of all), by time."""
    repeats = load_repeats(database)
    where = "" if everything else f"WHERE coalesce(b.has_history, 0) = 0 OR {_not_whole('b')} OR said > b.read_at"
    words = []
    for identity, tracker, number, at, exact, *row in database.load(
        "SELECT r.id, r.tracker, r.number, coalesce(r.at, m.started_at, l.taken_at) AS said, r.exact,"
        " a.target, a.title, a.status, a.importance, a.assignee, a.duplicate, r.meeting, l.source, r.line, r.speaker"
        f' FROM announcements a JOIN "references" r ON r.id = a.reference {_IN_FORCE}'
        " LEFT JOIN meetings m ON m.log = r.log AND m.id = r.meeting"
        " LEFT JOIN bugs b ON b.tracker = r.tracker AND b.number = r.number"
        f" {where} ORDER BY said, r.id"
    ):
        if identity not in repeats:
            moment = parse_time(at)
            words.append(BotWord(BugKey(tracker, number), moment, moment + _EXTENT[exact], *row))
    return words


def load_announced_targets(database: Database) -> list[tuple[BugKey, str, str | None]]:
    """Which targets bots named, of which bugs, in which meetings (None: outside every meeting)."""
    return [
        (BugKey(tracker, number), target, meeting)
        for tracker, number, target, meeting in database.load(
            "SELECT DISTINCT r.tracker, r.number, a.target, r.meeting"
            f' FROM announcements a JOIN "references" r ON r.id = a.reference {_IN_FORCE}'
            " WHERE a.target IS NOT NULL ORDER BY r.tracker, r.number, a.target"
        )
    ]


def load_display_names(database: Database) -> dict[tuple[str, str], str]:
    """Targets by tracker and by the name that bots print (without case), as any read of any bug showed them."""
    return {
        (tracker, shown.casefold()): target
        for tracker, shown, target in database.load(
            "SELECT DISTINCT o.tracker, t.display_target, t.target FROM observed_tasks t"
            " JOIN observations o ON o.id = t.observation WHERE t.display_target <> t.target"
            " AND o.superseded_at IS NULL ORDER BY o.id"
        )
    }


_EXTENT = {"day": timedelta(days=1), "minute": timedelta(minutes=1), "second": timedelta(seconds=1)}


def load_seen(database: Database, bugs: Collection[BugKey] | None = None) -> dict[BugKey, tuple[Seen, ...]]:
    """The observations of the bugs (None: of those without a history), in the order they were recorded."""
    if bugs is None:
        where: list[tuple[str, Sequence[object]]] = [
            (
                f"{_not_whole('o')} OR EXISTS (SELECT 1 FROM bugs b WHERE b.tracker = o.tracker"
                " AND b.number = o.number AND b.has_history = 0)",
                (),
            )
        ]
    else:
        where = list(in_bugs("o", bugs))
    found: dict[BugKey, list[Seen]] = {}
    for condition, values in where:
        for observation, reads in _load_observations(database, f"({condition}) AND o.superseded_at IS NULL", values):
            found.setdefault(observation.bug, []).append(Seen(observation, reads))
    return {bug: tuple(seen) for bug, seen in found.items()}


def _load_observations(
    database: Database, condition: str, values: Sequence[object]
) -> Iterator[tuple[Observation, tuple[datetime, ...]]]:
    tasks: dict[int, list[BugTask]] = {}
    for identity, *row in database.load(
        "SELECT t.observation, t.target, t.display_target, t.package, t.series, t.status, t.importance, t.assignee,"
        " t.milestone, t.url, t.created_at, t.watch, t.details"
        f" FROM observed_tasks t JOIN observations o ON o.id = t.observation WHERE {condition}"
        " ORDER BY t.observation, t.position",
        values,
    ):
        tasks.setdefault(identity, []).append(
            BugTask(*(*row[:9], parse_time_or_none(row[9]), row[10], _pairs(row[11])))
        )
    reads: dict[int, list[datetime]] = {}
    for identity, at in database.load(
        f"SELECT r.observation, r.read_at FROM reads r JOIN observations o ON o.id = r.observation WHERE {condition}"
        " ORDER BY r.observation, r.read_at",
        values,
    ):
        reads.setdefault(identity, []).append(parse_time(at))
    for identity, *row in database.load(
        "SELECT o.id, o.tracker, o.number, o.url, o.title, o.tags, o.duplicate_of, o.private, o.created_at,"
        f" o.updated_at, o.etag, o.details FROM observations o WHERE {condition} ORDER BY o.id",
        values,
    ):
        yield _build_observation(row, tuple(tasks.get(identity, ()))), tuple(reads.get(identity, ()))


def _build_observation(row: Sequence[Any], tasks: tuple[BugTask, ...]) -> Observation:
    tracker, number, url, title, tags, duplicate_of, private, created_at, updated_at, etag, details = row
    return Observation(
        tracker=tracker,
        number=number,
        url=url,
        title=title,
        tasks=tasks,
        tags=tuple(json.loads(tags)),
        duplicate_of=duplicate_of,
        private=bool(private),
        created_at=parse_time_or_none(created_at),
        updated_at=parse_time_or_none(updated_at),
        etag=etag,
        details=_pairs(details),
    )


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in json.loads(text))


def load_known(database: Database, bugs: Collection[BugKey]) -> dict[BugKey, tuple[Known, str | None]]:
    """What the newest read of each bug gave, with the login that it was seen through."""
    known = {}
    for condition, values in in_bugs("b", bugs):
        newest = {
            BugKey(tracker, number): (identity, parse_time(read_at), login)
            for tracker, number, identity, read_at, login in database.load(
                f"SELECT b.tracker, b.number, b.observation, b.read_at, b.login FROM bugs b WHERE {condition}", values
            )
        }
        if not newest:
            continue
        entries: dict[BugKey, list[LogEntry]] = {}
        for tracker, number, position, at, *row in database.load(
            "SELECT b.tracker, b.number, b.position, b.at, b.person, b.what, b.old, b.new, b.message"
            f" FROM log_entries b WHERE {condition} AND b.superseded_at IS NULL"
            " ORDER BY b.tracker, b.number, b.position",
            values,
        ):
            entries.setdefault(BugKey(tracker, number), []).append(LogEntry(position, parse_time(at), *row))
        ids = [identity for identity, _, _ in newest.values()]
        marks = ", ".join("?" * len(ids))
        for observation, _ in _load_observations(database, f"o.id IN ({marks})", ids):
            bug = observation.bug
            _, read_at, login = newest[bug]
            known[bug] = (Known(observation, tuple(entries.get(bug, ())), read_at), login)
    return known


def load_bugs(database: Database) -> dict[BugKey, BugRow]:
    """Every bug that was ever read, with its newest read."""
    return {
        (bug := BugKey(tracker, number)): BugRow(
            bug, url, bool(private), login, bool(closed), parse_time(read_at), bool(has_history),
            tuple(json.loads(notes)) if notes != "[]" else (),
        )
        for tracker, number, url, private, login, closed, read_at, has_history, notes in database.load(
            "SELECT tracker, number, url, private, login, closed, read_at, has_history, notes FROM bugs"
            " ORDER BY tracker, number"
        )
    }  # fmt: skip


def load_watches(database: Database) -> list[tuple[BugKey, str, str]]:
    """(bug, target, what it follows) of each task that follows a bug elsewhere, by the newest reads."""
    return [
        (BugKey(tracker, number), target, watch)
        for tracker, number, target, watch in database.load(
            "SELECT b.tracker, b.number, t.target, t.watch FROM bugs b"
            " JOIN observed_tasks t ON t.observation = b.observation WHERE t.watch IS NOT NULL"
            " ORDER BY b.tracker, b.number, t.target"
        )
    ]


def load_unresolved(database: Database) -> dict[BugKey, Unresolved]:
    """The bugs whose last read gave no state, and why."""
    return {
        (bug := BugKey(tracker, number)): Unresolved(bug, url, Absence(reason), detail)
        for tracker, number, url, reason, detail in database.load(
            "SELECT tracker, number, url, reason, detail FROM unresolved WHERE ended_at IS NULL"
            " ORDER BY tracker, number"
        )
    }


def load_duties(database: Database, meeting: str) -> tuple[tuple[BugKey, str, str | None], ...]:
    """The action items of a meeting that name a bug: the bug, the item's text, and whom it names."""
    return load_all_duties(database, meeting).get(meeting, ())


def load_all_duties(
    database: Database, meeting: str | None = None
) -> dict[str, tuple[tuple[BugKey, str, str | None], ...]]:
    """The same of every meeting (or one) that has some, by its id."""
    repeats = load_repeats(database)
    where, values = ("", ()) if meeting is None else (" AND r.meeting = ?", (meeting,))
    duties: dict[str, list[tuple[BugKey, str, str | None]]] = {}
    for identity, name, tracker, number, text, owner in database.load(
        f'SELECT r.id, r.meeting, r.tracker, r.number, r.text, r.duty_of FROM "references" r {_IN_FORCE}'
        f" WHERE r.meeting IS NOT NULL AND r.duty = 'action'{where} ORDER BY r.log, r.line, r.id",
        values,
    ):
        if identity not in repeats:
            duties.setdefault(name, []).append((BugKey(tracker, number), _COMMAND.sub("", text).strip(), owner))
    return {name: tuple(each) for name, each in duties.items()}


_COMMAND: Final = re.compile(r"\s*(?:[#!]action\b|\[action\]|[*' ]*ACTION[*']*:)[ \t]*:?", re.IGNORECASE)


def load_warnings(database: Database) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What the logs in force say of themselves that does not fit what was read: the source, and sentences."""
    rows = database.load(
        "SELECT source, warnings FROM logs WHERE superseded_at IS NULL AND warnings <> '[]' ORDER BY source, id"
    )
    return tuple((source, tuple(json.loads(warnings))) for source, warnings in rows)


def load_copies(database: Database) -> dict[str, dict[str, frozenset[BugKey]]]:
    """Of each meeting that several logs tell: the bugs that each of them, by its source, names."""
    copies: dict[str, dict[str, frozenset[BugKey]]] = {}
    for meeting, source, tracker, number in database.load(
        "WITH several AS (SELECT m.id FROM meetings m JOIN logs l ON l.id = m.log AND l.superseded_at IS NULL"
        " GROUP BY m.id HAVING count(*) > 1)"
        " SELECT m.id, coalesce(l.path, l.source), r.tracker, r.number FROM several s JOIN meetings m ON m.id = s.id"
        " JOIN logs l ON l.id = m.log AND l.superseded_at IS NULL"
        ' LEFT JOIN "references" r ON r.log = l.id AND r.meeting = m.id ORDER BY 1, 2'
    ):
        bugs = copies.setdefault(meeting, {}).setdefault(source, frozenset())
        if number is not None:
            copies[meeting][source] = bugs | {BugKey(tracker, number)}
    return copies


def load_log_meetings(database: Database, *, digest: str = "", source: str = "") -> set[str]:
    """The ids of the meetings of the log with these bytes, or of this name, as far as it is in force."""
    column = "digest" if digest else "source"
    rows = database.load(
        f"SELECT m.id FROM logs l JOIN meetings m ON m.log = l.id WHERE l.superseded_at IS NULL AND l.{column} = ?",
        (digest or source,),
    )
    return {meeting for (meeting,) in rows}


def load_reported_meetings(database: Database) -> frozenset[str]:
    """The ids of the meetings that a run took in and lived to report on: a killed one leaves them to the next."""
    rows = database.load(
        "SELECT DISTINCT m.id FROM meetings m JOIN logs l ON l.id = m.log LEFT JOIN runs r ON r.id = l.run"
        " WHERE l.run IS NULL OR r.finished_at IS NOT NULL"
    )
    return frozenset(meeting for (meeting,) in rows)


def load_newest_moment(database: Database) -> datetime | None:
    """The newest moment that anything was read or taken in: what `now` means to a report."""
    row = database.load_one(
        "SELECT max(at) FROM (SELECT max(last_seen_at) AS at FROM observations UNION ALL"
        " SELECT max(last_asked_at) FROM unresolved UNION ALL SELECT max(taken_at) FROM logs)"
    )
    return parse_time_or_none(row[0] if row else None)


def load_facts(database: Database, tracker: str) -> tuple[dict[str, str], datetime | None]:
    """The tracker's facts in force, and when the newest of them was read."""
    rows = database.load(
        "SELECT name, value, read_at FROM facts WHERE tracker = ? AND superseded_at IS NULL ORDER BY name", (tracker,)
    )
    newest = max((read_at for _, _, read_at in rows), default=None)
    return {name: value for name, value, _ in rows}, parse_time_or_none(newest)
