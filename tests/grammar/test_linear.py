"""No line, however long or hostile, takes a rule of the grammar more than its length."""

from __future__ import annotations

from itertools import chain

import pytest

from lptrack.grammar.bots import parse_announcements
from lptrack.grammar.prefilter import find_candidates, plain_text
from lptrack.grammar.rule import Rule
from lptrack.grammar.scan import scan_line
from lptrack.grammar.table import BARE, RULES
from tests.linear import find_superlinear

FILLERS = (" ", "#", "(", "[", "/", "1", "a", "a ", "1 ", ", ", "1, ", "-", "://", ".", "=", "and ", "<", "\xa0", "0")


def _list_units(rule: Rule) -> list[str]:
    """The rule's own cases and needs, and what stands before their numbers."""
    cases = [text for text, _ in rule.yes] + list(rule.no)
    starts = [text[: next((at for at, char in enumerate(text) if char.isdigit()), len(text))] for text in cases]
    return [unit for unit in dict.fromkeys(chain(rule.needs, cases, starts)) if unit]


@pytest.mark.parametrize("rule", [*RULES, BARE], ids=lambda rule: rule.name)
def test_a_rule_takes_time_by_the_length_of_the_line(rule: Rule) -> None:
    def find_all(text: str) -> object:
        return [*rule.pattern.finditer(text.lower())]

    units = _list_units(rule)
    faults = [find_superlinear(find_all, unit) for unit in units]
    faults += [find_superlinear(find_all, f"{unit} ") for unit in units]
    faults += [
        find_superlinear(find_all, filler, before=unit, after="\t!") for unit in units[:4] for filler in FILLERS
    ]
    assert [fault for fault in faults if fault] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_line_takes_time_by_its_length(rule: Rule) -> None:
    """All that is done with a line: every rule, the bots' forms, and the cheap test before them."""

    def read(text: str) -> object:
        return scan_line(text), parse_announcements(text[:4000]), list(find_candidates(plain_text(text.encode())))

    faults = [find_superlinear(read, f"{unit} ") for unit in _list_units(rule)[:8]]
    assert [fault for fault in faults if fault] == []
