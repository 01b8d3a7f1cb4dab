"""Two machines that keep one team's database each: the same world, seen at other moments. All made up, by a die."""

from __future__ import annotations

import random
from datetime import datetime

from lptrack.model import Absence, BugHistory, BugKey, LogEntry, Unresolved
from lptrack.net.settings import Budget
from lptrack.sources.interface import Mark
from lptrack.storage.store import Store
from tests.storage.lives import (
    day,
    make_announcement,
    make_fetched,
    make_history,
    make_log,
    make_meeting,
    make_reference,
    make_task,
)

STATUSES = ("Triaged", "In Progress", "Fix Committed", "Fix Released")


def build(observation, entries, facts, read_at) -> BugHistory | None:
    """A tracker whose log entries say every status of its one task; its importance hangs on a fact."""
    steps = [(day(0), "New"), *((entry.at, entry.new) for entry in entries)]
    return make_history(observation.number, {"linux": steps}, read_at, importance=facts.get("importance", "High"))


class World:
    """What is true at each moment: bugs whose logs grow, files that grow, facts that change."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.now = 20.0
        self.bugs = {
            number: sorted((dice.uniform(1, 60), dice.choice(STATUSES)) for _ in range(dice.randint(0, 4)))
            for number in range(11, 17)
        }
        self.files = {
            f"{place}/{name}.log": [dice.uniform(15, 60) for _ in range(dice.randint(1, 4))]
            for place in ("https://logs.example", "logs", "b/logs")
            for name in ("one", "two")
        }

    def tick(self) -> datetime:
        """The next moment; no two things happen at once."""
        self.now += self.dice.uniform(0.01, 1)
        return day(self.now)

    def log(self, path: str):
        """The file as it is now; `b/logs` has the very bytes of `logs`."""
        start = make_meeting(day(10 if path.endswith("one.log") else 11), channel="web" if "://" in path else "file")
        said = []
        for line, since in enumerate(self.files[path.replace("b/", "")], 1):
            if since <= self.now or line == 1:
                number = 11 + line
                said.append(
                    make_announcement(start, line, number, "linux", "New")
                    if line == 2
                    else make_reference(start, line, number, text=f"bug #{number} {path.replace('b/', '')} {line}")
                )
        return make_log([start], said, source=path)


class Host:
    """One machine's database, and what it does with the world."""

    def __init__(self, world: World, store: Store, login: str | None) -> None:
        self.world, self.store, self.login = world, store, login
        self.run: int | None = None
        self.deeds = (
            self.begin, self.end, self.take_in, self.take_in, self.take_in, self.read, self.read, self.read,
            self.fail, self.learn, self.fetch, self.deliver,
        )  # fmt: skip

    def act(self) -> None:
        """One deed, at a moment of its own."""
        at = self.world.tick()
        self.store.clock = lambda: at
        self.world.dice.choice(self.deeds)(at)

    def begin(self, at: datetime) -> None:
        self.run = self.store.begin_run("run")

    def end(self, at: datetime) -> None:
        if self.run is not None:
            self.store.end_run(self.run, 0, Budget(requests=3))

    def take_in(self, at: datetime) -> None:
        place = self.world.dice.choice(["https://logs.example", "logs", "b/logs"])
        self.store.take_in(self.world.log(f"{place}/{self.world.dice.choice(['one', 'two'])}.log"), at, run=self.run)

    def read(self, at: datetime) -> None:
        number = self.world.dice.choice(list(self.world.bugs))
        steps = [step for step in self.world.bugs[number] if step[0] <= self.world.now]
        entries = [LogEntry(n, day(when), "ana", "linux: status", None, new) for n, (when, new) in enumerate(steps)]
        if self.login and number == 16 and entries:
            entries[0] = LogEntry(0, day(0.5), "ana", "linux: status", None, "Incomplete")  # what only a login sees
        task = make_task("linux", steps[-1][1] if steps else "New")
        fetched = make_fetched(number, [task], at, entries=entries, title=f"Bug {number} of {len(steps)} (made-up)")
        facts, _ = self.store.load_facts("launchpad")
        history = build(fetched.observation, fetched.entries, facts, at)
        self.store.record(fetched, history, run=self.run, login=self.login)

    def fail(self, at: datetime) -> None:
        bug = BugKey("launchpad", self.world.dice.choice([*self.world.bugs, 99]))
        reason = self.world.dice.choice(list(Absence))
        self.store.record_unresolved(Unresolved(bug, "https://bugs.example/9", reason), at, run=self.run)

    def learn(self, at: datetime) -> None:
        facts = (
            {"importance": self.world.dice.choice(["High", "Low"])} if self.world.now > 25 else {"series": "focal"}
        )
        self.store.record_facts("launchpad", facts, at)

    def fetch(self, at: datetime) -> None:
        self.store.save_mark(
            "https://logs.example", self.world.dice.choice("ab"), Mark(str(self.world.now), None, None, False)
        )

    def deliver(self, at: datetime) -> None:
        place = ("forum", "kestrel", "report", self.world.dice.choice(["w1", "w2"]))
        self.store.begin_delivery(place, str(self.world.dice.randrange(3)))
        if self.world.dice.random() < 0.7:
            self.store.confirm_delivery(place, str(self.world.dice.randrange(100)))
