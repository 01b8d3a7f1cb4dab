"""Launchpad's statuses and importances, those of its early years too, spelled as its API spells them."""

from __future__ import annotations

from typing import Final

from lptrack.trackers.vocabulary import End, Status, Vocabulary

# Launchpad's own `is_complete` is true of exactly those with an end (Fix Committed and Deferred are open to it).
# Unconfirmed, Needs Info and Rejected are the New, Incomplete and Invalid of before 2007.
STATUSES: Final = (
    Status("New", 0, "new", "new"),
    Status("Incomplete", 0, "inc", "inc"),
    Status("Confirmed", 1, "con", "conf"),
    Status("Triaged", 2, "tri", "tri"),
    Status("In Progress", 3, "prg", "prog"),
    Status("Fix Committed", 4, "com", "com"),
    Status("Deferred", None, "def", "def"),
    Status("Fix Released", 5, "REL", "rel", End.FIXED),
    Status("Invalid", None, "INV", "shut", End.DROPPED),
    Status("Won't Fix", None, "WNT", "shut", End.DROPPED),
    Status("Opinion", None, "OPI", "shut", End.DROPPED),
    Status("Expired", None, "EXP", "shut", End.DROPPED),
    Status("Does Not Exist", None, "DNE", "shut", End.DROPPED),
    Status("Unconfirmed", 0, "unc", "new"),
    Status("Needs Info", 0, "nee", "inc"),
    Status("Rejected", None, "REJ", "shut", End.DROPPED),
    Status("Unknown", None, "unk", "unk"),
)

WORDS: Final = Vocabulary(
    statuses=STATUSES,
    importances=("Undecided", "Wishlist", "Low", "Medium", "High", "Critical"),
    undecided=frozenset({"Undecided"}),
    attention="High",
    verification_tag="verification",
    log_is_whole=True,
)
