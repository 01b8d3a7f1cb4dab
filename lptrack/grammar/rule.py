"""What a rule of the grammar is, and the pieces that the rules' patterns are made of.

Patterns are matched against the line in lower case, so that they can start with literal text, which `re` finds fast.
Every repetition in them is bounded, possessive, or starts at a literal that it cannot contain: no line, however
long or hostile, takes more than a constant time per character.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from lptrack.model import ReferenceKind

CHANNEL: Final = ""
"""As a rule's tracker: the channel's own."""


NOT_OURS: Final = "-"
"""As an owner's answer: the number is somebody's whom nobody here knows, so no rule after this one may take it."""


class Setting(NamedTuple):
    """What a rule's owner may ask: the match, the number, and the two words right before the match."""

    match: re.Match[str]
    number: int
    channel: str  # the channel's own tracker
    earlier: str  # the word before that one
    word: str  # in lower case, without a possessive; empty where there is none
    between: str  # what stands between that word and the match
    names: frozenset[str]  # further trackers: installed or configured, in lower case


Owner = Callable[[Setting], str | None]
"""Says whose a number is; None: this rule does not apply to it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to write a bug, or (``kind`` None) one way to write a number that is none.

    The pattern's group ``n`` is the number; ``more`` further numbers, in a list. ``plain`` and ``hashed`` are the
    least digits that count, without a ``#`` before them and with one. A rule that matched keeps the text from the
    rules after it. ``yes`` holds texts and what they refer to (`launchpad 1, debian 2`), ``no`` texts without any
    reference by this rule.
    """

    name: str
    needs: tuple[str, ...]  # one of these stands in every line that the rule can match
    pattern: re.Pattern[str]
    kind: ReferenceKind | None
    tracker: str | Owner
    note: str
    yes: tuple[tuple[str, str], ...]
    no: tuple[str, ...] = ()
    plain: int = 1
    hashed: int = 1
    contestable: bool = False  # a bot's answer may show that the channel's own tracker was meant
    inner: re.Pattern[str] | None = None  # the numbers, where the pattern matches a path that holds them
    whole: bool = False  # keeps the whole match from later rules, not only its numbers
    written: bool = True  # the number is written in words: its surroundings are looked at


NUMBER: Final = r"(?P<n>[0-9]{1,9})(?![0-9])"

GLUE: Final = r"(?:[\s=:#＃*~`'\"(\[>→「“‘«–—-]|<br ?/?>)*+"
"""Between "bug" and its number: Launchpad's own (space, `=`, `-`, line breaks), `:`, `#`, and markup around it."""

LIST: Final = (
    r"(?P<more>(?:"
    r"[\])*`'\"]{0,3}(?:\s{0,2}\([^()\n]{0,120}\))?[\])*`'\"]{0,2}"  # what closes markup, a link's address, a remark
    r"(?:\s{0,3}(?:[,;&+|/]|\band\b|\bor\b|\bund\b|\ben\b|\bet\b|\bir\b|\by\b|\boder\b|\bplus\b|\bthen\b|\bvs\b|\bas\swell\sas\b){1,2}\s{0,3}"
    r"(?:and\s{1,3}|or\s{1,3}|also\s{1,3}|&\s{0,2})?|\s{1,3}|\s{0,2}\((?:and|also|or|plus|[&+])\s{1,2})"
    r"[\[(*`'\"]{0,3}#{0,2}\s?\[?[0-9]{1,9}(?![0-9])){0,200})"
)
"""Further numbers: after commas, slashes, `&`, "and" in the languages that the bots know, or just spaces."""

LONG: Final = (
    r"[0-9]{6,7}(?![0-9a-z%]|[.:,-][0-9]|\s?(?:[kmg]i?b|bytes|users|people|lines|files|times|packages|of|more)\b)"
)
"""A number so long that it is a bug's, whatever punctuation or few words stand between "bug" and it."""


def compile_(pattern: str) -> re.Pattern[str]:
    """A pattern of the table; `\\s` and classes know Unicode, since logs hold no-break spaces."""
    return re.compile(pattern)
