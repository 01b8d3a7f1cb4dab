"""The terminal's form, in rich's styles. Every string of a stranger is shown first, so that none acts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from lptrack.escape import inert_lines, one_line, safe_url
from lptrack.report.model import (
    HEADINGS,
    Cell,
    Column,
    Document,
    MatrixTable,
    Page,
    Row,
    Section,
    SectionKey,
    Timeline,
    Tone,
    TrendsTable,
)
from lptrack.report.render import RenderSettings
from lptrack.report.render.blocks import Writers, write_blocks
from lptrack.report.render.grid import GAP, Ink, Lines, Paint, draw_grid, fit, natural_widths, wrap
from lptrack.report.render.phrases import (
    MOMENTS,
    code_of,
    count_heads,
    count_rows,
    legend_of,
    matrix_rows,
    no_entries,
    notice_bugs,
    say_days,
    say_moment,
    stack_row,
)

_STYLES = {
    Tone.BAD: "bold red",
    Tone.WARN: "yellow",
    Tone.GOOD: "green",
    Tone.NEWS: "cyan",
    Tone.QUIET: "dim",
    Tone.PLAIN: "",
}
# What goes first where the terminal is narrow; old and new always stay.
_DROPPED = (Column.MILESTONE, Column.SERIES, Column.RAISED, Column.ASSIGNEE, Column.IMPORTANCE)
_CHANGES = (SectionKey.BACKWARDS, SectionKey.CLOSED, SectionKey.FORWARD, SectionKey.OTHER)  # alike, tables or lists
_NARROWEST = 40  # a terminal below this wraps by itself
_LEAST = 28  # of the title
_SHRUNK = {Column.WHY: 16, Column.PACKAGE: 12, Column.NOW: 14}  # as a last resort, to so many columns
_MOST = {Column.BUG: 24, Column.WHY: 28, Column.PACKAGE: 24, Column.NOW: 22}


def render(document: Document, settings: RenderSettings) -> str:
    """Write for a terminal of ``settings.width`` columns; colours and links only where the settings have them."""
    pen = _Pen(max(settings.width, _NARROWEST), Paint(settings.color, settings.links))
    return inert_lines("\n".join(pen.page(document.page)) + "\n")


class _Pen:
    """A width and a paint, and how each block looks in them."""

    def __init__(self, width: int, paint: Paint) -> None:
        self.width = width
        self.paint = paint

    def page(self, page: Page) -> Iterator[str]:
        yield from self.words(page.title, "bold")
        yield from self.words(page.headline)
        for notice in page.notices:
            named, more = notice_bugs(notice)
            bugs = f": {', '.join(bug.text for bug in named)}{more}" if named else ""
            yield from self.words(f"! {notice.text}{bugs}", "yellow")
        yield from self.words(" · ".join(f"{name}: {words}" for name, words, _ in page.scope), "dim")
        narrow = any(_widths(each, self.width) is None for each in page.sections if each.key in _CHANGES)
        writers = Writers(
            lambda block: self.section(block, stacked=narrow and block.key in _CHANGES),
            self.matrix,
            self.trends,
            self.timeline,
            lambda line: self.words(line, "dim"),
        )
        yield from write_blocks(page, writers)

    def words(self, text: str, style: str = "", indent: str = "") -> Iterator[str]:
        """A paragraph."""
        ink = Ink("", style)
        for line in wrap(one_line(text), self.width - len(indent)):
            yield indent + self.paint.apply(ink, line)

    def grid(self, heads: Sequence[str], rows: Sequence[Sequence[Lines]], right: Sequence[int] = ()) -> Iterator[str]:
        """A table as wide as its words, or as the terminal."""
        widths = fit(natural_widths(heads, rows), self.width)
        if sum(widths) + GAP * (len(widths) - 1) > self.width:
            yield from self.listed(heads, rows)
            return
        yield from draw_grid(heads, widths, rows, self.paint, frozenset(right))

    def listed(self, heads: Sequence[str], rows: Sequence[Sequence[Lines]]) -> Iterator[str]:
        """A table's rows as a list, where it has no room: the first cell, and below it each other by its heading."""
        for first, *others in rows:
            for ink in first:
                yield from self.words(ink.words, ink.style)
            for head, lines in zip(heads[1:], others, strict=True):
                words = "; ".join(ink.words for ink in lines if ink.words)
                if words:
                    yield from self.words(f"{head}: {words}" if head else words, lines[0].style, "  ")

    def section(self, section: Section, *, stacked: bool) -> Iterator[str]:
        title = f"{section.title} ({len(section.rows) + section.left_out:,})"
        yield from self.words(title, _STYLES[section.tone] if section.tone is Tone.BAD else "bold")
        if section.lead:
            yield from self.words(section.lead, "dim")
        widths = None if stacked else _widths(section, self.width)
        if widths is None:
            for row in section.rows:
                yield from self.stacked(section, row)
            yield from self.left_out(section)
            return
        heads = [one_line(section.heading(column)) for column in widths]
        rows = ([_lines(row.cells[column]) for column in widths] for row in section.rows)
        yield from draw_grid(heads, list(widths.values()), rows, self.paint)
        yield from self.left_out(section)

    def left_out(self, section: Section) -> Iterator[str]:
        """How many rows a brief page leaves out."""
        if section.left_out:
            yield from self.words(f"… and {section.left_out:,} more (--full shows all)", "dim")

    def stacked(self, section: Section, row: Row) -> Iterator[str]:
        """A row as a list's item, where a table has no room."""
        head, title, rest = stack_row(section, row)
        first, *more = wrap(one_line(head), self.width - 2)
        bug = _linked(row.cells[Column.BUG])
        style = Ink("", _STYLES[row.tone])
        if first.startswith(bug.words):
            tail = first[len(bug.words) :]
            yield self.paint.apply(bug, bug.words) + (self.paint.apply(style, tail) if tail else "")
        else:
            yield self.paint.apply(style, first)
        yield from ("  " + self.paint.apply(style, line) for line in more)
        if title:
            yield from self.words(title, indent="  ")
        if rest:
            yield from self.words(rest, "dim", "  ")

    def matrix(self, matrix: MatrixTable) -> Iterator[str]:
        yield from self.words(f"{matrix.title} ({len(matrix.rows):,})", "bold")
        heads = [one_line(label) for label, _, _ in matrix.meetings]
        chosen, rest = matrix_rows(matrix)
        bug = max((cell_len(one_line(row.bug.text)) for row in chosen), default=3)
        shown = [max(cell_len(head), 4) if len(head) <= 11 else 11 for head in heads]
        room = max(self.width - bug - 2 * GAP - max(shown[-1:], default=0), 7)
        package = min(max((cell_len(one_line(row.package)) for row in chosen), default=7), 24, room)
        while shown and bug + package + sum(shown) + GAP * (len(shown) + 1) > self.width:
            shown.pop(0)  # the newest meetings stay
        skipped = len(heads) - len(shown)
        rows = (
            [(_linked(row.bug),), (Ink(one_line(row.package)),)]
            + [
                (
                    Ink(
                        ("~" if cell.old else "") + one_line(code_of(cell.text)) + ("*" if cell.moved else ""),
                        _STYLES[cell.tone],
                    ),
                )
                for cell in row.cells[skipped:]
            ]
            for row in chosen
        )
        yield from draw_grid(["Bug", "Package", *heads[skipped:]], [bug, package, *shown], rows, self.paint)
        yield from self.words(f"{legend_of(matrix)}; * changed", "dim")
        if rest:
            yield from self.words(rest, "dim")
        if skipped:
            yield from self.words(f"{skipped} earlier meetings have no room in {self.width} columns.", "dim")

    def trends(self, trends: TrendsTable) -> Iterator[str]:
        yield from self.words(trends.title, "bold")
        yield from self.grid(
            count_heads(trends),
            [_inks(*row) for row in count_rows(trends)],
            (1, 2, 3, 4)[: len(count_heads(trends)) - 1],
        )
        if trends.in_status:
            yield ""
            ages = [
                _inks(status, f"{n:,}", say_days(mid), say_days(most)) for status, n, mid, most in trends.in_status
            ]
            yield from self.grid(("Open in status", "Tasks", "Median days", "Longest"), ages, (1, 2, 3))
        if trends.carried:
            yield ""
            rows: list[list[Lines]] = [
                [(_linked(bug),), *_inks(package), _lines(state), *_inks(f"{meetings:,}", say_days(days), title)]
                for bug, package, state, meetings, days, title in trends.carried
            ]
            heads = ("Carried longest", "Package", "Status", "Open at meetings", "Days", "Title")
            yield from self.grid(heads, rows, (3, 4))

    def timeline(self, timeline: Timeline) -> Iterator[str]:
        yield from self.words(f"{timeline.bug.text} {timeline.title}", "bold")
        address = safe_url(timeline.bug.url)
        if address:
            yield from self.words(address, "dim")
        for note in timeline.notes:
            yield from self.words(f"! {note}", "yellow")
        if timeline.tasks:
            used = [c for c in timeline.columns if any(row.cells[c].text for row in timeline.tasks)]
            tasks = [[_lines(row.cells[column]) for column in used] for row in timeline.tasks]
            yield from self.grid([HEADINGS[column] for column in used], tasks)
            yield ""
        if not timeline.entries:
            yield from self.words(no_entries(timeline), "dim")
            return
        rows: list[list[Lines]] = []
        for entry in timeline.entries:
            target = f"{one_line(entry.target)}: " if entry.target else ""
            what = [Ink(target + one_line(entry.text), _STYLES[entry.tone])]
            if entry.meeting:
                what.append(Ink(one_line(entry.meeting), "dim", safe_url(entry.url)))
            rows.append([*_inks(say_moment(entry), MOMENTS[entry.moment], entry.who), tuple(what)])
        heads = ("When (UTC)", "", "Who", "What")
        who = min(natural_widths(heads, rows)[2], 20)
        fixed = (19, 7, max(who, 3))
        if self.width < sum(fixed) + 3 * GAP + _LEAST:
            yield from self.listed(heads, rows)
            return
        yield from draw_grid(heads, [*fixed, max(self.width - sum(fixed) - 3 * GAP, 12)], rows, self.paint)


def _linked(cell: Cell) -> Ink:
    return Ink(one_line(cell.text), "", safe_url(cell.url))


def _lines(cell: Cell) -> Lines:
    first = Ink(one_line(cell.text), _STYLES[cell.tone], safe_url(cell.url))
    return (first, Ink(one_line(cell.note), "dim")) if cell.note else (first,)


def _inks(*texts: str) -> list[Lines]:
    return [(Ink(one_line(text)),) for text in texts]


def _natural(section: Section, column: Column) -> int:
    """How wide a column would like to be, within reason."""
    cells = (row.cells[column] for row in section.rows)
    widest = max(max(cell_len(one_line(cell.text)), cell_len(one_line(cell.note))) for cell in cells)
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
        left = room - sum(widths.values()) - GAP * (len(widths) - 1)
        if left >= least:
            return widths | {Column.TITLE: left} if least else widths
    for column, floor in _SHRUNK.items():
        cut = min(max(widths.get(column, 0) - floor, 0), least - left)
        if cut:
            widths[column] -= cut
            left += cut
    return widths | {Column.TITLE: left} if least and left >= least else None
