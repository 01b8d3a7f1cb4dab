"""What no retry mends is said at once, with its cause and the setting that mends it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme

from lptrack.net.causes import CA_SETTINGS
from lptrack.net.errors import HostGivenUp, Unanswered
from lptrack.net.session import Session
from lptrack.net.settings import Settings
from tests.net.faults import answer, misbehaving
from tests.net.server import Scripted, scripted

Opened = Callable[..., Session]
# http.client leaves a proxy's answer to CONNECT to the garbage collector.
TUNNEL = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*CA_SETTINGS, *PROXIES, *map(str.lower, PROXIES)):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[Scripted]:
    """A server whose certificate only this authority vouches for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    with scripted(context) as script:
        script.replies["/a"] = [(200, {}, b"safe")]
        yield script


def why(session: Session, settings: Settings, url: str, slept: list[float]) -> str:
    """The one sentence that comes at once, and again for the next address of this host."""
    with pytest.raises(HostGivenUp) as first:
        session.get(f"{url}/a")
    with pytest.raises(HostGivenUp) as second:
        session.get(f"{url}/b")
    assert str(second.value) == str(first.value)
    assert (slept, settings.budget.retries) == ([], 0)
    return str(first.value)


@pytest.fixture
def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_a_certificate_that_nobody_vouches_for(secure: Scripted, opened: Opened, slept: list[float]) -> None:
    settings = Settings()
    text = why(opened(settings), settings, secure.url, slept)
    assert "the certificate cannot be verified" in text
    assert "REQUESTS_CA_BUNDLE or SSL_CERT_FILE" in text


@pytest.mark.parametrize("name", CA_SETTINGS)
def test_a_company_s_own_authority_is_named_by_a_variable(
    secure: Scripted,
    opened: Opened,
    authority: trustme.CA,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv(name, str(tmp_path / "ca.pem"))
    assert opened(Settings()).get(f"{secure.url}/a").content == b"safe"


@pytest.mark.parametrize("name", CA_SETTINGS)
@pytest.mark.parametrize(("content", "says"), [(None, "no such file"), (b"hello", "holds no certificate")])
def test_a_ca_file_that_is_none(
    secure: Scripted,
    opened: Opened,
    slept: list[float],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    content: bytes | None,
    says: str,
) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv(name, str(path))
    settings = Settings()
    text = why(opened(settings), settings, secure.url, slept)
    assert f"the CA file {path}, which {name} names" in text
    assert says in text
    assert secure.seen == []


def test_a_name_that_does_not_exist(opened: Opened, slept: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_arguments: object, **_more: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    settings = Settings()
    text = why(opened(settings), settings, "https://tracker.invalid", slept)
    assert text.startswith("tracker.invalid: no such host")


def test_a_resolver_that_is_busy_is_asked_again(
    web: Scripted, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy, real = [1, 2], socket.getaddrinfo

    def seek(*arguments: object, **more: object) -> object:
        if busy:
            busy.pop()
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return real(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", seek)
    web.replies["/a"] = [(200, {}, b"hello")]
    assert opened(Settings()).get(f"{web.url}/a").content == b"hello"


def test_a_port_that_speaks_no_tls(web: Scripted, opened: Opened, slept: list[float]) -> None:
    settings = Settings()
    assert "does not speak it" in why(opened(settings), settings, web.url.replace("http:", "https:"), slept)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_refuses_is_named_as_the_proxy(
    opened: Opened, slept: list[float], monkeypatch: pytest.MonkeyPatch, free_port: int, scheme: str
) -> None:
    monkeypatch.setenv(f"{scheme.upper()}_PROXY", f"http://me:s3cret@127.0.0.1:{free_port}")
    settings = Settings()
    text = why(opened(settings), settings, f"{scheme}://tracker.example.org", slept)
    assert f"the proxy 127.0.0.1:{free_port} ({scheme.upper()}_PROXY) refuses connections" in text
    assert "s3cret" not in text


@TUNNEL
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_asks_for_a_login(
    opened: Opened, slept: list[float], monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    wants = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with misbehaving(answer(wants)) as (port, came):
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{port}")
        settings = Settings()
        text = why(opened(settings), settings, f"{scheme}://tracker.example.org", slept)
        assert f"the proxy 127.0.0.1:{port} (ALL_PROXY) asks for a login (407)" in text
        assert len(came) == 1


@TUNNEL
def test_a_proxy_that_refuses_the_host(opened: Opened, slept: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    with misbehaving(answer(b"HTTP/1.1 403 Forbidden by policy\r\nContent-Length: 0\r\n\r\n")) as (port, _):
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        settings = Settings()
        text = why(opened(settings), settings, "https://tracker.example.org", slept)
    assert "refuses this host: HTTP 403 Forbidden by policy" in text


@TUNNEL
def test_a_proxy_that_is_busy_is_asked_again(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    with misbehaving(answer(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")) as (port, came):
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        with pytest.raises(Unanswered):
            opened(Settings()).get("https://tracker.example.org/a")
        assert len(came) > 2


def test_a_proxy_s_address_that_is_none(opened: Opened, slept: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://")
    settings = Settings()
    assert "no address of a proxy" in why(opened(settings), settings, "https://tracker.example.org", slept)


def test_a_socks_proxy_without_its_package(
    opened: Opened, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_arguments: object, **_more: object) -> None:
        from requests.exceptions import InvalidSchema

        raise InvalidSchema("Missing dependencies for SOCKS support.")

    monkeypatch.setattr("requests.adapters.SOCKSProxyManager", missing)
    monkeypatch.setenv("ALL_PROXY", "socks5h://127.0.0.1:1080")
    settings = Settings()
    text = why(opened(settings), settings, "https://tracker.example.org", slept)
    assert "the proxy 127.0.0.1:1080 (ALL_PROXY) is a SOCKS proxy" in text
    assert "pip install PySocks" in text


def test_a_socks_proxy_that_refuses(
    opened: Opened, slept: list[float], monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    pytest.importorskip("socks")
    monkeypatch.setenv("ALL_PROXY", f"socks5h://127.0.0.1:{free_port}")
    settings = Settings()
    text = why(opened(settings), settings, "https://tracker.example.org", slept)
    assert f"the proxy 127.0.0.1:{free_port} (ALL_PROXY) cannot be used" in text
