"""The transport adapter: every request of every session goes through here, whole answers come out or `Unanswered`.

It reads bodies to the end (within a limit), tries again what is worth it, waits as long as a host asks, and keeps the
budget. It sits below the cache, so that nothing half-read or wrong is ever cached.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import urllib3.exceptions
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from lptrack.errors import raise_shortage
from lptrack.net.causes import check_ca, find_cause, name_fault, never_connected, refuses_login
from lptrack.net.errors import DeadlinePassed, HostGivenUp, RedirectRefused, TooLarge, Unanswered
from lptrack.net.policy import ATTEMPTS, Clock, Host, backoff, parse_http_date, parse_retry_after
from lptrack.net.settings import Budget, Settings
from lptrack.net.wire import Exchange, Watch, host_of, make_cuttable, names_private

JSON: Final = "application/json"
CONNECT_TIMEOUT: Final = 10.0
READ_TIMEOUT: Final = 60.0
SLOWEST: Final = 16 * 1024  # bytes a second: what an answer may take, beside READ_TIMEOUT
LARGEST_BODY: Final = 16 * 1024 * 1024
MOST_VALUES: Final = 1_000_000
"""Of an answer in JSON, each about a hundred bytes of memory: 50 MB of `{"a":1},` were 973 MB."""
PUBLIC_HEADER: Final = "X-Lptrack-Public"  # never sent: this request was redirected from the web, and stays there
_CHUNK: Final = 16 * 1024  # unpacked at once: a thousand times as much at the worst
_RETRIED: Final = frozenset({500, 502, 503, 504})
_SHORT: Final = frozenset({500})  # a server's own error rarely passes: fewer attempts
_BROKEN: Final = (
    requests.ConnectionError,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
    requests.Timeout,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
    urllib3.exceptions.HTTPError,
    OSError,
)


class _Fault(Exception):
    """One attempt that failed.

    ``connected`` is False where there was no connection at all; ``asked`` is True where the host itself said when to
    come back, so that no other wait is due.
    """

    def __init__(self, why: str, *, connected: bool = True, asked: bool = False, attempts: int = ATTEMPTS) -> None:
        super().__init__(why)
        self.why = why
        self.asked = asked
        self.connected = connected
        self.attempts = attempts


class PoliteAdapter(HTTPAdapter):
    """requests' adapter with the run's policy. Safe for threads; one for a session."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        *,
        on_answer: Callable[[Response], None],
        largest: int = LARGEST_BODY,
    ) -> None:
        self._budget: Budget = settings.budget
        self._settings = settings
        self._clock = clock
        self._on_answer = on_answer
        self._hosts: dict[str, Host] = {}
        self._lock = threading.Lock()
        self._largest = largest
        self._deadline = settings.budget.begin(clock.monotonic()) + settings.deadline
        self._watch = Watch()
        self._private: set[str] = set()  # hosts that turned out to be no part of the web
        self._cas: dict[str, str | None] = {}
        self._waited_until = 0.0
        self._aborted = False
        super().__init__(pool_connections=8, pool_maxsize=max(1, settings.jobs), max_retries=0, pool_block=True)

    def init_poolmanager(self, *arguments: Any, **more: Any) -> None:
        """As requests', of connections that can be cut."""
        super().init_poolmanager(*arguments, **more)
        make_cuttable(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **more: Any) -> Any:
        """As requests', of connections that can be cut."""
        manager = super().proxy_manager_for(proxy, **more)
        make_cuttable(manager)
        return manager

    def is_private(self, host: str) -> bool:
        """Whether this host is of this machine or of a private network, as its name or its address showed."""
        return host in self._private or names_private(urlsplit(f"//{host}").hostname or "")

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,  # noqa: ARG002 bodies are always read here
        timeout: Any = None,  # noqa: ARG002 the run's own
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        """The whole answer, its body read. Raises `Unanswered` (or a kind of it) where there is none to be had."""
        host = self._host(request)
        public_only = request.headers.pop(PUBLIC_HEADER, None) is not None
        attempt = 0
        while True:
            attempt += 1
            try:
                response = self._attempt(host, request, public_only, verify, cert, dict(proxies or {}))
            except _Fault as fault:
                self._count(retries=1)
                if not fault.connected:
                    host.refused(fault.why)
                elif attempt >= fault.attempts:
                    host.failed(fault.why)
                    times = f" ({attempt} times)" if attempt > 1 else ""
                    raise Unanswered(f"{host.name}: {fault.why}{times}") from None
                if not fault.asked:
                    host.wait(backoff(attempt))
                continue
            host.well()
            self._on_answer(response)
            return response

    def _attempt(
        self,
        host: Host,
        request: PreparedRequest,
        public_only: bool,
        verify: bool | str,
        cert: Any,
        proxies: dict[str, str],
    ) -> Response:
        host.enter()
        try:
            response = self._exchange(host, request, public_only, verify, cert, proxies)
        finally:
            host.leave()
        asked = parse_retry_after(response.headers.get("Retry-After"), self._server_time(response))
        status = response.status_code
        if status == 429 or (status == 503 and asked is not None):
            host.slow_down(asked or 0.0)
            raise _Fault(f"HTTP {status}, asks to slow down", asked=bool(asked), attempts=ATTEMPTS + 4)
        if status in _RETRIED and not _is_soap_fault(response):
            raise _Fault(f"HTTP {status}", attempts=3 if status in _SHORT else ATTEMPTS)
        if status == 200 and request.headers.get("Accept") == JSON and (wrong := _wrong_json(host, response)):
            raise _Fault(wrong, attempts=4)
        return response

    def _exchange(
        self,
        host: Host,
        request: PreparedRequest,
        public_only: bool,
        verify: bool | str,
        cert: Any,
        proxies: dict[str, str],
    ) -> Response:
        self._check_ca(host, request, verify)
        left = host.remaining()
        timeout = (min(CONNECT_TIMEOUT, left + 0.1), min(READ_TIMEOUT, left + 0.1))
        with self._watch.exchange(min(READ_TIMEOUT, left), public_only=public_only) as exchange:
            try:
                if public_only and self.is_private(host.name):
                    raise RedirectRefused(f"{host.name}: a page of the web redirects to it, which is not followed")
                response = super().send(request, True, timeout, verify, cert, proxies)
                if response.status_code == 407:
                    raise _stopped(host, refuses_login(request.url or "", proxies))
                body = self._read(host, response, exchange)
                if exchange.cut:  # where no length was told, the end of a connection is the end of an answer
                    raise OSError("cut")
            except (TooLarge, RedirectRefused, HostGivenUp):
                raise
            except _BROKEN as error:
                raise self._explain(host, request, exchange, proxies, error) from error
            finally:
                if exchange.private:
                    self._private.add(host.name)
        response._content = body  # as requests itself does once a body is read
        response._content_consumed = True  # type: ignore[attr-defined]
        self._count(requests=1, received=response.raw.tell(), revalidated=int(response.status_code == 304))
        return response

    def _explain(
        self, host: Host, request: PreparedRequest, exchange: Exchange, proxies: dict[str, str], error: Exception
    ) -> Exception:
        """What is to be raised for an exchange that failed: a fault that is worth another attempt, or the end."""
        if exchange.refused:
            return RedirectRefused(f"{host.name}: a page of the web redirects to this private address; not followed")
        if exchange.cut:
            if host.remaining() <= 0:
                return DeadlinePassed(f"{host.name}: the answer had not ended at the deadline of this run")
            return _Fault("the answer came too slowly", attempts=2)
        raise_shortage(error)
        cause = find_cause(error, request.url or "", proxies)
        if cause is not None:
            return _stopped(host, cause)
        if isinstance(error, requests.exceptions.InvalidURL):
            return error
        return _Fault(name_fault(error), connected=not never_connected(error))

    def _check_ca(self, host: Host, request: PreparedRequest, verify: bool | str) -> None:
        if not isinstance(verify, str) or not (request.url or "").lower().startswith("https"):
            return
        if verify not in self._cas:
            self._cas[verify] = check_ca(verify)
        wrong = self._cas[verify]
        if wrong is not None:
            raise _stopped(host, wrong)

    def _read(self, host: Host, response: Response, exchange: Exchange) -> bytes:
        limit = self._largest
        declared = response.headers.get("Content-Length", "")
        if declared.isdigit() and int(declared[:20]) > limit:
            response.close()
            raise TooLarge(f"{host.name}: an answer of {int(declared[:20]):,} bytes; the limit is {limit:,}")
        parts: list[bytes] = []
        size, first, left = 0, exchange.until, host.remaining()
        latest = first + left - min(READ_TIMEOUT, left)
        for part in response.raw.stream(_CHUNK, decode_content=True):
            size += len(part)
            if size > limit:
                response.close()
                raise TooLarge(f"{host.name}: an answer of more than {limit:,} bytes")
            exchange.until = max(first, min(latest, first + size / SLOWEST))
            parts.append(part)
        return b"".join(parts)

    def abort(self) -> None:
        """Nothing more goes out, and nobody goes on waiting: the run is being left."""
        with self._lock:
            self._aborted = True
            for host in self._hosts.values():
                host.stop("the run was interrupted")
        self._watch.stop_all()

    def close(self) -> None:
        """Give back the connections, and end the watch over them."""
        super().close()
        self._watch.close()

    def _host(self, request: PreparedRequest) -> Host:
        name = host_of(request.url or "")
        with self._lock:
            if name not in self._hosts:
                run = self._settings
                if self._aborted:
                    raise HostGivenUp(f"{name}: the run was interrupted")
                self._hosts[name] = Host(
                    name, self._clock, self._deadline, run.give_up_after, self._add_waited, run.say
                )
            return self._hosts[name]

    def _server_time(self, response: Response) -> datetime:
        """The server's own clock where it tells it: its HTTP dates are meant by that."""
        return parse_http_date(response.headers.get("Date")) or self._clock.now()

    def _add_waited(self, since: float, until: float) -> None:
        """Seconds in which anything waited: what several threads wait at once counts once."""
        with self._lock:
            self._budget.waited += max(0.0, until - max(since, self._waited_until))
            self._waited_until = max(self._waited_until, until)

    def _count(self, *, requests: int = 0, received: int = 0, revalidated: int = 0, retries: int = 0) -> None:
        with self._lock:
            self._budget.requests += requests
            self._budget.bytes += received
            self._budget.revalidated += revalidated
            self._budget.retries += retries


def _is_soap_fault(response: Response) -> bool:
    """SOAP says no with 500: that is the service's answer, and as good at the first attempt as at the third."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return response.status_code == 500 and kind in {"text/xml", "application/soap+xml"}


def _wrong_json(host: Host, response: Response) -> str | None:
    """What is wrong with an answer that should be JSON. Raises `TooLarge` for more values than memory should hold."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != JSON:
        return f"answered {kind or 'something without a type'} instead of JSON"
    content = response.content
    if content.count(b",") + content.count(b"{") + content.count(b"[") > MOST_VALUES:
        raise TooLarge(f"{host.name}: an answer of more than {MOST_VALUES:,} values")
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return "answered JSON that cannot be read"
    return None


def _stopped(host: Host, why: str) -> HostGivenUp:
    """No retry mends it: the host is asked no more in this run."""
    host.stop(why)
    return HostGivenUp(f"{host.name}: {why}")
