"""Every error that lptrack raises on purpose: one tree, each with its exit code and a line that says what to do.

Codes are those of the interface: 1 a failure without a name of its own, 2 the command line is wrong, 3 some input
was no log, 4 a tracker could not be asked, 5 a gate of `ci` was not met, 6 a post was not delivered.
"""

from __future__ import annotations


class LptrackError(Exception):
    """A failure that is told to the user as one line: what happened, then (``hint``) what to do next."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(LptrackError):
    """The command line, a configuration file or an argument's value is wrong."""

    exit_code = 2


class ConfigError(UsageError):
    """`lptrack.toml` holds something that cannot be meant."""


class UnreadableLog(LptrackError):
    """One input could not be read as a log; the others go on. ``source`` is the input as the user named it."""

    exit_code = 3

    def __init__(self, source: str, reason: str, *, hint: str | None = None) -> None:
        super().__init__(f"{source}: {reason}", hint=hint)
        self.source = source
        self.reason = reason

    def __reduce__(self) -> tuple[object, ...]:
        """How it goes from one process to another: an empty file among many once broke the whole pool."""
        return (_rebuild_unreadable, (type(self), self.source, self.reason, self.hint))


def _rebuild_unreadable(kind: type[UnreadableLog], source: str, reason: str, hint: str | None) -> UnreadableLog:
    return kind(source, reason, hint=hint)


class NoLogs(UnreadableLog):
    """A folder in which there is no log, perhaps not yet."""


class TrackerError(LptrackError):
    """A tracker could not be reached, or answered what no tracker answers. ``tracker`` is its name."""

    exit_code = 4

    def __init__(self, tracker: str, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.tracker = tracker


class CassetteMiss(TrackerError):
    """A replay was asked for an exchange that its cassette does not hold."""


class StorageError(LptrackError):
    """The database cannot be used: no database, corrupt, read-only, disk full, locked by another run."""


class NewerDatabase(StorageError):
    """The database was written by a newer lptrack."""
