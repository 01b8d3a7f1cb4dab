"""Finds the bugs that a line of a log names: the rules of the table, each number kept by the first that claims it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from typing import Final

from lptrack.grammar.numbers import goes_on, is_day, reads_as_bug
from lptrack.grammar.rule import CHANNEL, NOT_OURS, Rule, Setting
from lptrack.grammar.table import BARE, DIGIT, RULES
from lptrack.grammar.trackers import is_certain
from lptrack.model import LAUNCHPAD, ReferenceKind

_PLACES: Final = tuple(
    (need, sum(1 << place for place, rule in enumerate(RULES) if need in rule.needs))
    for need in dict.fromkeys(need for rule in RULES for need in rule.needs)
)
_APPENDED: Final = (
    "+archive", "+merge", "+question", "+build", "+bug", "+recipe", "+snap", "+livefs", "+packages", "+ppa",
)  # fmt: skip
_START: Final = attrgetter("start")
_RANK: Final = {kind: rank for rank, kind in enumerate(ReferenceKind)}
_LAST_WORD = re.compile(r"(?:.{0,64}[^\w.@+'-])?([a-z][\w.+-]{0,40}?)(?:'s|s')?")
_BETWEEN: Final = " \t\xa0:([\"'#-"
_LISTED = re.compile(r"\([^()\n]{0,120}\)|(?P<hash>#?)\s?\[?0{0,6}(?P<n>[0-9]{1,9})(?![0-9])")
_HASH = re.compile(r"#[ \t\[]{0,2}$")
_LABEL = re.compile(r"\[(?P<label>[^\[\]\n]{1,200})\]\((?P<address>https?://[^\s()]{1,500})\)")
_NUMBERS: Final = re.compile(r"[0-9]{1,9}")
NO_NAMES: Final[frozenset[str]] = frozenset()
_GUESSES: Final = frozenset(("tracker-told", "package-number"))
"""Rules that guess from afar: where a link says more, they have said nothing."""
_ASCII_LOWER = {code: code + 32 for code in range(65, 91)}


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


def scan_line(
    text: str,
    *,
    tracker: str = LAUNCHPAD,
    shown: Container[int] = (),
    names: frozenset[str] = NO_NAMES,
) -> tuple[Match, ...]:
    """The bugs that a line names, in its order: one match for a tracker's number, of the first kind that applies.

    ``tracker`` is the channel's own, ``names`` are further trackers. ``shown`` are the numbers that the
    meeting has shown to be bugs:
    only they count where they stand alone.
    """
    return _scan(text, tracker, shown, names)


def bare_candidates(text: str, *, tracker: str = LAUNCHPAD) -> tuple[Match, ...]:
    """The lone numbers of a line that no rule claims, for the caller to keep if the meeting shows them to be bugs."""
    return tuple(match for match in _scan(text, tracker, None, NO_NAMES) if match.kind is ReferenceKind.BARE)


def _scan(text: str, tracker: str, bare: Container[int] | None, names: frozenset[str]) -> tuple[Match, ...]:
    if not DIGIT.search(text):
        return ()
    low = text.lower()
    if len(low) != len(text):  # some letters have longer small forms; positions must stay true
        low = text.translate(_ASCII_LOWER)
    scan = _Scan(low, tracker, names)
    seen: dict[int, list[re.Match[str]]] = {}  # by the pattern's identity: several rules share one
    for rule, pattern, key, second in _rules_for(low):
        matches = seen.get(key)
        if matches is None:
            matches = seen[key] = list(pattern.finditer(low))
        if matches:
            scan.apply(rule, matches, second)
    best = scan.best
    if best and "://" in low:
        scan.heed_links()
    if bare != ():
        named = {number for _, number in best}  # whosever it is: a line names it once
        for start, end, number in scan.iter_alone():
            if number not in named and number not in scan.linked and (bare is None or number in bare):
                rule_name = scan.nobodys.get(start, BARE.name)
                lone = Match(LAUNCHPAD, number, ReferenceKind.BARE, rule_name, start, end)
                best.setdefault((LAUNCHPAD, number), lone)
    return tuple(sorted(best.values(), key=_START)) if len(best) > 1 else tuple(best.values())


_Ready = tuple[Rule, re.Pattern[str], int, bool]
"""A rule, its pattern, that one's identity, and whether its number may also be in group `n2`."""


