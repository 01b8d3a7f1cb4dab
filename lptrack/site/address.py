"""Where each page of the site is. Pure.

The address of a meeting or a bug depends on its own id alone, so it stays whatever else is taken in. Names are
strangers' words: an address has lower-case letters, digits, `-` and `_` only, so that none leaves the folder, hides,
is a device of Windows, or is another's on a file system that knows no case. Two ids never share an address.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Final

from lptrack.model import BugKey

_PLAIN: Final = re.compile(r"[a-z0-9-]")
_START: Final = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2}))?Z", re.ASCII)
_STAMP: Final = re.compile(r"\d{4}-\d{2}-\d{2}-\d{4}(?:\d{2})?", re.ASCII)
_DEVICES: Final = frozenset(
    ("con", "prn", "aux", "nul", *(f"com{place}" for place in range(10)), *(f"lpt{place}" for place in range(10)))
)
LONGEST: Final = 100
"""A longer name ends with a digest of the whole instead."""
OWN_NAMES: Final = frozenset(("index", "feed"))
_DIGITS: Final = 32
SHAPE: Final = re.compile(r"(?:[a-z0-9_-]+/){0,3}[a-z0-9_-]+\.(?:html|json|csv|atom|css|js)", re.ASCII)
"""What every file of a site is called: nothing else is ever written or removed."""


def encode(name: str) -> str:
    """A name as part of an address: what is no small letter, digit or `-` is `_` and two hex digits a byte."""
    coded = "".join(
        sign if _PLAIN.fullmatch(sign) else "".join(f"_{byte:02x}" for byte in sign.encode("utf-8", "surrogatepass"))
        for sign in name
    )
    if coded in _DEVICES or coded in OWN_NAMES or coded.startswith("-"):
        coded = f"_{ord(coded[0]):02x}{coded[1:]}"
    if len(coded) > LONGEST:  # a cut name has no whole escape at its end, and a longer digest than any other has hex
        return f"{coded[: LONGEST - _DIGITS].partition('_')[0]}_x{_digest(name)}"
    return coded or "_"


def _digest(text: str, digits: int = _DIGITS) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:digits]


def meeting_path(meeting: str) -> str:
    """`ubuntu-meeting/2013-09-11T15:04Z` → `meetings/ubuntu-meeting/2013-09-11-1504` (without a suffix)."""
    channel, _, start = meeting.rpartition("/")
    match = _START.fullmatch(start)
    if match is not None:
        name = f"{match[1]}-{match[2]}{match[3]}{match[4] or ''}"
    else:
        name = encode(start)
        if _STAMP.fullmatch(name):  # not a start as lptrack writes it, and must not look like one
            name = f"_{ord(name[0]):02x}{name[1:]}"
    return f"meetings/{encode(channel)}/{name}"


def bug_path(bug: BugKey) -> str:
    """`bugs/launchpad/1160490` (without a suffix)."""
    return f"bugs/{encode(bug.tracker)}/{bug.number}"


def name_teams(teams: Iterable[tuple[str, str | None]]) -> Mapping[tuple[str, str | None], str]:
    """Each team's folder below `teams/`: its name, else its channel, in small letters and digits.

    Those that would be alike, or have other letters, end with a digest of channel and name.
    """
    listed = list(dict.fromkeys(teams))
    short = {team: _shorten(team[1] or team[0]) for team in listed}
    times = Counter(short.values())
    return {
        team: name
        if times[name] == 1 and _keeps(team[1] or team[0]) and name not in _DEVICES
        else f"{name[:60]}-{_digest(repr(team), 12)}".lstrip("-")
        for team, name in short.items()
    }


def _shorten(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _keeps(name: str) -> bool:
    """Whether the short form has all of its letters and is short."""
    return name.isascii() and 0 < len(_shorten(name)) <= LONGEST


def team_path(slug: str) -> str:
    """The team's page (without a suffix)."""
    return f"teams/{slug}/index"


def link_from(page: str, target: str) -> str:
    """The address of another file of the site, from this page."""
    return "../" * page.count("/") + target
