"""WeeChat's logger: date and clock, nick, text, with tabs between: `2013-09-11 15:04:18<TAB>@nick<TAB>text`."""

from __future__ import annotations

import re

from lptrack.logs.interface import HOUR, Shape
from lptrack.logs.linewise import PatternFormat, rule
from lptrack.model import LineKind

_DAY = r"(?:\d{4}[-/.]\d\d[-/.]\d\d|\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d\d)|[A-Z][a-z]{2},? \d\d? [A-Z][a-z]{2} \d{4})"
"""`logger.file.time_format` is the user's: `%d/%m/%y %H:%M:%S` is not rare."""
_STAMP = rf"(?P<day>{_DAY})[ T](?P<time>\d\d:\d\d(?::\d\d)?)(?:\.\d+)?Z?\t"

WEECHAT = PatternFormat(
    name="weechat",
    title="WeeChat's log",
    rules=(
        rule(LineKind.NICK, _STAMP + r"(?:--|—)\t(?P<nick>\S{1,64}) is now known as (?P<new>\S{1,64})\s*"),
        rule(LineKind.EVENT, _STAMP + r"-->\t\S{1,64} (?:\([^()]*\) )?has joined (?P<channel>#\S{1,64})\s*"),
        rule(LineKind.NOTICE, _STAMP + r"(?:--|—)\tNotice\((?P<nick>[^()]{1,64})\)(?: ->[^:]{1,64})?: (?P<text>.*)"),
        rule(LineKind.EVENT, _STAMP + r"(?:-->|<--|--|—|=!=|⚠|▬▬▶|◀▬▬|⇐|⇒|-!-|\s*)\t.*"),
        rule(LineKind.ACTION, _STAMP + r" ?[*•⚡]\t(?P<nick>\S{1,64}) ?(?P<text>.*)"),
        rule(LineKind.MESSAGE, _STAMP + r"(?P<nick>[^\t\s][^\t]{0,63})\t(?P<text>.*)"),
    ),
    sign=re.compile(rf"{_DAY}[ T]\d\d:\d\d(?::\d\d)?(?:\.\d+)?Z?\t[^\t]{{0,64}}\t"),
    shape=Shape(rb"[^\t\n]{6,32}?[ T]" + HOUR, dated=True, joins=b" joined #"),
)
