"""Which spellings of a meeting's name are one team's, and which meetings are nobody's. Pure.

Two names of one channel are one where the same letters and digits are left of them when case, punctuation and the
words that every team has (`the`, `team`, `weekly`, `ubuntu`, …) are taken away, or where one slip of the keyboard
stands between them: a letter too many, too few, another, or two that changed places, in names of six letters
or more. Digits never slip: `SIG 1` and `SIG 2` are two.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from lptrack.model import Meeting

_COMMON: Final = frozenset(
    (
        "the",
        "a",
        "of",
        "team",
        "teams",
        "group",
        "weekly",
        "bi",
        "biweekly",
        "fortnightly",
        "monthly",
        "irc",
        "ubuntu",
    )
)
_WORD: Final = re.compile(r"[^\W_]+")
SLIP_FROM: Final = 6
"""A slip is forgiven in names of so many letters."""


def name_key(name: str) -> str:
    """What two spellings of one name have in common: the letters and digits of the words that tell teams apart."""
    words = [word.casefold() for word in _WORD.findall(name)]
    return "".join([word for word in words if word not in _COMMON] or words)


def is_slip(one: str, other: str) -> bool:
    """Whether two keys are one slip apart."""
    if one == other:
        return True
    if abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < SLIP_FROM:
        return False
    if [char for char in one if char.isdigit()] != [char for char in other if char.isdigit()]:
        return False
    start = next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    if start is None:
        return True
    rest, rest2 = one[start:], other[start:]
    return (
        rest[1:] == rest2[1:]
        or rest[1:] == rest2
        or rest == rest2[1:]
        or (rest[:2] == rest2[1::-1] and rest[2:] == rest2[2:])
    )


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two names of one channel that may be one, with how many meetings bear each: for `check` to list."""

    channel: str
    one: str
    other: str
    counts: tuple[int, int]


def unify_names(meetings: Iterable[Meeting]) -> tuple[Meeting, ...]:
    """The meetings with one spelling a team, that of most meetings (of equally many the newest).

    A nameless meeting of a channel in which others have names is nobody's.
    """
    listed = tuple(meetings)
    spelling: dict[tuple[str, str], str] = {}
    shared: set[str] = set()
    for channel, names in _names(listed).items():
        shared.add(channel)
        for name, chosen in _choose(names, channel).items():
            spelling[channel, name] = chosen
    return tuple(
        replace(meeting, is_nobodys=meeting.channel in shared)
        if meeting.name is None
        else replace(meeting, name=spelling[meeting.channel, meeting.name], printed_name=meeting.name)
        for meeting in listed
    )


def find_likenesses(meetings: Iterable[Meeting]) -> tuple[Likeness, ...]:
    """Names that the rule keeps apart and that may be one all the same: one begins with the other."""
    found = []
    for channel, names in _names(tuple(meetings)).items():
        chosen = _choose(names, channel)
        counts = Counter(chosen[name] for name in names)
        keys: dict[str, set[str]] = {}
        for name, team in chosen.items():
            keys.setdefault(team, set()).add(name_key(name))
        known = sorted(counts)
        for place, one in enumerate(known):
            for other in known[place + 1 :]:
                if any(a.startswith(b) or b.startswith(a) for a in keys[one] for b in keys[other]):
                    found.append(Likeness(channel, one, other, (counts[one], counts[other])))
    return tuple(found)


def _names(meetings: Sequence[Meeting]) -> dict[str, list[str]]:
    """The names of each channel, a meeting each, in the meetings' order."""
    names: dict[str, list[str]] = {}
    for meeting in meetings:
        if meeting.name is not None:
            names.setdefault(meeting.channel, []).append(meeting.name)
    return names


def _key_in(name: str, channel: str) -> str:
    """The name's key without the channel's name before it, which is no part of it however it is misspelled.

    # cloud-init's minutes of 2018: "Cloud-inin bi-weekly status"
    """
    own = "".join(_WORD.findall(channel)).casefold()
    words = _WORD.findall(name)
    for place in range(1, min(len(words), 5)):
        if is_slip("".join(words[:place]).casefold(), own):
            return name_key(" ".join(words[place:]))
    return name_key(name)


def _choose(names: Sequence[str], channel: str) -> dict[str, str]:
    """The spelling that stands for each name. The more usual key takes in those that are a slip away from it."""
    own = {name: _key_in(name, channel) for name in names}
    keys = Counter(own[name] for name in names)
    newest = {name: place for place, name in enumerate(names)}
    stands: dict[str, str] = {}
    for key, _ in sorted(keys.items(), key=lambda item: (-item[1], item[0])):
        stands[key] = next((usual for usual in dict.fromkeys(stands.values()) if is_slip(key, usual)), key)
    times = Counter(names)
    chosen: dict[str, str] = {}
    for name in sorted(times, key=lambda name: (times[name], newest[name])):
        chosen[stands[own[name]]] = name
    return {name: chosen[stands[own[name]]] for name in times}
