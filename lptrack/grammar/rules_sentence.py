"""The rules for long numbers that a sentence calls bugs without the word right before them."""

from __future__ import annotations

import re
from typing import Final

from lptrack.grammar.rule import CHANNEL, LIST, LONG, NOT_OURS, NUMBER, Rule, Setting, compile_
from lptrack.grammar.rules_words import named_before
from lptrack.grammar.trackers import is_project, tracker_of_word
from lptrack.model import DEBIAN, LAUNCHPAD, ReferenceKind

_MENTION = ReferenceKind.MENTION


def _told(setting: Setting) -> str | None:
    """Whose the bug is of which a sentence tells the number: the last tracker named in it, else the channel's own."""
    if not 100_000 <= setting.number < 3_000_000:
        return None
    before = setting.match.string[setting.match.start() : setting.match.start("n")]
    for word in reversed(_PLAIN_WORD.findall(before)):
        if word == "upstream":
            return NOT_OURS
        if (named := tracker_of_word(word, setting.number)) is not None:
            return named
    return named_before(setting) or setting.channel


_PLAIN_WORD = re.compile(r"[a-z][a-z.]{1,20}")


def _package(setting: Setting) -> str | None:
    """Debian's numbers reached a million in 2021 and its bugs are called so; a million and more is Launchpad's."""
    who = setting.match["who"]
    if setting.channel != LAUNCHPAD or not 1_000_000 <= setting.number < 3_000_000:
        return None
    return tracker_of_word(who, setting.number) or (LAUNCHPAD if is_project(who) else None)


_BUG_BEFORE = re.compile(r"(?:\bbugs?[\s:#]{1,3}|\blp:?\s?#?)[0-9]{6,7}(?![0-9])")
_NEARBY: Final = 200


