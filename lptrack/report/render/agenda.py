"""The agenda in each form: for the terminal, plain text, Markdown, MoinMoin, HTML, JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from lptrack import escape
from lptrack.report.agenda import (
    LINES,
    MOST,
    Agenda,
    agenda_record,
    cut_sections,
    heading_of,
    number_of,
    say_line,
)
from lptrack.report.render.grid import wrap

WIDTH: Final = 72
"""Columns of plain text that goes into a mail."""


@dataclass(frozen=True, slots=True)
class _Markup:
    """How a markup writes an agenda's parts; `{}` is where the words go, escaped by ``escape``."""

    escape: Callable[[str], str]
    head: str  # title, headline
    section: str
    item: str  # the bug, the rest
    link: str  # address, words
    end: str = ""  # of a section


_MARKDOWN = _Markup(escape.markdown, "## {}\n\n{}\n\n", "### {}\n", "- {} {}\n", "[{1}]({0})")
_MOIN = _Markup(escape.moin, "== {} ==\n{}\n\n", "=== {} ===\n", " * {} {}\n", "[[{}|{}]]")
_HTML = _Markup(
    lambda words: escape.xml(escape.one_line(words)),
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{0}</title></head>\n<body>\n<h1>{0}</h1>\n'
    "<p>{1}</p>\n",
    "<h2>{}</h2>\n<ul>\n",
    "<li>{} {}</li>\n",
    '<a href="{}" rel="noreferrer">{}</a>',
    "</ul>\n",
)


def _mark_up(agenda: Agenda, markup: _Markup) -> Iterator[str]:
    yield markup.head.format(markup.escape(heading_of(agenda)), markup.escape(agenda.headline))
    for section in agenda.sections:
        yield markup.section.format(section.title)
        for line in section.lines:
            url, shown = escape.safe_url(line.url), markup.escape(number_of(line))
            link = markup.link.format(escape.xml(url) if markup is _HTML else url, shown) if url else shown
            yield markup.item.format(link, markup.escape(say_line(line)))
        if section.left_out:
            yield markup.item.format("…", f"and {section.left_out:,} more")
        yield markup.end


def _text(agenda: Agenda, width: int) -> str:
    """Plain text of that width; where lines wrap, each section has so many fewer."""
    for most in range(MOST, 0, -1):
        lines = [part for line in _text_lines(cut_sections(agenda, most)) for part in _wrap(line, width)]
        if len(lines) <= LINES:
            break
    return escape.inert_lines("\n".join(lines) + "\n")


def _text_lines(agenda: Agenda) -> Iterator[str]:
    yield heading_of(agenda)
    yield agenda.headline
    for section in agenda.sections:
        yield ""
        yield f"{section.title}:"
        yield from (f"  {number_of(line)} {say_line(line)}" for line in section.lines)
        if section.left_out:
            yield f"  … and {section.left_out:,} more"


def _wrap(line: str, width: int) -> Iterator[str]:
    """The line within the width, what follows its first part indented below."""
    indent = "  " if line.startswith("  ") else ""
    first, *more = wrap(escape.one_line(line.strip()), width - 2 * len(indent)) or [""]
    yield indent + first
    yield from (2 * indent + part for part in more)


AGENDA_FORMS: Final[dict[str, Callable[[Agenda, int], str]]] = {
    "table": _text,
    "text": lambda agenda, _: _text(agenda, WIDTH),
    "markdown": lambda agenda, _: "".join(_mark_up(agenda, _MARKDOWN)),
    "moin": lambda agenda, _: "".join(_mark_up(agenda, _MOIN)),
    "html": lambda agenda, _: "".join((*_mark_up(agenda, _HTML), "</body></html>\n")),
    "json": lambda agenda, _: f"{escape.json_text(agenda_record(agenda))}\n",
}
"""The forms of `lptrack agenda`, in the order that `--help` shows."""


def render_agenda(agenda: Agenda, form: str, width: int = WIDTH) -> str:
    """The agenda in that form, one of `AGENDA_FORMS`; ``width`` is the terminal's."""
    return AGENDA_FORMS[form](agenda, width)
