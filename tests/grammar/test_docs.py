"""The table of rules in the docs is the program's. `python -m tests.grammar.test_docs` writes it anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lptrack.grammar.rule import CHANNEL, Rule
from lptrack.grammar.table import BARE, RULES

PAGE = Path(__file__).parents[2] / "docs" / "grammar.md"
START = "<!-- rules: written by `python -m tests.grammar.test_docs` -->\n"
END = "<!-- end of rules -->\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _code(text: str) -> str:
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}"


def _tracker(rule: Rule) -> str:
    if rule.kind is None:
        return ""
    if not isinstance(rule.tracker, str):
        return "the one it names"
    return "the channel's" if rule.tracker == CHANNEL else rule.tracker


def _table(rules: tuple[Rule, ...]) -> Iterator[str]:
    yield "| rule | kind | tracker | what it reads | for example | but not |\n"
    yield "| --- | --- | --- | --- | --- | --- |\n"
    for rule in rules:
        examples = "<br>".join(_code(text) for text, _wanted in rule.yes)
        others = "<br>".join(_code(text) for text in rule.no)
        cells = (f"`{rule.name}`", rule.kind or "none", _tracker(rule), rule.note, examples, others)
        yield "| " + " | ".join(_cell(cell) for cell in cells) + " |\n"


def build_section() -> str:
    """The part of the page between its two marks."""
    return START + "\n" + "".join(_table((*RULES, BARE))) + "\n" + END


def test_the_page_shows_the_rules_as_they_are() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page[page.index(START) : page.index(END) + len(END)] == build_section()


if __name__ == "__main__":
    old = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(old[: old.index(START)] + build_section() + old[old.index(END) + len(END) :], encoding="utf-8")
