"""Why values of a task are unknown: of each stretch that the replay left open, what left it so. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from lptrack.model import STATE_FIELDS, UNKNOWN, Gap, StateField, UnknownReason
from lptrack.trackers.launchpad.history.cells import FADING, Cell, Origin, stretches
from lptrack.trackers.launchpad.history.tasks import Life

_BY_ORIGIN = {
    Origin.PERHAPS: UnknownReason.SHARED_PERHAPS,
    Origin.COPY: UnknownReason.SILENT_COPY,
    Origin.COPY_PERHAPS: UnknownReason.SILENT_COPY,
    Origin.UNSURE: UnknownReason.NO_ROW,
    Origin.OPEN: UnknownReason.NO_ROW,
}


def build_gaps(
    life: Life, fields: Mapping[StateField, Sequence[Cell]], begin: datetime, whole_from: datetime | None
) -> tuple[Gap, ...]:
    """The gaps of a task's fields. What holds for all of it comes first: it is the first that fits that counts."""
    found: list[Gap] = []
    for field in STATE_FIELDS:
        if whole_from is not None:
            found.append(Gap(field, begin, whole_from, UnknownReason.LOG_NOT_WHOLE))
        if life.doubtful_until is not None:
            found.append(Gap(field, begin, life.doubtful_until, UnknownReason.TASK_UNSURE))
        if life.unsure_from is not None:
            found.append(Gap(field, life.unsure_from, life.died_at, UnknownReason.TASK_WENT))
        found += [
            Gap(field, cell.surely[1], until, _find_reason(cell))
            for cell, until in stretches(fields[field], life.died_at)
            if cell.value is UNKNOWN
        ]
    return tuple(found)


def build_shadow_gaps(since: datetime, until: datetime) -> tuple[Gap, ...]:
    """Of a name that a task may have had, or never."""
    return tuple(Gap(field, since, until, UnknownReason.TASK_UNSURE) for field in STATE_FIELDS)


def _find_reason(cell: Cell) -> UnknownReason:
    if cell.unequal_from is not None:
        return UnknownReason.SHARED_PERHAPS
    if cell.garbled:
        return UnknownReason.NOT_UNDERSTOOD
    if cell.origin is Origin.OPEN and cell.before is not None:
        return UnknownReason.NOT_UNDERSTOOD  # what began it is a row that nobody understands
    if cell.origin in _BY_ORIGIN:
        return _BY_ORIGIN[cell.origin]
    return UnknownReason.NAME_FADED if cell.field in FADING else UnknownReason.SILENT_CHANGE
