"""When to ask a host, when to wait and when to stop: the politeness of one run, without any networking in it.

A `Host` is asked before each request whether it may go out now; it is told how each ended. Its clock and sleep are
arguments, so that tests need no time. One stream at a time, spaced, once a host has asked to slow down; back to all
after it has answered well for a while.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from lptrack.net.errors import DeadlinePassed, HostGivenUp

ATTEMPTS: Final = 6  # as many as lazr.restfulclient makes
FIRST_WAIT: Final = 0.25
LONGEST_WAIT: Final = 8.0
SPACING: Final = 0.1  # between the requests of the one stream after «slow down»
GOOD_ANSWERS_TO_RECOVER: Final = 25
FAILURES_TO_GIVE_UP: Final = 4  # requests in a row that failed for good


@dataclass(slots=True)
class Clock:
    """Time for the policy: monotonic seconds, the wall clock for HTTP dates, and how to wait."""

    monotonic: Callable[[], float]
    now: Callable[[], datetime]
    sleep: Callable[[float], object]


def parse_http_date(value: str | None) -> datetime | None:
    """An HTTP date as aware UTC; None where it is missing or no date."""
    try:
        at = parsedate_to_datetime((value or "").strip())
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait, from `120` or an HTTP date; None where the header is missing or says nothing."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    at = parse_http_date(text)
    return None if at is None else max(0.0, (at - now).total_seconds())


def backoff(attempt: int, chance: Callable[[], float] = random.random) -> float:
    """Seconds before trying again after ``attempt`` (1, 2, …) failures: doubling, with a quarter of jitter."""
    wait: float = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (attempt - 1))
    return wait * (0.75 + 0.5 * chance())


@dataclass(slots=True)
class Host:
    """What a run knows of one host. All of it under its lock; nothing here blocks but `enter` and `wait`."""

    name: str
    clock: Clock
    deadline: float  # on the monotonic clock
    give_up_after: float
    waited: Callable[[float, float], None]  # from, until: on the monotonic clock
    say: Callable[[str], None] = lambda _text: None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _active: int = 0
    _slow: bool = False
    _good: int = 0
    _not_before: float = 0.0
    _refused_since: float | None = None
    _failures: int = 0
    _given_up: str | None = None

    def enter(self) -> None:
        """Wait until a request may go out; raises where none may any more. Pair with `leave`."""
        while True:
            with self._lock:
                now = self.clock.monotonic()
                self._check(now)
                blocked = self._slow and self._active > 0
                pause = self._not_before - now
                if not blocked and pause <= 0:
                    self._active += 1
                    if self._slow:
                        self._not_before = now + SPACING
                    return
            self.clock.sleep(max(pause, 0.02))

    def leave(self) -> None:
        """The request that `enter` let out has ended, well or not."""
        with self._lock:
            self._active -= 1

    def _check(self, now: float) -> None:
        if self._given_up is not None:
            raise HostGivenUp(self._given_up)
        if now >= self.deadline:
            raise DeadlinePassed(f"{self.name}: the deadline of this run has passed")

    def remaining(self) -> float:
        """Seconds until the run's deadline."""
        return max(0.0, self.deadline - self.clock.monotonic())

    def well(self) -> None:
        """A usable answer came: whatever failed before is forgiven."""
        with self._lock:
            self._refused_since = None
            self._failures = 0
            if self._slow:
                self._good += 1
                if self._good >= GOOD_ANSWERS_TO_RECOVER:
                    self._slow = False

    def slow_down(self, seconds: float) -> None:
        """The host asked for it: nobody asks it again before ``seconds`` have passed, then one at a time."""
        with self._lock:
            self._slow, self._good = True, 0
            now = self.clock.monotonic()
            if now + seconds > self.deadline:
                self._given_up = f"{self.name}: asks to wait {seconds:.0f} s, longer than this run has left"
                raise HostGivenUp(self._given_up)
            until = max(self._not_before, now + seconds)
            news = until > self._not_before + 1
            self.waited(now, until)
            self._not_before = until
        if news:
            self.say(f"{self.name} asks to slow down; going on in {seconds:.0f} s, one request at a time")

    def wait(self, seconds: float) -> None:
        """Back off before trying this request again; raises where the deadline comes first."""
        with self._lock:
            now = self.clock.monotonic()
            self._check(now)
            if now + seconds >= self.deadline:
                raise DeadlinePassed(f"{self.name}: the deadline of this run has passed")
        self.waited(now, now + seconds)
        self.clock.sleep(seconds)

    def refused(self, why: str) -> None:
        """No connection came about. Raises once that has gone on for `give_up_after` seconds, in all."""
        with self._lock:
            now = self.clock.monotonic()
            if self._refused_since is None:
                self._refused_since = now
            if now - self._refused_since >= self.give_up_after:
                self._given_up = f"{self.name}: {why}; given up after {now - self._refused_since:.0f} s"
                raise HostGivenUp(self._given_up)

    def failed(self, why: str) -> None:
        """A request failed for good. Several in a row, with no good answer between them, end the host's run."""
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES_TO_GIVE_UP and self._given_up is None:
                self._given_up = f"{self.name}: {why}; given up after {self._failures} requests in a row"

    def stop(self, why: str) -> None:
        """Ask this host no more."""
        with self._lock:
            self._given_up = f"{self.name}: {why}"
