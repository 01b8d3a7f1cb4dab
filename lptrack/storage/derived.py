# ruff: noqa: S608 (only this module's own names are put together; every value is bound)
"""Derived rows: a bug's history as ranges of time, so that the state at any instant is one query."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from lptrack.model import STATE_FIELDS, UNKNOWN, BugHistory, Observation, Span, TaskLife, TaskSpan, Value
from lptrack.storage.database import Database, Row
from lptrack.storage.times import render_time, render_time_or_none
from lptrack.trackers import parse_target, words_of
from lptrack.trackers.interface import TargetParts


def save_derived(
    database: Database,
    observation: Observation,
    identity: int,
    history: BugHistory | None,
    read_at: datetime,
    login: str | None,
    facts_at: str | None,
) -> None:
    """Replace the bug's derived rows; the caller holds the transaction."""
    key = (observation.tracker, observation.number)
    for table in ("task_spans", "bug_spans", "status_events"):
        database.execute(f"DELETE FROM {table} WHERE tracker = ? AND number = ?", key)
    words = words_of(observation.tracker)  # a bug is asked about less often when all its tasks are closed
    closed = bool(observation.tasks) and all(words.is_closed(task.status) for task in observation.tasks)
    database.execute(
        """INSERT OR REPLACE INTO bugs
           (tracker, number, observation, url, private, login, closed, read_at, has_history, facts_at, notes)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            *key, identity, observation.url, int(observation.private), login, int(closed), render_time(read_at),
            int(history is not None), facts_at, json.dumps(history.notes if history else (), ensure_ascii=False),
        ),
    )  # fmt: skip
    if history is None:
        return
    for table, rows in build_derived(observation, history).items():
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def build_derived(observation: Observation, history: BugHistory) -> dict[str, list[Row]]:
    """The rows of `task_spans`, `bug_spans` and `status_events` that this history is."""
    return {
        "task_spans": list(_task_rows(observation, history)),
        "bug_spans": list(_bug_rows(history)),
        "status_events": list(_event_rows(history)),
    }


def _task_rows(observation: Observation, history: BugHistory) -> Iterator[Row]:
    parts = {task.target: TargetParts(task.package, task.series) for task in observation.tasks}  # as read: exact
    moved: dict[int, list[tuple[datetime, str]]] = {}
    born: set[int] = set()
    for event in history.events:
        if event.task is not None:
            moved.setdefault(event.task, []).append((event.at, event.field))
            if event.field == "task" and event.after is not None:
                born.add(event.task)
    for life in history.lives:
        moments = moved.get(life.key, [])
        first_sign = None if life.key in born or life.current is not None or not moments else min(moments)[0]
        at_status = {at for at, field in moments if field == "status"}
        for span, status_since, touched_at in _with_since(life, at_status, sorted(at for at, _ in moments)):
            package, series = parts.get(span.target) or parse_target(observation.tracker, span.target)
            values = (span.status, span.importance, span.assignee, span.milestone)
            yield (
                *history.bug, life.key, render_time(span.since), render_time_or_none(span.until),
                span.target, package, series, *map(_text, values), _unknown(zip(STATE_FIELDS, values, strict=True)),
                render_time_or_none(status_since), render_time_or_none(touched_at),
                int(_is_doubtful(life, first_sign, span, values)),
            )  # fmt: skip


def _is_doubtful(life: TaskLife, first_sign: datetime | None, span: TaskSpan, values: tuple[Value, ...]) -> bool:
    """Nothing tells that the task was there by then, or by this name."""
    before = max(filter(None, (first_sign, life.unsure_until)), default=None)
    early = before is not None and span.since < before
    late = life.unsure_from is not None and span.since >= life.unsure_from
    return (early or late) and all(value is UNKNOWN for value in values)


def _with_since(life: TaskLife, at_status: set[datetime], moments: list[datetime]) -> Iterator[Row]:
    """Each span with when its status began (None where no event tells) and when the task last changed at all."""
    birth = life.spans[0].since if life.spans else None
    began = birth
    status: Value = None
    passed = 0
    for index, span in enumerate(life.spans):
        if index == 0 or span.status != status:
            status = span.status
            known = span.since == birth or span.since in at_status or status is UNKNOWN
            began = span.since if known else None
        while passed < len(moments) and moments[passed] <= span.since:
            passed += 1
        yield span, began, moments[passed - 1] if passed else birth


def _bug_rows(history: BugHistory) -> Iterator[Row]:
    """Titles, duplicates and tags, cut at every moment that any of them changed."""
    tracks = (("title", history.titles), ("duplicate_of", history.duplicates), ("tags", history.tags))
    cuts = sorted({span.since for _, spans in tracks for span in spans})
    if not cuts:
        births = [life.spans[0].since for life in history.lives if life.spans]
        cuts = [min(births)] if births else []
    walkers = [(name, list(spans), [0]) for name, spans in tracks]
    for index, since in enumerate(cuts):
        values = [(name, _at(spans, place, since)) for name, spans, place in walkers]
        until = cuts[index + 1] if index + 1 < len(cuts) else None
        yield (
            *history.bug, render_time(since), render_time_or_none(until), *(_text(value) for _, value in values),
            _unknown(values),
        )  # fmt: skip


def _at(spans: list[Span], place: list[int], at: datetime) -> Value:
    """The value at an instant that never goes back (``place`` remembers where it was)."""
    while place[0] < len(spans) and (until := spans[place[0]].until) is not None and until <= at:
        place[0] += 1
    if place[0] == len(spans):
        return UNKNOWN if spans else None
    span = spans[place[0]]
    return span.value if span.since <= at else UNKNOWN


def _event_rows(history: BugHistory) -> Iterator[Row]:
    for sequence, event in enumerate(history.events):
        values = (("before", event.before), ("after", event.after))
        yield (
            *history.bug, sequence, render_time(event.at), event.position, event.by, event.task, event.target,
            event.field, _text(event.before), _text(event.after), _unknown(values), str(event.basis), event.note,
        )  # fmt: skip


def _text(value: Value) -> str | None:
    return None if value is UNKNOWN else value


def _unknown(values: Iterable[tuple[str, Value]]) -> str:
    return ",".join(name for name, value in values if value is UNKNOWN)
