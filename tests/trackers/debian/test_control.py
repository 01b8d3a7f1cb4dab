"""What one line asks of control@: a table that follows debbugs' grammar, refusals included."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lptrack.trackers.debian.control import STOP, Command, parse_command, tag_operations

HARMLESS = Command("harmless")


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("severity 5 important", Command("severity", (5,), "important")),
        ("Severity #5 important", Command("severity", (5,), "important")),
        ("priority 5 wishlist", Command("severity", (5,), "wishlist")),
        ("severity -1 grave", Command("severity", (-1,), "grave")),
        ("severity 5 Important", HARMLESS),
        ("severity 5 high", HARMLESS),
        ("severity 5", None),
        ("severity important", None),
        ("severity 5 important # it eats the lawn", None),
        ("close 5", Command("close", (5,))),
        ("close 5 1.2-3", Command("close", (5,), "1.2-3")),
        ("close 5 please", None),
        ("reopen 5", Command("reopen", (5,))),
        ("reopen 5 !", Command("reopen", (5,))),
        ("found 5", Command("found", (5,))),
        ("found 5 1.2-3, made-up/1.3", Command("found", (5,), "1.2-3 made-up/1.3")),
        ("found 5 in the garden", None),
        ("notfound 5 1.2-3", HARMLESS),
        ("fixed 5 made-up/1.2-3", Command("fixed", (5,), "made-up/1.2-3")),
        ("fixed 5", None),
        ("notfixed 5 1.2-3", Command("notfixed", (5,), "1.2-3")),
        ("reassign 5 Made-Up", Command("reassign", (5,), "made-up")),
        ("reassign 5 made-up 1.2-3", Command("reassign", (5,), "made-up")),
        ("reassign 5 source:made-up", Command("reassign", (5,), "src:made-up")),
        ("reassign 5 aaa, bbb", Command("reassign", (5,), "aaa,bbb")),
        ("reassign 5 to somebody else", None),
        ("retitle 5 made-up: it hums (made-up)", Command("retitle", (5,), "made-up: it hums (made-up)")),
        ("retitle 5", None),
        ("forwarded 5 https://example.org/1", Command("forwarded", (5,), "https://example.org/1")),
        ("notforwarded 5", Command("notforwarded", (5,))),
        ("owner 5 !", Command("owner", (5,), "!")),
        ("noowner 5", Command("noowner", (5,))),
        ("tags 5 + patch", Command("tag", (5,), "+ patch")),
        ("tag 5 patch", Command("tag", (5,), "patch")),
        ("merge 5 6 #7", Command("merge", (5, 6, 7))),
        ("merge 5", None),
        ("forcemerge 5 6", Command("forcemerge", (5, 6))),
        ("unmerge 5", Command("unmerge", (5,))),
        ("clone 5 -1 -2", Command("clone", (5, -1, -2))),
        ("package made-up", Command("package", (), "made-up")),
        ("limit package made-up", Command("limit", (), "package made-up")),
        ("limit: clear", Command("limit", (), "clear")),
        ("submitter 5 !", HARMLESS),
        ("usertags 5 + summer", HARMLESS),
        ("archive 5", HARMLESS),
        ("block 5 by 6 7", HARMLESS),
        ("block of text", None),
        ("affects 5 + made-up", HARMLESS),
        ("affects everybody", None),
        ("summary 5 0", HARMLESS),
        ("summary of it all", None),
        ("submitter 5", None),
        ("thanks", STOP),
        ("Thank you.", STOP),
        ("--", STOP),
        ("quit", STOP),
        ("thanks for all the fish", None),
        ("> severity 5 important", None),
        ("Dear tracker,", None),
        ("", None),
        ("severity 5 important" + " " * 3000 + "x", None),
    ],
)
def test_a_line_asks_for_this(line: str, command: Command | None) -> None:
    assert parse_command(line) == command


@pytest.mark.parametrize(
    ("argument", "operations"),
    [
        ("patch", (("+", "patch"),)),
        ("+ patch pending", (("+", "patch"), ("+", "pending"))),
        ("+patch -moreinfo", (("+", "patch"), ("-", "moreinfo"))),
        ("- patch, pending", (("-", "patch"), ("-", "pending"))),
        ("patch = help", (("=", ""), ("+", "help"))),
        ("=", (("=", ""),)),
    ],
)
def test_tags_are_added_and_taken_away(argument: str, operations: tuple[tuple[str, str], ...]) -> None:
    assert tag_operations(argument) == operations


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(max_size=60) | st.text("severity clontag5-1#, +=", max_size=60))
def test_any_line_is_a_command_or_none(line: str) -> None:
    command = parse_command(line)
    assert command is None or command.name
    tag_operations(line)
