"""One bug's state in debbugs' words, and in ours."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lptrack.trackers.debian.soap import Node, WrongAnswer
from lptrack.trackers.debian.status import parse_status, parse_statuses

URL = "https://bugs.debian.org/5"
WHOLE: dict[str, Node] = {
    "bug_num": "5", "package": "made-up", "subject": "made-up: hums (made-up)", "severity": "normal",
    "pending": "done", "done": "Una Ploader <una@example.org>", "owner": "Eve <eve@example.org>",
    "tags": "patch security", "mergedwith": "9 7", "forwarded": "https://example.org/1", "archived": "1",
    "fixed_versions": ["made-up/1.10-1", "made-up/1.9-1"], "found_versions": ["made-up/1.2-1"],
    "date": "1378807458", "log_modified": "1378911858",
}  # fmt: skip


def test_a_bug_is_one_task_of_its_package() -> None:
    seen = parse_status(5, WHOLE, URL)
    (task,) = seen.tasks
    assert (task.target, task.display_target, task.package, task.series) == ("made-up", "made-up", "made-up", None)
    assert (task.status, task.importance, task.assignee) == ("done", "normal", "Eve <eve@example.org>")
    assert seen.title == "made-up: hums (made-up)"
    assert seen.tags == ("patch", "security")
    assert seen.created_at == datetime(2013, 9, 10, 10, 4, 18, tzinfo=UTC)
    assert seen.updated_at == datetime(2013, 9, 11, 15, 4, 18, tzinfo=UTC)


def test_milestone_is_the_oldest_fixed_version_whatever_the_order() -> None:
    assert parse_status(5, WHOLE, URL).tasks[0].milestone == "made-up/1.9-1"


def test_details_tell_who_closed_it_and_the_rest() -> None:
    details = dict(parse_status(5, WHOLE, URL).tasks[0].details)
    assert details == {
        "done_by": "Una Ploader <una@example.org>",
        "fixed_in": "made-up/1.9-1 made-up/1.10-1",
        "found_in": "made-up/1.2-1",
        "forwarded_to": "https://example.org/1",
        "merged_with": "7 9",
        "archived": "yes",
    }


@pytest.mark.parametrize(
    ("pending", "status"),
    [
        ("pending", "open"),
        ("forwarded", "forwarded"),
        ("pending-fixed", "pending"),
        ("fixed", "fixed"),
        ("done", "done"),
        ("absent", "absent"),
        ("", None),
        (None, None),
    ],
)
def test_status_is_pending_in_words(pending: str | None, status: str | None) -> None:
    assert parse_status(5, {**WHOLE, "pending": pending}, URL).tasks[0].status == status


def test_what_debbugs_leaves_empty_is_none() -> None:
    seen = parse_status(
        5, {"package": "python-pip", "owner": "", "fixed_versions": "", "tags": None, "date": ""}, URL
    )
    task = seen.tasks[0]
    assert (task.assignee, task.milestone, task.importance, seen.title) == (None, None, None, None)
    assert (seen.tags, seen.created_at, task.details) == ((), None, ())


def test_a_bug_in_several_packages_keeps_them_together() -> None:
    assert parse_status(5, {**WHOLE, "package": "aaa,src:bbb"}, URL).tasks[0].package == "aaa,src:bbb"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"bug_num": "6"}, "state of '6' in place of 5"),
        ({"package": ""}, "without its package"),
        ({"severity": {"a": "b"}}, "severity that is no word"),
        ({"fixed_versions": {"a": "b"}}, "no list of words"),
    ],
)
def test_a_state_that_cannot_be_is_refused(changes: dict[str, Node], why: str) -> None:
    with pytest.raises(WrongAnswer, match=why):
        parse_status(5, {**WHOLE, **changes}, URL)


def test_a_bug_that_is_not_there_is_not_in_the_answer() -> None:
    assert parse_statuses({"5": WHOLE}, (5,)) == {5: WHOLE}
    assert parse_statuses(None, (5,)) == {}
    assert parse_statuses("", (5,)) == {}


@pytest.mark.parametrize("answer", [["5"], "words", {"five": WHOLE}, {"5": "words"}, {"²": WHOLE}])
def test_an_answer_of_another_shape_is_refused(answer: Node) -> None:
    with pytest.raises(WrongAnswer):
        parse_statuses(answer, (5,))


NODES = st.recursive(
    st.none() | st.text(max_size=20) | st.sampled_from(["5", "1e999", "nan", "-1", "1378911858"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(WHOLE)), inner, max_size=8),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(status=st.dictionaries(st.sampled_from(sorted(WHOLE)), NODES))
def test_any_state_is_read_or_refused(status: dict[str, Node]) -> None:
    try:
        seen = parse_status(5, {"package": "made-up", **status}, URL)
    except WrongAnswer:
        return
    assert len(seen.tasks) == 1
