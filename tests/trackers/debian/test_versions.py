"""Debian's order of versions: policy's own examples, and what must hold for any strings."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lptrack.trackers.debian.versions import VERSION_ORDER, bare_version, compare_versions

ASCENDING = (
    "0.9~~", "0.9~~a", "0.9~", "0.9", "0.9-1~bpo1", "0.9-1", "0.9-1.1", "0.9-2", "0.9a", "0.9+dfsg", "0.9+dfsg-1",
    "0.10-1", "0.10-10", "1.0a-1", "1.0.1-1", "1:0.1-1", "2:0.0.1-1",
)  # fmt: skip


@pytest.mark.parametrize(("older", "newer"), [(a, b) for i, a in enumerate(ASCENDING) for b in ASCENDING[i + 1 :]])
def test_older_comes_before_newer(older: str, newer: str) -> None:
    assert compare_versions(older, newer) < 0
    assert compare_versions(newer, older) > 0


@pytest.mark.parametrize(("one", "other"), [("1.0", "1.00"), ("0:1.0-1", "1.0-1"), ("1.0-0", "1.0-"), ("", "")])
def test_same_version_in_two_spellings(one: str, other: str) -> None:
    assert compare_versions(one, other) == 0


def test_source_is_no_part_of_the_version() -> None:
    assert bare_version("python-pip/1.4.1-2") == "1.4.1-2"
    assert sorted(["zzz/1.0-1", "aaa/1.2-1", "1.1-1"], key=VERSION_ORDER) == ["zzz/1.0-1", "1.1-1", "aaa/1.2-1"]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text("0123~.-+:aZ\u0663é", max_size=12), st.text("0123~.-+:aZ\u0663é", max_size=12))
def test_order_is_the_same_from_both_sides(left: str, right: str) -> None:
    assert compare_versions(left, right) == -compare_versions(right, left)
    assert compare_versions(left, left) == 0
