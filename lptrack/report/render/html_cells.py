"""Rows, cells and timeline entries as HTML: in Python, not in the template, for there may be tens of thousands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from markupsafe import Markup, escape

from lptrack.model import BugKey, Unknown, Value
from lptrack.report.model import (
    EMPTY,
    Cell,
    CellKind,
    Column,
    MatrixCell,
    MatrixRow,
    Moment,
    Row,
    TimelineEntry,
    Tone,
)
from lptrack.report.render.html_text import link, mark, plain, words
from lptrack.report.render.phrases import say_status
from lptrack.report.render.svg import status_class

_MOMENTS: Final = {"event": "changed", "mention": "said", "announcement": "announced", "observed": "seen"}


def stamp(at: datetime) -> str:
    """`2013-09-11T15:04Z`, or with its seconds where it has some: for a `datetime` attribute."""
    utc = at.astimezone(UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%SZ" if utc.second else "%Y-%m-%dT%H:%MZ")


@lru_cache(maxsize=1 << 14)
def cell_inner(cell: Cell) -> Markup:
    """What stands in a cell: the text (a link where it leads somewhere), then the note in small.

    A site writes hundreds of thousands of cells, most of them many times: `Markup.format` would be half of its time.
    """
    inner = words(cell.text) if cell.text else Markup("")
    match cell.kind:
        case CellKind.STATUS if cell.text:
            inner = mark(f'<span class="st {status_class(cell.text if cell.known else None)}">{inner}</span>')
        case CellKind.DATE if cell.at is not None:
            inner = _time(cell.at, inner)
    inner = link(cell.url, inner)
    if cell.note:
        note = words(cell.note)
        if cell.at is not None and cell.kind is not CellKind.DATE:
            note = _time(cell.at, note)
        inner = mark(f"{inner} <small>{note}</small>")
    return inner


def _time(at: datetime, inner: Markup) -> Markup:
    return mark(f'<time datetime="{stamp(at)}">{inner}</time>')


def _classes(column: str, tone: Tone, known: bool) -> str:
    return f"c-{column}" + ("" if tone is Tone.PLAIN else f" t-{tone}") + ("" if known else " unk")


def _value(value: Value) -> str:
    return "unknown" if isinstance(value, Unknown) else value or "none"


def _row_open(row_class: str, state_facts: tuple[str | None, Value, Value] | None) -> Markup:
    """The start of a row, with what the page's filters ask for: series, assignee, status."""
    out = f'<tr class="{row_class}"' if row_class else "<tr"
    if state_facts:
        series, assignee, status = state_facts
        out += f' data-s="{escape(plain(series or "none"))}" data-a="{escape(plain(_value(assignee)))}"'
        out += f' data-t="{escape(plain(_value(status)))}"'
    return mark(out + ">")  # classes are ours


def _facts(row: Row | MatrixRow) -> tuple[str | None, Value, Value] | None:
    return (row.state.series, row.state.assignee, row.state.status) if row.state else None


def row_html(
    row: Row,
    columns: tuple[Column, ...],
    lives: Mapping[BugKey, str],
    heads: Mapping[Column, str] = MappingProxyType({}),
) -> Markup:
    """One row of a table of bug tasks. ``lives`` are the addresses of the bugs' timelines.

    ``heads``: what a phone's card, which has no heads, calls a value of these columns.
    """
    out: list[str] = [_row_open("" if row.tone is Tone.PLAIN else f"t-{row.tone}", _facts(row))]
    for column in columns:
        cell = row.cells.get(column, EMPTY)
        inner, classes = cell_inner(cell), _classes(column, cell.tone, cell.known)
        if column is Column.BUG:
            if address := lives.get(row.bug):
                inner += mark(f' <a class="life" href="{escape(address)}">history</a>')
            out.append(f'<th scope="row" class="{classes}" data-k="{row.bug.number}">{inner}</th>')
        else:
            head = f' data-head="{escape(plain(heads[column]))}"' if column in heads else ""
            out.append(f'<td class="{classes}"{head}>{inner}</td>')
    out.append("</tr>")
    return mark("".join(out))


def matrix_row_html(row: MatrixRow) -> Markup:
    """One row of the matrix; a status that changed carries an arrow, not only a colour."""
    head = cell_inner(row.bug) + Markup(' <span class="pkg">{}</span> <span class="ttl">{}</span>').format(
        words(row.package) if row.package else "", words(row.title)
    )
    out = [
        _row_open("", _facts(row)),
        Markup('<th scope="row" data-k="{}">{}</th>').format(row.state.bug.number if row.state else "", head),
    ]
    out.extend(_matrix_cell(cell) for cell in row.cells)
    out.append(Markup("</tr>"))
    return Markup("").join(out)


def _matrix_cell(cell: MatrixCell) -> Markup:
    if not cell.text:
        return Markup("<td></td>")
    classes = status_class(cell.text if cell.known else None)
    classes += (" mv" if cell.moved else "") + (" old" if cell.old else "")
    return Markup('<td class="{}">{}</td>').format(classes, words(say_status(cell)))


def entry_html(entry: TimelineEntry, pages: Mapping[str, str] = MappingProxyType({})) -> Markup:
    """One line of a bug's life. ``pages``: the addresses of meetings' pages beside this one, by the meeting's id."""
    who, what = words(entry.who), f'<span class="what">{words(entry.text)}</span>'
    parts = [f'<span class="pkg">{words(entry.target)}</span>'] if entry.target else []
    if entry.moment is Moment.EVENT:
        parts += [what, f"<small>by {who}</small>"] if entry.who else [what]
    else:
        parts += [f'<span class="who">{who}:</span>', what] if entry.who else [what]
    if entry.meeting and (page := pages.get(entry.meeting)):
        parts.append(f'<small><a href="{escape(page)}">{words(entry.meeting)}</a></small>')
        parts += [f"<small>{link(entry.url, Markup('log'))}</small>"] if entry.url else []
    elif entry.meeting:
        parts.append(f"<small>{link(entry.url, words(entry.meeting))}</small>")
    elif entry.url:
        parts.append(f"<small>{link(entry.url, Markup('source'))}</small>")
    return mark(
        f'<li class="e-{entry.moment} t-{entry.tone}">{_when(entry)} '
        f'<b class="kind">{_MOMENTS[entry.moment]}</b> {" ".join(parts)}</li>'
    )


def _when(entry: TimelineEntry) -> Markup:
    if entry.at is None:
        return Markup("<span>no date</span>")
    shape = {"day": "%Y-%m-%d", "minute": "%Y-%m-%d %H:%M", "second": "%Y-%m-%d %H:%M"}[entry.exact]
    return _time(entry.at, escape(f"{entry.at:{shape}}"))
