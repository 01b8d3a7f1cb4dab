"""Where a bot or a read says otherwise than a history: a line for a person, a record for a program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lptrack.join.doubts import LogDoubts
from lptrack.join.model import Disagreement, OpenHistory
from lptrack.model import Witness
from lptrack.report.records import render_instant


def describe(each: Disagreement) -> str:
    """One line for a human: both sources, and when."""
    says = "a bot said" if each.witness is Witness.ANNOUNCED else "a read saw"
    history = f"its history says {' then '.join(each.known)}" if each.known else "its history knows no such task then"
    where = f" ({each.meeting or each.source}, {each.source})" if each.meeting else f" ({each.source})"
    return (
        f"{each.bug.tracker} bug {each.bug.number}, {each.target}: {each.at:%Y-%m-%d %H:%M} UTC {says}"
        f" {each.field} {each.word}{where}; {history}"
    )


def disagreement_record(each: Disagreement) -> dict[str, object]:
    """The same for a program."""
    return {
        "tracker": each.bug.tracker,
        "number": each.bug.number,
        "url": each.url,
        "target": each.target,
        "field": each.field,
        "witness": str(each.witness),
        "at": render_instant(each.at),
        "told": each.word,
        "history": list(each.known),
        "source": each.source,
        "meeting": each.meeting,
    }


def describe_open(each: OpenHistory) -> str:
    """One line for a human: what stands in the way of a bug's whole past."""
    shown = "; ".join(each.notes[:NAMED])
    more = f"; and {len(each.notes) - NAMED} more" if len(each.notes) > NAMED else ""
    return f"{each.bug.tracker} bug {each.bug.number}: its log does not tell everything: {shown}{more}"


def open_record(each: OpenHistory) -> dict[str, object]:
    """The same for a program."""
    return {"tracker": each.bug.tracker, "number": each.bug.number, "url": each.url, "notes": list(each.notes)}


def describe_doubts(doubts: LogDoubts) -> Iterator[str]:
    """A line for each thing that the logs leave open."""
    for like in doubts.likenesses:
        (one, other), (times, times2) = (like.one, like.other), like.counts
        yield (
            f'#{like.channel}: "{one}" ({times}) and "{other}" ({times2}) may be one team. If they are, name both: '
            f'[[team]] name = "{one}", names = ["{one}", "{other}"]'
        )
    for channel, ids in doubts.nameless.items():
        shown = ", ".join(ids[:NAMED]) + (f" and {len(ids) - NAMED} more" if len(ids) > NAMED else "")
        yield (
            f"#{channel}: several teams meet here, and {shown} {'have' if len(ids) > 1 else 'has'} no name. "
            f"{'They belong' if len(ids) > 1 else 'It belongs'} to no team"
        )
    for each in doubts.differences:
        parts = [
            f"{source} alone names {', '.join(f'{bug.tracker} {bug.number}' for bug in bugs[:NAMED])}"
            + (f" and {len(bugs) - NAMED} more" if len(bugs) > NAMED else "")
            for source, bugs in each.alone.items()
        ]
        yield f"{each.meeting}: its copies differ. All references count: {'; '.join(parts)}"
    for source, warnings in doubts.warnings:
        for warning in warnings:
            yield f"{source}: {warning}"


def doubts_record(doubts: LogDoubts) -> dict[str, object]:
    """The same for a program."""
    return {
        "names": [
            {"channel": each.channel, "names": [each.one, each.other], "meetings": list(each.counts)}
            for each in doubts.likenesses
        ],
        "nameless": {channel: list(ids) for channel, ids in doubts.nameless.items()},
        "copies": [
            {
                "meeting": each.meeting,
                "alone": {source: [[bug.tracker, bug.number] for bug in bugs] for source, bugs in each.alone.items()},
            }
            for each in doubts.differences
        ],
        "warnings": [{"source": source, "warnings": list(warnings)} for source, warnings in doubts.warnings],
    }


NAMED: Final = 8
"""Meetings or bugs that one line names before it only counts."""
