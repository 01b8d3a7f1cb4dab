"""Running a target on one input: what counts as giving way, and making an input small that does."""

from __future__ import annotations

import signal
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from tests.fuzz.targets import Target

CORPUS: Final = Path(__file__).parent / "corpus"
BASE: Final = 1.5
PER_BYTE: Final = 30e-6
"""Seconds of the processor that an input may take: BASE and so much a byte. Linear work takes a tenth of that."""


class TooSlow(Exception):
    """The input took longer than its size excuses."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that a parser gave way to. ``kind`` is the same for the same fault: exception and place."""

    kind: str
    words: str
    data: bytes


def try_input(target: Target, data: bytes) -> Failure | None:
    """Run the target; None where it held. The exceptions that a target may raise it catches itself."""
    try:
        with _watched(BASE + PER_BYTE * len(data)):
            target.run(data)
    except TooSlow as error:
        return Failure("TooSlow", f"{len(data)} bytes: {error}", data)
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if "/lptrack/" in frame.filename or "/tests/fuzz/" in frame.filename]
        place = f"{Path(ours[-1].filename).name}:{ours[-1].name}" if ours else "?"
        return Failure(f"{type(error).__name__} in {place}", f"{type(error).__name__}: {str(error)[:300]}", data)
    return None


@contextmanager
def _watched(limit: float) -> Iterator[None]:
    """Raise `TooSlow` once ``limit`` seconds of the processor have gone."""

    def stop(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise TooSlow(f"more than {limit:.1f} s of the processor")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def shrink(target: Target, failure: Failure, seconds: float = 15.0) -> Failure:
    """The same failure from a smaller input: pieces are left out, from halves down to single bytes."""
    if failure.kind == "TooSlow":
        seconds *= 2
    until = time.monotonic() + seconds
    size = max(1, len(failure.data) // 2)
    while size and time.monotonic() < until:
        at, went = 0, False
        while at < len(failure.data) and time.monotonic() < until:
            smaller = try_input(target, failure.data[:at] + failure.data[at + size :])
            if smaller is not None and smaller.kind == failure.kind:
                failure, went = smaller, True
            else:
                at += size
        size = size if went and size > 1 else size // 2
    return failure
