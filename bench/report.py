"""Every form of a report on 50 meetings × 2,000 bug tasks: seconds and memory, each form in a process of its own.

The budget is 3 s and 300 MiB a form, from the loaded window to the written bytes (`make bench-report`).
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MEETINGS, TASKS = 50, 2_000
SECONDS, MEBIBYTES = 3.0, 300


def measure(form: str) -> None:
    """Build and write one form; print seconds, MiB and bytes."""
    sys.path.insert(0, str(ROOT))
    from lptrack.join.model import Matrix, Trends
    from lptrack.report.arrange import build_report
    from lptrack.report.render import RenderSettings, find_form, render_document
    from tests.report import samples as s

    statuses = (
        "New",
        "Incomplete",
        "Confirmed",
        "Triaged",
        "In Progress",
        "Fix Committed",
        "Fix Released",
        "Won't Fix",
    )
    meetings = tuple(s.meeting(s.TO - timedelta(days=7 * week)) for week in reversed(range(MEETINGS)))
    builder = s.WindowBuilder(meetings=meetings)
    for number in range(TASKS):
        words = f"a made-up title of the usual length, which tells what breaks and where, number {number} (made-up)"
        status = statuses[number % 8]
        now = s.state(number, status, package=f"package{number % 90}", title=words)
        was = s.state(number, statuses[(number + 5) % 8], package=f"package{number % 90}", title=words)
        builder.moved(was, now) if number % 5 == 0 else builder.still(now)
        builder.talked(now.bug, f"nick{number % 40}", meetings=1 + number % MEETINGS)
    window = builder.window()
    rows = tuple(
        (now, tuple(statuses[(number + column // 9) % 8] for column in range(MEETINGS)))
        for number, now in enumerate(window.after.values())
    )
    shown = meetings[-12:]
    matrix = Matrix(shown, tuple((now, cells[-12:]) for now, cells in rows))
    counts = tuple(range(MEETINGS))
    carried = tuple((now, MEETINGS, timedelta(days=300)) for now, _ in rows[:10])
    trends = Trends(meetings, counts, counts, counts, dict.fromkeys(statuses, counts), carried)
    began = time.perf_counter()
    report = build_report(window, matrix, trends)
    data = render_document(report, find_form(form), RenderSettings(width=120, color=True, links=True))
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{seconds:.2f} {peak:.0f} {len(data)}")


def main() -> int:
    """All forms, each measured from outside too (imports and interpreter included)."""
    if len(sys.argv) > 1:
        measure(sys.argv[1])
        return 0
    from lptrack.report.render import RENDERERS

    worst = 0
    print(f"{MEETINGS} meetings x {TASKS} tasks; budget {SECONDS:.0f} s, {MEBIBYTES} MiB a form")
    print(f"{'form':<10}{'seconds':>9}{'MiB':>7}{'KiB out':>10}")
    for form in RENDERERS:
        if form.name == "template":
            continue
        ran = subprocess.run(
            [sys.executable, __file__, form.name], capture_output=True, text=True, check=True, cwd=ROOT
        )
        seconds, peak, size = ran.stdout.split()
        over = float(seconds) > SECONDS or float(peak) > MEBIBYTES
        worst |= over
        print(f"{form.name:<10}{seconds:>9}{peak:>7}{int(size) // 1024:>10,}{'  OVER' if over else ''}")
    return worst


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
