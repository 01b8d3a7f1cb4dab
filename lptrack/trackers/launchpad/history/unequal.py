"""Pairs that are unequal: a comment makes both tasks Incomplete where one of them is, and no row says so. Pure.

A comment marks incomplete tasks as answered (`Bug.linkMessage`), and what is written to one task of a pair is written
to both. A pair is unequal after its series' task came back from Won't Fix, or where a series with tasks of its own
became the current one. Comments are not in the log, so only a later row or the present confirms the other's status.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from lptrack.model import UNKNOWN
from lptrack.trackers.launchpad.history.calendar import Calendar
from lptrack.trackers.launchpad.history.cells import Cell, Origin, resolve
from lptrack.trackers.launchpad.history.replay import UNPAIRED, Timeline
from lptrack.trackers.launchpad.history.tasks import Life

INCOMPLETE = "Incomplete"
_END = datetime.max.replace(tzinfo=UTC)


def resolve_with_comments(cells: list[Cell], timeline: Timeline, calendar: Calendar) -> None:
    """Give each cell its value (`resolve`), and call unknown what a comment may have changed."""
    resolve(cells)
    if not any(INCOMPLETE in (cell.left, cell.right) for cell in cells if cell.field == "status"):
        return
    pairs = [pair for one in timeline for other in timeline for pair in _overlaps(one, other, timeline, calendar)]
    while _doubt(pairs):  # what was copied from a doubtful value is doubtful too
        resolve(cells)


def _doubt(pairs: list[tuple[Cell, Cell]]) -> bool:
    found = False
    for pair in pairs:
        for one, other in (pair, pair[::-1]):
            if other.value is not UNKNOWN and _may_be_incomplete(one) and not _is_confirmed(other):
                other.unequal = found = True
    return found


def _overlaps(series: Life, generic: Life, timeline: Timeline, calendar: Calendar) -> Iterator[tuple[Cell, Cell]]:
    """The stretches of status in which both were there and may have been an unequal pair."""
    if series is generic:
        return
    targets = [calendar.target(name) for name in _names(series)]
    others = {
        (target.pillar, target.package) for name in _names(generic) if not (target := calendar.target(name)).series
    }
    targets = [target for target in targets if target.series and (target.pillar, target.package) in others]
    if not targets:
        return
    for one, begin, end in _stretches(series, timeline):
        for other, since, until in _stretches(generic, timeline):
            first, last = max(begin, since), min(end, until)
            if (
                first < last
                and one.value != UNPAIRED
                and one.twin is not other
                and any(calendar.may_be_current(target, first, last) for target in targets)
            ):
                yield one, other


def _names(life: Life) -> tuple[str, ...]:
    return life.name, *(name for _, _, name in life.names)


def _stretches(life: Life, timeline: Timeline) -> Iterator[tuple[Cell, datetime, datetime]]:
    cells = timeline[life]["status"]
    ends = (*(cell.at for cell in cells[1:]), life.died_at or _END)
    for cell, end in zip(cells, ends, strict=True):
        yield cell, cell.at, end


def _may_be_incomplete(cell: Cell) -> bool:
    if INCOMPLETE in (cell.value, cell.left, cell.right):
        return True
    return cell.value is UNKNOWN and cell.left is UNKNOWN and cell.right is UNKNOWN


def _is_confirmed(cell: Cell) -> bool:
    """It was this from its beginning to its end, or Incomplete all along."""
    copied = cell.origin is Origin.COPY and cell.source is not None and cell.source.value == cell.value
    begun = copied or (cell.origin is not Origin.PERHAPS and cell.left == cell.value)
    if cell.value == INCOMPLETE:
        return begun
    return cell.right == cell.value and not cell.right_copied
