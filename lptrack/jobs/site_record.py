"""What the pages of a site rest on, read from the database once, and the documents made from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lptrack.config.model import Config
from lptrack.jobs.teams import group_by_team, say_team
from lptrack.jobs.view import HORIZON, NEVER, build_options, build_scope, build_ties
from lptrack.join.archive import TeamRecord, build_record, narrow_evidence
from lptrack.join.bug import build_lives
from lptrack.join.endpoints import resolve_window, select_meetings
from lptrack.join.evidence import Evidence, load_evidence, load_life_evidence, load_meetings
from lptrack.join.matrix import build_trends
from lptrack.join.model import BugLife, Endpoint, Filters, Tie
from lptrack.join.selection import narrow_to_view
from lptrack.join.status import build_status
from lptrack.join.window import Scope, build_window
from lptrack.model import BugKey, Meeting
from lptrack.report.agenda import Duty, build_agenda
from lptrack.report.arrange import build_report
from lptrack.report.model import Report, ReportOptions, SectionKey, Standing
from lptrack.site.address import name_teams
from lptrack.site.model import MeetingEntry, SiteMap, SiteTeam
from lptrack.site.team_page import TeamDocuments
from lptrack.storage.prints import Prints
from lptrack.storage.rows import Mention
from lptrack.storage.store import Store
from lptrack.trackers import build_history


@dataclass(frozen=True, slots=True)
class SiteRecord:
    """Everything of all teams that is small: who met when, which bugs were named, and what was last read of them.

    ``teams``: those that have a page, by name; ``alone``: meetings that are nobody's, each in a team of its own;
    ``spoken`` and ``bugs_in``: what each meeting named; ``teams_of``: the teams with a page that spoke of a bug.
    """

    config: Config
    evidence: Evidence
    prints: Prints
    now: datetime
    teams: tuple[SiteTeam, ...]
    alone: tuple[SiteTeam, ...]
    spoken: Mapping[str, Sequence[Mention]]
    bugs_in: Mapping[str, tuple[BugKey, ...]]
    teams_of: Mapping[BugKey, tuple[SiteTeam, ...]]
    duties: Mapping[str, tuple[Duty, ...]]
    ties: Mapping[BugKey, tuple[Tie, ...]]
    site: SiteMap
    horizon: int

    @property
    def always(self) -> tuple[BugKey, ...]:
        """The bugs that the configuration tracks always."""
        return tuple(each.bug for each in self.config.track)

    def bugs_of(self, team: SiteTeam) -> frozenset[BugKey]:
        """Every bug that the team's meetings named, and those tracked always."""
        return frozenset((*self.always, *(bug for each in team.meetings for bug in self.bugs_in.get(each.id, ()))))

    def masters_of(self, bugs: Collection[BugKey]) -> frozenset[BugKey]:
        """The bugs that these were ever duplicates of: a duplicate's row tells how its master stands."""
        return frozenset(master for bug in bugs for master in self.prints.masters.get(bug, ()))


def load_site(store: Store, config: Config, filters: Filters, base: str, horizon: int | None) -> SiteRecord:
    """Read what all pages share. The caller holds the snapshot."""
    meetings, moment = load_meetings(store)
    # a run that found nothing new changes no page
    evidence = replace(load_evidence(store, None, fold=config.fold, meetings=meetings), run=None)
    chosen = select_meetings(meetings, filters, config.team_of)
    groups = group_by_team(chosen, config)
    shared = {team: each for team, each in groups.items() if not config.is_nobodys(each[-1])}
    slugs = name_teams(shared)
    teams = [SiteTeam(team, say_team(team), slugs[team], tuple(each)) for team, each in shared.items()]
    teams.sort(key=lambda team: (team.name.casefold(), team.name))
    alone = [SiteTeam(team, "", "", tuple(each)) for team, each in groups.items() if team not in shared]
    spoken: dict[str, list[Mention]] = {}
    for mention in evidence.mentions:
        if mention.meeting is not None:
            spoken.setdefault(mention.meeting, []).append(mention)
    bugs_in = {meeting: tuple(dict.fromkeys(each.bug for each in found)) for meeting, found in spoken.items()}
    teams_of: dict[BugKey, dict[str, SiteTeam]] = {}
    for team in teams:
        for meeting in team.meetings:
            for bug in bugs_in.get(meeting.id, ()):
                teams_of.setdefault(bug, {})[team.slug] = team
    ids = frozenset(meeting.id for meeting in chosen)
    everything = filters.team is None and filters.channel is None
    named = {bug for each in ids for bug in bugs_in.get(each, ())} | (
        set(evidence.referenced) if everything else set()
    )
    bugs = (named | {each.bug for each in config.track}) - {each.bug for each in config.ignore}
    return SiteRecord(
        config=config,
        evidence=evidence,
        prints=store.load_prints(),
        now=moment or NEVER,
        teams=tuple(teams),
        alone=tuple(alone),
        spoken=spoken,
        bugs_in=bugs_in,
        teams_of={bug: tuple(each.values()) for bug, each in teams_of.items()},
        duties={meeting: tuple(Duty(*duty) for duty in each) for meeting, each in store.load_all_duties().items()},
        ties=build_ties(evidence),
        site=SiteMap(
            teams={team.team: team for team in teams},
            meetings=ids,
            bugs=frozenset(bug for bug in bugs if not evidence.is_hidden(bug, ())),
            base=base,
        ),
        horizon=horizon or config.horizon or HORIZON,
    )


