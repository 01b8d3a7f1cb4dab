"""A team's record of all time, loaded once: the evidence for each of its windows without asking again. Pure.

A report asks the database for two instants. A site shows every window that a team ever had: its rows are loaded
over all time and dealt out to the instants here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lptrack.join.evidence import Evidence
from lptrack.join.model import Endpoint
from lptrack.model import BugKey, Meeting, StatusEvent
from lptrack.storage.rows import Mention, StatusSpan, TaskRow


@dataclass(frozen=True, slots=True)
class TeamRecord:
    """What is on record of one team's meetings and bugs.

    ``evidence`` has nothing of any instant; ``at`` the rows in force at each of the instants that its windows end at.
    """

    evidence: Evidence
    at: Mapping[datetime, tuple[TaskRow, ...]]
    events: Mapping[BugKey, Sequence[StatusEvent]]

    def evidence_of(self, start: Endpoint | None, end: Endpoint) -> Evidence:
        """The evidence of the window, as `load_evidence` would have loaded it for these bugs."""
        if start is None:
            return replace(self.evidence, at={end.at: self.at[end.at]})
        return replace(
            self.evidence,
            at={end.at: self.at[end.at]},
            moved={start.at: tuple(row for row in self.at[start.at] if not row.is_at(end.at))},
            events=_between(self.events, start.at, end.at),
        )


def narrow_evidence(
    whole: Evidence,
    meetings: tuple[Meeting, ...],
    mentions: tuple[Mention, ...],
    bugs: Collection[BugKey],
    beside: Collection[BugKey] = (),
) -> Evidence:
    """The evidence of these meetings and bugs alone. What other teams said of the bugs stays: it tells states.

    ``beside``: bugs of which states may be asked for, though the meetings are not about them.
    """
    spoken, bugs = frozenset(bugs), frozenset((*bugs, *beside))
    return replace(
        whole,
        meetings=meetings,
        mentions=mentions,
        referenced=tuple(sorted(spoken.intersection(whole.referenced))),
        mixed=whole.mixed & bugs,
        without_history=whole.without_history & bugs,
        announced_targets=tuple(each for each in whole.announced_targets if each[0] in bugs),
    )


def build_record(
    evidence: Evidence,
    rows: Sequence[TaskRow],
    spans: Iterable[StatusSpan],
    events: Mapping[BugKey, Sequence[StatusEvent]],
    instants: Iterable[datetime],
) -> TeamRecord:
    """The record for windows between these instants. ``rows`` are the bugs' over all time, by `load_tasks`."""
    moments = sorted(set(instants))
    at: list[list[TaskRow]] = [[] for _ in moments]
    for row in rows:
        begin = row.since if row.bug_since is None else max(row.since, row.bug_since)
        ends = [end for end in (row.until, row.bug_until) if end is not None]
        last = bisect_left(moments, min(ends)) if ends else len(moments)
        for place in range(bisect_left(moments, begin), last):
            at[place].append(row)
    return TeamRecord(
        replace(evidence, of_mixed=tuple(row for row in rows if row.bug in evidence.mixed), spans=tuple(spans)),
        dict(zip(moments, map(tuple, at), strict=True)),
        events,
    )


def _between(
    events: Mapping[BugKey, Sequence[StatusEvent]], after: datetime, until: datetime
) -> dict[BugKey, Sequence[StatusEvent]]:
    found: dict[BugKey, Sequence[StatusEvent]] = {}
    for bug, each in events.items():
        if mine := [event for event in each if after < event.at <= until]:
            found[bug] = mine
    return found
