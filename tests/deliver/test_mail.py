"""Mail to a real SMTP server on loopback, and what arrived there read back as a mail program reads it."""

from __future__ import annotations

import email
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from lptrack.deliver.interface import DeliverySpec, Post
from lptrack.deliver.mail import build_message
from lptrack.jobs.post import Done
from lptrack.net.causes import CA_SETTINGS
from tests.deliver.kestrel import done, meet, post

AWAY: Final = "127.0.0.2"
"""This machine too, but not by a name of its own: TLS is demanded."""


class Inbox:
    """What arrived, and how. ``refuses``: an address that the server does not take."""

    def __init__(self) -> None:
        self.arrived: list[EmailMessage] = []
        self.encrypted: list[bool] = []
        self.logins: list[tuple[bytes, bytes]] = []
        self.refuses = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address == self.refuses:
            return "550 nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.arrived.append(message)
        self.encrypted.append(session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None)
        return "250 OK"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.logins.append((given.login, given.password))
        return AuthResult(success=given.password == b"s3cret-t0ken", handled=False)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    authority = trustme.CA()
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(path)
    for name in CA_SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return authority


def server_side(authority: trustme.CA, name: str = AWAY) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


class AnyPort(Controller):
    """A server on a free port. Its own first request would go to port 0."""

    def _trigger_server(self) -> None:
        with socket.create_connection(self.server.sockets[0].getsockname(), timeout=10):
            self._factory_invoked.wait(10)


@contextmanager
def smtp(inbox: Inbox, host: str, *, implicit: ssl.SSLContext | None = None, **options: Any) -> Iterator[int]:
    """The server, until the block ends; its port."""
    controller = AnyPort(
        inbox, hostname=host, port=0, ssl_context=implicit, authenticator=inbox.authenticate, **options
    )
    controller.start()
    try:
        yield controller.server.sockets[0].getsockname()[1]
    finally:
        controller.stop()


def table(url: str, more: str = "") -> str:
    return f'kind = "mail"\nurl = "{url}"\nfrom = "bot@example.org"\nto = "team@example.org"\n{more}'


LOGIN = 'user = "bot"\nsecret-env = "KESTREL_TOKEN"\n'


def test_starttls_is_verified_and_the_password_goes_after_it(
    inbox: Inbox, authority: trustme.CA, tmp_path: Path
) -> None:
    meet(tmp_path, 2)
    with smtp(inbox, AWAY, tls_context=server_side(authority), require_starttls=True) as port:
        assert done(post(tmp_path, table(f"smtp://{AWAY}:{port}", LOGIN))) == [Done.SENT]
        assert done(post(tmp_path, table(f"smtp://{AWAY}:{port}", LOGIN))) == [Done.KEPT]
    assert inbox.encrypted == [True]
    assert inbox.logins == [(b"bot", b"s3cret-t0ken")]


def test_tls_from_the_start(inbox: Inbox, authority: trustme.CA, tmp_path: Path) -> None:
    meet(tmp_path, 2)
    with smtp(inbox, AWAY, implicit=server_side(authority), auth_require_tls=False) as port:
        assert done(post(tmp_path, table(f"smtps://{AWAY}:{port}", LOGIN))) == [Done.SENT]
    assert inbox.encrypted == [True]
    assert inbox.logins == [(b"bot", b"s3cret-t0ken")]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.parametrize("wrong", ["authority", "name"])
def test_a_certificate_of_somebody_else_gets_nothing(
    inbox: Inbox, authority: trustme.CA, tmp_path: Path, scheme: str, wrong: str
) -> None:
    meet(tmp_path, 2)
    context = server_side(trustme.CA()) if wrong == "authority" else server_side(authority, "mail.example.org")
    how: dict[str, Any] = {"tls_context": context} if scheme == "smtp" else {"implicit": context}
    with smtp(inbox, AWAY, **how) as port:
        [failed] = post(tmp_path, table(f"{scheme}://{AWAY}:{port}", LOGIN))
    assert failed.done is Done.FAILED
    assert "CERTIFICATE_VERIFY_FAILED" in failed.failure.message
    assert (inbox.arrived, inbox.logins) == ([], [])


