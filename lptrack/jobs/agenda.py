"""The agenda of the coming meeting, loaded: the window since the last one, and the action items that it noted."""

from __future__ import annotations

from lptrack.config.model import Config
from lptrack.jobs.teams import Team, say_team
from lptrack.jobs.view import load_report
from lptrack.join.model import Filters
from lptrack.model import Meeting
from lptrack.report.agenda import Agenda, Duty, build_agenda
from lptrack.storage.store import Store


def load_agenda(store: Store, config: Config, filters: Filters, team: Team | None = None) -> Agenda:
    """The agenda of a team's next meeting. Raises `UsageError` where nobody can tell which team is meant."""
    return load_agenda_since(store, config, filters, team)[0]


def load_agenda_since(
    store: Store, config: Config, filters: Filters, team: Team | None = None
) -> tuple[Agenda, Meeting | None]:
    """The agenda with the meeting since which it tells; None where the team has not met yet."""
    report = load_report(store, config, filters, start="last", end="now", team=team)
    meetings = report.window.meetings
    last = meetings[-1] if meetings else None
    duties = () if last is None else tuple(Duty(*each) for each in store.load_duties(last.id))
    name = "" if last is None else say_team(team or config.team_of(last))
    return build_agenda(report, duties, name), last
