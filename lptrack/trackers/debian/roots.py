"""Where a debbugs lives: its root, its service, its pages, and how others write its bugs' addresses."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qs, urlsplit

from lptrack.errors import UsageError
from lptrack.model import DEBIAN, BugKey
from lptrack.net.settings import Settings

PRODUCTION: Final = "https://bugs.debian.org/"
SERVICE: Final = "cgi-bin/soap.cgi"
OFF: Final = "off"
_NUMBER: Final = re.compile(r"[0-9]{1,10}")
_IN_WORDS: Final = re.compile(r"debian (?:bug(?: tracker| tracking system|s)?|bts) ?#?([0-9]{1,10})", re.IGNORECASE)


def build_root(settings: Settings) -> str | None:
    """The tracker's root with its last slash; None where it is switched off."""
    root = settings.roots.get(DEBIAN, PRODUCTION).strip()
    if not root or root.lower() == OFF:
        return None
    return root if root.endswith("/") else f"{root}/"


def check_root(root: str) -> None:
    """Raise `UsageError` where this is neither an address of a service nor `off`, or holds what is secret."""
    root = root.strip()
    if root.lower() in ("", OFF):
        return
    try:
        parts = urlsplit(root)
    except ValueError:  # an IPv6 address without its end
        parts = urlsplit("")
    if parts.username or parts.password:
        raise UsageError("--debian-root: no credentials in an address", hint="debbugs needs none")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(
            f"--debian-root {root}: not the address of a debbugs", hint="for example https://bugs.debian.org/"
        )


def build_bug_url(number: int, settings: Settings | None = None) -> str:
    """The page of a bug, in debbugs' short form. A tracker that is switched off still has its address."""
    root = build_root(settings) if settings is not None else None
    return f"{root or PRODUCTION}{number}"


def parse_watch(text: str | None, settings: Settings | None = None) -> BugKey | None:
    """The Debian bug that a Launchpad watch follows, from its address or its words; None where it is no Debian bug.

    `https://bugs.debian.org/cgi-bin/bugreport.cgi?bug=722295` (http too), `…/722295`, `Debian Bug tracker #722295`,
    `debbugs #722295`.
    """
    text = (text or "").strip()
    words = _IN_WORDS.fullmatch(text) or re.fullmatch(r"debbugs ?#?([0-9]{1,10})", text, re.IGNORECASE)
    if words:
        return BugKey(DEBIAN, int(words[1]))
    try:
        url = urlsplit(text)
        here = urlsplit((settings and build_root(settings)) or PRODUCTION)
        host = (url.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if url.scheme not in {"http", "https"} or host not in {"bugs.debian.org", here.hostname}:
        return None
    if url.path.endswith("/bugreport.cgi"):
        # debbugs takes `;` between its parameters too, and old watches have it.
        numbers = parse_qs(url.query.replace(";", "&"), max_num_fields=20).get("bug", [""])
        number = numbers[0].removeprefix("#")
    else:
        number = url.path.removeprefix("/" if host == "bugs.debian.org" else here.path)
    return BugKey(DEBIAN, int(number)) if _NUMBER.fullmatch(number) and int(number) > 0 else None


def build_watch_forms(number: int) -> tuple[str, ...]:
    """The addresses and words under which a Launchpad task's watch may name this bug, the usual one first."""
    return (
        f"https://bugs.debian.org/cgi-bin/bugreport.cgi?bug={number}",
        f"http://bugs.debian.org/cgi-bin/bugreport.cgi?bug={number}",
        f"https://bugs.debian.org/{number}",
        f"http://bugs.debian.org/{number}",
        f"Debian Bug tracker #{number}",
    )
