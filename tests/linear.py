"""Whether a reader takes time in proportion to its input, whatever the input is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

SMALL: Final = 1_000
DOUBLINGS: Final = 3
NOTICED: Final = 0.02
"""Seconds below which nothing is measured: a pattern that goes back and forth is far above with the longest input."""


def find_superlinear(run: Callable[[str], object], unit: str, before: str = "", after: str = "") -> str | None:
    """What to complain of where three doublings of the input take more than 20 times as long (8 times is linear)."""

    def measure(size: int) -> float:
        text = before + unit * (size // len(unit) + 1) + after
        started = time.process_time()
        run(text)
        return time.process_time() - started

    long = SMALL << DOUBLINGS
    if measure(long) < NOTICED:
        return None
    short = min(measure(SMALL) for _ in range(3))
    taken = min(measure(long) for _ in range(3))
    if taken < NOTICED or taken < 20 * max(short, 1e-4):
        return None
    return (
        f"{before[:60]!r} + {unit[:60]!r} * N + {after[:60]!r}: {short:.4f} s for {SMALL}, {taken:.3f} s for {long}"
    )
