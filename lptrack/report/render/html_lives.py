"""The lives of bugs as HTML: hundreds on a page, so in Python and not in the template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from lptrack.report.model import Timeline
from lptrack.report.render.html_blocks import RenderRow, events_html, note_html, scroll_html, source_html, table_html
from lptrack.report.render.html_text import mark, words


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
            f"</summary>\n{source_html(bug.text, bug.url)}\n{timeline_html(life, row)}\n</details>\n"
        )
    return mark("".join(parts))


def timeline_html(life: Life, row: RenderRow) -> Markup:
    """A picture of the life, what the tasks are now, notes, and every event and mention."""
    timeline = life.timeline
    parts = [scroll_html(f"Timeline of {timeline.bug.text}", life.picture)] if life.picture else []
    if timeline.tasks:
        parts.append(table_html("Now", timeline.columns, timeline.tasks, row))
    parts += map(note_html, timeline.notes)
    if timeline.entries:
        parts.append(events_html(timeline.entries))
    return mark("".join(parts))