def test_a_server_without_tls_gets_nothing(inbox: Inbox, tmp_path: Path) -> None:
    meet(tmp_path, 2)
    with smtp(inbox, AWAY, auth_require_tls=False) as port:
        [failed] = post(tmp_path, table(f"smtp://{AWAY}:{port}", LOGIN))
    assert "STARTTLS" in failed.failure.message
    assert (inbox.arrived, inbox.logins) == ([], [])


def test_a_wrong_password_is_a_failed_delivery_and_is_not_shown(
    inbox: Inbox, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(tmp_path, 2)
    monkeypatch.setenv("KESTREL_TOKEN", "wr0ng-t0ken")
    with smtp(inbox, AWAY, tls_context=server_side(authority)) as port:
        [failed] = post(tmp_path, table(f"smtp://{AWAY}:{port}", LOGIN))
        assert "SMTPAuthenticationError" in failed.failure.message
        assert "wr0ng" not in failed.failure.message
        monkeypatch.setenv("KESTREL_TOKEN", "s3cret-t0ken")
        assert done(post(tmp_path, table(f"smtp://{AWAY}:{port}", LOGIN))) == [Done.SENT]


def test_what_arrives_has_two_parts_and_a_place_in_a_thread(inbox: Inbox, tmp_path: Path) -> None:
    meet(tmp_path, 2)
    with smtp(inbox, "127.0.0.1") as port:  # this machine's own server may do without TLS
        assert done(post(tmp_path, table(f"smtp://127.0.0.1:{port}"))) == [Done.SENT]
        meet(tmp_path, 3)
        assert done(post(tmp_path, table(f"smtp://127.0.0.1:{port}"))) == [Done.SENT]
    first, second = inbox.arrived
    assert [part.get_content_type() for part in first.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    plain, page = first.get_body(("plain",)), first.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert "2" in plain.get_content()
    assert page.get_content().startswith("<p><strong>")
    assert first["Subject"].startswith("[Kestrel] ")
    assert (first["From"], first["To"]) == ("bot@example.org", "team@example.org")
    assert abs(datetime.now(UTC) - parsedate_to_datetime(str(first["Date"]))) < timedelta(minutes=5)
    assert first["References"] == first["In-Reply-To"] == second["References"]
    assert first["List-Id"] == second["List-Id"]
    assert str(first["List-Id"]).startswith("<kestrel-report-")
    assert first["Message-ID"] != second["Message-ID"]
    assert first["Auto-Submitted"] == "auto-generated"


def test_an_address_that_is_refused_keeps_the_others_from_a_second_copy(inbox: Inbox, tmp_path: Path) -> None:
    meet(tmp_path, 2)
    inbox.refuses = "gone@example.org"
    both = table("smtp://127.0.0.1:{}").replace("team@example.org", "team@example.org, gone@example.org")
    with smtp(inbox, "127.0.0.1") as port:
        assert done(post(tmp_path, both.format(port))) == [Done.SENT]
        assert done(post(tmp_path, both.format(port))) == [Done.KEPT]
    assert len(inbox.arrived) == 1


def test_a_strangers_words_begin_no_header() -> None:
    values = {"url": "smtp://x", "from": "a@x.org", "to": "b@x.org", "list-id": "k.x.org\r\nBcc: d@x.org"}
    spec = DeliverySpec("K", "mail", "report", values)
    evil = Post("k", "K\nX: y", "report", None, "fixed\r\nBcc: c@x.org", "t", ".\r\n", "<p>ünï</p>")
    message = build_message(spec, evil, datetime(2026, 11, 2, tzinfo=UTC))
    read = email.message_from_bytes(message.as_bytes(), policy=default)
    assert (read["Bcc"], read["X"]) == (None, None)
    assert read["Subject"] == "[K X: y] fixed Bcc: c@x.org"
