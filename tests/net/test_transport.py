"""Whole answers or a clear word: retries, waits, limits, redirects, and what is never sent."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

import lptrack
from lptrack.net.errors import HostGivenUp, RedirectRefused, TooLarge, Unanswered
from lptrack.net.session import Session, open_session
from lptrack.net.settings import Budget, Settings
from tests.net.server import Scripted

Opened = Callable[..., Session]
JSON = {"Content-Type": "application/json"}
ASK = {"Accept": "application/json"}


def test_it_says_who_asks_and_counts_what_came(web: Scripted, opened: Opened) -> None:
    web.replies["/a"] = [(200, {}, b"hello")]
    settings = Settings()
    assert opened(settings).get(f"{web.url}/a").content == b"hello"
    assert web.seen[0][2]["User-Agent"].startswith(f"lptrack/{lptrack.__version__} ")
    assert settings.budget == Budget(requests=1, bytes=5)


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_waited_for_in_full(web: Scripted, opened: Opened, slept: list[float], status: int) -> None:
    web.replies["/a"] = [(status, {"Retry-After": "42"}, b""), (200, {}, b"x")]
    settings = Settings()
    assert opened(settings).get(f"{web.url}/a").status_code == 200
    assert 41 < sum(slept) < 44
    assert 41 < settings.budget.waited < 44
    assert settings.budget.retries == 1


def test_retry_after_as_a_date_is_meant_by_the_servers_clock(
    web: Scripted, opened: Opened, slept: list[float]
) -> None:
    theirs = datetime(2001, 1, 1, tzinfo=UTC)
    headers = {
        "Retry-After": format_datetime(theirs + timedelta(seconds=30), usegmt=True),
        "Date": format_datetime(theirs, usegmt=True),
    }
    web.replies["/a"] = [(503, headers, b""), (200, {}, b"x")]
    opened(Settings()).get(f"{web.url}/a")
    assert 29 < sum(slept) < 31


def test_retry_after_as_a_date_is_waited_for_where_the_server_tells_no_time(
    web: Scripted, opened: Opened, slept: list[float]
) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    web.replies["/a"] = [(503, {"Retry-After": later}, b""), (200, {}, b"x")]
    opened(Settings()).get(f"{web.url}/a")
    assert 57 < sum(slept) < 62


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        ((503, {}, b""), "HTTP 503"),
        ((502, {}, b""), "HTTP 502"),
        ((504, {}, b""), "HTTP 504"),
        ((500, {}, b""), "HTTP 500"),
        ((200, {**JSON, "Content-Length": "100"}, b'{"a": 1'), "broke off"),
        ((200, JSON, b'{"a": '), "cannot be read"),
        ((200, JSON, b"[" * 100_000), "cannot be read"),
        ((200, {"Content-Type": "text/html"}, b"<html>"), "text/html instead of JSON"),
        ((200, {}, b"{}"), "something without a type instead of JSON"),
        ((200, {**JSON, "Content-Encoding": "gzip"}, b"no gzip"), "decompressed"),
    ],
)
def test_what_fails_is_tried_again_and_then_told(
    web: Scripted, opened: Opened, reply: tuple[int, dict[str, str], bytes], says: str
) -> None:
    settings = Settings(jobs=1)
    session = opened(settings)
    web.replies["/a"] = [reply, (200, JSON, b'{"good": true}')]
    assert session.get(f"{web.url}/a", headers=ASK).json() == {"good": True}
    web.replies["/b"] = [reply]
    with pytest.raises(Unanswered, match=says):
        session.get(f"{web.url}/b", headers=ASK)
    assert len(web.seen) > 4
    assert settings.budget.retries == len(web.seen) - 1


def test_404_is_an_answer(web: Scripted, opened: Opened, slept: list[float]) -> None:
    assert opened(Settings()).get(f"{web.url}/nothing", headers=ASK).status_code == 404
    assert slept == []


def test_a_host_that_refuses_is_given_up_after_the_time_in_all(opened: Opened, slept: list[float]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    session = opened(Settings(give_up_after=20))
    with pytest.raises(HostGivenUp, match="connection refused; given up after 2"):
        session.get(f"http://127.0.0.1:{port}/a")
    assert 20 <= sum(slept) < 30
    slept.clear()
    with pytest.raises(HostGivenUp):
        session.get(f"http://127.0.0.1:{port}/b")
    assert slept == []


def test_the_deadline_ends_all_trying(web: Scripted, opened: Opened, slept: list[float]) -> None:
    web.replies["/a"] = [(503, {}, b"")]
    session = opened(Settings(deadline=1.0))
    with pytest.raises(HostGivenUp, match="deadline"):
        session.get(f"{web.url}/a")
    assert sum(slept) < 1.0


@pytest.mark.parametrize("declared", [True, False])
def test_an_answer_larger_than_allowed_is_not_read(web: Scripted, opened: Opened, declared: bool) -> None:
    bomb = gzip.compress(b"0" * 5_000_000)
    web.replies["/a"] = [(200, {}, b"0" * 2000) if declared else (200, {"Content-Encoding": "gzip"}, bomb)]
    with pytest.raises(TooLarge):
        opened(Settings(), largest=1000 if declared else 1_000_000).get(f"{web.url}/a")
    assert len(web.seen) == 1


@pytest.mark.parametrize(
    "target",
    [
        "http://localhost:9/x",
        "https://user:secret@example.org/",
        "http://example.org/",
        "file:///etc/passwd",
        "//x.org/",
    ],
)
def test_a_redirect_to_another_host_is_refused(web: Scripted, opened: Opened, target: str) -> None:
    web.replies["/a"] = [(302, {"Location": target}, b"")]
    with pytest.raises(RedirectRefused):
        opened(Settings()).get(f"{web.url}/a", headers={"Authorization": "OAuth secret"})
    with pytest.raises((RedirectRefused, Unanswered)):
        opened(Settings(give_up_after=0.0), any_host=True).get(f"{web.url}/a")


def test_a_redirect_on_the_same_host_is_followed_with_the_login(web: Scripted, opened: Opened) -> None:
    web.replies["/a"] = [(301, {"Location": "/b"}, b"")]
    web.replies["/b"] = [(200, {}, b"there")]
    assert opened(Settings()).get(f"{web.url}/a", headers={"Authorization": "OAuth x"}).content == b"there"
    assert web.seen[1][2]["Authorization"] == "OAuth x"


def test_no_netrc_is_looked_at(
    web: Scripted, opened: Opened, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"{tmp_path}/netrc"
    with open(path, "w") as file:
        file.write("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", path)
    web.replies["/a"] = [(302, {"Location": "/b"}, b"")]
    web.replies["/b"] = [(200, {}, b"")]
    opened(Settings()).get(f"{web.url}/a")
    assert all("Authorization" not in headers for _, _, headers, _ in web.seen)


def test_never_more_connections_than_jobs(web: Scripted, opened: Opened) -> None:
    now, most = [0], [0]

    def slow(_headers: object) -> tuple[int, dict[str, str], bytes]:
        now[0] += 1
        most[0] = max(most[0], now[0])
        time.sleep(0.02)
        now[0] -= 1
        return 200, {}, b"x"

    web.replies["/a"] = [slow]
    session = opened(Settings(jobs=2))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: session.get(f"{web.url}/a"), range(16)))
    assert most[0] == 2


def test_leaving_ends_all_waiting(web: Scripted) -> None:
    web.replies["/a"] = [(503, {"Retry-After": "300"}, b"")]
    session = open_session(Settings())
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(session.get, f"{web.url}/a")
        while not web.seen:
            time.sleep(0.01)
        session.abort()
        with pytest.raises(HostGivenUp, match="interrupted"):
            waiting.result(timeout=5)
    session.close()
