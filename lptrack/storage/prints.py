"""What tells whether anything on record of a bug or a meeting has changed: short prints, in a handful of queries.

Two databases that answer alike may differ in a print; two that answer differently never share one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from lptrack.model import BugKey
from lptrack.storage.database import Database
from lptrack.storage.merging import load_repeats

_SIZE: Final = 16  # bytes
_READS: Final = (
    "SELECT tracker, number, observation, url, private, login, read_at, has_history, facts_at, notes FROM bugs",
    "SELECT tracker, number, url, reason, detail FROM unresolved WHERE ended_at IS NULL",
    "SELECT o.tracker, o.number, count(*), max(r.read_at) FROM reads r JOIN observations o ON o.id = r.observation"
    " GROUP BY o.tracker, o.number",
    "SELECT tracker, number, count(*), max(id) FROM log_entries WHERE superseded_at IS NULL GROUP BY tracker, number",
)
_REFERENCES: Final = (
    'SELECT r.id, r.tracker, r.number, r.meeting FROM "references" r'
    " JOIN logs l ON l.id = r.log AND l.superseded_at IS NULL ORDER BY r.at, r.log, r.line, r.id"
)

_MASTERS: Final = (
    "SELECT tracker, number, duplicate_of FROM bug_spans WHERE duplicate_of IS NOT NULL"
    " UNION SELECT tracker, number, CAST(duplicate_of AS TEXT) FROM observations WHERE duplicate_of IS NOT NULL"
    " ORDER BY 1, 2, 3"
)


@dataclass(frozen=True, slots=True)
class Prints:
    """``states``: what the tracker tells of each bug; ``spoken``: every reference to it that counts.

    ``masters``: the bugs that each was ever a duplicate of; ``meetings``: every reference in each, by its id.
    What bots announced is in ``spoken`` and ``meetings``.
    """

    states: Mapping[BugKey, int]
    spoken: Mapping[BugKey, int]
    meetings: Mapping[str, int]
    masters: Mapping[BugKey, tuple[BugKey, ...]]


def load_prints(database: Database) -> Prints:
    """The prints of all bugs and meetings."""
    states: dict[BugKey, int] = {}
    for place, query in enumerate(_READS):
        for tracker, number, *rest in database.load(query):
            bug = BugKey(tracker, number)
            states[bug] = _add(states.get(bug, 0), place, *rest)
    spoken: dict[BugKey, int] = {}
    meetings: dict[str, int] = {}
    repeats = load_repeats(database)
    for identity, tracker, number, meeting in database.load(_REFERENCES):
        if identity in repeats:
            continue
        bug = BugKey(tracker, number)
        spoken[bug] = _add(spoken.get(bug, 0), identity, meeting)
        if meeting is not None:
            meetings[meeting] = _add(meetings.get(meeting, 0), identity, tracker, number)
    masters: dict[BugKey, list[BugKey]] = {}
    for tracker, number, master in database.load(_MASTERS):
        if str(master).isascii() and str(master).isdigit():
            masters.setdefault(BugKey(tracker, number), []).append(BugKey(tracker, int(master)))
    return Prints(states, spoken, meetings, {bug: tuple(each) for bug, each in masters.items()})


def _add(before: int, *values: object) -> int:
    """The print of what came before and these values."""
    text = repr((before, values)).encode("utf-8", "backslashreplace")
    return int.from_bytes(blake2b(text, digest_size=_SIZE).digest())
