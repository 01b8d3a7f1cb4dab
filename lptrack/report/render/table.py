"""The terminal's form: rich tables. No control sequence but rich's own can be in it: every string is shown first."""

from __future__ import annotations

import io
import re
from typing import assert_never

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.style import Style
from rich.table import Table
from rich.text import Text

from lptrack.report.escape import one_line, safe_url
from lptrack.report.model import (
    Cell,
    Column,
    Document,
    MatrixTable,
    Row,
    Section,
    SectionKey,
    Timeline,
    Tone,
    TrendsTable,
)
from lptrack.report.render import RenderSettings
from lptrack.report.render.phrases import MOMENTS, code_of, legend_of, no_entries, say_days, say_moment, stack_row

_STYLES = {
    Tone.BAD: "bold red",
    Tone.WARN: "yellow",
    Tone.GOOD: "green",
    Tone.NEWS: "cyan",
    Tone.QUIET: "dim",
    Tone.PLAIN: "",
}
# What goes first where the terminal is narrow.
_DROPPED = (Column.MILESTONE, Column.SERIES, Column.RAISED, Column.ASSIGNEE, Column.IMPORTANCE)
_CHANGES = (SectionKey.BACKWARDS, SectionKey.CLOSED, SectionKey.FORWARD, SectionKey.OTHER)  # alike, tables or lists
_LEAST = 28  # of the title
_GAP = 2
_MOST = {Column.BUG: 24, Column.WHY: 28, Column.PACKAGE: 24}
_LINK_ID = re.compile(r"\x1b\]8;id=[^;]*;")


def render(document: Document, settings: RenderSettings) -> str:
    """Write for a terminal of ``settings.width`` columns; colours and links only where the settings have them."""
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=max(settings.width, 40),
        force_terminal=settings.color or settings.links,
        color_system="standard" if settings.color or settings.links else None,
        no_color=not settings.color,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=False,
        legacy_windows=False,
        _environ={},
    )
    page = document.page
    console.print(Text(one_line(page.title), "bold"))
    console.print(Text(one_line(page.headline)))
    for notice in page.notices:
        line = Text(f"! {one_line(notice.text)}", "yellow")
        if notice.bugs:
            line.append(": ")
            line.append_text(Text(", ").join(_link(bug, settings) for bug in notice.bugs))
        console.print(line)
    scope = "  ".join(f"{name}: {one_line(words)}" for name, words, _ in page.scope)
    console.print(Text(scope, "dim"))
    narrow = any(_widths(block, console.width) is None for block in page.sections if block.key in _CHANGES)
    for block in page.blocks:
        console.print()
        match block:
            case Section():
                _print_section(console, block, settings, stacked=narrow and block.key in _CHANGES)
            case MatrixTable():
                _print_matrix(console, block, settings)
            case TrendsTable():
                _print_trends(console, block, settings)
            case Timeline():
                _print_timeline(console, block, settings)
            case _:
                assert_never(block)
    # rich gives each link a random id; the same report must be the same bytes
    text = _LINK_ID.sub("\x1b]8;;", stream.getvalue())
    return "\n".join(line.rstrip(" ") for line in text.split("\n"))


def _link(cell: Cell, settings: RenderSettings) -> Text:
    url = safe_url(cell.url) if settings.links else None
    return Text(one_line(cell.text), Style(link=url) if url else "")


def _cell(cell: Cell, settings: RenderSettings) -> Text:
    text = _link(cell, settings)
    text.stylize(_STYLES[cell.tone])
    if cell.note:
        text.append(("\n" if cell.text else "") + one_line(cell.note), "dim")
    return text


def _table() -> Table:
    return Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))


def _heading(console: Console, title: str, tone: Tone, lead: str = "") -> None:
    console.print(Text(one_line(title), Style.parse(_STYLES[tone]) + Style(bold=True)))
    if lead:
        console.print(Text(one_line(lead), "dim"))


def _natural(section: Section, column: Column) -> int:
    """How wide a column would like to be, within reason."""
    widest = max(
        max(cell_len(one_line(cell.text)), cell_len(one_line(cell.note)))
        for cell in (r.cells[column] for r in section.rows)
    )
    return max(min(widest, _MOST.get(column, 16)), cell_len(section.heading(column)))


def _widths(section: Section, room: int) -> dict[Column, int] | None:
    """The columns that there is room for, the title with what the others leave; None where it is too narrow."""
    widths: dict[Column, int] = {
        column: 0 if column is Column.TITLE else _natural(section, column) for column in section.columns
    }
    least = _LEAST if Column.TITLE in widths else 0
    for column in (None, *_DROPPED):
        if column is not None:
            widths.pop(column, None)
        left = room - sum(widths.values()) - _GAP * (len(widths) - 1)
        if left >= least:
            return widths | {Column.TITLE: left} if least else widths
    return None


