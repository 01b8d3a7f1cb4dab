"""debbugs' states (its `pending` value in words, as the interface has them) and severities."""

from __future__ import annotations

from typing import Final

from lptrack.trackers.vocabulary import End, Status, Vocabulary

WORDS: Final = Vocabulary(
    statuses=(
        Status("open", 0, "opn", "new"),
        Status("forwarded", 1, "fwd", "tri"),
        Status("pending", 2, "pnd", "prog"),
        Status("fixed", 3, "FIX", "com", End.FIXED),
        Status("done", 4, "DON", "rel", End.FIXED),
    ),
    importances=("wishlist", "minor", "normal", "important", "serious", "grave", "critical"),
    attention="important",
)
