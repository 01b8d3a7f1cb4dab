"""Which tasks a bug ever had: walking back from the present through tasks added, deleted, retargeted and renamed.

The walk answers, for every row of the log, which task it speaks of, under which name, and when each task was born and
died. A bug has at most one task of a target at a time: that settles most questions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from lptrack.model import UNKNOWN, BugTask, Observation
from lptrack.trackers.launchpad.history.calendar import Calendar
from lptrack.trackers.launchpad.history.entries import (
    OLD_FORMAT_ENDS,
    AddedRow,
    AffectsRow,
    AnyRow,
    BugRow,
    DeletedRow,
    FieldRow,
    OldFieldRow,
    OtherRow,
    WatchRow,
)
from lptrack.trackers.launchpad.history.names import SAME_REQUEST, follow, names_from_birth, was_deleted
from lptrack.trackers.launchpad.targets import Target

SAME_TRANSACTION = timedelta(milliseconds=10)  # a bug and its first task carry one date


class Birth(StrEnum):
    """How a task began, which tells what its first values can have been."""

    FILED = "filed"  # with the bug: any values
    LOGGED = "logged"  # `bug task added`
    SILENT = "silent"  # through the API, or along with an approved nomination: `date_created` tells
    ASSUMED = "assumed"  # a task deleted later of whose birth nothing tells


@dataclass(slots=True, eq=False)
class Life:
    """One task, being reconstructed. Positions are rows of the log: what happens `at` row N comes before row N+1."""

    task: BugTask | None
    current: int | None
    name: str  # while walking: its name at that point of the log
    born_at: datetime | None = None
    born: int = -1  # the row that tells it, or after which it happened
    birth: Birth = Birth.ASSUMED
    died_at: datetime | None = None
    died: int | None = None
    names: list[tuple[int, datetime, str]] = field(default_factory=list)  # renamings, newest first: row, at, NEW name
    witnessed: datetime | None = None  # the first instant at which the log speaks of it
    unsure_until: datetime | None = None  # before this even its name is not known for sure
    unsure_from: datetime | None = None  # from this on it may be gone: no row removed it

    @property
    def birth_told(self) -> bool:
        """Is it known when it was born?"""
        return self.birth is not Birth.ASSUMED

    @property
    def doubtful_until(self) -> datetime | None:
        """Before this it may not have been there yet, where its birth is not known."""
        until = None if self.birth_told else self.witnessed
        return max(filter(None, (until, self.unsure_until)), default=None)

    def doubt(self, until: datetime) -> None:
        """Before this even its name is not known."""
        self.unsure_until = until if self.unsure_until is None else max(self.unsure_until, until)

    def see(self, at: datetime) -> None:
        """The log speaks of it here."""
        self.witnessed = at


@dataclass(frozen=True, slots=True)
class Shadow:
    """A name that some task may have had up to ``until``; of its state nothing is known."""

    name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Walk:
    """What the walk found. ``rows`` are the log's, those of the old format with their tasks' names.

    ``spoken`` maps rows to tasks; ``moved`` rows of `affects` to all that it renamed.
    """

    lives: tuple[Life, ...]
    rows: tuple[AnyRow, ...]
    spoken: dict[int, Life]
    moved: dict[int, tuple[Life, ...]]
    filed_at: datetime
    notes: tuple[str, ...]
    shadows: tuple[Shadow, ...]


def walk_back(
    observation: Observation,
    rows: tuple[AnyRow, ...],
    calendar: Calendar,
    read_at: datetime,
    until: datetime | None = None,
) -> Walk:
    """Every task that the bug ever had, from its present tasks and its log; before ``until`` that tells nothing."""
    walk = _Walker(observation, rows, calendar, read_at).run()
    if until is not None:
        for life in walk.lives:
            life.doubt(until)
    return walk


class _Walker:
    def __init__(
        self, observation: Observation, rows: tuple[AnyRow, ...], calendar: Calendar, read_at: datetime
    ) -> None:
        self.rows = rows
        self.read: list[AnyRow] = list(rows)
        self.read_at = read_at
        self.calendar = calendar
        self.notes: list[str] = []
        self.shadows: list[Shadow] = []  # names that a task may have had
        self.spoken: dict[int, Life] = {}
        self.moved: dict[int, tuple[Life, ...]] = {}
        created = [task.created_at for task in observation.tasks if task.created_at is not None]
        starts = [*created, *(row.at for row in rows[:1])]
        self.filed_at = observation.created_at or min(starts, default=read_at)
        self.lives = [
            Life(task, index, task.target, born_at=task.created_at) for index, task in enumerate(observation.tasks)
        ]
        self.alive: dict[str, Life] = {life.name: life for life in self.lives}
        self.mentions = _mentions(rows)
        self.known = self._known_names()
        self.paths = {
            life: path
            for life in self.lives
            if life.task is not None and (path := names_from_birth(life.task, rows, calendar)) is not None
        }

    def run(self) -> Walk:
        for row in reversed(self.rows):
            self._bury_the_unborn(row)
            match row:
                case FieldRow():
                    self._field(row)
                case OldFieldRow():
                    self._old_field(row)
                case AddedRow():
                    self._added(row)
                case DeletedRow():
                    self._deleted(row)
                case AffectsRow():
                    self._affects(row)
                case BugRow() | WatchRow() | OtherRow():
                    pass
        for life in self.lives:
            if life.birth is Birth.ASSUMED and life.born == -1 and life.born_at is not None:
                self._settle_birth(life, -1)
        self._settle_the_unwitnessed()
        self._doubt_old_names()
        order = sorted(self.lives, key=lambda life: (life.born_at or self.filed_at, life.born, life.current or 0))
        notes = tuple(reversed(self.notes))
        return Walk(
            tuple(order), tuple(self.read), self.spoken, self.moved, self.filed_at, notes, tuple(self.shadows)
        )

    def _bury_the_unborn(self, row: AnyRow) -> None:
        """Going back over a task's `date_created`, it is not there any more."""
        for name, life in list(self.alive.items()):
            if life.task is None or life.born_at is None or life.born_at <= row.at:
                continue
            if isinstance(row, AddedRow) and row.target == name and life.born_at - row.at <= SAME_REQUEST:
                continue
            del self.alive[name]
            self._settle_birth(life, row.position)

    def _settle_birth(self, life: Life, position: int) -> None:
        assert life.born_at is not None
        life.born = position
        life.birth = Birth.FILED if life.born_at - self.filed_at <= SAME_TRANSACTION else Birth.SILENT

    def _find(self, name: str, row: AnyRow) -> Life:
        life = self.alive.get(name)
        if life is None:
            life = self._renamed(name, row) or self._lost(name, row)
        life.see(row.at)
        return life

    def _field(self, row: FieldRow) -> None:
        self.spoken[row.position] = self._find(row.target, row)
        if UNKNOWN in (row.old, row.new):
            self.notes.append(f"not understood: {row.target}: {row.field} from {row.old!r} to {row.new!r}")

    def _old_field(self, row: OldFieldRow) -> None:
        """A bare name is the one task's of that package or project; where several fit, or none, nobody can tell."""
        fitting = [life for life in self.alive.values() if _bears(self.calendar.target(life.name), row.word)]
        if len(fitting) == 1:
            (life,) = fitting
            if row.word != "None":  # which tells no name
                life.see(row.at)
            self.spoken[row.position] = life
            self.read[row.position] = FieldRow(row.position, row.at, row.by, life.name, row.field, row.old, row.new)
            return
        whose = " or ".join(life.name for life in fitting) or "a task renamed since"
        odd = f"{row.word}: {row.field} may be of {whose}"
        self.read[row.position] = OtherRow(row.position, row.at, row.by, odd, row.field)
        if not fitting:  # one of them was called so, and retargeted with no row
            self.shadows.append(Shadow(row.word, row.at))
            self._doubt_all()

    def _doubt_all(self) -> None:
        """Some task was called otherwise here; which one, and up to when, no row tells while the old format lasts."""
        for life in self.lives:
            life.doubt(min(OLD_FORMAT_ENDS, self.read_at))

    def _old_added(self, row: AddedRow) -> None:
        """It was added under a name that none has now: retargeted since, with no row."""
        self.shadows.append(Shadow(row.target, OLD_FORMAT_ENDS))
        self._doubt_all()

    def _doubt_old_names(self) -> None:
        """Retargetings had no row: before the first row that names a task its name then is not known."""
        for life in self.lives:
            if (life.born_at or self.filed_at) < OLD_FORMAT_ENDS and life.birth is not Birth.LOGGED:
                life.doubt(min(life.witnessed or OLD_FORMAT_ENDS, OLD_FORMAT_ENDS, self.read_at))
        last: dict[tuple[Life, str], FieldRow] = {}
        for row in self.read:  # where two rows in turn do not meet, the first was another task's
            if not isinstance(row, FieldRow) or row.position not in self.spoken:
                continue
            life = self.spoken[row.position]
            before = last.get((life, row.field))
            if before is not None and before.at < OLD_FORMAT_ENDS and before.new != row.old:
                self._doubt_all()
            last[life, row.field] = row

    def _added(self, row: AddedRow) -> None:
        life = self.alive.get(row.target)
        if life is None and row.at < OLD_FORMAT_ENDS:
            self._old_added(row)
            return
        if life is None:
            life = self._renamed(row.target, row)
        if life is None:
            self.notes.append(f"{row.target} was added and is gone without a word")
            life = self._lost(row.target, row)
        elif life.born_at is not None and life.task is not None and row.at - life.born_at > SAME_REQUEST:
            self.notes.append(f"{row.target} was added again though it was there")
            life.see(row.at)
            return
        life.see(row.at)
        life.born, life.birth = row.position, Birth.LOGGED
        life.born_at = row.at if life.born_at is None else min(life.born_at, row.at)
        self.spoken[row.position] = life
        del self.alive[life.name]

    def _deleted(self, row: DeletedRow) -> None:
        successor = self.alive.pop(row.target, None)
        if successor is not None:  # one of the same name came later, without a word
            if successor.task is not None:
                self.notes.append(f"{row.target} was deleted after the present one was made")
                self.alive[row.target] = successor
                return
            successor.born = row.position
            successor.born_at = row.at
        life = Life(None, None, row.target, died_at=row.at, died=row.position)
        life.see(row.at)
        self.lives.append(life)
        self.alive[row.target] = life
        self.spoken[row.position] = life

    def _affects(self, row: AffectsRow) -> None:
        main = self._find(row.new, row)
        old, new = self.calendar.target(row.old), self.calendar.target(row.new)
        moved = [main]
        clash = self.alive.get(row.old)
        if clash is not None and clash is not main:
            if clash.task is not None:
                self.notes.append(f"{row.new} came from {row.old}, which is another task")
                return
            clash.born, clash.born_at = row.position, row.at  # it can only have come into the place left free
            del self.alive[row.old]
        if old.distribution:
            package = new.package if new.distribution else None
            if package != old.package:
                self._clear(old, row, main)
                moved += [
                    life
                    for name, life in list(self.alive.items())
                    if life is not main and self._came_along(life, self.calendar.target(name), old, package, row)
                ]
        for life in moved:
            before = row.old if life is main else self.calendar.target(life.name).moved(old.package).name
            self._rename(life, row.position, row.at, before)
        self.moved[row.position] = tuple(moved)
        self.spoken[row.position] = main

    def _clear(self, old: Target, row: AffectsRow, main: Life) -> None:
        """After this row no task of the old package is left: those that are there later were born later."""
        for name, life in list(self.alive.items()):
            target = self.calendar.target(name)
            if life is main or life.task is not None or not target.distribution:
                continue
            if (target.pillar, target.package) == (old.pillar, old.package):
                life.born, life.born_at = row.position, row.at
                del self.alive[name]

    def _came_along(self, life: Life, now: Target, old: Target, package: str | None, row: AffectsRow) -> bool:
        """Retargeting one task of a package renames its tasks in all series of that distribution."""
        if not now.distribution or now.pillar != old.pillar or now.package != package:
            return False
        before = now.moved(old.package).name
        if before == row.old or before in self.alive:
            return False
        path = self.paths.get(life)
        if path is not None and row.position in path:
            return path[row.position] == before
        known = self.known[row.position]
        if life.born_at is not None:  # a name that was deleted while it was there was another task's
            had, has = (
                name not in known and was_deleted(name, life.born_at, row.position, self.rows, self.calendar)
                for name in (before, life.name)
            )
            if had != has:
                return has
        if (before in known) == (life.name in known):
            self._unsure(life, before, row)
        return before in known or life.name not in known

    def _unsure(self, life: Life, before: str, row: AffectsRow) -> None:
        """The log does not tell which of two names it had: either may have been there, with values not known."""
        life.doubt(row.at)
        name = (
            before
            if (life.name in self.known[row.position] and before not in self.known[row.position])
            else life.name
        )
        self.notes.append(f"{life.name} may have been {before} before {row.at.isoformat(timespec='seconds')}")
        self.shadows.append(Shadow(name, row.at))

    def _known_names(self) -> dict[int, frozenset[str]]:
        """Before each retargeting: the names of tasks that were there by the log so far."""
        found: dict[int, frozenset[str]] = {}
        names: set[str] = set()
        for row in self.rows:
            match row:
                case FieldRow(target=name) | AddedRow(target=name):
                    names.add(name)
                case DeletedRow(target=name):
                    names.discard(name)
                case AffectsRow(old=old, new=new):
                    names.discard(old)
                    found[row.position] = frozenset(names)
                    names = {follow(name, row, self.calendar) for name in names} | {new}
                case BugRow() | WatchRow() | OtherRow() | OldFieldRow():
                    pass
        return found

    def _last_mention(self, name: str, position: int) -> int:
        return max((at for at in self.mentions.get(name, ()) if at < position), default=-1)

    def _rename(self, life: Life, position: int, at: datetime, before: str) -> None:
        life.names.append((position, at, life.name))
        del self.alive[life.name]
        life.name = before
        self.alive[before] = life

    def _renamed(self, name: str, row: AnyRow) -> Life | None:
        """A project may have been renamed: its earlier rows keep the old name. Only the one task that fits."""
        target = self.calendar.target(name)
        fitting = [
            life
            for life in self.alive.values()
            if _same_shape(self.calendar.target(life.name), target)
            and self._last_mention(life.name, row.position) < 0
            and not (isinstance(row, AddedRow) and not _born_here(life, row))
        ]
        if len(fitting) != 1 or self.calendar.target(fitting[0].name).pillar == target.pillar:
            return None
        life = fitting[0]
        self.notes.append(f"{name} is taken for the former name of {life.name}")
        seen = next((at for at in self.mentions.get(life.name, ()) if at > row.position), None)
        until = max(self.read_at, row.at) if seen is None else self.rows[seen].at
        self._rename(
            life, row.position, row.at + (until - row.at) / 2, name
        )  # when, nobody tells: the middle errs least
        return life

    def _lost(self, name: str, row: AnyRow) -> Life:
        """The log speaks of a task that is not there, and not said to be deleted: it went some time after this row.

        A deleted series or milestone takes tasks along with no row.
        """
        since = row.at + SAME_REQUEST / 2
        later = [life.born_at for life in self.lives if life.name == name and life.born_at and life.born_at > row.at]
        until = max(since, min(later, default=self.read_at))
        life = Life(None, None, name, died_at=until, died=row.position, unsure_from=since)
        self.notes.append(f"{name} is in the log, and gone without a word")
        self.lives.append(life)
        self.alive[name] = life
        return life

    def _settle_the_unwitnessed(self) -> None:
        """Deleted tasks of whose birth nothing tells. A bug is filed with a task: if only one can be it, it is."""
        open_births = [life for life in self.lives if life.birth is Birth.ASSUMED and life.born_at is None]
        filed = any(life.birth is Birth.FILED for life in self.lives)
        for life in open_births:
            life.born, life.born_at = -1, self.filed_at
            if len(open_births) == 1 and not filed:
                life.birth = Birth.FILED


def _born_here(life: Life, row: AddedRow) -> bool:
    return life.born_at is None or abs(life.born_at - row.at) <= SAME_REQUEST


def _bears(target: Target, word: str) -> bool:
    """Could a row of the old format mean a task of this target?"""
    if word == "None":
        return target.package is None and (target.distribution or target.series is not None)
    return target.package == word or (not target.distribution and target.pillar == word)


def _same_shape(a: Target, b: Target) -> bool:
    return not a.distribution and not b.distribution and a.series == b.series


def _mentions(rows: Iterable[AnyRow]) -> dict[str, list[int]]:
    """Where the log speaks of a target by name."""
    found: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        match row:
            case FieldRow(target=name) | AddedRow(target=name) | DeletedRow(target=name):
                found[name].append(row.position)
            case AffectsRow(old=old, new=new):
                found[old].append(row.position)
                found[new].append(row.position)
            case BugRow() | WatchRow() | OtherRow() | OldFieldRow():
                pass
    return found
