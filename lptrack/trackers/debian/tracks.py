"""One field of a bug through time, of which some stretches are known: what the replay of a log writes into.

Pure. A track never guesses: it holds a value only from the row that set it to the first row that may have changed it,
and where something disproves it (the tracker's own word for an old value, or the present) the stretch is taken back.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from lptrack.model import UNKNOWN, Unknown

T = TypeVar("T")


@dataclass(slots=True)
class Track(Generic[T]):
    """Values by the position of the row from which they hold. ``value`` is the one at the end so far."""

    positions: list[int] = field(default_factory=lambda: [-1])
    values: list[T | Unknown] = field(default_factory=lambda: [UNKNOWN])

    @property
    def value(self) -> T | Unknown:
        """The last value put."""
        return self.values[-1]

    def put(self, position: int, value: T | Unknown) -> None:
        """From this row on it is ``value``."""
        if self.positions[-1] == position:
            self.values[-1] = value
        else:
            self.positions.append(position)
            self.values.append(value)

    def prove(self, value: T, same: Callable[[T, T], bool] = lambda left, right: left == right) -> bool:
        """The tracker says that it is ``value`` now: fills what was unknown, or takes back what it disproves.

        What changed a bug is in its log, so the value stood since the last row that touched the field. Where no row
        did, and no report began it, we have not seen the beginning: that stays unknown.
        """
        last = self.values[-1]
        if last is UNKNOWN:
            if self.positions[-1] >= 0:
                self.values[-1] = value
            return True
        if same(last, value):
            return True
        # Something changed it that the log does not show, at any time: nothing before is sure either.
        self.values = [UNKNOWN] * len(self.values)
        return False

    def forget(self) -> None:
        """Nothing that was put in so far is true of this bug."""
        self.values = [UNKNOWN] * len(self.values)

    def at(self, position: int) -> T | Unknown:
        """The value after the row at ``position``."""
        return self.values[bisect_right(self.positions, position) - 1]


@dataclass(frozen=True, slots=True)
class Tags:
    """A set of which not every member need be known. ``others``: what is so of the tags not in ``members``."""

    members: Mapping[str, bool | Unknown]
    others: bool | Unknown

    def has(self, tag: str) -> bool | Unknown:
        """Whether the bug has this tag."""
        return self.members.get(tag, self.others)

    def change(self, operations: tuple[tuple[str, str], ...], valid: Callable[[str], bool]) -> Tags:
        """After these additions and removals; debbugs ignores tags that it has not, and we may not know all."""
        members, others = dict(self.members), self.others
        for sign, tag in operations:
            if sign == "=":
                members, others = {}, False
            elif sign == "-":
                members[tag] = False
            elif valid(tag):
                members[tag] = True
            elif members.get(tag, others) is not True:
                members[tag] = UNKNOWN
        return Tags(members, others)

    @property
    def words(self) -> str | Unknown:
        """All of them, sorted; UNKNOWN where one is not known."""
        if self.others is UNKNOWN or any(is_set is UNKNOWN for is_set in self.members.values()):
            return UNKNOWN
        return " ".join(sorted(tag for tag, is_set in self.members.items() if is_set))


NO_TAGS = Tags({}, False)
UNKNOWN_TAGS = Tags({}, UNKNOWN)
