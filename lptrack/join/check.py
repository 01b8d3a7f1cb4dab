"""Where the three witnesses disagree: announcements and older observations, held against the tracker's history.

A log's clock is no better than its minute: a word agrees when the history held it at any moment within. What the
history does not know cannot disagree; it is counted apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

from lptrack.join.evidence import HistoryEvidence
from lptrack.join.model import Agreement, Disagreement, OpenHistory
from lptrack.join.selection import simplify
from lptrack.join.states_without_history import Names
from lptrack.model import BugKey, Unknown, Value, Witness
from lptrack.storage.rows import BugRow, TargetSpan
from lptrack.trackers import bug_url, spell

_Statement = tuple[Disagreement, datetime]
"""What somebody said, not compared yet, and until when it was so."""


def build_agreement(evidence: HistoryEvidence, wanted: Callable[[BugKey], bool] = lambda _bug: True) -> Agreement:
    """Every word of a bot and every read, against the history of its bug."""
    compared = unknown = 0
    found: list[Disagreement] = []
    bugs = {bug: row for bug, row in evidence.bugs.items() if wanted(bug)}
    for each, until in chain(_iter_words(evidence, bugs), _iter_reads(evidence, bugs)):
        values = _values(evidence.spans.get(each.bug, ()), each.target, each.field, each.at, until)
        if values is None:
            unknown += 1
            continue
        compared += 1
        if each.word not in values:
            found.append(replace(each, known=values))
    found.sort(key=lambda each: (each.bug, each.at, each.target, each.field))
    open_ = tuple(
        OpenHistory(bug, row.url or bug_url(bug), row.notes) for bug, row in sorted(bugs.items()) if row.notes
    )
    return Agreement(compared, unknown, tuple(found), open_)


def _iter_words(evidence: HistoryEvidence, bugs: Mapping[BugKey, BugRow]) -> Iterator[_Statement]:
    """What bots said, as far as the histories reach."""
    for word in evidence.words:
        if word.target is None or word.bug not in bugs or word.at > bugs[word.bug].read_at:
            continue
        names = Names(word.bug.tracker, evidence.seen.get(word.bug, ()), evidence.display_names)
        url, target = bugs[word.bug].url or bug_url(word.bug), names.target(word.target)
        for field, printed in (("status", word.status), ("importance", word.importance)):
            value = spell(word.bug.tracker, printed)
            if value is not None:
                place = f"{word.source}:{word.line}"
                yield (
                    Disagreement(
                        word.bug, url, target, field, Witness.ANNOUNCED, word.at, value, (), place, word.meeting
                    ),
                    word.until,
                )  # fmt: skip


def _iter_reads(evidence: HistoryEvidence, bugs: Mapping[BugKey, BugRow]) -> Iterator[_Statement]:
    """What each read was the first to see."""
    for bug, observations in evidence.seen.items():
        for seen in observations if bug in bugs else ():
            for task in seen.observation.tasks:
                for field, value in (("status", task.status), ("importance", task.importance)):
                    if value is not None and seen.reads:
                        at, url = seen.reads[0], bugs[bug].url or bug_url(bug)
                        source = bug.tracker
                        yield Disagreement(bug, url, task.target, field, Witness.OBSERVED, at, value, (), source), at


def _values(
    spans: Sequence[TargetSpan], target: str, field: str, begin: datetime, end: datetime
) -> tuple[str, ...] | None:
    """What the history says of the target within [begin, end]; None where it does not know."""
    values: dict[str, None] = {}
    for span in spans:
        if simplify(span.target) != simplify(target):
            continue
        if span.since <= end and (span.until is None or span.until > begin):
            value: Value = span.status if field == "status" else span.importance
            if isinstance(value, Unknown):
                return None
            if value is not None:
                values[value] = None
    return tuple(values)
