"""Made-up worlds for the site: several teams, bugs with random lives, bots, bugs unread, unseen and private."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

from lptrack.model import Absence, BugKey, Meeting, ReferenceKind, Unresolved
from lptrack.storage.store import Store
from lptrack.trackers.interface import Fetched
from lptrack.trackers.launchpad.history import build_history
from tests.doubles.launchpad.random_lives import Living, build_world, live
from tests.doubles.launchpad.world_answers import read_world
from tests.storage.lives import (
    make_announcement,
    make_fetched,
    make_history,
    make_log,
    make_meeting,
    make_reference,
    make_task,
)

TEAMS: Sequence[tuple[str, str | None]] = (
    ("wren-meeting", "Wren"), ("wren-meeting", "Heron <b>&\u202e"), ("owl", None), ("mail", "Ärger = Team"),
)  # fmt: skip
WEEK = timedelta(days=7)


class Village:
    """The world as it is recorded. ``last_read``: when a tracker was last read."""

    def __init__(self, store: Store, seed: int, bugs: int = 18) -> None:
        self.store, self.dice = store, Random(seed)
        self.numbers = list(range(1, bugs + 1))
        self.meetings: list[Meeting] = []
        starts = []
        for number in self.numbers:
            world = build_world()
            truth = live(Living(world, number, Random(seed * 1000 + number), silent=number % 3 == 0), 24)
            moments = [at for at, _ in truth]
            starts.append(moments[0])
            world.wait(timedelta(hours=1))
            if number % 7 == 0:  # named, and never read
                continue
            observation, entries, facts = read_world(world, number)
            observation = replace(observation, private=number % 11 == 0)
            self.last_read = world.now
            store.record(
                Fetched(observation, entries, world.now), build_history(observation, entries, facts, world.now)
            )
        self.begin = min(starts) + timedelta(days=1)
        store.record(make_fetched(900, [make_task("zlib", "Confirmed")], self.begin, tracker="debian"), None)
        store.record_unresolved(
            Unresolved(BugKey("launchpad", 7), "https://bugs.example/7", Absence.UNREACHABLE), self.begin
        )

    def read_again(self, number: int, status: str) -> None:
        """The tracker is read again, and has another status."""
        steps = [(self.begin, "New"), (self.last_read, status)]
        later = self.last_read + (self.last_read - self.begin)
        history = make_history(number, {"linux (Ubuntu)": steps}, later)
        fetched = make_fetched(number, [make_task("linux (Ubuntu)", status, "High")], later)
        self.store.record(Fetched(fetched.observation, (), later), history)

    def meet(self, week: int, team: int, *, bots: bool = True) -> Meeting:
        """One meeting of one team, which speaks of some bugs, and whose bot announces one."""
        channel, name = TEAMS[team]
        start = self.begin + week * WEEK + timedelta(hours=team)
        meeting = make_meeting(start.replace(second=18, microsecond=0), channel=channel, name=name)
        said = [
            make_reference(meeting, line, number, speaker=self.dice.choice(("ada", "bo", "<script>")), duty=duty)
            for line, (number, duty) in enumerate(self._choose(), 1)
        ]
        told = [make_announcement(meeting, 40, self.dice.choice(self.numbers), "linux (Ubuntu)", "Confirmed")]
        debian = [make_reference(meeting, 50, 900, tracker="debian", kind=ReferenceKind.LINK)]
        self.store.take_in(
            make_log([meeting], [*said, *(told if bots else []), *debian], source=f"logs/{meeting.id}.log"),
            start + timedelta(hours=2),
        )
        self.meetings.append(meeting)
        return meeting

    def _choose(self) -> list[tuple[int, str | None]]:
        chosen = self.dice.sample(self.numbers, 5)
        return [(number, self.dice.choice(("action", None, None))) for number in chosen]


@contextmanager
def build_village(path: Path | str, seed: int, weeks: int = 5) -> Iterator[Village]:
    """A database in which each team met each week."""
    with Store.open(path) as store:
        village = Village(store, seed)
        for week in range(weeks):
            for team in range(len(TEAMS)):
                village.meet(week, team)
        yield village
