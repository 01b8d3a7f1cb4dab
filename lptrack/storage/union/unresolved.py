"""Bugs that could not be had, as if one database had asked every time that the two did."""

from __future__ import annotations

from lptrack.model import Absence, BugKey
from lptrack.storage.database import Database
from lptrack.storage.union.side import Record, Side, insert


def unite_unresolved(sides: tuple[Side, Side], result: Database, bug: BugKey, reads: list[str]) -> None:
    """Write the stretches in which the bug could not be had; a read ends one, another reason begins the next."""
    asked: list[tuple[str, str, str, Record]] = []
    ends = set(reads)
    for side in sides:
        for row in side.load("unresolved", "tracker = ? AND number = ?", bug, "id"):
            row["run"] = side.run_of(row)
            ends.update(at for at in [row["ended_at"]] if at is not None)
            asked += [(at, row["reason"], row["detail"], row) for at in (row["asked_at"], row["last_asked_at"])]
    asked.sort(key=lambda each: (*each[:3], each[3]["url"], each[3]["run"] or 0))
    found: list[Record] = []
    for at, reason, detail, row in asked:
        last = found[-1] if found else None
        if last is not None and (end := _first_end(ends, last, at)) is not None:
            last["ended_at"] = end
        if last is not None and last["ended_at"] is None:
            if reason == Absence.OFFLINE and last["reason"] == Absence.NOT_VISIBLE:
                continue  # not having asked tells nothing about the answer
            if (last["reason"], last["detail"]) == (reason, detail):
                last["last_asked_at"] = at
                continue
            last["ended_at"] = at
        found.append({**row, "id": None, "asked_at": at, "last_asked_at": at, "ended_at": None})
    if found and found[-1]["ended_at"] is None:
        found[-1]["ended_at"] = _first_end(ends, found[-1], None)
    insert(result, "unresolved", found)


def _first_end(ends: set[str], row: Record, until: str | None) -> str | None:
    """When an answer came after the last time that this row was asked, and before the next time."""
    since = row["last_asked_at"]
    return min((at for at in ends if at > since and (until is None or at <= until)), default=None)
