"""The database as its callers see it: open, take in, record, ask what is due, load for the join."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from lptrack._version import __version__
from lptrack.errors import StorageError
from lptrack.logs.model import Extraction, Stamp
from lptrack.model import Announcement, BugHistory, BugKey, Meeting, Reference, StatusEvent, TaskState, Unresolved
from lptrack.net.settings import Budget
from lptrack.sources.interface import Mark
from lptrack.storage import (
    deliveries,
    due,
    fetched,
    files,
    health,
    intake,
    lock,
    merging,
    portable,
    prints,
    reading,
    recording,
    roots,
    spans,
    tables,
    views,
)
from lptrack.storage.database import Database, Row, open_database
from lptrack.storage.deliveries import Delivery, Place
from lptrack.storage.earlier import BuildHistory, load_earlier, rebuild_derived
from lptrack.storage.files import KnownFile
from lptrack.storage.intake import TakenIn
from lptrack.storage.rows import BotWord, BugRow, Mention, Seen, StatusSpan, TargetSpan, TaskRow
from lptrack.storage.times import parse_time, render_time
from lptrack.storage.union.merge import Incoming, Merged, merge
from lptrack.storage.values import find_wild_value
from lptrack.trackers.interface import Facts, Fetched, Known, Wanted

WAIT: Final = 30.0
"""Seconds that a run waits for another one on the same database, unless `--wait` says otherwise."""


def tell_time() -> datetime:
    """The clock on the wall, aware."""
    return datetime.now(UTC)


class Store:
    """One open database. Every method that writes is one transaction, or part of the caller's `transaction()`."""

    __slots__ = ("clock", "database")

    def __init__(self, database: Database, clock: Callable[[], datetime] = tell_time) -> None:
        self.database = database
        self.clock = clock

    @staticmethod
    @contextmanager
    def open(
        path: Path | str, *, wait: float = WAIT, read_only: bool = False, clock: Callable[[], datetime] = tell_time
    ) -> Iterator[Store]:
        """Open the database, made or migrated as needed. Raises `StorageError`. `:memory:` is one of its own."""
        database = open_database(path, wait=wait, read_only=read_only)
        try:
            yield Store(database, clock)
        except (ValueError, KeyError, TypeError) as error:
            wild = find_wild_value(database)
            database.abandon()
            if wild is None:
                raise
            raise StorageError(
                f"{database.path}: {wild}", hint="`lptrack db check` lists such values; take a backup's file"
            ) from error
        except BaseException:
            database.abandon()  # what failed is the news, not that the disk is still full
            raise
        database.close()

    def transaction(self) -> AbstractContextManager[None]:
        """Several writes as one: all or nothing."""
        return self.database.transaction()

    def snapshot(self) -> AbstractContextManager[None]:
        """Several loads of one moment."""
        return self.database.snapshot()

    @contextmanager
    def as_known_at(self, at: datetime, build_history: BuildHistory) -> Iterator[Store]:
        """A store in memory with what was recorded by then: the same questions, the answers of that day."""
        earlier = load_earlier(self.database, at, build_history)
        try:
            yield Store(earlier, lambda: at)
        finally:
            earlier.close()

    # ------------------------------------------------------------------------------------------------ runs

    def begin_run(self, command: str) -> int:
        """A row for this run; its number is what reports name."""
        with self.transaction():
            identity = self.database.execute(
                "INSERT INTO runs (command, version, started_at) VALUES (?, ?, ?)",
                (command, __version__, render_time(self.clock())),
            ).lastrowid
        assert identity is not None
        return identity

    def end_run(self, run: int, exit_code: int, budget: Budget) -> None:
        """How the run ended and what it spent."""
        with self.transaction():
            self.database.execute(
                "UPDATE runs SET finished_at = ?, exit_code = ?, requests = ?, cached = ?, revalidated = ?,"
                " bytes = ?, retries = ?, waited = ? WHERE id = ?",
                (
                    render_time(self.clock()), exit_code, budget.requests, budget.cached, budget.revalidated,
                    budget.bytes, budget.retries, budget.waited, run,
                ),
            )  # fmt: skip

    def save_shown(self, meetings: Iterable[tuple[Meeting, str | None]], tasks: Iterable[TaskState]) -> None:
        """Replace what the views show: each meeting with its team, and the tasks without a history of their own."""
        views.save_shown(self.database, meetings, tasks)

    def load_run(self) -> str | None:
        """The newest run, in words for a report's foot: `run 12 of 2018-04-30 16:02 UTC`, and what is left out."""
        row = self.database.load_one("SELECT id, started_at FROM runs ORDER BY id DESC LIMIT 1")
        if row is None:
            return None
        others = "".join(f"; what {root} told of {tracker} is left out" for tracker, root in self.load_left_out())
        return f"run {row[0]} of {parse_time(row[1]):%Y-%m-%d %H:%M} UTC{others}"

    # ------------------------------------------------------------------------------------------------ writing

    def take_in(self, extraction: Extraction, at: datetime | None = None, *, run: int | None = None) -> TakenIn:
        """Record a log's reading: `new`, `changed`, or `unchanged` (then nothing is written)."""
        return intake.take_in(self.database, extraction, at or self.clock(), run)

    def load_files(self, reader: str) -> dict[str, KnownFile]:
        """By its path each file that this reader has read and whose log is in force."""
        return files.load_files(self.database, reader)

    def save_files(self, reader: str, read: Iterable[tuple[str, Stamp, str]]) -> None:
        """These files (path, how each lay before, the digest of its bytes) were read."""
        files.save_files(self.database, reader, read)

    def record(
        self,
        fetched: Fetched,
        history: BugHistory | None,
        *,
        run: int | None = None,
        login: str | None = None,
        root: str | None = None,
    ) -> bool:
        """Record one whole read of one bug and its history; True where it differs from the read before."""
        return recording.record(self.database, fetched, history, run=run, login=login, now=self.clock(), root=root)

    def check_root(self, tracker: str, root: str | None) -> None:
        """Raise `UsageError` where the tracker's facts in force were read from another service root."""
        roots.check_root(self.database, tracker, root)

    def leave_root(self, tracker: str) -> None:
        """Another service root takes the place of the one that this tracker was read from: all is read anew."""
        roots.leave_root(self.database, tracker, self.clock())

    def load_left_out(self) -> list[tuple[str, str]]:
        """Each tracker and service root whose facts are on record but not in force."""
        return roots.load_left_out(self.database)

    def record_unresolved(
        self, absent: Unresolved, asked_at: datetime | None = None, *, run: int | None = None
    ) -> None:
        """Record that a bug could not be had, and why; its last known state stays."""
        recording.record_unresolved(self.database, absent, asked_at or self.clock(), run=run)

    def record_facts(self, tracker: str, facts: Facts, read_at: datetime) -> None:
        """Record what a tracker says beside its bugs."""
        recording.record_facts(self.database, tracker, facts, read_at)

    # ------------------------------------------------------------------------------------------------ asking

    def due(
        self,
        max_age: timedelta,
        now: datetime | None = None,
        *,
        refresh: bool = False,
        only: Callable[[BugKey], bool] | None = None,
        also: Collection[BugKey] = (),
        login: str | None = None,
    ) -> list[Wanted]:
        """The bugs to ask about now, most urgent first (`lptrack.storage.due` has the rule)."""
        return due.load_due(
            self.database, max_age, now or self.clock(), refresh=refresh, only=only, also=also, login=login
        )

    def load_facts(self, tracker: str) -> tuple[dict[str, str], datetime | None]:
        """The tracker's facts in force, and when the newest was read."""
        return reading.load_facts(self.database, tracker)

    def load_known(self, bugs: Collection[BugKey]) -> dict[BugKey, Known]:
        """What the newest read of each bug gave."""
        return {bug: known for bug, (known, _) in reading.load_known(self.database, bugs).items()}

    # ------------------------------------------------------------------------------------------------ upkeep

    def find_faults(self, build_history: BuildHistory) -> Iterator[str]:
        """What is wrong with the database, a sentence each."""
        return health.find_faults(self.database, build_history)

    def rebuild(self, build_history: BuildHistory) -> int:
        """Derive every bug again from its newest read (after `find_faults`, or when a tracker reads logs better)."""
        with self.transaction():
            bugs = list(self.load_bugs())
            rebuild_derived(self.database, bugs, build_history)
        return len(bugs)

    def export_lines(self, logins: Sequence[str] = ()) -> Iterator[str]:
        """Everything as JSON lines, without what logins saw unless they are named."""
        return portable.export_lines(self.database, logins)

    def load_view(self, view: str, without: Collection[BugKey] = ()) -> tuple[dict[str, tables.Kind], Iterator[Row]]:
        """A view's columns with what is in each, and its rows, times parsed."""
        return tables.load_kinds(self.database, view), tables.load_rows(self.database, view, without)

    def load_withheld(self, logins: Sequence[str] = ()) -> tuple[BugKey, ...]:
        """The bugs that such an export leaves out."""
        return portable.load_withheld(self.database, logins)

    def import_lines(self, lines: Iterable[str]) -> int:
        """Fill this empty database from an export; how many rows came."""
        return portable.import_lines(self.database, lines)

    def merge(self, incoming: Incoming, build_history: BuildHistory) -> Merged:
        """Merge another database into this one; nothing is doubled."""
        return merge(self.database, incoming, build_history)

    def save_backup(self, target: Path) -> None:
        """A copy of the whole database in a new file."""
        portable.save_backup(self.database, target)

    # ------------------------------------------------------------------------------------------------ for the join

    def load_meetings(self) -> tuple[Meeting, ...]:
        """Every meeting, oldest first, each once."""
        return merging.load_meetings(self.database)

    def load_mentions(self) -> list[Mention]:
        """Every reference that counts, by time."""
        return reading.load_mentions(self.database)

    def load_referenced(self) -> list[BugKey]:
        """Every bug that any log names."""
        return reading.load_referenced(self.database)

    def load_masters(self) -> set[BugKey]:
        """The bugs that the newest reads call another's master."""
        return reading.load_masters(self.database)

    def load_references(self, bugs: Collection[BugKey]) -> dict[BugKey, tuple[list[Reference], list[Announcement]]]:
        """The bugs' references and announcements, by time."""
        return reading.load_references(self.database, bugs)

    def load_words(self, *, everything: bool = False) -> list[BotWord]:
        """The announcements where no history reaches (or all), by time."""
        return reading.load_words(self.database, everything=everything)

    def load_announced_targets(self) -> list[tuple[BugKey, str, str | None]]:
        """Which targets bots named, of which bugs, in which meetings."""
        return reading.load_announced_targets(self.database)

    def load_display_names(self) -> dict[tuple[str, str], str]:
        """Targets by tracker and by the name that bots print, without case."""
        return reading.load_display_names(self.database)

    def load_seen(self, bugs: Collection[BugKey] | None = None) -> dict[BugKey, tuple[Seen, ...]]:
        """Observations with their reads (default: of the bugs without a whole history)."""
        return reading.load_seen(self.database, bugs)

    def load_bugs(self) -> dict[BugKey, BugRow]:
        """Every bug that was read."""
        return reading.load_bugs(self.database)

    def load_tasks_at(
        self, at: datetime, *, bugs: Collection[BugKey] | None = None, unlike: datetime | None = None
    ) -> Iterator[TaskRow]:
        """Every task's state at the instant by the trackers' histories (of these bugs; not what is so later too)."""
        return spans.load_tasks_at(self.database, at, bugs=bugs, unlike=unlike)

    def load_tasks(self, bugs: Collection[BugKey]) -> Iterator[TaskRow]:
        """The rows of these bugs over all time."""
        return spans.load_tasks(self.database, bugs)

    def load_spans(self, bugs: Collection[BugKey] | None = None) -> list[StatusSpan]:
        """Every task's statuses over all time (of these bugs)."""
        return spans.load_spans(self.database, bugs)

    def load_target_spans(self) -> dict[BugKey, list[TargetSpan]]:
        """Every task's targets, statuses and importances over all time."""
        return spans.load_target_spans(self.database)

    def load_former_targets(self) -> dict[tuple[BugKey, str], tuple[str, ...]]:
        """Every target that a task ever had, of the bugs that bots announced."""
        return spans.load_former_targets(self.database)

    def load_events(self, after: datetime, until: datetime) -> Mapping[BugKey, list[StatusEvent]]:
        """The status events in (after, until]."""
        return spans.load_events(self.database, after, until)

    def load_events_of(self, bugs: Collection[BugKey]) -> Mapping[BugKey, list[StatusEvent]]:
        """All status events of these bugs."""
        return spans.load_events_of(self.database, bugs)

    def load_watches(self) -> list[tuple[BugKey, str, str]]:
        """Each task that follows a bug elsewhere: its bug, its target, the remote bug in the tracker's words."""
        return reading.load_watches(self.database)

    def load_unresolved(self) -> dict[BugKey, Unresolved]:
        """The bugs whose last read gave no state."""
        return reading.load_unresolved(self.database)

    def load_duties(self, meeting: str) -> tuple[tuple[BugKey, str, str | None], ...]:
        """The action items of a meeting that name a bug: the bug, the item's text, and whom it names."""
        return reading.load_duties(self.database, meeting)

    def load_all_duties(self) -> dict[str, tuple[tuple[BugKey, str, str | None], ...]]:
        """The same of every meeting that has some, by its id."""
        return reading.load_all_duties(self.database)

    def load_prints(self) -> prints.Prints:
        """What tells whether anything on record of a bug or a meeting has changed."""
        return prints.load_prints(self.database)

    def load_warnings(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What the logs in force say of themselves that does not fit what was read."""
        return reading.load_warnings(self.database)

    def load_copies(self) -> dict[str, dict[str, frozenset[BugKey]]]:
        """Of each meeting that several logs tell: the bugs that each of them names."""
        return reading.load_copies(self.database)

    def load_log_meetings(self, *, digest: str = "", source: str = "") -> set[str]:
        """The ids of the meetings of the log with these bytes, or of this name."""
        return reading.load_log_meetings(self.database, digest=digest, source=source)

    def load_reported_meetings(self) -> frozenset[str]:
        """The ids of the meetings that a run has reported on."""
        return reading.load_reported_meetings(self.database)

    def load_newest_moment(self) -> datetime | None:
        """The newest moment that anything was recorded."""
        return reading.load_newest_moment(self.database)

    def load_marks(self, source: str) -> dict[str, Mark]:
        """What was fetched from this source."""
        return fetched.load_marks(self.database, source)

    def save_mark(self, source: str, item: str, mark: Mark) -> None:
        """A document of a source was fetched and taken in."""
        fetched.save_mark(self.database, source, item, mark, self.clock())

    def lock_posts(self, wait: float) -> AbstractContextManager[None]:
        """Nobody else delivers from this database until the block ends. Raises `StorageError` after ``wait`` s."""
        return lock.lock_posts(self.database.path, wait)

    def load_delivery(self, place: Place) -> Delivery | None:
        """What is known of a post; None where it was never begun."""
        return deliveries.load_delivery(self.database, place)

    def begin_delivery(self, place: Place, digest: str) -> None:
        """A post is about to be sent."""
        deliveries.begin_delivery(self.database, place, digest, self.clock())

    def confirm_delivery(self, place: Place, reference: str) -> None:
        """The destination has taken the post."""
        deliveries.confirm_delivery(self.database, place, reference, self.clock())