def _rules_for(low: str) -> tuple[_Ready, ...]:
    """The rules that can match this line, in their order: those of which it holds a needed text."""
    wanted = 0
    for need, places in _PLACES:
        if need in low:
            wanted |= places
    return _choose(wanted)


@lru_cache(maxsize=4096)
def _choose(wanted: int) -> tuple[_Ready, ...]:
    chosen = (rule for place, rule in enumerate(RULES) if wanted >> place & 1)
    return tuple((rule, rule.pattern, id(rule.pattern), "n2" in rule.pattern.groupindex) for rule in chosen)


class _Scan:
    """One line under the rules: what is claimed of it (a byte for each character), and the best match a bug."""

    __slots__ = ("best", "channel", "claimed", "linked", "low", "names", "nobodys", "words")

    def __init__(self, low: str, channel: str, names: frozenset[str]) -> None:
        self.low = low
        self.channel = channel
        self.names = names
        self.linked: dict[int, set[str]] = {}  # the numbers that addresses hold, and whose they are there
        self.claimed = bytearray(len(low))
        self.best: dict[tuple[str, int], Match] = {}
        self.nobodys: dict[int, str] = {}  # where a bug is that no tracker here is known for, and by which rule
        self.words: dict[int, tuple[str, str, str]] = {}

    def apply(self, rule: Rule, matches: list[re.Match[str]], second: bool) -> None:  # noqa: C901
        """Keep the numbers of a rule's matches that no rule before has claimed, and claim them."""
        claimed, best = self.claimed, self.best
        for match in matches:
            start, end = match.span()
            if rule.kind is None:
                claimed[start:end] = b"\1" * (end - start)
                continue
            kept = rule.inner is not None  # a branch's path is a path, whether it holds a bug or not
            if rule.inner is not None:
                found = self._iter_path(rule.inner, match)
            else:
                group = "n2" if second and match["n"] is None else "n"
                first, last = match.span(group)
                if end == last and claimed[first]:
                    continue
                found = self._iter_numbers(rule, match, first, last, "more2" if group == "n2" else "more")
            for first, last, owner in found:
                kept = True
                number = int(self.low[first:last])
                if number == 0 or any(claimed[first:last]):
                    continue
                claimed[first:last] = b"\1" * (last - first)
                if owner == NOT_OURS:
                    # an issue stays away for good: `Issue #15801` of Python's changelog is Python's, whatever else is
                    if rule.contestable and rule.needs == ("bug",):
                        self.nobodys[first] = rule.name
                    continue
                if rule.kind is ReferenceKind.LINK:
                    self.linked.setdefault(number, set()).add(owner)
                known = best.get((owner, number))
                if known is None or _RANK[rule.kind] < _RANK[known.kind]:
                    contestable = rule.contestable and not self._names_tracker(match)
                    best[owner, number] = Match(owner, number, rule.kind, rule.name, first, last, contestable)
            if rule.whole and kept:
                claimed[start:end] = b"\1" * (end - start)

    def heed_links(self) -> None:
        """What a line links to says whose the number is that its words name: `[bug #5](https://bugs.debian.org/5)`.

        A link's text whose number is in the address, and whose address is no bug's (a pull request), names none.
        """
        for label in _LABEL.finditer(self.low):
            for found in _NUMBERS.finditer(label["label"]):
                number = int(found[0])
                if number in self.linked or not re.search(rf"(?<![0-9])0*{number}(?![0-9])", label["address"]):
                    continue
                self.linked[number] = set()
                for key in [key for key in self.best if key[1] == number]:
                    del self.best[key]
        for number, owners in self.linked.items():
            if len(owners) != 1:
                continue
            (owner,) = owners
            for key in [key for key in self.best if key[1] == number and key[0] != owner]:
                words, link = self.best.pop(key), self.best.get((owner, number))
                if link is None:
                    continue
                if words.rule not in _GUESSES and _RANK[words.kind] < _RANK[link.kind]:
                    link = replace(link, kind=words.kind, rule=words.rule)
                self.best[owner, number] = link

    def iter_alone(self) -> Iterator[tuple[int, int, int]]:
        """Lone numbers that no rule claimed, and `upstream bug 5`, which the channel's bot may claim."""
        for match in BARE.pattern.finditer(self.low):
            first, last = match.span("n")
            least = BARE.hashed if match[0].startswith("#") else BARE.plain
            if last - first >= least and (first in self.nobodys or not any(self.claimed[first:last])):
                yield first, last, int(match["n"])

    def _names_tracker(self, match: re.Match[str]) -> bool:
        """Whether the word that decides is a tracker's name, not that of a package with a tracker of its own."""
        word = match["who"] if "who" in match.re.groupindex else self._words_before(match.start())[1]
        return is_certain(word)

    def _words_before(self, at: int) -> tuple[str, str, str]:
        """The two words right before a place, and what is between; several rules ask for the same place."""
        known = self.words.get(at)
        if known is None:
            before = self.low[max(0, at - 64) : at]
            lead = before.rstrip(_BETWEEN)
            words = lead.split()[-2:] if len(lead) < len(before) else []
            last = _LAST_WORD.fullmatch(words[-1]) if words else None
            earlier = words[0] if len(words) == 2 else ""
            known = self.words[at] = (earlier, last[1], before[len(lead) :]) if last else ("", "", "")
        return known

    def _iter_numbers(
        self, rule: Rule, match: re.Match[str], first: int, last: int, more: str
    ) -> Iterator[tuple[int, int, str]]:
        """The numbers of one match that hold as numbers of bugs, with whose they are; the first is given."""
        low = self.low
        if isinstance(rule.tracker, str):
            owner: str | None = rule.tracker if rule.tracker != CHANNEL else self.channel
        else:
            owner = rule.tracker(
                Setting(match, int(low[first:last]), self.channel, *self._words_before(match.start()), self.names)
            )
        if owner is None:
            return
        digits = last - first
        glue = low[match.start() : first]
        hashed = _HASH.search(glue) is not None
        if digits < (rule.hashed if hashed else rule.plain):
            return
        start, end = match.span(more) if more in match.re.groupindex else (0, 0)
        if not rule.written and rule.kind is ReferenceKind.BRANCH and is_day(low, first, last):
            return
        if rule.written and not reads_as_bug(low, glue, first, last, hashed, listed=end > start):
            return
        yield first, last, owner
        for element in _LISTED.finditer(low, start, end) if end > start else ():
            one, two = element.span("n")
            if one < 0:
                continue  # a link's address or a remark between two numbers
            if not goes_on(low, one, two, digits, hashed=bool(element["hash"])):
                return
            yield one, two, owner

    def _iter_path(self, numbers: re.Pattern[str], match: re.Match[str]) -> Iterator[tuple[int, int, str]]:
        """The numbers in a branch's path, up to what Launchpad itself appends to it."""
        low = self.low
        start, end = match.span("path")
        for part in _APPENDED:
            at = low.find(part, start, end)
            if at >= 0:
                end = at
        for found in numbers.finditer(low, start - 1, end):
            for name in ("n", "lone", "first"):
                if found[name] is not None and not is_day(low, *found.span(name)) and not _is_month(found, name):
                    yield *found.span(name), LAUNCHPAD
            for name in ("more", "also"):
                if found[name]:
                    for element in _LISTED.finditer(low, *found.span(name)):
                        yield *element.span("n"), LAUNCHPAD


_MONTH: Final = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])")


def _is_month(found: re.Match[str], name: str) -> bool:
    """Whether a lone number of a branch is a month, `snapshot-202003`; behind `bug` or `lp` it is a bug's."""
    return name != "n" and _MONTH.fullmatch(found[name]) is not None
