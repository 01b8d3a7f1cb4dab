"""Lengths of time as people write them: `30m`, `1h`, `14d`, `2w`, or seconds."""

from __future__ import annotations

import re
from datetime import timedelta

from lptrack.errors import UsageError

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def parse_duration(text: str, name: str = "a length of time") -> timedelta:
    """The length that ``text`` means; ``name`` is the option or key it was given to. Raises `UsageError`."""
    match = re.fullmatch(r"\s*([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*([smhdw]?)\s*", text)
    if not match:
        raise UsageError(f"{name} is {text!r}", hint="write a length of time like 90s, 30m, 1h, 14d or 2w")
    try:
        return timedelta(seconds=float(match[1]) * _UNITS[match[2]])
    except OverflowError as error:
        raise UsageError(f"{name} is {text!r}: too long") from error
