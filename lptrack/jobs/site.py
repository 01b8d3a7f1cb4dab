"""`lptrack site`: the folder brought up to what the database knows. Only what rests on news is built again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from lptrack.config.model import Config
from lptrack.jobs.site_files import SiteFolder, hold_folder
from lptrack.jobs.site_record import SiteRecord, TeamDesk, find_as_of, load_lives, load_site
from lptrack.jobs.site_share import MEETING, Made, Share, share_out
from lptrack.join.model import Filters
from lptrack.model import BugKey, Meeting
from lptrack.report.model import Report
from lptrack.site.address import bug_path, meeting_path, team_path
from lptrack.site.bug_page import build_bug
from lptrack.site.list_pages import (
    build_actions,
    build_bug_page,
    build_bug_tables,
    build_index,
    build_shared,
    split_bugs,
)
from lptrack.site.manifest import Entry, Manifest, Unit
from lptrack.site.meeting_page import build_meeting
from lptrack.site.model import BugEntry, Built, MeetingEntry, Neighbours, SiteTeam, TeamEntry
from lptrack.site.prints import TeamPrints, iter_neighbours, print_team, take_print
from lptrack.site.search_page import build_search
from lptrack.site.team_page import build_team
from lptrack.storage.store import Store

CHUNK: Final = 500
"""Bugs whose lives are in memory at once."""


@dataclass(frozen=True, slots=True)
class SiteWish:
    """What was asked for. ``base``: the site's address, ending in `/`, or empty; ``rebuild``: trust no print."""

    out: Path
    filters: Filters = field(default_factory=Filters)
    base: str = ""
    horizon: int | None = None
    rebuild: bool = False


@dataclass(frozen=True, slots=True)
class WrittenSite:
    """How it went: pages there are, files written, left as they were, removed; ``left``: not removed, for changed."""

    teams: int
    meetings: int
    bugs: int
    files: int
    written: int
    removed: int
    left: tuple[str, ...]


def write_site(store: Store, config: Config, wish: SiteWish) -> WrittenSite:
    """Write the pages that differ. Raises `UsageError` before anything is written, `LptrackError` for a full disk."""
    with hold_folder(wish.out), store.snapshot():
        return _write_site(store, config, wish)


def _write_site(store: Store, config: Config, wish: SiteWish) -> WrittenSite:
    folder = SiteFolder(wish.out)
    record = load_site(store, config, wish.filters, wish.base, wish.horizon)
    work = SiteWork(store, record, folder, wish)
    work.prepare()
    share = work.find_stale()
    with share_out(write_share, store.database.path, config, wish, share, work.weigh(share)) as (mine, made):
        work.write(mine)
    for other in made:
        if other.mark == work.mark:
            work.take(other)
    work.write(work.find_stale())  # nothing, unless the other process read something else, or died
    work.order_units()
    work.write_lists()
    folder.finish(Manifest(work.units))
    return WrittenSite(
        teams=len(record.teams),
        meetings=len(record.site.meetings),
        bugs=len(record.site.bugs),
        files=sum(len(unit.files) for unit in work.units.values()),
        written=folder.written,
        removed=folder.removed,
        left=tuple(folder.left),
    )


def write_share(database: Path, config: Config, wish: SiteWish, share: Share) -> Made:
    """A share of the pages, in a process of its own."""
    folder = SiteFolder(wish.out)
    with Store.open(database, read_only=True) as store, store.snapshot():
        work = SiteWork(store, load_site(store, config, wish.filters, wish.base, wish.horizon), folder, wish)
        work.write(share)
    return Made(work.mark, work.units, folder.written, folder.unchanged)


