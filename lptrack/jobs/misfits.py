"""Filters that leave nothing: the sentence that says so, with what there is instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lptrack.join.evidence import Evidence
from lptrack.join.model import Endpoint, Filters
from lptrack.join.status import build_status
from lptrack.model import Value
from lptrack.report.wording import find_near, list_some, say_filters


def chooses_bugs(filters: Filters) -> bool:
    """Whether the filters are on bugs, not only on whose meetings count."""
    return replace(filters, team=None, channel=None, private=()) != Filters()


def say_misfit(evidence: Evidence, end: Endpoint, filters: Filters) -> str:
    """`No tracked bug fits: package lnux. Did you mean linux?`, or the names that there are."""
    hints = " ".join(_say_hints(evidence, end, filters))
    return f"No tracked bug fits: {say_filters(filters)}.{' ' if hints else ''}{hints}"


def _say_hints(evidence: Evidence, end: Endpoint, filters: Filters) -> Iterator[str]:
    for name, known in _find_names(evidence, end, filters):
        wanted: tuple[str, ...] = getattr(filters, name)
        there = {each.casefold() for each in known}
        for word in wanted:
            if word.casefold() in there:
                continue
            near = find_near(word, known)
            if near is not None:
                yield f"Did you mean {name} {near}?"
            elif known:
                yield f"There is no {name} {word}; there is {list_some(known)}."


def _find_names(evidence: Evidence, end: Endpoint, filters: Filters) -> Iterator[tuple[str, list[str]]]:
    """Of each filter that is in force, the names that there are."""
    if filters.package or filters.series or filters.assignee:
        tasks = build_status(evidence, end).tasks
        for name in ("package", "series", "assignee"):
            if getattr(filters, name):
                yield name, _in_order(getattr(task, name) for task in tasks)
    if filters.speaker:
        yield "speaker", _in_order(mention.speaker for mention in evidence.mentions)


def _in_order(names: Iterable[Value]) -> list[str]:
    return sorted({name for name in names if isinstance(name, str)}, key=str.casefold)
