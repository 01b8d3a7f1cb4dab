"""What is no log by what it says of itself: a server's error page, a directory listing, lptrack's own output."""

from __future__ import annotations

import re
from typing import Final

_TITLE: Final = re.compile(r"<(?:title|h1)\b[^<>]{0,200}>\s{0,20}([^<]{1,200})", re.IGNORECASE)
_ERROR: Final = re.compile(
    r"\s*(?:error\s*:?\s*)?[45]\d\d\b[\s:–—-]{0,5}\D|(?:(?:page|file|object|url)\s)?not found|forbidden\b|bad gateway"
    r"|internal server error|service (?:temporarily )?unavailable|gateway time-?out|access denied|moved permanently",
    re.IGNORECASE,
)
_LISTING: Final = re.compile(r"\s*(?:index of|directory listing (?:of|for))\s*/?", re.IGNORECASE)
_OWN: Final = (
    ('"cassette"', "a cassette"),
    ("<!-- lptrack", "a report of lptrack's"),
    ('name="generator" content="lptrack', "a report of lptrack's"),
)


def say_what_it_is(text: str) -> str | None:
    """In words what the document is instead of a log, as a predicate; None where nothing says so."""
    start = text[:4000]
    for mark, what in _OWN:
        if mark in start:
            return f"is {what}, not a log"
    if re.match(r"\s*(?:<!doctype|<html|<\?xml|<head|<title)", start, re.IGNORECASE):
        for title in _TITLE.findall(start):
            if _LISTING.match(title):
                return "is a directory listing, not a log"
            if _ERROR.match(title) and len(text) < 20_000:
                return f"is a server's error page ({' '.join(title.split())[:80]}), not a log"
    return None
