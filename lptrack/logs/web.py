"""Logs from the web: an https address read through the same session, cache and policy as a tracker.

A page of a MoinMoin wiki is asked for raw, which is what its author typed, where its HTML says that the wiki offers
that. Plain http is for this machine only.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from requests import RequestException, Response

from lptrack.errors import CassetteMiss, UnreadableLog
from lptrack.logs.sources import Source
from lptrack.net.secrets import mask_address
from lptrack.net.session import Session, open_session
from lptrack.net.settings import Settings

LARGEST_LOG: Final = 32 * 1024 * 1024
_ACCEPT: Final = "text/plain, text/html;q=0.9, */*;q=0.5"
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_MOIN: Final = re.compile(rb"moin_static|MoinMoin|name=[\"']generator[\"'] content=[\"']Moin", re.IGNORECASE)
_RAW: Final = b"action=raw"


def fetch_source(url: str, settings: Settings) -> Source:
    """The log at this address as a document; its name is the address, masked, so that reports link to it."""
    check_address(url)
    session = open_session(settings, any_host=True, largest=LARGEST_LOG)
    try:
        return read_source(session, url)
    finally:
        session.close()


def read_source(session: Session, url: str) -> Source:
    """The same through a session that is open already."""
    content = read_log(session, url)
    return Source(mask_address(url), None, len(content), content=content)


def read_log(session: Session, url: str) -> bytes:
    """The bytes of a log, or of a wiki page's source. Raises `UnreadableLog`, which names the address."""
    check_address(url)
    shown = mask_address(url)
    try:
        page = _get(session, url)
        return _raw_page(session, url, page) or page.content
    except CassetteMiss as error:
        raise UnreadableLog(shown, error.message, hint=error.hint) from None
    except RequestException as error:
        raise UnreadableLog(shown, str(error)) from None


def check_address(url: str) -> None:
    """Raise `UnreadableLog` for what is not asked: plain http beyond this machine, credentials, no address at all."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        raise UnreadableLog(mask_address(url), "is not a valid address") from None
    if parts.username or parts.password:
        raise UnreadableLog(mask_address(url), "no credentials in an address")
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)):
        raise UnreadableLog(mask_address(url), "logs are read from https addresses only")


def _get(session: Session, url: str) -> Response:
    answer = session.get(url, headers={"Accept": _ACCEPT})
    if answer.status_code != 200:
        raise UnreadableLog(mask_address(url), f"HTTP {answer.status_code}")
    return answer


def _raw_page(session: Session, url: str, page: Response) -> bytes | None:
    """The source of the wiki page that was answered; None where it is no MoinMoin page, or offers none."""
    parts = urlsplit(url)
    if "html" not in page.headers.get("Content-Type", "") or _RAW in parts.query.encode():
        return None
    if _RAW not in page.content or not _MOIN.search(page.content):
        return None
    try:
        raw = _get(session, urlunsplit(parts._replace(query="action=raw", fragment="")))
    except (RequestException, UnreadableLog, CassetteMiss):
        return None  # the page itself is a log too
    return raw.content if raw.headers.get("Content-Type", "").startswith("text/plain") else None
