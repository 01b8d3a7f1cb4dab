# ruff: noqa: S608 (only this module's own names are put together; every value is bound)
"""Reading the derived tables: what the trackers' histories say of an instant, or of all time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from lptrack.model import UNKNOWN, BugKey, EventBasis, StatusEvent
from lptrack.storage.database import Database, Row
from lptrack.storage.rows import StatusSpan, TargetSpan, TaskRow
from lptrack.storage.times import parse_time, parse_time_or_none, render_time

_PARTS = 400  # bugs a query: well below SQLite's limit of variables


def in_bugs(table: str, bugs: Collection[BugKey]) -> Iterator[tuple[str, Sequence[object]]]:
    """Conditions that an index answers (a list of pairs would read the whole table), a few hundred bugs each."""
    numbers: dict[str, list[int]] = {}
    for bug in sorted(bugs):
        numbers.setdefault(bug.tracker, []).append(bug.number)
    for tracker, all_of_it in numbers.items():
        for start in range(0, len(all_of_it), _PARTS):
            part = all_of_it[start : start + _PARTS]
            marks = ", ".join("?" * len(part))
            yield f"{table}.tracker = ? AND {table}.number IN ({marks})", (tracker, *part)


_TASK_ROW: Final = (
    "SELECT s.tracker, s.number, s.task, s.target, s.package, s.series, s.status, s.importance, s.assignee,"
    " s.milestone, s.unknown, s.since, s.status_since, s.touched_at, w.title, w.duplicate_of, w.tags, w.unknown,"
    " b.url, b.private, b.read_at, w.since, s.doubtful, s.until, w.until"
    " FROM task_spans s JOIN bugs b ON b.tracker = s.tracker AND b.number = s.number"
    " LEFT JOIN bug_spans w ON w.tracker = s.tracker AND w.number = s.number"
)
_EVENT: Final = (
    'SELECT s.tracker, s.number, s.at, s.position, s.person, s.task, s.target, s.field, s."before", s."after",'
    " s.unknown, s.basis, s.note FROM status_events s"
)
_ENDED = "s.until <= ? OR w.until <= ?"
_BEGAN = "s.since > ? OR w.since > ?"


def load_tasks_at(
    database: Database, at: datetime, *, bugs: Collection[BugKey] | None = None, unlike: datetime | None = None
) -> Iterator[TaskRow]:
    """Every task that existed at the instant, where the tracker's history tells: one range query.

    ``bugs`` asks for these only; ``unlike`` leaves out what was the same at that other instant.
    """
    moment = render_time(at)
    moved = () if unlike is None else (render_time(unlike),) * 2
    differs = "" if unlike is None else f"AND ({_ENDED if at < unlike else _BEGAN})"
    conditions: list[tuple[str, Sequence[object]]] = [("1", ())] if bugs is None else list(in_bugs("s", bugs))
    for condition, keys in conditions:
        yield from map(
            _build_task_row,
            database.load(
                f"{_TASK_ROW} AND w.since <= ? AND (w.until IS NULL OR w.until > ?)"
                " WHERE s.since <= ? AND (s.until IS NULL OR s.until > ?)"
                f" {differs} AND {condition} ORDER BY s.tracker, s.number, s.target, s.task",
                (moment, moment, moment, moment, *moved, *keys),
            ),
        )


def load_tasks(database: Database, bugs: Collection[BugKey]) -> Iterator[TaskRow]:
    """The rows of these bugs over all time: each task and each state of its bug that met."""
    for condition, keys in in_bugs("s", bugs):
        yield from map(
            _build_whole_row,
            database.load(
                f"{_TASK_ROW} AND (s.until IS NULL OR w.since < s.until) AND (w.until IS NULL OR w.until > s.since)"
                f" WHERE {condition} ORDER BY s.tracker, s.number, s.target, s.task",
                keys,
            ),
        )


def _build_task_row(row: Row) -> TaskRow:
    since = datetime.fromisoformat(row[11])  # most differ: `parse_time` would only fill its cache
    status_since = since if row[12] == row[11] else None if row[12] is None else datetime.fromisoformat(row[12])
    touched_at = since if row[13] == row[11] else parse_time_or_none(row[13])
    return TaskRow(
        BugKey(row[0], row[1]), row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9], row[10], since,
        status_since, touched_at, row[14], row[15], row[16], row[17] or "", row[18], row[19] == 1,
        parse_time(row[20]), parse_time_or_none(row[21]), row[22] == 1,
    )  # fmt: skip


def _build_whole_row(row: Row) -> TaskRow:
    """With its ends, which nobody asks for of a row at one instant."""
    return _build_task_row(row)._replace(until=parse_time_or_none(row[23]), bug_until=parse_time_or_none(row[24]))


def load_spans(database: Database, bugs: Collection[BugKey] | None = None) -> list[StatusSpan]:
    """Every task's statuses over all time (of these bugs)."""
    conditions: list[tuple[str, Sequence[object]]] = [("1", ())] if bugs is None else list(in_bugs("s", bugs))
    return [
        StatusSpan(
            BugKey(tracker, number), task, parse_time(since), parse_time_or_none(until),
            UNKNOWN if "status" in unknown else status,
        )
        for condition, keys in conditions
        for tracker, number, task, since, until, status, unknown in database.load(
            "SELECT s.tracker, s.number, s.task, s.since, s.until, s.status, s.unknown FROM task_spans s"
            f" WHERE {condition} ORDER BY s.tracker, s.number, s.task, s.since",
            keys,
        )
    ]  # fmt: skip


