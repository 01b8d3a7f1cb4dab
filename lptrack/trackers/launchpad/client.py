"""One run's client of Launchpad: many bugs at once over a few connections, the login meanwhile, each fact once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

from requests import RequestException

from lptrack.errors import CassetteMiss, TrackerError, raise_shortage
from lptrack.model import LAUNCHPAD, Absence, BugTask, LogEntry, Unresolved
from lptrack.net.errors import NotCached
from lptrack.net.session import Session, open_session
from lptrack.net.settings import Settings
from lptrack.trackers.interface import FactsRead, Fetched, Wanted
from lptrack.trackers.launchpad.answers import WrongAnswer, parse_focus, parse_page, parse_series
from lptrack.trackers.launchpad.credentials import load_login
from lptrack.trackers.launchpad.http import Service
from lptrack.trackers.launchpad.reader import NOT_VISIBLE, BadLogin, BugReader
from lptrack.trackers.launchpad.roots import build_web_root, may_carry_credentials, root_of
from lptrack.trackers.launchpad.targets import FOCUS_FACT, SERIES_FACT, parse_target, parse_target_link

if TYPE_CHECKING:
    import requests

FACT_KEPT: Final = {"Cache-Control": "max-age=86400"}
_STATE_CHANGE: Final = re.compile(r"(?P<target>[^\n]+): (?:status|importance|assignee|milestone)")
_PILLAR: Final = re.compile(r"[a-z0-9][a-z0-9+.\-]*")

Result = Fetched | Unresolved | FactsRead
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Fact:
    """One fact that was asked for; ``text`` None where the server knows no such pillar, or ``trouble`` came."""

    key: str
    text: str | None
    trouble: str | None = None


_Done = tuple[Wanted, Fetched | Unresolved] | _Fact


def connect(settings: Settings, session: Callable[[], requests.Session] | None = None) -> LaunchpadClient:
    """A client for one run. Raises `TrackerError` where nothing can be asked with these settings."""
    root = root_of(settings)
    login = load_login(settings.credentials, root)
    if login is not None and not may_carry_credentials(root):
        raise TrackerError(LAUNCHPAD, f"{root}: a login is sent over https only")
    opened = session() if session is not None and login is None else None
    if not isinstance(opened, Session):
        opened = open_session(settings, login=login.identity if login else None)
    live = not settings.offline and settings.cassette is None
    return LaunchpadClient(settings, Service(opened, root, login.credentials if login else None, live=live))


class AtOnce(Executor):
    """Does what it is handed there and then: where nobody is asked, threads only cost (5,600 bugs: a second)."""

    def submit(self, work: Callable[..., T], /, *arguments: Any, **named: Any) -> Future[T]:
        """A future that is done."""
        future: Future[T] = Future()
        try:
            future.set_result(work(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future


class LaunchpadClient:
    """Reads bugs. `fetch` may be called more than once; `close` when done."""

    def __init__(self, settings: Settings, service: Service) -> None:
        self._settings = settings
        self._service = service
        self._keeper = ThreadPoolExecutor(1, thread_name_prefix="launchpad-cache")
        self._reader = BugReader(
            service,
            refresh=settings.refresh,
            offline=settings.offline and settings.cassette is None,
            bug_url=_bug_url(service.root),
            keep=lambda answers: self._keeper.submit(self._keep, answers),
        )
        self._told: set[str] = set()
        self._trouble: dict[str, str] = {}

    def fetch(self, wanted: Sequence[Wanted]) -> Iterator[Result]:  # noqa: C901
        """Each bug once, as they come; the facts that a bug's history needs before it."""
        waiting = iter(wanted)
        on_hold: list[tuple[Wanted, Fetched, set[str]]] = []
        asked: set[str] = set(self._told)
        workers = 2 * max(1, self._settings.jobs)  # the session has `jobs` connections: while one answer is read
        pool: Executor = (  # and checked, the next is under way
            ThreadPoolExecutor(workers, thread_name_prefix="launchpad") if self._service.live else AtOnce()
        )
        ended = False
        try:
            running: set[Future[_Done]] = set()
            for first in islice(waiting, workers + 2):
                running.add(pool.submit(self._read, first))
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for finished in done:
                    for following in islice(waiting, 1):
                        running.add(pool.submit(self._read, following))
                    match finished.result():
                        case (Wanted() as bug, Fetched() as fetched):
                            needed = needed_facts(fetched.observation.tasks, fetched.entries)
                            for key in needed - asked:
                                running.add(pool.submit(self._read_fact, key))
                            asked |= needed
                            on_hold.append((bug, fetched, needed))
                        case (Wanted(), Unresolved() as unresolved):
                            yield unresolved
                        case _Fact() as fact:
                            if fact.text is not None:
                                yield FactsRead(LAUNCHPAD, {fact.key: fact.text}, datetime.now(UTC))
                            if fact.trouble is not None:
                                self._trouble[fact.key] = fact.trouble
                            self._told.add(fact.key)
                    ready = [each for each in on_hold if each[2] <= self._told]
                    on_hold = [each for each in on_hold if not each[2] <= self._told]
                    for bug, fetched, needed in ready:
                        trouble = next((self._trouble[key] for key in sorted(needed) if key in self._trouble), None)
                        yield fetched if trouble is None else self._failed(bug, trouble)
            ended = True
        finally:
            if not ended:
                self._service.session.abort()
            pool.shutdown(wait=True, cancel_futures=True)

    def close(self) -> None:
        """Give back connections and the cache, once everything is in it."""
        self._keeper.shutdown(wait=True)
        self._service.session.close()

    def _keep(self, answers: tuple[requests.Response, ...]) -> None:
        for answer in answers:
            self._service.session.keep(answer)

    # ------------------------------------------------------------------------------------------- one bug

    def _read(self, wanted: Wanted) -> _Done:
        try:
            result = self._reader.read(wanted)
            if isinstance(result, Unresolved) and (error := self._service.check()) is not None:
                return wanted, self._failed(wanted, self._no_launchpad(error))
            return wanted, result
        except BadLogin as error:
            raise TrackerError(
                LAUNCHPAD, f"Launchpad does not accept the stored login: {error}", hint="run `lptrack login` again"
            ) from None
        except NotCached as error:
            return wanted, self._failed(wanted, error.detail, Absence.OFFLINE)
        except CassetteMiss as error:
            return wanted, self._failed(wanted, error.message)
        except (RequestException, WrongAnswer) as error:
            raise_shortage(error)
            return wanted, self._failed(wanted, str(error))
        except MemoryError:  # nothing that needs more of it: the run ends
            raise
        except Exception as error:  # an answer that nobody foresaw is the loss of its bug, never of the run
            raise_shortage(error)
            return wanted, self._failed(wanted, f"answered what could not be read ({type(error).__name__}: {error})")

    def _failed(self, wanted: Wanted, why: str, reason: Absence = Absence.UNREACHABLE) -> Unresolved:
        return Unresolved(wanted.bug, self._reader.bug_url.format(number=wanted.bug.number), reason, why)

    def _no_launchpad(self, error: Exception) -> str:
        if isinstance(error, RequestException):
            return str(error)
        status = getattr(getattr(error, "response", None), "status", None)
        what = f"HTTP {status}" if status else type(error).__name__
        return f"{self._service.root}: no Launchpad web service there ({what})"

    # ------------------------------------------------------------------------------------------- facts

    def _read_fact(self, key: str) -> _Fact:
        """What histories need to know of a pillar's series; where it fails no bug that needs it counts as read."""
        try:
            return _Fact(key, self._ask_fact(key))
        except NotCached:
            return _Fact(key, None)  # offline: the database may have it
        except CassetteMiss as error:
            return _Fact(key, None, error.message)
        except (RequestException, WrongAnswer) as error:
            raise_shortage(error)
            return _Fact(key, None, str(error))
        except MemoryError:
            raise
        except Exception as error:  # as for a bug
            raise_shortage(error)
            return _Fact(key, None, f"answered what could not be read ({type(error).__name__}: {error})")

    def _ask_fact(self, key: str) -> str | None:
        kind, _, pillar = key.partition(":/")
        if f"{kind}:/" == FOCUS_FACT:
            answer = self._service.get(f"{self._service.base}{pillar}", FACT_KEPT)
            return None if answer.status in NOT_VISIBLE else parse_focus(answer.data)
        rows: list[Mapping[str, Any]] = []
        following: str | None = f"{self._service.base}{pillar}/series"
        while following is not None:
            answer = self._service.get(following, FACT_KEPT)
            if answer.status in NOT_VISIBLE:
                return None
            page = parse_page(answer.data)
            rows.extend(page.entries)
            following = self._reader.next_page(following, page.following)
        return parse_series(rows)


