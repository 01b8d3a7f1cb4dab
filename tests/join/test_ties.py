"""The watch that ties a Launchpad task to a Debian bug is shown from both ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from lptrack.jobs.view import build_ties, load_history
from lptrack.join.evidence import load_evidence
from lptrack.join.model import Tie
from lptrack.model import DEBIAN, LAUNCHPAD, BugKey, BugTask, Observation
from lptrack.report.arrange import build_report
from lptrack.storage.store import Store
from lptrack.trackers.interface import Fetched
from tests.report.samples import BASE, WindowBuilder, state

AT = datetime(2031, 9, 18, tzinfo=UTC)
NEAR, FAR = BugKey(LAUNCHPAD, BASE + 1), BugKey(DEBIAN, BASE + 2)


def _task(target: str, watch: str | None = None) -> BugTask:
    return BugTask(target, target, "dpkg", None, "New", "Undecided", None, None, None, watch=watch)


def test_both_ends_of_a_watch_are_loaded_and_told_in_their_histories(tmp_path: Path) -> None:
    watch = f"https://bugs.debian.org/cgi-bin/bugreport.cgi?bug={FAR.number}"
    near = Observation(*NEAR, "", "a bug (made-up)", (_task("dpkg (Ubuntu)"), _task("dpkg (Debian)", watch)))
    far = Observation(*FAR, "", "the bug there (made-up)", (_task("dpkg"),))
    with Store.open(tmp_path / "a.db") as store:
        for seen in (near, far):
            store.record(Fetched(seen, (), AT), None)
        assert build_ties(load_evidence(store)) == {
            NEAR: (Tie(FAR, "dpkg (Debian)", True),),
            FAR: (Tie(NEAR, "dpkg (Debian)", False),),
        }
        told = [load_history(store, [bug]).page.blocks[0].notes for bug in (NEAR, FAR)]
    assert any("dpkg (Debian) follows" in note for note in told[0])
    assert any("followed by" in note for note in told[1])


def test_a_report_names_the_far_bug_and_its_status() -> None:
    b = WindowBuilder()
    b.still(state(1, "Triaged", target="dpkg (Debian)"))
    b.still(state(2, "done", tracker=DEBIAN, target="dpkg", importance="normal"))
    ties = {NEAR: (Tie(FAR, "dpkg (Debian)", True),), FAR: (Tie(NEAR, "dpkg (Debian)", False),)}
    page = build_report(replace(b.window(), ties=ties)).page
    notes = {str(cell.note) for section in page.sections for row in section.rows for cell in row.cells.values()}
    assert any("dpkg (Debian) follows" in note and "(done)" in note for note in notes)
    assert any("followed by" in note and "(Triaged)" in note for note in notes)