def _print_section(console: Console, section: Section, settings: RenderSettings, *, stacked: bool) -> None:
    _heading(console, f"{section.title} ({len(section.rows):,})", section.tone, section.lead)
    widths = None if stacked else _widths(section, console.width)
    if widths is None:
        for row in section.rows:
            _print_stacked(console, section, row, settings)
        return
    table = _table()
    for column, width in widths.items():
        table.add_column(Text(one_line(section.heading(column))), overflow="fold", width=width)
    for row in section.rows:
        table.add_row(*(_cell(row.cells[column], settings) for column in widths))
    console.print(table)


def _print_stacked(console: Console, section: Section, row: Row, settings: RenderSettings) -> None:
    head, title, rest = stack_row(section, row)
    line = _link(row.cells[Column.BUG], settings)
    line.append(one_line(head).removeprefix(line.plain), _STYLES[row.tone])
    console.print(line)
    for words, style in ((title, ""), (rest, "dim")):
        if words:
            console.print(Padding(Text(one_line(words), style), (0, 0, 0, 2)))


def _print_matrix(console: Console, matrix: MatrixTable, settings: RenderSettings) -> None:
    _heading(console, f"{matrix.title} ({len(matrix.rows):,})", Tone.PLAIN, matrix.lead)
    room = max((console.width - 34) // 8, 1)
    heads = matrix.meetings[-room:]
    table = _table()
    table.add_column("Bug", no_wrap=True)
    table.add_column("Package", overflow="fold", max_width=24)
    for label, _, url in heads:
        table.add_column(_link(Cell(label, url=url), settings), overflow="fold", min_width=4)
    for row in matrix.rows:
        cells = []
        for cell in row.cells[-room:]:
            style = Style.parse(_STYLES[cell.tone]) + Style(bold=cell.moved)
            cells.append(Text(one_line(code_of(cell.text)) + ("*" if cell.moved else ""), style))
        table.add_row(_link(row.bug, settings), Text(one_line(row.package)), *cells)
    console.print(table)
    console.print(Padding(Text(one_line(f"{legend_of(matrix)}; * changed"), "dim"), (0, 0)))


def _print_trends(console: Console, trends: TrendsTable, settings: RenderSettings) -> None:
    _heading(console, trends.title, Tone.PLAIN)
    table = _table()
    for name in ("Meeting", "Open", "Closed", "Not known"):
        table.add_column(name, justify="left" if name == "Meeting" else "right")
    for point in trends.points:
        table.add_row(one_line(point.label), f"{point.open:,}", f"{point.closed:,}", f"{point.unknown:,}")
    console.print(table)
    if trends.in_status:
        console.print()
        ages = _table()
        for name in ("Open in status", "Tasks", "Median days", "Longest"):
            ages.add_column(name, justify="left" if name == "Open in status" else "right")
        for status, count, middle, most in trends.in_status:
            ages.add_row(Text(one_line(status)), f"{count:,}", say_days(middle), say_days(most))
        console.print(ages)
    if trends.carried:
        console.print()
        carried = _table()
        for name in ("Carried longest", "Package", "Status", "Meetings", "Days", "Title"):
            carried.add_column(name, justify="right" if name in ("Meetings", "Days") else "left", overflow="fold")
        for bug, package, state, meetings, days, title in trends.carried:
            carried.add_row(
                _link(bug, settings),
                Text(one_line(package)),
                _cell(state, settings),
                f"{meetings:,}",
                say_days(days),
                Text(one_line(title)),
            )
        console.print(carried)


def _print_timeline(console: Console, timeline: Timeline, settings: RenderSettings) -> None:
    heading = _link(timeline.bug, settings)
    heading.append(f" {one_line(timeline.title)}")
    heading.stylize("bold")
    console.print(heading)
    for note in timeline.notes:
        console.print(Text(f"! {one_line(note)}", "yellow"))
    if timeline.tasks:
        table = _table()
        for column in timeline.columns:
            table.add_column(Text(one_line(column.value.capitalize())), overflow="fold")
        for row in timeline.tasks:
            table.add_row(*(_cell(row.cells[column], settings) for column in timeline.columns))
        console.print(table)
        console.print()
    if not timeline.entries:
        console.print(Text(one_line(no_entries(timeline)), "dim"))
        return
    entries = _table()
    entries.add_column("When (UTC)", no_wrap=True)
    entries.add_column("", no_wrap=True)
    entries.add_column("Who", overflow="fold", max_width=20)
    entries.add_column("What", overflow="fold", ratio=1)
    for entry in timeline.entries:
        what = Text(f"{one_line(entry.target)}: " if entry.target else "", "dim")
        what.append(one_line(entry.text), _STYLES[entry.tone])
        where = _link(Cell(entry.meeting or "", url=entry.url), settings)
        if where.plain:
            where.stylize("dim")
            what.append("  ").append_text(where)
        entries.add_row(say_moment(entry), MOMENTS[entry.moment], Text(one_line(entry.who)), what)
    console.print(entries)
