"""Whether an activity log is whole: it begins with the bug's creation, is in order, and has no row twice. Pure.

Launchpad writes the row `added bug` as it files a bug, sorts a log by date, and never writes the same change twice:
the second would find it made. What a log of another shape cannot support is unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from lptrack.model import STATE_FIELDS, UNKNOWN, LogEntry, Span
from lptrack.trackers.launchpad.history.entries import OLD_FORMAT_ENDS


@dataclass(frozen=True, slots=True)
class Misfit:
    """Before ``until`` nothing is known of the bug; ``words`` say why."""

    until: datetime
    words: str


def find_misfits(entries: Sequence[LogEntry], read_at: datetime) -> tuple[Misfit, ...]:
    """What does not fit, each with the moment up to which it leaves everything open."""
    found = []
    if not entries or (entries[0].what, (entries[0].message or "")[:9]) != ("bug", "added bug"):
        # tasks that came and went in what is missing leave traces that look like others': nothing can be built on it
        found.append(Misfit(read_at, "the log does not begin with the bug's creation: its past is unknown"))
    for one, other in pairwise(entries):
        if other.at < one.at:
            found.append(Misfit(read_at, "the log's rows are not in order: its past is unknown"))
        elif _is_change(one) and _values(one) == _values(other):
            found.append(Misfit(one.at, f"the log has a row twice: unknown before {one.at:%Y-%m-%d %H:%M} UTC"))
    return tuple(found)


def forget_before(spans: tuple[Span, ...], until: datetime) -> tuple[Span, ...]:
    """The same spans with nothing known before a moment."""
    if not spans or spans[0].since >= until:
        return spans
    later = [
        Span(max(span.since, until), span.until, span.value)
        for span in spans
        if span.until is None or span.until > until
    ]
    return (Span(spans[0].since, until, UNKNOWN), *later)


def _is_change(entry: LogEntry) -> bool:
    """A task's change. In the old format a name may be several tasks', each with a row that looks the same."""
    return entry.old != entry.new and entry.at >= OLD_FORMAT_ENDS and entry.what.rpartition(": ")[2] in STATE_FIELDS


def _values(entry: LogEntry) -> tuple[object, ...]:
    return entry.at, entry.person, entry.what, entry.old, entry.new
