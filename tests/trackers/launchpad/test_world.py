"""The made-up Launchpad against the recorded one: recorded lives, lived again, give the same states and log."""

from __future__ import annotations

import ast
import re
from datetime import datetime

import pytest

from tests.doubles.launchpad.world import Bug, Milestone, Person, Pillar, Place, Refused, Series, Task, World
from tests.trackers.launchpad.recorded_bugs import RecordedBug, Step, load_bugs

RANDOM_LIVES = [bug for bug in load_bugs() if bug.number >= 2900011]
DATE = datetime.fromisoformat("2012-01-01T00:00:00+00:00")


class Replay:
    """A recorded bug's labels, done in a `World`."""

    def __init__(self, recorded: RecordedBug) -> None:
        self.recorded = recorded
        self.world = World(recorded.steps[0].at)
        self.ubuntu = self.world.add_distribution(
            "ubuntu",
            "Ubuntu",
            (
                Series("saucy", "Saucy", "Active Development", DATE),
                Series("quantal", "Quantal", "Current Stable Release", DATE, DATE),
                Series("precise", "Precise", "Supported", DATE, DATE),
            ),
        )
        self.world.add_project("unity-shell", "Unity Shell", ("trunk", "7.1"))
        for name in ("compiz9", "bulk", "expiring"):
            self.world.add_project(name, name.title())
        for name, shown in (
            ("mia-triage", "Mia Triager"), ("soren-o", "Søren Ølund (work)"), ("x+y.z-1", "None"), ("pete", "Pete"),
            ("kernel-packagers", "Kernel: Packaging (Team)"),
        ):  # fmt: skip
            self.world.add_person(name, shown)
        first = recorded.steps[0]
        self.bug: Bug = self.world.file(
            recorded.number, self.world.people["pete"], self.place(first.label.split()[-1]), first.title
        )

    def place(self, path: str) -> Place:
        """`/ubuntu/precise/+source/linux`"""
        head, _, package = path.strip("/").partition("/+source/")
        name, _, series = head.partition("/")
        pillar = self.world.pillars[name]
        return Place(pillar, pillar.named(series) if series else None, package or None)

    def task(self, path: str) -> Task:
        found = self.bug.at(self.place(path))
        assert found is not None
        return found

    def milestone(self, pillar: Pillar, name: str) -> Milestone | None:
        if name == "None":
            return None
        name = name.rpartition("/")[2]
        known = [one for one in pillar.milestones if one.name == name]
        return known[0] if known else self.world.add_milestone(pillar, name)

    def person(self, link: str | None) -> Person | None:
        return None if link in (None, "None") else self.world.people[str(link).rpartition("~")[2]]

    def do(self, step: Step) -> None:
        """One step, by its label."""
        self.world.now = step.at
        mia, pete = self.world.people["mia-triage"], self.world.people["pete"]
        if found := re.fullmatch(r"(?:API addTask|add task) (?P<path>[^,]+)(?P<web>, with the event.*)?", step.label):
            logged = found["web"] is not None
            self.world.add_task(self.bug, pete, self.place(found["path"]), logged=logged)
        elif step.label.startswith("addNomination"):
            pass  # `approve` does both
        elif step.label.startswith("approve "):
            place = self.place(step.label.removeprefix("approve "))
            assert place.series is not None
            self.world.approve(self.bug, mia, place.pillar, place.series)
        elif step.label.startswith("DELETE "):
            self.world.delete(self.bug, self.task(step.label.removeprefix("DELETE ").split("/+bug")[0]), mia)
        elif step.label == "title and tags":
            self.world.retitle(self.bug, mia, step.title)
            self.world.retag(self.bug, mia, list(step.tags))
        else:
            path, change = step.label.split(f"/+bug/{self.recorded.number}: ")
            self.edit(self.task(path), change)

    def edit(self, task: Task, change: str) -> None:
        asked = ast.literal_eval(change) if change.startswith("{") else dict([change.split(" ", 1)])
        to = self.place(asked.pop("target_link")) if "target_link" in asked else None
        changes: dict[str, object] = {}
        for name, value in asked.items():
            match name:
                case "assignee_link" | "assignee":
                    changes["assignee"] = self.person(value)
                case "milestone":
                    changes["milestone"] = self.milestone(task.place.pillar, value)
                case _:
                    changes[name] = value
        self.world.edit(self.bug, task, self.world.people["mia-triage"], to=to, **changes)


@pytest.mark.parametrize("recorded", RANDOM_LIVES, ids=lambda bug: str(bug.number))
def test_a_recorded_life_lived_again_is_the_same(recorded: RecordedBug) -> None:
    replay = Replay(recorded)
    pending: list[tuple[str, str, str | None, str | None]] = []  # a nomination is written in the step before
    for number, step in enumerate(recorded.steps):
        before = len(replay.bug.log) if number else 0
        refused = step.answer is not None and step.answer >= 400
        if number and not refused:
            try:
                replay.do(step)
            except Refused:
                refused = True
        tasks = {
            (one.target, one.status, one.importance, one.assignee, one.milestone)
            for one in replay.world.truth(recorded.number)
        }
        assert tasks == set(step.tasks), f"step {number}: {step.label}"
        pending += step.entries
        if not step.label.startswith("addNomination"):
            written = [(one.person.name, one.what, one.old, one.new) for one in replay.bug.log[before:]]
            assert written == pending, f"step {number}: {step.label}"
            pending = []
        assert not refused or not step.entries


def test_nine_lives_were_lived() -> None:
    assert len(RANDOM_LIVES) == 9
