"""Every error that lptrack raises on purpose: one tree, each with its exit code and a line that says what to do.

Codes are those of the interface: 1 a failure without a name of its own, 2 the command line is wrong, 3 some input
was no log, 4 a tracker could not be asked, 5 a gate of `ci` was not met, 6 a post was not delivered.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Final


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


class Shortage(LptrackError):
    """The machine, or a limit on this process, has no more memory, files, processes or threads."""


_SHORT: Final = (
    (
        {errno.ENOMEM},
        ("cannot allocate memory", "failed to map segment"),
        "out of memory: this machine, or a limit on the process, has no more",
        "close other programs, raise the limit (ulimit -v, the container's), or read fewer logs at once",
    ),
    (
        {errno.EMFILE, errno.ENFILE},
        ("too many open files",),
        "out of files: no more of them may be open at once",
        "raise the limit (ulimit -n), or ask for fewer connections with --jobs",
    ),
    (
        {errno.EAGAIN},
        ("can't start new thread", "resource temporarily unavailable"),
        "out of processes: no further process or thread may be started",
        "raise the limit (ulimit -u and -v, the container's), or end other programs",
    ),
)


def find_shortage(error: BaseException, *, processes: bool = True) -> Shortage | None:
    """What ran out, where that is behind the error; None where it is something else.

    Without ``processes`` EAGAIN is none: a file or a socket may answer so that has nothing yet.
    """
    for each in _chain(error):
        if isinstance(each, Shortage):
            return each
        number = getattr(each, "errno", None) if isinstance(each, OSError) else None
        words = str(each).lower() if isinstance(each, (OSError, RuntimeError, ImportError)) else ""
        for numbers, spelled, message, hint in _SHORT if processes else _SHORT[:2]:
            is_memory = errno.ENOMEM in numbers and isinstance(each, MemoryError)
            if is_memory or number in numbers or any(text in words for text in spelled):
                return Shortage(message, hint=hint)
    return None


def raise_shortage(error: BaseException) -> None:
    """Raise `Shortage` where that is behind the error: no answer, log or file is to blame for it."""
    shortage = find_shortage(error, processes=False)
    if shortage is not None:
        raise shortage from error


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, what caused it, and what libraries hide in its arguments."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting and len(seen) < 30:
        each = waiting.pop(0)
        if isinstance(each, BaseException) and id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
