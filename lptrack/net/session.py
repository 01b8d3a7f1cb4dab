"""`open_session`: the requests session that everything of lptrack goes through, cache above, policy below."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests_cache.backends.base import BaseCache
from requests_cache.models.response import CachedResponse
from requests_cache.session import CachedSession

from lptrack._version import __version__
from lptrack.errors import UsageError
from lptrack.net.cache import (
    BACKENDS,
    CacheUnusable,
    Forgiving,
    build_key,
    cache_file,
    open_file_cache,
)
from lptrack.net.cassette import Recorder, ReplayAdapter, scrub
from lptrack.net.causes import find_ca_setting
from lptrack.net.errors import NotCached, RedirectRefused
from lptrack.net.policy import Clock
from lptrack.net.secrets import mask_address
from lptrack.net.settings import Settings
from lptrack.net.transport import LARGEST_BODY, PUBLIC_HEADER, PoliteAdapter
from lptrack.net.wire import host_of

USER_AGENT: Final = f"lptrack/{__version__} (bugs of meeting logs; python-requests/{requests.__version__})"
ANSWERS_KEPT: Final = (200, 403, 404, 410)  # a bug that is not there is an answer too


def open_session(
    settings: Settings,
    *,
    login: str | None = None,
    clock: Clock | None = None,
    any_host: bool = False,
    largest: int = LARGEST_BODY,
) -> Session:
    """A session for one run. ``login`` (any text that is one login's own) keeps its answers apart.

    ``any_host``: redirects may lead to another https host, for addresses that a person gave and that send no
    credentials; what such an address may hold is masked wherever it is kept. The deadline counts from the run's first
    session. ``largest``: bytes of an answer.
    """
    left = threading.Event()
    clock = clock or Clock(time.monotonic, lambda: datetime.now(UTC), left.wait)
    return Session(settings, login, clock, any_host, left, largest)


class Session(CachedSession):
    """A `CachedSession` that follows the run's settings: offline, refresh, cassettes, the budget.

    Everything it raises for an answer that could not be had is an `Unanswered` (a `requests.RequestException`), but
    for `CassetteMiss`.
    """

    def __init__(
        self,
        settings: Settings,
        login: str | None,
        clock: Clock,
        any_host: bool,
        left: threading.Event,
        largest: int,
    ) -> None:
        self._run = settings
        self._any_host = any_host
        self._left = left
        self._recorder: Recorder | None = None
        self._environment: dict[str, Any] = {}
        self._show = mask_address if any_host else scrub
        cache = None if settings.cassette or settings.record else _open_cache(settings, login)
        if any_host and isinstance(cache, Forgiving):
            cache.show = mask_address
        super().__init__(
            backend=cache or BaseCache(),
            expire_after=settings.max_age,
            allowable_codes=ANSWERS_KEPT,
            allowable_methods=("GET", "HEAD", "POST"),
            key_fn=build_key(login),
        )
        self.settings.disabled = cache is None
        self.headers["User-Agent"] = USER_AGENT
        self.auth = _no_auth
        self.max_redirects = 5
        self._transport = self._build_adapter(settings, clock, largest)
        self.mount("https://", self._transport)
        self.mount("http://", self._transport)

    def _build_adapter(self, settings: Settings, clock: Clock, largest: int) -> BaseAdapter:
        if settings.cassette is not None:
            return ReplayAdapter(settings.cassette, self._show)
        if settings.record is not None:
            self._recorder = Recorder(settings.record, settings.roots, clock.now(), self._show)
        recorder = self._recorder
        on_answer = recorder.add if recorder else lambda _response: None
        return PoliteAdapter(settings, clock, on_answer=on_answer, largest=largest)

    def send(self, request: PreparedRequest, **options: Any) -> Response:  # type: ignore[override]
        """The answer: from the cache where it is fresh, else from the host. `NotCached` when offline without one."""
        if self._run.offline and self._run.cassette is None:
            stored = self.peek(request, stale=True)
            if stored is None:
                raise NotCached(f"offline, and not in the cache: {self._show(request.url or '')}")
            return stored
        if self._run.refresh and not self.settings.disabled and "Cache-Control" not in request.headers:
            stored = self.cache.get_response(self.cache.create_key(request))
            tagged = stored is not None and ("Etag" in stored.headers or "Last-Modified" in stored.headers)
            options["refresh" if tagged else "force_refresh"] = True
        if request.headers.get("Cache-Control") == "no-store":  # `keep` decides later
            return requests.Session.send(self, request, **options)
        response: Response = super().send(request, **options)
        if isinstance(response, CachedResponse) and not response.revalidated:
            self._run.budget.cached += 1
        return response

    def peek(self, request: PreparedRequest, *, stale: bool = False) -> CachedResponse | None:
        """What the cache holds for this request, without asking anybody; ``stale``: however old it is."""
        if self.settings.disabled:
            return None
        stored = self.cache.get_response(self.cache.create_key(request))
        if stored is None or (stored.is_expired and not stale):
            return None
        self._run.budget.cached += 1
        return stored

    def keep(self, response: Response, max_age: timedelta | None = None) -> None:
        """Put an answer into the cache that was asked for with `no-store`: once it is known to belong to a whole."""
        if not self.settings.disabled and response.status_code in ANSWERS_KEPT:
            expires = datetime.now(UTC) + (self._run.max_age if max_age is None else max_age)
            self.cache.save_response(response, self.cache.create_key(response.request), expires)

    def merge_environment_settings(  # type: ignore[no-untyped-def]
        self, url, proxies, stream, verify, cert
    ) -> Any:
        """requests' own, once a host: it reads the whole environment for proxies at each request."""
        if proxies or stream or verify is not None or cert:
            return super().merge_environment_settings(url, proxies, stream, verify, cert)
        parts = urlsplit(url)
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self._environment:
            given = super().merge_environment_settings(url, {}, None, None, None)
            if given["verify"] in {None, True}:  # requests heeds its own two variables, OpenSSL's users set others
                given["verify"] = find_ca_setting() or given["verify"]
            self._environment[host] = given
        return dict(self._environment[host])

    def get_redirect_target(self, resp: Response) -> str | None:
        """Where a redirect leads; `RedirectRefused` where this request must not be taken there."""
        here = urlsplit(str(resp.url))
        try:
            target = super().get_redirect_target(resp)
            if target is None:
                return None
            there = urlsplit(requests.compat.urljoin(str(resp.url), target))
            host, _ = there.hostname, there.port  # an address without its end (`http://[::1`) shows here
        except ValueError:
            raise RedirectRefused(f"{here.netloc}: redirects to what is no address, which is not followed") from None
        same = (there.scheme, there.netloc) == (here.scheme, here.netloc)
        safe = there.scheme == "https" and host and not there.username
        if same or (safe and (self._any_host or there.netloc == here.netloc)):
            return target
        raise RedirectRefused(f"{here.netloc}: redirects to {there.scheme}://{host}, which is not followed")

    def rebuild_auth(self, prepared_request: PreparedRequest, response: Response) -> None:
        """No header with credentials travels to another host, and no .netrc is looked at.

        This is where requests makes the request that a redirect asks for: one from the web stays on the web, whatever
        the name resolves to.
        """
        before = host_of(str(response.url))
        if self._any_host and isinstance(self._transport, PoliteAdapter) and not self._transport.is_private(before):
            prepared_request.headers[PUBLIC_HEADER] = "1"
        if urlsplit(str(prepared_request.url)).netloc != urlsplit(str(response.url)).netloc:
            prepared_request.headers.pop("Authorization", None)

    def abort(self) -> None:
        """End all waiting and asking, in whatever thread: the run is being left (Ctrl-C)."""
        if isinstance(self._transport, PoliteAdapter):
            self._transport.abort()
        self._left.set()

    def close(self) -> None:
        """Give back connections and the cache's file; write the cassette that was recorded."""
        super().close()  # type: ignore[no-untyped-call]
        if self._recorder is not None:
            self._recorder.save()


def _no_auth(request: PreparedRequest) -> PreparedRequest:
    """Stands where requests would look into ~/.netrc."""
    return request


def _open_cache(settings: Settings, login: str | None) -> BaseCache | None:
    if settings.cache is None:
        return None
    if settings.cache_backend not in BACKENDS:
        raise UsageError(f"unknown cache backend {settings.cache_backend}", hint=f"there are: {', '.join(BACKENDS)}")
    try:
        if settings.cache_backend == "redis":
            if login is None:
                from lptrack.net.sharedcache import open_redis_cache

                return open_redis_cache(str(settings.cache), settings.say)
            settings.say("what a login sees is not put into a shared cache; going on without one")
            return None
        return open_file_cache(cache_file(Path(settings.cache), login), settings.say)
    except CacheUnusable as error:
        settings.say(f"the HTTP cache cannot be used: {error}; going on without it")
        return None
