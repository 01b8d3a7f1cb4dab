"""The cache: what shares an answer and what never does, its file's mode, and bad days."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from lptrack.net.cache import cache_file
from lptrack.net.cachefiles import find_cache_files, load_summary
from lptrack.net.errors import NotCached
from lptrack.net.session import Session
from lptrack.net.settings import Settings
from tests.net.server import Scripted

Opened = Callable[..., Session]
TAGGED = {"Content-Type": "text/plain", "Etag": '"1"'}


def test_a_fresh_answer_is_not_asked_for_again_a_404_neither(web: Scripted, opened: Opened, tmp_path: Path) -> None:
    web.replies["/a"] = [(200, {}, b"one")]
    for _ in range(2):
        session = opened(Settings(cache=tmp_path))
        assert session.get(f"{web.url}/a").content == b"one"
        assert session.get(f"{web.url}/missing").status_code == 404
        session.close()
    assert web.paths() == ["/a", "/missing"]


def test_posts_are_told_apart_by_their_bodies(web: Scripted, opened: Opened, tmp_path: Path) -> None:
    web.replies["/soap"] = [(200, {}, b"first"), (200, {}, b"second")]
    session = opened(Settings(cache=tmp_path))
    assert [session.post(f"{web.url}/soap", data=body).content for body in ("1", "2", "1")] == [
        b"first", b"second", b"first",
    ]  # fmt: skip


def test_accept_logins_and_service_roots_never_mix(web: Scripted, opened: Opened, tmp_path: Path) -> None:
    web.replies["/a"] = [lambda headers: (200, {}, headers["Accept"].encode())]
    session = opened(Settings(cache=tmp_path))
    assert session.get(f"{web.url}/a", headers={"Accept": "application/x-wadl"}).content == b"application/x-wadl"
    assert session.get(f"{web.url}/a", headers={"Accept": "text/plain"}).content == b"text/plain"
    for login in ("mia", "pete"):
        opened(Settings(cache=tmp_path), login=login).get(f"{web.url}/a", headers={"Accept": "text/plain"})
    other = web.url.replace("127.0.0.1", "localhost")
    opened(Settings(cache=tmp_path)).get(f"{other}/a", headers={"Accept": "text/plain"})
    assert len(web.seen) == 5
    assert len(find_cache_files(tmp_path)) == 3
    assert not any(b"mia" in path.name.encode() for path in find_cache_files(tmp_path))


def test_refresh_asks_again_with_the_condition_where_there_is_one(
    web: Scripted, opened: Opened, tmp_path: Path
) -> None:
    web.replies["/tagged"] = [(200, TAGGED, b"one"), (304, {"Etag": '"1"'}, b"")]
    web.replies["/plain"] = [(200, {}, b"old"), (200, {}, b"new")]
    first = opened(Settings(cache=tmp_path))
    first.get(f"{web.url}/tagged")
    first.get(f"{web.url}/plain")
    settings = Settings(cache=tmp_path, refresh=True)
    again = opened(settings)
    assert again.get(f"{web.url}/tagged").content == b"one"
    assert again.get(f"{web.url}/plain").content == b"new"
    assert web.seen[2][2]["If-None-Match"] == '"1"'
    assert settings.budget.revalidated == 1


def test_offline_uses_what_is_there_however_old_and_asks_nobody(
    web: Scripted, opened: Opened, tmp_path: Path
) -> None:
    web.replies["/a"] = [(200, {}, b"one")]
    opened(Settings(cache=tmp_path, max_age=timedelta(microseconds=1))).get(f"{web.url}/a")
    offline = opened(Settings(cache=tmp_path, offline=True))
    assert offline.get(f"{web.url}/a").content == b"one"
    with pytest.raises(NotCached):
        offline.get(f"{web.url}/b")
    with pytest.raises(NotCached):
        opened(Settings(offline=True)).get(f"{web.url}/a")
    assert web.paths() == ["/a"]


def test_files_are_their_owners_only(web: Scripted, opened: Opened, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    previous = os.umask(0)
    try:
        web.replies["/a"] = [(200, {}, b"one")]
        opened(Settings(cache=folder)).get(f"{web.url}/a")
    finally:
        os.umask(previous)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert set(modes.values()) == {0o600}, modes


@pytest.mark.parametrize(
    "damage",
    [
        b"this is no database at all, but long enough to be read as one" * 20,
        b"SQLite format 3\x00" + b"\xff" * 5000,
    ],
)
def test_a_damaged_cache_is_begun_anew_and_says_so(
    web: Scripted, opened: Opened, tmp_path: Path, damage: bytes
) -> None:
    path = cache_file(tmp_path, None)
    path.write_bytes(damage)
    path.chmod(0o600)
    said: list[str] = []
    web.replies["/a"] = [(200, {}, b"one")]
    for _ in range(2):
        session = opened(Settings(cache=tmp_path, say=said.append))
        assert session.get(f"{web.url}/a").content == b"one"
        session.close()
    assert len(web.seen) == 1
    assert len(said) == 1
    assert "damaged" in said[0]


def test_a_cache_that_breaks_while_in_use_is_left_and_said_once(
    web: Scripted, opened: Opened, tmp_path: Path
) -> None:
    said: list[str] = []
    web.replies["/a"] = [(200, {}, b"one")]
    session = opened(Settings(cache=tmp_path, say=said.append))
    with sqlite3.connect(cache_file(tmp_path, None)) as connection:
        connection.execute("DROP TABLE responses")
    for _ in range(3):
        assert session.get(f"{web.url}/a").content == b"one"
    assert len(said) == 1
    assert "going on without it" in said[0]


def test_a_cache_that_others_may_write_is_not_used(web: Scripted, opened: Opened, tmp_path: Path) -> None:
    path = cache_file(tmp_path, None)
    path.touch()
    path.chmod(0o666)
    said: list[str] = []
    web.replies["/a"] = [(200, {}, b"one")]
    session = opened(Settings(cache=tmp_path, say=said.append))
    session.get(f"{web.url}/a")
    session.get(f"{web.url}/a")
    assert len(web.seen) == 2
    assert "others may write" in said[0]


def test_a_cache_where_no_folder_can_be_is_done_without(web: Scripted, opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    said: list[str] = []
    web.replies["/a"] = [(200, {}, b"one")]
    assert opened(Settings(cache=tmp_path / "file" / "cache", say=said.append)).get(f"{web.url}/a").ok
    assert len(said) == 1


def test_no_pickle_is_in_the_file(web: Scripted, opened: Opened, tmp_path: Path) -> None:
    web.replies["/a"] = [(200, {}, b"one")]
    opened(Settings(cache=tmp_path)).get(f"{web.url}/a")
    with sqlite3.connect(cache_file(tmp_path, None)) as connection:
        (value,) = connection.execute("SELECT value FROM responses").fetchone()
    assert isinstance(value, str)
    assert value.lstrip().startswith("{")


def test_a_login_is_not_in_the_cache(web: Scripted, opened: Opened, tmp_path: Path) -> None:
    web.replies["/a"] = [(200, {}, b"one")]
    session = opened(Settings(cache=tmp_path), login="mia")
    session.get(f"{web.url}/a", headers={"Authorization": 'OAuth oauth_token="s3cret"'})
    session.close()
    assert not any(b"s3cret" in path.read_bytes() for path in tmp_path.iterdir())


def test_the_summary_tells_size_and_age(web: Scripted, opened: Opened, tmp_path: Path) -> None:
    web.replies["/a"] = [(200, {}, b"one")]
    opened(Settings(cache=tmp_path)).get(f"{web.url}/a")
    found = load_summary(cache_file(tmp_path, None))
    assert (found.answers, found.fresh) == (1, 1)
    assert found.oldest == found.newest is not None
    path = tmp_path / "http-x.sqlite"
    path.write_bytes(b"nonsense" * 100)
    assert "cannot be read" in load_summary(path).sentence()
