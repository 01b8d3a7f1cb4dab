"""What each difference of a status or importance is called."""

from __future__ import annotations

import itertools

import pytest

from lptrack.report.judgement import Move, is_closed, is_importance_raised, judge_status
from lptrack.trackers.launchpad.words import WORDS

MOVES = """
launchpad | New           | Confirmed      | forward
launchpad | Incomplete    | Triaged        | forward
launchpad | Confirmed     | In Progress    | forward
launchpad | In Progress   | Fix Committed  | forward
launchpad | Fix Committed | Fix Released   | closed
launchpad | New           | Won't Fix      | closed
launchpad | Incomplete    | Expired        | closed
launchpad | Invalid       | Fix Released   | closed
launchpad | Fix Released  | Invalid        | sideways
launchpad | Does Not Exist | Won't Fix     | sideways
launchpad | Won't Fix     | Does Not Exist | sideways
launchpad | Fix Released  | New            | reopened
launchpad | Expired       | Incomplete     | reopened
launchpad | Won't Fix     | Confirmed      | reopened
launchpad | Rejected      | New            | reopened
launchpad | In Progress   | Confirmed      | backwards
launchpad | Fix Committed | Triaged        | backwards
launchpad | Confirmed     | Incomplete     | backwards
launchpad | New           | Incomplete     | sideways
launchpad | Triaged       | Deferred       | sideways
launchpad | New           | Some New Word  | sideways
debian    | open          | forwarded      | forward
debian    | forwarded     | pending        | forward
debian    | pending       | fixed          | closed
debian    | open          | done           | closed
debian    | done          | open           | reopened
debian    | pending       | open           | backwards
github    | open          | whatever       | sideways
"""


@pytest.mark.parametrize("line", MOVES.strip().splitlines(), ids=lambda line: " ".join(line.split()))
def test_a_move_is_called_what_it_is(line: str) -> None:
    tracker, before, after, move = (part.strip() for part in line.split("|"))
    assert judge_status(tracker, before, after) is Move(move)


def test_no_pair_of_statuses_is_forward_both_ways() -> None:
    statuses = [status.name for status in WORDS.statuses]
    for one, other in itertools.combinations(statuses, 2):
        there, back = judge_status("launchpad", one, other), judge_status("launchpad", other, one)
        assert (there is Move.FORWARD) == (back is Move.BACKWARDS)
        assert not (there is Move.REOPENED and back is Move.REOPENED)


def test_fix_committed_and_deferred_are_open_to_launchpad() -> None:
    assert not is_closed("launchpad", "Fix Committed")
    assert not is_closed("launchpad", "Deferred")


@pytest.mark.parametrize(
    ("before", "after", "raised"),
    [("Low", "High", False), ("High", "Low", False), ("Undecided", "High", False), ("Undecided", "Critical", True),
     ("High", "Critical", True), ("Medium", "Medium", False), ("Unknown", "Critical", False)],
)  # fmt: skip
def test_only_a_raise_to_the_most_there_is_asks_for_attention(before: str, after: str, raised: bool) -> None:
    assert is_importance_raised("launchpad", before, after) is raised


def test_debian_severities_have_their_own_order() -> None:
    assert is_importance_raised("debian", "normal", "critical")
    assert not is_importance_raised("debian", "normal", "serious")
    assert not is_importance_raised("debian", "grave", "important")
