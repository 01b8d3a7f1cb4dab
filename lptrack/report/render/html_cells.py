"""Rows, cells and timeline entries as HTML: in Python, not in the template, for there may be tens of thousands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
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
from lptrack.report.render.html_text import link, plain, words
from lptrack.report.render.phrases import say_status
from lptrack.report.render.svg import status_class

_PILL: Final = Markup('<span class="st {}">{}</span>')
_TIME: Final = Markup('<time datetime="{}">{}</time>')
_SMALL: Final = Markup("<small>{}</small>")
_MOMENTS: Final = {"event": "changed", "mention": "said", "announcement": "announced", "observed": "seen"}


def stamp(at: datetime) -> str:
    """`2013-09-11T15:04Z`, or with its seconds where it has some: for a `datetime` attribute."""
    utc = at.astimezone(UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%SZ" if utc.second else "%Y-%m-%dT%H:%MZ")


def cell_inner(cell: Cell) -> Markup:
    """What stands in a cell: the text (a link where it leads somewhere), then the note in small."""
    inner = words(cell.text) if cell.text else Markup("")
    match cell.kind:
        case CellKind.STATUS if cell.text:
            inner = _PILL.format(status_class(cell.text if cell.known else None), inner)
        case CellKind.DATE if cell.at is not None:
            inner = _TIME.format(stamp(cell.at), inner)
    inner = link(cell.url, inner)
    if cell.note:
        note = words(cell.note)
        if cell.at is not None and cell.kind is not CellKind.DATE:
            note = _TIME.format(stamp(cell.at), note)
        inner += Markup(" ") + _SMALL.format(note)
    return inner


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
    return Markup(out + ">")  # noqa: S704 - escaped above; classes are ours


def _facts(row: Row | MatrixRow) -> tuple[str | None, Value, Value] | None:
    return (row.state.series, row.state.assignee, row.state.status) if row.state else None


def row_html(row: Row, columns: tuple[Column, ...], lives: Mapping[BugKey, str]) -> Markup:
    """One row of a table of bug tasks. ``lives`` are the addresses of the bugs' timelines."""
    out = [_row_open("" if row.tone is Tone.PLAIN else f"t-{row.tone}", _facts(row))]
    for column in columns:
        cell = row.cells.get(column, EMPTY)
        inner, classes = cell_inner(cell), _classes(column, cell.tone, cell.known)
        if column is Column.BUG:
            if address := lives.get(row.bug):
                inner += Markup(' <a class="life" href="{}">history</a>').format(address)
            out.append(
                Markup('<th scope="row" class="{}" data-k="{}">{}</th>').format(classes, row.bug.number, inner)
            )
        else:
            out.append(Markup('<td class="{}">{}</td>').format(classes, inner))
    out.append(Markup("</tr>"))
    return Markup("").join(out)


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
    if entry.at is None:
        when = Markup("<span>no date</span>")
    else:
        shape = {"day": "%Y-%m-%d", "minute": "%Y-%m-%d %H:%M", "second": "%Y-%m-%d %H:%M"}[entry.exact]
        when = _TIME.format(stamp(entry.at), f"{entry.at:{shape}}")
    who, what = words(entry.who), Markup('<span class="what">{}</span>').format(words(entry.text))
    parts = [Markup('<span class="pkg">{}</span>').format(words(entry.target))] if entry.target else []
    if entry.moment is Moment.EVENT:
        parts += [what, _SMALL.format(Markup("by ") + who)] if entry.who else [what]
    else:
        parts += [Markup('<span class="who">{}:</span>').format(who), what] if entry.who else [what]
    if entry.meeting and (page := pages.get(entry.meeting)):
        parts.append(_SMALL.format(Markup('<a href="{}">{}</a>').format(page, words(entry.meeting))))
        parts += [_SMALL.format(link(entry.url, Markup("log")))] if entry.url else []
    elif entry.meeting:
        parts.append(_SMALL.format(link(entry.url, words(entry.meeting))))
    elif entry.url:
        parts.append(_SMALL.format(link(entry.url, Markup("source"))))
    return Markup('<li class="e-{} t-{}">{} <b class="kind">{}</b> {}</li>').format(
        entry.moment, entry.tone, when, _MOMENTS[entry.moment], Markup(" ").join(parts)
    )
