"""Nothing outlives the deadline or the read time-out: slow bytes, slow headers, TLS that hangs, names looked up."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from lptrack.errors import UnreadableLog
from lptrack.logs.web import fetch_source
from lptrack.net import transport
from lptrack.net.errors import HostGivenUp, TooLarge, Unanswered
from lptrack.net.session import Session, open_session
from lptrack.net.settings import Settings
from lptrack.net.wire import make_cuttable
from tests.net.faults import Behaviour, answer, hang, misbehaving, trickle
from tests.net.server import Scripted

OK = b"HTTP/1.1 200 OK\r\n"
SLOW = {
    "body with a length": ("http", trickle(OK + b"Content-Length: 100000\r\n\r\n")),
    "body without an end": ("http", trickle(OK + b"\r\n")),
    "body in chunks": ("http", trickle(OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n")),
    "body that packs itself": ("http", trickle(OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"x")[:8])),
    "headers": ("http", trickle(OK + b"X-Slow: ")),
    "status line": ("http", trickle(b"HTTP/1.1 200 ")),
    "silence": ("http", hang),
    "TLS that hangs": ("https", hang),
    "TLS a byte at a time": ("https", trickle(b"\x16\x03\x03\x3f\xff\x02\x00\x3f\xfb")),
}


@pytest.fixture
def real() -> Iterator[Callable[..., Session]]:
    """Sessions whose clock is the machine's."""
    sessions: list[Session] = []

    def open_one(**given: float) -> Session:
        sessions.append(open_session(Settings(**given)))  # type: ignore[arg-type]
        return sessions[-1]

    yield open_one
    for session in sessions:
        session.close()


@pytest.mark.parametrize(("scheme", "behave"), SLOW.values(), ids=SLOW)
def test_the_deadline_cuts_a_tracker_that_is_slow(
    real: Callable[..., Session], scheme: str, behave: Behaviour
) -> None:
    with misbehaving(behave) as (port, _):
        begun = time.monotonic()
        with pytest.raises(HostGivenUp, match="deadline"):
            real(deadline=0.8).get(f"{scheme}://127.0.0.1:{port}/", headers={"Accept": "application/json"})
        assert time.monotonic() - begun < 1.6


@pytest.mark.parametrize("what", ["body with a length", "body without an end", "headers", "TLS that hangs"])
def test_the_deadline_cuts_a_log_that_is_slow(what: str) -> None:
    scheme, behave = SLOW[what]
    with misbehaving(behave) as (port, _):
        begun = time.monotonic()
        with pytest.raises(UnreadableLog, match="deadline"):
            fetch_source(f"{scheme}://127.0.0.1:{port}/log.txt", Settings(deadline=0.8))
        assert time.monotonic() - begun < 1.6


def test_all_logs_and_trackers_of_a_run_share_one_deadline() -> None:
    settings = Settings(deadline=1.0)
    begun = time.monotonic()
    with misbehaving(hang) as (port, _):
        for number in range(5):
            with pytest.raises(UnreadableLog, match="deadline"):
                fetch_source(f"http://127.0.0.1:{port}/{number}.txt", settings)
    assert time.monotonic() - begun < 2.0


def test_the_read_time_out_counts_from_the_first_byte_to_the_last(
    real: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "READ_TIMEOUT", 0.5)
    with misbehaving(trickle(OK + b"Content-Length: 1000\r\n\r\n", every=0.1)) as (port, came):
        begun = time.monotonic()
        with pytest.raises(Unanswered, match="too slowly"):
            real(deadline=60.0).get(f"http://127.0.0.1:{port}/")
        assert time.monotonic() - begun < 3
        assert len(came) == 2


def test_an_answer_that_is_long_and_keeps_coming_is_read(
    real: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "READ_TIMEOUT", 0.4)

    def behave(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(OK + b"Content-Length: 400000\r\n\r\n")
        for _ in range(10):
            connection.sendall(b"x" * 40_000)
            time.sleep(0.1)

    with misbehaving(behave) as (port, _):
        assert len(real().get(f"http://127.0.0.1:{port}/").content) == 400_000


def test_a_name_that_is_sought_for_ever_is_not_waited_for(
    real: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()

    def seek(*_arguments: object, **_more: object) -> list[object]:
        release.wait(20)
        raise socket.gaierror(socket.EAI_AGAIN, "later")

    monkeypatch.setattr(socket, "getaddrinfo", seek)
    begun = time.monotonic()
    with pytest.raises(HostGivenUp, match="deadline"):
        real(deadline=0.6).get("https://slow.example.org/")
    assert time.monotonic() - begun < 1.4
    release.set()


def test_leaving_cuts_what_is_under_way(real: Callable[..., Session]) -> None:
    session = real()
    with misbehaving(hang) as (port, _):
        timer = threading.Timer(0.3, session.abort)
        timer.start()
        begun = time.monotonic()
        with pytest.raises(HostGivenUp, match="interrupted"):
            session.get(f"http://127.0.0.1:{port}/")
        assert time.monotonic() - begun < 2


def test_a_connection_that_served_one_exchange_serves_the_next(web: Scripted, real: Callable[..., Session]) -> None:
    web.replies["/a"] = [(200, {}, b"hello")]
    session = real(deadline=30.0)
    for _ in range(20):
        assert session.get(f"{web.url}/a").content == b"hello"
    pools = session._transport.poolmanager.pools  # type: ignore[attr-defined]
    assert [pools[key].num_connections for key in pools.keys()] == [1]  # noqa: SIM118 a container without iteration


def test_no_thread_is_left_of_a_closed_session(web: Scripted) -> None:
    session = open_session(Settings())
    session.get(f"{web.url}/a")
    session.close()
    time.sleep(0.05)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("lptrack-")]


@pytest.mark.parametrize("declared", [True, False])
def test_a_length_that_lies_is_no_answer(real: Callable[..., Session], declared: bool) -> None:
    head = b"Content-Length: 99999999999999999999999999\r\n" if declared else b"Content-Length: 5\r\n"
    with misbehaving(answer(OK + head + b"\r\nhello and more")) as (port, _):
        if declared:
            with pytest.raises(TooLarge):
                real().get(f"http://127.0.0.1:{port}/")
        else:
            assert real().get(f"http://127.0.0.1:{port}/").content == b"hello"


@pytest.mark.parametrize("content", [b"[" + b"{}," * 500_000 + b"{}]", b"[" * 1_000_001, b"[1" + b",1" * 1_000_000])
def test_an_answer_of_too_many_values_is_not_parsed(
    web: Scripted, real: Callable[..., Session], content: bytes
) -> None:
    web.replies["/a"] = [(200, {"Content-Type": "application/json"}, content)]
    with pytest.raises(TooLarge, match="values"):
        real().get(f"{web.url}/a", headers={"Accept": "application/json"})
    assert len(web.seen) == 1


def test_urllib3_has_what_the_connections_are_made_of() -> None:
    """Private names of urllib3 under ours: this tells when they go."""
    from urllib3 import PoolManager, ProxyManager
    from urllib3.connection import HTTPConnection

    assert callable(HTTPConnection._new_conn)
    for manager in (PoolManager(), ProxyManager("http://127.0.0.1:1")):
        make_cuttable(manager)
        for scheme in ("http", "https"):
            pool = manager.connection_from_host("127.0.0.1", 1, scheme)
            assert [base.__name__ for base in pool.ConnectionCls.__mro__][1] == "_Cuttable"
