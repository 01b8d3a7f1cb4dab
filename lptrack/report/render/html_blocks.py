"""The boxes around rows and entries, for a report's one page and for a site's many: in Python as these are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from markupsafe import Markup, escape

from lptrack.report.model import HEADINGS, Column, Row, TimelineEntry
from lptrack.report.render.html_cells import entry_html
from lptrack.report.render.html_text import link, mark, plain, words

RenderRow = Callable[[Row, tuple[Column, ...]], Markup]
_NONE: Final[Mapping[Column, str]] = MappingProxyType({})


def table_html(
    title: str,
    columns: tuple[Column, ...],
    rows: Iterable[Row],
    row: RenderRow,
    heads: Mapping[Column, str] = _NONE,
    *,
    filtered: bool = False,
) -> Markup:
    """A table of bug tasks. ``heads``: other words above columns; ``filtered``: by the page's script."""
    named = tuple(heads.get(column, HEADINGS[column]) for column in columns)
    lines = "".join(f"{row(each, columns)}\n" for each in rows)
    return mark(f"{_table_head(title, columns, named, filtered)}{lines}</tbody></table></div>\n")


@lru_cache(maxsize=64)
def _table_head(title: str, columns: tuple[Column, ...], named: tuple[str, ...], filtered: bool) -> str:
    widths = "".join(f'<col class="k-{column}">' for column in columns)
    heads = "".join(
        f'<th scope="col" class="c-{column}">{words(name)}</th>' for column, name in zip(columns, named, strict=True)
    )
    data = " data-rows" if filtered else ""
    return (
        f'<div class="table"><table class="tasks"{data}>\n<caption>{words(title)}</caption>\n'
        f"<colgroup>{widths}</colgroup>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n"
    )


def scroll_html(what: str, inner: Markup) -> Markup:
    """What may be wider than the page, in a box of its own that a keyboard scrolls too."""
    label = escape(plain(f"{what}, scrolls sideways"))
    return mark(f'<div class="table scroll" tabindex="0" role="region" aria-label="{label}">{inner}</div>')


def events_html(entries: Sequence[TimelineEntry], pages: Mapping[str, str] = MappingProxyType({})) -> Markup:
    """A life line by line. ``pages`` are the addresses of meetings' own pages."""
    lines = "".join(f"{entry_html(entry, pages)}\n" for entry in entries)
    return mark(f'<ol class="events">\n{lines}</ol>\n')


def source_html(bug: str, url: str | None) -> Markup:
    """Where the bug is."""
    return mark(f'<p class="source">{link(url, words(f"{bug} at its tracker"))}</p>')


def note_html(text: str) -> Markup:
    """What must be said about a bug's past."""
    return mark(f'<p class="note">{words(text)}</p>')
