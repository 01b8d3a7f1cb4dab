"""The lives of bugs as HTML: hundreds on a page, so in Python and not in the template."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape

from lptrack.report.model import HEADINGS, Column, Row, Timeline
from lptrack.report.render.html_cells import entry_html
from lptrack.report.render.html_text import link, plain, words

RenderRow = Callable[[Row, tuple[Column, ...]], Markup]


@dataclass(frozen=True, slots=True)
class Life:
    """A timeline with its picture, at its anchor."""

    anchor: str
    timeline: Timeline
    picture: Markup


def lives_html(lives: Sequence[Life], row: RenderRow) -> Markup:
    """Each life folded away under its bug's number and title."""
    parts = []
    for life in lives:
        bug = life.timeline.bug
        parts.append(
            f'<details id="{escape(life.anchor)}"><summary><b>{words(bug.text)}</b> {words(life.timeline.title)}'
            f"</summary>\n{source_html(life.timeline)}\n{timeline_html(life, row)}\n</details>\n"
        )
    return Markup("".join(parts))  # noqa: S704 - each part was escaped, here and below


def source_html(timeline: Timeline) -> Markup:
    """Where the bug is."""
    inner = link(timeline.bug.url, words(f"{timeline.bug.text} at its tracker"))
    return Markup(f'<p class="source">{inner}</p>')  # noqa: S704


def timeline_html(life: Life, row: RenderRow) -> Markup:
    """A picture of the life, what the tasks are now, notes, and every event and mention."""
    timeline = life.timeline
    parts = []
    if life.picture:
        label = escape(f"Timeline of {plain(timeline.bug.text)}, scrolls sideways")
        parts.append(
            f'<div class="table scroll" tabindex="0" role="region" aria-label="{label}">{life.picture}</div>'
        )
    if timeline.tasks:
        rows = "".join(f"{row(task, timeline.columns)}\n" for task in timeline.tasks)
        parts.append(f"{_table_head(timeline.columns)}{rows}</tbody></table></div>\n")
    parts += [f'<p class="note">{words(note)}</p>' for note in timeline.notes]
    if timeline.entries:
        lines = "".join(f"{entry_html(entry)}\n" for entry in timeline.entries)
        parts.append(f'<ol class="events">\n{lines}</ol>\n')
    return Markup("".join(parts))  # noqa: S704


@lru_cache(maxsize=64)
def _table_head(columns: tuple[Column, ...]) -> str:
    widths = "".join(f'<col class="k-{column}">' for column in columns)
    heads = "".join(f'<th scope="col" class="c-{column}">{words(HEADINGS[column])}</th>' for column in columns)
    return (
        f'<div class="table"><table class="tasks">\n<caption>Now</caption>\n<colgroup>{widths}</colgroup>\n'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n"
    )
