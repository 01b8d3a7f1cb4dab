"""irssi's autolog: `15:04 <@nick> text`, `-!- old is now known as new`, `--- Day changed Thu Sep 12 2013`."""

from __future__ import annotations

import re

from lptrack.logs.interface import HOUR, Shape
from lptrack.logs.linewise import PatternFormat, rule
from lptrack.model import LineKind

_CLOCK = r"\[?(?:(?P<day>\d{4}-\d\d-\d\d)[ T])?(?P<time>\d\d:\d\d(?::\d\d)?)\]? "
_TIGHT = _CLOCK.removesuffix(" ")  # some themes: `16:59:05< ana> text` (tommyrot/superseriousstats#12)

IRSSI = PatternFormat(
    name="irssi",
    title="irssi's log",
    rules=(
        rule(LineKind.MESSAGE, _TIGHT + r" ?<(?P<nick>[ @+%&~!]?[^<>\s]{1,64})(?::#[^<>\s]{1,64})?> ?(?P<text>.*)"),
        rule(LineKind.ACTION, _CLOCK + r" {1,2}\* (?P<nick>\S{1,64}) ?(?P<text>.*)"),
        rule(LineKind.NICK, _CLOCK + r"-!- (?P<nick>\S{1,64}) is now known as (?P<new>\S{1,64})\s*"),
        rule(LineKind.NICK, _CLOCK + r"-!- You're now known as (?P<new>\S{1,64})\s*"),
        rule(LineKind.EVENT, _CLOCK + r"-!- \S{1,64} (?:\[[^\]]*\] )?has joined (?P<channel>#\S{1,64})\s*"),
        rule(LineKind.EVENT, _CLOCK + r"-!- .*"),
        rule(LineKind.NOTICE, _CLOCK + r"-(?P<nick>[^:\s-][^:\s]{0,63}?)(?::\S{1,64}?)?- (?P<text>.*)"),
        rule(LineKind.EVENT, _CLOCK + r"![^\s]+ .*"),
        rule(LineKind.HEADER, r"--- (?:Log opened|Day changed) (?P<day>\w{3} \w{3} +\d{1,2}(?: [\d:]{8})? \d{4})\s*"),
        rule(LineKind.HEADER, r"--- Log closed .*"),
    ),
    sign=re.compile(
        r"--- (?:Log opened|Day changed|Log closed) |\[?(?:\d{4}-\d\d-\d\d[ T])?\d\d:\d\d(?::\d\d)?\]?(?: -!- | ?<[ @+%&~][^<>\s]+>|   ?\* )"  # noqa: E501
    ),
    weight=1.0,
    shape=Shape(rb"\[?(?:[0-9\x80-\xff-]{10,40}[ T])?" + HOUR, steers=(b"--- ", b"now known as"), joins=b" joined #"),
)
