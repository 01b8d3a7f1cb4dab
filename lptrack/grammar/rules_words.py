"""The rules for bugs in words: Debian's, other trackers', Launchpad's, in the order in which they are tried."""

from __future__ import annotations

import re
from typing import Final

from lptrack.grammar.rule import CHANNEL, GLUE, LIST, LONG, NOT_OURS, NUMBER, Rule, Setting, compile_
from lptrack.grammar.trackers import TRACKER_WORDS, is_project, tracker_of_host, tracker_of_word
from lptrack.model import DEBIAN, LAUNCHPAD, ReferenceKind

_MENTION = ReferenceKind.MENTION

_FILLER = (
    r"(?:(?:(?:reports?|trackers?|s|numbers?|numero|nummer|num|no|nr|ids?|entry|entries|tickets?|launchpad|lp|malone"
    r"|is|are|was|were|being|at|the|called|in|on|for|fixed|closed|filed|opened|reported|affected|like|including"
    r"|here|list|fix|fixes|see)\b"
    rf"|n[°º]|n(?=\.)|№|numéro|número)\.?{GLUE}){{0,3}}"
)
"""Words between "bug" and its number: those that say "number", and those that only long numbers may follow."""

BUG: Final = compile_(
    rf"bug(?<![a-z0-9\u00c0-\u024f]bug)(?<![a-z0-9]_bug)"
    rf"(?:s|reports?|fix(?:es)?|'s|\(s\)|z|es|ids?|nos?|nrs?|num(?:ber)?s?)?(?![a-rt-z_])"
    rf"(?:[^\w\n/@+&%$~^\\-]{{1,6}}(?=#?{LONG}))?"
    rf"{GLUE}{_FILLER}0{{0,6}}{NUMBER}{LIST}"
)
"""`bug`, what Launchpad's linkifier takes between it and a number, and what people write there; then a list."""

ISSUE: Final = compile_(rf"\b(?:issues?|bugzilla)\b{GLUE}(?:(?:number|num|no|nr|report)\b\.?{GLUE})?{NUMBER}{LIST}")

_LAUNCHPAD_WORDS = ("launchpad", "malone", "lpad", "ubuntu", "lp")


_KINDS_OF_BUG: Final = frozenset(
    ("rc", "itp", "rfp", "bts", "serious", "grave", "important", "ftbfs", "policy", "package", "security", "upstream")
)


def named_before(setting: Setting) -> str | None:
    """The tracker that the word before a number names, as in "Debian bug #1"; None where it is no tracker's word."""
    if setting.earlier == "debian" and (setting.word in _KINDS_OF_BUG or setting.word in ("it", "is", "has", "as")):
        return DEBIAN
    return tracker_of_word(setting.word, setting.number)


_ELSEWHERE = re.compile(
    r"[\])]{0,2},?\s{1,2}(?:in|on|at|from|of)\s(?:the\s)?(?:upstream\s)?"
    r"(?:(?P<host>bug(?:s|zilla)\.[\w.-]{3,40})|(?P<who>[a-z.]{2,14})(?:'s)?\s(?:bts|bug\s?tracker|bugzilla|tracker)\b)"
    r"|\s{1,2}(?:in|on|@)\s?(?P<debian>debian|fedora|redhat|gentoo|opensuse|gnome|kde|freedesktop)"
    r"(?=[\s.,;:!?)]{0,2}$|[.,;!?)])"
)
"""After a bug, where it is: `in the Debian BTS`, `on bugzilla.kernel.org`, or `in KDE` where a sentence ends."""


def _elsewhere(setting: Setting) -> str | None:
    place = _ELSEWHERE.match(setting.match.string, setting.match.end(), setting.match.end() + 80)
    if place is None:
        return None
    if place["host"]:
        return LAUNCHPAD if "launchpad" in place["host"] else tracker_of_host(place["host"]) or NOT_OURS
    if place["who"] == "upstream":
        return NOT_OURS
    return tracker_of_word(place["who"] or place["debian"], setting.number)