def needed_facts(tasks: Sequence[BugTask], log: Sequence[LogEntry]) -> set[str]:
    """The keys of the facts that this bug's history needs: which series of what was under development when.

    Ubuntu's for every bug that is or was in Ubuntu; of another distribution or project where the bug is or was in one
    of its series, since only then a task can have a partner.
    """
    names = {task.target for task in tasks}
    for entry in log:
        if found := _STATE_CHANGE.fullmatch(entry.what):
            names.add(found["target"])
        elif entry.what in {"affects", "bug task added", "bug task deleted"}:
            names.update(name for name in (entry.old, entry.new) if name)
    keys: set[str] = set()
    for target in map(parse_target, names):
        if _PILLAR.fullmatch(target.pillar) and (target.series is not None or target.pillar == "ubuntu"):
            keys.add(f"{SERIES_FACT if target.distribution else FOCUS_FACT}{target.pillar}")
    for task in tasks:
        pillar, series, package = parse_target_link(dict(task.details).get("target_link", ""))
        if series is not None and package is not None and _PILLAR.fullmatch(pillar):
            keys.add(f"{SERIES_FACT}{pillar}")
    return keys


def _bug_url(root: str) -> str:
    return f"{build_web_root(root).replace('{', '%7B').replace('}', '%7D')}bugs/{{number}}"
