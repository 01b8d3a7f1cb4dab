"""Random lives in the double: what the log makes of them is the truth, or is said to be unknown; never another."""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lptrack.model import UNKNOWN, BugHistory
from lptrack.trackers.debian.history import build_history
from lptrack.trackers.debian.log import build_entries
from lptrack.trackers.debian.mail import parse_mail
from lptrack.trackers.debian.soap import parse_response
from lptrack.trackers.debian.status import parse_status, parse_statuses
from tests.doubles.debbugs.server import Asked, DebbugsDouble
from tests.doubles.debbugs.world import Bug, World

START = datetime(2013, 1, 1, 12, 0, tzinfo=UTC)
READ = datetime(2014, 1, 1, 12, 0, tzinfo=UTC)
FIELDS = ("target", "status", "importance", "assignee", "milestone")
SEVERITIES = ("critical", "serious", "important", "normal", "minor", "wishlist")
JUNK = ("Hello,", "I am back", "from the fair", "and found", "all of this")
"""As many lines that are no command as end the reading."""
NEARLY = (*JUNK[:4], "severity 11 dreadful", "block 11 by 12")
"""One less, and commands that are refused or change nothing: the reading goes on."""
IDLE = (
    (), ("Dear tracker,", "please do"), ("# as agreed",), ("severity 11 dreadful", "merge 11", "retitle 11"),
    ("user eve@example.org", "usertag 11 + made-up"), ("affects 11 + bbb", "block 11 by 12", "summary 11 0"),
    NEARLY, ("submitter 11 Eve <eve@example.org>", "found 11 not/a/version", "owner 11"),
)  # fmt: skip
"""Lines that change no state: words, refused commands, commands of other things."""
VERSIONS = ("1.0-1", "1.2-1", "1.2-2", "2.0-1")


def read_history(world: World, number: int, read_at: datetime = READ) -> BugHistory:
    """The bug's history by the same ways as over the network, without one."""
    double = DebbugsDouble(world)
    answer = double.answer(Asked("get_status", (number,), 0, ""))
    assert answer is not None
    state = parse_statuses(parse_response(answer, "get_status"), (number,))[number]
    observation = parse_status(number, state, f"https://bugs.debian.org/{number}")
    mails = [
        parse_mail(str(mail["header"]), str(mail["body"]), ("bugs.debian.org",)) for mail in world.bugs[number].log
    ]
    entries = build_entries(number, mails, world.bugs[number].merged)
    return build_history(observation, entries, read_at)


def compare(history: BugHistory, bug: Bug) -> Counter[str]:
    """Fails on any value that is not the truth; counts what is known and unknown at all that was to be known."""
    score: Counter[str] = Counter()
    instants = sorted({since for since, _ in bug.truth} | {span.since for span in history.lives[0].spans})
    probes = [at + shift for at in instants for shift in (timedelta(0), timedelta(seconds=1), timedelta(seconds=-1))]
    for at in probes:
        truth = bug.at(at)
        spans = [span for span in history.lives[0].spans if span.since <= at and (not span.until or at < span.until)]
        if truth is None:  # a clone has the date of the bug that it was made of: up to then it says nothing
            assert all(getattr(span, name) is UNKNOWN for span in spans for name in FIELDS if name != "target")
            continue
        assert len(spans) == 1
        for name in FIELDS:
            value = getattr(spans[0], name)
            if name == "target" and history.notes:
                continue  # a target has no way to say that it is unknown; the notes do
            score["known" if value is not UNKNOWN else "unknown"] += 1
            assert value is UNKNOWN or value == truth[name], (at, name, value, truth, history.notes)
        for name, spread in (("title", history.titles), ("tags", history.tags)):
            held = [span.value for span in spread if span.since <= at and (not span.until or at < span.until)]
            assert held[0] is UNKNOWN or held[0] == truth[name], (at, name)
    return score