_ONLY_LAUNCHPADS: Final = 1_000_000
"""From here on a number is rather Launchpad's than a small upstream's."""


def _debian(setting: Setting) -> str | None:
    return DEBIAN if named_before(setting) == DEBIAN else None


def _foreign(setting: Setting) -> str | None:
    if setting.word == "upstream" and not setting.number >= _ONLY_LAUNCHPADS:
        return NOT_OURS  # upstream is no tracker, and nobody says which
    named = named_before(setting)
    return None if named in (LAUNCHPAD, DEBIAN) else named


def _launchpad(setting: Setting) -> str | None:
    """Named before the bug, or inside: `the bug is LP 5`, `bugs in Launchpad: 5`."""
    if named_before(setting) == LAUNCHPAD:
        return LAUNCHPAD
    inside = setting.match.string[setting.match.start() : setting.match.start("n")]
    return LAUNCHPAD if any(word in inside for word in ("launchpad", "lp", "malone")) else None


def _project(setting: Setting) -> str | None:
    """`distribute bug #349`: a low number after a project's name is the project's own, but for the famous bug 1."""
    word = setting.word
    if word in setting.names:
        return word
    if setting.channel != LAUNCHPAD or not word or not 1 < setting.number <= 999 or setting.between.strip():
        return None
    return NOT_OURS if word not in TRACKER_WORDS and word not in _EARLY and is_project(word) else None


_EARLY: Final = frozenset(("bzr", "bazaar", "soyuz", "rosetta"))
"""Projects that were on Launchpad when its numbers were low."""


def _issue(setting: Setting) -> str | None:
    """An issue is a known tracker's that the word before it names; else nobody's here."""
    if setting.word in setting.names:
        return setting.word
    return named_before(setting) or (NOT_OURS if setting.number < 100_000 else None)


def _tagged(setting: Setting) -> str | None:
    """By the tag, or by the word before one that only says the kind: `GNOME GitLab #5`, `gnome bugzilla #5`."""
    who = setting.match["who"]
    before = tracker_of_word(setting.word, setting.number) if who in _FAMILIES else None
    return before or tracker_of_word(who, setting.number)


_FAMILIES: Final = frozenset(("bugzilla", "bz", "gitlab", "jira", "trac"))

