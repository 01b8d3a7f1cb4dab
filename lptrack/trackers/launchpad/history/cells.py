"""A cell is a stretch of a field in which the log knows of no change: what its two ends say, and what follows.

Its left end is what began it (the task's own row, its partner's, the birth), its right end the `old` of the row that
ended it, or the present. Where both are known and differ, something changed silently within.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final, TypeVar, assert_never

from lptrack.model import UNKNOWN, StateField, Value
from lptrack.trackers.launchpad.history.entries import FieldRow
from lptrack.trackers.launchpad.history.tasks import Life

End = TypeVar("End", bound=datetime | None)


class Origin(Enum):
    """What began a cell, which is how much its left end can be believed."""

    OWN = "own"  # the task's own row
    PARTNER = "partner"  # the conjoined task's row, by the rules shared
    PERHAPS = "perhaps"  # the row of one that may have been conjoined: shared, or nothing happened
    DEFAULT = "default"  # a task added: New, Undecided, nobody, none
    UNSURE = "unsure"  # a task added, perhaps with a bug watch: New or Unknown
    COPY = "copy"  # a new task of the current series takes the generic one's values
    COPY_PERHAPS = "copy perhaps"
    OPEN = "open"  # nothing tells: filed with any values, or not understood


DEFAULTS: Final[dict[StateField, Value]] = {
    "status": "New", "importance": "Undecided", "assignee": None, "milestone": None,
}  # fmt: skip
FADING: Final = frozenset({"assignee", "milestone"})
"""Fields that Launchpad changes behind the log's back: people go and are renamed, milestones too."""


@dataclass(slots=True, eq=False)
class Cell:
    """One stretch. ``ended_by_row`` None: by the present, a deletion, or a partner's row."""

    life: Life
    field: StateField
    at: datetime
    position: int
    origin: Origin
    left: Value = UNKNOWN  # UNKNOWN: it says nothing
    row: FieldRow | None = None
    before: Cell | None = None  # of the same task and field
    source: Cell | None = None  # the generic task's, for a copy
    twin: Cell | None = None  # the partner's cell that holds the same value by the rules
    right: Value = UNKNOWN
    right_copied: bool = False  # a copy tells it: what the value was then, not at the cell's end
    garbled: bool = False  # it ended in a row that could not be understood
    unequal_from: datetime | None = None  # from then on its pair's other one may have made it Incomplete, with no row
    sure: Value = UNKNOWN  # its value up to then
    value: Value = UNKNOWN

    @property
    def before_unequal(self) -> Value:
        """Its value as long as its pair could not make it another."""
        return self.value if self.unequal_from is None else self.sure

    @property
    def surely(self) -> tuple[Value, datetime]:
        """The value with which it began, and since when it is its ``value`` instead."""
        if self.unequal_from is None or self.unequal_from <= self.at or self.sure is UNKNOWN:
            return self.value, self.at
        return self.sure, self.unequal_from


def stretches(cells: Sequence[Cell], end: End) -> Iterator[tuple[Cell, datetime | End]]:
    """The cells of one task and field, each with the moment at which it ended; the last one's is given."""
    return zip(cells, (*(cell.at for cell in cells[1:]), end), strict=True)


def resolve(cells: list[Cell]) -> None:
    """Give each cell its value, or leave it UNKNOWN. ``cells`` are in the order in which they began."""
    for cell in cells:  # a copy tells what was copied
        if cell.source is not None and cell.origin is Origin.COPY and cell.right is not UNKNOWN:
            source = cell.source
            if source.left is UNKNOWN and source.right is UNKNOWN:
                source.right, source.right_copied = cell.right, True
    for cell in cells:
        cell.value = _value(cell) if cell.unequal_from is None else UNKNOWN


def _value(cell: Cell) -> Value:  # noqa: C901
    right = cell.right
    if right is UNKNOWN and cell.twin is not None and cell.field not in FADING:
        right = cell.twin.right
    before = cell.before.value if cell.before is not None else UNKNOWN
    match cell.origin:
        case Origin.OPEN:
            if cell.before is not None and cell.field in FADING:
                return UNKNOWN  # what it ended as need not be what a row that nobody understands made of it
            return right
        case Origin.OWN:
            return _agreed(cell, cell.left, right)
        case Origin.DEFAULT | Origin.UNSURE:
            if right == "Unknown":  # a bug watch's task begins so
                return right
            if cell.origin is Origin.UNSURE and cell.field not in FADING and right is UNKNOWN:
                return UNKNOWN
            return _agreed(cell, cell.left, right)
        case Origin.PARTNER:
            if cell.field not in FADING and right is not UNKNOWN and right == before != cell.left:
                return right  # they were no pair after all
            return _agreed(cell, cell.left, right)
        case Origin.PERHAPS:
            return _either(cell, before, cell.left, right)
        case Origin.COPY:
            assert cell.source is not None
            copied = cell.source.value
            if copied is UNKNOWN:  # nothing is told of it; or it is told to have changed, before or after the copy
                since_filing = cell.source.left is UNKNOWN and cell.source.before is None
                return right if cell.field not in FADING or since_filing else UNKNOWN
            if right is not UNKNOWN and right != copied and cell.field not in FADING:
                return right if right == DEFAULTS[cell.field] else UNKNOWN
            return _agreed(cell, copied, right)
        case Origin.COPY_PERHAPS:
            assert cell.source is not None
            return _either(cell, DEFAULTS[cell.field], cell.source.value, right)
        case _:
            assert_never(cell.origin)


def _agreed(cell: Cell, left: Value, right: Value) -> Value:
    """What both ends say; one end alone where the field cannot have faded meanwhile."""
    if left is UNKNOWN:
        return right
    if right is UNKNOWN:
        return UNKNOWN if cell.garbled or (left is not None and cell.field in FADING) else left
    return left if left == right else UNKNOWN


def _either(cell: Cell, one: Value, other: Value, right: Value) -> Value:
    """One of two values, of which the right end may tell which.

    Not of people: an account merged later into the earlier assignee looks as if that one had stayed.
    """
    if cell.field == "assignee" and one != other:
        return UNKNOWN
    if right is not UNKNOWN:
        if right in (one, other) and not (cell.field in FADING and right is None):
            return right
        return right if one == other == right or (cell.field not in FADING and UNKNOWN in (one, other)) else UNKNOWN
    return _agreed(cell, one, right) if one == other else UNKNOWN