class SiteWork:
    """One bringing up to date: the units of the manifest grow as pages are written or found to be as they were."""

    __slots__ = ("_bugs", "_folder", "_prints", "_rebuild", "_record", "_rest", "_store", "units")

    def __init__(self, store: Store, record: SiteRecord, folder: SiteFolder, wish: SiteWish) -> None:
        self._store, self._record, self._folder, self._rebuild = store, record, folder, wish.rebuild
        self._rest = rest = print_rest(record, wish)
        self._prints = {team.team: self._print_team(team, rest) for team in (*record.teams, *record.alone)}
        self._bugs = {bug: self._print_bug(bug, rest) for bug in sorted(record.site.bugs)}
        self.units: dict[str, Unit] = {}

    @property
    def mark(self) -> str:
        """The print of everything: two processes that have the same read the same."""
        return take_print([*self._prints.values()], [*self._bugs.values()])

    def _print_bug(self, bug: BugKey, rest: str) -> str:
        record = self._record
        teams = [(team.name, team.slug) for team in record.teams_of.get(bug, ())]
        return take_print(rest, bug, _States(record).get(bug), record.prints.spoken.get(bug), teams)

    def _print_team(self, team: SiteTeam, rest: str) -> TeamPrints:
        record = self._record
        undated = [record.now] if any(each.started_at is None for each in team.meetings) else []
        return print_team(
            (rest, team.team, team.name, team.slug, record.config.series_of(team.team), undated),
            team.meetings,
            record.prints.meetings,
            record.bugs_in,
            _States(record),
            record.always,
        )

    def prepare(self) -> None:
        """Make sure that every page may be written where it belongs."""
        record = self._record
        names = [name for meeting in sorted(record.site.meetings) for name in _forms(meeting_path(meeting))]
        names += [name for bug in sorted(record.site.bugs) for name in _forms(bug_path(bug))]
        for team in record.teams:
            names += [*_forms(team_path(team.slug)), f"teams/{team.slug}/feed.atom"]
        self._folder.check_strangers(names)
        self._folder.plan(names)

    # ------------------------------------------------------------------------------------------- what is to be done

    def find_stale(self) -> Share:
        """The teams and bugs of which a page must be built; what is as it would be built is kept."""
        teams = (*self._record.teams, *self._record.alone)
        return Share(
            tuple(team.team for team in teams if not self._is_kept(team)),
            tuple(bug for bug, digest in self._bugs.items() if not self._reuse(_key_of(bug), digest)),
        )

    def _is_kept(self, team: SiteTeam) -> bool:
        kept = [self._reuse(key, digest) for key, digest in self._list_keys(team)]
        return all(kept)

    def _list_keys(self, team: SiteTeam) -> list[tuple[str, str]]:
        """The key and the print of each page of a team; its own page's last."""
        prints = self._prints[team.team]
        keys = [
            (f"meeting:{meeting.id}", digest) for meeting, digest in zip(team.meetings, prints.meetings, strict=True)
        ]
        return [*keys, (f"team:{team.slug}", prints.team)] if team.slug else keys

    def weigh(self, share: Share) -> int:
        """How much work a share is, in bugs' pages."""
        chosen = frozenset(share.teams)
        stale = [
            key
            for team in (*self._record.teams, *self._record.alone)
            if team.team in chosen
            for key, _ in self._list_keys(team)
            if key not in self.units
        ]
        return len(share.bugs) + MEETING * len(stale)

    def write(self, share: Share) -> None:
        """Build the pages of a share: each team's meetings, then its own page; then the bugs."""
        chosen = frozenset(share.teams)
        for team in (*self._record.teams, *self._record.alone):
            if team.team in chosen:
                self._write_team(team)
        for start in range(0, len(share.bugs), CHUNK):
            self._write_bugs(share.bugs[start : start + CHUNK])

    def take(self, made: Made) -> None:
        """Take over what another process made."""
        self.units |= made.units
        self._folder.written += made.written
        self._folder.unchanged += made.unchanged

    def order_units(self) -> None:
        """Bring the units into an order that tells nothing of which page was built when, and by whom."""
        keys = [key for team in (*self._record.teams, *self._record.alone) for key, _ in self._list_keys(team)]
        keys += [_key_of(bug) for bug in self._bugs]
        self.units = {key: self.units[key] for key in keys if key in self.units}

    # ------------------------------------------------------------------------------------------- pages

    def _write_team(self, team: SiteTeam) -> None:
        prints = self._prints[team.team]
        keys = [f"meeting:{meeting.id}" for meeting in team.meetings]
        known = [self._reuse(key, digest) for key, digest in zip(keys, prints.meetings, strict=True)]
        team_key = f"team:{team.slug}"
        if all(known) and (not team.slug or self._reuse(team_key, prints.team)):
            return
        desk = TeamDesk(self._store, self._record, team)
        last: Report | None = None
        steps = zip(iter_neighbours(team.meetings), keys, prints.meetings, known, strict=True)
        for (meeting, beside), key, digest, is_known in steps:
            newest = beside.after is None
            if is_known and not newest:
                continue
            last = desk.build_report_to(meeting, beside.before)
            if not is_known:
                self._save(key, digest, self._build_meeting(last, meeting, team, beside))
        if team.slug and last is not None:
            entries = [entry for key in keys if isinstance(entry := self.units[key].entry, MeetingEntry)]
            documents = desk.build_documents(entries, last)
            self._save(team_key, prints.team, build_team(team, documents, self._record.site))

    def _build_meeting(
        self, report: Report, meeting: Meeting, team: SiteTeam, beside: Neighbours
    ) -> Built[MeetingEntry]:
        duties = self._record.duties.get(meeting.id, ())
        spoken = len(self._record.bugs_in.get(meeting.id, ()))
        return build_meeting(report, meeting, team, beside, duties, spoken, self._record.site)

    def _write_bugs(self, bugs: Sequence[BugKey]) -> None:
        record = self._record
        for bug, life in load_lives(self._store, record, bugs).items():
            built = build_bug(life, find_as_of(record, life), record.teams_of.get(bug, ()), record.site)
            self._save(_key_of(bug), self._bugs[bug], built)

    # ------------------------------------------------------------------------------------------- lists

    def write_lists(self) -> None:
        """The pages above the others: built again where the lines that they are made of differ."""
        stale = {
            (key, digest): build()
            for key, (rests_on, build) in self._plan_lists().items()
            if not self._reuse(key, digest := take_print(self._rest, rests_on))
        }
        names = [name for files in stale.values() for name in files]
        self._folder.check_strangers(names)
        self._folder.plan(names)
        for (key, digest), files in stale.items():
            self.units[key] = Unit(digest, self._folder.put_all(files))

    def _plan_lists(self) -> dict[str, tuple[object, Callable[[], dict[str, bytes]]]]:
        """By its key: what each list rests on, and what builds it."""
        entries = [unit.entry for unit in self.units.values()]
        site = self._record.site
        teams = [entry for entry in entries if isinstance(entry, TeamEntry)]
        meetings = [entry for entry in entries if isinstance(entry, MeetingEntry)]
        bugs = [entry for entry in entries if isinstance(entry, BugEntry)]  # by tracker and number, as all units
        nobodys = {meeting.id for team in self._record.alone for meeting in team.meetings}
        alone = [each for each in meetings if each.id in nobodys]
        linked = [BugKey(each.tracker, each.number) in site.bugs for team in teams for each in team.actions]
        teams_print, bugs_print = take_print(teams), take_print(bugs)
        return {
            "list:style": ("", build_shared),
            "list:index": ((teams_print, alone), partial(build_index, teams, alone)),
            "list:actions": ((teams_print, linked), partial(build_actions, teams, site)),
            "list:bugs": (bugs_print, partial(build_bug_tables, bugs)),
            **{f"list:{page.path}": (page, partial(build_bug_page, page)) for page in split_bugs(bugs)},
            "list:search": ((teams_print, meetings, bugs_print), partial(build_search, teams, meetings, bugs)),
        }

    # ------------------------------------------------------------------------------------------- units

    def _reuse(self, key: str, digest: str) -> bool:
        """Whether the page is as it would be built; then it is kept."""
        if key in self.units:
            return True
        unit = self._folder.found.units.get(key)
        if self._rebuild or unit is None or unit.print != digest or not self._folder.has(unit.files):
            return False
        self.units[key] = unit
        return True

    def _save(self, key: str, digest: str, built: Built[MeetingEntry] | Built[TeamEntry] | Built[BugEntry]) -> None:
        entry: Entry = built.entry
        self.units[key] = Unit(digest, self._folder.put_all(built.files), entry)


