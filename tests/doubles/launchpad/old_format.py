"""A log as Launchpad wrote it before March 2009: bare names, bare nicks, additions as `bug`, no retargetings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from lptrack.model import LogEntry, Observation
from lptrack.trackers.launchpad.targets import parse_target

_FIELD = re.compile(r"(?P<target>.+): (?P<field>status|importance|assignee|milestone)", re.DOTALL)


def write_old(entries: tuple[LogEntry, ...], until: datetime) -> tuple[LogEntry, ...]:
    """The rows before ``until`` in the old format, the others as they are."""
    rows = [row for entry in entries for row in (_old(entry) if entry.at < until else [entry])]
    return tuple(replace(row, position=position) for position, row in enumerate(rows))


def _old(entry: LogEntry) -> Iterator[LogEntry]:
    match entry.what:
        case "affects":
            return
        case "bug task added":
            yield replace(entry, what="bug", new=None, message=f"assigned to {entry.new}")
            return
    found = _FIELD.fullmatch(entry.what)
    if found is None or entry.what.startswith("removed subscriber"):
        yield entry
        return
    target = parse_target(found["target"])
    word = target.package or ("None" if target.distribution or target.series else target.pillar)
    old, new = (_nick(text) if found["field"] == "assignee" else text for text in (entry.old, entry.new))
    yield replace(entry, what=f"{word}: {found['field']}", old=old, new=new)


def _nick(text: str | None) -> str | None:
    return None if text is None else text[text.rindex("(") + 1 : -1]


def move_facts(facts: dict[str, str], by: timedelta) -> dict[str, str]:
    """Facts with their dates moved."""
    moved: dict[str, str] = {}
    for key, text in facts.items():
        rows = json.loads(text)
        for row in rows if isinstance(rows, list) else []:
            for name in ("datereleased", "date_created"):
                if row.get(name):
                    row[name] = (datetime.fromisoformat(row[name]) + by).isoformat()
        moved[key] = json.dumps(rows)
    return moved


def move_life(
    observation: Observation, entries: tuple[LogEntry, ...], by: timedelta
) -> tuple[Observation, tuple[LogEntry, ...]]:
    """A read with all its dates moved."""
    tasks = tuple(
        replace(task, created_at=task.created_at + by if task.created_at else None) for task in observation.tasks
    )
    created = observation.created_at + by if observation.created_at else None
    return (
        replace(observation, tasks=tasks, created_at=created),
        tuple(replace(entry, at=entry.at + by) for entry in entries),
    )
