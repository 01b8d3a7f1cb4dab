"""The channel that a path or an address tells: `#ubuntu-meeting.txt`, `2016-02-22.kestrel.irc.log.html`."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

_DATE: Final = re.compile(
    r"(?<!\d)(?:19|20)\d\d([-_.]?)\d\d\1\d\d(?:[-_.T ]{1,3}\d\d[-_.:h]?\d\d(?:[-_.:]?\d\d)?Z?)?(?!\d)"
)
_SUFFIX: Final = frozenset(
    ("gz", "txt", "text", "log", "logs", "html", "htm", "moin", "md", "markdown", "rst", "mbox", "mail", "eml",
     "json", "jsonl", "weechatlog", "irc", "minutes", "premeetingology", "raw", "xml", "csv", "bz2", "xz",
     "zip", "old")
)  # fmt: skip
_SUFFIXES: Final = re.compile(r"(?:\.[a-z0-9]{1,12})+\Z")
_EDGE: Final = "-_. +~"


def channel_of_name(name: str) -> str:
    """What follows a `#` in a path, else the file's stem without its dates and suffixes.

    Of a file whose name is a date alone (`foundations/2013-09-11.log`) the folder's name: its days are one channel's.
    """
    path = PurePosixPath(unquote(name))
    for part in (path.name, path.parent.name):
        if "#" in part and (found := _stem(part[part.index("#") :]).lstrip("#")):
            return found
    folders = (_stem(part) for part in reversed(path.parts[:-1]) if any(map(str.isalpha, part)))
    return _stem(path.name) or next(filter(None, folders), "") or _SUFFIXES.sub("", path.name.lower()) or "log"


def channel_of_address(url: str) -> str | None:
    """The channel of a meeting bot's log address, `…/kestrel-meeting.2011-09-26-14.03.log.html`; None of others."""
    try:
        name = PurePosixPath(unquote(urlsplit(url).path)).name
    except ValueError:
        return None
    return _stem(name).lstrip("#") or None if _DATE.search(name) and ".log" in name else None


def _stem(name: str) -> str:
    """The name without suffixes and date: what stands before the date, else behind it, if anything is left."""
    if name == "-":
        return "stdin"
    date = _DATE.search(name)
    parts = [name] if date is None else [name[: date.start()], name[date.end() :]]
    for place, part in enumerate(parts):
        words = part.strip(_EDGE).split(".")
        while len(words) > 1 and (words[-1].lower() in _SUFFIX or words[-1].isdigit() or not words[-1]):
            words.pop()
        stem = ".".join(words).strip(_EDGE).lower()
        if stem and not stem.isdigit() and not (place and stem in _SUFFIX):
            return stem
    return ""
