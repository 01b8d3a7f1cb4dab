"""The rules for numbers that are no bug, however much they look like one: tried before those for words."""

from __future__ import annotations

from typing import Final

from lptrack.grammar.rule import CHANNEL, Rule, compile_

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "security-notice",
        ("cve", "usn", "dsa", "dla", "lsn", "rhsa"),
        compile_(r"\b(?:cve|usn|dsa|dla|lsn|rhsa)[\s-]{0,2}[0-9]{1,4}(?:[-:][0-9]{1,7}){0,2}"),
        None,
        CHANNEL,
        "CVE, USN, DSA numbers.",
        yes=(),
        no=("CVE-2013-1056", "USN-1732-1", "DSA-2612"),
        whole=True,
    ),
    Rule(
        "request",
        ("rt", "pr", "mr", "mp", "pull", "merge", "card", "question", "answer", "cl", "review", "sprint", "ticket"),
        compile_(
            r"\b(?:rt|prs?|mrs?|mps?|cls?|(?:pull|merge|code)(?:[\s-](?:requests?|proposals?|reviews?))?|cards?"
            r"|questions?|answers?"
            r"|reviews?|(?<!bug )(?<!launchpad )(?<!lp )tickets?)"
            r"\s{0,2}[#!]{0,2}[0-9]{1,9}(?:[\s,/&]{1,3}(?:and\s)?[#!][0-9]{1,9}){0,20}"
        ),
        None,
        CHANNEL,
        "Tickets, pull requests, merge proposals, questions, reviews and cards by number.",
        yes=(),
        no=("RT #12345", "PR #1234567", "merge 141288", "question #184829", "cards #184, #188"),
        whole=True,
    ),
    Rule(
        "part",
        ("comment", "commit", "rev", "line", "port", "pid", "build", "rfc", "step", "item", "slide", "patch"),
        compile_(
            r"\b(?:comments?|commits?|rev(?:no|ision)?s?|lines?|ports?|pid|builds?|rfc|steps?|items?|slides?|patch(?:es|set)?"
            r"|bugzilla\.kernel)"
            r"[\s:]{0,2}#?[0-9]{1,9}"
        ),
        None,
        CHANNEL,
        "Numbers of comments, revisions, lines, ports, processes, builds.",
        yes=(),
        no=("comment #25", "revno 532", "port 9292", "RFC 1918"),
        whole=True,
    ),
    Rule(
        "command",
        ("-bug",),
        compile_(r"\b(?:ubuntu|apport|report)-bug\s{1,3}(?:-p\s{1,3})?[0-9]{1,5}(?![0-9])"),
        None,
        CHANNEL,
        "`ubuntu-bug 4711`: a command with the number of a process.",
        yes=(),
        no=("run ubuntu-bug 4711",),
        whole=True,
    ),
    Rule(
        "money",
        ("$", "£", "€", "us$"),
        compile_(r"[$£€]\s?[0-9]{1,9}(?:[.,][0-9]{1,3}){0,3}"),
        None,
        CHANNEL,
        "Prices.",
        yes=(),
        no=("$1216043", "£ 100"),
        whole=True,
    ),
    Rule(
        "grouped-digits",
        (",", ".", "'", "\u2019", "1 ", "2 ", "1\xa0", "2\xa0", "1\u202f", "2\u202f"),
        compile_(
            r"(?<![0-9.,])[0-9]{1,3}(?P<mark>[,.'\u2019])[0-9]{3}(?P=mark)[0-9]{3}(?:(?P=mark)[0-9]{3})?(?!(?P=mark)?[0-9])"
            r"|(?<![0-9.,#])[12](?P<gap>[ \xa0\u202f])[0-9]{3}(?P=gap)[0-9]{3}(?![0-9]|(?P=gap)[0-9])"
            r"|(?<=bug|ugs|lp:)\s?#?\s?[0-9]{1,3},[0-9]{3}(?![0-9,])"
        ),
        None,
        CHANNEL,
        "A number with its thousands apart, `1,500,478`: one number, never three.",
        yes=(),
        no=("bug 1,500,478", "bug 1.500.477", "bug 1 500 477", "bug #698,967", "bugs 12,345 total"),
        whole=True,
    ),
)
