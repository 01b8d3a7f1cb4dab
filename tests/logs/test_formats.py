"""What holds for every log format: its name, its page in the docs, its registration, and how it is chosen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lptrack.errors import UsageError
from lptrack.logs.formats import FORMATS, find_format, recognise
from lptrack.logs.head import build_head
from lptrack.logs.interface import LogFormat

DOCS = Path(__file__).parent.parent.parent / "docs" / "formats"


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.name)
def test_every_format_has_a_page_that_names_it(known: LogFormat) -> None:
    page = (DOCS / f"{known.name}.md").read_text(encoding="utf-8")
    assert page.startswith("# ")
    assert known.name in page


def test_every_page_has_a_format() -> None:
    pages = {page.stem for page in DOCS.glob("*.md")} - {"index", "adding"}
    assert pages == {known.name for known in FORMATS}


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.name)
def test_every_format_has_its_line_in_the_index(known: LogFormat) -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    assert f"| [`{known.name}`]({known.name}.md) | {known.title} |" in index


def test_names_are_plain_and_unique() -> None:
    names = [known.name for known in FORMATS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", name) for name in names)
    assert all(known.title for known in FORMATS)


def test_a_format_by_a_wrong_name_is_an_error_that_lists_the_right_ones() -> None:
    with pytest.raises(UsageError) as raised:
        find_format("irc")
    assert "irclogs-txt" in (raised.value.hint or "")


@pytest.mark.parametrize(
    "text", ["", "\n\n", "lorem ipsum dolor\nsit amet\n", '{"a": 1}', "#!/bin/sh\necho bug 1\n", "<html><p>hello</p>"]
)
def test_what_is_no_log_is_recognised_by_none(text: str) -> None:
    assert recognise(build_head("x.txt", text.encode(), whole=True)) is None
