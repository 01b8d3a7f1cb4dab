"""A table of fixed widths for the terminal, in rich's styles (its own tables take seconds for thousands of rows)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rich.cells import cell_len, chop_cells
from rich.color import ColorSystem
from rich.style import Style

GAP = 2


@dataclass(frozen=True, slots=True)
class Ink:
    """Words in a style, perhaps linked. The words are shown already: nothing in them acts."""

    words: str
    style: str = ""
    url: str | None = None


Lines = Sequence[Ink]
"""A cell: each ink begins a line and wraps to the column."""


@dataclass(frozen=True, slots=True)
class Paint:
    """What the terminal can show."""

    color: bool = False
    links: bool = False

    def apply(self, ink: Ink, words: str) -> str:
        """The words with their control sequences around them."""
        if self.color or self.links:
            style = _style(ink.style, self.color)
            if style:
                words = style.render(words, color_system=ColorSystem.STANDARD)
            if self.links and ink.url:
                words = f"\x1b]8;;{ink.url}\x1b\\{words}\x1b]8;;\x1b\\"
        return words


@cache
def _style(name: str, color: bool) -> Style:
    style = Style.parse(name)
    return style if color else style.without_color


def draw_grid(
    heads: Sequence[str],
    widths: Sequence[int],
    rows: Iterable[Sequence[Lines]],
    paint: Paint,
    right: frozenset[int] = frozenset(),
) -> Iterator[str]:
    """The lines of a table, a rule under its head; the columns in ``right`` are aligned right."""
    yield from _draw_row([(Ink(head, "bold"),) for head in heads], widths, paint, right)
    yield "─" * (sum(widths) + GAP * (len(widths) - 1))
    for row in rows:
        yield from _draw_row(row, widths, paint, right)


def _draw_row(row: Sequence[Lines], widths: Sequence[int], paint: Paint, right: frozenset[int]) -> Iterator[str]:
    cells = [
        [(ink, part) for ink in lines if ink.words for part in wrap(ink.words, width)]
        for lines, width in zip(row, widths, strict=True)
    ]
    for level in range(max(map(len, cells), default=0) or 1):
        line, blank = "", 0
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            if column:
                blank += GAP
            if level >= len(cell):
                blank += width
                continue
            ink, words = cell[level]
            room = width - cell_len(words)
            before = room if column in right else 0
            line += " " * (blank + before) + paint.apply(ink, words)
            blank = room - before
        yield line


def wrap(words: str, width: int) -> list[str]:
    """Lines of at most ``width`` cells; a word that is longer is broken."""
    if cell_len(words) <= width:
        return [words]
    lines: list[str] = []
    line = ""
    for word in words.split(" "):
        joined = f"{line} {word}" if line else word
        if cell_len(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        *full, line = chop_cells(word, max(width, 2)) or [""]
        lines += full
    return [*lines, line] if line else lines


def natural_widths(heads: Sequence[str], rows: Sequence[Sequence[Lines]], most: int = 40) -> list[int]:
    """How wide each column would like to be."""
    widths = [cell_len(head) for head in heads]
    for row in rows:
        for column, lines in enumerate(row):
            widths[column] = max([widths[column], *(min(cell_len(ink.words), most) for ink in lines)])
    return widths


def fit(widths: Sequence[int], room: int, least: int = 8) -> list[int]:
    """The widths, the widest made narrower until the table has room."""
    fitted = list(widths)
    excess = sum(fitted) + GAP * (len(fitted) - 1) - room
    while excess > 0 and max(fitted) > least:
        widest = fitted.index(max(fitted))
        second = max((width for place, width in enumerate(fitted) if place != widest), default=least)
        cut = min(excess, max(fitted[widest] - max(second, least), 1))
        fitted[widest] -= cut
        excess -= cut
    return fitted
