"""`mail`: a message with a plain and an HTML part, over SMTP with TLS; a team's messages are one thread."""

from __future__ import annotations

import re
import smtplib
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from lptrack.deliver.interface import DeliveryError, DeliveryKind, DeliverySpec, Post, Wire
from lptrack.net.causes import find_ca_setting

PATIENCE: Final = 60.0
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_APART: Final = re.compile(r"[^a-z0-9]+")


def build_message(spec: DeliverySpec, post: Post, at: datetime) -> EmailMessage:
    """The message. Its Message-ID follows from the post, so that mail programs show a second copy as the same."""
    domain = str(spec.values["from"]).rpartition("@")[2].strip("<> ") or "localhost"
    digest = sha256(f"{post.team} {post.what}".encode()).hexdigest()
    list_id = str(spec.values.get("list-id") or f"{_label(post)}-{digest[:8]}.lptrack.{domain}")
    message = EmailMessage(policy=SMTP)
    message["From"] = _line(str(spec.values["from"]))
    message["To"] = _line(str(spec.values["to"]))
    message["Subject"] = _line(f"[{post.team}] {post.headline}")
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<lptrack.{post.key}@{domain}>"
    # Nobody ever sent the message that all answer: it makes them one thread, whichever of them somebody has.
    for header in ("References", "In-Reply-To"):
        message[header] = f"<lptrack.thread.{digest[:24]}@{domain}>"
    message["List-Id"] = f"<{_line(list_id)}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(post.plain)
    message.add_alternative(post.html, subtype="html")
    return message


def send_mail(spec: DeliverySpec, post: Post, _earlier: str | None, _doubtful: bool, wire: Wire) -> str:
    """Send it: `smtps://` is TLS from the start, `smtp://` STARTTLS; without TLS only to this machine."""
    message = build_message(spec, post, datetime.now(UTC))
    try:
        parts = urlsplit(wire.url)
        host = parts.hostname or ""
        with _connect(parts.scheme, host, parts.port) as server:
            if parts.scheme == "smtp" and host not in _LOOPBACK:
                server.starttls(context=_verified())
            if wire.secret:
                server.login(str(spec.values.get("user", spec.values["from"])), wire.secret)
            refused = server.send_message(message)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise DeliveryError(f"mail of {spec.team}: {type(error).__name__}: {error}") from error
    if refused:  # some of the addresses have it; sent again, they would have it twice
        return f"{message['Message-ID']} but for {', '.join(sorted(refused))}"
    return str(message["Message-ID"])


def _connect(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=PATIENCE, context=_verified())
    if scheme != "smtp":
        raise ValueError("the address of a mail server begins with smtps:// or smtp://")
    return smtplib.SMTP(host, port or 587, timeout=PATIENCE)


def _verified() -> ssl.SSLContext:
    """TLS that verifies certificate and name, by the environment's certificates where it names some."""
    given = find_ca_setting()
    if given is None:
        return ssl.create_default_context()
    is_folder = Path(given).is_dir()
    return ssl.create_default_context(cafile=None if is_folder else given, capath=given if is_folder else None)


def _label(post: Post) -> str:
    return _APART.sub("-", f"{post.team} {post.what}".lower()).strip("-")


def _line(text: str) -> str:
    return " ".join(text.split())  # a stranger's line break must not begin another header


MAIL: Final = DeliveryKind("mail", ("url", "from", "to"), send_mail, ("user", "list-id"))
