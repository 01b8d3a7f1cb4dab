"""Twenty years of meetings: how long `extract`, `run` and `report` take on an archive like #ubuntu-meeting's.

python bench/archive.py [--pages 2365] [--bugs 5648] [--references 24010] [--teams 14] [--keep DIR]

Makes MoinMoin pages as MeetBot wrote them from 2011 to 2025, the meetings of many teams in one channel, and runs the
program on them as a user would (`--offline`: the network is measured elsewhere). The budgets are ratios and seconds:
a whole run twice the extraction, a run with nothing new a tenth of the first, every report 2 s and 300 MiB.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

TEAMS = (
    "Foundations", "Server", "Desktop", "Kernel", "Security", "QA", "Documentation", "Membership Board", "Xubuntu",
    "Kubuntu", "Release", "Developer Membership Board", "LoCo Council", "Community Council", "Cloud", "ARM", "Studio",
)  # fmt: skip
PEOPLE = tuple(
    f"{first}{last}" for first in ("ada", "bo", "cy", "dee", "eli", "fay") for last in ("", "_", "-w", "42")
)
WORDS = (
    *("the", "upload", "waits", "for", "review", "and", "nobody", "has", "had", "time", "to", "bisect", "so", "we"),
    *("should", "look", "at", "this", "again", "on", "monday", "after", "freeze", "because", "builds", "failed"),
)
STATUSES = ("New", "Confirmed", "Triaged", "In Progress", "Fix Committed", "Fix Released")
FIRST_DAY = datetime(2011, 3, 7, 15, tzinfo=UTC)
SECONDS, MEBIBYTES = 2.0, 300


@dataclass(frozen=True, slots=True)
class Archive:
    """How large the archive is."""

    pages: int = 2365
    bugs: int = 5648
    references: int = 24_010
    teams: int = 14


def make_archive(folder: Path, archive: Archive) -> int:
    """Write the pages below ``folder``, a folder a year; their size in bytes."""
    dice = random.Random(2011)
    size = 0
    step = timedelta(days=5279) / archive.pages
    for index, numbers in enumerate(_spread_bugs(archive, dice)):
        day = (FIRST_DAY + index * step).replace(hour=9 + index % 10, minute=dice.randrange(60), second=18)
        page = render_page(TEAMS[index % archive.teams % len(TEAMS)], day, numbers, dice)
        path = folder / f"{day:%Y}" / f"ubuntu-meeting.{day:%Y-%m-%d-%H.%M}.{index:04d}.moin.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
        size += len(page)
    return size


def _spread_bugs(archive: Archive, dice: random.Random) -> Iterator[list[int]]:
    """Each page's bugs: the new ones of its days, and older ones that its team still carries."""
    carried: dict[int, list[int]] = {}
    made = 0
    for index in range(archive.pages):
        new = archive.bugs * (index + 1) // archive.pages - made
        numbers = [700_000 + 230 * (made + each) + dice.randrange(200) for each in range(new)]
        made += new
        older = carried.setdefault(index % archive.teams, [])
        wanted = archive.references * (index + 1) // archive.pages - archive.references * index // archive.pages
        # A bot's answer doubles most of what is said.
        again = max(0, wanted * 4 // 7 - len(numbers))
        yield numbers + (dice.sample(older[-40:], min(again, len(older[-40:]))) if older else [])
        older.extend(numbers)


def render_page(team: str, start: datetime, numbers: list[int], dice: random.Random) -> str:
    """One page of minutes with its full log."""
    chair = dice.choice(PEOPLE)
    lines = [
        f"<{chair}> #startmeeting {team}",
        f"<meetingology> Meeting started {start:%a %b %d %H:%M:%S %Y} UTC.  The chair is {chair}. Information about"
        " MeetBot at http://wiki.ubuntu.com/meetingology.",
        f"<{chair}> [TOPIC] Review",
    ]
    said = [_say(dice) for _ in range(dice.randrange(220, 480))]
    for number in numbers:
        said[dice.randrange(len(said))] = f"<{dice.choice(PEOPLE)}> what about bug #{number}, is it in hand?"
    for line in said:
        lines.append(line)
        if "bug #" in line and dice.random() < 0.75:
            number = int(line.split("#")[1].split(",")[0])
            status = dice.choice(STATUSES)
            lines.append(
                f'<ubottu> Launchpad bug {number} in linux (Ubuntu) "a made-up title of number {number}"'
                f" [High,{status}] https://launchpad.net/bugs/{number}"
            )
    lines.append(f"<{chair}> #endmeeting")
    spoken: dict[str, int] = {}
    body = []
    for place, line in enumerate(lines):
        at = start + timedelta(seconds=3600 * place / len(lines))
        nick = line[1 : line.index(">")]
        spoken[nick] = spoken.get(nick, 0) + 1
        body.append(f" {at:%H:%M} {line}\n\n")
    people = "".join(f" * {nick} ({count})\n" for nick, count in sorted(spoken.items(), key=lambda each: -each[1]))
    end = start + timedelta(hours=1)
    return (
        f"== Meeting information ==\n * #ubuntu-meeting: {team}, started by {chair}, {start:%d %b} at {start:%H:%M}"
        f" &mdash; {end:%H:%M} UTC\n * Full logs at [[http://ubottu.com/meetingology/logs/ubuntu-meeting/{start:%Y}/"
        f"ubuntu-meeting.{start:%Y-%m-%d-%H.%M}.log.html]]\n\n== Meeting summary ==\n\n=== Review ===\nThe discussion"
        f' about "Review" started at {start:%H:%M}.\n\n== Action items ==\n\n * (none)\n\n== People present (lines'
        f" said) ==\n\n{people}\n== Full Log ==\n\n{''.join(body)}\n"
        "Generated by MeetBot 0.1.5 (http://wiki.ubuntu.com/meetingology)\n"
    )


def _say(dice: random.Random) -> str:
    start = dice.randrange(len(WORDS) - 9)
    return f"<{dice.choice(PEOPLE)}> {' '.join(WORDS[start : start + dice.randrange(3, 9)])}"


@dataclass(frozen=True, slots=True)
class Measured:
    """One call of the program: wall seconds, peak memory of it or any of its processes, bytes printed."""

    seconds: float
    mebibytes: float
    size: int


def as_installed(folder: Path) -> None:
    """Let the program's modules be compiled once, as an installer leaves them: else each run takes 0.5 s more."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
    measure("report", "--help")


def measure(*arguments: str, times: int = 1) -> Measured:
    """Run the program in a process of its own, which tells its own peak; the best of ``times``."""
    best = Measured(float("inf"), 0, 0)
    for _ in range(times):
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
            begin = time.perf_counter()
            process = subprocess.Popen([sys.executable, "-m", "lptrack", *arguments], stdout=out, stderr=errors)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = code = os.waitstatus_to_exitcode(status)
            seconds = time.perf_counter() - begin
            if code:
                errors.seek(0)
                sys.exit(f"lptrack {' '.join(arguments)}: exit {code}\n{errors.read().decode()}")
            best = min(best, Measured(seconds, used.ru_maxrss / 1024, out.tell()), key=lambda each: each.seconds)
    return best


def show(name: str, got: Measured, budget: float, *, memory: int = MEBIBYTES) -> bool:
    """Print one row; whether it is over its budget."""
    over = got.seconds > budget or got.mebibytes > memory
    print(
        f"{name:<34}{got.seconds:>8.2f} s{budget:>8.2f} s{got.mebibytes:>6.0f} MiB{'  OVER' if over else ''}",
        flush=True,
    )
    return over


def measure_archive(folder: Path, logs: Path, team: str) -> bool:
    """Extract, run twice, report in every form; whether anything is over its budget."""
    database = folder / "archive.db"
    common = ("--db", str(database), "--offline")
    out = ("--out", str(folder / "reports"))
    extract = measure("extract", str(logs), "--format", "jsonl", times=2)
    over = show("extract (jsonl)", extract, float("inf"))
    first = measure("run", str(logs), *common, *out)
    over |= show("run, first", first, 2 * extract.seconds)
    over |= show("run, nothing new", measure("run", str(logs), *common, *out, times=2), first.seconds / 10)
    for form in ("table", "text", "markdown", "moin", "html", "csv", "json", "atom", "xlsx"):
        report = ("report", "--team", team, "--db", str(database), "--format", form, "-o", str(folder / f"r.{form}"))
        over |= show(f"report, {form}", measure(*report, times=2), SECONDS)
    return over


def main() -> int:
    """Make, run, print; 1 where a budget is not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    defaults = Archive()
    for name in ("pages", "bugs", "references", "teams"):
        parser.add_argument(f"--{name}", type=int, default=getattr(defaults, name))
    parser.add_argument("--keep", type=Path, help="where the archive is kept, made when it is not there")
    options = parser.parse_args()
    archive = Archive(options.pages, options.bugs, options.references, options.teams)
    with tempfile.TemporaryDirectory() as made:
        folder = options.keep or Path(made)
        logs = folder / "pages"
        size = sum(path.stat().st_size for path in logs.rglob("*.txt")) or make_archive(logs, archive)
        print(f"{archive}, {size / 2**20:.0f} MiB of pages; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        print(f"{'':<34}{'took':>10}{'budget':>10}{'peak':>10}")
        with tempfile.TemporaryDirectory() as work:
            as_installed(Path(work))
            return int(measure_archive(Path(work), logs, TEAMS[0]))


if __name__ == "__main__":
    # A process starts with the peak that its parent had when it was forked: the pages are made within bounds.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < MEBIBYTES * 1024
    sys.exit(main())
