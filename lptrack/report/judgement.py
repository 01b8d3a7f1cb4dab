"""What a difference means: forward, closed, reopened, backwards, raised. Pure, and each tracker by its own words.

A status without a rank (another tracker's, one that Launchpad adds next year) is never called better or worse, only
different.
"""

from __future__ import annotations

from enum import Enum

from lptrack.model import TaskState, Value
from lptrack.trackers import find_status, statuses, words_of


class Move(Enum):
    """What became of a task's status."""

    FORWARD = "forward"
    CLOSED = "closed"
    REOPENED = "reopened"
    BACKWARDS = "backwards"
    SIDEWAYS = "sideways"


def is_closed(tracker: str, status: Value) -> bool:
    """Whether nobody has to do anything any more. An unknown status is not closed."""
    return words_of(tracker).is_closed(status)


def is_fixed(tracker: str, status: Value) -> bool:
    """Whether the fault is mended."""
    return words_of(tracker).is_fixed(status)


def is_open(tracker: str, status: Value) -> bool:
    """Whether the status is known and not closed."""
    return isinstance(status, str) and not is_closed(tracker, status)


def importance_rank(tracker: str, importance: Value) -> int | None:
    """How important, None where that is not decided by any scale known here."""
    return words_of(tracker).importance_rank(importance)


def judge_status(tracker: str, before: str, after: str) -> Move:
    """What a change of status means."""
    words = words_of(tracker)
    was_closed, is_now_closed = words.is_closed(before), words.is_closed(after)
    if was_closed and not is_now_closed:
        return Move.REOPENED
    if is_now_closed:
        # From Fix Released to Invalid nothing was closed.
        was_done = was_closed and (words.is_fixed(before) or not words.is_fixed(after))
        return Move.SIDEWAYS if was_done else Move.CLOSED
    old, new = words.status(before), words.status(after)
    if old is None or new is None or old.rank is None or new.rank is None or old.rank == new.rank:
        return Move.SIDEWAYS
    return Move.FORWARD if new.rank > old.rank else Move.BACKWARDS


def is_importance_raised(tracker: str, before: Value, after: Value) -> bool:
    """Whether a bug became as important as can be: that asks for attention. Any lesser raise is triage."""
    words = words_of(tracker)
    old, new = words.importance_rank(before), words.importance_rank(after)
    most = words.importance_rank(words.importances[-1]) if words.importances else None
    return new is not None and new == most and old is not None and old < new


def failed_verifications(before: TaskState | None, after: TaskState) -> tuple[str, ...]:
    """The tags that came since and say that a fix did not hold (`verification-failed…`)."""
    words = words_of(after.bug.tracker)
    had = set(before.tags) if before is not None else set(after.tags)
    return tuple(tag for tag in after.tags if words.is_failed_verification(tag) and tag not in had)


def order_of_status(status: Value) -> tuple[int, str]:
    """A sort key: the order of a bug's life, then what no list knows, then unknown."""
    known = statuses()
    if not isinstance(status, str):
        return (len(known) + 1, "")
    found = find_status(status)
    return (len(known), status) if found is None else (known.index(found), "")


def order_of_importance(tracker: str, importance: Value) -> int:
    """A sort key, the most important first."""
    rank = importance_rank(tracker, importance)
    return 99 if rank is None else -rank
