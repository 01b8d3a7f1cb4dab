"""Cassettes: exchanges in a JSON file with their provenance; recorded below the cache, replayed without any network.

What could tell who asked is left out when recording: of the request only method, address, `Accept` and body are
kept, of the answer's headers only those that mean something to a client; OAuth values in addresses and bodies are
blanked. A WADL is not kept: launchpadlib has its own.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse

from lptrack.errors import CassetteMiss, UsageError
from lptrack.files import save_whole

_KEPT_HEADERS: Final = ("Content-Type", "Etag", "Vary", "Location", "Last-Modified")
_SECRET: Final = re.compile(
    r"(?P<name>oauth_(?:token_secret|token|signature|nonce|consumer_key)|access_token|api_key|password)"
    r"(?P<equals>=|\"\s*:\s*\"?)(?P<value>[^&\"\s,}]+)",
    re.IGNORECASE,
)
_USERINFO: Final = re.compile(r"(?<=://)[^/@\s]+@")
_WADL: Final = "application/vnd.sun.wadl+xml"

Key = tuple[str, str, str, str]
Show = Callable[[str], str]
"""What of an address is kept: `scrub` for a tracker's, `mask_address` for a log's."""


def scrub(text: str) -> str:
    """The text without credentials: OAuth values and `user:password@` in addresses."""
    return _USERINFO.sub("", _SECRET.sub(r"\g<name>\g<equals>scrubbed", text))


def _key(method: str, url: str, accept: str, body: str, show: Show = scrub) -> Key:
    return (method.upper(), show(scrub(url)), accept, scrub(body))


def _key_of(exchange: Mapping[str, Any], show: Show = scrub) -> Key:
    accept, body = exchange.get("accept") or "*/*", exchange.get("body") or ""
    return _key(exchange["method"], exchange["url"], accept, body, show)


def _body_of(request: PreparedRequest) -> str:
    body = request.body or b""
    return body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)


def load_cassette(path: Path) -> dict[str, Any]:
    """A cassette's JSON; `UsageError` where the file is none."""
    try:
        data = json.loads(path.read_text("utf-8"))
        if isinstance(data["exchanges"], list) and all(map(_is_exchange, data["exchanges"])):
            return dict(data)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read as a cassette: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise UsageError(f"{path}: is not a cassette", hint="a cassette is a JSON file written by a recording run")


def _is_exchange(exchange: Any) -> bool:
    """Whether this is a request and its answer as a recording run writes them."""
    return (
        isinstance(exchange, dict)
        and all(isinstance(exchange[name], str) for name in ("method", "url"))
        and all(isinstance(exchange.get(name) or "", str) for name in ("accept", "body", "text"))
        and isinstance(exchange.get("base64", ""), str)
        and isinstance(exchange.get("headers") or {}, dict)
        and type(exchange["status"]) is int
    )


class ReplayAdapter(BaseAdapter):
    """Answers from a cassette; a request that it does not hold is a `CassetteMiss` that names it."""

    def __init__(self, path: Path, show: Show = scrub) -> None:
        super().__init__()
        self._path = path
        self._show = show
        self._held: dict[Key, Mapping[str, Any]] = {}
        for exchange in load_cassette(path)["exchanges"]:
            self._held.setdefault(_key_of(exchange, show), exchange)

    def send(self, request: PreparedRequest, *_args: Any, **_more: Any) -> Response:
        """The recorded answer; 304 where the request's `If-None-Match` names what was recorded."""
        url = request.url or ""
        accept = request.headers.get("Accept", "*/*")
        exchange = self._held.get(_key(request.method or "GET", url, str(accept), _body_of(request), self._show))
        if exchange is None:
            raise CassetteMiss(
                "cassette",
                f"{self._path} does not hold {request.method} {self._show(scrub(url))}",
                hint="record it anew with this request, or run without the cassette",
            )
        headers = {str(name): str(value) for name, value in (exchange.get("headers") or {}).items()}
        status, body = int(exchange["status"]), _load_body(exchange)
        tag = headers.get("Etag")
        if tag is not None and request.headers.get("If-None-Match") == tag:
            status, body = 304, b""
        return build_response(request, status, headers, body, self)

    def close(self) -> None:
        """Nothing is open."""


