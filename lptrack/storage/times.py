"""Instants as the database writes them: UTC, ISO 8601, always 27 characters, so that text order is time order."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache


def render_time(at: datetime) -> str:
    """`2013-09-11T15:04:18.000000Z`. The instant must be aware."""
    if at.tzinfo is None:
        raise ValueError(f"an instant without a zone: {at!r}")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def render_time_or_none(at: datetime | None) -> str | None:
    """As `render_time`; None stays None (NULL)."""
    return None if at is None else render_time(at)


@lru_cache(maxsize=1 << 16)
def parse_time(text: str) -> datetime:
    """The aware instant that `render_time` wrote."""
    return datetime.fromisoformat(text)


def parse_time_or_none(text: str | None) -> datetime | None:
    """As `parse_time`; NULL stays None."""
    return None if text is None else parse_time(text)
