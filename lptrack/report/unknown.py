"""Why a value is unknown and what would settle it, in words. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from lptrack.model import UnknownReason
from lptrack.report.wording import say_instant

REASONS: Final = {
    UnknownReason.NO_ROW: "no row of the log tells what it was",
    UnknownReason.SILENT_CHANGE: "it changed without a row: what comes before and after does not agree",
    UnknownReason.SILENT_COPY: "the task began as a copy of another one, and no row tells what it took from it",
    UnknownReason.SHARED_PERHAPS: "a change of another task may have been a change of this one too, and no row tells",
    UnknownReason.NAME_FADED: "people and milestones go and are renamed without a row, and no later row confirms it",
    UnknownReason.NOT_UNDERSTOOD: "a row of the log does not name one task and one value for sure",
    UnknownReason.TASK_UNSURE: "nothing tells that the task was there already, or under that name",
    UnknownReason.TASK_WENT: "the task was removed without a row, and nothing tells when",
    UnknownReason.LOG_NOT_WHOLE: "the log that the tracker gave was not whole",
    UnknownReason.NOT_DECIDED: "the tracker's log does not prove what it was",
    UnknownReason.LOG_REFUSED: "the tracker gave no log, and the first read of the bug is later",
    UnknownReason.NOT_IN_ANSWER: "the newest read up to then does not tell it",
    UnknownReason.NOT_VISIBLE: "the bug is private or missing",
    UnknownReason.UNREACHABLE: "the tracker could not be reached, or answered wrongly",
    UnknownReason.NEVER_ASKED: "the tracker was never asked about the bug",
}

_NOTHING: Final = "no later read of the tracker can tell"
_SERIES: Final = "which series was current then would tell; where that is on record, no later read can"
SETTLED_BY: Final = {
    **dict.fromkeys(UnknownReason, _NOTHING),
    UnknownReason.SILENT_COPY: _SERIES,
    UnknownReason.SHARED_PERHAPS: _SERIES,
    UnknownReason.NOT_DECIDED: "a read or a bot's line from within that time would be taken",
    UnknownReason.NOT_IN_ANSWER: "a read of the bug's log would tell: `lptrack run --refresh`",
    UnknownReason.LOG_NOT_WHOLE: "a whole log would tell: `lptrack run --refresh`",
    UnknownReason.LOG_REFUSED: "the log would tell, once the tracker gives it: `lptrack run --refresh`",
    UnknownReason.NOT_VISIBLE: "a login that may see the bug would tell",
    UnknownReason.UNREACHABLE: "the next run may tell: `lptrack run`",
    UnknownReason.NEVER_ASKED: "a run would tell: `lptrack run`",
}
_WITHOUT_LOG: Final = frozenset({
    UnknownReason.LOG_REFUSED, UnknownReason.NOT_IN_ANSWER, UnknownReason.NOT_VISIBLE, UnknownReason.UNREACHABLE,
    UnknownReason.NEVER_ASKED,
})  # fmt: skip


def say_unknown(reason: UnknownReason, since: datetime, until: datetime | None) -> str:
    """`unknown from 1 Jan 2018 00:00 UTC until 4 Jan 2018 00:00 UTC: why; what would settle it`."""
    begin = "" if reason in _WITHOUT_LOG else f" from {say_instant(since)}"
    end = "" if until is None else f" until {say_instant(until)}"
    return f"unknown{begin}{end}: {REASONS[reason]}; {SETTLED_BY[reason]}"
