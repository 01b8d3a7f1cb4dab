"""`status` and `report` as plain data for JSON and CSV: the interface's records, to the letter.

Extra fields stand after the listed ones. Writing (quoting, BOM, formulas made harmless) is the renderers' business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from lptrack.join.model import Endpoint, Raised, Window
from lptrack.model import STATE_FIELDS, UNKNOWN, BugKey, Change, TaskState, Unresolved, Value, Witness
from lptrack.trackers import words_of

Record = dict[str, Any]

STATUS_COLUMNS: Final = (
    "tracker", "number", "url", "title", "target", "package", "series", "status", "importance", "assignee",
    "milestone", "source", "observed_at", "since", "age_days",
)  # fmt: skip
REPORT_COLUMNS: Final = (
    "tracker", "number", "url", "title", "target", "package", "series", "field", "before", "after", "changed_at",
    "changed_by", "importance", "status", "assignee", "milestone", "first_mentioned", "last_mentioned",
    "times_mentioned", "speakers", "from_meeting", "to_meeting",
)  # fmt: skip


@lru_cache(maxsize=1 << 14)
def render_instant(at: datetime | None) -> str | None:
    """`2013-09-11T15:04:18Z`, with a fraction only where there is one; None stays None."""
    if at is None:
        return None
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def status_json(at: datetime, tasks: Iterable[TaskState], unresolved: Iterable[Unresolved]) -> Record:
    """`status --format json`."""
    return {
        "at": render_instant(at),
        "tasks": [task_record(task) for task in tasks],
        "unresolved": [unresolved_record(absent) for absent in unresolved],
    }


def status_csv_rows(
    tasks: Iterable[TaskState], since: Mapping[tuple[BugKey, str], datetime | None], at: datetime
) -> list[tuple[str | int | None, ...]]:
    """`status --format csv`: the rows of `STATUS_COLUMNS`; None is empty.

    ``since``: when each task's status began, where that is known; `age_days` whole days from then to ``at``.
    """
    rows: list[tuple[str | int | None, ...]] = []
    for state in tasks:
        began = since.get((state.bug, state.task))
        rows.append(
            (
                state.bug.tracker, state.bug.number, state.url, _cell(state.title), state.target, state.package,
                state.series, *(_cell(state.value(name)) for name in STATE_FIELDS), str(state.known_by),
                render_instant(state.observed_at), render_instant(began),
                None if began is None else max((at - began).days, 0),
            )
        )  # fmt: skip
    return rows


def report_json(window: Window, headline: str) -> Record:
    """`report --format json`; ``headline`` as the page has it."""
    return {
        "headline": headline,
        "from": None if window.start is None else endpoint_record(window.start),
        "to": endpoint_record(window.end),
        "changes": [change_record(change) for change in window.changes],
        "new": [task_record(state) for state in window.new],
        "unchanged": [
            {**task_record(still.state), "flap": still.flap, "uncertain": list(still.uncertain)}
            for still in window.unchanged
        ],
        "unresolved": [unresolved_record(absent) for absent in window.unresolved],
        "run": window.run,
    }


def report_csv_rows(window: Window) -> list[tuple[str | int | None, ...]]:
    """`report --format csv`: the rows of `REPORT_COLUMNS`, one a change. A removed task has no state at the end."""
    first = window.start.meeting.id if window.start is not None and window.start.meeting is not None else None
    last = window.end.meeting.id if window.end.meeting is not None else None
    silent = Raised(None, None, 0, (), ())
    rows: list[tuple[str | int | None, ...]] = []
    for change in window.changes:
        key = (change.bug, change.task)
        state = window.after.get(key)
        raised = window.raised.get(change.bug, silent)
        values = {name: None if state is None else state.value(name) for name in STATE_FIELDS}
        rows.append(
            (
                change.bug.tracker, change.bug.number, change.url, _cell(change.title), change.target, change.package,
                change.series, change.field, change.before, change.after, render_instant(change.changed_at),
                change.changed_by, _cell(values["importance"]), _cell(values["status"]), _cell(values["assignee"]),
                _cell(values["milestone"]), raised.first, raised.last, raised.times, "; ".join(raised.speakers),
                first, last,
            )
        )  # fmt: skip
    return rows


def endpoint_record(endpoint: Endpoint) -> Record:
    """One end of a window; `meeting` is null for a bare instant."""
    return {
        "meeting": endpoint.meeting.id if endpoint.meeting is not None else None,
        "at": render_instant(endpoint.at),
    }


def task_record(state: TaskState) -> Record:
    """TASK. What is unknown is null, and named in `unknown`."""
    return {
        "tracker": state.bug.tracker,
        "number": state.bug.number,
        "url": state.url,
        "title": _null(state.title),
        "target": state.target,
        "package": state.package,
        "series": state.series,
        "status": _null(state.status),
        "importance": _null(state.importance),
        "assignee": _null(state.assignee),
        "milestone": _null(state.milestone),
        "unknown": _unknown(state),
        "duplicate_of": _number(state.duplicate_of),
        "source": str(state.known_by),
        "observed_at": render_instant(state.observed_at),
        "folded": state.folded,
        "tags": list(state.tags),
        "verification": _verification(state),
    }


def _verification(state: TaskState) -> str | None:
    """The stable-release verification of the task's series by the bug's tags: `needed`, `done` or `failed`."""
    if not state.tags or state.series is None:
        return None
    verdicts = words_of(state.bug.tracker).verifications(state.tags)
    return verdicts.get(state.series) or verdicts.get("")


def change_record(change: Change) -> Record:
    """CHANGE. When and by whom are told by a history only."""
    by_history = change.known_by is Witness.HISTORY
    return {
        "tracker": change.bug.tracker,
        "number": change.bug.number,
        "url": change.url,
        "title": _null(change.title),
        "target": change.target,
        "package": change.package,
        "series": change.series,
        "field": change.field,
        "before": change.before,
        "after": change.after,
        "changed_at": render_instant(change.changed_at) if by_history else None,
        "changed_by": change.changed_by if by_history else None,
        "source": str(change.known_by),
    }


def unresolved_record(absent: Unresolved) -> Record:
    """A bug without a fresh state, and why."""
    return {
        "tracker": absent.bug.tracker,
        "number": absent.bug.number,
        "url": absent.url,
        "reason": str(absent.reason),
        "detail": absent.detail,
    }


def _unknown(state: TaskState) -> list[str]:
    fields: tuple[tuple[str, Value], ...] = (
        ("title", state.title), ("status", state.status), ("importance", state.importance),
        ("assignee", state.assignee), ("milestone", state.milestone), ("duplicate_of", state.duplicate_of),
    )  # fmt: skip
    return [name for name, value in fields if value is UNKNOWN]


def _null(value: Value) -> str | None:
    return None if value is UNKNOWN else value


def _cell(value: Value) -> str | None:
    return "unknown" if value is UNKNOWN else value


def _number(value: Value) -> int | str | None:
    """A duplicate's master: a number where it is one."""
    if value is UNKNOWN or value is None:
        return None
    return int(value) if value.isascii() and value.isdigit() else value
