"""One bug's life: its history, every time it was spoken of, what bots said and what reads saw."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from lptrack.join.evidence import LifeEvidence
from lptrack.join.model import BugLife, Endpoint
from lptrack.join.states import build_states
from lptrack.join.states_without_history import build_state
from lptrack.join.states_without_history import observed as observed_draft
from lptrack.model import UNKNOWN, BugHistory, BugKey, LogEntry, Observation, TaskState
from lptrack.storage.rows import Seen

BuildHistory = Callable[[Observation, tuple[LogEntry, ...], Mapping[str, str], datetime], BugHistory | None]
"""A tracker's `build_history`; of several trackers, that of the observation's."""


def build_life(
    record: LifeEvidence, bug: BugKey, end: Endpoint, build_history: BuildHistory | None
) -> BugLife | None:
    """Everything on record of one bug, a private one too; None where neither a log nor a read knows it."""
    return build_lives(record, [bug], end, build_history).get(bug)


def build_lives(
    record: LifeEvidence, bugs: Collection[BugKey], end: Endpoint, build_history: BuildHistory | None
) -> dict[BugKey, BugLife]:
    """The lives of several bugs; those that nothing knows are left out."""
    bugs = list(dict.fromkeys(bugs))
    evidence = record.evidence
    states = build_states(evidence, end, set(bugs).__contains__)
    places = {meeting.id: place for place, meeting in enumerate(evidence.meetings)}
    by_bug: dict[BugKey, list[TaskState]] = {}
    for state in states.tasks.values():
        by_bug.setdefault(state.bug, []).append(state)
    lives = {}
    for bug in bugs:
        references, announcements = record.spoken[bug]
        read = record.known.get(bug)
        if not references and read is None and bug not in evidence.absent:
            continue
        history = None
        if read is not None and build_history is not None and evidence.bugs[bug].has_history:
            history = build_history(read.observation, read.entries, record.facts[bug.tracker], read.read_at)
        title = next((state.title for state in by_bug.get(bug, ())), UNKNOWN)
        if title is UNKNOWN and read is not None and read.observation.title is not None:
            title = read.observation.title
        named = {places[each.meeting] for each in references if each.meeting in places}
        lives[bug] = BugLife(
            bug=bug,
            url=evidence.url(bug),
            title=title,
            history=history,
            states=tuple(by_bug.get(bug, ())),
            references=tuple(references),
            announcements=tuple(announcements),
            meetings={evidence.meetings[place].id: evidence.meetings[place] for place in sorted(named)},
            observed=tuple(pair for each in record.seen.get(bug, ()) for pair in _observed(bug, each)),
            unresolved=evidence.unresolved(bug),
        )
    return lives


def _observed(bug: BugKey, seen: Seen) -> list[tuple[datetime, TaskState]]:
    """What an observation saw, at the first read that saw it."""
    observation = seen.observation
    duplicate = str(observation.duplicate_of) if observation.duplicate_of is not None else None
    title = observation.title if observation.title is not None else UNKNOWN
    at = seen.reads[0]
    return [
        (
            at,
            build_state(
                bug, observed_draft(task, at), observation.url, title, duplicate,
                private=observation.private, tags=observation.tags,
            ),
        )
        for task in observation.tasks
    ]  # fmt: skip
