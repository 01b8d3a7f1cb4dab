"""debbugs' SOAP service over the run's session: one call, its answer read, and when to leave the service alone."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urljoin, urlsplit

from requests import Request, Response, Session

from lptrack.net.errors import HostGivenUp, NotCached
from lptrack.net.session import Session as PoliteSession
from lptrack.net.settings import Settings
from lptrack.trackers.debian.roots import SERVICE
from lptrack.trackers.debian.soap import Node, SoapFault, WrongAnswer, build_request, parse_response

STRIKES: Final = 12  # nonsense in a row, after which the service is left alone
_HEADERS: Final = {
    "Content-Type": 'text/xml; charset="utf-8"',
    "SOAPAction": "",
    "Cache-Control": "no-cache, no-store",  # what is whole we put into the cache ourselves
}


class GivenUp(Exception):
    """The service is not asked any more in this run; the message says why."""


class Refused(WrongAnswer):
    """The service says no to this request, by HTTP."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A value that debbugs returned, when it was asked, and whether it came from the cache."""

    value: Node
    read_at: datetime
    response: Response | None  # None from the cache
    cached: bool


@dataclass(slots=True)
class Service:
    """The service below one root. Safe for threads."""

    session: Session
    root: str
    settings: Settings
    _given_up: str | None = None
    _strikes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def domains(self) -> tuple[str, ...]:
        """The mail domains of the tracker: Debian's, and the host of its root."""
        return ("bugs.debian.org", urlsplit(self.root).hostname or "")

    def call(self, method: str, numbers: Sequence[int], *, cacheable: bool) -> Answer:
        """One call. Raises `WrongAnswer`, `GivenUp`, or a `RequestException` where nothing usable came."""
        body = build_request(method, numbers, as_array=method == "get_status")
        asked = Request("POST", urljoin(self.root, SERVICE), headers=_HEADERS, data=body)
        request = self.session.prepare_request(asked)
        offline = self.settings.offline and self.settings.cassette is None
        if isinstance(self.session, PoliteSession) and (cacheable or offline) and self.settings.cassette is None:
            stored = self.session.peek(request, stale=offline)
            if stored is not None:
                at = stored.created_at
                at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
                return Answer(parse_response(stored.content or b"", method), at, None, cached=True)
        if offline:
            raise NotCached("offline, and not in the cache")
        if self._given_up is not None:
            raise GivenUp(self._given_up)
        read_at = datetime.now(UTC)
        options = self.session.merge_environment_settings(request.url or "", {}, None, None, None)
        try:
            response = self.session.send(request, **options)
            value = _read(response, method)
        except HostGivenUp as error:
            self._given_up = self._given_up or str(error)
            raise
        except SoapFault:
            self._count(strike=False)  # it works, and says no
            raise
        except WrongAnswer as error:
            self._count(strike=True, why=str(error))
            raise
        self._count(strike=False)
        return Answer(value, read_at, response, cached=False)

    def keep(self, answer: Answer) -> None:
        """Let the cache have an answer that was read to its end and made sense."""
        if answer.response is not None and isinstance(self.session, PoliteSession):
            self.session.keep(answer.response)

    def _count(self, *, strike: bool, why: str = "") -> None:
        with self._lock:
            self._strikes = self._strikes + 1 if strike else 0
            if self._strikes >= STRIKES:
                self._given_up = f"given up after {self._strikes} answers in a row like this one: {why}"


def _read(response: Response, method: str) -> Node:
    if response.status_code not in {200, 500}:  # a fault comes as 500
        refused = 400 <= response.status_code < 500
        raise (Refused if refused else WrongAnswer)(f"HTTP {response.status_code} from its SOAP service")
    try:
        return parse_response(response.content, method)
    except SoapFault:
        raise
    except WrongAnswer as error:
        if response.status_code == 200:
            raise
        raise WrongAnswer(f"HTTP 500, {error}") from error
