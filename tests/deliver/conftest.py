"""A web server on loopback that a test scripts, and the secret that configurations name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.net.server import Scripted, scripted


@pytest.fixture
def web() -> Iterator[Scripted]:
    with scripted() as script:
        yield script


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KESTREL_TOKEN", "s3cret-t0ken")
