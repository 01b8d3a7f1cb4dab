"""Every log format has its page, and the index of formats has its line."""

from __future__ import annotations

from pathlib import Path

from lptrack.logs.formats import FORMATS

DOCS = Path(__file__).parents[2] / "docs" / "formats"


def test_every_format_has_a_page_and_a_line_in_the_index() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    for each in FORMATS:
        assert f"| [`{each.name}`]({each.name}.md) | {each.title} |" in index
        assert (DOCS / f"{each.name}.md").is_file()


def test_no_page_is_left_of_a_format_that_is_gone() -> None:
    pages = {path.stem for path in DOCS.glob("*.md")} - {"index", "adding"}
    assert pages == {each.name for each in FORMATS}
