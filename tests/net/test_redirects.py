"""Where a redirect may lead: a page of the web never to this machine or a private network, and never out of a run."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator

import pytest
import requests
import trustme

from lptrack.net import wire
from lptrack.net.errors import RedirectRefused, Unanswered
from lptrack.net.session import Session
from lptrack.net.settings import Settings
from lptrack.net.wire import is_private, names_private
from tests.net.server import Scripted, scripted

Opened = Callable[..., Session]
WEB = "127.0.0.2"  # plays an address of the web


@pytest.fixture
def two(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Scripted, Scripted]]:
    """A server of the web and one of this machine, both over TLS."""
    authority, path = trustme.CA(), tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
    monkeypatch.setattr(wire, "is_private", lambda address: address != WEB and is_private(address))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost", WEB).configure_cert(context)
    with scripted(context, WEB) as web, scripted(context) as here:
        web.replies["/page"] = [(200, {}, b"of the web")]
        here.replies["/page"] = [(200, {}, b"of this machine")]
        yield web, here


@pytest.mark.parametrize("spelled", ["127.0.0.1", "localhost", "127.1", "2130706433"])
def test_the_web_does_not_lead_to_this_machine(two: tuple[Scripted, Scripted], opened: Opened, spelled: str) -> None:
    web, here = two
    web.replies["/log"] = [(302, {"Location": here.url.replace("127.0.0.1", spelled) + "/page"}, b"")]
    with pytest.raises(RedirectRefused, match="web redirects"):
        opened(Settings(), any_host=True).get(f"{web.url}/log")
    assert here.seen == []


def test_nor_by_a_name_that_resolves_to_it(
    two: tuple[Scripted, Scripted], opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    web, here = two
    real = socket.getaddrinfo

    def seek(host: object, *arguments: object, **more: object) -> object:
        host = "127.0.0.1" if host == "innocent.example.org" else host
        return real(host, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", seek)
    port = here.url.rpartition(":")[2]
    web.replies["/log"] = [(302, {"Location": f"https://innocent.example.org:{port}/page"}, b"")]
    with pytest.raises(RedirectRefused, match="private address"):
        opened(Settings(), any_host=True).get(f"{web.url}/log")
    assert here.seen == []


def test_nor_by_a_connection_that_is_open_already(two: tuple[Scripted, Scripted], opened: Opened) -> None:
    web, here = two
    session = opened(Settings(), any_host=True)
    assert session.get(f"{here.url}/page").content == b"of this machine"
    web.replies["/log"] = [(302, {"Location": f"{here.url}/page"}, b"")]
    with pytest.raises(RedirectRefused):
        session.get(f"{web.url}/log")
    assert len(here.seen) == 1


def test_within_the_web_and_from_this_machine_it_is_followed(two: tuple[Scripted, Scripted], opened: Opened) -> None:
    web, here = two
    web.replies["/log"] = [(302, {"Location": "/page"}, b"")]
    here.replies["/log"] = [(302, {"Location": f"{web.url}/page"}, b"")]
    here.replies["/other"] = [(302, {"Location": here.url.replace("127.0.0.1", "localhost") + "/page"}, b"")]
    session = opened(Settings(), any_host=True)
    assert session.get(f"{web.url}/log").content == b"of the web"
    assert session.get(f"{here.url}/log").content == b"of the web"
    assert session.get(f"{here.url}/other").content == b"of this machine"


@pytest.mark.parametrize(
    "target",
    [
        "http://[::1", "//[", "https://[::1]:99999/", "https://x:y/", "\xff\xfe", "https://a b/", "https://\u2100/",
        "///", "https://" + "a" * 300 + "/",
    ],
)  # fmt: skip
@pytest.mark.parametrize("any_host", [True, False])
def test_a_redirect_to_nonsense_is_one_answer_s_trouble(
    web: Scripted, opened: Opened, target: str, any_host: bool
) -> None:
    web.replies["/log"] = [(302, {"Location": target.encode("utf-8").decode("latin-1")}, b"")]
    try:
        answer = opened(Settings(give_up_after=0.0), any_host=any_host).get(f"{web.url}/log")
    except Unanswered:
        return
    except requests.RequestException:
        return
    assert answer.status_code == 404  # a path of this host, which has no such page


def test_a_redirect_in_a_circle_ends(web: Scripted, opened: Opened) -> None:
    web.replies["/log"] = [(302, {"Location": "/log"}, b"")]
    with pytest.raises(requests.TooManyRedirects):
        opened(Settings(), any_host=True).get(f"{web.url}/log")
    assert len(web.seen) < 10


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("127.0.0.1", True), ("10.1.2.3", True), ("192.168.0.1", True), ("172.16.9.9", True),
        ("169.254.169.254", True), ("0.0.0.0", True), ("100.64.0.1", True), ("::1", True), ("fe80::1", True),
        ("fe80::1%2", True), ("fd00::1", True),
        ("::ffff:127.0.0.1", True), ("::ffff:10.0.0.1", True), ("8.8.8.8", False), ("2606:4700::1111", False),
        ("::ffff:8.8.8.8", False),
    ],
)  # fmt: skip
def test_addresses_of_nowhere_on_the_web(address: str, private: bool) -> None:
    assert is_private(address) is private


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("localhost", True), ("LOCALHOST.", True), ("a.localhost", True), ("127.1", True), ("0x7f.1", True),
        ("2130706433", True), ("017700000001", True), ("::1", True), ("example.org", False), ("8.8.8.8", False),
        ("", False), ("localhost.example.org", False),
    ],
)  # fmt: skip
def test_names_that_say_that_they_are_private(host: str, private: bool) -> None:
    assert names_private(host) is private
