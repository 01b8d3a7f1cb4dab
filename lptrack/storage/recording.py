"""Recording what trackers answered: observations, log entries, facts, and what could not be had."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from lptrack.model import Absence, BugHistory, BugTask, LogEntry, Observation, Unresolved
from lptrack.storage.database import Database, Row
from lptrack.storage.derived import save_derived
from lptrack.storage.roots import check_root
from lptrack.storage.times import parse_time, render_time, render_time_or_none
from lptrack.trackers.interface import Fetched


def record(
    database: Database,
    fetched: Fetched,
    history: BugHistory | None,
    *,
    run: int | None,
    login: str | None,
    now: datetime,
    root: str | None = None,
) -> bool:
    """Record one whole read of one bug from the service ``root``; True where it differs from the read before.

    A read that is older than the one on record (two runs at once) changes nothing, unless that one is of the future:
    then it was the clock that was wrong.
    """
    bug = fetched.observation.bug
    with database.transaction():
        newest = database.load_one(
            "SELECT id, digest, login, last_seen_at FROM observations WHERE tracker = ? AND number = ?"
            " AND superseded_at IS NULL ORDER BY id DESC LIMIT 1",
            bug,
        )
        if newest is None:
            check_root(database, bug.tracker, root)  # another run may have named one since this one began
        if newest is not None and fetched.read_at < parse_time(newest[3]) <= now:
            return False
        read_at = render_time(fetched.read_at)
        digest = _digest(fetched.observation)
        changed = newest is None or newest[1] != digest or newest[2] != login
        if changed:
            identity = _insert_observation(database, fetched, digest, run, login, root)
        else:
            assert newest is not None
            identity = int(newest[0])
            database.execute(
                "UPDATE observations SET last_seen_at = ?, etag = ? WHERE id = ?",
                (read_at, fetched.observation.etag, identity),
            )
        database.execute("INSERT OR IGNORE INTO reads VALUES (?, ?, ?)", (identity, read_at, run))
        _save_entries(database, fetched, login)
        database.execute(
            "UPDATE unresolved SET ended_at = ? WHERE tracker = ? AND number = ? AND ended_at IS NULL",
            (read_at, *bug),
        )
        (facts_at,) = database.load_one("SELECT max(read_at) FROM facts WHERE tracker = ?", (bug.tracker,)) or (None,)
        save_derived(database, fetched.observation, identity, history, fetched.read_at, login, facts_at)
    return changed


def record_unresolved(database: Database, absent: Unresolved, asked_at: datetime, *, run: int | None) -> None:
    """Record that a bug could not be had. Not having asked never takes the place of the answer "not visible"."""
    with database.transaction():
        at = render_time(asked_at)
        again = database.execute(
            "UPDATE unresolved SET last_asked_at = ? WHERE tracker = ? AND number = ? AND ended_at IS NULL"
            " AND reason = ? AND detail = ?",
            (at, *absent.bug, str(absent.reason), absent.detail),
        )
        if again.rowcount:
            return
        last = database.load_one(
            "SELECT id, reason FROM unresolved WHERE tracker = ? AND number = ? AND ended_at IS NULL", absent.bug
        )
        if last is not None:
            identity, reason = last
            if absent.reason is Absence.OFFLINE and reason == Absence.NOT_VISIBLE:
                return
            database.execute("UPDATE unresolved SET ended_at = ? WHERE id = ?", (at, identity))
        database.execute(
            """INSERT INTO unresolved (tracker, number, url, reason, detail, asked_at, last_asked_at, run)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            (*absent.bug, absent.url, str(absent.reason), absent.detail, at, at, run),
        )


def record_facts(database: Database, tracker: str, facts: Mapping[str, str], read_at: datetime) -> None:
    """Record facts; one that is the same as before stays as it is."""
    with database.transaction():
        known: dict[str, str] = dict(
            database.load("SELECT name, value FROM facts WHERE tracker = ? AND superseded_at IS NULL", (tracker,))
        )
        at = render_time(read_at)
        for name, value in sorted(facts.items()):
            if known.get(name) == value:
                continue
            database.execute(
                "UPDATE facts SET superseded_at = ? WHERE tracker = ? AND name = ? AND superseded_at IS NULL",
                (at, tracker, name),
            )
            database.execute(
                "INSERT INTO facts (tracker, name, value, read_at) VALUES (?, ?, ?, ?)", (tracker, name, value, at)
            )


def _digest(observation: Observation) -> str:
    """What makes two reads the same: all but the ETag, which also moves with the tracker's own code."""
    content = [*_observation_row(observation)[:-1], [_task_row(task) for task in observation.tasks]]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _insert_observation(
    database: Database, fetched: Fetched, digest: str, run: int | None, login: str | None, root: str | None
) -> int:
    observation = fetched.observation
    at = render_time(fetched.read_at)
    identity = database.execute(
        """INSERT INTO observations
           (tracker, number, url, title, tags, duplicate_of, private, created_at, updated_at, details, etag,
            digest, login, seen_at, last_seen_at, run, root)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (*_observation_row(observation), digest, login, at, at, run, root),
    ).lastrowid
    assert identity is not None
    database.executemany(
        """INSERT INTO observed_tasks
           (observation, position, target, display_target, package, series, status, importance, assignee, milestone,
            url, created_at, watch, details)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [(identity, position, *_task_row(task)) for position, task in enumerate(observation.tasks)],
    )
    return identity


def _save_entries(database: Database, fetched: Fetched, login: str | None) -> None:
    """Append what the tracker's log has more than before; an entry that reads otherwise now supersedes."""
    bug = fetched.observation.bug
    kept: dict[int, tuple[int, Row]] = {
        position: (identity, tuple(row))
        for identity, position, *row in database.load(
            "SELECT id, position, at, person, what, old, new, message FROM log_entries"
            " WHERE tracker = ? AND number = ? AND superseded_at IS NULL",
            bug,
        )
    }
    at = render_time(fetched.read_at)
    new: list[Row] = []
    dropped: list[Row] = []
    for entry in fetched.entries:
        row = _entry_row(entry)
        known = kept.pop(entry.position, None)
        if known is not None and known[1] == row:
            continue
        if known is not None:
            dropped.append((at, known[0]))
        new.append((*bug, entry.position, *row, login, at))
    dropped.extend((at, identity) for identity, _ in kept.values())
    if dropped:
        database.executemany("UPDATE log_entries SET superseded_at = ? WHERE id = ?", dropped)
    database.executemany(
        """INSERT INTO log_entries
           (tracker, number, position, at, person, what, old, new, message, login, recorded_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        new,
    )


def _observation_row(each: Observation) -> Row:
    return (
        each.tracker, each.number, each.url, each.title, json.dumps(each.tags, ensure_ascii=False), each.duplicate_of,
        int(each.private), render_time_or_none(each.created_at), render_time_or_none(each.updated_at),
        json.dumps(each.details, ensure_ascii=False), each.etag,
    )  # fmt: skip


def _task_row(task: BugTask) -> Row:
    return (
        task.target, task.display_target, task.package, task.series, task.status, task.importance, task.assignee,
        task.milestone, task.url, render_time_or_none(task.created_at), task.watch,
        json.dumps(task.details, ensure_ascii=False),
    )  # fmt: skip


def _entry_row(entry: LogEntry) -> Row:
    return (render_time(entry.at), entry.person, entry.what, entry.old, entry.new, entry.message)
