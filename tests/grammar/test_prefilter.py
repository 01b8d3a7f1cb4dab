"""The prefilter never hides what the grammar would find, and cuts chunks into whole lines."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lptrack.grammar.bots import parse_announcements
from lptrack.grammar.prefilter import find_candidates, may_refer, plain_text
from lptrack.grammar.scan import bare_candidates, scan_line
from lptrack.grammar.table import RULES

PIECES = (
    "bug", "Bugs", "BUG", "LP", "lp", "launchpad", "malone", "ubuntu", "debian", "deb", "closes", "issue",
    "Issues", "tox", "rhbz", "bz", "gnome", "kernel", "#", "# ", "#[", ":", " ", "  ", "\t", "-", "_", "/", ",",
    " and ", "(", ")", "[", "]", "https://", "bugs.launchpad.net/", "launchpad.net/", "+bug/", "bugs/",
    "pad.lv/", "bugs.debian.org/", "show_bug.cgi?id=", "view.php?id=", "github.com/a/b/", "issues/", "ticket/",
    "browse/FOO-", "lp:~me/apt/", "fix-", "@bugs.debian.org", "aptdaemon", "1", "5", "42", "349", "1234",
    "12345", "722295", "1160490", "0", "n\u00b0", "\u00e9", "\u0130", "\u00a0", ".", "in", '"', "[High,New]",
    "Title: ", "(at a.org)", "<", ">", "issue ", "dup of ",
    "filed ", "-done", "/1160491", "bz1234567", " in a/b ", '"t" ',
)  # fmt: skip


@settings(max_examples=1500, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
def test_what_the_grammar_finds_the_prefilter_lets_through(text: str) -> None:
    if scan_line(text) or bare_candidates(text) or parse_announcements(text):
        assert may_refer(text.encode())


def test_every_rules_own_cases_pass_the_prefilter() -> None:
    for rule in RULES:
        for text, _wanted in rule.yes:
            assert may_refer(text.encode()), text


def test_ordinary_lines_do_not_pass() -> None:
    for text in (
        "[12:04] <me> hello",
        "[16:05] <me> ubuntu 12.04 on 2013-01-16",
        "=== me is now known as me_",
        "#ubuntu-devel",
    ):
        assert not may_refer(text.encode()), text


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(("bug 5", "nothing", "", "LP: #5", "[12:04] <me> hi", "12345 12345")), max_size=12))
def test_candidates_of_a_chunk_are_its_lines_that_pass(lines: list[str]) -> None:
    chunk = "\n".join(lines).encode()
    found = [chunk[start:].partition(b"\n")[0].decode() for start in sorted(set(find_candidates(plain_text(chunk))))]
    assert found == [line for line in lines if may_refer(line.encode())]
