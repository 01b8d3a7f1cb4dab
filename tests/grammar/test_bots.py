"""Bots' lines give the bug's fields as they were printed; what people say of bugs gives none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lptrack.grammar.bot_nicks import looks_like_bot
from lptrack.grammar.bots import Announced, NotFound, echoes, is_bot, parse_announcement, parse_announcements

URL = "https://launchpad.net/bugs/1160490"


def _fields(text: str) -> tuple[object, ...]:
    found = parse_announcement(text)
    assert isinstance(found, Announced), text
    return (found.tracker, found.number, found.target, found.title, found.importance, found.status)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            f'bug 1160490 in ifupdown (Ubuntu Raring) "race condition updating statefile" [Medium,In progress] {URL}',
            (
                "launchpad",
                1160490,
                "ifupdown (Ubuntu Raring)",
                "race condition updating statefile",
                "Medium",
                "In progress",
            ),
        ),
        (
            'Ubuntu bug 1160490 in ifupdown "race" [Medium,In progress]',
            ("launchpad", 1160490, "ifupdown", "race", "Medium", "In progress"),
        ),
        (
            f'Launchpad bug 1160490 in ifupdown (Ubuntu) "a "quoted" [tag] (x)" [Medium, In Progress] {URL}',
            ("launchpad", 1160490, "ifupdown (Ubuntu)", 'a "quoted" [tag] (x)', "Medium", "In Progress"),
        ),
        (
            f'Malone bug 471 in fontconfig "fonts" [Normal,Unconfirmed] {URL}',
            ("launchpad", 471, "fontconfig", "fonts", "Normal", "Unconfirmed"),
        ),
        (
            f'Bug 1160490 in ifupdown (Ubuntu) "race" (affected: 3, heat: 16) [Medium, Triaged] {URL}',
            ("launchpad", 1160490, "ifupdown (Ubuntu)", "race", "Medium", "Triaged"),
        ),
        (
            f'New bug: #1160490 in ifupdown (main) "race (dup-of: 1005551)" [Undecided,New] {URL}',
            ("launchpad", 1160490, "ifupdown (main)", "race (dup-of: 1005551)", "Undecided", "New"),
        ),
        (
            f"Bug #1160490: race <b> in it <regression> <ifupdown:In Progress by me> < {URL} >",
            ("launchpad", 1160490, "ifupdown", "race <b> in it", None, "In Progress"),
        ),
        (
            f"Bug #1160490 opened: race <juju:New> <{URL}>",
            ("launchpad", 1160490, "juju", "race", None, "New"),
        ),
        (
            'Debian bug 722295 in python-pip "needs" [Normal,Fixed] http://bugs.debian.org/722295',
            ("debian", 722295, "python-pip", "needs", "Normal", "Fixed"),
        ),
        (
            'bugzilla.kernel.org bug 42981 in Power "not stable" [High,Closed: code_fix]',
            ("kernel", 42981, "Power", "not stable", "High", "Closed: code_fix"),
        ),
        (
            'Ubuntu bug 1234 in foo "old" [Normal,Open] http://bugzilla.ubuntu.com/show_bug.cgi?id=1234',
            ("ubuntu-bugzilla", 1234, "foo", "old", "Normal", "Open"),
        ),
        (
            'Issue 12 in owner/name "broken" [Open] https://github.com/owner/name/issues/12',
            ("github", 12, "owner/name", "broken", None, "Open"),
        ),
        (
            "Launchpad bug 1160490 in ifupdown (Ubuntu) \u201crace\u201d [Medium,Confirmed]",
            ("launchpad", 1160490, "ifupdown (Ubuntu)", "race", "Medium", "Confirmed"),
        ),
        (
            "Bug #1160490 \u201crace \u201d : Bugs : ifupdown package : Ubuntu",
            ("launchpad", 1160490, "ifupdown package : Ubuntu", "race", None, None),
        ),
        (
            "Title: Bug 404851 [RHEL5.3] frozen (at bugzilla.redhat.com)",
            ("redhat", 404851, None, "[RHEL5.3] frozen", None, None),
        ),
        (
            'bug 1160490 in ifupdown (Ubuntu) "a title that the network cut of',
            ("launchpad", 1160490, "ifupdown (Ubuntu)", "a title that the network cut of", None, None),
        ),
        (
            f'Bug 1160490 in ifupdown "a title that the bot cut..." [Low, New] {URL}',
            ("launchpad", 1160490, "ifupdown", "a title that the bot cut...", "Low", "New"),
        ),
    ],
)
def test_the_forms_of_announcements(text: str, wanted: tuple[object, ...]) -> None:
    assert _fields(text) == wanted


def test_a_duplicates_line_describes_its_master() -> None:
    old = parse_announcement('bug 73058 in ubiquity (Ubuntu) "duplicate for #107939 GUI Installer crashed" [Low,New]')
    new = parse_announcement(f'Bug 73058 in ubiquity "GUI Installer crashed" [Low, New] [duplicate: 107939] {URL}')
    assert isinstance(old, Announced)
    assert isinstance(new, Announced)
    assert (old.number, old.duplicate, old.title) == (new.number, new.duplicate, new.title)
    assert (old.duplicate, old.title) == (107939, "GUI Installer crashed")


def test_assignees_are_read_from_both_forms() -> None:
    old = parse_announcement(f'Launchpad bug 5 in nova "x" [High,In progress] {URL} - Assigned to Some One (someone)')
    new = parse_announcement(f'Bug 5 in nova "x" (assigned: Some One) [High, In Progress] {URL}')
    assert isinstance(old, Announced)
    assert isinstance(new, Announced)
    assert (old.assignee, new.assignee) == ("Some One (someone)", "Some One")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Error: Launchpad bug 349 could not be found", ("launchpad", 349, False)),
        ("Error: Debian bug 3 could not be found", ("debian", 3, False)),
        ("Error: Could not find Launchpad bug 349", ("launchpad", 349, False)),
        ("Bug 1160490 on http://launchpad.net/bugs/1160490 is private", ("launchpad", 1160490, True)),
        ("Bug 1160490 is private", ("launchpad", 1160490, True)),
        (f"Error: Bug #1160490 ({URL}) is private or doesn't exist", ("launchpad", 1160490, True)),
        (f"Error: Bug #1160490 is private or does not exist ({URL})", ("launchpad", 1160490, True)),
        (f"Error: Bug #5 is a duplicate of bug #6, but it is private ({URL})", ("launchpad", 5, True)),
        ("Error: Error getting Malone bug #5: Bug does not exist", ("launchpad", 5, False)),
        (
            f"Error: Could not gather data from Launchpad for bug #5 ({URL}). The error has been logged",
            ("launchpad", 5, False),
        ),
    ],
)
def test_bots_that_cannot_show_a_bug_say_so(text: str, wanted: tuple[str, int, bool]) -> None:
    found = parse_announcement(text)
    assert isinstance(found, NotFound), text
    assert (found.tracker, found.number, found.private) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "bug 1160490",
        "bug 1160490 in ifupdown is fixed",
        'bug 1160490 is "fixed" now',
        'see bug 1160490 in ifupdown "fixed" by me',
        f"bug 1160490: see {URL}",
        "Bug 1160490 could be hard to reproduce",
        "I think bug 1160490 is not found by search",
        "",
        '"',
    ],
)
def test_what_people_say_of_bugs_is_no_announcement(text: str) -> None:
    assert parse_announcement(text) is None


def test_several_bugs_in_one_line() -> None:
    one = f'bug 5 in a "x" [Low,New] {URL}'
    found = parse_announcements(f'{one} bug 6 in b "y" [High,New] {URL}; bug 7 in c "z" [High,New]')
    assert [(bug.number, bug.title) for bug in found if isinstance(bug, Announced)] == [(5, "x"), (6, "y"), (7, "z")]


def test_bots_are_known_by_nick_with_what_clients_add_to_it() -> None:
    for nick in (
        "ubottu", "ubotu", "Ubot2", "ubot5`", "ubot93", "lubotu3", "uvirtbot`", "_mup_", "mup", "@ubottu", "ubottu_",
        "MootBot2",
        "meetingology", "kubine", "zodbot", "ubotu-fr",
    ):  # fmt: skip
        assert is_bot(nick), nick
    for nick in ("seb128", "robot", "slangasek", "mupfel", "about", "ubuntu", "jdub"):
        assert not is_bot(nick), nick
    assert is_bot("mybot_", extra=("MyBot",))


def test_a_nick_that_ends_as_bots_do() -> None:
    assert looks_like_bot("xyzbot_")
    assert not looks_like_bot("seb128")
    assert not looks_like_bot("bothered")


def test_only_meeting_bots_echo() -> None:
    assert echoes("MootBot", "ACTION received:  mathiaz: to verify SRU bug 666028")
    assert echoes("meetingology", "LINK: https://bugs.launchpad.net/bugs/1794399")
    assert not echoes("ubottu", "anything")
    assert not echoes("seb128", "ACTION: bug 5")


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    title=st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=60),
    number=st.integers(1, 10**7),
)
def test_any_title_comes_back_as_it_was_printed(title: str, number: int) -> None:
    found = parse_announcement(
        f'bug {number} in apt (Ubuntu) "{title}" [High,Fix released] https://launchpad.net/bugs/{number}'
    )
    assert isinstance(found, Announced)
    assert (found.number, found.importance, found.status) == (number, "High", "Fix released")
    assert found.title == (title.strip() or None)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(max_size=200))
def test_no_text_breaks_the_parser(text: str) -> None:
    parse_announcements(text)
    parse_announcements(f'bug 5 in a "{text}')
