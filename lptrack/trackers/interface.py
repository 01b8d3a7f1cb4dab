"""What a tracker is to lptrack: a name, addresses, a client that reads many bugs at once, and a pure history.

Adding one is a file with a `Tracker`, a line in `lptrack.trackers.TRACKERS` (or an entry point of the group
`lptrack.trackers`), and a page in the docs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from lptrack.model import BugHistory, BugKey, LogEntry, Observation, Unresolved
from lptrack.net.settings import Settings
from lptrack.trackers.vocabulary import Vocabulary

if TYPE_CHECKING:
    from requests import Session

Facts = Mapping[str, str]
"""What a tracker says beside its bugs that a history needs (series and their dates): key → JSON text."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the database holds of a bug from the last whole read of it."""

    observation: Observation
    entries: tuple[LogEntry, ...]
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """A bug to read. ``known`` lets a client revalidate instead of reading everything again."""

    bug: BugKey
    known: Known | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """One whole read of one bug. ``read_at`` is when its first answer was asked for: the state is true of then.

    ``entries`` is the tracker's whole log of the bug, in its order (all of it, also where nothing moved).
    """

    observation: Observation
    entries: tuple[LogEntry, ...]
    read_at: datetime


@dataclass(frozen=True, slots=True)
class FactsRead:
    """Facts that were read (or revalidated) in this run; the caller stores them beside the bugs."""

    tracker: str
    facts: Facts
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Root:
    """Where a tracker is reached, as a user says it: the option `--OPTION`, its environment variable, the default.

    ``check`` raises `UsageError` for an address that cannot be meant; ``find`` tells the address that is asked with
    these settings, always spelled alike (None: nothing is asked). They import nothing heavy.
    """

    option: str
    variable: str
    metavar: str
    default: str
    help: str
    check: Callable[[str], None]
    find: Callable[[Settings], str | None] | None = None


class TargetParts(NamedTuple):
    """Package and series of a target's name, as the API names them (`linux`, `saucy`); None where it has none."""

    package: str | None = None
    series: str | None = None


class Client(Protocol):
    """One run's connection to one tracker."""

    def fetch(self, wanted: Sequence[Wanted]) -> Iterator[Fetched | Unresolved | FactsRead]:
        """Read the bugs, in any order, each answered exactly once as `Fetched` or `Unresolved`.

        Never raises for one bug's sake. Facts come before the bugs that need them.
        """
        ...

    def close(self) -> None:
        """Give back connections and files."""
        ...


class Tracker(Protocol):
    """A bug tracker. All but `connect` is pure."""

    @property
    def name(self) -> str:
        """As in the interface's `tracker`: lower case."""
        ...

    @property
    def title(self) -> str:
        """For a human: `Launchpad`."""
        ...

    @property
    def root(self) -> Root:
        """Its address, as a setting."""
        ...

    @property
    def vocabulary(self) -> Vocabulary:
        """Its statuses and importances, and what they mean."""
        ...

    def parse_target(self, target: str) -> TargetParts:
        """The parts of a target's name. For names of the past, which no read shows any more."""
        ...

    def parse_url(self, text: str) -> int | None:
        """The bug's number from its address or from how other trackers name it; None where it is no bug of this."""
        ...

    def bug_url(self, number: int, settings: Settings | None = None) -> str:
        """The address where a person reads this bug."""
        ...

    def connect(self, settings: Settings, session: Callable[[], Session] | None = None) -> Client:
        """A client for one run. Imports what it needs only now. Raises `TrackerError` where nothing can be asked."""
        ...

    def build_history(
        self, observation: Observation, entries: tuple[LogEntry, ...], facts: Facts, read_at: datetime
    ) -> BugHistory | None:
        """Everything the tracker's log can tell of this bug's past; None where there was no log to read.

        Pure; never raises for odd entries.
        """
        ...
