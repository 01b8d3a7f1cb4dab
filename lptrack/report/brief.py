"""A page short enough to paste: what asks for attention, so many rows each, then one line for each further part."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, assert_never

from lptrack.report.model import Block, MatrixTable, Page, Section, SectionKey, Timeline, TrendsTable
from lptrack.report.wording import say_count

ATTENTION: Final = frozenset(SectionKey) - {SectionKey.UNOWNED, SectionKey.ALL}
ROWS: Final = 15
"""Rows a section, where nobody says otherwise."""


def build_brief(page: Page, rows: int = ROWS) -> Page:
    """The page with its sections of attention only. A page without any (a first meeting's) shows its bugs."""
    sections = [block for block in page.blocks if isinstance(block, Section)]
    chosen = {section.key for section in sections} & ATTENTION or {section.key for section in sections}
    blocks: list[Block] = []
    more: list[str] = list(page.more)
    for block in page.blocks:
        match block:
            case Section() if block.key in chosen:
                blocks.append(replace(block, rows=block.rows[:rows], left_out=max(len(block.rows) - rows, 0)))
            case Section():
                more.append(f"{block.title}: {say_count(len(block.rows), 'task')}")
            case MatrixTable():
                count, meetings = say_count(len(block.rows), "task"), say_count(len(block.meetings), "meeting")
                more.append(f"{block.title}: {count} at {meetings}")
            case TrendsTable():
                more.append(f"{block.title}: {say_count(len(block.points), 'meeting')}")
            case Timeline():
                blocks.append(block)
            case _:
                assert_never(block)
    return replace(page, blocks=tuple(blocks), more=tuple(more))