_TAGS = "|".join(
    re.escape(word)
    for word in sorted(TRACKER_WORDS, key=len, reverse=True)
    if word not in _LAUNCHPAD_WORDS and TRACKER_WORDS[word][0] != DEBIAN and word not in ("hat", "trac")
)

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "changelog-debian",
        ("closes:",),
        compile_(
            rf"\bcloses:\s*+(?:bugs?)?\s?#?\s?{NUMBER}"
            rf"(?P<more>(?:,\s{{0,3}}(?:bug)?#?\s?[0-9]{{1,9}}(?![0-9])){{0,200}})"
        ),
        _MENTION,
        DEBIAN,
        "Debian's changelog: `Closes: #1, #2`.",
        yes=(
            ("* New upstream. (Closes: #625484, #679077)", "debian 625484, debian 679077"),
            ("closes: bug#5", "debian 5"),
        ),
        no=("Closes: LP #5", "this closes #5"),
        plain=5,
    ),
    Rule(
        "debian-bug",
        ("debian", "deb", "debbug", "bts", "wnpp", "itp", "rfp", "ita"),
        BUG,
        _MENTION,
        _debian,
        "`Debian bug N`, and a list of them.",
        yes=(
            ("Debian bug #722295", "debian 722295"),
            ("debian bugs 336996 and 652377", "debian 336996, debian 652377"),
            ("Debian's bug 336996", "debian 336996"),
            ("debian RC bug #336996", "debian 336996"),
        ),
        no=("that debian bug 3 years ago", "not debian, bug 584786"),
    ),
    Rule(
        "debian-number",
        ("debian", "deb", "bts", "wnpp", "itp #", "rfp #", "ita #", "rfs #", "itp:", "rfp:", "ita:", "rfs:"),
        compile_(
            rf"(?<![\w./@-])(?:bug-)?(?:debian|deb|debbugs?|d?bts|wnpp|itp|rfp|ita|rfs)(?:'s)?(?:[\s-](?:bts|bugs?|report))?"
            rf"[:/]?\s{{0,3}}"
            rf"(?:\[?#\[?\s?|(?<=\s|:)){NUMBER}{LIST}"
        ),
        _MENTION,
        DEBIAN,
        "`Debian #N`, `deb#N`, `debbugs #N`.",
        yes=(
            ("Debian #697970 and LP #872483", "debian 697970"),
            ("deb#697970", "debian 697970"),
            ("forwarded to debian #680313 yet", "debian 680313"),
            ("debbugs 680313", "debian 680313"),
        ),
        no=("debian 7", "debian 20130124", "debian 12.04", "the deb 1.5.1-2"),
        plain=6,
        hashed=3,
    ),
    Rule(
        "bug-elsewhere",
        ("bug",),
        BUG,
        _MENTION,
        _elsewhere,
        "A bug of which the words after it say where it is.",
        yes=(
            ("bug 42981 on bugzilla.kernel.org", "kernel 42981"),
            ("bug #722295 in the Debian BTS", "debian 722295"),
            ("it is bug #722295 in Debian.", "debian 722295"),
            ("bug 306186 in KDE, I think", "kde 306186"),
        ),
        no=("bug 1216043 in debian-installer", "bug 1216043 in Debian (sid)"),
        contestable=True,
    ),
    Rule(
        "tracker-bug",
        ("bug",),
        BUG,
        _MENTION,
        _foreign,
        "A bug of another tracker, which the word before it names.",
        yes=(
            ("KDE bug 306186", "kde 306186"),
            ("see gnome bug #692515", "gnome 692515"),
            ("RH bug 789824", "redhat 789824"),
            ("kernel bug 42981", "kernel 42981"),
        ),
        no=("kernel bug 1218004", "gnome-shell bug 1218004", "upstream bug 61234"),
        contestable=True,
    ),
    Rule(
        "tracker-number",
        ("#", "bz", "bgo", "bnc", "bsc", "boo", "fdo", "bpo"),
        compile_(
            rf"(?<![\w./@+-])(?P<who>{_TAGS})(?:'s)?(?:[:\s]{{1,3}}#|#|(?:(?<=bz)|(?<=bgo|bnc|bsc|boo|fdo|bpo))[\s:]){NUMBER}{LIST}"
        ),
        _MENTION,
        _tagged,
        "`rhbz#N`, `GNOME #N`.",
        yes=(
            ("rhbz#789824", "redhat 789824"),
            ("gnome #692515", "gnome 692515"),
            ("bnc#5", "suse 5"),
            ("bnc 654345", "suse 654345"),
        ),
        no=("gnome 3", "kernel #1218004"),
        plain=5,
        contestable=True,
    ),
    Rule(
        "issue",
        ("issue", "bugzilla"),
        ISSUE,
        _MENTION,
        _issue,
        "An issue of a project that the word before it names.",
        yes=(
            ("tox issue #122", "tox 122"),
            ("github issue #671", "github 671"),
            ("redhat bugzilla 789824", "redhat 789824"),
        ),
        no=("issue #5", "the issue 5", "an issue: 5 of them", "tox issue 122", "upstream issue #5"),
        plain=5,
        contestable=True,
    ),
    Rule(
        "project-bug",
        ("bug",),
        BUG,
        _MENTION,
        _project,
        "A low number after a project's name is in the project's own tracker.",
        yes=(),
        no=("distribute bug #349", "aptdaemon bug 1060505", "see bug 349", "ubuntu bug #1"),
        contestable=True,
    ),
    Rule(
        "launchpad-bug",
        ("bug",),
        BUG,
        _MENTION,
        _launchpad,
        "`Launchpad bug N`, `LP bug N`, `Ubuntu bug N`, `Malone bug N`: Launchpad's in any channel.",
        yes=(
            ("LP Bug 1105411", "launchpad 1105411"),
            ("Launchpad bug report 12345678", "launchpad 12345678"),
            ("Malone bug #471", "launchpad 471"),
        ),
        no=("launchpad has a bug 5 of us saw",),
    ),
    Rule(
        "bug",
        ("bug",),
        BUG,
        _MENTION,
        CHANNEL,
        "`bug N` as Launchpad's linkifier reads it, `bug:N`, and lists: `bugs 1, 2 and 3`, `bugs 1/2`, `bugs 1 & 2`.",
        yes=(
            ("fixed bug 1211511.", "launchpad 1211511"),
            ("bug #1216043", "launchpad 1216043"),
            ("Bug:1216043", "launchpad 1216043"),
            ("bug report number 1216043", "launchpad 1216043"),
            ("bug no. 1216043", "launchpad 1216043"),
            ("bug=5", "launchpad 5"),
            ("bug-1216043", "launchpad 1216043"),
            ("BUG#1216043", "launchpad 1216043"),
            ("bugs 1072828, 1068874 and 1093697", "launchpad 1072828, launchpad 1068874, launchpad 1093697"),
            ("bugs 1072828/1068874", "launchpad 1072828, launchpad 1068874"),
            ("bugs 1072828 & 1068874", "launchpad 1072828, launchpad 1068874"),
            ("bugs #1, #2", "launchpad 1, launchpad 2"),
            ("the bug is 1072828", "launchpad 1072828"),
            ("Bug 1105411のお話", "launchpad 1105411"),
        ),
        no=(
            "debug 5",
            "bug 3 years ago",
            "bugs 12.04",
            "bug in 5",
            "what's the bug# for this",
            "bugs: 23 open",
            "280 bugs",
        ),
    ),
    Rule(
        "launchpad-number",
        ("lp", "launchpad", "malone", "lpad"),
        compile_(
            rf"(?:lp(?<![\w.@~$-]lp)|launchpad(?<![\w/.@~-]launchpad)|malone|\blpad)(?:'s|s)?(?:[\s-]{{1,2}}"
            rf"(?:issues?|tickets?|reports?|num(?:ber)?s?|no\.?|entry|ids?))?"
            rf"(?:,?\s{{1,2}}(?:as|under|has\sit\sas)\s{{1,2}}(?=\(?#?{LONG})|[;.,]\s{{0,2}}(?=#{LONG}))?(?P<glue>{GLUE}){NUMBER}{LIST}"
        ),
        _MENTION,
        LAUNCHPAD,
        "Launchpad's changelog pattern `LP: #1, #2` and its kin: `lp:N`, `lp#N`, `LP N`, `launchpad #N`.",
        yes=(
            ("LP: #1215959; LP: #1221841", "launchpad 1215959, launchpad 1221841"),
            ("(LP: #1, #2)", "launchpad 1, launchpad 2"),
            ("lp:#1215959", "launchpad 1215959"),
            ("lp#1215959", "launchpad 1215959"),
            ("--fixes lp:12345", "launchpad 12345"),
            ("launchpad #872483", "launchpad 872483"),
            ("LP 872483", "launchpad 872483"),
            ("fixes LP1215959", "launchpad 1215959"),
            ("(LP: #[1722564](http://pad.lv/1722564))", "launchpad 1722564"),
        ),
        no=("/dev/lp0", "lp:apport", "lp 5", "help 12345", "launchpad 2.0", "lp:ubuntu/12345.x"),
        plain=5,
        hashed=1,
    ),
)
