"""What a log's address holds is kept nowhere: not in the cache, a cassette, a database, a report, or a message."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lptrack.errors import UnreadableLog
from lptrack.logs.web import fetch_source
from lptrack.net.secrets import mask_address
from lptrack.net.session import Session
from lptrack.net.settings import Settings
from tests.net.server import Scripted

Opened = Callable[..., Session]
LOG = b"[2013-09-11 15:04:18] <ann> bug #1234567\n"
TEXT = {"Content-Type": "text/plain; charset=utf-8"}
QUERY = "page=Meetings&key=s3cret-in-query&s3cret-alone"


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("https://example.org/log.txt", "https://example.org/log.txt"),
        ("https://me:pw@example.org/log.txt#access_token=x", "https://example.org/log.txt"),
        ("https://example.org/l?token=s3cret", "https://example.org/l?token=masked-1ec1c26b"),
        ("https://example.org/l?s3cret", "https://example.org/l?masked-1ec1c26b"),
        ("https://example.org/l?a=&date=2013-09-11&b=", "https://example.org/l?a=&date=2013-09-11&b="),
        ("https://[::1/l?token=s3cret", "https://[::1/l"),
        ("https://me:pw@[::1/l#s3cret", "[::1/l"),
    ],
)
def test_an_address_is_masked(url: str, masked: str) -> None:
    assert mask_address(url) == masked
    assert mask_address(masked) == masked


def test_two_pages_of_one_archive_stay_two() -> None:
    assert mask_address("https://example.org/?page=one") != mask_address("https://example.org/?page=two")


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_the_cache_answers_and_does_not_tell(web: Scripted, tmp_path: Path) -> None:
    web.replies[f"/log?{QUERY}"] = [(302, {"Location": f"/moved?{QUERY}"}, b"")]
    web.replies[f"/moved?{QUERY}"] = [(200, {**TEXT, "Content-Location": f"/moved?{QUERY}"}, LOG)]
    for settings in (Settings(cache=tmp_path), Settings(cache=tmp_path), Settings(cache=tmp_path, offline=True)):
        source = fetch_source(f"{web.url}/log?{QUERY}#s3cret-fragment", settings)
        assert b"".join(source.chunks()) == LOG
        assert "s3cret" not in source.name
    assert len(web.seen) == 2
    assert b"s3cret" not in everything(tmp_path)
    with pytest.raises(UnreadableLog, match="not in the cache") as error:
        fetch_source(f"{web.url}/other?key=s3cret", Settings(cache=tmp_path, offline=True))
    assert "s3cret" not in str(error.value)


def test_a_stale_answer_is_asked_for_again_with_its_condition(web: Scripted, tmp_path: Path) -> None:
    web.replies[f"/log?{QUERY}"] = [(200, {**TEXT, "Etag": '"1"'}, LOG), (304, {"Etag": '"1"'}, b"")]
    assert fetch_source(f"{web.url}/log?{QUERY}", Settings(cache=tmp_path)).content == LOG
    assert fetch_source(f"{web.url}/log?{QUERY}", Settings(cache=tmp_path, refresh=True)).content == LOG
    assert web.seen[1][2]["If-None-Match"] == '"1"'
    assert b"s3cret" not in everything(tmp_path)


def test_a_cassette_replays_and_does_not_tell(web: Scripted, tmp_path: Path) -> None:
    web.replies[f"/log?{QUERY}"] = [(302, {"Location": f"/moved?{QUERY}"}, b"")]
    web.replies[f"/moved?{QUERY}"] = [(200, TEXT, LOG)]
    tape = tmp_path / "tape.json"
    assert fetch_source(f"{web.url}/log?{QUERY}", Settings(record=tape)).content == LOG
    assert b"s3cret" not in everything(tmp_path)
    assert fetch_source(f"{web.url}/moved?{QUERY}", Settings(cassette=tape)).content == LOG
    with pytest.raises(UnreadableLog) as error:
        fetch_source(f"{web.url}/moved?{QUERY}-other", Settings(cassette=tape))
    assert "s3cret" not in str(error.value)
    held = json.loads(tape.read_text())["exchanges"][0]
    assert held["url"].startswith(web.url)


@pytest.mark.parametrize("command", ["run", "ci"])
def test_a_whole_run_does_not_tell(
    web: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    from lptrack.cli.main import app

    monkeypatch.chdir(tmp_path)
    web.replies[f"/log?{QUERY}"] = [(200, TEXT, LOG)]
    logs = [f"{web.url}/log?{QUERY}#s3cret-fragment", f"{web.url}/missing?key=s3cret-missing"]
    away = ["--service-root", f"{web.url}/", "--debian-root", "off", "--deadline", "3s"]
    arguments = [command, *logs, "--db", "l.db", "--cache", "cache", "--out", "out", *away]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code in {3, 4, 5}, result.output
    assert "masked-" in result.output + everything(tmp_path).decode("utf-8", "replace")
    assert "s3cret" not in result.output
    assert b"s3cret" not in everything(tmp_path)
