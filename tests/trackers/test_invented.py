"""A tracker that is no part of lptrack, added by its entry point alone, goes the whole way as lptrack's own do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2]
TRACKER = '''
"""A made-up tracker: bugs of the Heron project, kept in this file."""
import json, os
from datetime import UTC, datetime
from lptrack.model import BugHistory, BugKey, BugTask, Observation, Span, TaskLife, TaskSpan, StatusEvent, LogEntry
from lptrack.net.settings import Settings
from lptrack.trackers.interface import Fetched, Root, TargetParts
from lptrack.trackers.vocabulary import End, Status, Vocabulary

AT = [datetime(2026, 3, day, 15, tzinfo=UTC) for day in (1, 5, 8)]
# number: what it was before the 5th, what it is since
BUGS = {11: ("active", "closed"), 12: ("closed", "active"), 13: ("active", "mended"), 14: ("active", "active")}

class Client:
    def fetch(self, wanted):
        for each in wanted:
            before, now = BUGS[each.bug.number]
            task = BugTask("heron", "heron", "heron", None, now, "loud", None, None, None, AT[0])
            url = f"https://heron.example/{each.bug.number}"
            seen = Observation("heron", each.bug.number, url, "It honks", (task,), created_at=AT[0])
            yield Fetched(seen, (LogEntry(0, AT[1], "gus", "state", before, now),), AT[2])
    def close(self):
        pass

class Heron:
    name = "heron"
    title = "Heron"
    root = Root("heron-root", "LPTRACK_HERON_ROOT", "URL", "https://heron.example/", "Herons.", lambda text: None)
    vocabulary = Vocabulary(
        statuses=(Status("active", 0, "act", "new"), Status("mended", 1, "MEN", "rel", End.FIXED),
                  Status("closed", None, "CLO", "shut", End.DROPPED)),
        importances=("quiet", "loud"),
    )
    def parse_target(self, target):
        return TargetParts(target, None)
    def parse_url(self, text):
        head, _, number = text.rpartition("/")
        return int(number) if head == "https://heron.example" and number.isdigit() else None
    def bug_url(self, number, settings=None):
        return f"https://heron.example/{number}"
    def connect(self, settings, session=None):
        assert settings.roots["heron"] == "https://heron.example/elsewhere", settings.roots
        return Client()
    def build_history(self, observation, entries, facts, read_at):
        (row,) = entries
        ends = (("active" if row.old is None else row.old, AT[0], row.at), (row.new, row.at, None))
        spans = tuple(TaskSpan(since, until, "heron", status, "loud", None, None) for status, since, until in ends)
        moved = () if row.old == row.new else (
            StatusEvent(row.at, 0, row.person, 0, "heron", "status", row.old, row.new),)
        return BugHistory(observation.bug, read_at, (TaskLife(0, spans, 0),), moved,
                          (Span(AT[0], None, observation.title),))

HERON = Heron()
'''
DAY = """\
[15:00:00] <ana> #startmeeting heronry
[15:00:01] <meetingology> Meeting started {day} 15:00:01 2026 UTC.  The chair is ana.
[15:01:00] <ana> heron bug 11, heron bug 12, heron bug 13 and heron bug 14
[15:20:00] <ana> #endmeeting
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tracker as an installed distribution, and two meetings."""
    place = tmp_path_factory.mktemp("heronry")
    (place / "heronry.py").write_text(TRACKER)
    info = place / "heronry-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: heronry\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[lptrack.trackers]\nheron = heronry:HERON\n")
    (place / "logs").mkdir()
    for day in ("Sun Mar 01", "Sun Mar 08"):
        (place / "logs" / f"heronry.2026-03-{day[-2:]}.log").write_text(DAY.format(day=day))
    return place


def lptrack(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PYTHONPATH": f"{place}:{os.environ.get('PYTHONPATH') or PACKAGE}", "LPTRACK_DB": "a.db"}
    env |= {"LPTRACK_CACHE": "cache", "LPTRACK_DEBIAN_ROOT": "off", "HOME": str(place)}
    return subprocess.run(
        [sys.executable, "-m", "lptrack", *arguments], cwd=place, env=env, capture_output=True, text=True, check=False
    )


def test_extract_finds_its_bugs(place: Path) -> None:
    found = [json.loads(line) for line in lptrack(place, "extract", "logs", "--format", "jsonl").stdout.splitlines()]
    assert {(row["tracker"], row["number"]) for row in found} == {("heron", number) for number in (11, 12, 13, 14)}


def test_run_report_and_gates_tell_closed_reopened_and_fixed(place: Path) -> None:
    root = ("--heron-root", "https://heron.example/elsewhere")
    done = lptrack(place, "run", "logs", *root)
    assert done.returncode == 0, done.stderr
    report = json.loads(lptrack(place, "report", "--format", "json").stdout)
    moved = {row["number"]: (row["before"], row["after"], row["changed_by"]) for row in report["changes"]}
    assert moved == {
        11: ("active", "closed", "gus"),
        12: ("closed", "active", "gus"),
        13: ("active", "mended", "gus"),
    }
    page = lptrack(place, "report", "--format", "text").stdout
    assert "1 fixed" in page
    assert "1 reopened" in page
    between = (
        "--from",
        "previous",
        "--to",
        "last",
    )  # no newer meeting was taken in: by default it would be last to now
    gates = lptrack(
        place, "ci", *root, *between, "--fail-on", "reopened", "--fail-on", "loud-open>2", "--format", "json"
    )
    assert gates.returncode == 5, gates.stderr
    judged = {gate["gate"]: (gate["met"], gate["value"]) for gate in json.loads(gates.stdout)["gates"]}
    assert judged == {"reopened": (False, 1), "loud-open>2": (True, 2)}


def test_its_address_is_a_bug_on_the_command_line(place: Path) -> None:
    shown = lptrack(place, "history", "https://heron.example/13", "--format", "text")
    assert shown.returncode == 0, shown.stderr
    assert "mended" in shown.stdout
