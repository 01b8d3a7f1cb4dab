"""From the database to a document: what `report`, `status`, `history`, `run` and `ci` show, loaded and judged.

Nothing here uses the network or the clock on the wall: `now` is the newest moment that the database knows of, so the
same database and arguments give the same document.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from lptrack.config.model import Config
from lptrack.errors import UsageError
from lptrack.jobs.misfits import chooses_bugs, say_misfit
from lptrack.jobs.teams import Assignment, Team, say_team
from lptrack.join.bug import build_life, build_lives
from lptrack.join.endpoints import resolve_endpoint, resolve_window, select_meetings
from lptrack.join.evidence import Evidence, load_evidence, load_life_evidence, load_meetings
from lptrack.join.matrix import build_matrix, build_trends
from lptrack.join.model import BugLife, Endpoint, Filters, Tie, Window
from lptrack.join.selection import narrow_to_view, narrows
from lptrack.join.status import asks_for_meetings, build_status
from lptrack.join.window import Scope, build_window
from lptrack.model import BugKey, Meeting
from lptrack.report.arrange import build_report
from lptrack.report.arrange_history import build_history_report
from lptrack.report.arrange_status import build_status as arrange_status
from lptrack.report.checks import build_checks, build_headline, without_strangers
from lptrack.report.counts import count_bugs
from lptrack.report.files import render_report_files, write_files
from lptrack.report.model import (
    Column,
    HistoryReport,
    Page,
    Report,
    ReportOptions,
    SectionKey,
    Standing,
    StatusReport,
)
from lptrack.report.overview import TeamHeadline, render_overview
from lptrack.report.wording import say_count
from lptrack.storage.store import Store
from lptrack.trackers import build_history, find_bug

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""The moment of a database in which nothing was recorded yet."""
HORIZON = 12
"""Meetings that keep a bug in view, where neither an option nor the configuration says otherwise."""
LIVES = 300
"""A page tells the whole lives of so many bugs at most: those that moved first, then those last spoken of."""


def build_scope(config: Config, filters: Filters, team: Team | None = None) -> Scope:
    """The configuration and the filters as the join takes them."""
    return Scope(
        filters=filters,
        team_of=config.team_of,
        series_of=config.series_of,
        track={each.bug: each.reason for each in config.track},
        ignore={each.bug: each.reason for each in config.ignore},
        fold=config.fold,
        team=team,
    )


def build_options(
    config: Config,
    *,
    title: str | None = None,
    sections: Sequence[str] | None = None,
    columns: Sequence[str] | None = None,
) -> ReportOptions:
    """Which sections and columns the page has: as asked for, else as the team wants. Raises `UsageError`."""
    wanted = config.sections if sections is None else sections
    shown = config.columns if columns is None else columns
    return ReportOptions(
        sections=tuple(
            SectionKey if wanted is None else (_choose(SectionKey, "--sections", name) for name in wanted)
        ),
        columns=None if shown is None else tuple(_choose(Column, "--columns", name) for name in shown),
        title=title,
    )


Name = TypeVar("Name", SectionKey, Column)


