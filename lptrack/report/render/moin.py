"""MoinMoin markup (1.9) for the wiki: tables whose every word is harmless, links as `[[address|words]]`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lptrack.escape import moin as esc
from lptrack.escape import safe_url
from lptrack.report.model import HEADINGS, Cell, CellKind, Document, MatrixTable, Section, Timeline, TrendsTable
from lptrack.report.render import RenderSettings
from lptrack.report.render.blocks import Writers, write_blocks
from lptrack.report.render.phrases import (
    MOMENTS,
    OLD,
    count_heads,
    count_rows,
    has_old,
    join_note,
    matrix_rows,
    no_entries,
    notice_bugs,
    say_days,
    say_moment,
    say_status,
)


def render(document: Document, _settings: RenderSettings) -> str:
    """Write as MoinMoin markup."""
    return "\n".join(_lines(document)) + "\n"


def _lines(document: Document) -> Iterator[str]:
    page = document.page
    yield f"= {esc(page.title)} ="
    yield f"'''{esc(page.headline)}'''"
    yield ""
    for notice in page.notices:
        named, more = notice_bugs(notice)
        bugs = f": {', '.join(_linked(bug) for bug in named)}{more}" if named else ""
        yield f" * <!> {esc(notice.text)}{bugs}"
    for name, words, url in page.scope:
        yield f" * {esc(name)}: {_linked(Cell(words, url=url))}"
    yield from write_blocks(page, Writers(_section, _matrix, _trends, _timeline, _more))


def _section(block: Section) -> Iterator[str]:
    yield f"== {esc(block.title)} ({len(block.rows) + block.left_out:,}) =="
    if block.lead:
        yield esc(block.lead)
        yield ""
    heads = [esc(block.heading(column)) for column in block.columns]
    yield from _table(heads, ([_cell(row.cells[column]) for column in block.columns] for row in block.rows))
    if block.left_out:
        yield f"… and {block.left_out:,} more."


def _more(line: str) -> Iterator[str]:
    yield f" * {esc(line)}"


def _linked(cell: Cell) -> str:
    text = cell.text if cell.kind is CellKind.BUG and cell.text.startswith("#") else esc(cell.text)
    url = safe_url(cell.url)
    return f"[[{url.replace('|', '%7C').replace(']', '%5D')}|{text}]]" if url and text else text


def _cell(cell: Cell) -> str:
    return join_note(cell, _linked(cell), esc(cell.note))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"||{'||'.join(f' {_bold(head)} ' for head in heads)}||"
    for row in rows:
        yield f"||{'||'.join(f' {cell} ' if cell else ' ' for cell in row)}||"


def _bold(text: str) -> str:
    return f"'''{text}'''" if text else ""


def _matrix(matrix: MatrixTable) -> Iterator[str]:
    yield f"== {esc(matrix.title)} ({len(matrix.rows):,}) =="
    shown, rest = matrix_rows(matrix)
    heads = ["Bug", "Package", *(esc(label) for label, _, _ in matrix.meetings)]
    rows = (
        [
            _linked(row.bug),
            esc(row.package),
            *(_bold(esc(say_status(cell))) if cell.moved else esc(say_status(cell)) for cell in row.cells),
        ]
        for row in shown
    )
    if shown:
        yield from _table(heads, rows)
    old = f"{esc(OLD)}. " if has_old(matrix) else ""
    yield f"Bold: changed since the meeting before. {old}{rest}".rstrip()


def _trends(trends: TrendsTable) -> Iterator[str]:
    yield f"== {esc(trends.title)} =="
    yield from _table(count_heads(trends), ([esc(cell) for cell in row] for row in count_rows(trends)))
    if trends.in_status:
        yield ""
        ages = (
            [esc(status), f"{n:,}", say_days(middle), say_days(most)] for status, n, middle, most in trends.in_status
        )
        yield from _table(("Open in status", "Tasks", "Median days", "Longest"), ages)
    if trends.carried:
        yield ""
        yield from _table(
            ("Carried longest", "Package", "Status", "Open at meetings", "Days", "Title"),
            (
                [_linked(bug), esc(package), _cell(state), f"{meetings:,}", say_days(days), esc(title)]
                for bug, package, state, meetings, days, title in trends.carried
            ),
        )


def _timeline(timeline: Timeline) -> Iterator[str]:
    yield f"== {esc(timeline.bug.text)} {esc(timeline.title)} =="
    yield _linked(Cell(timeline.bug.url or "", url=timeline.bug.url))
    for note in timeline.notes:
        yield f" * <!> {esc(note)}"
    if timeline.tasks:
        yield ""
        heads = [esc(HEADINGS[column]) for column in timeline.columns]
        yield from _table(
            heads, ([_cell(row.cells[column]) for column in timeline.columns] for row in timeline.tasks)
        )
    yield ""
    if not timeline.entries:
        yield esc(no_entries(timeline))
        return
    rows = (
        [
            say_moment(entry),
            MOMENTS[entry.moment],
            esc(entry.who),
            (f"{esc(entry.target)}: " if entry.target else "") + esc(entry.text),
            _linked(Cell(entry.meeting or "", url=entry.url)),
        ]
        for entry in timeline.entries
    )
    yield from _table(("When (UTC)", "Known by", "Who", "What", "Meeting"), rows)
