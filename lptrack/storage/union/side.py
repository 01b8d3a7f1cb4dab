# ruff: noqa: S608 (only the schema's own names are put together; every value is bound)
"""One of the databases that are merged, and rows by their columns' names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from lptrack.storage.database import Database
from lptrack.storage.earlier import load_columns

Record = dict[str, Any]
FOREVER: Final = "~"
"""Sorts after every instant: the end of what is still in force."""


@dataclass(slots=True)
class Side:
    """A database to merge, and what its runs are called in the result."""

    database: Database
    runs: dict[int, int] = field(default_factory=dict)
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def load(self, table: str, condition: str = "1", values: Sequence[object] = (), order: str = "1") -> list[Record]:
        """The rows of a table that fulfil the condition."""
        if table not in self.columns:
            self.columns[table] = load_columns(self.database, table)
        names = self.columns[table]
        listed = ", ".join(f'"{name}"' for name in names)
        rows = self.database.load(f'SELECT {listed} FROM "{table}" WHERE {condition} ORDER BY {order}', values)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def run_of(self, record: Record) -> int | None:
        """The run of a row, by its number in the result."""
        return self.runs.get(record["run"])


def insert(result: Database, table: str, records: Iterable[Mapping[str, Any]]) -> None:
    """Write rows of one table, which all have the same columns."""
    rows = list(records)
    if rows:
        names = ", ".join(f'"{name}"' for name in rows[0])
        marks = ", ".join("?" * len(rows[0]))
        result.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', [tuple(row.values()) for row in rows])


def content_of(record: Record, without: Iterable[str] = ("id", "run", "side", "superseded_by")) -> str:
    """A row's values as text to sort by, without those that each database counts for itself."""
    left = frozenset(without)
    return repr([value for name, value in record.items() if name not in left])


@dataclass(slots=True)
class Stretch:
    """A row of the result, and the rows that it is made of, the one it is a copy of first."""

    row: Record
    parts: list[Record]


def unite_stretches(records: Iterable[Record], begin: str, end: str) -> list[Stretch]:
    """The same thing as two databases held it in force: where their times overlap it is one row.

    It begins with the earlier, and ends with the earlier end: who saw that it was superseded knew more.
    """
    united: list[Stretch] = []
    for record in sorted(records, key=lambda each: (each[begin], each[end] or FOREVER, content_of(each))):
        row = united[-1].row if united else None
        if row is not None and (record[begin] < (row[end] or FOREVER) or record[begin] == row[begin]):
            row[end] = min(row[end], record[end], key=lambda at: at or FOREVER)
            united[-1].parts.append(record)
        else:
            united.append(Stretch(dict(record), [record]))
    return united
