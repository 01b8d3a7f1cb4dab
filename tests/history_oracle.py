"""An oracle for tests: what a history says that a bug was at an instant, by looking at every span."""

from __future__ import annotations

from datetime import datetime

from lptrack.model import UNKNOWN, BugHistory, Span, TaskLife, TaskSpan, Unknown, Value


def state_at(history: BugHistory, at: datetime) -> tuple[tuple[TaskLife, TaskSpan], ...]:
    """The tasks that existed at that instant, each with its span, in the order of their births."""
    return tuple((life, span) for life in history.lives if (span := span_at(life, at)) is not None)


def span_at(life: TaskLife, at: datetime) -> TaskSpan | None:
    """The life's span at that instant, None before its birth and from its death on."""
    for span in life.spans:
        if span.since <= at and (span.until is None or at < span.until):
            return span
    return None


def title_at(history: BugHistory, at: datetime) -> Value:
    """The bug's title then; before the bug's birth its first one."""
    return _value_at(history.titles, at)


def duplicate_at(history: BugHistory, at: datetime) -> Value:
    """The number of the bug that this one was a duplicate of then, in digits; None: of none."""
    return _value_at(history.duplicates, at)


def tags_at(history: BugHistory, at: datetime) -> tuple[str, ...] | Unknown:
    """The bug's tags then, sorted."""
    found = _value_at(history.tags, at)
    return UNKNOWN if isinstance(found, Unknown) else tuple((found or "").split())


def _value_at(spans: tuple[Span, ...], at: datetime) -> Value:
    for span in reversed(spans):
        if span.since <= at:
            return span.value
    return spans[0].value if spans else UNKNOWN
