"""How fast `lptrack extract` is beside ripgrep with the naive pattern, on the same file in the same run.

    python bench/extract.py [--corpus DIR] [--size MIB] [--dense-size MIB] [--memory-size MIB] [--runs N]

With --corpus: on the `sparse` and `dense` `.txt.gz` of that folder, real channels' logs, each repeated to its size.
Else it makes a corpus (the same on every machine): a support channel with one reference in 1,500 lines, developers'
channels with one in 40, half of them a bot's. Both programs run on one core. irclog2html and Perceval's supybot
parser are timed where they are installed (`pip install irclog2html perceval` in an environment of their own, with
its `bin` on PATH).
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

NAIVE = r"(bug|lp)s?:?\s*#?[0-9]+"
ONE_CORE = ["taskset", "-c", "0"] if shutil.which("taskset") else []
WORDS = [
    "the",
    "of",
    "and",
    "to",
    "in",
    "is",
    "you",
    "that",
    "it",
    "he",
    "was",
    "for",
    "on",
    "are",
    "as",
    "with",
    "his",
    "they",
    "at",
    "be",
    "this",
    "have",
    "from",
    "or",
    "one",
    "had",
    "by",
    "word",
    "but",
    "not",
    "what",
    "all",
    "were",
    "we",
    "when",
    "your",
    "can",
    "said",
    "there",
    "use",
    "an",
    "each",
    "which",
    "she",
    "do",
    "how",
    "their",
    "if",
    "will",
    "up",
    "other",
    "about",
    "out",
    "many",
    "then",
    "them",
    "these",
    "install",
    "ubuntu",
    "apt-get",
    "sudo",
    "kernel",
    "package",
    "update",
    "driver",
    "reboot",
    "window",
    "desktop",
    "network",
    "works",
    "broken",
    "thanks",
    "help",
    "please",
]
PACKAGES = ("linux", "apt", "cloud-init", "upstart", "grub2", "mountall", "click", "unity")


def write_corpus(path: Path, mebibytes: int, every: int, *, seed: int, style: str) -> None:
    """A channel's log of so many MiB with a reference in one of ``every`` lines."""
    rng = random.Random(seed)
    pool = [" ".join(rng.choices(WORDS, k=rng.randrange(3, 24))) for _ in range(5000)]
    nicks = [f"{rng.choice(WORDS)}{rng.choice(('', '', '', '_', '7', '42'))}" for _ in range(300)]
    size = written = 0
    target = mebibytes << 20
    with path.open("w", encoding="utf-8") as out:
        for line in _make_lines(rng, pool, nicks, every, style):
            out.write(line)
            written += len(line)
            size += 1
            if written >= target:
                break


def repeat_log(packed: Path, path: Path, mebibytes: int) -> None:
    """A real log, unpacked, as often as it takes to so many MiB."""
    text = gzip.decompress(packed.read_bytes())
    with path.open("wb") as out:
        while out.tell() < mebibytes << 20:
            out.write(text)


def _make_lines(rng: random.Random, pool: list[str], nicks: list[str], every: int, style: str) -> Iterator[str]:
    minute = 0
    while True:
        minute += rng.random() < 0.2
        hours, minutes = divmod(minute % 1440, 60)
        nick, kind = rng.choice(nicks), rng.random()
        if style == "supybot":
            days, rest = divmod(minute, 1440)
            stamp = f"2013-{1 + days // 28 % 12:02}-{1 + days % 28:02}T{rest // 60:02}:{rest % 60:02}:07+0000  "
        else:
            stamp = f"[{hours:02}:{minutes:02}] "
        if kind < 0.02:
            yield (
                f"=== {nick} is now known as {nick}_\n"
                if style != "supybot"
                else f"{stamp}*** {nick} is now known as {nick}_\n"
            )
        elif kind < 0.04:
            yield (
                f"{stamp} * {nick} {rng.choice(pool)}\n"
                if style != "supybot"
                else f"{stamp}* {nick} {rng.choice(pool)}\n"
            )
        elif kind < 0.05:
            yield f"{stamp}<{nick}> http://paste.example.org/{rng.randrange(10**6, 10**7)} {rng.choice(pool)[:40]}\n"
        elif rng.random() < (1 / every if every > 100 else 1 / (2 * every)):  # with its announcement one in `every`
            number = rng.randrange(2_900_000, 2_990_000)
            word = rng.choice(("bug #{}", "bug {}", "LP: #{}", "https://bugs.launchpad.net/bugs/{}")).format(number)
            yield f"{stamp}<{nick}> {rng.choice(pool)[:60]} {word}\n"
            if every < 100:
                package = rng.choice(PACKAGES)
                yield (
                    f'{stamp}<ubottu> bug {number} in {package} (Ubuntu) "{rng.choice(pool)[:50]} (made-up)" '
                    f"[Undecided,New] https://launchpad.net/bugs/{number}\n"
                )
        else:
            yield f"{stamp}<{nick}> {rng.choice(pool)}\n"


