"""Work that is done on a worker: functions that it can import."""

from __future__ import annotations

import os
import signal

from lptrack.errors import UnreadableLog
from lptrack.logs.sources import Source


def name_and_process(found: Source | UnreadableLog) -> tuple[str, int]:
    """The input's name, and who was given it."""
    return (found.source if isinstance(found, UnreadableLog) else found.name), os.getpid()


def die_of_poison(found: Source | UnreadableLog) -> str:
    """The input's name; the process that is given the poison kills itself, each time."""
    if isinstance(found, UnreadableLog):
        return f"! {found.source}: {found.reason}"
    if "poison" in found.name:
        os.kill(os.getpid(), signal.SIGKILL)
    return found.name
