# ruff: noqa: S608 (only the schema's own names are put together; every value is bound)
"""The views as typed rows, for files and data frames: times as instants in UTC, numbers whole, the rest as text."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

from lptrack.model import BugKey
from lptrack.storage.database import Database, Row
from lptrack.storage.times import parse_time_or_none
from lptrack.storage.views_schema import VIEWS

Kind = Literal["text", "number", "time"]
_NUMBERS: Final = frozenset({"number", "line", "mentions", "bugs", "meetings", "open", "closed", "unknown"})
_ORDERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "meetings_view": "started_at, meeting",
        "mentions": "at, source, line, tracker, number",
        "bugs_now": "tracker, number",
        "tasks_now": "tracker, number, target",
        "changes": "changed_at, tracker, number, target, field",
        "tasks_at_meetings": "started_at, meeting, tracker, number, target",
        "open_by_meeting": "started_at, meeting",
    }
)
OF_READS: Final = frozenset({"bugs_now", "tasks_now", "changes", "tasks_at_meetings"})
"""Views that tell what a read of a tracker saw: an export leaves out of them what a login saw."""


def load_kinds(database: Database, view: str) -> dict[str, Kind]:
    """The columns of a view in their order, and what is in each."""
    assert view in VIEWS
    names = [name for (name,) in database.load("SELECT name FROM pragma_table_info(?) ORDER BY cid", (view,))]
    return {name: _kind_of(name) for name in names}


def _kind_of(column: str) -> Kind:
    if column == "at" or column.endswith("_at") or column == "status_since":
        return "time"
    return "number" if column in _NUMBERS else "text"


def load_rows(database: Database, view: str, without: Collection[BugKey] = ()) -> Iterator[Row]:
    """The rows of a view in an order that does not vary, times parsed; without these bugs where it tells of reads."""
    kinds = load_kinds(database, view)
    names = list(kinds)
    times = [place for place, name in enumerate(names) if kinds[name] == "time"]
    hidden = frozenset(without) if view in OF_READS else frozenset()
    bug = slice(names.index("tracker"), names.index("number") + 1) if hidden else slice(0)
    for row in database.execute(f"SELECT * FROM {view} ORDER BY {_ORDERS[view]}"):
        if hidden and BugKey(*row[bug]) in hidden:
            continue
        values: list[Any] = list(row)
        for place in times:
            values[place] = parse_time_or_none(values[place])
        yield tuple(values)
