"""How fast a run resolves: `lptrack run` beside the plain launchpadlib loop, whole process against whole process.

    python bench/resolve.py [--bugs 60] [--latency 0.1]

Both ask the same loopback Launchpad, which lets each answer wait; the bugs are made up, with as many tasks, assignees
and milestones as make the plain loop ask about ten times a bug. Cold: neither has a cache. Warm: the same run again.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.doubles.launchpad.catalogue import CANON, CANON_WEB, Body  # noqa: E402
from tests.doubles.launchpad.recorded import Recorded  # noqa: E402
from tests.doubles.launchpad.server import LoopbackLaunchpad  # noqa: E402

FIRST = 2900101
COLD, WARM, AIM = 12.0, 30.0, 20.0
PLACES = ("linux", "systemd", "glib2.0", "cloud-init", "grub2", "snapd")
LOOP = """
import sys
from launchpadlib.launchpad import Launchpad
root, folder, numbers = sys.argv[1], sys.argv[2], range(int(sys.argv[3]), int(sys.argv[3]) + int(sys.argv[4]))
lp = Launchpad.login_anonymously("plain-loop", root, folder, version="devel")
for n in numbers:
    bug = lp.bugs[n]
    for t in bug.bug_tasks:
        (t.status, t.assignee and t.assignee.name, t.milestone and t.milestone.name)
    for entry in bug.activity:
        entry.whatchanged
"""


class MadeUp(Recorded):
    """Bugs as a meeting about updates has them: two to six tasks, with assignee and milestone, ten log entries."""

    def bug(self, number: int, _who: str | None = None) -> Body | None:
        here = f"{CANON}bugs/{number}"
        links = ("bug_tasks", "activity", "bug_watches", "messages", "subscriptions", "attachments", "duplicates")
        return {
            "self_link": here, "web_link": f"{CANON_WEB}bugs/{number}", "resource_type_link": f"{CANON}#bug",
            "id": number, "private": False, "title": f"Bug {number} (made-up)", "tags": ["bench"],
            "duplicate_of_link": None, "information_type": "Public", "owner_link": f"{CANON}~pete",
            "date_created": "2013-08-05T14:00:00+00:00", "date_last_updated": "2013-09-01T10:09:00+00:00",
            **{f"{link}_collection_link": f"{here}/{link}" for link in links},
        }  # fmt: skip

    def tasks(self, number: int) -> Sequence[Body]:
        return [self._task(number, place) for place in PLACES[: 2 + number % 5]]

    def _task(self, number: int, place: str) -> Body:
        path = f"ubuntu/+source/{place}"
        return {
            "self_link": f"{CANON}{path}/+bug/{number}", "web_link": f"{CANON_WEB}{path}/+bug/{number}",
            "resource_type_link": f"{CANON}#bug_task", "bug_link": f"{CANON}bugs/{number}",
            "status": "Confirmed", "importance": "High", "bug_target_name": f"{place} (Ubuntu)",
            "bug_target_display_name": f"{place} (Ubuntu)", "target_link": f"{CANON}{path}",
            "assignee_link": f"{CANON}~mia-triage", "milestone_link": f"{CANON}ubuntu/+milestone/ubuntu-13.10",
            "bug_watch_link": None, "date_created": "2013-08-05T14:00:00+00:00",
            "title": f'Bug #{number} in {place} (Ubuntu): "Bug {number} (made-up)"', "is_complete": False,
        }  # fmt: skip

    def activity(self, number: int) -> Sequence[Body]:
        here = f"{CANON}bugs/{number}"
        rows = [("bug", None, None, "added bug")] + [
            ("tags", f"bench t{minute}" if minute else "bench", f"bench t{minute + 1}", None) for minute in range(8)
        ] + [("tags", "bench t8", "bench", None)]  # fmt: skip
        return [
            {
                "self_link": f"{here}/activity", "resource_type_link": f"{CANON}#bug_activity", "bug_link": here,
                "datechanged": f"2013-09-01T10:{minute:02}:00+00:00", "person_link": f"{CANON}~pete",
                "whatchanged": what, "oldvalue": old, "newvalue": new, "message": message,
            }
            for minute, (what, old, new, message) in enumerate(rows)
        ]  # fmt: skip

    def pillar(self, name: str) -> Body | None:
        if name == "~mia-triage":
            return {"self_link": f"{CANON}{name}", "resource_type_link": f"{CANON}#person", "name": "mia-triage"}
        return Recorded.pillar(self, name)


def timed(command: Sequence[str]) -> float:
    """Seconds of a whole process; its output only if it fails."""
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    seconds = time.perf_counter() - began
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\nexit {done.returncode}\n{done.stdout}\n{done.stderr}")
    return seconds


def main() -> int:
    """Measure, print a table, exit 1 where a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bugs", type=int, default=60)
    parser.add_argument("--latency", type=float, default=0.1)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="lptrack-bench-"))
    log = folder / "ubuntu-meeting.2013-09-11-15.04.log.txt"
    lines = [f"15:{5 + at // 60:02}:{at % 60:02} <ann> bug #{FIRST + at}" for at in range(given.bugs)]
    log.write_text("\n".join(["15:04:00 <ann> #startmeeting bench", *lines, "15:59:00 <ann> #endmeeting", ""]))
    try:
        with LoopbackLaunchpad(MadeUp(), latency=given.latency) as server:
            plain = timed([sys.executable, "-c", LOOP, server.root, str(folder / "lp"), str(FIRST), str(given.bugs)])
            asked = [len(server.seen)]
            run = [sys.executable, "-m", "lptrack", "run", str(log), "--db", str(folder / "bench.db"),
                   "--service-root", server.root, "--cache", str(folder / "cache"), "--out", str(folder / "reports"),
                   "--debian-root", "off", "-q"]  # fmt: skip
            seconds = [plain]
            for _ in range(2):
                server.forget()
                seconds.append(timed(run))
                asked.append(len(server.seen))
    finally:
        shutil.rmtree(folder)
    print(f"{given.bugs} bugs, {given.latency * 1000:.0f} ms a request, whole processes, one run")
    for name, took, requests, bound in zip(
        ("plain launchpadlib loop", "lptrack run, cold", "lptrack run, warm"),
        seconds,
        asked,
        (0, COLD, WARM),
        strict=True,
    ):
        factor = plain / took
        verdict = "" if not bound else f"  {factor:5.1f} times faster (at least {bound:.0f})"
        print(f"  {name:24} {took:7.2f} s  {requests:4} requests{verdict}")
    return int(plain / seconds[1] < COLD or plain / seconds[2] < WARM)


if __name__ == "__main__":
    raise SystemExit(main())
