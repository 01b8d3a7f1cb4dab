"""The main job: take logs in, ask trackers about every bug that is due, record what they say.

Nothing here prints or exits: the outcome says what happened, and the command line says it to the user. Each log and
each batch of bugs is recorded in a transaction of its own, so that a run killed at any moment has lost only what it
was just doing, and the next run goes on from there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lptrack.errors import NoLogs, TrackerError, UnreadableLog
from lptrack.jobs.known_files import KnownFiles
from lptrack.logs.batch import extract_logs
from lptrack.logs.model import LogResult, LogState
from lptrack.logs.options import Options
from lptrack.logs.sources import Source, find_sources
from lptrack.model import Absence, BugHistory, BugKey, Unresolved
from lptrack.net.settings import Settings
from lptrack.storage.store import Store
from lptrack.trackers import root_of, tracker_named, tracker_names
from lptrack.trackers.interface import FactsRead, Fetched, Tracker, Wanted

BATCH = 25
"""Bugs recorded in one transaction; so many reads are lost, and done again, when a run is killed."""
BATCH_SECONDS = 0.5


@dataclass(slots=True)
class Outcome:
    """What a run did. ``unreachable`` are the bugs whose tracker could not be asked or answered wrongly."""

    logs: list[LogResult] = field(default_factory=list)
    asked: int = 0
    read: int = 0
    moved: int = 0
    not_visible: list[Unresolved] = field(default_factory=list)
    unreachable: list[Unresolved] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)  # of a tracker as a whole, one line each

    @property
    def unreadable(self) -> list[LogResult]:
        """The inputs that were no log."""
        return [log for log in self.logs if log.state is LogState.UNREADABLE]

    @property
    def exit_code(self) -> int:
        """The interface's code for this outcome: 4 before 3."""
        if self.unreachable or self.failures:
            return 4
        return 3 if self.unreadable else 0


def take_in_logs(
    store: Store,
    logs: Iterable[str | Source],
    options: Options,
    *,
    run: int,
    at: datetime,
    fetch: Callable[[str], Source] | None = None,
) -> Iterator[LogResult]:
    """Read each LOG and record it; one result an input, in their order. ``fetch`` reads an `https://` address.

    A file that lies as it lay when it was last read is not read again.
    """
    known = KnownFiles(store, options)
    for extraction in extract_logs(known.iter_unknown(_open_sources(logs, fetch, known)), options):
        yield from known.take_known()
        if isinstance(extraction, UnreadableLog):
            error, empty = extraction, isinstance(extraction, NoLogs)
            yield LogResult(error.source, LogState.UNREADABLE, error.reason, error.hint, is_empty=empty)
            continue
        taken = store.take_in(extraction, at, run=run)
        known.remember(extraction)
        ids = {meeting.id for meeting in extraction.meetings}
        if taken == "unchanged":  # known by another name, perhaps, with ids of its own
            ids |= store.load_log_meetings(digest=extraction.digest)
        yield LogResult(extraction.source, LogState(taken), warnings=extraction.warnings, meetings=tuple(sorted(ids)))
    yield from known.take_known()
    known.save()


def _open_sources(
    logs: Iterable[str | Source], fetch: Callable[[str], Source] | None, known: KnownFiles
) -> Iterator[Source | UnreadableLog]:
    for log in logs:
        if isinstance(log, Source):
            yield log
        elif fetch is not None and log.startswith(("https://", "http://")):
            try:
                yield fetch(log)
            except UnreadableLog as error:
                yield error
        else:
            yield from find_sources([log], known.is_wanted)


def resolve_due(
    store: Store,
    settings: Settings,
    outcome: Outcome,
    *,
    run: int,
    also: Sequence[BugKey] = (),
    ignored: frozenset[BugKey] = frozenset(),
    login: str | None = None,
    left_alone: frozenset[str] = frozenset(),
) -> None:
    """Ask each tracker about its bugs that are due, and record every whole answer. Failures go into ``outcome``.

    What a duplicate's work is stands at its master: that is asked for too, where nobody named it.
    """

    def is_asked(bug: BugKey) -> bool:
        return bug not in ignored and bug.tracker not in left_alone

    masters = store.load_masters() - ignored
    _resolve(store, settings, outcome, {*also, *masters}, is_asked, run=run, login=login)
    named = set(filter(is_asked, store.load_masters() - masters))
    if named:
        _resolve(store, settings, outcome, named, named.__contains__, run=run, login=login)


