"""What a user can tell about logs that they do not tell themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta, tzinfo

from lptrack.grammar.trackers import tracker_of_channel
from lptrack.logs.frames import Frame


def as_printed(_tracker: str, printed: str | None) -> str | None:
    """A bot's word for a status or an importance, untouched: for those who bring no tracker's vocabulary."""
    return printed


@dataclass(frozen=True, slots=True)
class Options:
    """How logs are read. Channels are written in lower case without `#`."""

    log_format: str | None = None  # by name instead of by content
    zone: tzinfo = UTC  # of logs that tell none
    date: date | None = None  # of a log that tells none
    year: int | None = None  # for logs that tell day and month only
    bots: frozenset[str] = frozenset()  # further bots' nicks
    relays: frozenset[str] = frozenset()  # nicks, in lower case, that say `<person> text` for others
    persons: Mapping[str, str] = field(default_factory=dict)  # nick → the person behind it
    trackers: Mapping[str, str] = field(default_factory=dict)  # channel → whose its bare "bug 5" is
    names: frozenset[str] = frozenset()  # trackers that are installed or configured, beside those that all know
    spell: Callable[[str, str | None], str | None] = as_printed  # a tracker's own spelling of what a bot printed
    silence: timedelta = timedelta(hours=6)  # ends a meeting that nobody ended
    day_first: bool | None = None  # how 05/03/2024 is read; None: as the log or its name tells
    frame: Frame | None = None  # where a page's meeting is, whatever its commands say
    counting: bool = True  # count lines per person; costs reading every line

    def tracker_of(self, channel: str) -> str:
        """The tracker that "bug 5" means in this channel."""
        return self.trackers.get(channel) or tracker_of_channel(channel)
