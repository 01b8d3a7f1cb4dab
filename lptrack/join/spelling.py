"""What bots print, spelled as the trackers' interfaces spell it."""

from __future__ import annotations

from typing import Final

from lptrack.model import DEBIAN, LAUNCHPAD

_LAUNCHPAD_WORDS: Final = (
    "New", "Incomplete", "Opinion", "Invalid", "Won't Fix", "Expired", "Confirmed", "Triaged", "In Progress",
    "Deferred", "Fix Committed", "Fix Released", "Does Not Exist", "Unknown",
    "Unconfirmed", "Needs Info", "Rejected",  # before 2007
    "Undecided", "Critical", "High", "Medium", "Low", "Wishlist",
)  # fmt: skip
_BY_LETTERS: Final = {"".join(filter(str.isalpha, word)).casefold(): word for word in _LAUNCHPAD_WORDS}


def spell(tracker: str, printed: str | None) -> str | None:
    """`Fix released` is `Fix Released`, Debian's `Open` is `open`; a word that nobody here knows stays as printed."""
    if printed is None:
        return None
    word = printed.strip()
    if tracker == LAUNCHPAD:
        return _BY_LETTERS.get("".join(filter(str.isalpha, word)).casefold(), word)
    return word.lower() if tracker == DEBIAN else word
