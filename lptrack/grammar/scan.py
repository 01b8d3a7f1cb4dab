"""Finds the bugs that a line of a log names: the rules of the table, each number kept by the first that claims it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Final

from lptrack.grammar.rule import CHANNEL, Rule
from lptrack.grammar.table import BARE, DIGIT, RULES
from lptrack.model import LAUNCHPAD, ReferenceKind

_RANK: Final = {kind: rank for rank, kind in enumerate(ReferenceKind)}
_LISTED = re.compile(r"(?P<hash>#?)\s?\[?0*(?P<n>[0-9]{1,9})(?![0-9])")
_HASH = re.compile(r"#[ \t\[]{0,2}$")
_ASCII_LOWER = {code: code + 32 for code in range(65, 91)}
_QUANTITY = re.compile(
    r"\s{0,2}(?:years?|months?|weeks?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?|times?|x|people|users?|persons?|lines?|of|more|new"
    r"|open|fixed|percent|packages?|bugs?|things?|or|gb|mb|kb|ghz|mhz|bits?|st|nd|rd|th|different|left|total|remaining"
    r"|unassigned|assigned|untriaged|milestoned|crit\w*|high|medium|low|incomplete|confirmed|triaged|to go)\b"
)
_AWAY = re.compile(
    r"\s{0,2}(?:years?|months?|weeks?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?|times?|percent)\b"
)


@dataclass(frozen=True, slots=True)
class Match:
    """A number of a line that names a bug. ``start`` and ``end`` are its digits in the text.

    ``contestable``: the words point to another tracker, but the channel's bot may show that its own was meant.
    """

    tracker: str
    number: int
    kind: ReferenceKind
    rule: str
    start: int
    end: int
    contestable: bool = False


def scan_line(text: str, *, tracker: str = LAUNCHPAD, shown: Container[int] = ()) -> tuple[Match, ...]:
    """The bugs that a line names, in its order: one match at most for a tracker's number, of the first kind that applies.

    ``tracker`` is the channel's own. ``shown`` are the numbers that the meeting has shown to be Launchpad's bugs:
    only they count where they stand alone.
    """
    return _scan(text, tracker, bare=shown)


def bare_candidates(text: str, *, tracker: str = LAUNCHPAD) -> tuple[Match, ...]:
    """The lone numbers of a line that no rule claims, for the caller to keep if the meeting shows them to be bugs."""
    return tuple(match for match in _scan(text, tracker, bare=None) if match.kind is ReferenceKind.BARE)


def _scan(text: str, tracker: str, bare: Container[int] | None) -> tuple[Match, ...]:
    if not DIGIT.search(text):
        return ()
    low = text.lower()
    if len(low) != len(text):  # some letters have longer small forms; positions must stay true
        low = text.translate(_ASCII_LOWER)
    claimed = bytearray(len(low))
    best: dict[tuple[str, int], Match] = {}
    seen: dict[re.Pattern[str], list[re.Match[str]]] = {}  # several rules share a pattern
    for rule in RULES:
        for need in rule.needs:
            if need in low:
                matches = seen.get(rule.pattern)
                if matches is None:
                    matches = seen[rule.pattern] = list(rule.pattern.finditer(low))
                for match in matches:
                    _take(rule, match, low, tracker, claimed, best)
                break
    if bare != ():
        for start, end, number in _alone(low, claimed):
            if bare is None or number in bare:
                lone = Match(LAUNCHPAD, number, ReferenceKind.BARE, BARE.name, start, end)
                best.setdefault((LAUNCHPAD, number), lone)
    return tuple(sorted(best.values(), key=lambda match: match.start))


def _take(
    rule: Rule, match: re.Match[str], low: str, channel: str, claimed: bytearray, best: dict[tuple[str, int], Match]
) -> None:
    """Keep the numbers of one match that no rule before has claimed, and claim them."""
    start, end = match.span()
    if rule.kind is None:
        claimed[start:end] = b"\1" * (end - start)
        return
    for first, last, number, owner in _numbers(rule, match, low, channel):
        if number == 0 or any(claimed[first:last]):
            continue
        claimed[first:last] = b"\1" * (last - first)
        known = best.get((owner, number))
        if known is None or _RANK[rule.kind] < _RANK[known.kind]:
            best[owner, number] = Match(owner, number, rule.kind, rule.name, first, last, rule.contestable)
    if rule.whole:
        claimed[start:end] = b"\1" * (end - start)


def _numbers(rule: Rule, match: re.Match[str], low: str, channel: str) -> Iterator[tuple[int, int, int, str]]:
    """The numbers of one match that hold as numbers of bugs, with whose they are."""
    if rule.inner is not None:
        yield from _in_path(rule, match, low, channel)
        return
    groups = match.groupdict()
    key = "n" if groups.get("n") is not None else "n2"
    first, last = match.span(key)
    number = int(groups[key])
    if isinstance(rule.tracker, str):
        owner: str | None = rule.tracker if rule.tracker != CHANNEL else channel
    else:
        owner = rule.tracker(match, low[max(0, match.start() - 64) : match.start()], number)
    if owner is None:
        return
    glue = low[match.start() : first]
    hashed = _HASH.search(glue) is not None
    digits = last - first
    if digits < (rule.hashed if hashed else rule.plain):
        return
    more, listed = ("more", match.span("more")) if groups.get("more") else ("more2", (0, 0))
    if more == "more2" and groups.get("more2"):
        listed = match.span("more2")
    if rule.written and not _reads_as_bug(low, match.start(), first, last, number, hashed, listed[1] > listed[0]):
        return
    yield first, last, number, owner
    if listed[1] > listed[0]:
        for element in _LISTED.finditer(low, *listed):
            one, two = element.span("n")
            if one == two or _in_brackets(low, listed[0], one):
                continue
            if not _continues(low, one, two, digits, bool(element["hash"]) or "#" in element[0], hashed):
                break
            yield one, two, int(element["n"]), owner


def _in_path(rule: Rule, match: re.Match[str], low: str, channel: str) -> Iterator[tuple[int, int, int, str]]:
    """The numbers in a branch's path, up to what Launchpad itself appends to it."""
    start, end = match.span("path")
    for part in (
        "+archive",
        "+merge",
        "+question",
        "+build",
        "+bug",
        "+recipe",
        "+snap",
        "+livefs",
        "+packages",
        "+ppa",
    ):
        at = low.find(part, start, end)
        if at >= 0:
            end = at
    assert rule.inner is not None
    for found in rule.inner.finditer(low, start - 1, end):
        for name in ("n", "lone", "first"):
            if found[name] is not None:
                one, two = found.span(name)
                yield one, two, int(found[name]), LAUNCHPAD
        for name in ("more", "also"):
            if found[name]:
                for element in _LISTED.finditer(low, *found.span(name)):
                    one, two = element.span("n")
                    yield one, two, int(element["n"]), LAUNCHPAD


