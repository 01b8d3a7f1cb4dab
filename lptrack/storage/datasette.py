"""What Datasette has to know to show the views well: titles, units, links and the ready queries."""

from __future__ import annotations

from typing import Any, Final

from lptrack.storage.queries import QUERIES

_TIMES: Final = "Times are ISO 8601 in UTC. Unknown is the text `unknown`, none is empty."
_VIEWS: Final = {
    "meetings_view": ("Meetings", "One row a meeting.", ("team", "channel")),
    "mentions": ("Mentions", "One row a line in which a person names a bug.", ("team", "tracker", "kind")),
    "bugs_now": ("Bugs", "One row a bug that a log names or that was read.", ("tracker", "unresolved")),
    "tasks_now": ("Bug tasks now", "One row a bug task, as it stands now.", ("status", "importance", "series")),
    "changes": ("Changes", "One row a change of one field of a task.", ("field", "after", "changed_by")),
    "tasks_at_meetings": (
        "Bug tasks at meetings", "One row a meeting and task, at the meeting's start.", ("team", "status"),
    ),
    "open_by_meeting": ("Open tasks by meeting", "One row a meeting; the numbers are tasks.", ("team",)),
}  # fmt: skip


def build_metadata(name: str) -> dict[str, Any]:
    """Datasette's `metadata.json` for a database file whose stem is ``name``."""
    return {
        "title": "Bugs that our meetings spoke of",
        "description": "Kept by lptrack.",
        "databases": {
            name: {
                "tables": {
                    view: {"title": title, "description": f"{about} {_TIMES}", "facets": list(facets)}
                    for view, (title, about, facets) in _VIEWS.items()
                },
                "queries": {each.name: {"title": each.title, "sql": each.sql} for each in QUERIES},
            }
        },
    }
