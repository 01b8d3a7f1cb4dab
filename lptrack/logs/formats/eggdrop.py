"""eggdrop's channel logs, and energymech's and mIRC's, which are like them: `[15:04] Action: nick waves`."""

from __future__ import annotations

import re

from lptrack.logs.formats.irclogs_txt import IRCLOGS_TXT
from lptrack.logs.interface import HOUR, Shape
from lptrack.logs.linewise import PatternFormat, rule
from lptrack.model import LineKind

_CLOCK = r"(?:\[(?P<time>\d\d:\d\d(?::\d\d)?)\] )"

EGGDROP = PatternFormat(
    name="eggdrop",
    title="eggdrop, energymech and mIRC",
    rules=(
        rule(LineKind.ACTION, _CLOCK + r"Action: (?P<nick>\S{1,64}) ?(?P<text>.*)"),
        rule(LineKind.NICK, _CLOCK + r"Nick change: (?P<nick>\S{1,64}) -> (?P<new>\S{1,64})\s*"),
        rule(LineKind.HEADER, _CLOCK + r"--- (?P<day>\w{3} \w{3} +\d{1,2} (?:[\d:]{8} )?\d{4})\s*"),
        rule(LineKind.HEADER, r"Session (?:Start|Time): (?P<day>\w{3} \w{3} +\d{1,2} [\d:]{8} \d{4})\s*"),
        rule(LineKind.HEADER, r"Session Ident: (?P<channel>#\S{1,64})\s*"),
        rule(LineKind.HEADER, r"Session Close: .*"),
        rule(
            LineKind.EVENT,
            _CLOCK + r"(?:\*\*\* )?\S{1,64} \([^()]*\) (?:has )?joined (?P<channel>#[^\s.]{1,64})\.?\s*",
        ),
        *IRCLOGS_TXT.rules,
        rule(LineKind.NOTICE, _CLOCK + r"-(?P<nick>[^-\s:]{1,64})(?::#\S{1,64})?- (?P<text>.*)"),
        rule(
            LineKind.EVENT,
            _CLOCK
            + r"(?:\S{1,64} (?:\([^()]*\) )?(?:joined|left(?: irc)?|kicked from|was kicked)\b.*|Topic changed on .*"
            r"|#\S+: mode change .*|\S{1,64} kicked from .*|@?\S+ \(\S+\) got .*)",
        ),
    ),
    sign=re.compile(
        r"\[\d\d:\d\d(?::\d\d)?\] (?:Action: \S|Nick change: |--- \w{3} \w{3} +\d|\S+ \([^()]*\) (?:joined|left) |Topic changed on |#\S+: mode change )"  # noqa: E501
        r"|Session (?:Start|Ident|Close|Time): "
    ),
    weight=8.0,
    shape=Shape(rb"\[" + HOUR, steers=(b"nick change: ", b"--- ", b"session "), joins=b" joined #"),
)
"""Few of its lines differ from irclogs.ubuntu.com's, and those few decide."""
