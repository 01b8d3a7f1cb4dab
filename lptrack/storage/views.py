"""What the views show beside the tables: meetings with their teams, repeated references, tasks without a history.

Which spellings are one team, which references only repeat another copy's, and what bots and reads tell of bugs
without a history is decided in Python: `save_shown` keeps the newest run's decisions beside their rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lptrack.model import UNKNOWN, Meeting, TaskState, Value
from lptrack.storage.database import Database
from lptrack.storage.merging import load_repeats
from lptrack.storage.times import render_time, render_time_or_none
from lptrack.trackers import tracker_names, words_of

TABLES: Final = ("shown_meetings", "repeats", "shown_tasks", "status_words")


def save_shown(
    database: Database, meetings: Iterable[tuple[Meeting, str | None]], tasks: Iterable[TaskState]
) -> None:
    """Replace what the views show of meetings (each with its team) and of tasks without a history of their own."""
    with database.transaction():
        for table in TABLES:
            database.execute(f"DELETE FROM {table}")  # noqa: S608 (this module's own names)
        database.executemany(
            "INSERT INTO shown_meetings VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    each.id, each.channel, team, each.name, render_time_or_none(each.started_at),
                    render_time_or_none(each.ended_at), each.chair, each.url,
                )
                for each, team in meetings
            ],
        )  # fmt: skip
        database.executemany("INSERT INTO repeats VALUES (?)", [(each,) for each in sorted(load_repeats(database))])
        database.executemany(
            "INSERT INTO shown_tasks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [_task_row(state) for state in tasks],
        )
        database.executemany(
            "INSERT INTO status_words VALUES (?, ?, ?)",
            [
                (tracker, status.name, int(not words_of(tracker).is_closed(status.name)))
                for tracker in tracker_names()
                for status in words_of(tracker).statuses
            ],
        )


def _task_row(state: TaskState) -> tuple[object, ...]:
    fields = ("title", "status", "importance", "assignee", "milestone")
    values: dict[str, Value] = {name: getattr(state, name) for name in fields}
    known = {name: None if value is UNKNOWN else value for name, value in values.items()}
    return (
        state.bug.tracker, state.bug.number, state.task, state.url, known["title"], state.target, state.package,
        state.series, known["status"], known["importance"], known["assignee"], known["milestone"],
        ",".join(name for name, value in values.items() if value is UNKNOWN), str(state.known_by),
        render_time(state.observed_at),
    )  # fmt: skip
