"""One bug's life: its history, every time it was spoken of, what bots said and what reads saw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from lptrack.join.interface import BugLife, Endpoint
from lptrack.join.ledger import BugUrl, default_url, load_ledger
from lptrack.join.states import load_states
from lptrack.join.witnesses import build_state
from lptrack.join.witnesses import observed as observed_draft
from lptrack.model import UNKNOWN, BugHistory, BugKey, LogEntry, Observation, TaskState
from lptrack.storage.interface import Seen
from lptrack.storage.store import Store

BuildHistory = Callable[[Observation, tuple[LogEntry, ...], Mapping[str, str], datetime], BugHistory]
"""A tracker's `build_history`."""


def build_life(
    store: Store,
    bug: BugKey,
    end: Endpoint,
    build_history: BuildHistory | None,
    bug_url: BugUrl = default_url,
) -> BugLife | None:
    """Everything on record of one bug, a private one too; None where neither a log nor a read knows it."""
    with store.snapshot():
        ledger = load_ledger(store, bug_url)
        references, announcements = store.load_references(bug)
        known = store.load_known([bug]).get(bug)
        if not references and known is None and bug not in ledger.absent:
            return None
        states = load_states(store, ledger, end, lambda each: each == bug)
        seen = store.load_seen([bug]).get(bug, ())
        meetings = {meeting.id: meeting for meeting in store.load_meetings()}
        facts, _ = store.load_facts(bug.tracker)
    history = None
    row = ledger.bugs.get(bug)
    if known is not None and build_history is not None and row is not None and row.has_history:
        history = build_history(known.observation, known.entries, facts, known.read_at)
    title = next((state.title for state in states.tasks.values()), UNKNOWN)
    if title is UNKNOWN and known is not None and known.observation.title is not None:
        title = known.observation.title
    spoken = {reference.meeting for reference in references}
    return BugLife(
        bug=bug,
        url=ledger.url(bug),
        title=title,
        history=history,
        states=tuple(states.tasks.values()),
        references=tuple(references),
        announcements=tuple(announcements),
        meetings={id_: meeting for id_, meeting in meetings.items() if id_ in spoken},
        observed=tuple((at, state) for each in seen for at, state in _observed(bug, each)),
        unresolved=ledger.unresolved(bug),
    )


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
