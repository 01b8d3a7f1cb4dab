"""A Launchpad in memory that lives by the real one's rules: what it shares, renames and changes without a word.

Written from Launchpad's own rules (`bugtask.py`: conjoined attributes, `transitionToTarget`, nominations), not from
what lptrack makes of them; `tests/trackers/launchpad/test_world.py` replays recorded lives on it and compares both
the states and the log. Every change goes through a `World`, which owns the clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

WONT_FIX = "Won't Fix"
PLAIN = ("status", "importance", "assignee", "milestone")
LOG_ORDER = ("importance", "status", "milestone", "assignee")


class Refused(Exception):
    """Launchpad would answer 400."""


@dataclass(eq=False)
class Person:
    name: str
    shown: str

    @property
    def logged(self) -> str:
        return f"{self.shown} ({self.name})"


@dataclass(eq=False)
class Milestone:
    name: str
    pillar: Pillar


@dataclass(eq=False)
class Series:
    name: str
    shown: str
    status: str  # of a distribution's: Future, Active Development, Pre-release Freeze, Current Stable Release, …
    created: datetime
    released: datetime | None = None


@dataclass(eq=False)
class Pillar:
    """A project, or a distribution (whose series stand newest first)."""

    name: str
    shown: str
    distribution: bool = False
    series: list[Series] = field(default_factory=list)
    focus: Series | None = None
    milestones: list[Milestone] = field(default_factory=list)

    @property
    def current(self) -> Series | None:
        """`Distribution.currentseries`, or a project's focus of development."""
        if not self.distribution:
            return self.focus
        for status in ("Pre-release Freeze", "Active Development", "Current Stable Release"):
            for series in self.series:
                if series.status == status:
                    return series
        return self.series[0] if self.series else None

    def named(self, name: str) -> Series:
        return next(series for series in self.series if series.name == name)


@dataclass(frozen=True)
class Place:
    """A target: where a task is."""

    pillar: Pillar
    series: Series | None = None
    package: str | None = None

    @property
    def name(self) -> str:
        if not self.pillar.distribution:
            return self.pillar.name if self.series is None else f"{self.pillar.name}/{self.series.name}"
        shown = self.pillar.shown if self.series is None else f"{self.pillar.shown} {self.series.shown}"
        if self.package is not None:
            return f"{self.package} ({shown})"
        return self.pillar.name if self.series is None else shown

    @property
    def path(self) -> str:
        parts = [self.pillar.name]
        if self.series is not None:
            parts.append(self.series.name)
        if self.package is not None:
            parts += ["+source", self.package]
        return "/".join(parts)


@dataclass(eq=False)
class Task:
    id: int
    place: Place
    created: datetime
    status: str = "New"
    importance: str = "Undecided"
    assignee: Person | None = None
    milestone: Milestone | None = None
    watch: str | None = None


@dataclass(eq=False)
class Entry:
    at: datetime
    person: Person
    what: str
    old: str | None = None
    new: str | None = None
    message: str | None = None


@dataclass(eq=False)
class Bug:
    number: int
    owner: Person
    title: str
    created: datetime
    updated: datetime
    tags: list[str] = field(default_factory=list)
    duplicate_of: int | None = None
    private: bool = False
    tasks: list[Task] = field(default_factory=list)
    log: list[Entry] = field(default_factory=list)
    approved: list[tuple[Pillar, Series]] = field(default_factory=list)

    def at(self, place: Place) -> Task | None:
        return next((task for task in self.tasks if task.place == place), None)


@dataclass(frozen=True)
class TaskTruth:
    """A task's state, in names, as the database would tell it."""

    id: int
    target: str
    status: str
    importance: str
    assignee: str | None
    milestone: str | None