def time_best(runs: int, command: list[str], output: Path | None = None) -> tuple[float, int]:
    """The shortest wall time of a command, and its peak memory in KiB, over the runs."""
    best, peak = float("inf"), 0
    for _ in range(runs):
        with (output or Path(os.devnull)).open("wb") as out:
            started = time.perf_counter()
            process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
            _, _, usage = os.wait4(process.pid, 0)
            best = min(best, time.perf_counter() - started)
            peak = max(peak, usage.ru_maxrss)
    return best, peak


def main() -> int:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--dense-size", type=int, default=64)
    parser.add_argument(
        "--memory-size", type=int, default=0, help="also measure memory on a log of so many MiB (1024)"
    )
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--corpus", type=Path, help="a folder with sparse.txt.gz and dense.txt.gz")
    arguments = parser.parse_args()
    lptrack = [*ONE_CORE, sys.executable, "-c", _RUN]
    with tempfile.TemporaryDirectory(prefix="lptrack-bench-") as name:
        folder = Path(name)
        print(
            f"{'log':<22}{'MiB':>6}{'lptrack':>10}{'MB/s':>8}{'peak MiB':>10}{'ripgrep':>10}{'MB/s':>8}{'ratio':>9}  references"  # noqa: E501
        )
        for title, size, every, seed in (
            ("sparse", arguments.size, 1500, 1),
            ("dense", arguments.dense_size, 40, 2),
        ):
            path = folder / f"#bench{every}-2013-01-01.txt"
            if arguments.corpus is not None:
                repeat_log(arguments.corpus / f"{title}.txt.gz", path, size)
                _compare(f"{title}, real", path, lptrack, arguments.runs, folder)
            else:
                write_corpus(path, size, every, seed=seed, style="irclogs")
                _compare(f"{title}, generated", path, lptrack, arguments.runs, folder)
        if arguments.memory_size:
            path = folder / "#long-2013-01-01.txt"
            write_corpus(path, arguments.memory_size, 40, seed=3, style="irclogs")
            _compare("dense, long", path, lptrack, 1, folder)
        _compare_parsers(folder, lptrack, arguments.runs)
    return 0


_RUN = (
    "import sys; from lptrack.logs.batch import run_extract; from lptrack.logs.options import Options\n"
    "sys.exit(run_extract(sys.argv[1:], Options(), 'jsonl', sys.stdout, sys.stderr))"
)


def _compare(title: str, path: Path, lptrack: list[str], runs: int, folder: Path) -> None:
    megabytes = path.stat().st_size / 1e6
    found = folder / "found.jsonl"
    with path.open("rb", buffering=0) as file:  # into the page cache, not into this process
        while file.read(1 << 20):
            pass
    ours, peak = time_best(runs, [*lptrack, str(path)], found)
    count = sum(1 for _ in found.open("rb"))
    row = f"{title:<22}{megabytes / 1.048576:>6.0f}{ours:>9.2f}s{megabytes / ours:>8.0f}{peak / 1024:>10.0f}"
    if shutil.which("rg"):
        theirs, _ = time_best(max(runs, 3), [*ONE_CORE, "rg", "-j1", "-c", "-i", NAIVE, str(path)])
        row += f"{theirs:>9.2f}s{megabytes / theirs:>8.0f}{f'1/{ours / theirs:.0f}':>9}"
    print(f"{row}  {count}")


def _compare_parsers(folder: Path, lptrack: list[str], runs: int) -> None:
    """Lines a second beside the parsers that exist, on a log that each can read."""
    path = folder / "supybot-2013-01-01.log"
    write_corpus(path, 8, 40, seed=4, style="supybot")
    lines = sum(1 for _ in path.open("rb"))
    rows: list[tuple[str, Callable[[], list[str]]]] = [("lptrack", lambda: [*lptrack, str(path)])]
    if shutil.which("irclog2html"):
        rows.append(("irclog2html", lambda: ["irclog2html", str(path), "-o", os.devnull]))
    if (
        subprocess.run(
            ["python3", "-c", "import perceval.backends.core.supybot"], capture_output=True, check=False
        ).returncode
        == 0
    ):
        script = (
            "import sys; from perceval.backends.core.supybot import SupybotParser\n"
            "print(sum(1 for _ in SupybotParser(open(sys.argv[1])).parse()))"
        )
        rows.append(("perceval (supybot)", lambda: ["python3", "-c", script, str(path)]))
    print(f"\n{'parser':<22}{'lines/s':>12}")
    for title, build in rows:
        seconds, _ = time_best(runs, build())
        print(f"{title:<22}{lines / seconds:>12,.0f}")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(main())
