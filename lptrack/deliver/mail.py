"""`mail`: a message with a plain and an HTML part, over SMTP with TLS; a team's messages are one thread."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from email.message import EmailMessage
from typing import Final
from urllib.parse import urlsplit

from lptrack.deliver.interface import DeliveryError, DeliveryKind, DeliverySpec, Post, Wire

PATIENCE: Final = 60.0
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def build_message(spec: DeliverySpec, post: Post) -> EmailMessage:
    """The message. Its Message-ID follows from the post, so that mail programs show a second copy as the same."""
    domain = str(spec.values["from"]).rpartition("@")[2].strip("<> ") or "localhost"
    thread = hashlib.sha256(f"{post.team} {post.what}".encode()).hexdigest()[:24]
    message = EmailMessage()
    message["From"] = _line(str(spec.values["from"]))
    message["To"] = _line(str(spec.values["to"]))
    message["Subject"] = _line(f"[{post.team}] {post.headline}")
    message["Message-ID"] = f"<lptrack.{post.key}@{domain}>"
    message["References"] = f"<lptrack.thread.{thread}@{domain}>"
    message["List-Id"] = f"<{thread}.lptrack.{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(post.plain)
    message.add_alternative(post.html, subtype="html")
    return message


def send_mail(spec: DeliverySpec, post: Post, _earlier: str | None, _doubtful: bool, wire: Wire) -> str:
    """Send it: `smtps://` is TLS from the start, `smtp://` STARTTLS; without TLS only to this machine."""
    message = build_message(spec, post)
    parts = urlsplit(wire.url)
    host = parts.hostname or ""
    try:
        with _connect(parts.scheme, host, parts.port) as server:
            if parts.scheme == "smtp" and host not in _LOOPBACK:
                server.starttls(context=ssl.create_default_context())
            if wire.secret:
                server.login(str(spec.values.get("user", spec.values["from"])), wire.secret)
            server.send_message(message)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise DeliveryError(f"mail of {spec.team}: {type(error).__name__}: {error}") from error
    return str(message["Message-ID"])


def _connect(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=PATIENCE, context=ssl.create_default_context())
    if scheme != "smtp":
        raise ValueError("the address of a mail server begins with smtps:// or smtp://")
    return smtplib.SMTP(host, port or 587, timeout=PATIENCE)


def _line(text: str) -> str:
    return " ".join(text.split())  # a stranger's line break must not begin another header


MAIL: Final = DeliveryKind("mail", ("url", "from", "to"), send_mail, ("user",))
