"""Whether every value is one that lptrack writes: a database or an export from elsewhere is not simply believed.

A reference of the kind `lala` and a meeting at `never` were imported with exit 0, and ended the next report as "a bug
in lptrack".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lptrack.errors import StorageError
from lptrack.model import Absence, EventBasis, ReferenceKind
from lptrack.storage.database import Database
from lptrack.storage.schema import TABLES

_EXACT: Final = ("none", "day", "minute", "second")
_WORDS: Final[tuple[tuple[str, str, Iterable[str]], ...]] = (
    ("references", "kind", tuple(map(str, ReferenceKind))),
    ("references", "exact", _EXACT),
    ("meetings", "start_exact", _EXACT),
    ("unresolved", "reason", tuple(map(str, Absence))),
    ("status_events", "basis", tuple(map(str, EventBasis))),
)
_LISTS: Final = (("meetings", "people"), ("logs", "warnings"), ("observations", "tags"), ("bugs", "notes"))
SHOWN: Final = 5
"""So many rows of one column are named."""


def find_wild_values(database: Database) -> Iterator[str]:
    """One sentence a value that lptrack would not have written; nothing where all are its own."""
    for table, column, words in _WORDS:
        marks = ", ".join("?" * len(tuple(words)))
        condition = f'"{column}" NOT IN ({marks})'
        yield from _find(database, table, column, condition, tuple(words))
    for table in TABLES:
        for (column,) in database.load("SELECT name FROM pragma_table_info(?)", (table,)):
            if column in ("at", "since", "until") or column.endswith("_at"):
                wrong = f'"{column}" IS NOT NULL AND (julianday("{column}") IS NULL OR length("{column}") <> 27)'
                yield from _find(database, table, column, wrong)
            elif column == "number":
                yield from _find(database, table, column, '"number" NOT BETWEEN 1 AND 9999999999')
            elif column == "tracker":
                yield from _find(database, table, column, "tracker = ''")
    for table, column in _LISTS:
        wrong = f'CASE WHEN json_valid("{column}") THEN json_type("{column}") <> \'array\' ELSE 1 END'
        yield from _find(database, table, column, wrong)


def find_wild_value(database: Database) -> str | None:
    """The first of them; None where there is none, or nothing can be asked any more. For what ended in an error."""
    try:
        return next(find_wild_values(database), None)
    except StorageError:
        return None


def _find(database: Database, table: str, column: str, condition: str, values: tuple[str, ...] = ()) -> Iterator[str]:
    rows = database.load(
        f'SELECT DISTINCT "{column}" FROM "{table}" WHERE {condition} LIMIT {SHOWN}',  # noqa: S608 (own names)
        values,
    )
    for (value,) in rows:
        yield f"{table}.{column} holds {str(value)[:60]!r}, which lptrack does not write"
