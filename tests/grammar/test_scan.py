"""What holds for any line: positions are true, a bug comes once, and hostile lines cost no more than their length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lptrack.grammar import bots, numbers, scan
from lptrack.grammar.bots import parse_announcements
from lptrack.grammar.scan import bare_candidates, scan_line
from lptrack.grammar.table import BARE, RULES
from lptrack.model import ReferenceKind

WORDS = st.sampled_from(
    tuple(text for rule in RULES for text, _wanted in rule.yes)
    + tuple(text for rule in RULES for text in rule.no)
    + (" ", ", ", "/", "(")
)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=5).map("".join))
def test_positions_are_the_numbers_own_and_a_bug_comes_once(text: str) -> None:
    found = scan_line(text)
    for match in found:
        assert int(text[match.start : match.end]) == match.number
    assert len({(match.tracker, match.number) for match in found}) == len(found)
    assert [match.start for match in found] == sorted(match.start for match in found)
    taken = {(match.start, match.end) for match in found}
    assert taken.isdisjoint((match.start, match.end) for match in bare_candidates(text))


def test_the_first_kind_that_applies_wins() -> None:
    kinds = (ReferenceKind.MENTION, ReferenceKind.LINK, ReferenceKind.BRANCH)
    texts = ("bug 1160490", "https://launchpad.net/bugs/1160490", "lp:~me/apt/fix-1160490")
    for strong, first in enumerate(kinds):
        for weak in range(strong, len(kinds)):
            for line in (f"{texts[weak]} {texts[strong]}", f"{texts[strong]} {texts[weak]}"):
                assert [match.kind for match in scan_line(line)] == [first]


HOSTILE = (
    "bug ", "bug #1, ", "bug 1 (", "bug report number ", "bugs 1 and ", "LP: #1 ", "lp12345-", "bug12345-",
    "lp:~a/b/1234567-", "launchpad.net/a/", "//a.a/", "//bugs.a/a/", "a.a@", "debian #", "closes:   ", "a #",
    "gnome #1 ", "show_bug.cgi?a=b&", "issue #1 ", "pad.lv/", "/ bug/", "1/2/", "1", " ", '"', '"[', '"(a: ',
    '" [a,b] ', "<a:B> ", "bugs 1234567 a ", "bug is ", "dup of 1234567, ", "debian a ", "#1234567, ", "bug... ",
    "duplicate for #1 ", 'bug 1 in a "b" [c,d] ', "Error: bug 1 ", "\u0130",
)  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_hostile_line_is_read(unit: str) -> None:
    """A long line of one repeated piece, plain and behind the bots' heads, gives what its start gives."""
    line = unit * (20_000 // len(unit))
    short = unit * 8
    assert {(match.tracker, match.rule) for match in scan_line(short)} <= {
        (match.tracker, match.rule) for match in scan_line(line)
    }
    for head in ("", 'bug 1 in a "', "Bug #1: ", "Title: Bug 1 "):
        parse_announcements(head + line)


def _patterns() -> list[re.Pattern[str]]:
    found = [rule.pattern for rule in (*RULES, BARE)] + [rule.inner for rule in RULES if rule.inner is not None]
    for module in (bots, scan, numbers):
        found += [value for value in vars(module).values() if isinstance(value, re.Pattern)]
    return found


PARSER: Any = import_module("re._parser")  # private to Python: no stubs


def _loose_repeats(parsed: Any) -> Iterator[str]:
    """Every repetition that has no bound and may give back what it took: time would grow faster than the line."""
    for kind, value in parsed:
        if str(kind) in ("MAX_REPEAT", "MIN_REPEAT") and value[1] > 1000:
            yield f"{kind} {value}"
        stack = list(value) if isinstance(value, (tuple, list)) else [value]
        while stack:
            inner = stack.pop()
            if hasattr(inner, "data") and hasattr(inner, "state"):
                yield from _loose_repeats(inner)
            elif isinstance(inner, (tuple, list)):
                stack.extend(inner)


def test_no_pattern_has_a_repetition_without_bound_that_can_backtrack() -> None:
    """By construction: with bounded repetitions a match costs at most a constant a place, whatever the line is."""
    assert list(_loose_repeats(PARSER.parse("a(?:b*c){3}")))  # the test itself sees one
    for pattern in _patterns():
        assert list(_loose_repeats(PARSER.parse(pattern.pattern, pattern.flags))) == [], pattern.pattern
