"""A short print of all that a page rests on: the same print, the same page. Pure.

A meeting's page rests on its team's meetings up to it, on every reference in them, and on what is known of the bugs
that they name. Later meetings do not touch it, but for the link to the next.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from lptrack.model import BugKey, Meeting
from lptrack.site.model import Neighbours

_SIZE: Final = 16


def take_print(*values: object) -> str:
    """The print of some values, by how they are written in Python: the same in every process."""
    return blake2b(repr(values).encode("utf-8", "backslashreplace"), digest_size=_SIZE).hexdigest()


@dataclass(frozen=True, slots=True)
class TeamPrints:
    """The prints of a team's meetings, in their order, and of its own page."""

    meetings: tuple[str, ...]
    team: str


def print_team(
    rest: Collection[object],
    meetings: Sequence[Meeting],
    references: Mapping[str, int],
    bugs_in: Mapping[str, Collection[BugKey]],
    states: Mapping[BugKey, object],
    always: Iterable[BugKey] = (),
) -> TeamPrints:
    """The prints of a team's pages.

    ``rest``: whatever else all of them rest on; ``references``: a print a meeting; ``bugs_in``: the bugs that each
    names; ``states``: a print of what is known of each bug; ``always``: bugs that are in every window.
    """
    prints: list[str] = []
    chain, known = take_print(*rest), 0
    seen: set[BugKey] = set()
    for bug in always:
        known = _add(known, bug, states, seen)
    for meeting, beside in iter_neighbours(meetings):
        chain = take_print(chain, meeting, references.get(meeting.id))
        for bug in bugs_in.get(meeting.id, ()):
            known = _add(known, bug, states, seen)
        prints.append(take_print(chain, known, beside.after))
    return TeamPrints(tuple(prints), take_print("team", chain, known))


def _add(known: int, bug: BugKey, states: Mapping[BugKey, object], seen: set[BugKey]) -> int:
    """The sum with the bug's print in it, whatever the order; each bug counts once."""
    if bug in seen:
        return known
    seen.add(bug)
    return known + int(take_print(bug, states.get(bug)), 16)


def iter_neighbours(meetings: Sequence[Meeting]) -> Iterator[tuple[Meeting, Neighbours]]:
    """Each meeting with the one before and the one after it."""
    for place, meeting in enumerate(meetings):
        before = meetings[place - 1] if place else None
        yield meeting, Neighbours(before, meetings[place + 1] if place + 1 < len(meetings) else None)