class TeamDesk:
    """One team's record, from which its documents are made; loaded when the first page of it must be built."""

    __slots__ = ("_options", "_record", "_scope", "now", "record", "team")

    def __init__(self, store: Store, record: SiteRecord, team: SiteTeam) -> None:
        self.record, self.team = record, team
        self._scope = build_scope(record.config, Filters(), team.team)
        self._options = build_options(record.config)
        bugs = record.bugs_of(team)
        self.now = find_now(record, team, bugs | record.masters_of(bugs))
        self._record = self._load(store, bugs)

    def _load(self, store: Store, bugs: frozenset[BugKey]) -> TeamRecord:
        mentions = tuple(each for meeting in self.team.meetings for each in self.record.spoken.get(meeting.id, ()))
        masters = self.record.masters_of(bugs)
        evidence = narrow_evidence(self.record.evidence, self.team.meetings, mentions, bugs, masters)
        bugs = bugs | masters
        instants = [self.end_of(meeting).at for meeting in self.team.meetings]
        return build_record(
            evidence,
            list(store.load_tasks(bugs)),
            store.load_spans(bugs),
            store.load_events_of(bugs),
            [*instants, self.now],
        )

    def end_of(self, meeting: Meeting) -> Endpoint:
        """The meeting as an end of a window; one that nobody can date is at the newest moment on record."""
        return Endpoint(meeting, meeting.started_at or self.record.now)

    def build_report_to(self, meeting: Meeting, before: Meeting | None) -> Report:
        """The report from the meeting before to this one; the page lists what asks for attention, not all bugs."""
        start = None if before is None else self.end_of(before)
        sections = self._options.sections
        if start is not None:  # a first meeting's bugs are all that there is to tell
            sections = tuple(key for key in sections if key != SectionKey.ALL)
        return self._build(start, self.end_of(meeting), replace(self._options, sections=sections), trends=False)

    def build_documents(self, entries: Sequence[MeetingEntry], last: Report) -> TeamDocuments:
        """What the team's own page is made of. ``last``: the report to its newest meeting."""
        start, end = resolve_window("last", "now", self.team.meetings, self.now, self.record.config.team_of)
        options = replace(self._options, sections=(SectionKey.ALL,))
        since = self._build(start, end, options, trends=True)
        duties = self.record.duties.get(self.team.meetings[-1].id, ())
        return TeamDocuments(
            last=last,
            since=since,
            agenda=build_agenda(since, duties, self.team.name),
            standing=self._build_standing(end),
            meetings=tuple(entries),
        )

    def _build(self, start: Endpoint | None, end: Endpoint, options: ReportOptions, *, trends: bool) -> Report:
        evidence = self._record.evidence_of(start, end)
        window = replace(build_window(evidence, start, end, self._scope), ties=self.record.ties)
        shown, older = narrow_to_view(window, self.record.horizon)
        counted = build_trends(evidence, shown) if trends else None
        page = build_report(shown, None, counted, options).page
        return Report(page, window, None, counted, {}, shown if older else None)

    def _build_standing(self, end: Endpoint) -> Standing:
        evidence = self._record.evidence_of(None, end)
        scope: Scope = replace(self._scope, team=None)
        status = build_status(evidence, end, scope)
        return Standing(at=end.at, states=status.tasks, unresolved=status.unresolved, since=status.since)


def find_now(record: SiteRecord, team: SiteTeam, bugs: Collection[BugKey]) -> datetime:
    """The newest moment that anything of the team's meetings and bugs was recorded.

    Not of the whole database: a team's page must not change because another team has met.
    """
    moments = [NEVER]
    for meeting in team.meetings:
        moments += [at for at in (meeting.started_at, meeting.ended_at) if at is not None]
        if meeting.started_at is None:
            return record.now
    moments += [at for bug in bugs for at in moments_of(record.evidence, bug)]
    return min(max(moments), record.now)


def moments_of(evidence: Evidence, bug: BugKey) -> Iterator[datetime]:
    """When something was read or announced of a bug."""
    row = evidence.bugs.get(bug)
    if row is not None:
        yield row.read_at
    for word in evidence.words.get(bug, ()):
        yield word.at
    for seen in evidence.seen.get(bug, ()):
        yield from seen.reads


def load_lives(store: Store, record: SiteRecord, bugs: Sequence[BugKey]) -> dict[BugKey, BugLife]:
    """The lives of some bugs, up to now."""
    chosen = frozenset(bugs)
    evidence = replace(
        record.evidence,
        at={record.now: tuple(store.load_tasks_at(record.now, bugs=chosen))},
        mixed=record.evidence.mixed & chosen,
        without_history=record.evidence.without_history & chosen,
    )
    lives = build_lives(
        load_life_evidence(store, bugs, record.now, evidence), bugs, Endpoint(None, record.now), build_history
    )
    return {bug: replace(life, ties=record.ties.get(bug, ())) for bug, life in lives.items()}


def find_as_of(record: SiteRecord, life: BugLife) -> datetime:
    """The newest moment that anything of the bug was recorded."""
    spoken = [reference.at for reference in life.references if reference.at is not None]
    return min(max([NEVER, *spoken, *moments_of(record.evidence, life.bug)]), record.now)
