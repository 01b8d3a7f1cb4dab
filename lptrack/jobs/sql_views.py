"""After a run: what the database's views show is brought up to date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from lptrack.join.evidence import load_evidence
from lptrack.join.model import Endpoint
from lptrack.join.states import build_states
from lptrack.model import Meeting
from lptrack.storage.store import Store

TeamOf = Callable[[Meeting], tuple[str, str | None]]


def save_views(store: Store, team_of: TeamOf) -> None:
    """Record each meeting with its team, and the present state of the tasks that no history alone tells."""
    with store.snapshot():
        evidence = load_evidence(store, spoken=False, fold=False)
        now = store.load_newest_moment() or datetime(1970, 1, 1, tzinfo=UTC)
        rows = tuple(store.load_tasks_at(now, bugs=evidence.mixed)) if evidence.mixed else ()
        apart = evidence.mixed | evidence.without_history
        states = build_states(replace(evidence, at={now: rows}), Endpoint(None, now), apart.__contains__)
        hidden = {bug for bug in apart if evidence.is_hidden(bug, ())}
    store.save_shown(
        [(meeting, _name_team(meeting, team_of)) for meeting in evidence.meetings],
        [state for state in states.tasks.values() if state.bug not in hidden],
    )


def _name_team(meeting: Meeting, team_of: TeamOf) -> str | None:
    """The configured or told name, else `#channel`; None where the meeting is nobody's."""
    channel, name = team_of(meeting)
    if meeting.is_nobodys and (channel, name) == meeting.team:
        return None
    return name or f"#{channel}"
