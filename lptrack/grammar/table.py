"""The whole grammar: every rule, in the order in which they are tried. `docs/grammar.md` shows the same table."""

from __future__ import annotations

import re
from typing import Final

from lptrack.grammar import rules_excluded, rules_links, rules_sentence, rules_words
from lptrack.grammar.rule import NUMBER, Rule, compile_
from lptrack.model import LAUNCHPAD, ReferenceKind

BARE: Final = Rule(
    "bare",
    ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
    compile_(rf"(?:(?<![\w#.:/@$£€+~=^-])|(?<=[0-9]/))#?0{{0,4}}{NUMBER}(?![\w@%]|[.:-][0-9])"),
    ReferenceKind.BARE,
    LAUNCHPAD,
    "A lone number that this meeting has shown to be a bug of Launchpad.",
    yes=(),
    no=(),
    plain=5,
    hashed=3,
    written=False,
)

RULES: Final[tuple[Rule, ...]] = (
    *rules_links.RULES,
    *rules_excluded.RULES,
    *rules_words.RULES,
    *rules_sentence.RULES,
)

BY_NAME: Final[dict[str, Rule]] = {rule.name: rule for rule in (*RULES, BARE)}

DIGIT: Final = re.compile(r"[0-9]")
