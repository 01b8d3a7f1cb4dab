"""A tracker's own log of a bug, as two databases recorded it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from lptrack.model import BugKey
from lptrack.storage.database import Database
from lptrack.storage.union.side import FOREVER, Record, Side, insert, unite_stretches

_CONTENT: Final = ("at", "person", "what", "old", "new", "message")
_BUG: Final = "tracker = ? AND number = ?"


def unite_entries(
    sides: tuple[Side, Side], result: Database, bug: BugKey, newest: int | None, read_at: str | None
) -> Iterator[str]:
    """Write each entry once; those of the newest read (its side and instant) are in force. Yields what differs."""
    by_position: dict[int, list[Record]] = {}
    in_force: list[dict[int, Record]] = [{}, {}]
    for index, side in enumerate(sides):
        for row in side.load("log_entries", _BUG, bug, "id"):
            by_position.setdefault(row["position"], []).append(row)
            if row["superseded_at"] is None:
                in_force[index][row["position"]] = row
    for position in sorted(by_position):
        versions = _order(by_position[position])
        if newest is not None and read_at is not None:
            _set_in_force(versions, in_force[newest].get(position), read_at)
        insert(result, "log_entries", [{**row, "id": None} for row in versions])
    shared = in_force[0].keys() & in_force[1].keys()
    if any(_content(in_force[0][position]) != _content(in_force[1][position]) for position in shared):
        yield f"{bug.tracker} bug {bug.number}: its log reads differently in the two; the newer read counts"


def _content(row: Record) -> tuple[object, ...]:
    return tuple(row[name] for name in _CONTENT)


def _order(rows: list[Record]) -> list[Record]:
    """What stood at one position over time: never two at once."""
    alike: dict[tuple[object, ...], list[Record]] = {}
    for row in rows:
        alike.setdefault(_content(row), []).append(row)
    versions = [each.row for rows in alike.values() for each in unite_stretches(rows, "recorded_at", "superseded_at")]
    versions.sort(key=lambda row: (row["recorded_at"], row["superseded_at"] or FOREVER, repr(_content(row))))
    for row, following in pairwise(versions):
        row["superseded_at"] = min(row["superseded_at"] or FOREVER, following["recorded_at"])
    return versions


def _set_in_force(versions: list[Record], wanted: Record | None, read_at: str) -> None:
    """The newest read tells what stands at the position now, or that nothing does."""
    last = versions[-1]
    is_open = last["superseded_at"] is None
    if is_open and (wanted is None or _content(last) != _content(wanted)):
        last["superseded_at"] = max(read_at, last["recorded_at"])
        is_open = False
    if wanted is not None and not is_open:
        versions.append({**wanted, "recorded_at": max(read_at, last["superseded_at"])})
