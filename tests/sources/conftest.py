"""A web server on loopback that a test scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.net.server import Scripted, scripted


@pytest.fixture
def web() -> Iterator[Scripted]:
    with scripted() as script:
        yield script
