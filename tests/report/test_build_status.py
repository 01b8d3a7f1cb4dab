"""What `status` and `history` claim: only what was known at that instant, and what was really read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from lptrack.model import UNKNOWN, Absence, Unresolved, Witness
from lptrack.report.arrange_history import build_history_report
from lptrack.report.arrange_status import build_status
from lptrack.report.model import Column, Standing
from tests.report import samples as s
from tests.report.samples import FROM, READ, state


def test_before_anything_was_known_nothing_is_shown_as_last_known() -> None:
    later = state(1, UNKNOWN, known_by=Witness.ANNOUNCED, observed_at=READ)
    gone = Unresolved(later.bug, later.url, Absence.OFFLINE)
    page = build_status(Standing(FROM, (later,), (gone,))).page
    assert [notice.text for notice in page.notices] == ["1 bug not asked"]
    assert page.headline.endswith("0 open, 0 closed, 1 not known; no status is known for 1 bug.")
    assert page.sections[0].rows[0].cells[Column.NOW].note == ""


def test_a_failed_read_of_today_says_nothing_of_an_instant_that_an_earlier_one_covers() -> None:
    known = state(1, observed_at=READ)
    gone = Unresolved(known.bug, known.url, Absence.UNREACHABLE)
    covered = build_status(Standing(FROM, (known,), (gone,), stale={known.bug: READ})).page
    assert covered.notices == ()
    after = build_status(Standing(READ + timedelta(days=1), (known,), (gone,), stale={known.bug: READ})).page
    assert [notice.text for notice in after.notices] == ["1 bug could not be checked; shown as last known"]


def test_a_log_that_was_never_read_has_not_no_events() -> None:
    whole = s.life(state(1))
    bare = replace(s.life(state(2)), history=None)
    said = [build_history_report(lives, READ).page.headline for lives in ([bare], [whole, bare])]
    assert said[0].startswith("The tracker's log was never read; 1 mention and ")
    assert said[1].startswith("3 events in the tracker's log (never read of 1 bug), 2 mentions and ")