def _choose(known: type[Name], option: str, name: str) -> Name:
    try:
        return known(name.strip().lower())
    except ValueError:
        names = [str(each) for each in known]
        near = difflib.get_close_matches(name, names, 1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise UsageError(f"{option}: unknown name {name!r}", hint=f"{hint}Choose from: {', '.join(names)}") from None


def load_window(
    store: Store, config: Config, filters: Filters | None = None, *, start: str | None = None, end: str | None = None
) -> Window:
    """What moved between two MEETING arguments (by default `previous` and `last`)."""
    return _load_window(store, config, build_scope(config, filters or Filters()), start, end, across=False)[0]


def _load_window(
    store: Store,
    config: Config,
    scope: Scope,
    start: str | None,
    end: str | None,
    *,
    across: bool,
    later: bool = False,
    base: Evidence | None = None,
) -> tuple[Window, Evidence]:
    """The window, and the evidence that it rests on: both of one moment, whatever is written meanwhile."""
    filters = scope.filters
    with store.snapshot():
        meetings, moment = load_meetings(store) if base is None else (base.meetings, store.load_newest_moment())
        now = moment or NEVER
        first, last = resolve_window(start, end, scope.select(meetings), now, config.team_of)
        if filters.team is None and scope.team is None:
            _check_whose(meetings, (first, last), (start, end), config)
            if filters.channel is None:
                _check_one_team(first, last, config)
        since = None if first is None else first.at
        newest = now if later and last.at < now else None
        evidence = load_evidence(
            store, last.at, since, fold=config.fold, across=across, meetings=meetings, newest=newest, base=base
        )
    window = build_window(evidence, first, last, scope, newest)
    return replace(window, ties=build_ties(evidence)), evidence


def _check_whose(
    meetings: Sequence[Meeting],
    ends: tuple[Endpoint | None, Endpoint],
    words: tuple[str | None, str | None],
    config: Config,
) -> None:
    """Raise `UsageError` where `last` or `previous` is a nameless meeting of a channel that several names share."""
    for endpoint, word in zip(ends, words, strict=True):
        meeting = None if endpoint is None else endpoint.meeting
        if meeting is None or not config.is_nobodys(meeting):
            continue
        if (word or "last").casefold() not in ("last", "previous"):
            continue
        mine = [each for each in meetings if each.channel == meeting.channel and not each.is_nobodys]
        names = list(dict.fromkeys(say_team(config.team_of(each)) for each in mine))
        options = [f'--team "{config.team_of(each)[1]}"' for each in mine]
        raise UsageError(
            f"{meeting.id} has no name, and several teams meet in #{meeting.channel}: {', '.join(names)}",
            hint=f"choose with {' or '.join(dict.fromkeys(options))}, or name the meeting: --to {meeting.id}",
        )


def _check_one_team(first: Endpoint | None, last: Endpoint, config: Config) -> None:
    """Raise `UsageError` where nobody chose a team and the ends are of two: one's day, the other's bugs."""
    if first is None or first.meeting is None or last.meeting is None:
        return
    (channel, name), other = config.team_of(last.meeting), config.team_of(first.meeting)
    if (channel, name) == other:
        return
    mine = f'--team "{name}"' if (name and channel == other[0]) or not channel else f"--channel {channel}"
    raise UsageError(
        f"--from is {first.meeting.id} and --to is {last.meeting.id}: meetings of two teams",
        hint=f"add {mine}, or --team or --channel of the one that you mean",
    )


def build_ties(evidence: Evidence) -> dict[BugKey, tuple[Tie, ...]]:
    """Which bugs follow which across trackers, from both ends."""
    ties: dict[BugKey, list[Tie]] = {}
    for bug, target, words in evidence.watches:
        if (other := find_bug(words)) is not None:
            ties.setdefault(bug, []).append(Tie(other, target, follows=True))
            ties.setdefault(other, []).append(Tie(bug, target, follows=False))
    return {bug: tuple(found) for bug, found in ties.items()}


def load_report(
    store: Store,
    config: Config,
    filters: Filters | None = None,
    *,
    start: str | None = None,
    end: str | None = None,
    team: Team | None = None,
    last: int = 12,
    across: bool = True,
    lives: bool = False,
    arranged: bool = True,
    title: str | None = None,
    full: bool = False,
    horizon: int | None = None,
    sections: Sequence[str] | None = None,
    columns: Sequence[str] | None = None,
    base: Evidence | None = None,
) -> Report:
    """The report between two MEETING arguments, of one ``team`` alone if given.

    ``across`` adds matrix and trends, ``lives`` a timeline a bug.

    ``arranged`` False leaves the page empty but for its headline: for the forms of machines, which write the
    window alone. The page is of what is in view: spoken of in the last ``horizon`` meetings, or moved; ``full``: of
    everything. ``horizon``, ``sections`` and ``columns`` go before the configuration's choice. ``base``: what all
    reports of one snapshot share (`lptrack.join.evidence.load_evidence`).
    """
    scope = build_scope(config, filters or Filters(), team)
    window, evidence = _load_window(store, config, scope, start, end, across=across, later=arranged, base=base)
    shown, older = (window, 0) if full else narrow_to_view(window, horizon or config.horizon or HORIZON)
    in_view = shown if older else None
    options = build_options(config, title=title, sections=sections, columns=columns)
    is_misfit = not window.bugs and chooses_bugs(scope.filters)
    misfit = say_misfit(evidence, window.end, scope.filters) if is_misfit else ""
    if not arranged:
        return Report(Page("", misfit or _say_headline(shown), (), window.end.at), window, in_view=in_view)
    matrix = build_matrix(evidence, shown, last) if across else None
    trends = build_trends(evidence, shown) if across else None
    timelines = _load_lives(store, shown, evidence) if lives else {}
    page = build_report(shown, matrix, trends, options).page
    if window.meetings and misfit:
        page = replace(page, headline=misfit)
    if older:
        page = replace(page, more=(f"{say_count(older, 'older bug')} not in view (--full shows all)",))
    return Report(page, window, matrix, trends, timelines, in_view)


def _say_headline(window: Window) -> str:
    known = without_strangers(window)
    return build_headline(known, build_checks(known), count_bugs(known))


def _load_lives(store: Store, window: Window, evidence: Evidence) -> dict[BugKey, BugLife]:
    moved = dict.fromkeys(change.bug for change in window.changes)
    spoken = sorted(
        (bug for bug, raised in window.raised.items() if raised.last is not None),
        key=lambda bug: (window.raised[bug].last_at or NEVER, bug),
        reverse=True,
    )
    chosen = list(dict.fromkeys((*moved, *spoken)))[:LIVES]
    return build_lives(load_life_evidence(store, chosen, window.end.at, evidence), chosen, window.end, build_history)


def load_status(
    store: Store, config: Config, filters: Filters | None = None, *, at: str | None = None, arranged: bool = True
) -> StatusReport:
    """The state of every tracked bug task at a TIME_OR_MEETING (default: now); ``arranged`` as of `load_report`."""
    filters = filters or Filters()
    with store.snapshot():
        meetings, newest = load_meetings(store)
        selected = select_meetings(meetings, filters, config.team_of)
        end = resolve_endpoint(at or "now", selected, newest or NEVER, team_of=config.team_of)
        evidence = load_evidence(
            store, end.at, spoken=asks_for_meetings(filters), fold=config.fold, meetings=meetings
        )
    status = build_status(evidence, end, build_scope(config, filters))
    unresolved = status.unresolved
    if narrows(filters):  # of a bug without a task that fits, nothing was asked
        fitting = {state.bug for state in status.tasks}
        unresolved = tuple(absent for absent in unresolved if absent.bug in fitting)
    bugs = evidence.bugs
    reads = [bugs[bug].read_at for bug in {state.bug for state in status.tasks} if bug in bugs]
    standing = Standing(
        at=end.at,
        states=status.tasks,
        unresolved=unresolved,
        since=status.since,
        read_at=(min(reads), max(reads)) if reads else None,
        stale={absent.bug: bugs[absent.bug].read_at for absent in unresolved if absent.bug in bugs},
        run=evidence.run,
        filters=filters,
    )
    is_misfit = not (status.tasks or unresolved) and chooses_bugs(filters)
    misfit = say_misfit(evidence, end, filters) if is_misfit else ""
    if not arranged:
        return StatusReport(Page("", misfit, (), end.at), standing)
    report = arrange_status(standing, build_options(config))
    return replace(report, page=replace(report.page, headline=misfit)) if misfit else report


def load_history(store: Store, bugs: Sequence[BugKey]) -> HistoryReport:
    """The lives of the bugs. Raises `UsageError` for one that no log and no read knows."""
    now = store.load_newest_moment() or NEVER
    record = load_life_evidence(store, bugs, now)
    ties = build_ties(record.evidence)
    lives = []
    for bug in bugs:
        life = build_life(record, bug, Endpoint(None, now), build_history)
        if life is None:
            raise UsageError(
                f"{bug.tracker} bug {bug.number} is not in the database",
                hint="no log that was taken in names it; `lptrack status` lists those that are known",
            )
        lives.append(replace(life, ties=ties.get(bug, ())))
    return build_history_report(lives, now)


def load_life(store: Store, bug: BugKey) -> BugLife | None:
    """All that is on record of one bug, its past rebuilt; None where nothing is."""
    now = store.load_newest_moment() or NEVER
    return build_life(load_life_evidence(store, [bug], now), bug, Endpoint(None, now), build_history)


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """One team's report files, and the report's first sentence."""

    name: str
    paths: tuple[Path, ...]
    headline: str


def iter_reports(
    store: Store, config: Config, filters: Filters, assignments: Sequence[Assignment]
) -> Iterator[tuple[Assignment, Report]]:
    """Each team's report; what they share is loaded once. The caller holds the snapshot that all are of."""
    base = load_evidence(store, fold=config.fold, across=True) if len(assignments) > 1 else None
    for each in assignments:
        report = load_report(
            store, config, filters, start=each.start, end=each.end, team=each.team, lives=True, base=base
        )
        yield each, report


def write_reports(
    store: Store, config: Config, out: Path, filters: Filters, assignments: Sequence[Assignment]
) -> tuple[WrittenReport, ...]:
    """Write `report.md`, `.html`, `.csv` and `.json` of each team; of several also the page above them."""
    written = []
    with store.snapshot():
        for each, report in iter_reports(store, config, filters, assignments):
            paths = write_files(out / each.folder, render_report_files(report))
            written.append(WrittenReport(each.name, paths, report.page.headline))
    if len(assignments) > 1:
        paths = write_overview(out, assignments, [report.headline for report in written])
        written.append(WrittenReport("", paths, f"{len(assignments)} teams: {paths[0]} lists them"))
    return tuple(written)


def write_overview(out: Path, assignments: Sequence[Assignment], headlines: Sequence[str]) -> tuple[Path, ...]:
    """Write `index.html` and `index.md`: every team with its headline."""
    teams = [
        TeamHeadline(each.name, each.folder, headline) for each, headline in zip(assignments, headlines, strict=True)
    ]
    return write_files(out, render_overview(teams))
