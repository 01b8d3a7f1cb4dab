"""Logs from the web: raw wiki pages, limits, and the addresses that are not asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from lptrack.errors import UnreadableLog
from lptrack.logs import web as web_logs
from lptrack.logs.web import fetch_source
from lptrack.net.settings import Settings
from tests.net.server import Scripted

MOIN = b'<html><script src="/moin_static198/common.js"></script><a href="/Page?action=raw">Raw Text</a>log</html>'
HTML = {"Content-Type": "text/html; charset=utf-8"}
TEXT = {"Content-Type": "text/plain; charset=utf-8"}


def test_a_log_is_read_and_its_address_is_its_name(web: Scripted, tmp_path: Path) -> None:
    web.replies["/log.txt"] = [(200, TEXT, b"15:04:18 <ann> bug #1\n")]
    source = fetch_source(f"{web.url}/log.txt", Settings(cache=tmp_path))
    assert source.name == f"{web.url}/log.txt"
    assert b"".join(source.chunks()) == b"15:04:18 <ann> bug #1\n"
    again = fetch_source(f"{web.url}/log.txt", Settings(cache=tmp_path, offline=True))
    assert again.content == b"15:04:18 <ann> bug #1\n"
    assert len(web.seen) == 1


def test_a_moinmoin_page_is_asked_for_raw(web: Scripted) -> None:
    web.replies["/Page"] = [(200, HTML, MOIN)]
    web.replies["/Page?action=raw"] = [(200, TEXT, b"= Meeting =\n")]
    assert fetch_source(f"{web.url}/Page", Settings()).content == b"= Meeting =\n"


@pytest.mark.parametrize("raw", [(403, TEXT, b"no"), (200, HTML, b"<html>log in first</html>")])
def test_where_the_wiki_does_not_give_it_the_page_is_the_log(
    web: Scripted, raw: tuple[int, dict[str, str], bytes]
) -> None:
    web.replies["/Page"] = [(200, HTML, MOIN)]
    web.replies["/Page?action=raw"] = [raw]
    assert fetch_source(f"{web.url}/Page", Settings()).content == MOIN


def test_another_page_is_asked_for_once(web: Scripted) -> None:
    web.replies["/log.html"] = [(200, HTML, b"<html>action=raw, says somebody</html>")]
    fetch_source(f"{web.url}/log.html", Settings())
    assert web.paths() == ["/log.html"]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://example.org/log.txt", "https addresses only"),
        ("ftp://example.org/log.txt", "https addresses only"),
        ("https://me:s3cret@example.org/log.txt", "no credentials"),
        ("https:///log.txt", "https addresses only"),
        ("https://[::1/log.txt", "not a valid address"),
    ],
)
def test_addresses_that_are_not_asked(url: str, says: str) -> None:
    with pytest.raises(UnreadableLog, match=says) as error:
        fetch_source(url, Settings(offline=True))
    assert "s3cret" not in str(error.value)


def test_what_does_not_come_is_no_log(web: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_logs, "LARGEST_LOG", 20)
    web.replies["/large"] = [(200, TEXT, b"x" * 21)]
    with pytest.raises(UnreadableLog, match="limit is 20"):
        fetch_source(f"{web.url}/large", Settings())
    with pytest.raises(UnreadableLog, match="HTTP 404"):
        fetch_source(f"{web.url}/missing", Settings())
    with pytest.raises(UnreadableLog, match="offline, and not in the cache"):
        fetch_source(f"{web.url}/missing", Settings(offline=True))
