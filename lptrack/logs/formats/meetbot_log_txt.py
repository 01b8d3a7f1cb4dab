"""MeetBot's own `.log.txt`: `15:04:18 <nick> text`, `15:05:02 * nick waves`; the clock is UTC or the bot's."""

from __future__ import annotations

import re

from lptrack.logs.interface import HOUR, Shape
from lptrack.logs.linewise import PatternFormat, rule
from lptrack.model import LineKind

_CLOCK = r" ?(?P<time>\d\d:\d\d(?::\d\d)?) "

MEETBOT_LOG_TXT = PatternFormat(
    name="meetbot-log-txt",
    title="MeetBot's .log.txt",
    rules=(
        rule(LineKind.MESSAGE, _CLOCK + r"?<(?P<nick>[^<> ]{1,64})> ?(?P<text>.*)"),
        rule(LineKind.ACTION, _CLOCK + r"?\* (?P<nick>\S{1,64}) ?(?P<text>.*)"),
    ),
    sign=re.compile(r" ?\d\d:\d\d(?::\d\d)? {1,2}(?:<[^<> ]+>|\* \S)"),
    shape=Shape(rb" ?" + HOUR),
)
