"""What a person should look at among the logs: names that may be one, meetings of nobody, copies that differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lptrack.join.teams import Likeness, find_likenesses, unify_names
from lptrack.model import BugKey, Meeting
from lptrack.storage.store import Store


@dataclass(frozen=True, slots=True)
class LogEvidence:
    """What the database knows of the logs in force. ``copies``: meeting → source → the bugs that it names there."""

    meetings: tuple[Meeting, ...]
    copies: Mapping[str, Mapping[str, frozenset[BugKey]]]
    warnings: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Copies of one meeting that name different bugs; all of them count. ``alone``: source → bugs only it names."""

    meeting: str
    alone: Mapping[str, tuple[BugKey, ...]]


@dataclass(frozen=True, slots=True)
class LogDoubts:
    """The logs' part of `lptrack check`. ``nameless``: by channel, the ids of the meetings that are no team's."""

    likenesses: tuple[Likeness, ...]
    nameless: Mapping[str, tuple[str, ...]]
    differences: tuple[Difference, ...]
    warnings: tuple[tuple[str, tuple[str, ...]], ...]


def load_log_evidence(store: Store) -> LogEvidence:
    """The meetings as their logs spell them, their copies, and what the logs say of themselves."""
    with store.snapshot():
        return LogEvidence(store.load_meetings(), store.load_copies(), store.load_warnings())


def build_log_doubts(evidence: LogEvidence, is_settled: Callable[[Meeting], bool]) -> LogDoubts:
    """What the logs leave open. ``is_settled``: the configuration says which team the meeting is of."""
    open_ = tuple(meeting for meeting in evidence.meetings if not is_settled(meeting))
    nameless: dict[str, tuple[str, ...]] = {}
    for meeting in unify_names(evidence.meetings):
        if meeting.is_nobodys and not is_settled(meeting):
            nameless[meeting.channel] = (*nameless.get(meeting.channel, ()), meeting.id)
    differences = []
    for copied, by_source in evidence.copies.items():
        alone = {
            source: tuple(sorted(bugs.difference(*(known for other, known in by_source.items() if other != source))))
            for source, bugs in by_source.items()
        }
        if any(alone.values()):
            differences.append(Difference(copied, {source: bugs for source, bugs in alone.items() if bugs}))
    return LogDoubts(
        find_likenesses(open_),
        nameless,
        tuple(differences),
        evidence.warnings,
    )
