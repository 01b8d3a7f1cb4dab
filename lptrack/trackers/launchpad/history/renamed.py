"""Series that were renamed: their earlier rows keep the old name, `shell/trunk` of what is `shell/main` now. Pure.

Launchpad writes no row for it. What tells is the row that added a series' task: it stands at the instant at which a
present task was created, and names a series that no task has. From then on the old name is the present one's; the
past is told under the present name, for nothing says when it changed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lptrack.model import BugTask
from lptrack.trackers.launchpad.history.entries import AddedRow, AffectsRow, AnyRow, DeletedRow, FieldRow
from lptrack.trackers.launchpad.history.names import SAME_REQUEST
from lptrack.trackers.launchpad.targets import Target, parse_target

_Series = tuple[str, str]
"""A pillar, and a series as its names spell it."""


def find_renamed_series(tasks: Sequence[BugTask], rows: Sequence[AnyRow]) -> dict[_Series, str]:
    """The former names of series, each with the present one; only where one series alone fits."""
    present = [(parse_target(task.target), task) for task in tasks]
    here = {_series(target) for target, _ in present}
    mentions: dict[_Series, list[int]] = defaultdict(list)
    deleted = set()
    for row in rows:
        for name in _names(row):
            mentions[_series(parse_target(name))].append(row.position)
        if isinstance(row, DeletedRow):
            deleted.add(_series(parse_target(row.target)))
    found: dict[_Series, set[_Series]] = defaultdict(set)
    for row in rows:
        if not isinstance(row, AddedRow):
            continue
        former = _series(added := parse_target(row.target))
        if not former[1] or former in here or former in deleted:
            continue
        for target, task in present:
            later = _series(target)
            if (
                later[0] == former[0]
                and later[1]
                and target.package == added.package
                and task.created_at is not None
                and abs(task.created_at - row.at) <= SAME_REQUEST
                and min(mentions[later], default=len(rows)) > max(mentions[former])
            ):
                found[former].add(later)
    settled = {former: next(iter(each)) for former, each in found.items() if len(each) == 1}
    times = Counter(settled.values())
    return {former: later[1] for former, later in settled.items() if times[later] == 1}


def under_present_names(rows: tuple[AnyRow, ...], renamed: Mapping[_Series, str]) -> tuple[AnyRow, ...]:
    """The rows with the series' present names."""

    def name(text: str) -> str:
        target = parse_target(text)
        series = renamed.get(_series(target))
        return text if series is None else replace(target, series=series).name

    def read(row: AnyRow) -> AnyRow:
        match row:
            case FieldRow(target=target) | AddedRow(target=target) | DeletedRow(target=target):
                return replace(row, target=name(target))
            case AffectsRow(old=old, new=new):
                return replace(row, old=name(old), new=name(new))
        return row

    return tuple(map(read, rows)) if renamed else rows


def _series(target: Target) -> _Series:
    return target.pillar, target.series or ""


def _names(row: AnyRow) -> Iterator[str]:
    match row:
        case FieldRow(target=target) | AddedRow(target=target) | DeletedRow(target=target):
            yield target
        case AffectsRow(old=old, new=new):
            yield from (old, new)
