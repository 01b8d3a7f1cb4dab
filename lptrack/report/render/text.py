"""Plain text of 72 columns, as a mailing list wants it: no wide tables; only an address may be longer."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from lptrack.escape import inert_lines, one_line, safe_url
from lptrack.report.model import Cell, Document, MatrixTable, Section, Timeline, TrendsTable
from lptrack.report.render import RenderSettings
from lptrack.report.render.blocks import Writers, write_blocks
from lptrack.report.render.phrases import (
    MOMENTS,
    code_of,
    count_heads,
    count_rows,
    legend_of,
    matrix_rows,
    no_entries,
    notice_bugs,
    say_cell,
    say_days,
    say_moment,
    stack_row,
)
from lptrack.report.wording import say_count

WIDTH = 72


def render(document: Document, _settings: RenderSettings) -> str:
    """Write as plain text, 72 columns wide wherever the terminal ends."""
    return inert_lines("\n".join(line.rstrip() for line in _lines(document)) + "\n")


def _lines(document: Document) -> Iterator[str]:
    page = document.page
    yield from _heading(page.title, "=")
    yield ""
    yield from _wrap(page.headline)
    if page.notices:
        yield ""
    for notice in page.notices:
        named, more = notice_bugs(notice)
        bugs = f": {', '.join(bug.text for bug in named)}{more}" if named else ""
        yield from _wrap(f"{notice.text}{bugs}", "! ", "  ")
    yield ""
    for name, words, url in page.scope:
        yield from _wrap(f"{name}: {words}", "", "  ")
        yield from _address(Cell("", url=url), "  ")
    yield from write_blocks(page, Writers(_section, _matrix, _trends, _timeline, _more))


def _more(line: str) -> Iterator[str]:
    yield from _wrap(line, "* ", "  ")


def _plain(text: str) -> str:
    return one_line(text).replace("→", "->").replace(" · ", " - ")


def _wrap(text: str, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(_plain(text), WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)


def _heading(text: str, line: str) -> list[str]:
    lines = _wrap(text)
    return [*lines, line * max(map(len, lines), default=0)]


def _address(cell: Cell, indent: str) -> list[str]:
    url = safe_url(cell.url)
    return [f"{indent}{url}"] if url else []


def _section(section: Section) -> Iterator[str]:
    yield from _heading(f"{section.title} ({len(section.rows) + section.left_out:,})", "-")
    if section.lead:
        yield from _wrap(section.lead)
    for row in section.rows:
        head, title, rest = stack_row(section, row)
        yield from _wrap(head, "* ", "    ")
        for words in (title, rest):
            yield from _wrap(words, "    ", "    ")
        yield from _address(row.cells[section.columns[0]], "    ")
    if section.left_out:
        yield f"... and {section.left_out:,} more."


def _cut(text: str, width: int) -> str:
    plain = _plain(text)
    return f"{plain if len(plain) <= width else plain[: width - 1] + '.':<{width}}"


def _matrix(matrix: MatrixTable) -> Iterator[str]:
    yield from _heading(f"{matrix.title} ({len(matrix.rows):,})", "-")
    room = (WIDTH - 23) // 4  # meetings that fit beside the bug and its package
    shown = matrix.meetings[-room:]
    rows, rest = matrix_rows(matrix)
    if len(shown) < len(matrix.meetings):
        yield from _wrap(f"The last {len(shown)} of {len(matrix.meetings)} meetings:")
    for letter, (label, _, _) in zip(_LETTERS, shown, strict=False):
        yield from _wrap(f"{letter} {label}", "  ", "    ")
    yield f"{'':<23}{''.join(f' {letter:<3}' for letter, _ in zip(_LETTERS, shown, strict=False))}"
    for row in rows:
        codes = "".join(
            f"{'>' if cell.moved else '~' if cell.old else ' '}{_cut(code_of(cell.text), 3)}"
            for cell in row.cells[-room:]
        )
        yield f"{_cut(row.bug.text, 10)} {_cut(row.package, 12)}{codes}"
    yield from _wrap(f"{legend_of(matrix)}; > changed")
    yield from _wrap(rest)


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


_SIZES = (8, 10, 12, 14)


def _trends(trends: TrendsTable) -> Iterator[str]:
    yield from _heading(trends.title, "-")
    for label, *counts in (count_heads(trends), *count_rows(trends)):
        yield _cut(label, 24) + "".join(f"{count:>{size}}" for count, size in zip(counts, _SIZES, strict=False))
    if trends.in_status:
        yield ""
        yield f"{'Open in status':<24}{'Tasks':>8}{'Median days':>14}{'Longest':>10}"
        for status, count, middle, most in trends.in_status:
            yield f"{_cut(status, 24)}{count:>8,}{say_days(middle):>14}{say_days(most):>10}"
    if trends.carried:
        yield ""
        yield "Carried longest:"
        for bug, package, state, meetings, days, title in trends.carried:
            age = f", {days:,} days" if days is not None else ""
            carried = f"open at {say_count(meetings, 'meeting')}"
            yield from _wrap(f"{bug.text} {package}: {say_cell(state)}, {carried}{age}", "* ", "    ")
            yield from _wrap(title, "    ", "    ")


def _timeline(timeline: Timeline) -> Iterator[str]:
    yield from _heading(f"{timeline.bug.text} {timeline.title}", "-")
    yield from _address(timeline.bug, "")
    for note in timeline.notes:
        yield from _wrap(note, "! ", "  ")
    for row in timeline.tasks:
        words = "; ".join(filter(None, (say_cell(row.cells[column]) for column in timeline.columns)))
        yield from _wrap(words, "* ", "    ")
    if timeline.tasks:
        yield ""
    if not timeline.entries:
        yield from _wrap(no_entries(timeline))
    for entry in timeline.entries:
        target = f"{entry.target}: " if entry.target else ""
        who = f"{entry.who}: " if entry.who else ""
        yield from _wrap(f"{say_moment(entry)} {MOMENTS[entry.moment]}: {who}{target}{entry.text}", "", "    ")
        if entry.meeting:
            yield from _wrap(entry.meeting, "    ", "    ")
        yield from _address(Cell("", url=entry.url), "    ")
