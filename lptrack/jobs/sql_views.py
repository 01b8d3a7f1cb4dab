"""After a run: what the database's views show is brought up to date."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from lptrack.config.model import Config
from lptrack.join.evidence import load_evidence
from lptrack.join.model import Endpoint
from lptrack.join.states import build_states
from lptrack.model import Meeting
from lptrack.storage.store import Store


def save_views(store: Store, config: Config) -> None:
    """Record each meeting with its team, and the present state of the tasks that no history alone tells."""
    with store.snapshot():
        evidence = load_evidence(store, spoken=False, fold=False)
        now = store.load_newest_moment() or datetime(1970, 1, 1, tzinfo=UTC)
        rows = tuple(store.load_tasks_at(now, bugs=evidence.mixed)) if evidence.mixed else ()
        apart = evidence.mixed | evidence.without_history
        states = build_states(replace(evidence, at={now: rows}), Endpoint(None, now), apart.__contains__)
        hidden = {bug for bug in apart if evidence.is_hidden(bug, ())}
    store.save_shown(
        [(meeting, _name_team(meeting, config)) for meeting in evidence.meetings],
        [state for state in states.tasks.values() if state.bug not in hidden],
    )


def _name_team(meeting: Meeting, config: Config) -> str | None:
    """The configured or told name, else `#channel`; None where the meeting is nobody's."""
    if config.is_nobodys(meeting):
        return None
    channel, name = config.team_of(meeting)
    return name or f"#{channel}"
