"""The site of an invented organisation: how long the first takes, the next with nothing new, and with one meeting.

python bench/site.py [--teams 50] [--meetings 2000] [--bugs 20000] [--keep DIR]

Makes a database through the ordinary API (weekly meetings of every team, 24 bugs a meeting of which ten are new, two
tasks and about eight status events a bug), then runs the program as a user would, in processes of its own. The budget
is 60 s and 500 MiB for all of it, 5 s for one new meeting whose bugs were read again. 1 where a budget is not kept.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from archive import measure, show  # noqa: E402 (the source tree stands first)
from database import EPOCH, make_bug  # noqa: E402

from lptrack.logs.model import Extraction  # noqa: E402
from lptrack.model import LAUNCHPAD, Meeting, Reference, ReferenceKind  # noqa: E402
from lptrack.storage.store import Store  # noqa: E402

FIRST = 2_000_001
SPOKEN = 24
"""Bugs that a meeting speaks of, new and old."""
ALL, NEXT, NONE, MEBIBYTES = 60.0, 5.0, 5.0, 500


def make_meeting(team: int, week: int) -> Meeting:
    """A team's meeting of a week, in its channel."""
    start = EPOCH + timedelta(weeks=week, hours=team % 24)
    return Meeting(
        id=f"team{team:02}/{start:%Y-%m-%dT%H:%MZ}", channel=f"team{team:02}", started_at=start, start_exact="second",
        ended_at=start + timedelta(hours=1), name=f"Team {team:02}", chair="ada",
    )  # fmt: skip


def make_log(meeting: Meeting, numbers: Sequence[int], dice: random.Random) -> Extraction:
    """A meeting that speaks of these bugs, and gives one of them to somebody."""
    assert meeting.started_at is not None
    source = f"logs/{meeting.id}.txt"
    references = tuple(
        Reference(
            kind=ReferenceKind.MENTION, tracker=LAUNCHPAD, number=number, source=source, line=line,
            meeting=meeting.id, speaker=f"nick{dice.randrange(9)}", at=meeting.started_at + timedelta(minutes=line),
            exact="minute", time="16:00", topic="Bugs", text=f"and what about bug #{number}?", rule="bug-number",
            duty="action" if line == 1 else None,
        )
        for line, number in enumerate(numbers, 1)
    )  # fmt: skip
    digest = hashlib.sha256(meeting.id.encode()).hexdigest()
    return Extraction(source, digest, "meetbot-log", (meeting,), references, (), len(numbers) * 3, 0)


def fill(path: Path, teams: int, meetings: int, bugs: int) -> None:
    """Make the database: each team has bugs of its own, and speaks of the new ones and of some it carries."""
    dice = random.Random(50)
    weeks, each = meetings // teams, bugs // teams
    read_at = EPOCH + timedelta(weeks=weeks)
    with Store.open(path) as store:
        for team in range(teams):
            own = list(range(FIRST + team * each, FIRST + (team + 1) * each))
            with store.transaction():
                for week in range(weeks):
                    new = own[each * week // weeks : each * (week + 1) // weeks]
                    carried = own[max(0, each * (week - 12) // weeks) : each * week // weeks]
                    older = dice.sample(carried, min(len(carried), max(0, SPOKEN - len(new))))
                    store.take_in(make_log(make_meeting(team, week), [*new, *older], dice), read_at)
                for number in own:
                    store.record(*make_bug(number, weeks, read_at, dice))


def add_meeting(path: Path, teams: int, meetings: int, bugs: int) -> None:
    """One team meets again, and every bug that it spoke of is read again."""
    dice = random.Random(51)
    week = meetings // teams
    read_at: datetime = EPOCH + timedelta(weeks=week, days=3)
    numbers = dice.sample(range(FIRST, FIRST + bugs // teams), SPOKEN)
    with Store.open(path) as store, store.transaction():
        store.take_in(make_log(make_meeting(0, week), numbers, dice), read_at)
        for number in numbers:
            fetched, history = make_bug(number, week, read_at, dice)
            store.record(replace(fetched, read_at=read_at), history)


def main() -> int:
    """Make, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, count in (("teams", 50), ("meetings", 2000), ("bugs", 20_000)):
        parser.add_argument(f"--{name}", type=int, default=count)
    parser.add_argument("--keep", type=Path, help="where database and site are kept")
    options = parser.parse_args()
    size = (options.teams, options.meetings, options.bugs)
    with tempfile.TemporaryDirectory() as made:
        folder = options.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        path, out = folder / "site.db", folder / "site"
        if path.exists() or out.exists():
            sys.exit(f"{folder}: is not empty")
        # A process starts with the peak that its parent had when it was forked: the database is made by a child.
        if not (child := os.fork()):
            begin = time.perf_counter()
            fill(path, *size)
            print(f"made in {time.perf_counter() - begin:.0f} s, {path.stat().st_size / 2**20:.0f} MiB", flush=True)
            os._exit(0)
        os.waitpid(child, 0)
        print(
            f"{size[0]} teams, {size[1]} meetings, {size[2]} bugs; {os.cpu_count()} cores, load"
            f" {os.getloadavg()[0]:.1f}"
        )
        print(f"{'':<34}{'took':>10}{'budget':>10}{'peak':>10}")
        site = ("site", "--out", str(out), "--db", str(path), "-q")
        over = show("the first time", measure(*site), ALL, memory=MEBIBYTES)
        over |= show("nothing new", measure(*site), NONE, memory=MEBIBYTES)
        if not (child := os.fork()):
            add_meeting(path, *size)
            os._exit(0)
        os.waitpid(child, 0)
        over |= show("one new meeting", measure(*site), NEXT, memory=MEBIBYTES)
        files = [each for each in out.rglob("*") if each.is_file()]
        print(f"{len(files)} files, {sum(each.stat().st_size for each in files) / 2**20:.0f} MiB")
        return int(over)


if __name__ == "__main__":
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < MEBIBYTES * 1024
    sys.exit(main())
