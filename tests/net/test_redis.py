"""A cache that a team shares, with a real redis-server. Its own make target: it needs that program."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lptrack.net.session import Session
from lptrack.net.settings import Settings
from tests.net.server import Scripted

redis = pytest.importorskip("redis")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server is installed"),
]
Opened = Callable[..., Session]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait()


def test_what_one_read_the_other_need_not(web: Scripted, opened: Opened, address: str) -> None:
    web.replies["/a"] = [(200, {}, b"one")]
    for _ in range(2):
        session = opened(Settings(cache=address, cache_backend="redis"))
        assert session.get(f"{web.url}/a").content == b"one"
        assert session.get(f"{web.url}/missing").status_code == 404
        session.close()
    assert web.paths() == ["/a", "/missing"]
    with redis.Redis.from_url(address) as connection:
        keys = list(connection.scan_iter("lptrack:*"))
        assert len(keys) == 2
        assert connection.get(keys[0]).lstrip().startswith(b"{")  # JSON, no pickle


def test_what_a_login_sees_is_not_shared(web: Scripted, opened: Opened, address: str) -> None:
    said: list[str] = []
    web.replies["/a"] = [(200, {}, b"private")]
    opened(Settings(cache=address, cache_backend="redis", say=said.append), login="mia").get(f"{web.url}/a")
    with redis.Redis.from_url(address) as connection:
        assert connection.dbsize() == 0
    assert "not put into a shared cache" in said[0]


def test_a_server_that_is_not_there_is_done_without(web: Scripted, opened: Opened) -> None:
    said: list[str] = []
    web.replies["/a"] = [(200, {}, b"one")]
    settings = Settings(cache="redis://me:s3cret@127.0.0.1:1/0", cache_backend="redis", say=said.append)
    assert opened(settings).get(f"{web.url}/a").content == b"one"
    assert "going on without it" in said[0]
    assert "s3cret" not in said[0]


def test_a_server_that_goes_away_is_done_without(web: Scripted, opened: Opened, address: str) -> None:
    said: list[str] = []
    web.replies["/a"] = [(200, {}, b"one")]
    session = opened(Settings(cache=address, cache_backend="redis", say=said.append))
    with redis.Redis.from_url(address) as connection:
        connection.shutdown(nosave=True)
    for _ in range(2):
        assert session.get(f"{web.url}/a").content == b"one"
    assert len(said) == 1
