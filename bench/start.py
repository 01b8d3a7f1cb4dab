"""How long the program takes to start: `--help` beside `python -c 'import typer, rich'`, `extract` and `status` too.

The budget is twice the baseline for `--help`. Whole processes, in turn, medians and ratios of one run.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 15
LOG = "[15:04] <ana> bug #2900001 is open\n"


def run(command: list[str]) -> float:
    """Wall seconds of one process."""
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begin


def main() -> None:
    """Print each command's median beside the baseline's."""
    program = str(Path(sys.executable).with_name("lptrack"))
    with tempfile.TemporaryDirectory() as folder:
        log, database = Path(folder, "a.log"), str(Path(folder, "a.db"))
        log.write_text(LOG, encoding="utf-8")
        subprocess.run([program, "run", str(log), "--offline", "-q", "--db", database, "--out", folder], check=True)
        commands = {
            "python -c 'import typer, rich'": [sys.executable, "-c", "import typer, rich"],
            "lptrack --help": [program, "--help"],
            "lptrack extract": [program, "extract", str(log)],
            "lptrack status": [program, "status", "--db", database],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                times[name].append(run(command))
    base = times["python -c 'import typer, rich'"]
    for name, taken in times.items():
        ratios = [one / other for one, other in zip(taken, base, strict=True)]
        print(
            f"{name:32} {statistics.median(taken) * 1000:7.0f} ms   × {statistics.median(ratios):.2f} of the baseline"
        )


if __name__ == "__main__":
    main()
