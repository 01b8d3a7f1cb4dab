"""Whether a number after a bug word is a bug's, by what stands around it: no version, date, share, quantity."""

from __future__ import annotations

import re
from typing import Final

_UNIT = re.compile(
    r"[\s-]{0,2}(?:years?|months?|weeks?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?|times?|percent|people"
    r"|users?|persons?|lines?|of [0-9]|points?|votes?|[gmk]b|[mg]hz|bits?|x [0-9])\b"
)
_SIZE = re.compile(r"\s?(?:[kmg]i?b|bytes)\b")
_AMOUNT = re.compile(r"\s(?:bytes?|bugs|packages|users|people|files|lines|times|downloads|of them)\b")
_COUNTED = re.compile(
    r"\s{0,2}(?:bugs?|more|new|open|fixed|different|left|total|remaining|unassigned|assigned|untriaged|milestoned"
    r"|critical|high|medium|low|incomplete|confirmed|triaged|packages?|things?|of|in|from|for|with|that|which|are|were"
    r"|to go|[(+-])"
)
_BUGFIX = re.compile(r"bug-?fix")
_MONTH = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])")
_BRANCH_PART = re.compile(r"(?<=[a-z0-9]-)bugs?[-_]\Z")
"""How the name of a branch goes on, `fix-bug-12`: too low a number to be meant for Launchpad."""
_COMPARED = re.compile(r"\s(?:vs|versus|of|/)\b")
_COUNTING = re.compile(
    r"(?:\A|\s)(?:an?|another|some|no|any|total|open|new|old|all|many|few|more|less|most|own|our|your|their|of)\s\Z"
)
"""How words before "bug" end that tell of bugs in general."""
_LINKING: Final = frozenset(
    (
        *("is", "are", "was", "were", "being", "called", "at", "the", "in", "on", "for", "like", "including"),
        *("fixed", "closed", "filed", "opened", "reported", "affected", "here", "see", "list", "fix", "fixes"),
    )
)
"""Words after "bug" that only a long number may follow."""


def reads_as_bug(low: str, glue: str, first: int, last: int, hashed: bool, listed: bool) -> bool:  # noqa: C901
    """Whether the number at ``first:last`` is a bug's. ``glue`` is the bug word and all between it and the number."""
    if _is_cut_off(low, last, last - first) or is_day(low, first, last):
        return False
    digits = last - first
    if digits >= 5:
        if _BUGFIX.match(glue) and _MONTH.fullmatch(low, first, last):
            return False  # `bugfix-201403`
        return hashed or ((_SIZE if "bug" in glue else _AMOUNT).match(low, last, last + 16) is None)
    if digits <= 2 and glue.endswith(("[", "(")):
        return False  # a footnote, a remark
    if _BUGFIX.match(glue) or (digits <= 3 and _BRANCH_PART.search(low, max(0, first - 8), first)):
        return False
    if hashed:
        return True
    word = first - len(glue)
    if digits <= 3 and _COUNTING.search(low, max(0, word - 12), word):  # of a whole line it took the square
        return False  # `i got a bug 4 you all`, `total bugs: 57 vs 112`
    if _UNIT.match(low, last, last + 24):
        return False
    if digits == 4 and glue.startswith("bugs") and not listed:
        return False  # a year, a count
    if digits <= 3 and glue.startswith("bugs") and _COMPARED.match(low, last, last + 8):
        return False
    if digits <= 3 and glue.startswith("bugs") and (not listed or _COUNTED.match(low, last, last + 24)):
        return False
    if digits <= 2 and glue.rstrip().endswith((":", "-", "=")) and glue != "bug:" and not glue.endswith(("=", "-")):
        return not _COUNTED.match(low, last, last + 24)
    return _LINKING.isdisjoint(glue.replace(":", " ").split())


def goes_on(low: str, first: int, last: int, digits: int, hashed: bool) -> bool:
    """Whether the number at ``first:last`` goes on with a list of bugs, whose first has ``digits`` digits."""
    if _is_cut_off(low, last, last - first) or is_day(low, first, last):
        return False
    size = last - first
    if hashed:
        return size >= 4 or digits <= 5  # `bug 567016 #5` is a comment
    if digits <= 3:
        return size <= 4 and not _UNIT.match(low, last, last + 24) and not _COUNTED.match(low, last, last + 24)
    return size >= (4 if digits <= 5 else 5) and not _UNIT.match(low, last, last + 24)


def _is_cut_off(low: str, last: int, digits: int) -> bool:
    """Whether what follows makes the number part of something longer: a version, a date, a clock, a hash, a share."""
    sign, then = low[last : last + 1], low[last + 1 : last + 2]
    if not sign or not sign.isascii():
        return False
    if sign.isalpha():
        return digits < 6
    if sign == "_":
        return then.isalnum() and digits < 6
    if sign == "." and then.isalpha():
        return digits < 5  # `bug2.mp4`
    if sign in ".:-":
        return then.isdigit() and digits < 7
    return sign == "%" or (sign == "/" and digits <= 2 and then.isdigit())


def is_day(low: str, first: int, last: int) -> bool:
    """Whether a number is a day written in one, 20130124."""
    return (
        last - first == 8
        and low[first : first + 2] in ("19", "20")
        and "01" <= low[first + 4 : first + 6] <= "12"
        and "01" <= low[first + 6 : last] <= "31"
    )
