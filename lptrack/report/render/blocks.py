"""A page's blocks, one after the other: what the forms for reading have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import assert_never

from lptrack.report.model import MatrixTable, Page, Section, Timeline, TrendsTable


@dataclass(frozen=True, slots=True)
class Writers:
    """How a form writes each kind of block, as lines; ``more`` writes one line of what a brief page leaves out."""

    section: Callable[[Section], Iterator[str]]
    matrix: Callable[[MatrixTable], Iterator[str]]
    trends: Callable[[TrendsTable], Iterator[str]]
    timeline: Callable[[Timeline], Iterator[str]]
    more: Callable[[str], Iterator[str]]


def write_blocks(page: Page, writers: Writers) -> Iterator[str]:
    """Every block of the page, each after a blank line; then what is left out."""
    for block in page.blocks:
        yield ""
        match block:
            case Section():
                yield from writers.section(block)
            case MatrixTable():
                yield from writers.matrix(block)
            case TrendsTable():
                yield from writers.trends(block)
            case Timeline():
                yield from writers.timeline(block)
            case _:
                assert_never(block)
    if page.more:
        yield ""
        for line in page.more:
            yield from writers.more(line)
