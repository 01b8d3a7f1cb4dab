"""Pairs that are unequal: a comment makes both tasks Incomplete where one of them is, and no row says so. Pure.

A comment marks incomplete tasks as answered (`Bug.linkMessage`), and what is written to one task of a pair is written
to both. A pair is unequal after its series' task came back from Won't Fix, or where a series with tasks of its own
became the current one. Comments are not in the log, so only a later row or the present confirms the other's status.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from lptrack.model import UNKNOWN
from lptrack.trackers.launchpad.history.calendar import Calendar
from lptrack.trackers.launchpad.history.cells import Cell, Origin, resolve, stretches
from lptrack.trackers.launchpad.history.replay import UNPAIRED, Timeline
from lptrack.trackers.launchpad.history.tasks import Life

_INCOMPLETE: Final = "Incomplete"
_END: Final = datetime.max.replace(tzinfo=UTC)


def resolve_with_comments(cells: list[Cell], timeline: Timeline, calendar: Calendar) -> None:
    """Give each cell its value (`resolve`), and call unknown what a comment may have changed."""
    resolve(cells)
    if not any(_INCOMPLETE in (cell.left, cell.right) for cell in cells if cell.field == "status"):
        return
    pairs = [pair for one in timeline for other in timeline for pair in _overlaps(one, other, timeline, calendar)]
    while _doubt(tuple(pairs)):  # what was copied from a doubtful value is doubtful too
        resolve(cells)
    for cell in cells:
        source = cell.source
        if source is not None and source.unequal_from is not None and source.unequal_from <= cell.at:
            cell.sure = UNKNOWN  # what it copied was not sure any more


def _doubt(pairs: Iterable[tuple[Cell, Cell, datetime]]) -> bool:
    found = False
    for series, generic, since in pairs:
        for one, other in ((series, generic), (generic, series)):
            if not _may_be_incomplete(one) or _is_confirmed(other):
                continue
            if other.unequal_from is None and other.value is not UNKNOWN:
                other.sure = other.value if _is_begun(other) or other.right_copied else UNKNOWN
                other.unequal_from, found = since, True
            elif other.unequal_from is not None and since < other.unequal_from:
                other.unequal_from = since
    return found


def _overlaps(
    series: Life, generic: Life, timeline: Timeline, calendar: Calendar
) -> Iterator[tuple[Cell, Cell, datetime]]:
    """The stretches of status in which both were there and may have been an unequal pair, and since when."""
    if series is generic:
        return
    targets = [calendar.target(name) for name in _names(series)]
    others = {
        (target.pillar, target.package) for name in _names(generic) if not (target := calendar.target(name)).series
    }
    targets = [target for target in targets if target.series and (target.pillar, target.package) in others]
    if not targets:
        return
    for one, end in stretches(timeline[series]["status"], series.died_at or _END):
        for other, until in stretches(timeline[generic]["status"], generic.died_at or _END):
            first, last = max(one.at, other.at), min(end, until)
            if (
                first < last
                and one.value != UNPAIRED
                and one.twin is not other
                and any(calendar.may_be_current(target, first, last) for target in targets)
            ):
                yield one, other, first


def _names(life: Life) -> tuple[str, ...]:
    return life.name, *(name for _, _, name in life.names)


def _may_be_incomplete(cell: Cell) -> bool:
    if cell.unequal_from is not None or _INCOMPLETE in (cell.value, cell.left, cell.right):
        return True
    return cell.value is UNKNOWN and cell.left is UNKNOWN and cell.right is UNKNOWN


def _is_confirmed(cell: Cell) -> bool:
    """It was this from its beginning to its end, or Incomplete all along."""
    value = cell.before_unequal
    if value == _INCOMPLETE:
        return _is_begun(cell)
    return cell.right == value and not cell.right_copied


def _is_begun(cell: Cell) -> bool:
    """Is its value what began it?"""
    value = cell.before_unequal
    if cell.origin is Origin.COPY and cell.source is not None:
        return cell.source.value == value
    return cell.origin is not Origin.PERHAPS and cell.left == value
