"""Where the three witnesses disagree: announcements and older observations, held against the tracker's history.

A log's clock is no better than its minute: a word agrees when the history held it at any moment within. What the
history does not know cannot disagree; it is counted apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from lptrack.join.evidence import HistoryEvidence
from lptrack.join.model import Agreement, Disagreement
from lptrack.join.selection import simplify
from lptrack.join.states_without_history import Names
from lptrack.model import BugKey, Unknown, Value, Witness
from lptrack.storage.rows import BotWord, Seen, TargetSpan
from lptrack.trackers import bug_url, spell

_Word = tuple[str, str, datetime, datetime, str]  # field, word, from, until, target


def build_agreement(evidence: HistoryEvidence, wanted: Callable[[BugKey], bool] = lambda _bug: True) -> Agreement:  # noqa: C901
    """Every word of a bot and every read, against the history of its bug."""
    bugs = {bug: row for bug, row in evidence.bugs.items() if wanted(bug)}
    compared = unknown = 0
    found: list[Disagreement] = []
    for each in evidence.words:
        if each.bug not in bugs or each.at > bugs[each.bug].read_at:
            continue  # the history does not reach there
        names = Names(each.bug.tracker, evidence.seen.get(each.bug, ()), evidence.display_names)
        for field, word, begin, end, target in _words(each, names):
            values = _values(evidence.spans.get(each.bug, ()), target, field, begin, end)
            if values is None:
                unknown += 1
                continue
            compared += 1
            if word not in values:
                found.append(
                    Disagreement(
                        each.bug, bugs[each.bug].url or bug_url(each.bug), target, field, Witness.ANNOUNCED,
                        each.at, word, values, f"{each.source}:{each.line}", each.meeting,
                    )
                )  # fmt: skip
    for bug, observations in evidence.seen.items():
        if bug not in bugs:
            continue
        for observation in observations:
            for at, target, field, word in _reads(observation):
                values = _values(evidence.spans.get(bug, ()), target, field, at, at)
                if values is None:
                    unknown += 1
                    continue
                compared += 1
                if word not in values:
                    found.append(
                        Disagreement(
                            bug, bugs[bug].url or bug_url(bug), target, field, Witness.OBSERVED, at, word, values,
                            bug.tracker,
                        )
                    )  # fmt: skip
    found.sort(key=lambda each: (each.bug, each.at, each.target, each.field))
    return Agreement(compared, unknown, tuple(found))


def _words(said: BotWord, names: Names) -> Iterator[_Word]:
    if said.target is None:
        return
    target = names.target(said.target)
    for field, printed in (("status", said.status), ("importance", said.importance)):
        word = spell(said.bug.tracker, printed)
        if word is not None:
            yield field, word, said.at, said.until, target


def _reads(seen: Seen) -> Iterator[tuple[datetime, str, str, str]]:
    for read_at in seen.reads[:1]:
        for task in seen.observation.tasks:
            for field, word in (("status", task.status), ("importance", task.importance)):
                if word is not None:
                    yield read_at, task.target, field, word


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