def _in_list(setting: Setting) -> str | None:
    """In a list that began with a bug, what a package's name stands before is a bug too."""
    low, at = setting.match.string, setting.match.start()
    if setting.channel != LAUNCHPAD or _BUG_BEFORE.search(low, max(0, at - _NEARBY), at) is None:
        return None
    who = setting.match["who"]
    return LAUNCHPAD if is_project(who) and tracker_of_word(who, setting.number) is None else None


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "ubuntu-number",
        ("ubuntu", "launchpad", "malone", "lp"),
        compile_(
            rf"(?<![\w#/.@-])(?:bug-)?(?:ubuntu[:\s]{{0,3}}#\s?|(?:launchpad|ubuntu|malone|lp)-?bugs?[:\s#]{{1,3}}){NUMBER}{LIST}"
        ),
        _MENTION,
        LAUNCHPAD,
        "`Ubuntu: #N`, and MoinMoin's `LaunchpadBug:N`.",
        yes=(("nice (Ubuntu: #77010)", "launchpad 77010"), ("[[LaunchpadBug:77010]]", "launchpad 77010")),
        no=("ubuntu 1204", "#ubuntu 77010", "ubuntu-bug 4711"),
        plain=5,
        hashed=3,
    ),
    Rule(
        "bug-told",
        ("bug",),
        compile_(
            r"bug(?<![\w./-]bug)(?:s|\sreports?)?(?![\w./-])[^0-9#/<>\n]{1,40}?"
            r"(?:[:,]|(?<![a-z0-9])#|\b(?:as|is|was|are|were|like|eg|ie|e\.g\.|i\.e\.|namely|number|nummer)\b)\s{0,2}[#(]{0,2}"
            rf"(?={LONG})(?P<n>[0-9]{{6,7}}){LIST}"
        ),
        _MENTION,
        _told,
        "A bug, and a few words later its number: `the bug that I filed: 1160490`.",
        yes=(
            ("the bug that I filed: 1160490", "launchpad 1160490"),
            ("bugs such as 1160490 and 1157943", "launchpad 1160490, launchpad 1157943"),
            ("the bug in Debian is #722295", "debian 722295"),
        ),
        no=("a bug with 1048576 bytes", "bug in build 1160490", "a bug, 1048576 bytes long", "the bug in 1160490"),
        plain=6,
        hashed=6,
    ),
    Rule(
        "bugs-apart",
        ("bugs",),
        compile_(
            r"bugs(?<![\w./-]bugs)(?![\w./])[\s:#(]{1,4}(?P<n>[0-9]{6,7})(?![0-9a-z%]|[.:-][0-9])"
            r"(?P<more>(?:[^0-9</@\n]{1,40}?[\s#(][0-9]{6,7}(?![0-9a-z%]|[.:-][0-9]|\s(?:users|bytes|lines|files)\b)){1,40})"
        ),
        _MENTION,
        _told,
        "Further numbers after `bugs 1`, with a few words between them.",
        yes=(
            ("bugs 1160490 [apt], 1157943 [dpkg]", "launchpad 1157943"),
            ("bugs #1160490: crash, #1157943: hang", "launchpad 1157943"),
        ),
        no=("bugs 1160490 and 1048576 bytes", "bugs 1160490, fixed in build 1157943", "bug 1160490: 1157943"),
        plain=6,
        hashed=6,
    ),
    Rule(
        "tracker-told",
        ("debian", "bts", "launchpad", "lp", "ubuntu", "gnome", "kde", "fedora", "bugzilla"),
        compile_(
            r"(?<![\w#/.@+:-])(?:debian|bts|launchpad|lp|ubuntu|gnome|kde|fedora|bugzilla)(?![\w/.@+-])"
            rf"[^0-9#/<>\n]{{1,30}}?[\s(\[]#(?={LONG})(?P<n>[0-9]{{6,7}}){LIST}"
        ),
        _MENTION,
        _told,
        "A tracker, and a few words later a number with `#`: `fixed in Debian (#722295)`.",
        yes=(
            ("fixed in Debian (#722295)", "debian 722295"),
            ("forwarded to the BTS as #722295, #698967", "debian 722295, debian 698967"),
            ("Launchpad has it (#1160490)", "launchpad 1160490"),
        ),
        no=("debian 722295", "see #1160490", "in #ubuntu: see #1160490", "Debian package, PR #1160490"),
        plain=6,
        hashed=6,
    ),
    Rule(
        "number-in-debian",
        ("in debian", "on debian", "in the debian"),
        compile_(
            rf"(?<![\w#./:-])#(?=1?[0-9]{{6}}(?![0-9]))(?P<n>[0-9]{{6,7}}){LIST}\s(?:in|on)\s(?:the\s)?debian(?![\w/-])"
        ),
        _MENTION,
        DEBIAN,
        "A lone number that is said to be in Debian.",
        yes=(("LP #1160490 aka #722295 in Debian", "debian 722295"),),
        no=("722295 in Debian", "LP #1160490 in debian", "#1160490 in debian-installer"),
        plain=9,
        hashed=6,
    ),
    Rule(
        "duplicate",
        ("dup",),
        compile_(rf"\bdup(?:e|licate)?s?\s(?:of|for|to|with)\s#?(?P<n>[0-9]{{6,7}})(?![0-9a-z]|[.:-][0-9]){LIST}"),
        _MENTION,
        _told,
        "The number of which another bug is a duplicate.",
        yes=(("it is a duplicate of 1160490", "launchpad 1160490"), ("dup of #1160490", "launchpad 1160490")),
        no=("two duplicates of 5",),
        plain=6,
        hashed=6,
    ),
    Rule(
        "number-on-launchpad",
        ("on launchpad", "in launchpad", "at launchpad", "on lp", "in lp"),
        compile_(
            rf"(?<![\w#.:/@$£€+~=^-])#?(?P<n>[0-9]{{5,8}})(?![0-9]){LIST}\s(?:on|in|at)\s(?:launchpad|lp)\b(?![:\s]{{0,2}}#?[0-9])"
        ),
        _MENTION,
        LAUNCHPAD,
        "A lone number that is said to be on Launchpad.",
        yes=(("it is #1160490 on Launchpad", "launchpad 1160490"),),
        no=("12345 users on lp",),
        plain=5,
        hashed=5,
    ),
    Rule(
        "package-number",
        ("#",),
        compile_(rf"(?<![\w#/.@-])(?P<who>[a-z][a-z0-9.+-]{{1,40}}+)\s{{1,2}}\(?#{NUMBER}{LIST}"),
        _MENTION,
        _package,
        "`package #N, #N`, where the number is so high that it can only be Launchpad's.",
        yes=(
            ("aptdaemon #1060505, #1078544", "launchpad 1060505, launchpad 1078544"),
            ("apt (#1157943)", "launchpad 1157943"),
        ),
        no=("see #1103948", "cups #697970", "bash #5"),
        hashed=7,
        plain=9,
    ),
    Rule(
        "bugs-in-brackets",
        ("bugs",),
        compile_(
            r"bugs(?<![\w./-]bugs)(?![\w./])[^0-9()<>\n]{1,60}?\(#?(?P<n>[0-9]{6,7})(?![0-9a-z%]|[.:-][0-9])"
            r"(?P<more>(?:[^0-9()<>\n]{1,60}?[\s#][0-9]{6,7}(?![0-9a-z%]|[.:-][0-9])){0,40})"
        ),
        _MENTION,
        _told,
        "Bugs in brackets behind a remark: `bugs that I still have to look at (N, a race, N)`.",
        yes=(("bugs to look at (1942003, a race, 1942004, ...)", "launchpad 1942003, launchpad 1942004"),),
        no=("bugs (5 of them)", "bugs that eat memory (1048576 bytes)"),
        plain=6,
        hashed=6,
    ),
    Rule(
        "list-without-word",
        ("(bug", "(lp"),
        compile_(r"(?<![\w#/.@-])[a-z][a-z0-9.+-]{1,40}\s\((?P<n>[0-9]{6,7})\)"),
        _MENTION,
        CHANNEL,
        "The word left out in the middle of a list: `apt (bug N), dpkg (N)`.",
        yes=(("apt (bug 1781001), dpkg (1796001)", "launchpad 1796001"),),
        no=("apt (1781001)",),
        plain=6,
        hashed=6,
    ),
    Rule(
        "list-of-packages",
        ("bug", "lp"),
        compile_(
            r"(?<=[,;]\s)(?:and\s)?(?P<who>[a-z][a-z0-9.+-]{1,40}+):?\s#?(?P<n>[12][0-9]{6})"
            r"(?![0-9a-z%]|[.:-][0-9]|\s(?:users|bytes|lines|files|times|people|packages)\b)"
        ),
        _MENTION,
        _in_list,
        "The word left out in a list of packages: `apt: bug N, dpkg: N`.",
        yes=(
            ("apt: bug 1781001, dpkg: 1796001", "launchpad 1796001"),
            ("bug 1781001 in apt, and dpkg 1796001", "launchpad 1796001"),
        ),
        no=("apt: bug 1781001, about 1796001", "apt: 1781001, dpkg: 1796001", "bug 1781001, kde 1796001"),
        plain=7,
        hashed=7,
    ),
    Rule(
        "filed-number",
        ("filed", "assigned", "reported", "opened"),
        compile_(
            r"\b(?:filed|reported|opened|assigned\s(?:you|me|him|her|it|them|this|myself)\s(?:to|on))"
            r"(?:\s(?:as|it\sas|under))?\s{1,2}(?P<n>[12][0-9]{6})(?![0-9a-z%]|[.:-][0-9]|\s(?:users|bytes|lines|files|times))"
            rf"{LIST}"
        ),
        _MENTION,
        CHANNEL,
        "`I filed N`, `assigned you to N`, with seven digits, and a list of them.",
        yes=(
            ("filed 1942002, 1942004 and 1942005", "launchpad 1942002, launchpad 1942004, launchpad 1942005"),
            ("I filed 1942002 for it", "launchpad 1942002"),
            ("assigned you to 1942003", "launchpad 1942003"),
        ),
        no=("I filed 5", "reported 1000000 times"),
        plain=7,
        hashed=7,
    ),
    Rule(
        "role",
        ("bug:`", "lp:`", "launchpad:`"),
        compile_(r":(?:lp-?bug|lp|bug|launchpad):`(?:[^`<>\n]{0,80}<)?#?(?P<n>[0-9]{1,9})>?`"),
        _MENTION,
        LAUNCHPAD,
        "reStructuredText's roles: :lpbug:`N`.",
        yes=(
            (":lpbug:`1942002` is fixed", "launchpad 1942002"),
            (":bug:`the crash <1942003>`", "launchpad 1942003"),
        ),
        no=(":doc:`1942002`",),
        written=False,
    ),
)
