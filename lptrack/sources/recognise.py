"""Which kind of source an address is, by its shape alone: what `lptrack init` proposes. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import unquote, urlsplit, urlunsplit

WEEKS: Final = timedelta(weeks=5)
"""How far back a source that is read by its dates begins."""
Proposed = tuple[str, dict[str, Any]]
"""A kind with its keys."""

_ROOM: Final = re.compile(
    r"(?:https://matrix\.to/#/|matrix:r/)?(?P<room>[#!][^\s:/?]+:(?P<server>[A-Za-z0-9.-]+(?::\d+)?))"
)
_REPOSITORY: Final = re.compile(r"(?:ssh://|git@)\S+|\S+\.git/?")
_DAY: Final = re.compile(r"(?P<root>.*/)\d{4}/\d\d/\d\d/(?:#|%23)?(?P<channel>[^/]+?)\.(?:txt|html)\Z")
_TOPICS: Final = re.compile(r"/(?:t/(?:[^/]+/)?\d+|c/[^/]+(?:/[^/]+)*|tag/[^/]+)/?\Z")
_LIST: Final = re.compile(r"(?P<list>.*/pipermail/[^/]+/)")
_LOG: Final = re.compile(r"\.(?:txt|log|html?|moin|mbox|gz|json)\Z")


def recognise_source(address: str, today: date) -> Proposed | None:
    """The kind of source that keeps what the address names; None for what is no address."""
    for recognise in (_matrix, _git, _irclogs, _discourse, _mail, _index):
        if (found := recognise(address, today - WEEKS)) is not None:
            return found
    return None


def _matrix(address: str, _since: date) -> Proposed | None:
    match = _ROOM.match(unquote(address))
    if match is None:
        return None
    return "matrix", {"url": f"https://{match['server']}", "room": match["room"]}


def _git(address: str, _since: date) -> Proposed | None:
    return ("git", {"url": address}) if _REPOSITORY.fullmatch(address) else None


def _irclogs(address: str, since: date) -> Proposed | None:
    match = _DAY.match(address) if _is_web(address) else None
    if match is None:
        return None
    return "irclogs", {"url": match["root"], "channel": f"#{unquote(match['channel'])}", "since": since}


def _discourse(address: str, _since: date) -> Proposed | None:
    if not _is_web(address) or not _TOPICS.search(urlsplit(address).path):
        return None
    return "discourse", {"url": _plain(address).rstrip("/")}


def _mail(address: str, since: date) -> Proposed | None:
    if not _is_web(address):
        return None
    match = _LIST.match(address if address.endswith("/") else f"{address}/")
    if match is None and "{year}" not in address:
        return None
    return "mail", {"url": address if match is None else match["list"], "since": since}


def _index(address: str, _since: date) -> Proposed | None:
    """A page of links; of a log's own address the folder, and of a year's or month's folder the one above it."""
    if not _is_web(address):
        return None
    plain = _plain(address)
    parts = urlsplit(plain)
    if _LOG.search(parts.path):
        path = parts.path.rpartition("/")[0]
        while re.fullmatch(r"(?:19|20)\d\d|[01]\d|[0-3]\d", path.rpartition("/")[2]):
            path = path.rpartition("/")[0]
        plain = urlunsplit(parts._replace(path=f"{path}/"))
    return "index", {"url": plain}


def _is_web(address: str) -> bool:
    return address.startswith(("https://", "http://"))


def _plain(address: str) -> str:
    return urlunsplit(urlsplit(address)._replace(query="", fragment=""))
