"""How long `status --at` and `report` take on a big database: whole processes, with the peak of their memory.

python bench/database.py [--bugs 10000] [--meetings 200] [--keep PATH]

Makes a database of made-up bugs (two tasks and about nine status events each, every bug spoken of in four meetings)
through the ordinary API, then runs the program as a user would.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lptrack.logs.model import Extraction
from lptrack.model import (
    LAUNCHPAD,
    BugHistory,
    BugKey,
    BugTask,
    LogEntry,
    Meeting,
    Observation,
    Reference,
    ReferenceKind,
    Span,
    StatusEvent,
    TaskLife,
    TaskSpan,
)
from lptrack.storage.store import Store
from lptrack.trackers.interface import Fetched

EPOCH = datetime(2014, 1, 6, 16, tzinfo=UTC)
STEPS = ("New", "Confirmed", "Triaged", "In Progress", "Fix Committed", "Fix Released")
TARGETS = ("linux (Ubuntu)", "linux (Ubuntu Saucy)")


def make_meetings(count: int) -> list[Meeting]:
    """One a week."""
    return [
        Meeting(
            id=f"bench/{(start := EPOCH + timedelta(weeks=week)):%Y-%m-%dT%H:%MZ}", channel="bench", started_at=start,
            start_exact="second", ended_at=start + timedelta(hours=1), name=None, chair="ada",
        )
        for week in range(count)
    ]  # fmt: skip


def make_log(meeting: Meeting, numbers: list[int]) -> Extraction:
    """A meeting that speaks of these bugs."""
    assert meeting.started_at is not None
    references = tuple(
        Reference(
            kind=ReferenceKind.MENTION, tracker=LAUNCHPAD, number=number, source=f"logs/{meeting.id}.txt", line=line,
            meeting=meeting.id, speaker=f"nick{line % 9}", at=meeting.started_at + timedelta(seconds=line * 5),
            exact="minute", time="16:00", topic="Bugs", text=f"and what about bug #{number}?", rule="bug-number",
        )
        for line, number in enumerate(numbers, 1)
    )  # fmt: skip
    digest = hashlib.sha256(meeting.id.encode()).hexdigest()
    return Extraction(
        f"logs/{meeting.id}.txt", digest, "meetbot-log", (meeting,), references, (), len(numbers) * 3, 0
    )


def make_bug(number: int, weeks: int, read_at: datetime, dice: random.Random) -> tuple[Fetched, BugHistory]:
    """A bug of two tasks whose statuses move now and then."""
    bug = BugKey(LAUNCHPAD, number)
    birth = EPOCH + timedelta(hours=dice.randrange(weeks * 84))
    lives, events, tasks = [], [], []
    entries: list[LogEntry] = []
    for key, target in enumerate(TARGETS):
        moments = sorted({birth + timedelta(minutes=dice.randrange(1, weeks * 10080)) for _ in range(4)})
        statuses = ["New", *(dice.choice(STEPS) for _ in moments)]
        starts = [birth, *moments]
        spans = tuple(
            TaskSpan(since, until, target, status, "High", f"person{number % 40}", None)
            for since, until, status in zip(starts, [*moments, None], statuses, strict=True)
        )
        lives.append(TaskLife(key, spans, key))
        series = "saucy" if key else None
        tasks.append(
            BugTask(target, target, "linux", series, statuses[-1], "High", f"person{number % 40}", None, None)
        )
        for at, old, new in zip(moments, statuses, statuses[1:], strict=False):
            position = len(entries)
            entries.append(LogEntry(position, at, "cjwatson", f"{target}: status", old, new))
            events.append(StatusEvent(at, position, "cjwatson", key, target, "status", old, new))
    title = f"The kernel does something number {number} (made-up)"
    observation = Observation(
        LAUNCHPAD, number, f"https://bugs.launchpad.net/bugs/{number}", title, tuple(tasks), created_at=birth
    )
    history = BugHistory(
        bug, read_at, tuple(lives), tuple(events), (Span(birth, None, title),), (Span(birth, None, None),),
        (Span(birth, None, "saucy"),),
    )  # fmt: skip
    return Fetched(observation, tuple(entries), read_at), history


def fill(path: Path, bugs: int, meetings: int) -> None:
    """Make the database."""
    dice = random.Random(7)
    read_at = EPOCH + timedelta(weeks=meetings)
    numbers = list(range(2_000_001, 2_000_001 + bugs))
    with Store.open(path) as store:
        for meeting in make_meetings(meetings):
            spoken = dice.sample(numbers, max(1, bugs * 4 // meetings))
            store.take_in(make_log(meeting, spoken), read_at)
        for start in range(0, bugs, 500):
            with store.transaction():
                for number in numbers[start : start + 500]:
                    store.record(*make_bug(number, meetings, read_at, dice))


def measure(arguments: list[str], times: int = 3) -> tuple[float, float, int]:
    """Best wall time of a whole process in seconds, its peak memory in MiB, and the size of its output."""
    best, size = float("inf"), 0
    for _ in range(times):
        begin = time.perf_counter()
        done = subprocess.run([sys.executable, "-m", "lptrack", *arguments], capture_output=True, check=True)
        best, size = min(best, time.perf_counter() - begin), len(done.stdout)
    return best, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, size


def main() -> None:
    """Make, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bugs", type=int, default=10_000)
    parser.add_argument("--meetings", type=int, default=200)
    parser.add_argument("--keep", type=Path, help="the database, made when it is not there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.keep or Path(folder) / "bench.db"
        if not path.exists():
            begin = time.perf_counter()
            fill(path, options.bugs, options.meetings)
            print(f"made: {options.bugs} bugs, {options.meetings} meetings in {time.perf_counter() - begin:.1f} s,")
        print(f"      {path.stat().st_size / 2**20:.0f} MiB; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        middle = EPOCH + timedelta(weeks=options.meetings // 2)
        for name, arguments in (
            ("status --at (JSON)", ["status", "--at", middle.isoformat(), "--format", "json"]),
            ("status --at (CSV)", ["status", "--at", middle.isoformat(), "--format", "csv"]),
            ("report (JSON)", ["report", "--format", "json"]),
            ("report (CSV)", ["report", "--format", "csv"]),
            ("report --from, a year", ["report", "--from", f"bench/{middle:%Y-%m-%dT%H:%MZ}", "--format", "json"]),
        ):
            seconds, memory, size = measure([*arguments, "--db", str(path)])
            print(json.dumps({"what": name, "s": round(seconds, 2), "peak MiB": round(memory), "bytes": size}))


if __name__ == "__main__":
    main()
