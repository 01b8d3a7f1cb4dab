"""The process's own streams: a reader who leaves ends the talking, never the work or its verdict.

`lptrack run LOGS 2>&1 | head -1` resolved nothing and ended with 0: the first message after `head` had left was taken
for the end of the run, and a gate's 5 and a portal's 4 became 0 in the same way.
"""

from __future__ import annotations

import os
import select
import sys
from typing import IO, Any, TextIO, cast


class Patient:
    """A stream of messages. What nobody can read any more (a closed pipe, a full device) is dropped."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write, or drop, the text."""
        try:
            return self._stream.write(text)
        except OSError:
            lead_nowhere(self._stream)
            return len(text)

    def writelines(self, lines: list[str]) -> None:
        """Write, or drop, each line."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Flush, or drop, what is waiting."""
        try:
            self._stream.flush()
        except OSError:
            lead_nowhere(self._stream)


def prepare_streams() -> None:
    """Make standard error patient. What a caller has closed leads nowhere: a file could become "standard output"."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, os.O_RDWR)  # the lowest that is free: this one
            setattr(sys, name, open(descriptor, mode, encoding="utf-8"))  # noqa: SIM115 (for the whole process)
            assert descriptor == number or descriptor > 2
    if not isinstance(sys.stderr, Patient):
        sys.stderr = cast(TextIO, Patient(sys.stderr))


def lead_nowhere(stream: IO[str]) -> None:
    """From now on what is written to the stream is lost, without an error; what it holds back is lost at its end."""
    try:
        number = stream.fileno()
    except (OSError, ValueError):  # not a file of the system's
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)


def has_left(stream: IO[str]) -> bool:
    """Whether the reader of the stream has closed it; a tracker's connection breaks with the same error."""
    try:
        stream.flush()
        waiting = select.poll()
        waiting.register(stream.fileno(), 0)
        return any(event & select.POLLERR for _, event in waiting.poll(0))
    except BrokenPipeError:
        return True
    except (AttributeError, OSError, ValueError):  # no system's file; no poll on this system
        return False
