"""Where a bot or a read says otherwise than a history: a line for a person, a record for a program."""

from __future__ import annotations

from lptrack.join.model import Disagreement
from lptrack.model import Witness
from lptrack.report.records import render_instant


def describe(each: Disagreement) -> str:
    """One line for a human: both sources, and when."""
    says = "a bot said" if each.witness is Witness.ANNOUNCED else "a read saw"
    held = f"its history says {' then '.join(each.held)}" if each.held else "its history knows no such task then"
    where = f" ({each.meeting or each.source}, {each.source})" if each.meeting else f" ({each.source})"
    return (
        f"{each.bug.tracker} bug {each.bug.number}, {each.target}: {each.at:%Y-%m-%d %H:%M} UTC {says}"
        f" {each.field} {each.told}{where}; {held}"
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
        "told": each.told,
        "history": list(each.held),
        "source": each.source,
        "meeting": each.meeting,
    }
