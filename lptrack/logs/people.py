"""Who is behind a nick: nick changes in the log, and the mapping that the user gives."""

from __future__ import annotations

from collections.abc import Mapping

_TAILS = "_`^-|"


class People:
    """Follows the nick changes of one log. A nick's person is the plainest nick it was ever changed from or to."""

    def __init__(self, mapping: Mapping[str, str]) -> None:
        self._mapping = {nick.lower(): person for nick, person in mapping.items()}
        self._person: dict[str, str] = {}
        self._joined: set[tuple[str, str]] = set()

    def rename(self, old: str, new: str) -> None:
        """The log says that `old` is now `new`. A guest's or a stranger's nick tells nothing about who took it."""
        if old == new or (old, new) in self._joined:
            return
        self._joined.add((old, new))
        known = self._person.get(old, old)
        other = self._person.get(new, new)
        if known == other:
            return
        person = min(known, other, key=_plainness)
        self._person[old] = self._person[new] = person

    def person_of(self, nick: str | None, bridged: str | None = None) -> str | None:
        """The person where the log or the mapping tells another name than the nick; else None."""
        if nick is None:
            return None
        name = bridged or nick
        person = self._mapping.get(name.lower())
        if person is None:
            person = self._person.get(name, name)
            person = self._mapping.get(person.lower(), person)
        return None if person == nick else person


def _plainness(nick: str) -> tuple[bool, int, str]:
    return (nick.lower().startswith("guest"), len(nick.rstrip(_TAILS)), nick)
