"""What a meeting is called: the name that a heading, a command or a title tells, without what every meeting has.

"meeting", dates and the channel are no part of a name: `#title #kestrel-meeting: Kestrel Board` and `Kestrel Board
meeting, 23 January 2023` are both "Kestrel Board".
"""

from __future__ import annotations

import html
import re
from typing import Final

LONGEST: Final = 120

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE: Final = re.compile(
    rf"(?:\b{_WEEKDAY}\b[.,]?\s{{1,3}})?"
    rf"(?:\b\d{{4}}[-/._]\d{{1,2}}[-/._]\d{{1,2}}\b|\b\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}\b|\b(?:19|20)\d{{6}}\b"
    rf"|\b{_ORDINAL}\s{{1,3}}(?:of\s)?{_MONTH}\b\.?(?:,?\s{{1,3}}\d{{4}}\b)?"
    rf"|\b{_MONTH}\b\.?\s{{1,3}}{_ORDINAL}\b(?:,?\s{{1,3}}\d{{4}}\b)?|\b{_MONTH}\s{{1,3}}\d{{4}}\b)"
    r"(?:[T,@ ]{0,3}(?:at\s)?\d{1,2}:\d\d(?::\d\d)?(?:\s?[-–—]\s?\d{1,2}:\d\d)?\s?(?:UTC|GMT|[ap]m)?\b)?",
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(
    r"(?:\bat\s)?\b\d{1,2}:\d\d(?::\d\d)?(?:\s?[-–—]\s?\d{1,2}:\d\d(?::\d\d)?)?(?:\s?(?:UTC|GMT|[ap]m))?\b",
    re.IGNORECASE,
)
_MEETING: Final = re.compile(
    r"\b(?:the\s)?(?:irc\s)?meetings?(?:\s(?:minutes|logs?|notes|summary))?\b", re.IGNORECASE
)
_MINUTES: Final = re.compile(
    r"\A\s*(?:minutes|log|notes|summary)\s(?:of|for|from)\s(?:the\s)?|\s[-–—:|]?\s?(?:minutes|logs?|notes)\s*\Z",
    re.IGNORECASE,
)
_EMPTY: Final = re.compile(r"\(\s*\)|\[\s*\]")
_EDGE: Final = " \t-–—:;,.|/_*=~'\"<>`·•#@"


def clean_name(text: str, channel: str = "") -> str | None:
    """The name in a title; None where nothing of it is a name. ``channel`` as the log tells it, without `#`."""
    title = " ".join(html.unescape(text).split())[: 4 * LONGEST]
    title = re.sub(r"\A\W{0,4}#[^\s:,]{1,64}[:,]?(?=\s|\Z)", " ", title)
    name = _clean(title)
    if channel and name is not None:
        without = re.sub(rf"(?<![\w-])#?{re.escape(channel)}(?![\w-])", " ", title, flags=re.IGNORECASE)
        bare = _clean(without)
        # "Kestrel team" of #kestrel is no meeting called "team".
        return bare if bare is None or bare.casefold() not in _KINDS else name
    return name


_KINDS: Final = frozenset(("team", "group", "weekly", "dev", "devel", "developers", "community", "irc"))


def _clean(name: str) -> str | None:
    for pattern in (_DATE, _CLOCK, _MEETING, _MINUTES, _EMPTY):
        name = pattern.sub(" ", name)
    name = re.sub(r"\s[-–—:|,]\s(?=[-–—:|,\s]|\Z)", " ", " ".join(name.split())).strip(_EDGE)
    name = re.sub(r"\b(?:of|on|for|from|at|the)\Z", "", name, flags=re.IGNORECASE).strip(_EDGE)
    if not any(map(str.isalpha, name)):
        return None
    return name[:LONGEST].rstrip()
