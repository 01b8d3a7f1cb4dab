"""irclogs.ubuntu.com's day logs, and every log in its manner: `[15:04] <nick> text`, ZNC's with seconds too."""

from __future__ import annotations

import re

from lptrack.logs.interface import HOUR, Shape
from lptrack.logs.linewise import PatternFormat, rule
from lptrack.model import LineKind

_CLOCK = r"\[(?P<time>\d\d:\d\d(?::\d\d)?)\] "

WORDY_NICK = r"(?P<nick>\w[^<>\s]{0,31}(?: [^<>\s]{1,31}){1,3})"
"""A name of Discord's or Matrix' in IRC's brackets: `<The Corf#6661>` (MJHeijster/StatBot#9)."""

OLD_IRCLOGS = (
    rule(LineKind.NICK, r"=== (?P<nick>\S{1,64}) is now known as (?P<new>\S{1,64})\s*"),
    rule(
        LineKind.ACTION,
        r"=== (?P<nick>(?!Topic )[A-Za-z_`\[\]{}\\|^][\w`\[\]{}\\|^-]{0,31}) "
        r"(?![\[(:]|\S{1,20} (?:changed|set|unset|by)\b|(?:is|are) now\b|has (?:joined|left|quit|set|changed|been)\b"
        r"|(?:sets?|changed|changes|unset|removed|gives|was kicked)\b)(?P<text>.*)",
    ),
)
"""The logs of 2004 to 2007 have what people do without a clock, `=== nick waves`, like joins and parts."""

IRCLOGS_TXT = PatternFormat(
    name="irclogs-txt",
    title="day logs of irclogs.ubuntu.com",
    rules=(
        rule(LineKind.MESSAGE, _CLOCK + r" {0,3}<(?P<nick>[^<> ]{1,64})> ?(?P<text>.*)"),
        rule(LineKind.MESSAGE, _CLOCK + rf"<{WORDY_NICK}> (?P<text>.*)"),
        rule(LineKind.ACTION, _CLOCK + r" \* (?P<nick>\S{1,64}) ?(?P<text>.*)"),
        rule(LineKind.ACTION, _CLOCK + r"\* (?P<nick>[^\s:]{1,64}) (?!(?:is now known as|has (?:joined|left|quit)) )(?P<text>.*)"),  # noqa: E501
        rule(LineKind.NICK, r"(?:\[[\d:]{5,8}\] )?(?:===|\*\*\*|\*) (?P<nick>\S{1,64}) is now known as (?P<new>\S{1,64})\s*"),  # noqa: E501
        rule(LineKind.NOTICE, _CLOCK + r"-(?P<nick>[^:\s-][^:\s]{0,63}?)(?::\S{1,64}?)?- (?P<text>.*)"),
        *OLD_IRCLOGS,
        rule(LineKind.EVENT, r"(?:\[[\d:]{5,8}\] )?(?:===|\*\*\*|\*|-!-) .*"),
    ),
    sign=re.compile(r"\[\d\d:\d\d\] (?: {0,3}<[^<> ]+>| \* )"),
    shape=Shape(rb"\[" + HOUR),
)  # fmt: skip