def build_response(
    request: PreparedRequest, status: int, headers: Mapping[str, str], body: bytes, adapter: BaseAdapter
) -> Response:
    """A `Response` as requests makes one of what came over a connection."""
    response = Response()
    response.status_code = status
    response.headers = CaseInsensitiveDict(headers)
    response.url = request.url or ""
    response.request = request
    response.encoding = "utf-8"
    response.raw = HTTPResponse(
        BytesIO(body), headers=dict(headers), status=status, preload_content=False, request_url=request.url
    )
    response._content = body
    response._content_consumed = True  # type: ignore[attr-defined]
    response.connection = adapter  # type: ignore[assignment]
    return response


def _load_body(exchange: Mapping[str, Any]) -> bytes:
    if "json" in exchange:
        return json.dumps(exchange["json"]).encode()
    if "base64" in exchange:
        try:
            return base64.b64decode(exchange["base64"])
        except ValueError as error:
            raise UsageError(
                f"a cassette's answer to {exchange['url']} is not valid base64", hint="record it anew"
            ) from error
    return str(exchange.get("text", "")).encode("utf-8", "replace")


def build_exchange(response: Response, show: Show = scrub) -> dict[str, Any]:
    """One exchange as a cassette keeps it, scrubbed."""
    request = response.request
    exchange: dict[str, Any] = {
        "method": request.method,
        "url": show(scrub(request.url or "")),
        "accept": str(request.headers.get("Accept", "*/*")),
    }
    if request.body:
        exchange["body"] = scrub(_body_of(request))
    exchange["status"] = response.status_code
    exchange["headers"] = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    if "Location" in exchange["headers"]:
        exchange["headers"]["Location"] = show(scrub(exchange["headers"]["Location"]))
    return exchange | _build_body(response.content)


def _build_body(content: bytes) -> dict[str, Any]:
    try:
        text = scrub(content.decode("utf-8"))
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode("ascii")}
    try:
        return {"json": json.loads(text)}
    except ValueError:
        return {"text": text}


@dataclass(slots=True)
class Recorder:
    """Collects what is exchanged and writes it as a cassette. Answers 304 are not kept: they stand for another."""

    path: Path
    roots: Mapping[str, str]
    now: datetime
    show: Show = scrub
    _exchanges: dict[Key, dict[str, Any]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, response: Response) -> None:
        """Keep one answer; the last of several to the same request."""
        if response.status_code == 304 or response.headers.get("Content-Type", "").startswith(_WADL):
            return
        exchange = build_exchange(response, self.show)
        with self._lock:
            self._exchanges[_key_of(exchange)] = exchange

    def save(self) -> None:
        """Write the cassette; what an earlier session put into the same file stays, but for the same requests."""
        recorded = (
            {_key_of(each): each for each in load_cassette(self.path)["exchanges"]} if self.path.exists() else {}
        )
        with self._lock:
            recorded |= self._exchanges
        exchanges = [recorded[key] for key in sorted(recorded)]
        data = {
            "about": f"recorded by lptrack on {self.now:%Y-%m-%d}; credentials scrubbed",
            "roots": {tracker: scrub(root) for tracker, root in sorted(self.roots.items())},
            "exchanges": exchanges,
        }
        save_cassette(self.path, data)


def save_cassette(path: Path, data: Mapping[str, Any]) -> None:
    """Write a cassette: whole or not at all, mode 0600."""
    save_whole(path, [json.dumps(data, ensure_ascii=False, indent=1), "\n"], private=True)


def load_roots(path: Path) -> dict[str, str]:
    """The trackers' addresses that a cassette was recorded from, by the tracker's name."""
    roots = load_cassette(path).get("roots")
    return {str(name): str(root) for name, root in roots.items()} if isinstance(roots, dict) else {}
