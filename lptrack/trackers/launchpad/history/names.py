"""What a task was called, told forwards from its birth: where the log names it then, its later names follow."""

from __future__ import annotations

from datetime import datetime, timedelta

from lptrack.model import BugTask
from lptrack.trackers.launchpad.history.calendar import Calendar
from lptrack.trackers.launchpad.history.entries import AddedRow, AffectsRow, AnyRow, DeletedRow

SAME_REQUEST = timedelta(seconds=2)


def follow(name: str, row: AffectsRow, calendar: Calendar) -> str:
    """What a task of this name is called after that retargeting: it is the one, a sibling of it, or neither."""
    if name == row.old:
        return row.new
    now, old, new = calendar.target(name), calendar.target(row.old), calendar.target(row.new)
    package = new.package if new.distribution else None
    if old.distribution and now.distribution and (old.pillar, old.package) == (now.pillar, now.package):
        return now.moved(package).name if package != old.package else name
    return name


def names_from_birth(task: BugTask, rows: tuple[AnyRow, ...], calendar: Calendar) -> dict[int, str] | None:
    """The task's name before each retargeting since its birth; None where the log does not tell what it began as.

    A series task that came along silently was created at the instant of the generic task that was added, and has
    that one's package.
    """
    if task.created_at is None:
        return None
    paths: dict[str, dict[int, str]] = {}
    for row in rows:
        if isinstance(row, AddedRow) and abs(row.at - task.created_at) <= SAME_REQUEST:
            for name in _first_names(row, task, calendar):
                path = _path(name, row.position, rows, calendar)
                if path is not None and path[len(rows)] == task.target:
                    paths[name] = path
    return next(iter(paths.values())) if len(paths) == 1 else None


def _first_names(row: AddedRow, task: BugTask, calendar: Calendar) -> set[str]:
    added, target = calendar.target(row.target), calendar.target(task.target)
    names = {row.target}
    if added.distribution and added.series is None and target.pillar == added.pillar and target.series is not None:
        names.add(target.moved(added.package).name)
    return names


def _path(name: str, born: int, rows: tuple[AnyRow, ...], calendar: Calendar) -> dict[int, str] | None:
    path: dict[int, str] = {}
    for row in rows[born + 1 :]:
        match row:
            case AffectsRow():
                path[row.position] = name
                name = follow(name, row, calendar)
            case DeletedRow(target=deleted) if deleted == name:
                return None
            case _:
                pass
    path[len(rows)] = name
    return path


def was_deleted(name: str, since: datetime, before: int, rows: tuple[AnyRow, ...], calendar: Calendar) -> bool:
    """Did the log delete a task of this name after ``since`` and before row ``before``, the last that could have it?

    A retargeting to the same package after that may have brought the name to another task.
    """
    target = calendar.target(name)
    deleted = False
    for row in rows[:before]:
        if isinstance(row, DeletedRow) and row.target == name:
            deleted = row.at > since
        elif isinstance(row, AffectsRow):
            new = calendar.target(row.new)
            if (new.pillar, new.package) == (target.pillar, target.package):
                deleted = False
    return deleted
