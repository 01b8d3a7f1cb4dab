"""The loopback Launchpad with the recorded bugs, and reads of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from lptrack.model import LAUNCHPAD, BugKey, Unresolved
from lptrack.net.settings import Budget, Settings
from lptrack.trackers.interface import FactsRead, Fetched, Known, Wanted
from lptrack.trackers.launchpad import LAUNCHPAD_TRACKER
from tests.doubles.launchpad.recorded import Recorded
from tests.doubles.launchpad.server import LoopbackLaunchpad


@dataclass
class Read:
    """What one run gave."""

    fetched: dict[int, Fetched] = field(default_factory=dict)
    unresolved: dict[int, Unresolved] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    order: list[object] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    budget: Budget = field(default_factory=Budget)

    def known(self) -> list[Wanted]:
        """The same bugs, as a database would ask for them again."""
        return [
            Wanted(BugKey(LAUNCHPAD, number), Known(each.observation, each.entries, each.read_at))
            for number, each in sorted(self.fetched.items())
        ]


Reading = Callable[..., Read]


@pytest.fixture
def catalogue() -> Recorded:
    return Recorded()


@pytest.fixture
def server(catalogue: Recorded) -> Iterator[LoopbackLaunchpad]:
    with LoopbackLaunchpad(catalogue) as running:
        yield running


@pytest.fixture
def read(server: LoopbackLaunchpad, monkeypatch: pytest.MonkeyPatch) -> Reading:
    """Read bugs (numbers, or what `known` gives) in one run, with these settings; backing off is quick."""
    monkeypatch.setattr("lptrack.net.policy.FIRST_WAIT", 0.02)
    monkeypatch.setattr("lptrack.net.policy.SPACING", 0.01)

    def run(bugs: Sequence[int] | Sequence[Wanted], **settings: object) -> Read:
        found = Read()
        options = {"roots": {"launchpad": server.root}, "budget": found.budget, "say": found.said.append, **settings}
        client = LAUNCHPAD_TRACKER.connect(Settings(**options))  # type: ignore[arg-type]
        wanted = [each if isinstance(each, Wanted) else Wanted(BugKey(LAUNCHPAD, each)) for each in bugs]
        try:
            for answer in client.fetch(wanted):
                found.order.append(answer)
                match answer:
                    case Fetched():
                        assert answer.observation.number not in found.fetched
                        found.fetched[answer.observation.number] = answer
                    case FactsRead():
                        found.facts |= answer.facts
                    case Unresolved():
                        assert answer.bug.number not in found.unresolved
                        found.unresolved[answer.bug.number] = answer
        finally:
            client.close()
        assert len(found.fetched) + len(found.unresolved) == len(wanted)
        return found

    return run