class _States(Mapping[BugKey, object]):
    """What tells of each bug's states: its reads, what bots said where no history reaches, which bugs it follows.

    And the same of the bugs that it was ever a duplicate of.
    """

    __slots__ = ("_record",)

    def __init__(self, record: SiteRecord) -> None:
        self._record = record

    def __getitem__(self, bug: BugKey) -> object:
        masters = self._record.prints.masters.get(bug, ())
        return (self._take(bug), *(self._take(master) for master in masters))

    def _take(self, bug: BugKey) -> object:
        record, evidence = self._record, self._record.evidence
        words = evidence.words.get(bug, ())
        names = [evidence.display_names.get((bug.tracker, (word.target or "").casefold())) for word in words]
        return (record.prints.states.get(bug), words, names, record.ties.get(bug), bug in record.site.bugs)

    def __iter__(self) -> Iterator[BugKey]:
        return iter(self._record.prints.states)

    def __len__(self) -> int:
        return len(self._record.prints.states)


def print_rest(record: SiteRecord, wish: SiteWish) -> str:
    """What every page rests on beside its own meetings and bugs: the program and what it was told."""
    from lptrack._version import __version__

    config = record.config
    return take_print(
        __version__, wish.filters, wish.base, record.horizon, config.sections, config.columns, config.fold,
        config.track, config.ignore,
    )  # fmt: skip


def _key_of(bug: BugKey) -> str:
    return f"bug:{bug.tracker}:{bug.number}"


def _forms(path: str) -> Sequence[str]:
    return tuple(f"{path}.{form}" for form in ("html", "json", "csv"))
