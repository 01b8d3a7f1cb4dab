"""One run's client of Launchpad: many bugs at once over a few connections, the login meanwhile, each fact once."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

from requests import RequestException

from lptrack.errors import CassetteMiss, TrackerError
from lptrack.model import LAUNCHPAD, Absence, BugTask, LogEntry, Unresolved
from lptrack.net.errors import NotCached
from lptrack.net.session import Session, open_session
from lptrack.trackers.interface import FactsRead, Fetched, Settings, Wanted
from lptrack.trackers.launchpad.answers import WrongAnswer, parse_focus, parse_page, parse_series
from lptrack.trackers.launchpad.credentials import load_login
from lptrack.trackers.launchpad.http import Service
from lptrack.trackers.launchpad.reader import NOT_VISIBLE, BadLogin, BugReader
from lptrack.trackers.launchpad.roots import build_web_root, may_carry_credentials, resolve_service_root
from lptrack.trackers.launchpad.targets import FOCUS_FACT, SERIES_FACT, parse_target, parse_target_link

if TYPE_CHECKING:
    import requests

FACT_KEPT: Final = {"Cache-Control": "max-age=86400"}
_STATE_CHANGE: Final = re.compile(r"(?P<target>[^\n]+): (?:status|importance|assignee|milestone)")
_PILLAR: Final = re.compile(r"[a-z0-9][a-z0-9+.\-]*")

Result = Fetched | Unresolved | FactsRead


def connect(settings: Settings, session: Callable[[], requests.Session] | None = None) -> LaunchpadClient:
    """A client for one run. Raises `TrackerError` where nothing can be asked with these settings."""
    root = resolve_service_root(_root_of(settings))
    login = load_login(settings.credentials, root)
    if login is not None and not may_carry_credentials(root):
        raise TrackerError(LAUNCHPAD, f"{root}: a login is sent over https only")
    opened = session() if session is not None and login is None else None
    if not isinstance(opened, Session):
        opened = open_session(settings, login=login.identity if login else None)
    live = not settings.offline and settings.cassette is None
    return LaunchpadClient(settings, Service(opened, root, login.credentials if login else None, live=live))


def _root_of(settings: Settings) -> str:
    """A cassette brings the service root that it was recorded from, unless another than the default is asked for."""
    if settings.cassette is None or settings.service_root != "production":
        return settings.service_root
    from lptrack.net.cassette import load_cassette

    return str(load_cassette(settings.cassette).get("service_root") or settings.service_root)


class LaunchpadClient:
    """Reads bugs. `fetch` may be called more than once; `close` when done."""

    def __init__(self, settings: Settings, service: Service) -> None:
        self._settings = settings
        self._service = service
        self._facts: dict[str, Future[str | None]] = {}
        self._lock = threading.Lock()
        self._reader = BugReader(
            service, settings.refresh, settings.offline and settings.cassette is None, _bug_url(service.root)
        )

    def fetch(self, wanted: Sequence[Wanted]) -> Iterator[Result]:
        """Each bug once, as they come; the facts that a bug's history needs before it."""
        if not wanted:
            return
        told: set[str] = set()
        jobs = max(1, self._settings.jobs)
        waiting = iter(wanted)
        pool = ThreadPoolExecutor(jobs, thread_name_prefix="launchpad")
        try:
            running = {pool.submit(self._read, bug) for bug in islice(waiting, 2 * jobs)}
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for finished in done:
                    running.update(pool.submit(self._read, bug) for bug in islice(waiting, 1))
                    result, facts = finished.result()
                    new = {key: text for key, text in facts.items() if key not in told}
                    if new:
                        told |= new.keys()
                        yield FactsRead(LAUNCHPAD, new, datetime.now(UTC))
                    yield result
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def close(self) -> None:
        """Give back connections and the cache."""
        self._service.session.close()

    # ------------------------------------------------------------------------------------------- one bug

    def _read(self, wanted: Wanted) -> tuple[Fetched | Unresolved, dict[str, str]]:
        try:
            result = self._reader.read(wanted)
            if isinstance(result, Fetched):
                return result, self._facts_for(result)
            if (error := self._service.check_login()) is not None:
                return self._failed(wanted, self._no_launchpad(error)), {}
            return result, {}
        except BadLogin as error:
            raise TrackerError(
                LAUNCHPAD, f"Launchpad does not accept the stored login: {error}", hint="run `lptrack login` again"
            ) from None
        except NotCached as error:
            return self._failed(wanted, error.detail, Absence.OFFLINE), {}
        except CassetteMiss as error:
            return self._failed(wanted, error.message), {}
        except (RequestException, WrongAnswer) as error:
            return self._failed(wanted, str(error)), {}

    def _failed(self, wanted: Wanted, why: str, reason: Absence = Absence.UNREACHABLE) -> Unresolved:
        return Unresolved(wanted.bug, self._reader.bug_url.format(number=wanted.bug.number), reason, why)

    def _no_launchpad(self, error: BaseException) -> str:
        if isinstance(error, RequestException):
            return str(error)
        status = getattr(getattr(error, "response", None), "status", None)
        what = f"HTTP {status}" if status else type(error).__name__
        return f"{self._service.root}: no Launchpad web service there ({what})"

    # ------------------------------------------------------------------------------------------- facts

    def _facts_for(self, fetched: Fetched) -> dict[str, str]:
        """What this bug's history needs to know of series; each asked for once a run, and kept for a day."""
        found: dict[str, str] = {}
        for key in sorted(needed_facts(fetched.observation.tasks, fetched.entries)):
            text = self._fact(key)
            if text is not None:
                found[key] = text
        return found

    def _fact(self, key: str) -> str | None:
        with self._lock:
            mine = key not in self._facts
            future = self._facts.setdefault(key, Future())
        if mine:
            try:
                future.set_result(self._ask_fact(key))
            except BaseException as error:
                future.set_exception(error)
        return future.result()

    def _ask_fact(self, key: str) -> str | None:
        _kind, _, pillar = key.partition(":/")
        if key.startswith(FOCUS_FACT):
            answer = self._service.get(f"{self._service.base}{pillar}", FACT_KEPT)
            return None if answer.status in NOT_VISIBLE else parse_focus(answer.data)
        rows: list[object] = []
        following: str | None = f"{self._service.base}{pillar}/series"
        while following is not None:
            answer = self._service.get(following, FACT_KEPT)
            if answer.status in NOT_VISIBLE:
                return None
            page = parse_page(answer.data)
            rows.extend(page.entries)
            following = self._reader.next_page(following, page.following)
        return parse_series([row for row in rows if isinstance(row, dict)])


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
