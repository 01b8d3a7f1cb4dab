"""The table of rules holds what it says of itself: each rule's own cases, and the cases files beside these tests."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from lptrack.grammar.scan import Match, bare_candidates, scan_line
from lptrack.grammar.table import BY_NAME, RULES

CASES = Path(__file__).parent / "cases"


def _said(matches: tuple[Match, ...]) -> str:
    return ", ".join(f"{match.tracker} {match.number}" for match in matches)


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [(rule.name, text, wanted) for rule in RULES for text, wanted in rule.yes],
)
def test_a_rules_positive_cases(name: str, text: str, wanted: str) -> None:
    by_rule = tuple(match for match in scan_line(text) if match.rule == name)
    assert _said(by_rule) == wanted


@pytest.mark.parametrize(("name", "text"), [(rule.name, text) for rule in RULES for text in rule.no])
def test_a_rules_negative_cases(name: str, text: str) -> None:
    assert [match for match in scan_line(text) if match.rule == name] == []


def _rows() -> list[tuple[str, str, str, str]]:
    rows = []
    for path in sorted(CASES.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                if row and not row[0].startswith("#"):
                    assert len(row) == 3, f"{path.name}: three columns, not {len(row)}: {row}"
                    rows.append((path.stem, *row))
    return rows  # type: ignore[return-value]


@pytest.mark.parametrize(("file", "rule", "text", "wanted"), _rows())
def test_the_cases_files(file: str, rule: str, text: str, wanted: str) -> None:
    found = scan_line(text)
    if wanted == "none":
        assert _said(found) == ""
        return
    kinds = ", ".join(f"{match.kind} {match.tracker} {match.number}" for match in found)
    assert kinds == wanted
    if rule != "-":
        assert rule in {match.rule for match in found}


def test_every_rule_has_cases_and_a_note() -> None:
    for rule in RULES:
        assert rule.note
        assert rule.yes or rule.no, rule.name
        # `project-bug` gives a reference only where a tracker of that name is installed: see test_invented.py
        assert rule.kind is None or rule.yes or rule.name == "project-bug", rule.name
    assert len(BY_NAME) == len(RULES) + 1


def test_a_lone_number_counts_only_where_the_meeting_showed_it() -> None:
    assert scan_line("1160490 still on my radar") == ()
    (match,) = scan_line("1160490 still on my radar", shown={1160490})
    assert (match.kind, match.rule, match.start, match.end) == ("bare", "bare", 0, 7)
    assert [match.number for match in bare_candidates("1157943> if you want #1160490 in 1:2.3")] == [1157943, 1160490]


def test_a_channels_own_tracker_takes_the_plain_words_only() -> None:
    assert (
        _said(scan_line("bug 5, LP: #6, debian bug #7", tracker="wikimedia")) == "wikimedia 5, launchpad 6, debian 7"
    )


def test_in_another_trackers_channel_high_numbers_are_not_launchpads() -> None:
    assert scan_line("linux #1034567", tracker="debian") == ()
    assert _said(scan_line("distribute bug #349", tracker="debian")) == "debian 349"
