"""`lptrack cache`: what it says of a cache, and emptying it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lptrack.cli.cache import cache
from lptrack.net.cache import cache_file
from lptrack.net.session import Session
from lptrack.net.settings import Settings
from tests.net.server import Scripted

Opened = Callable[..., Session]


def test_a_cache_is_shown_and_emptied(
    web: Scripted, opened: Opened, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cache(str(tmp_path))
    assert capsys.readouterr().out == f"{tmp_path}: no cache yet\n"
    web.replies["/a"] = [(200, {}, b"one")]
    for login in (None, "mia"):
        session = opened(Settings(cache=tmp_path), login=login)
        session.get(f"{web.url}/a")
        session.close()
    cache(str(tmp_path))
    everybodys, mine = capsys.readouterr().out.splitlines()
    assert everybodys.startswith(f"{cache_file(tmp_path, None)}: 0.0 MiB, 1 answers, 1 fresh, from ")
    assert mine.endswith("of a login")
    cache(str(tmp_path), clear=True)
    assert list(tmp_path.glob("http*")) == []
    assert "emptied" in capsys.readouterr().err