def _resolve(
    store: Store,
    settings: Settings,
    outcome: Outcome,
    also: Collection[BugKey],
    only: Callable[[BugKey], bool],
    *,
    run: int,
    login: str | None,
) -> None:
    names = tracker_names()
    wanted = store.due(
        settings.max_age,
        refresh=settings.refresh,
        only=lambda bug: bug.tracker in names and only(bug),
        also=also,
        login=login,
    )
    for name in names:
        mine = [each for each in wanted if each.bug.tracker == name]
        if mine:
            outcome.asked += len(mine)
            _resolve_with(tracker_named(name), mine, store, settings, outcome, run=run, login=login)


def _resolve_with(
    tracker: Tracker,
    wanted: Sequence[Wanted],
    store: Store,
    settings: Settings,
    outcome: Outcome,
    *,
    run: int,
    login: str | None,
) -> None:
    recorder = _Recorder(tracker, store, outcome, run, login, root_of(tracker.name, settings))
    try:
        client = tracker.connect(settings)
    except TrackerError as error:
        outcome.failures.append(error.message)
        for each in wanted:
            url = tracker.bug_url(each.bug.number, settings)
            recorder.add(Unresolved(each.bug, url, Absence.UNREACHABLE, error.message))
        recorder.flush()
        return
    try:
        for count, answer in enumerate(client.fetch(wanted), 1):
            settings.say(f"{tracker.title}: {min(count, len(wanted))} of {len(wanted)} bugs")
            recorder.add(answer)
    finally:
        recorder.flush()
        client.close()


class _Recorder:
    """Gathers a tracker's answers and records them a batch at a time, so that no write waits on the network."""

    def __init__(
        self, tracker: Tracker, store: Store, outcome: Outcome, run: int, login: str | None, root: str | None
    ) -> None:
        self.tracker = tracker
        self.store = store
        self.outcome = outcome
        self.run = run
        self.login = login
        self.root = root
        self.facts, _ = store.load_facts(tracker.name)
        self.waiting: list[Fetched | Unresolved] = []
        self.since = time.monotonic()

    def add(self, answer: Fetched | Unresolved | FactsRead) -> None:
        """One answer; facts take effect at once, for the histories that follow."""
        if isinstance(answer, FactsRead):
            self.facts |= answer.facts
            self.store.record_facts(answer.tracker, answer.facts, answer.read_at)
            return
        if not self.waiting:
            self.since = time.monotonic()
        self.waiting.append(answer)
        if len(self.waiting) >= BATCH or time.monotonic() - self.since > BATCH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Record what is waiting, in one transaction."""
        waiting, self.waiting = self.waiting, []
        if not waiting:
            return
        histories = [self._history(answer) for answer in waiting]
        with self.store.transaction():
            for answer, history in zip(waiting, histories, strict=True):
                if isinstance(answer, Unresolved):
                    self._note(answer)
                    self.store.record_unresolved(answer, run=self.run)
                else:
                    self.outcome.read += 1
                    self.outcome.moved += self.store.record(
                        answer, history, run=self.run, login=self.login, root=self.root
                    )

    def _history(self, answer: Fetched | Unresolved) -> BugHistory | None:
        if isinstance(answer, Unresolved):
            return None
        return self.tracker.build_history(answer.observation, answer.entries, self.facts, answer.read_at)

    def _note(self, absent: Unresolved) -> None:
        match absent.reason:
            case Absence.NOT_VISIBLE:
                self.outcome.not_visible.append(absent)
            case Absence.UNREACHABLE:
                self.outcome.unreachable.append(absent)
            case Absence.OFFLINE:
                pass