class World:
    """Pillars, people and bugs, and a clock that only `wait` and `set_clock` move."""

    def __init__(self, start: datetime = datetime(2013, 8, 1, 12, 0, tzinfo=UTC)) -> None:
        self.now = start
        self.pillars: dict[str, Pillar] = {}
        self.people: dict[str, Person] = {}
        self.bugs: dict[int, Bug] = {}
        self.moves_checked = True  # since August 2011: `_check_move`
        self.renamed: list[tuple[str, str]] = []  # series, by what targets show: the old words and the new
        self._task_ids = iter(range(1, 10**9))
        for name, shown in (("janitor", "Launchpad Janitor"), ("bug-watch-updater", "Bug Watch Updater")):
            self.add_person(name, shown)

    # ------------------------------------------------------------------------------------- furniture

    def wait(self, span: timedelta) -> None:
        self.now += span

    def add_person(self, name: str, shown: str) -> Person:
        self.people[name] = Person(name, shown)
        return self.people[name]

    def add_project(
        self, name: str, shown: str, series: tuple[str, ...] = ("trunk",), focus: str = "trunk"
    ) -> Pillar:
        pillar = Pillar(name, shown)
        pillar.series = [Series(one, one, "Active Development", self.now) for one in series]
        pillar.focus = pillar.named(focus)
        self.pillars[name] = pillar
        return pillar

    def add_distribution(self, name: str, shown: str, series: tuple[Series, ...]) -> Pillar:
        self.pillars[name] = Pillar(name, shown, True, list(series))
        return self.pillars[name]

    def rename_series(self, pillar: Pillar, series: Series, name: str) -> None:
        """A series gets another name; no log tells, and old entries keep the old one."""
        before = Place(pillar, series).name
        series.name, series.shown = name.lower(), name if pillar.distribution else name.lower()
        self.renamed.append((before, Place(pillar, series).name))

    def present_name(self, target: str) -> str:
        """What a target of some time ago is called now."""
        for old, new in self.renamed:
            if target == old:
                target = new
            elif target.endswith(f"({old})"):
                target = f"{target.removesuffix(f'({old})')}({new})"
        return target

    def add_milestone(self, pillar: Pillar, name: str) -> Milestone:
        pillar.milestones.append(Milestone(name, pillar))
        return pillar.milestones[-1]

    # ------------------------------------------------------------------------------------- conjoined tasks

    def primary_of(self, bug: Bug, task: Task) -> Task | None:
        """The current series' task that a generic task follows (`conjoined_primary`)."""
        if task.place.series is not None or task.place.pillar.current is None:
            return None
        found = bug.at(Place(task.place.pillar, task.place.pillar.current, task.place.package))
        return None if found is None or found.status == WONT_FIX else found

    def replica_of(self, bug: Bug, task: Task) -> Task | None:
        """The generic task that follows the current series' task (`conjoined_replica`)."""
        if task.place.series is None or task.place.series is not task.place.pillar.current or task.status == WONT_FIX:
            return None
        return bug.at(Place(task.place.pillar, None, task.place.package))

    def _set(self, bug: Bug, task: Task, attribute: str, value: object) -> None:
        """`validate_conjoined_attribute`: set one, set both; Won't Fix goes to the one alone."""
        if not (attribute == "status" and value == WONT_FIX):
            other = self.primary_of(bug, task) or self.replica_of(bug, task)
            if other is not None:
                setattr(other, attribute, value)
        setattr(task, attribute, value)

    # ------------------------------------------------------------------------------------- bugs

    def file(self, number: int, owner: Person, place: Place, title: str, **values: Any) -> Bug:
        """Create a bug; a privileged reporter may give any values, which no log tells."""
        bug = Bug(number, owner, title, self.now, self.now, sorted(values.pop("tags", [])))
        self.bugs[number] = bug
        bug.tasks.append(Task(next(self._task_ids), place, self.now, **values))
        self._log(bug, owner, "bug", message="added bug")
        return bug

    def _log(
        self, bug: Bug, person: Person, what: str, old: Any = None, new: Any = None, message: Any = None
    ) -> None:
        bug.log.append(Entry(self.now, person, what, old, new, message))

    def note(
        self, bug: Bug, person: Person, what: str, old: Any = None, new: Any = None, message: Any = None
    ) -> None:
        """An entry that moves no state: attachments, watches, branches, comments' traces, or garbage."""
        self._log(bug, person, what, old, new, message)

    def edit(self, bug: Bug, task: Task, by: Person, *, to: Place | None = None, **changes: Any) -> None:
        """One request on one task: a new target and any fields, applied in the order given (the target first)."""
        before = {name: getattr(task, name) for name in PLAIN}
        old_name = task.place.name
        if to is not None and to != task.place:
            self._retarget(bug, task, to)
            self._log(bug, by, "affects", old_name, task.place.name)
        for name, value in changes.items():
            if getattr(task, name) is not value and getattr(task, name) != value:
                self._set(bug, task, name, value)
        self._log_changes(bug, task, by, before)

    def _log_changes(self, bug: Bug, task: Task, by: Person, before: dict[str, Any]) -> None:
        for name in LOG_ORDER:
            old, new = before[name], getattr(task, name)
            if old != new:
                self._log(bug, by, f"{task.place.name}: {name}", _logged(old), _logged(new))
                bug.updated = self.now

    def _retarget(self, bug: Bug, task: Task, to: Place) -> None:
        """`transitionToTarget`: milestones of another pillar go, packages of sibling series follow."""
        if self.moves_checked:
            _check_move(bug, task, to)
        siblings = []
        if task.place.pillar.distribution and to.package != task.place.package:
            siblings = [
                other
                for other in bug.tasks
                if other is not task
                and other.place.pillar is task.place.pillar
                and other.place.package == task.place.package
            ]
        moves = [(task, to)] + [
            (other, Place(other.place.pillar, other.place.series, to.package)) for other in siblings
        ]
        moving = {one for one, _ in moves}
        if len({place for _, place in moves}) < len(moves):
            raise Refused("two tasks of one target")
        for _, place in moves:
            other = bug.at(place)
            if other is not None and other not in moving:
                raise Refused("already there")
        if task.milestone is not None and task.milestone.pillar is not to.pillar:
            self._set(bug, task, "milestone", None)
        for one, place in moves:
            one.place = place

    def add_task(self, bug: Bug, by: Person, place: Place, *, logged: bool = True, watch: str | None = None) -> Task:
        """Add a task, through the web pages (`logged`) or the API, with what approved nominations bring along."""
        _check_addition(bug, place)
        places = [place]
        if place.pillar.distribution and place.series is None:
            places += [Place(pillar, one, place.package) for pillar, one in bug.approved if pillar is place.pillar]
        made = self._create(bug, places)
        if logged:
            self._log(bug, by, "bug task added", None, place.name)
        if watch is not None:
            if not any(task.watch == watch for task in bug.tasks):
                self._log(bug, by, "bug watch added", None, watch)
            made[0].watch = watch
            self._set(bug, made[0], "status", "Unknown")
            self._set(bug, made[0], "importance", "Unknown")
        return made[0]

    def _create(self, bug: Bug, places: list[Place]) -> list[Task]:
        if any(bug.at(place) is not None for place in places):
            raise Refused("already there")
        made = [Task(next(self._task_ids), place, self.now) for place in places]
        bug.tasks += made
        for task in made:
            generic = self.replica_of(bug, task)
            if generic is not None:
                for name in PLAIN:
                    setattr(task, name, getattr(generic, name))
        return made

    def approve(self, bug: Bug, by: Person, pillar: Pillar, series: Series) -> list[Task]:
        """Nominate a bug for a series (logged) and approve it: a task for each package, each logged."""
        generic = [task.place for task in bug.tasks if task.place.pillar is pillar and task.place.series is None]
        generic.sort(key=lambda place: place.package or "")
        if not generic or (pillar, series) in bug.approved:
            raise Refused("nothing to nominate")
        places = [Place(pillar, series, place.package) for place in generic]
        if any(bug.at(place) is not None for place in places):
            raise Refused("already there")
        shown = Place(pillar, series).name
        self._log(bug, by, "nominated for series", None, shown)
        self.wait(timedelta(seconds=30))
        bug.approved.append((pillar, series))
        made = self._create(bug, places)
        for task in made:
            self._log(bug, by, "bug task added", None, task.place.name)
        return made

    def delete(self, bug: Bug, task: Task, by: Person) -> None:
        """Delete a task; with a series' task goes the nomination."""
        if len(bug.tasks) == 1:
            raise Refused("the last task stays")
        bug.tasks.remove(task)
        if task.place.series is not None:
            bug.approved = [one for one in bug.approved if one != (task.place.pillar, task.place.series)]
        self._log(bug, by, "bug task deleted", task.place.name)

    def comment(self, bug: Bug) -> None:
        """`linkMessage`: an incomplete task counts as answered, which is written to the other of its pair too."""
        for task in bug.tasks:
            if task.status == "Incomplete":
                self._set(bug, task, "status", "Incomplete")

    def poll(self, bug: Bug, watch: str, status: str) -> None:
        """A remote bug is looked at: its tasks lose their assignees, silently unless the status changes too."""
        for task in list(bug.tasks):
            if task.watch == watch:
                before = {name: getattr(task, name) for name in PLAIN}
                self._set(bug, task, "assignee", None)
                if task.status != status:
                    self._set(bug, task, "status", status)
                    self._log_changes(bug, task, self.people["bug-watch-updater"], before)

    def retitle(self, bug: Bug, by: Person, title: str) -> None:
        if title != bug.title:
            self._log(bug, by, "summary", bug.title, title)
            bug.title = title

    def retag(self, bug: Bug, by: Person, tags: list[str]) -> None:
        if sorted(tags) != bug.tags:
            self._log(bug, by, "tags", " ".join(bug.tags), " ".join(sorted(tags)))
            bug.tags = sorted(tags)

    def mark_duplicate(self, bug: Bug, by: Person, master: int | None) -> None:
        """Mark as a duplicate, or free; the bug's own duplicates go along to the new master."""
        old = bug.duplicate_of
        if old == master:
            return
        what = (
            "marked as duplicate" if old is None
            else "removed duplicate marker" if master is None
            else "changed duplicate marker"
        )  # fmt: skip
        self._log(bug, by, what, None if old is None else str(old), None if master is None else str(master))
        bug.duplicate_of = master
        if master is not None:
            for other in self.bugs.values():
                if other.duplicate_of == bug.number:
                    self.mark_duplicate(other, by, master)

    # ------------------------------------------------------------------------------------- the world moves

    def _all_tasks(self) -> Iterator[tuple[Bug, Task]]:
        for bug in self.bugs.values():
            for task in list(bug.tasks):
                yield bug, task

    def deactivate(self, person: Person) -> None:
        """An account goes; its tasks are unassigned silently."""
        for bug, task in self._all_tasks():
            if task.assignee is person:
                self._set(bug, task, "assignee", None)

    def merge(self, gone: Person, into: Person) -> None:
        """An account becomes another's; its tasks move silently."""
        for _, task in self._all_tasks():
            if task.assignee is gone:
                task.assignee = into
        gone.name += "-merged"

    def delete_milestone(self, milestone: Milestone) -> None:
        """A milestone goes; tasks lose it silently."""
        for _, task in self._all_tasks():
            if task.milestone is milestone:
                task.milestone = None
        milestone.pillar.milestones.remove(milestone)

    def release(self, pillar: Pillar, series: Series, following: Series | None) -> None:
        """Release day: the series becomes stable; the next one, if there is one yet, is current from now on."""
        for other in pillar.series:
            if other.status == "Current Stable Release":
                other.status = "Supported"
        series.status, series.released = "Current Stable Release", self.now
        if following is not None:
            following.status = "Active Development"
            if following not in pillar.series:
                following.created = self.now
                pillar.series.insert(0, following)

    # ------------------------------------------------------------------------------------- what is true now

    def truth(self, number: int) -> tuple[TaskTruth, ...]:
        """Every task of a bug, as it is now."""
        return tuple(
            TaskTruth(
                task.id, task.place.name, task.status, task.importance,
                task.assignee.name if task.assignee else None, task.milestone.name if task.milestone else None,
            )
            for task in self.bugs[number].tasks
        )  # fmt: skip


def _check_move(bug: Bug, task: Task, to: Place) -> None:
    """`validateTransitionToTarget`: from or to a distribution with series' tasks only packages change."""
    pillars = {task.place.pillar, to.pillar}
    if len(pillars) > 1 and any(
        one.place.series is not None and one.place.pillar in pillars and one.place.pillar.distribution
        for one in bug.tasks
    ):
        raise Refused("series' tasks stay with their distribution")


def _check_addition(bug: Bug, place: Place) -> None:
    """`validate_new_target`: no bare distribution beside its own packages' tasks, nor the reverse."""
    if not place.pillar.distribution or place.series is not None:
        return
    generic = [task for task in bug.tasks if task.place.pillar is place.pillar and task.place.series is None]
    if generic and (place.package is None or any(task.place.package is None for task in generic)):
        raise Refused("the distribution is there already")


def _logged(value: object) -> str | None:
    match value:
        case Person():
            return value.logged
        case Milestone():
            return value.name
        case str() | None:
            return value
    raise TypeError(value)
