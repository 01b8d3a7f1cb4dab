"""How a run reaches services, and what it spent there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path


@dataclass(slots=True)
class Budget:
    """What a run spent on the network. Mutable: the transport adds to it (under its own lock)."""

    requests: int = 0  # answers that came over the network
    cached: int = 0  # answers from the cache without asking
    revalidated: int = 0  # of `requests`: 304
    bytes: int = 0  # bodies received
    retries: int = 0
    waited: float = 0.0  # seconds slept because a tracker asked for it or failed
    _began: float | None = field(default=None, compare=False, repr=False)

    def begin(self, now: float) -> float:
        """When this run first used the network, on the monotonic clock: web logs and trackers share one deadline."""
        if self._began is None:
            self._began = now
        return self._began


@dataclass(frozen=True, slots=True)
class Settings:
    """How services are reached in this run."""

    roots: Mapping[str, str] = field(default_factory=dict)  # a tracker's name → its address, where not its usual one
    cache: Path | str | None = None  # a folder; None: no cache
    cache_backend: str = "sqlite"
    offline: bool = False
    refresh: bool = False
    max_age: timedelta = timedelta(hours=1)
    jobs: int = 4
    deadline: float = 600.0  # seconds for the whole run
    give_up_after: float = 20.0  # seconds of refused connections, in all
    cassette: Path | None = None  # replay from it instead of the network
    record: Path | None = None  # write what is exchanged to it
    credentials: Path | str | None = None  # of `lptrack login`; None: anonymous
    budget: Budget = field(default_factory=Budget)
    say: Callable[[str], None] = lambda _text: None  # one line of progress for a human
