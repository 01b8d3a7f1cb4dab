"""What the database gives to the join: plain rows, already one of each, nothing judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from lptrack.model import BugKey, Observation, ReferenceKind, Value


class Mention(NamedTuple):
    """A reference without its line's text: what counting needs. ``duty`` is the text of an `#action`, else None."""

    bug: BugKey
    kind: ReferenceKind
    meeting: str | None
    speaker: str | None  # the person where known, else the nick
    at: datetime | None
    topic: str | None
    line: int
    source: str
    duty: str | None


class TaskRow(NamedTuple):
    """One task while nothing of it or its bug changes, by the tracker's history.

    ``unknown`` names the fields of task and bug not known.

    ``since`` and ``bug_since``: when this state of the task and of the bug began. ``status_since``: when the status
    became this (None: cannot be known); ``touched_at``: the task's last change. ``doubtful``: a task of which nothing
    tells when it was added, before its first sign: it may not have been there yet.
    """

    bug: BugKey
    task: int
    target: str
    package: str | None
    series: str | None
    status: str | None
    importance: str | None
    assignee: str | None
    milestone: str | None
    unknown: str
    since: datetime
    status_since: datetime | None
    touched_at: datetime | None
    title: str | None
    duplicate_of: str | None
    tags: str | None
    bug_unknown: str
    url: str
    private: bool
    read_at: datetime
    bug_since: datetime | None
    doubtful: bool
    until: datetime | None = None  # told only of rows over all time
    bug_until: datetime | None = None

    def is_at(self, at: datetime) -> bool:
        """Whether the row tells of this instant."""
        return (
            self.since <= at
            and (self.bug_since is None or self.bug_since <= at)
            and (self.until is None or at < self.until)
            and (self.bug_until is None or at < self.bug_until)
        )


class StatusSpan(NamedTuple):
    """One task's status from ``since`` until before ``until``, for sweeping over many instants."""

    bug: BugKey
    task: int
    since: datetime
    until: datetime | None
    status: Value


class TargetSpan(NamedTuple):
    """One task's target, status and importance from ``since`` until before ``until``."""

    since: datetime
    until: datetime | None
    target: str
    status: Value
    importance: Value


@dataclass(frozen=True, slots=True)
class Seen:
    """An observation and the moments of the reads that gave it, oldest first."""

    observation: Observation
    reads: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class BotWord:
    """What a bot announced, and when: the line's instant, else its meeting's start, else when the log was taken in.

    ``until`` is the end of what the log's clock tells: 15:05 is any moment up to 15:06.
    """

    bug: BugKey
    at: datetime
    until: datetime
    target: str | None
    title: str | None
    status: str | None
    importance: str | None
    assignee: str | None
    duplicate: int | None
    meeting: str | None
    source: str
    line: int
    speaker: str | None


class BugRow(NamedTuple):
    """The newest read of a bug, and whether a history stands on it."""

    bug: BugKey
    url: str
    private: bool
    login: str | None
    closed: bool
    read_at: datetime
    has_history: bool
    notes: tuple[str, ...]