def load_target_spans(database: Database) -> dict[BugKey, list[TargetSpan]]:
    """Every task's targets, statuses and importances over all time, by bug."""
    spans: dict[BugKey, list[TargetSpan]] = {}
    for tracker, number, since, until, target, status, importance, unknown in database.load(
        "SELECT tracker, number, since, until, target, status, importance, unknown FROM task_spans"
        " ORDER BY tracker, number, task, since"
    ):
        names = unknown.split(",")
        spans.setdefault(BugKey(tracker, number), []).append(
            TargetSpan(
                parse_time(since), parse_time_or_none(until), target, UNKNOWN if "status" in names else status,
                UNKNOWN if "importance" in names else importance,
            )
        )  # fmt: skip
    return spans


def load_former_targets(database: Database) -> dict[tuple[BugKey, str], tuple[str, ...]]:
    """Every target that a task ever had, of the bugs that bots announced."""
    found: dict[tuple[BugKey, str], tuple[str, ...]] = {}
    for tracker, number, task, target in database.load(
        "SELECT DISTINCT s.tracker, s.number, s.task, s.target FROM"
        ' (SELECT DISTINCT r.tracker, r.number FROM announcements a JOIN "references" r ON r.id = a.reference) b'
        " CROSS JOIN task_spans s ON s.tracker = b.tracker AND s.number = b.number"
        " ORDER BY s.tracker, s.number, s.task, s.target"
    ):
        key = (BugKey(tracker, number), str(task))
        found[key] = (*found.get(key, ()), target)
    return found


def load_events(database: Database, after: datetime, until: datetime) -> dict[BugKey, list[StatusEvent]]:
    """The events in (after, until] by bug, in the tracker's order."""
    events: dict[BugKey, list[StatusEvent]] = {}
    for tracker, number, *row in database.load(
        f"{_EVENT} WHERE s.at > ? AND s.at <= ? ORDER BY s.tracker, s.number, s.sequence",
        (render_time(after), render_time(until)),
    ):
        events.setdefault(BugKey(tracker, number), []).append(_build_event(row))
    return events


def load_events_of(database: Database, bugs: Collection[BugKey]) -> dict[BugKey, list[StatusEvent]]:
    """All events of these bugs, in the tracker's order."""
    events: dict[BugKey, list[StatusEvent]] = {}
    for condition, keys in in_bugs("s", bugs):
        for tracker, number, *row in database.load(
            f"{_EVENT} WHERE {condition} ORDER BY s.tracker, s.number, s.sequence", keys
        ):
            events.setdefault(BugKey(tracker, number), []).append(_build_event(row))
    return events


def _build_event(row: Sequence[Any]) -> StatusEvent:
    at, position, person, task, target, field, before, after, unknown, basis, note = row
    return StatusEvent(
        at=parse_time(at),
        position=position,
        by=person,
        task=task,
        target=target,
        field=field,
        before=UNKNOWN if "before" in unknown else before,
        after=UNKNOWN if "after" in unknown else after,
        basis=EventBasis(basis),
        note=note,
    )
