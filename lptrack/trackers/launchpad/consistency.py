"""Whether the answers that make up one read of a bug belong together, or the bug changed between them. Pure.

The entry is read first, the log last. What the log says happened after the entry's `date_last_updated` happened
either between the answers, or is of the kind that does not move that date; in both cases the read is good if the
other answers already show its effect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lptrack.model import BugTask, LogEntry
from lptrack.trackers.launchpad.answers import BugEntry, parse_person_text

_DUPLICATES = ("marked as duplicate", "changed duplicate marker", "removed duplicate marker")


def is_consistent(entry: BugEntry, tasks: Sequence[BugTask], log: Sequence[LogEntry]) -> bool:
    """True where nothing in the log is missing in the entry and the tasks."""
    since = entry.updated_at
    if since is None:
        return True
    latest: dict[str, LogEntry] = {}
    for event in log:
        if event.at > since:
            what = "duplicate" if event.what in _DUPLICATES else event.what
            latest[f"{what} {event.old or event.new}" if what.startswith("bug task ") else what] = event
    by_target = {task.target: task for task in tasks}
    return all(_shows(event, entry, by_target) for event in latest.values())


def _shows(event: LogEntry, entry: BugEntry, tasks: Mapping[str, BugTask]) -> bool:
    match event.what:
        case "summary":
            return entry.title == event.new
        case "tags":
            return set(entry.tags) == set((event.new or "").split())
        case "bug task added" | "affects":
            return event.new in tasks
        case "bug task deleted":
            return event.old not in tasks
    if event.what in _DUPLICATES:
        return str(entry.duplicate_of or "") == (event.new or "")
    target, _, field = event.what.rpartition(": ")
    task = tasks.get(target)
    match field:
        case "status":
            return task is not None and task.status == event.new
        case "importance":
            return task is not None and task.importance == event.new
        case "milestone":
            return task is not None and task.milestone == event.new
        case "assignee":
            return task is not None and task.assignee == parse_person_text(event.new)
    return True
