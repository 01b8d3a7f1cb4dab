"""Reading Debian bugs: their states many in a request, then the log of each that moved.

A bug is read whole or not at all: a log that could not be got makes its bug no read, unless debbugs itself says that
it does not give it: then the present stands as observed. A request that comes back as a fault or as nonsense is
halved and asked again, so that one bad bug does not cost the others theirs.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from requests import RequestException, Session

from lptrack.model import DEBIAN, Absence, BugKey, Observation, Unresolved
from lptrack.net.errors import NotCached
from lptrack.net.session import open_session
from lptrack.net.settings import Settings
from lptrack.trackers.debian.log import build_entries
from lptrack.trackers.debian.mail import parse_mails
from lptrack.trackers.debian.roots import build_bug_url, build_root, check_root
from lptrack.trackers.debian.service import Answer, GivenUp, Refused, Service
from lptrack.trackers.debian.soap import Node, SoapFault, WrongAnswer
from lptrack.trackers.debian.status import MERGED_WITH, check_against_known, parse_status, parse_statuses
from lptrack.trackers.interface import FactsRead, Fetched, Known, Wanted

BATCH: Final = 200  # python-debianbts, the usual client, asks for 500 at once
TRIES: Final = 3  # of one bug, where the answer is nonsense
_NOT_ASKED: Final = "not asked"


@dataclass(frozen=True, slots=True)
class _State:
    """A bug's present, of which the log is still to be read."""

    observation: Observation
    read_at: datetime
    cached: bool
    had_log: bool = False  # an earlier read had one


class DebianClient:
    """One run's connection to one debbugs; ``service`` is None where Debian is switched off."""

    def __init__(self, settings: Settings, service: Service | None) -> None:
        self._settings = settings
        self._service = service

    def fetch(self, wanted: Sequence[Wanted]) -> Iterator[Fetched | Unresolved | FactsRead]:
        """Every bug once, as it becomes known. Raises for no bug's sake; a cassette that lacks one does."""
        by_number = {each.bug.number: each for each in wanted}
        numbers = sorted(by_number)
        if self._service is None:
            yield from (self._absent(number, Absence.OFFLINE, _NOT_ASKED) for number in numbers)
            return
        for start in range(0, len(numbers), BATCH):
            batch = {number: by_number[number] for number in numbers[start : start + BATCH]}
            yield from self._fetch_batch(self._service, batch)

    def close(self) -> None:
        """Give back the connections."""
        if self._service is not None:
            self._service.session.close()

    def _fetch_batch(self, service: Service, wanted: Mapping[int, Wanted]) -> Iterator[Fetched | Unresolved]:
        fresh = self._settings.refresh or any(each.known for each in wanted.values())
        moved: list[_State] = []
        for state in self._read_states(service, wanted, cacheable=not fresh):
            if isinstance(state, Unresolved):
                yield state
                continue
            known = wanted[state.observation.number].known
            # Whatever happens to a bug is written to its log: without `log_modified` nobody can tell.
            same = known is not None and known.entries and known.observation == state.observation
            if known is not None and same and state.observation.updated_at:
                yield Fetched(state.observation, known.entries, state.read_at)
            else:
                moved.append(replace(state, had_log=known is not None and bool(known.entries)))
        with ThreadPoolExecutor(max_workers=max(1, self._settings.jobs)) as pool:
            try:
                for done in as_completed([pool.submit(self._read_log, service, state) for state in moved]):
                    yield done.result()
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _read_states(
        self, service: Service, wanted: Mapping[int, Wanted], *, cacheable: bool
    ) -> Iterator[_State | Unresolved]:
        waiting = deque([tuple(wanted)])
        tried: Counter[int] = Counter()
        while waiting:
            group = waiting.popleft()
            try:
                answer = service.call("get_status", group, cacheable=cacheable)
                statuses = parse_statuses(answer.value, group)
            except NotCached:
                yield from (self._absent(number, Absence.OFFLINE, _NOT_ASKED) for number in group)
            except (RequestException, GivenUp) as error:
                yield from (self._absent(number, Absence.UNREACHABLE, str(error)) for number in group)
            except WrongAnswer as error:
                again = _ask_again(group, tried)
                waiting.extend(again)
                if not again:
                    yield self._absent(group[0], Absence.UNREACHABLE, str(error))
            else:
                service.keep(answer)
                for number in group:
                    yield self._read_state(number, statuses.get(number), wanted[number].known, answer)

    def _read_state(
        self, number: int, status: Mapping[str, Node] | None, known: Known | None, answer: Answer
    ) -> _State | Unresolved:
        if status is None:
            if known is None:
                return self._absent(number, Absence.NOT_VISIBLE, "the tracker has no such bug")
            return self._absent(number, Absence.UNREACHABLE, "an answer without this bug, which the tracker had")
        try:
            observation = parse_status(number, status, build_bug_url(number, self._settings))
            if known is not None:
                check_against_known(observation, known.observation)
        except WrongAnswer as error:
            return self._absent(number, Absence.UNREACHABLE, str(error))
        return _State(observation, answer.read_at, answer.cached)

    def _read_log(self, service: Service, state: _State) -> Fetched | Unresolved:
        """The bug with its log; with an empty one where debbugs itself says that it has none to give."""
        number = state.observation.number
        why, refused = "", False
        for _ in range(TRIES):
            try:
                # A log from the cache goes with the state from the cache, never with a newer one.
                answer = service.call("get_bug_log", (number,), cacheable=state.cached)
                mails = parse_mails(answer.value, service.domains)
            except NotCached:
                return self._absent(number, Absence.OFFLINE, _NOT_ASKED)
            except WrongAnswer as error:
                why, refused = f"its log: {error}", isinstance(error, SoapFault | Refused)
                continue
            except (RequestException, GivenUp) as error:
                why, refused = f"its log: {error}", False
                break
            service.keep(answer)
            details = dict(state.observation.tasks[0].details)
            merged = [int(word) for word in details.get(MERGED_WITH, "").split()]
            return Fetched(state.observation, build_entries(number, mails, merged), state.read_at)
        if refused and not state.had_log:
            # An answer, if a poor one: the present is whole and stands as observed; of the past nothing is known.
            return Fetched(state.observation, (), state.read_at)
        return self._absent(number, Absence.UNREACHABLE, why)

    def _absent(self, number: int, reason: Absence, detail: str) -> Unresolved:
        return Unresolved(BugKey(DEBIAN, number), build_bug_url(number, self._settings), reason, detail)


def _ask_again(group: tuple[int, ...], tried: Counter[int]) -> tuple[tuple[int, ...], ...]:
    """What to ask instead of a group whose answer was wrong; nothing for one bug that was asked often enough.

    Breadth first: the good half of a batch with one bad bug answers before anybody gives up.
    """
    if len(group) > 1:
        return group[: len(group) // 2], group[len(group) // 2 :]
    tried[group[0]] += 1
    return (group,) if tried[group[0]] < TRIES else ()


def connect(settings: Settings, session: Callable[[], Session] | None) -> DebianClient:
    """A client for one run; no session is opened where Debian is switched off. Raises `UsageError` for no root."""
    root = build_root(settings)
    if root is None:
        return DebianClient(settings, None)
    check_root(root)
    opened = session() if session is not None else open_session(settings)
    return DebianClient(settings, Service(opened, root, settings))
