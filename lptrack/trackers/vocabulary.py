"""A tracker's words: its statuses and importances in order, and what each means for a bug. Pure data.

Whoever judges a change, sorts a column or colours a cell asks here; outside of `lptrack.trackers` no status, no
importance and no host is spelled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Literal

Verification = Literal["done", "needed", "failed"]
_VERIFICATIONS: Final[tuple[Verification, ...]] = ("done", "needed", "failed")


class End(Enum):
    """How a status ends a bug's life: the fault is mended, or nobody will mend it."""

    FIXED = "fixed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Status:
    """One status. ``rank`` is how far along a bug's life it is, None for one that stands on no line.

    ``code`` are three letters for a narrow matrix, ``shade`` the class of the style sheet that colours it.
    """

    name: str
    rank: int | None
    code: str
    shade: str
    end: End | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one tracker. ``statuses`` stand in the order of a report, a bug's life first.

    ``importances``: the least important first; ``undecided``: those that mean nobody has decided yet.
    ``attention``: the importance from which on even a first decision asks for attention.
    ``aliases``: other spellings (letters alone, without case) → the tracker's own.
    ``verification_tag``: the word before `-needed`, `-done` and `-failed` in tags about a fix on trial.
    ``log_is_whole``: whether the tracker's log holds every change, so that where it leaves a field undecided no older
    word of a bot settles it.
    """

    statuses: tuple[Status, ...] = ()
    importances: tuple[str, ...] = ()
    undecided: frozenset[str] = frozenset()
    attention: str | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)
    verification_tag: str | None = None
    log_is_whole: bool = False
    _status: Mapping[str, Status] = field(init=False, repr=False, compare=False)
    _rank: Mapping[str, int] = field(init=False, repr=False, compare=False)
    _spelling: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_status", {each.name: each for each in self.statuses})
        decided = [name for name in self.importances if name not in self.undecided]
        ranks = {name: rank for rank, name in enumerate(decided)} | dict.fromkeys(self.undecided, -1)
        object.__setattr__(self, "_rank", ranks)
        own = (*(each.name for each in self.statuses), *self.importances)
        object.__setattr__(self, "_spelling", {**{letters_of(name): name for name in own}, **self.aliases})

    def status(self, name: str) -> Status | None:
        """The status of this name; None for a word that is not the tracker's."""
        return self._status.get(name)

    def is_closed(self, status: object) -> bool:
        """Whether nobody has to do anything any more. What is unknown, or no word of the tracker's, is not closed."""
        found = self._status.get(status) if isinstance(status, str) else None
        return found is not None and found.end is not None

    def is_fixed(self, status: object) -> bool:
        """Whether the fault is mended."""
        found = self._status.get(status) if isinstance(status, str) else None
        return found is not None and found.end is End.FIXED

    def importance_rank(self, importance: object) -> int | None:
        """How important, from 0; -1 where nobody has decided yet; None for a word that is not the tracker's."""
        return self._rank.get(importance) if isinstance(importance, str) else None

    def is_failed_verification(self, tag: str) -> bool:
        """Whether a tag says that a fix did not hold: `verification-failed`, `verification-failed-saucy`."""
        return self.verification_tag is not None and tag.startswith(f"{self.verification_tag}-failed")

    def verifications(self, tags: Iterable[str]) -> dict[str, Verification]:
        """How a fix on trial fares, by series (`verification-done-saucy`); `""` is the tag for all series.

        Where a series carries several, failed outweighs needed, and needed done: the stricter reading.
        """
        found: dict[str, Verification] = {}
        for tag in tags:
            word, _, rest = tag.partition("-")
            verdict, _, series = rest.partition("-")
            if word != self.verification_tag or tag.endswith("-"):
                continue
            for strictness, known in enumerate(_VERIFICATIONS):
                stricter = series not in found or strictness > _VERIFICATIONS.index(found[series])
                if verdict == known and stricter:
                    found[series] = known
        return found

    def spell(self, printed: str) -> str:
        """A status or importance as the tracker spells it: `Fix released` is `Fix Released`; others stay."""
        word = printed.strip()
        return self._spelling.get(letters_of(word), word)


def letters_of(word: str) -> str:
    """What of a word counts when spellings are compared: its letters, without case."""
    return "".join(filter(str.isalpha, word)).casefold()


NO_WORDS: Final = Vocabulary()
"""Of a tracker that nobody here knows: nothing of it is closed, better or worse, only different."""
