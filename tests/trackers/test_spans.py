"""Span arithmetic and questions to a history, whatever the tracker."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lptrack.model import UNKNOWN, BugHistory, BugKey, Span, TaskLife, TaskSpan
from lptrack.trackers.launchpad.words import WORDS
from lptrack.trackers.spans import Piece, merge_pieces, value_spans
from tests.history_oracle import duplicate_at, span_at, state_at, tags_at, title_at

DAY = timedelta(days=1)
START = datetime(2013, 8, 1, tzinfo=UTC)


def test_columns_laid_side_by_side_change_where_any_does() -> None:
    columns = [
        [Piece(START, "New"), Piece(START + DAY, "Triaged"), Piece(START + DAY, "Invalid")],
        [Piece(START, None), Piece(START + 2 * DAY, None), Piece(START + 3 * DAY, "mia")],
    ]
    assert list(merge_pieces(columns, START + 3 * DAY)) == [
        (START, START + DAY, ("New", None)),
        (START + DAY, START + 3 * DAY, ("Invalid", None)),
    ]


def test_a_value_whose_changes_do_not_meet_is_unknown_between() -> None:
    spans = value_spans(START, [(START + DAY, "a", "b"), (START + 2 * DAY, "c", "d")], "e", START + 5 * DAY)
    assert [(span.since, span.value) for span in spans] == [
        (START, "a"), (START + DAY, UNKNOWN), (START + 5 * DAY, "e"),
    ]  # fmt: skip


def test_a_value_that_never_changed_is_the_present_one() -> None:
    assert value_spans(START, [], "a", START + DAY) == (Span(START, None, "a"),)


def history() -> BugHistory:
    spans = (
        TaskSpan(START, START + DAY, "linux (Ubuntu)", "New", "Undecided", None, None),
        TaskSpan(START + DAY, START + 2 * DAY, "linux (Ubuntu)", "Triaged", "Undecided", None, None),
    )
    return BugHistory(
        BugKey("launchpad", 1), START + 9 * DAY, (TaskLife(0, spans, None, START + 2 * DAY),), (),
        (Span(START, START + DAY, "one"), Span(START + DAY, None, "two")),
        (Span(START, None, "7"),),
        (Span(START, START + DAY, "a b"), Span(START + DAY, START + 2 * DAY, UNKNOWN),
         Span(START + 2 * DAY, None, "")),
    )  # fmt: skip


def test_the_instant_of_a_change_is_after_it_and_a_deleted_task_is_gone_at_its_deletion() -> None:
    assert [span.status for _, span in state_at(history(), START + DAY)] == ["Triaged"]
    assert state_at(history(), START - DAY) == ()
    assert span_at(history().lives[0], START + 2 * DAY) is None


def test_title_duplicate_and_tags_at_an_instant() -> None:
    assert [title_at(history(), START + n * DAY) for n in (-1, 0, 1)] == ["one", "one", "two"]
    assert duplicate_at(history(), START) == "7"
    assert [tags_at(history(), START + n * DAY) for n in (0, 1, 2)] == [("a", "b"), UNKNOWN, ()]


@pytest.mark.parametrize(
    ("tags", "verification"),
    [
        (("saucy", "verification-needed"), {"": "needed"}),
        (("verification-done-precise", "verification-failed-quantal"), {"precise": "done", "quantal": "failed"}),
        (("verification-done-precise", "verification-needed-precise"), {"precise": "needed"}),
        (("verification-needed-", "regression-update"), {}),
    ],
)
def test_verification_is_read_from_tags_the_stricter_one_wins(
    tags: tuple[str, ...], verification: dict[str, str]
) -> None:
    assert WORDS.verifications(tags) == verification
