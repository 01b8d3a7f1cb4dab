"""A scripted server, and sessions that wait for nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from lptrack.net.policy import Clock
from lptrack.net.session import Session, open_session
from lptrack.net.settings import Settings
from tests.net.server import Scripted, scripted


@pytest.fixture
def web() -> Iterator[Scripted]:
    with scripted() as script:
        yield script


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def opened(slept: list[float]) -> Iterator[Callable[..., Session]]:
    """`open_session` with a clock of its own: sleeping costs nothing and is written down."""
    sessions: list[Session] = []
    gone = [0.0]

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        gone[0] += seconds

    def open_one(settings: Settings, **more: Any) -> Session:
        clock = Clock(lambda: time.monotonic() + gone[0], lambda: datetime.now(UTC), sleep)
        session = open_session(settings, clock=clock, **more)
        sessions.append(session)
        return session

    yield open_one
    for session in sessions:
        session.close()
