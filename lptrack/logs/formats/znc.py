"""ZNC's log module: `[15:04:18] <nick> text`, one file a day with the date in its name."""

from __future__ import annotations

import re

from lptrack.logs.formats.irclogs_txt import IRCLOGS_TXT
from lptrack.logs.linewise import PatternFormat

ZNC = PatternFormat(
    name="znc",
    title="ZNC's log module",
    rules=IRCLOGS_TXT.rules,
    sign=re.compile(
        r"\[\d\d:\d\d:\d\d\] (?:<[^<> ]+> |\* \S|\*\*\* (?:Joins|Parts|Quits): |\*\*\* \S+ (?:is|sets) )"
    ),
    weight=0.95,
    shape=IRCLOGS_TXT.shape,
)