def _in_brackets(low: str, start: int, at: int) -> bool:
    """Whether a list's position is inside brackets: a link's address or a remark between two numbers."""
    return low.rfind("(", start, at) > low.rfind(")", start, at)


def _reads_as_bug(low: str, start: int, first: int, last: int, number: int, hashed: bool, listed: bool) -> bool:
    """Whether a number that follows a bug word is one by what stands around it: no version, date, time, quantity."""
    digits = last - first
    after = low[last : last + 24]
    sign = after[:1]
    if sign and sign.isascii() and (sign.isalpha() or sign == "_") and digits < 6:
        return False
    if sign == "%" or (sign in ".:-" and sign and after[1:2].isdigit() and after[1:2].isascii() and digits < 7):
        return False
    if sign == "/" and digits <= 2 and after[1:2].isdigit():
        return False
    if digits == 8 and low[first : first + 2] in ("19", "20") and low[first + 4 : first + 6] <= "12":
        return False  # a day, 20130124
    if hashed or digits >= 5:
        return True
    glue = low[start:first]
    if digits <= 3 and _AWAY.match(after):
        return False
    if digits <= 3 and glue.startswith("bugs") and (not listed or _QUANTITY.match(after)):
        return False
    if digits <= 4 and _QUANTITY.match(after) and not listed:
        return False
    if any(word in glue.split() for word in ("is", "are", "was", "were", "at", "the", "in", "on", "for", "being")):
        return digits >= 4
    return True


def _continues(low: str, first: int, last: int, digits: int, hashed: bool, listed_hashed: bool) -> bool:
    """Whether a number goes on with a list of bugs: with a `#`, or about as long as the first one."""
    after = low[last : last + 2]
    if after[:1] and after[0].isascii() and (after[0].isalpha() or after[0] in "_%"):
        return False
    if after[:1] in (".", ":", "-") and after[1:2].isdigit():
        return False
    if hashed:
        return True
    size = last - first
    if digits <= 3:
        return size <= 4 and not _QUANTITY.match(low[last : last + 24])
    return size >= max(4, digits - 1) and size <= digits + 2 and not _AWAY.match(low[last : last + 24])


def _alone(low: str, claimed: bytearray) -> Iterator[tuple[int, int, int]]:
    """Lone numbers that no rule claimed."""
    for match in BARE.pattern.finditer(low):
        first, last = match.span("n")
        least = BARE.hashed if match[0].startswith("#") else BARE.plain
        if last - first >= least and not any(claimed[first:last]):
            yield first, last, int(match["n"])
