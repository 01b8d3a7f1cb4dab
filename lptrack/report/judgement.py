"""What a difference means: forward, closed, reopened, backwards, raised. Pure, and each tracker by its own order.

Launchpad's order of a bug's life is New, Incomplete < Confirmed < Triaged < In Progress < Fix Committed < Fix
Released; Debian's is open < forwarded < pending < fixed < done. A value without a rank (another tracker's, one that
Launchpad adds next year) is never called better or worse, only different.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from lptrack.model import DEBIAN, UNKNOWN, TaskState, Value

LAUNCHPAD_LIFE: Final = {
    "New": 0, "Unconfirmed": 0, "Incomplete": 0, "Needs Info": 0,
    "Confirmed": 1, "Triaged": 2, "In Progress": 3, "Fix Committed": 4, "Fix Released": 5,
}  # fmt: skip
DEBIAN_LIFE: Final = {"open": 0, "forwarded": 1, "pending": 2, "fixed": 3, "done": 4}

# Launchpad's own `is_complete` is true of exactly these (Fix Committed and Deferred are open to it);
# Rejected is what Invalid was called before 2007.
LAUNCHPAD_CLOSED: Final = frozenset(
    {"Fix Released", "Won't Fix", "Invalid", "Opinion", "Expired", "Does Not Exist", "Rejected"}
)
DEBIAN_CLOSED: Final = frozenset({"fixed", "done"})
FIXED: Final = frozenset({"Fix Released", "fixed", "done"})

LAUNCHPAD_IMPORTANCE: Final = {"Undecided": -1, "Wishlist": 0, "Low": 1, "Medium": 2, "High": 3, "Critical": 4}
DEBIAN_IMPORTANCE: Final = {
    "wishlist": 0, "minor": 1, "normal": 2, "important": 3, "serious": 4, "grave": 5, "critical": 6,
}  # fmt: skip

STATUS_ORDER: Final = (
    "New", "Incomplete", "Confirmed", "Triaged", "In Progress", "Fix Committed", "Deferred", "Fix Released",
    "Invalid", "Won't Fix", "Opinion", "Expired", "Does Not Exist",
    "open", "forwarded", "pending", "fixed", "done", "Unknown",
)  # fmt: skip


class Move(Enum):
    """What became of a task's status."""

    FORWARD = "forward"
    CLOSED = "closed"
    REOPENED = "reopened"
    BACKWARDS = "backwards"
    SIDEWAYS = "sideways"


def is_closed(tracker: str, status: Value) -> bool:
    """Whether nobody has to do anything any more. An unknown status is not closed."""
    return status in (DEBIAN_CLOSED if tracker == DEBIAN else LAUNCHPAD_CLOSED)


def is_open(tracker: str, status: Value) -> bool:
    """Whether the status is known and not closed."""
    return isinstance(status, str) and not is_closed(tracker, status)


def status_rank(tracker: str, status: str) -> int | None:
    """How far along its life a status is, None where it stands on no line."""
    return (DEBIAN_LIFE if tracker == DEBIAN else LAUNCHPAD_LIFE).get(status)


def importance_rank(tracker: str, importance: Value) -> int | None:
    """How important, None where that is not decided by any scale known here."""
    if not isinstance(importance, str):
        return None
    return (DEBIAN_IMPORTANCE if tracker == DEBIAN else LAUNCHPAD_IMPORTANCE).get(importance)


def judge_status(tracker: str, before: str, after: str) -> Move:
    """What a change of status means."""
    was_closed, is_now_closed = is_closed(tracker, before), is_closed(tracker, after)
    if was_closed and not is_now_closed:
        return Move.REOPENED
    if is_now_closed:
        was_done = was_closed and (before in FIXED or after not in FIXED)
        return Move.SIDEWAYS if was_done else Move.CLOSED  # from Fix Released to Invalid nothing was closed
    old, new = status_rank(tracker, before), status_rank(tracker, after)
    if old is None or new is None or old == new:
        return Move.SIDEWAYS
    return Move.FORWARD if new > old else Move.BACKWARDS


def is_importance_raised(tracker: str, before: Value, after: Value) -> bool:
    """Whether a bug became worse. From Undecided to a value is a decision, unless it is High or Critical."""
    old, new = importance_rank(tracker, before), importance_rank(tracker, after)
    if old is None or new is None or new <= old:
        return False
    return old >= 0 or new >= LAUNCHPAD_IMPORTANCE["High"]


def failed_verifications(before: TaskState | None, after: TaskState) -> tuple[str, ...]:
    """The `verification-failed…` tags that came since."""
    had = set(before.tags) if before is not None else set(after.tags)
    return tuple(tag for tag in after.tags if tag.startswith("verification-failed") and tag not in had)


def order_of_status(status: Value) -> tuple[int, str]:
    """A sort key: the order of a bug's life, then what no list knows, then unknown."""
    if status is UNKNOWN or status is None:
        return (len(STATUS_ORDER) + 1, "")
    return (STATUS_ORDER.index(status), "") if status in STATUS_ORDER else (len(STATUS_ORDER), str(status))


def order_of_importance(tracker: str, importance: Value) -> int:
    """A sort key, the most important first."""
    rank = importance_rank(tracker, importance)
    return 99 if rank is None else -rank
