"""launchpadlib over our requests session: the shim under it, the login, and the reads.

launchpadlib speaks httplib2 underneath; `httpFactory` is the seam. Reading bugs needs its browser and nothing of the
WADL (1.5 MB), so the login, which tells whether there is a Launchpad at all, is made where that is in doubt: a 404 is
an answer only from a Launchpad.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import httplib2
from launchpadlib.credentials import AnonymousAccessToken, Credentials
from lazr.restfulclient._browser import Browser
from lazr.restfulclient.errors import HTTPError
from requests import Response

from lptrack.net.session import USER_AGENT, Session
from lptrack.trackers.launchpad.answers import load_json
from lptrack.trackers.launchpad.roots import VERSION

if TYPE_CHECKING:
    from launchpadlib.launchpad import Launchpad

CONSUMER: Final = "lptrack"
WADL_KEPT: Final = "max-age=86400"


class SessionHttp:
    """What lazr.restfulclient takes for an `httplib2.Http`: `request`, and three names that its browser touches."""

    cache = None
    ignore_etag = True

    def __init__(self, session: Session, credentials: Credentials, root: str) -> None:
        self._session = session
        self._credentials = credentials
        self._root = root

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **_more: object,
    ) -> tuple[httplib2.Response, bytes]:
        """One exchange: signed as launchpadlib signs, sent over the session."""
        sent = dict(headers or {})
        if uri == self._root:
            sent.setdefault("Cache-Control", WADL_KEPT)
        self._credentials.authorizeRequest(uri, method, body, sent)
        answer = self._session.request(method, uri, data=body, headers=sent)
        shim = _ShimResponse({name.lower(): value for name, value in answer.headers.items()})
        shim.status, shim.reason, shim.answer = answer.status_code, answer.reason or "", answer
        return shim, answer.content

    def _getCachedHeader(self, _uri: str, _header: str) -> None:
        return None


class _ShimResponse(httplib2.Response):  # type: ignore[misc]
    """httplib2's response, with the one of requests behind it."""

    answer: Response


def log_in(http: SessionHttp, credentials: Credentials, service_root: str) -> Launchpad:
    """launchpadlib's login, its HTTP over the session: fetches and reads the service root. Raises what it raises."""
    from launchpadlib.launchpad import Launchpad

    class SessionLaunchpad(Launchpad):  # type: ignore[misc]
        """launchpadlib's `Launchpad` with its seam filled."""

        def httpFactory(self, *_arguments: object) -> SessionHttp:
            return http

        @property
        def _user_agent(self) -> str:
            return USER_AGENT

    return SessionLaunchpad(
        credentials, None, None, service_root=service_root, cache=_NO_CACHE, version=VERSION, proxy_info=None
    )


_NO_CACHE: Final = object()  # lazr makes a folder where it is given None


class _Factory:
    """What a `Browser` wants of a service root."""

    def __init__(self, http: SessionHttp) -> None:
        self._http = http

    def httpFactory(self, *_arguments: object) -> SessionHttp:
        return self._http


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the web service: ``data`` is its JSON (None for anything but 200)."""

    status: int
    data: Any
    text: str
    read_at: datetime
    response: Response | None = None


class Service:
    """Launchpad's web service at one root: reads through launchpadlib's browser, and the login where it is needed."""

    def __init__(self, session: Session, root: str, credentials: Credentials | None, *, live: bool = True) -> None:
        self.session = session
        self.root = root
        self.live = live
        self.base = f"{root}{VERSION}/"
        self.logged_in = credentials is not None
        self._credentials = credentials or Credentials(CONSUMER, access_token=AnonymousAccessToken())
        self._http = SessionHttp(session, self._credentials, self.base)
        self._browser = Browser(_Factory(self._http), self._credentials, _NO_CACHE, None, None, USER_AGENT, 0)
        self._lock = threading.Lock()
        self._checked = not live
        self._why_not: Exception | None = None

    def check(self) -> Exception | None:
        """Why there is no Launchpad at the service root; None where launchpadlib can log in there. Asked once."""
        with self._lock:
            if not self._checked:
                try:
                    log_in(self._http, self._credentials, self.root)
                except Exception as error:
                    self._why_not = error
                self._checked = True
        return self._why_not

    def get(self, url: str, headers: Mapping[str, str]) -> Answer:
        """One read, through launchpadlib's browser. Raises `Unanswered` where there is no usable answer."""
        read_at = datetime.now(UTC)
        try:
            shim, content = self._browser.get(url, headers=dict(headers), return_response=True)
        except HTTPError as error:
            shim, content = error.response, error.content
        if content is Browser.NOT_MODIFIED:
            content = b""
        answer: Response = shim.answer
        text = content.decode("utf-8", "replace") if shim.status != 200 else ""
        data = load_json(content) if shim.status == 200 else None
        return Answer(shim.status, data, text, read_at, answer)
