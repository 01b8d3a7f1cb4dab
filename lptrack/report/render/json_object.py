"""JSON for programs: the interface's objects; a machine judges for itself, so nothing of the page is in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, assert_never

from lptrack.escape import json_text
from lptrack.join.model import BugLife
from lptrack.model import UNKNOWN, Value
from lptrack.report.arrange_history import build_timeline
from lptrack.report.model import Document, HistoryReport, Report, StatusReport
from lptrack.report.records import render_instant, report_json, status_json, task_record
from lptrack.report.render import RenderSettings


def render(document: Document, _settings: RenderSettings) -> str:
    """Write one JSON object."""
    return json_text(build_object(document)) + "\n"


def build_object(document: Document) -> dict[str, Any]:
    """The object as plain dictionaries and lists."""
    match document:
        case Report():
            return report_json(document.window, document.page.headline)
        case StatusReport():
            standing = document.standing
            record = status_json(standing.at, standing.states, standing.unresolved)
            return {**record, "run": standing.run}
        case HistoryReport():
            return {"bugs": [_life(life, document.page.as_of) for life in document.lives]}
        case _:
            assert_never(document)


def _value(value: Value) -> str | None:
    return None if value is UNKNOWN or value is None else str(value)


def _life(life: BugLife, as_of: datetime) -> dict[str, Any]:
    events: list[Mapping[str, Any]] = [
        {
            "at": render_instant(event.at),
            "by": event.by,
            "target": event.target,
            "field": event.field,
            "before": _value(event.before),
            "after": _value(event.after),
            "unknown": [n for n, v in (("before", event.before), ("after", event.after)) if v is UNKNOWN],
            "basis": event.basis.value,
            "note": event.note,
        }
        for event in (life.history.events if life.history is not None else ())
    ]
    return {
        "tracker": life.bug.tracker,
        "number": life.bug.number,
        "url": life.url,
        "title": _value(life.title),
        "tasks": [task_record(state) for state in life.states],
        "events": events,
        "timeline": [
            {
                "at": render_instant(entry.at),
                "exact": entry.exact,
                "kind": entry.moment.value,
                "who": entry.who or None,
                "target": entry.target or None,
                "text": entry.text,
                "meeting": entry.meeting,
                "url": entry.url,
            }
            for entry in build_timeline(life, as_of).entries
        ],
        "reason": life.unresolved.reason.value if life.unresolved is not None else None,
    }