class Life:
    """A world of a few bugs that something random happens to."""

    def __init__(self, chance: random.Random, *, wild: bool) -> None:
        self.chance = chance
        self.world = World()
        self.now = START
        self.wild = wild
        for number in (11, 12, 13):
            self.tick()
            self.world.report(
                number, self.now, severity=chance.choice((None, *SEVERITIES)), package=chance.choice(("aaa", "bbb")),
                pseudo=chance.choice(((), ("Tags: patch",), ("Owner: Eve <eve@example.org>",), ("Version: 1.0-1",))),
                subject=f"aaa: makes things up {number} (made-up)",
            )  # fmt: skip

    def tick(self) -> None:
        self.now += timedelta(seconds=self.chance.choice((1, 60, 3600, 86400)))

    def command(self, number: int) -> tuple[str | int, ...]:
        pick = self.chance.choice
        return pick((
            ("severity", number, pick(SEVERITIES)), ("retitle", number, pick(("one thing", "another thing"))),
            ("owner", number, pick(("!", "Eve <eve@example.org>"))), ("noowner", number),
            ("forwarded", number, "https://example.org/1"), ("notforwarded", number),
            ("tag", number, pick(("+ patch", "- patch", "+ pending", "- pending", "+ fixed", "= moreinfo"))),
            ("close", number), ("close", number, pick(VERSIONS)), ("reopen", number), ("found", number),
            ("found", number, pick(VERSIONS)), ("fixed", number, pick(VERSIONS)),
            ("notfixed", number, pick(VERSIONS)), ("reassign", number, pick(("aaa", "bbb"))),
        ))  # fmt: skip

    def step(self) -> None:
        self.tick()
        number = self.chance.choice(sorted(self.world.bugs) if self.wild else (11, 12, 13))
        commands = [self.command(self.chance.choice((number, 11))) for _ in range(self.chance.randint(1, 3))]
        match self.chance.randrange(16 if self.wild else 6):
            case 0 | 1:
                self.world.control(commands, self.now)
            case 2:
                self.world.control([self.command(number)], self.now, stamp=str(number), bits=True)
            case 3:
                pseudo = self.chance.choice(((), ("Source: aaa", "Source-Version: 1.2-1"), ("Version: 2.0-1",)))
                self.world.close(number, self.now, pseudo=pseudo)
            case 4:
                self.world.comment(number, self.now, ["I think so too.", "", "> severity 11 wishlist", "No."])
            case 5:
                before, after = self.chance.choice(IDLE), self.chance.choice(((), ("severity 11 minor", "close 11")))
                self.world.control(commands, self.now, before=before, after=after)
            case 6:
                # A blind copy to control@: the one mail in the log says that it went to the bug.
                self.world.control(commands, self.now, stamp=str(number), to=f"{number}@bugs.debian.org")
            case 7:
                # The same words, but control@ never saw them.
                self.world.comment(number, self.now, [" ".join(map(str, command)) for command in commands])
            case 8:
                name = self.chance.choice(("merge", "forcemerge"))
                self.world.control(
                    [(name, number, self.chance.choice([n for n in (11, 12, 13) if n != number]))], self.now
                )
            case 9:
                self.world.control([("unmerge", number)], self.now)
            case 10 if len(self.world.bugs) < 6:
                more = [self.command(-1) for _ in range(self.chance.randint(0, 2))]
                self.world.control([("clone", number, -1), *more, *commands[:1]], self.now)
            case 11:
                self.world.expire(number)
            case 12:
                self.world.control([("unarchive", number), *commands], self.now)
            case 13:
                self.world.spam(number, self.now, kind=self.chance.randrange(30))
            case 14:
                both = f"control@bugs.debian.org, {number}@bugs.debian.org"
                ignored = (*JUNK, *(" ".join(map(str, command)) for command in commands))
                self.world.control([], self.now, stamp=str(number), to=both, before=ignored)
            case _:
                both = f"control@bugs.debian.org, {number}@bugs.debian.org"
                self.world.control(commands, self.now, stamp=str(number), to=both)

    def end(self) -> None:
        """An administrator has the last word, which only the present shows."""
        self.tick()
        for number in (11, 12, 13):
            name, value = self.chance.choice(
                (("severity", "grave"), ("done", "Root"), ("owner", "Root"), ("done", ""))
            )
            self.world.silently(number, self.now, **{str(name): value})


@settings(max_examples=150, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32), steps=st.integers(0, 14))
def test_every_value_of_an_ordinary_life_is_known_and_right(seed: int, steps: int) -> None:
    life = Life(random.Random(seed), wild=False)
    for _ in range(steps):
        life.step()
    for number, bug in life.world.bugs.items():
        history = read_history(life.world, number)
        score = compare(history, bug)
        unknown = [
            name
            for span in history.lives[0].spans
            for name in FIELDS
            if name != "milestone" and getattr(span, name) is UNKNOWN
        ]
        assert unknown == [], history.notes
        assert score["known"] > 0


@settings(max_examples=250, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32), steps=st.integers(0, 14))
def test_no_value_of_a_wild_life_is_wrong(seed: int, steps: int) -> None:
    life = Life(random.Random(seed), wild=True)
    for _ in range(steps):
        life.step()
    for number, bug in life.world.bugs.items():
        compare(read_history(life.world, number), bug)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32), steps=st.integers(0, 10))
def test_a_change_that_no_mail_tells_is_never_dated(seed: int, steps: int) -> None:
    life = Life(random.Random(seed), wild=False)
    for _ in range(steps):
        life.step()
    life.end()
    for number, bug in life.world.bugs.items():
        compare(read_history(life.world, number), bug)


@pytest.mark.parametrize("seed", [618])
def test_lives_that_were_once_read_wrongly(seed: int) -> None:
    """A bug that was perhaps done got a mail to N-done@, which then does not take `pending` away."""
    life = Life(random.Random(seed), wild=True)
    for _ in range(life.chance.randint(3, 25)):
        life.step()
    for number, bug in life.world.bugs.items():
        compare(read_history(life.world, number), bug)


@pytest.mark.slow
def test_many_wild_lives() -> None:
    """As many bugs as LPTRACK_LIVES says (20,000), none with a wrong or a missing value."""
    wanted, seed, wrong = int(os.environ.get("LPTRACK_LIVES", "20000")), 0, []
    score: Counter[str] = Counter()
    while score["bugs"] < wanted:
        life = Life(random.Random(seed), wild=True)
        for _ in range(life.chance.randint(3, 25)):
            life.step()
        for number, bug in life.world.bugs.items():
            score["bugs"] += 1
            try:
                score += compare(read_history(life.world, number), bug)
            except AssertionError as error:
                wrong.append(f"seed {seed}, bug {number}: {error}")
        seed += 1
    share = score["unknown"] / (score["known"] + score["unknown"])
    print(f"{dict(score)}, unknown {share:.2%}, bugs with a mistake {len(wrong)}")
    assert wrong == []


@pytest.mark.parametrize("seed", range(3))
def test_most_of_a_wild_life_is_known(seed: int) -> None:
    score: Counter[str] = Counter()
    for index in range(40):
        life = Life(random.Random(seed * 1000 + index), wild=True)
        for _ in range(8):
            life.step()
        for number, bug in life.world.bugs.items():
            score += compare(read_history(life.world, number), bug)
    assert score["known"] > score["unknown"], score
