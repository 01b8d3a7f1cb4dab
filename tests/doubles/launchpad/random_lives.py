"""Random lives of bugs in a made-up Launchpad: everything that can happen to a task, nastier than most bugs see.

`build_world` furnishes one, `live` lets one bug live and tells what was true after each step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from tests.doubles.launchpad.world import (
    WONT_FIX,
    Bug,
    Milestone,
    Person,
    Pillar,
    Place,
    Refused,
    Series,
    Task,
    TaskTruth,
    World,
)

STATUSES = (
    "New", "Incomplete", "Opinion", "Invalid", WONT_FIX, WONT_FIX, "Expired", "Confirmed", "Triaged", "In Progress",
    "Deferred", "Fix Committed", "Fix Released", "Does Not Exist",
)  # fmt: skip
IMPORTANCES = ("Undecided", "Critical", "High", "Medium", "Low", "Wishlist")
PEOPLE = (
    ("mia-triage", "Mia Triager"), ("soren-o", "Søren Ølund (work)"), ("x+y.z-1", "None"),
    ("kernel-packagers", "Kernel: Packaging (Team)"), ("pete", "Pete"), ("bracket", "(("),
    ("colon", "linux (Ubuntu): status"), ("leaver", "Somebody: assignee"),
)  # fmt: skip
PACKAGES = ("linux", "linux-lowlatency", "gtk+3.0", "unity")
WATCHES = (
    "http://bugs.debian.org/cgi-bin/bugreport.cgi?bug=722295",
    "https://bugzilla.example.org/show_bug.cgi?id=7",
)
DAY = timedelta(days=1)


def build_world() -> World:
    """Ubuntu while Saucy is made and after, Debian without series, and projects with a focus of development."""
    world = World()
    old = datetime(2011, 1, 1, tzinfo=UTC)
    ubuntu = world.add_distribution(
        "ubuntu",
        "Ubuntu",
        (
            Series("saucy", "Saucy", "Active Development", datetime(2013, 5, 1, tzinfo=UTC)),
            Series(
                "raring", "Raring", "Current Stable Release", old + 650 * DAY, datetime(2013, 4, 25, 9, tzinfo=UTC)
            ),
            Series("precise", "Precise", "Supported", old, datetime(2012, 4, 26, 14, tzinfo=UTC)),
        ),
    )
    world.add_distribution("debian", "Debian", ())
    shell = world.add_project("unity-shell", "Unity Shell", ("trunk", "7.1"))
    compiz = world.add_project("compiz9", "Compiz Nine", ("trunk", "0.9"), focus="0.9")
    world.add_project("bulk", "Bulk")
    for pillar, name in (
        (ubuntu, "ubuntu-13.10"), (ubuntu, "ubuntu-12.04.3"), (shell, "7.2.0"), (shell, "7.3.0"), (compiz, "0.9.11"),
    ):  # fmt: skip
        world.add_milestone(pillar, name)
    for name, shown in PEOPLE:
        world.add_person(name, shown)
    return world


class Living:
    """One bug's random life. ``silent`` lets people and milestones go and be renamed behind the log's back."""

    def __init__(self, world: World, number: int, random: Random, *, silent: bool = True) -> None:
        self.world, self.random = world, random
        self.pillars = list(world.pillars.values())
        self.people = [world.people[name] for name, _ in PEOPLE]
        self.by = world.people["mia-triage"]
        world.moves_checked = random.random() < 0.8  # the others are lives of before August 2011
        values: dict[str, Any] = {}
        place = self._place()
        if not silent and random.random() < 0.3:  # a privileged reporter
            values = {
                "status": random.choice(STATUSES),
                "importance": random.choice(IMPORTANCES),
                "assignee": random.choice([None, *self.people]),
                "milestone": self._milestone(place.pillar),
            }
        self.bug: Bug = world.file(number, world.people["pete"], place, "A made-up bug", **values)
        self.steps: list[tuple[int, Callable[[], None]]] = [
            (30, self._edit), (10, self._edit_many), (6, self._retarget), (6, self._add), (7, self._approve),
            (5, self._delete), (2, self._retitle), (1, self._duplicate), (2, self._watch_task), (3, self._poll),
            (2, self._noise), (1, self._release), (3, self._flap), (4, self._comment),
            (2, self._part),
        ]  # fmt: skip
        if silent:
            self.steps += [(2, self._person_goes), (1, self._milestone_goes)]

    def step(self) -> None:
        """Something happens; what Launchpad refuses does not."""
        self.world.wait(self._pause())
        weights = [weight for weight, _ in self.steps]
        (_, act) = self.random.choices(self.steps, weights)[0]
        try:
            act()
        except Refused:
            pass

    def _pause(self) -> timedelta:
        return self.random.choice(
            [timedelta(milliseconds=self.random.randint(1, 900)), timedelta(seconds=self.random.randint(1, 9000)),
             self.random.randint(1, 20) * DAY / 4]
        )  # fmt: skip

    # ------------------------------------------------------------------------------------- choices

    def _place(self) -> Place:
        pillar = self.random.choices(
            self.pillars, [6 if one.distribution and one.series else 1 for one in self.pillars]
        )[0]
        if not pillar.distribution:
            return Place(pillar)
        return Place(pillar, None, self.random.choice([*PACKAGES, None]))

    def _task(self) -> Task:
        return self.random.choice(self.bug.tasks)

    def _milestone(self, pillar: Pillar) -> Milestone | None:
        return self.random.choice([None, *pillar.milestones])

    def _value(self, task: Task, name: str) -> Any:
        match name:
            case "status":
                return self.random.choice(STATUSES)
            case "importance":
                return self.random.choice(IMPORTANCES)
            case "assignee":
                return self.random.choice([None, *self.people])
            case _:
                return self._milestone(task.place.pillar)

    # ------------------------------------------------------------------------------------- what can happen

    def _edit(self) -> None:
        task = self._task()
        name = self.random.choice(("status", "status", "importance", "assignee", "milestone"))
        self.world.edit(self.bug, task, self.by, **{name: self._value(task, name)})

    def _edit_many(self) -> None:
        task = self._task()
        names = self.random.sample(["status", "importance", "assignee", "milestone"], self.random.randint(2, 4))
        self.world.edit(self.bug, task, self.by, **{name: self._value(task, name) for name in names})

    def _flap(self) -> None:
        task = self._task()
        was = task.status
        self.world.edit(self.bug, task, self.by, status=self.random.choice(STATUSES))
        self.world.wait(timedelta(milliseconds=self.random.randint(1, 300)))
        self.world.edit(self.bug, task, self.by, status=was)

    def _retarget(self) -> None:
        task = self._task()
        if task.place.series is not None:
            if task.place.package is None or not task.place.pillar.distribution:
                return
            place = Place(task.place.pillar, task.place.series, self.random.choice(PACKAGES))
        else:
            place = self._place()
            if place.pillar.distribution and not place.pillar.series:
                return
        changes = {"status": self.random.choice(STATUSES)} if self.random.random() < 0.4 else {}
        self.world.edit(self.bug, task, self.by, to=place, **changes)

    def _add(self) -> None:
        self.world.add_task(self.bug, self.by, self._place(), logged=self.random.random() < 0.6)

    def _watch_task(self) -> None:
        self.world.add_task(self.bug, self.by, self._place(), watch=self.random.choice(WATCHES))

    def _poll(self) -> None:
        watched = [task.watch for task in self.bug.tasks if task.watch]
        if watched:
            self.world.poll(
                self.bug, self.random.choice(watched), self.random.choice(("New", "Confirmed", "Fix Released"))
            )

    def _approve(self) -> None:
        pillar = self._task().place.pillar
        if pillar.series:
            series = self.random.choice([*pillar.series, *([pillar.current] if pillar.current else [])])
            self.world.approve(self.bug, self.by, pillar, series)

    def _delete(self) -> None:
        self.world.delete(self.bug, self._task(), self.by)

    def _retitle(self) -> None:
        self.world.retitle(self.bug, self.by, f"A made-up bug, title {self.random.randint(0, 3)}: status")
        self.world.retag(self.bug, self.by, self.random.sample(["alpha", "beta", "verification-needed-precise"], 2))

    def _part(self) -> None:
        """A pair parts by Won't Fix, comes back unequal, and somebody answers what one of them asks."""
        places = {task.place for task in self.bug.tasks}
        series = [
            task for task in self.bug.tasks
            if task.place.series is not None and task.place.series is task.place.pillar.current
            and Place(task.place.pillar, None, task.place.package) in places
        ]  # fmt: skip
        if not series:
            return
        task = self.random.choice(series)
        generic = next(
            one for one in self.bug.tasks if one.place == Place(task.place.pillar, None, task.place.package)
        )
        self.world.edit(self.bug, task, self.by, status=WONT_FIX)
        self.world.wait(self._pause())
        if self.random.random() < 0.5:
            self.world.edit(self.bug, generic, self.by, status="Incomplete")
            self.world.wait(self._pause())
            self.world.edit(self.bug, task, self.by, status=self.random.choice(STATUSES))
        else:
            self.world.edit(self.bug, task, self.by, status="Incomplete")
        self.world.wait(self._pause())

    def _comment(self) -> None:
        self.world.comment(self.bug)

    def _duplicate(self) -> None:
        self.world.mark_duplicate(self.bug, self.by, self.random.choice([None, 7, 8]))

    def _noise(self) -> None:
        what, old, new = self.random.choice(
            [("attachment added", None, "a log https://example.org/log.txt"), ("description", "a", "b: status"),
             ("removed subscriber linux (Ubuntu): milestone", None, None), ("cve linked", None, "1999-8979"),
             (f"{self._task().place.name}: status explanation", "unset", "because"), ("lock status", "Unlocked", "x")]
        )  # fmt: skip
        self.world.note(self.bug, self.by, what, old, new)

    def _release(self) -> None:
        ubuntu = self.world.pillars["ubuntu"]
        current = ubuntu.current
        if current is not None and current.name == "saucy":
            self.world.release(ubuntu, current, Series("trusty", "Trusty", "Future", self.world.now))

    def rename_series(self) -> None:
        """Not among the steps of every life: where all tasks of a series are gone, nothing joins its two names."""
        pillar = self.random.choice([one for one in self.pillars if one.series])
        series = self.random.choice(pillar.series)
        if not series.name.endswith("-renamed"):
            self.world.rename_series(pillar, series, f"{series.shown}-Renamed")

    def _person_goes(self) -> None:
        person: Person = self.random.choice(self.people)
        match self.random.randint(0, 2):
            case 0:
                self.world.deactivate(person)
            case 1:
                into = self.random.choice([one for one in self.people if one is not person])
                self.world.merge(person, into)
                self.people.remove(person)
            case _:
                person.name += "-new"

    def _milestone_goes(self) -> None:
        milestones = [one for pillar in self.pillars for one in pillar.milestones]
        if milestones:
            one = self.random.choice(milestones)
            if self.random.random() < 0.5:
                one.name += "-final"
            else:
                self.world.delete_milestone(one)


def live(living: Living, steps: int) -> Iterator[tuple[datetime, tuple[TaskTruth, ...]]]:
    """Let it live; after each step, the instant and what is true then."""
    yield living.world.now, living.world.truth(living.bug.number)
    for _ in range(steps):
        living.step()
        yield living.world.now, living.world.truth(living.bug.number)
