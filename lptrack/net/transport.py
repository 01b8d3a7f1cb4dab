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

from lptrack.net.errors import HostGivenUp, TooLarge, Unanswered
from lptrack.net.policy import ATTEMPTS, Clock, Host, backoff, parse_http_date, parse_retry_after
from lptrack.net.settings import Budget, Settings

JSON: Final = "application/json"
CONNECT_TIMEOUT: Final = 10.0
READ_TIMEOUT: Final = 60.0
LARGEST_BODY: Final = 64 * 1024 * 1024
LIMIT_HEADER: Final = "X-Lptrack-Limit"  # never sent: a request's own limit of bytes
_CHUNK: Final = 64 * 1024
_RETRIED: Final = frozenset({500, 502, 503, 504})
_SHORT: Final = frozenset({500})  # a server's own error rarely passes: fewer attempts
_BROKEN: Final = (
    requests.ConnectionError,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
    requests.Timeout,
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

    def __init__(self, settings: Settings, clock: Clock, *, on_answer: Callable[[Response], None]) -> None:
        self._budget: Budget = settings.budget
        self._settings = settings
        self._clock = clock
        self._on_answer = on_answer
        self._hosts: dict[str, Host] = {}
        self._lock = threading.Lock()
        self._deadline = clock.monotonic() + settings.deadline
        self._waited_until = 0.0
        self._aborted = False
        super().__init__(pool_connections=8, pool_maxsize=max(1, settings.jobs), max_retries=0, pool_block=True)

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
        limit = int(request.headers.pop(LIMIT_HEADER, LARGEST_BODY))
        attempt = 0
        while True:
            attempt += 1
            try:
                response = self._attempt(host, request, limit, verify, cert, proxies)
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
        limit: int,
        verify: bool | str,
        cert: Any,
        proxies: Mapping[str, str] | None,
    ) -> Response:
        host.enter()
        try:
            response = self._exchange(host, request, limit, verify, cert, proxies)
        finally:
            host.leave()
        asked = parse_retry_after(response.headers.get("Retry-After"), self._server_time(response))
        status = response.status_code
        if status == 429 or (status == 503 and asked is not None):
            host.slow_down(asked or 0.0)
            raise _Fault(f"HTTP {status}, asks to slow down", asked=bool(asked), attempts=ATTEMPTS + 4)
        if status in _RETRIED and not _is_soap_fault(response):
            raise _Fault(f"HTTP {status}", attempts=3 if status in _SHORT else ATTEMPTS)
        if status == 200 and (wrong := _wrong_json(request, response)):
            raise _Fault(wrong, attempts=4)
        return response

    def _exchange(
        self,
        host: Host,
        request: PreparedRequest,
        limit: int,
        verify: bool | str,
        cert: Any,
        proxies: Mapping[str, str] | None,
    ) -> Response:
        left = host.remaining()
        timeout = (min(CONNECT_TIMEOUT, left + 0.1), min(READ_TIMEOUT, left + 0.1))
        try:
            response = super().send(request, True, timeout, verify, cert, dict(proxies or {}))
            body = self._read(host, response, limit)
        except (TooLarge, requests.exceptions.InvalidURL):
            raise
        except requests.exceptions.SSLError as error:
            host.stop(f"TLS: {_reason(error)}")
            raise Unanswered(f"{host.name}: TLS: {_reason(error)}") from error
        except _BROKEN as error:
            raise _Fault(_reason(error), connected=not _never_connected(error)) from error
        response._content = body  # as requests itself does once a body is read
        response._content_consumed = True  # type: ignore[attr-defined]
        self._count(requests=1, received=response.raw.tell(), revalidated=int(response.status_code == 304))
        return response

    def _read(self, host: Host, response: Response, limit: int) -> bytes:
        declared = response.headers.get("Content-Length", "")
        if declared.isdigit() and int(declared) > limit:
            response.close()
            raise TooLarge(f"{host.name}: an answer of {int(declared):,} bytes; the limit is {limit:,}")
        parts: list[bytes] = []
        size = 0
        for part in response.raw.stream(_CHUNK, decode_content=True):
            size += len(part)
            if size > limit:
                response.close()
                raise TooLarge(f"{host.name}: an answer of more than {limit:,} bytes")
            if self._clock.monotonic() > host.deadline + 1:
                response.close()
                raise _Fault("the answer had not ended at the deadline")
            parts.append(part)
        return b"".join(parts)

    def abort(self) -> None:
        """Nothing more goes out, and nobody goes on waiting: the run is being left."""
        with self._lock:
            self._aborted = True
            for host in self._hosts.values():
                host.stop("the run was interrupted")

    def _host(self, request: PreparedRequest) -> Host:
        name = urlsplit(request.url or "").netloc.rpartition("@")[2]
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


def _wrong_json(request: PreparedRequest, response: Response) -> str | None:
    """What is wrong with an answer to a request for JSON, None where it is JSON."""
    if request.headers.get("Accept") != JSON:
        return None
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != JSON:
        return f"answered {kind or 'something without a type'} instead of JSON"
    try:
        json.loads(response.content)
    except (ValueError, RecursionError):
        return "answered JSON that cannot be read"
    return None


def _never_connected(error: BaseException) -> bool:
    """Whether this failure is one of getting a connection, rather than of one that was there."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(reason, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError)


def _reason(error: BaseException) -> str:
    """One clause for a human; the libraries' own texts are addresses of objects in three layers."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return "no connection within the time allowed"
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
        return "no answer within the time allowed"
    text = str(error)
    for sign, words in _WORDS:
        if sign in text:
            return words
    return type(error).__name__


_WORDS: Final = (
    ("Connection refused", "connection refused"),
    ("Name or service not known", "no such host"),
    ("name resolution", "the host's name cannot be resolved"),
    ("Network is unreachable", "the network is unreachable"),
    ("CERTIFICATE_VERIFY_FAILED", "the certificate cannot be verified"),
    ("timed out", "no answer within the time allowed"),
    ("IncompleteRead", "the answer broke off"),
    ("Connection reset", "the connection was reset"),
    ("without response", "the connection was closed without an answer"),
    ("Connection aborted", "the connection was broken"),
    ("decod", "the answer could not be decompressed"),
)
