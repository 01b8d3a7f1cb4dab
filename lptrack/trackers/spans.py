"""Span arithmetic, for any tracker: pieces of fields laid side by side, and values walked through their changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from lptrack.model import UNKNOWN, Span, Value


class Piece(NamedTuple):
    """From ``at`` on, until the next piece, a field has this value."""

    at: datetime
    value: Value


def merge_pieces(
    columns: Sequence[Sequence[Piece]], until: datetime | None
) -> Iterator[tuple[datetime, datetime | None, tuple[Value, ...]]]:
    """Lay columns of pieces side by side: each stretch in which none changes, with all their values.

    Every column begins at the same instant; of pieces at one instant the last counts. Nothing lasts no time.
    """
    instants = sorted({piece.at for column in columns for piece in column})
    places = [0] * len(columns)
    pending: tuple[datetime, tuple[Value, ...]] | None = None
    for at in instants:
        if until is not None and at >= until:
            break
        for index, column in enumerate(columns):
            while places[index] + 1 < len(column) and column[places[index] + 1].at <= at:
                places[index] += 1
        values = tuple(column[place].value for column, place in zip(columns, places, strict=True))
        if pending is None:
            pending = (at, values)
        elif pending[1] != values:
            yield pending[0], at, pending[1]
            pending = (at, values)
    if pending is not None:
        yield pending[0], until, pending[1]


def value_spans(
    begin: datetime, changes: Iterable[tuple[datetime, Value, Value]], present: Value, read_at: datetime
) -> tuple[Span, ...]:
    """A value's spans from ``begin``: each change says (at, old, new), ``present`` is what it is at ``read_at``.

    Where a change's old value is not the one that the change before it left, the stretch between is UNKNOWN.
    """
    pieces: list[Piece] = []
    at, begun = begin, False
    last: Value = UNKNOWN
    for change_at, old, new in changes:
        pieces.append(Piece(at, old if not begun or last == old else UNKNOWN))
        at, last, begun = change_at, new, True
    pieces.append(Piece(at, present if not begun or last == present else UNKNOWN))
    pieces.append(Piece(max(at, read_at), present))
    return tuple(Span(since, until, values[0]) for since, until, values in merge_pieces([pieces], None))
