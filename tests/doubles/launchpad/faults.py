"""What a bad day is: faults that the loopback Launchpad commits, by chance (seeded) or as scripted."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """One way of not answering as one should."""

    BUSY = "busy"  # 503 with Retry-After in seconds
    BUSY_DATE = "busy-date"  # 503 with Retry-After as an HTTP date
    UNAVAILABLE = "unavailable"  # 503 without a word
    TOO_MANY = "too-many"  # 429 with Retry-After
    ERROR = "error"  # 500
    RESET = "reset"  # the connection is reset before an answer
    TRUNCATE = "truncate"  # the body breaks off
    GARBAGE = "garbage"  # 200, called JSON, is none
    CUT_JSON = "cut-json"  # 200, JSON that breaks off although the length is right
    HTML = "html"  # 200, a page of a captive portal
    ELSEWHERE = "elsewhere"  # a redirect to another host
    NONE = "none"  # in a script: this time as it should be


@dataclass(slots=True)
class Faults:
    """Chances per request (they add up to at most 1) and a script that comes first: (pattern of the path, faults)."""

    chances: Mapping[Fault, float] = field(default_factory=dict)
    seed: int = 0
    retry_after: float = 0
    script: list[tuple[str, list[Fault]]] = field(default_factory=list)
    committed: list[tuple[Fault, str]] = field(default_factory=list)
    _random: random.Random = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def pick(self, path: str) -> Fault:
        """What happens to this request."""
        with self._lock:
            fault = self._pick(path)
            if fault is not Fault.NONE:
                self.committed.append((fault, path))
            return fault

    def _pick(self, path: str) -> Fault:
        for pattern, faults in self.script:
            if faults and re.search(pattern, path):
                return faults.pop(0)
        at = self._random.random()
        for fault, chance in self.chances.items():
            if at < chance:
                return fault
            at -= chance
        return Fault.NONE


def parse_faults(words: Sequence[str]) -> dict[Fault, float]:
    """`busy=0.1 reset=0.1` as chances."""
    pairs = (word.partition("=") for word in words)
    return {Fault(name): float(chance) for name, _, chance in pairs}
