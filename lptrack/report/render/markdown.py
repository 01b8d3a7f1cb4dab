"""Markdown as it is pasted into Discourse and GitHub: tables, the full one folded away; no stranger's word acts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from lptrack.escape import markdown as esc
from lptrack.escape import safe_url
from lptrack.report.model import (
    HEADINGS,
    Cell,
    CellKind,
    Document,
    MatrixTable,
    Section,
    SectionKey,
    Timeline,
    TrendsTable,
)
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

_LONG = 15  # rows; a longer table of standing bugs is folded away


def render(document: Document, _settings: RenderSettings) -> str:
    """Write as Markdown."""
    return _by_reference("\n".join(_lines(document)) + "\n")


# What strangers wrote has its brackets escaped: an address behind a bare bracket is of our own link.
_ADDRESS: Final = re.compile(r"(?<!\\)\]\((https?://[^)\s]+)\)")


def _by_reference(text: str) -> str:
    """The same links, each address that stands there so often that it is shorter told once at the end."""
    counts = Counter(_ADDRESS.findall(text))
    numbers: dict[str, str] = {}
    for url, count in counts.items():
        name = str(len(numbers) + 1)
        if count * (len(url) - len(name)) > len(f"[{name}]: {url}\n"):
            numbers[url] = name
    if not numbers:
        return text
    linked = _ADDRESS.sub(lambda link: f"][{numbers[link[1]]}]" if link[1] in numbers else link[0], text)
    return linked + "\n" + "".join(f"[{name}]: {url}\n" for url, name in numbers.items())


def _lines(document: Document) -> Iterator[str]:
    page = document.page
    yield f"## {esc(page.title)}"
    yield ""
    yield f"**{esc(page.headline)}**"
    yield ""
    for notice in page.notices:
        named, more = notice_bugs(notice)
        bugs = f": {', '.join(_linked(bug) for bug in named)}{more}" if named else ""
        yield f"- ⚠ {esc(notice.text)}{bugs}"
    if page.notices:
        yield ""
    yield " · ".join(f"{esc(name)}: {_linked(Cell(words, url=url))}" for name, words, url in page.scope)
    yield from write_blocks(page, Writers(_folded_section, _folded_matrix, _folded_trends, _timeline, _more))


def _folded_section(block: Section) -> Iterator[str]:
    title = f"{block.title} ({len(block.rows) + block.left_out:,})"
    is_standing = block.key in (SectionKey.UNOWNED, SectionKey.NEW) and len(block.rows) > _LONG
    yield from _folded(title, _section(block), block.key is SectionKey.ALL or is_standing)


def _folded_matrix(block: MatrixTable) -> Iterator[str]:
    yield from _folded(f"{block.title} ({len(block.rows):,})", _matrix(block), folded=True)


def _folded_trends(block: TrendsTable) -> Iterator[str]:
    yield from _folded(block.title, _trends(block), folded=True)


def _more(line: str) -> Iterator[str]:
    yield f"- {esc(line)}"


def _linked(cell: Cell) -> str:
    text = esc(cell.text)
    url = safe_url(cell.url)
    if url and cell.kind is CellKind.BUG:  # in a link a number draws no link of its own
        text = text.replace("&#8203;", "")
    return f"[{text}]({url.replace('*', '%2A').replace('_', '%5F')})" if url and text else text


def _cell(cell: Cell) -> str:
    return join_note(cell, _linked(cell), esc(cell.note))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _folded(title: str, body: Iterable[str], folded: bool) -> Iterator[str]:
    if not folded:
        yield f"### {esc(title)}"
        yield ""
        yield from body
        return
    yield "<details>"
    yield f"<summary>{esc(title)}</summary>"
    yield ""
    yield from body
    yield ""
    yield "</details>"


def _section(section: Section) -> Iterator[str]:
    if section.lead:
        yield esc(section.lead)
        yield ""
    heads = [esc(section.heading(column)) for column in section.columns]
    yield from _table(heads, ([_cell(row.cells[column]) for column in section.columns] for row in section.rows))
    if section.left_out:
        yield ""
        yield f"… and {section.left_out:,} more."


def _matrix(matrix: MatrixTable) -> Iterator[str]:
    shown, rest = matrix_rows(matrix)
    heads = ["Bug", "Package", *(_linked(Cell(label, url=url)) for label, _, url in matrix.meetings)]
    rows = (
        [
            _linked(row.bug),
            esc(row.package),
            *(f"**{esc(say_status(cell))}**" if cell.moved else esc(say_status(cell)) for cell in row.cells),
        ]
        for row in shown
    )
    if shown:
        yield from _table(heads, rows)
        yield ""
    old = f"{esc(OLD)}. " if has_old(matrix) else ""
    yield f"Bold: changed since the meeting before. {old}{rest}".rstrip()


def _trends(trends: TrendsTable) -> Iterator[str]:
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
                [_linked(bug), esc(package), _cell(status), f"{meetings:,}", say_days(days), esc(title)]
                for bug, package, status, meetings, days, title in trends.carried
            ),
        )


def _timeline(timeline: Timeline) -> Iterator[str]:
    yield f"### {_linked(timeline.bug)} {esc(timeline.title)}"
    yield ""
    for note in timeline.notes:
        yield f"- ⚠ {esc(note)}"
    if timeline.notes:
        yield ""
    if timeline.tasks:
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
