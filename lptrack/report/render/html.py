"""The report as one HTML page: complete in itself, readable without its script.

No stranger's word stands in its code, and the page carries a content policy that allows its own style and script by
their hashes and nothing else: even a hole in the escaping could neither run anything nor reach the network.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.resources import files
from typing import Final

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

from lptrack._version import __version__
from lptrack.escape import inert_lines
from lptrack.join.model import BugLife
from lptrack.model import BugKey
from lptrack.report.arrange_history import build_timeline
from lptrack.report.model import (
    Block,
    Column,
    Document,
    HistoryReport,
    MatrixTable,
    Page,
    Report,
    Section,
    SectionKey,
    StatusReport,
    Timeline,
    TrendsTable,
)
from lptrack.report.render import RenderSettings
from lptrack.report.render.html_blocks import source_html, table_html
from lptrack.report.render.html_cells import cell_inner, matrix_row_html, row_html, stamp
from lptrack.report.render.html_lives import Life, lives_html, timeline_html
from lptrack.report.render.html_text import link, plain, words
from lptrack.report.render.svg import status_class
from lptrack.report.render.svg_timeline import render_timeline
from lptrack.report.render.svg_trends import render_burn_down, render_flow

_LONG: Final = 120  # rows
_FOLDED: Final = 40  # rows: what one only looks things up in is closed at first where it has more
_WIDEST: Final = 80  # rem, of the page's text


@dataclass(frozen=True, slots=True)
class _Lives:
    """The timelines of a report's bugs, folded away until somebody asks."""

    title: str
    lives: tuple[Life, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A block with its place on the page; ``kind`` names the template's macro, ``anchor`` is its id."""

    kind: str
    anchor: str
    title: str
    block: Block | Life | _Lives
    count: int | None = None
    tone: str = "plain"
    fold: str = ""  # closed at first: "always", or on a "phone" only

    @property
    def long(self) -> bool:
        """Whether only the rows that are near should be laid out."""
        return self.count is not None and self.count > _LONG


def render(document: Document, settings: RenderSettings) -> str:  # noqa: ARG001 - the signature of every form
    """The whole page. The same document gives the same text."""
    lives = _lives(document)
    parts = _parts(document, lives)
    style, script = load_asset("report.css") + _measures(parts), load_asset("report.js")
    written = load_page().render(
        page=document.page,
        parts=parts,
        style=Markup(style),  # noqa: S704 - a file of this package
        script=Markup(script),  # noqa: S704
        style_hash=_hash(style),
        script_hash=_hash(script),
        version=__version__,
        row=partial(row_html, lives={bug: f"#{life.anchor}" for bug, life in lives.items()}),
    )
    return inert_lines(written, "&#58;")


def load_page() -> Template:
    """The page's template, compiled once in a process."""
    return _environment().get_template("report.html.j2")


def _lives(document: Document) -> dict[BugKey, Life]:
    match document:
        case Report(page=page, lives=lives):
            return {
                bug: _life(life, build_timeline(life, page.as_of), page, f"life-{index}")
                for index, (bug, life) in enumerate(sorted(lives.items()), 1)
            }
        case StatusReport() | HistoryReport():
            return {}


def _life(life: BugLife, timeline: Timeline, page: Page, anchor: str) -> Life:
    return Life(anchor, timeline, render_timeline(life, page.as_of, f"{anchor}-svg"))


def _parts(document: Document, lives: Mapping[BugKey, Life]) -> tuple[_Part, ...]:
    """The page's blocks in their order; the sections that ask for attention first."""
    parts: list[_Part] = []
    histories = iter(document.lives if isinstance(document, HistoryReport) else ())
    for index, block in enumerate(document.page.blocks, 1):
        match block:
            case Section():
                parts.append(_Part("section", block.key, block.title, block, len(block.rows), block.tone))
            case MatrixTable():
                parts.append(_Part("matrix", f"matrix-{index}", block.title, block, len(block.rows)))
            case TrendsTable():
                parts.append(_Part("trends", f"trends-{index}", block.title, block))
            case Timeline():
                life = _life(next(histories), block, document.page, f"bug-{index}")
                parts.append(_Part("timeline", life.anchor, f"{block.bug.text} {block.title}", life))
    if lives:
        folded = _Lives("The life of each bug", tuple(lives.values()))
        parts.append(_Part("lives", "lives", folded.title, folded, len(lives)))
    asks = any(isinstance(part.block, Section) and part.anchor != SectionKey.ALL for part in parts)
    if isinstance(document, Report) and asks:  # a first meeting's page shows its bugs
        parts = [replace(part, fold=_fold(part)) for part in parts]
    return tuple(sorted(parts, key=_place))


def _fold(part: _Part) -> str:
    """The full table, the matrix and the lives are for looking things up."""
    if part.kind not in ("matrix", "lives") and part.anchor != SectionKey.ALL:
        return ""
    return "always" if part.count is not None and part.count > _FOLDED else "phone"


def _place(part: _Part) -> int:
    """What asks for attention, the charts, what one looks things up in, and the full table last."""
    if part.anchor == SectionKey.ALL:
        return 3
    return {"section": 0, "timeline": 0, "trends": 1}.get(part.kind, 2)


def _measures(parts: tuple[_Part, ...]) -> str:
    """Style that depends on the report's size; the page has no style attributes, which its policy would refuse."""
    rules = []
    for part in parts:
        if isinstance(part.block, Section):  # a phone's cards name each value: by its day where that is the heading
            rules += [
                f"@media screen and (max-width: 68rem) {{ #{part.anchor} td.c-{column}::before"
                f' {{ content: "{head}"; }} }}'
                for column, head in part.block.headings.items()
                if column in (Column.WAS, Column.NOW) and head.replace(" ", "").isalnum()
            ]
        match part.block:
            case Section(columns=columns) if part.long:
                wide = Column.TITLE if Column.TITLE in columns else columns[-1]
                widths = ("minmax(0, 1fr)" if column is wide else f"var(--w-{column})" for column in columns)
                rules.append(f"#{part.anchor} tr {{ grid-template-columns: {' '.join(widths)}; }}")
            case MatrixTable(meetings=meetings):
                width, each = 9.5 + 4.8 * len(meetings), f"repeat({len(meetings)}, minmax(0, 1fr))"
                most = 20 + 8 * len(meetings)
                rules.append(f"#{part.anchor} .grid {{ min-width: {width:.1f}rem; max-width: {most}rem; }}")
                rules.append(f"#{part.anchor} tr {{ grid-template-columns: var(--w-task) {each}; }}")
                # Where it fits it needs no box to scroll in, and then its head can stay in sight.
                if width <= _WIDEST:
                    free = f"#{part.anchor} .scroll {{ overflow: visible; }}"
                    head = f"#{part.anchor} thead {{ position: sticky; top: 3.3rem; z-index: 2; }}"
                    rules.append(f"@media screen and (min-width: {max(68.1, width + 8):.1f}rem) {{ {free} {head} }}")
            case _:
                pass
    return "\n".join(["", *rules])


@cache
def load_asset(name: str) -> str:
    """A file that the page is made of."""
    return files("lptrack.report.render").joinpath("templates", name).read_text(encoding="utf-8").strip()


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(load_asset), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters |= {"words": words, "plain": plain, "stamp": stamp}
    environment.globals |= {
        "cell": cell_inner,
        "lives": lives_html,
        "source": source_html,
        "table": table_html,
        "timeline": timeline_html,
        "matrix_row": matrix_row_html,
        "link": link,
        "burn_down": render_burn_down,
        "flow": render_flow,
        "status_class": status_class,
    }
    return environment
