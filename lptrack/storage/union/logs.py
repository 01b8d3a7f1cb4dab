"""Logs of two databases: the same bytes are one log, and of one path the newer reading counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lptrack.storage.database import Database
from lptrack.storage.union.side import FOREVER, Record, Side, Stretch, insert, unite_stretches

_UNDATED: Final = re.compile(r"/undated-[0-9a-f]{8}$")


@dataclass(slots=True, eq=False)
class _Log:
    """One log of the result: its row, whose rows it was, and which meetings it tells."""

    row: Record
    origins: list[tuple[int, int]]  # (side, the log's number there), the base first
    paths: set[str]
    meetings: frozenset[str]
    successor: _Log | tuple[int, int] | None

    @property
    def order(self) -> tuple[str, str, str, str]:
        return (self.row["taken_at"], self.row["digest"], self.row["reading"], self.row["path"] or "")

    @property
    def is_undated(self) -> bool:
        return all(map(_UNDATED.search, self.meetings))

    def ends_before(self, at: str) -> bool:
        return (self.row["superseded_at"] or FOREVER) <= at

    def give_way(self, to: _Log, at: str) -> None:
        self.row["superseded_at"], self.successor = max(at, self.row["taken_at"]), to


def unite_logs(sides: tuple[Side, Side], result: Database) -> Iterator[str]:
    """Write every log once, with its meetings and references; yields what the two tell differently."""
    logs = sorted(_load(sides), key=lambda log: log.order)
    yield from _settle(logs)
    numbers = {origin: index for index, log in enumerate(logs, 1) for origin in log.origins}
    places = {id(log): index for index, log in enumerate(logs, 1)}
    for index, log in enumerate(logs, 1):
        successor = log.successor
        by = places[id(successor)] if isinstance(successor, _Log) else numbers.get(successor) if successor else None
        run = sides[log.origins[0][0]].run_of(log.row)
        insert(result, "logs", [{**log.row, "id": index, "run": run, "superseded_by": by}])
    last = 0
    for index, log in enumerate(logs, 1):
        side, number = log.origins[0]
        last = _copy_content(sides[side], number, result, index, last)


def _load(sides: tuple[Side, Side]) -> Iterator[_Log]:
    """Each log once: known by its bytes and what was read in them, wherever it lies."""
    groups: dict[tuple[str, str], list[Record]] = {}
    for index, side in enumerate(sides):
        for row in side.load("logs", order="id"):
            groups.setdefault((row["digest"], row["reading"]), []).append({**row, "side": index})
    for rows in groups.values():
        for stretch in unite_stretches(rows, "taken_at", "superseded_at"):
            yield _build(sides, stretch)


def _build(sides: tuple[Side, Side], stretch: Stretch) -> _Log:
    base = stretch.parts[0]
    ended = next(part for part in stretch.parts if part["superseded_at"] == stretch.row["superseded_at"])
    found = sides[base["side"]].database.load("SELECT id FROM meetings WHERE log = ?", (base["id"],))
    return _Log(
        row={name: value for name, value in stretch.row.items() if name != "side"},
        origins=[(part["side"], part["id"]) for part in stretch.parts],
        paths={part["path"] or part["source"] for part in stretch.parts},
        meetings=frozenset(id_ for (id_,) in found),
        successor=None if ended["superseded_by"] is None else (ended["side"], ended["superseded_by"]),
    )


def _settle(logs: list[_Log]) -> Iterator[str]:
    """Where one side read a path or bytes otherwise than the other: which of the readings is in force."""
    for of_bytes in (True, False):
        groups: dict[str, list[_Log]] = {}
        for log in logs:
            for name in [log.row["digest"]] if of_bytes else sorted(log.paths):
                groups.setdefault(name, []).append(log)
        for name, group in groups.items():
            for place, older in enumerate(group):
                for newer in group[place + 1 :]:
                    if _meet(older, newer) and (of_bytes or _is_one_file(name, older, newer)):
                        kept = _decide(older, newer, of_bytes=of_bytes)
                        yield (
                            f"{kept.row['source'] if of_bytes else name}: the two databases read it differently;"
                            f" the reading of {kept.row['taken_at'][:16]}Z counts"
                        )


def _meet(older: _Log, newer: _Log) -> bool:
    """Whether both are in force when the newer was taken in, and no database knew both."""
    known_to = {side for side, _ in older.origins}
    apart = known_to.isdisjoint(side for side, _ in newer.origins)
    return apart and not older.ends_before(newer.row["taken_at"]) and not newer.ends_before(newer.row["taken_at"])


def _is_one_file(path: str, older: _Log, newer: _Log) -> bool:
    """Two machines may keep different logs at one path; then both stand."""
    return "://" in path or bool(older.meetings & newer.meetings) or (older.is_undated and newer.is_undated)


def _decide(older: _Log, newer: _Log, *, of_bytes: bool) -> _Log:
    """The newer counts, unless it reads the same bytes without knowing their day."""
    if of_bytes and newer.is_undated and not older.is_undated:
        newer.give_way(older, newer.row["taken_at"])
        return older
    older.give_way(newer, newer.row["taken_at"])
    return newer


def _copy_content(side: Side, number: int, result: Database, log: int, last: int) -> int:
    """A log's meetings, references and announcements; the number of the last reference."""
    insert(result, "meetings", [{**row, "log": log} for row in side.load("meetings", "log = ?", (number,), "id")])
    references = side.load("references", "log = ?", (number,), "id")
    ids = {row["id"]: last + place for place, row in enumerate(references, 1)}
    insert(result, "references", [{**row, "id": ids[row["id"]], "log": log} for row in references])
    copied = side.load(
        "announcements", 'reference IN (SELECT id FROM "references" WHERE log = ?)', (number,), "reference"
    )
    insert(result, "announcements", [{**row, "reference": ids[row["reference"]]} for row in copied])
    return last + len(references)
