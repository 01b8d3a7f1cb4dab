"""Cassettes: recorded without credentials, replayed without a network, clear about what they don't hold."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lptrack.errors import CassetteMiss, UsageError
from lptrack.net.cassette import scrub
from lptrack.net.session import Session
from lptrack.net.settings import Settings
from tests.net.server import Scripted

Opened = Callable[..., Session]


def record(web: Scripted, opened: Opened, path: Path) -> None:
    web.replies["/a?oauth_token=s3cret"] = [(200, {"Content-Type": "application/json", "Etag": '"1"'}, b'{"x": 1}')]
    web.replies["/soap"] = [(200, {"Set-Cookie": "session=s3cret"}, "<é/>".encode())]
    web.replies["/binary"] = [(200, {}, b"\xff\x00")]
    web.replies["/wadl"] = [(200, {"Content-Type": "application/vnd.sun.wadl+xml"}, b"<wadl/>")]
    session = opened(Settings(record=path, roots={"launchpad": f"{web.url}/"}))
    login = {"Authorization": 'OAuth oauth_token="s3cret"', "Cookie": "session=s3cret", "Accept": "application/json"}
    session.get(f"{web.url}/a?oauth_token=s3cret", headers=login)
    session.post(f"{web.url}/soap", data="oauth_token_secret=s3cret&bug=1")
    for page in ("/binary", "/wadl", "/missing"):
        session.get(f"{web.url}{page}")
    session.close()


def test_nothing_that_is_recorded_tells_who_asked(web: Scripted, opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "tape.json"
    record(web, opened, path)
    text = path.read_text()
    assert "s3cret" not in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    held = json.loads(text)
    assert held["roots"] == {"launchpad": f"{web.url}/"}
    assert "recorded by lptrack" in held["about"]
    assert len(held["exchanges"]) == 4  # all but the WADL


def test_what_was_recorded_is_replayed_without_a_network(web: Scripted, opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "tape.json"
    record(web, opened, path)
    asked = len(web.seen)
    settings = Settings(cassette=path, offline=True)
    session = opened(settings)
    ask = {"Accept": "application/json"}
    answer = session.get(f"{web.url}/a?oauth_token=other", headers=ask)
    assert answer.json() == {"x": 1}
    assert answer.headers["Etag"] == '"1"'
    assert session.get(f"{web.url}/a?oauth_token=x", headers={**ask, "If-None-Match": '"1"'}).status_code == 304
    assert session.post(f"{web.url}/soap", data="oauth_token_secret=mine&bug=1").text == "<é/>"
    assert session.get(f"{web.url}/binary").content == b"\xff\x00"
    assert session.get(f"{web.url}/missing").status_code == 404
    assert len(web.seen) == asked
    assert settings.budget.requests == 0


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("GET", "/never", {}),
        ("GET", "/a?oauth_token=x", {"headers": {"Accept": "text/plain"}}),
        ("POST", "/soap", {"data": "bug=2"}),
    ],
)
def test_a_miss_names_the_request(
    web: Scripted, opened: Opened, tmp_path: Path, method: str, path: str, more: dict[str, Any]
) -> None:
    tape = tmp_path / "tape.json"
    record(web, opened, tape)
    with pytest.raises(CassetteMiss, match=f"{method} {web.url}") as miss:
        opened(Settings(cassette=tape)).request(method, f"{web.url}{path}", **more)
    assert str(tape) in str(miss.value)


def test_recording_into_a_cassette_adds_to_it(web: Scripted, opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "tape.json"
    for page in ("/one", "/two", "/two"):
        session = opened(Settings(record=path))
        session.get(f"{web.url}{page}")
        session.close()
    assert len(json.loads(path.read_text())["exchanges"]) == 2


@pytest.mark.parametrize("content", ["", "[]", '{"exchanges": 3}', "\x00"])
def test_a_file_that_is_no_cassette_is_a_wrong_command_line(opened: Opened, tmp_path: Path, content: str) -> None:
    path = tmp_path / "tape.json"
    path.write_text(content)
    with pytest.raises(UsageError, match="is not a cassette"):
        opened(Settings(cassette=path))
    with pytest.raises(UsageError, match="cannot be read as a cassette"):
        opened(Settings(cassette=tmp_path / "missing.json"))


@pytest.mark.parametrize(
    "text",
    [
        "https://me:s3cret@example.org/",
        "oauth_token=s3cret&x=1",
        '{"oauth_token_secret": "s3cret"}',
        "oauth_signature=%26s3cret",
        "access_token=s3cret",
    ],
)
def test_scrub(text: str) -> None:
    assert "s3cret" not in scrub(text)
    assert scrub(scrub(text)) == scrub(text)
