"""What reading one log gives: the product of the extractor, and all that the database takes in of a log."""

from __future__ import annotations

from dataclasses import dataclass

from lptrack.model import Announcement, Meeting, Reference


@dataclass(frozen=True, slots=True)
class Extraction:
    """One input, read. ``digest`` is the SHA-256 of its raw (decompressed) bytes; ``format`` the format's name.

    ``references`` holds the announcements' references too, in the order of the lines. ``unread`` counts the lines
    that fit no pattern; ``warnings`` are sentences about this log for its reader (line counts that differ, a bug
    that only the bot spoke of).
    """

    source: str
    digest: str
    format: str
    meetings: tuple[Meeting, ...]
    references: tuple[Reference, ...]
    announcements: tuple[Announcement, ...]
    lines: int
    unread: int
    warnings: tuple[str, ...] = ()
