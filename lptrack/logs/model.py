"""What reading one log gives: the product of the extractor, and all that the database takes in of a log."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lptrack.model import Announcement, Meeting, Reference


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file as it lies: its size in bytes, when content and entry last changed (ns), and which file it is."""

    size: int
    modified: int
    changed: int
    inode: int


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
    path: str | None = None  # where it lies: an absolute path or an address; None of standard input
    stamp: Stamp | None = None  # of a file whose own bytes alone made this reading


class LogState(StrEnum):
    """What became of one input of a run."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class LogResult:
    """One input of a run; ``reason`` says why an unreadable one is none, ``warnings`` what its reader should know.

    ``meetings`` are the ids of those that it logs; ``is_empty``: a folder in which there is no log yet.
    """

    source: str
    state: LogState
    reason: str = ""
    hint: str | None = None
    warnings: tuple[str, ...] = ()
    meetings: tuple[str, ...] = ()
    is_empty: bool = False
