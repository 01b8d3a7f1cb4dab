"""A Launchpad on loopback: a real HTTP server that answers as the recorded answers of Launchpad's own code show.

It serves any `Catalogue`: service root (launchpadlib's own WADL with this host put in; JSON), bugs, tasks, activity,
watches, series and pillars, with paging, ETags and 304, 404 bodies, OAuth and its 401. launchpadlib logs in to it
unchanged.
"""

from __future__ import annotations

import hashlib
import json
import re
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from types import TracebackType
from typing import Any, cast
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlencode, urlsplit

from tests.doubles.launchpad.catalogue import CANON, CANON_WEB, Body, Catalogue
from tests.doubles.launchpad.faults import Fault, Faults

VERSIONS = {"devel": 3600, "1.0": 604800, "beta": 604800}
WADL_TYPE = "application/vnd.sun.wadl+xml"
ROOT_ETAG = '"b4b272da46ca3968b0a7d54dbb20247b0e7eba65"'
PAGE, LARGEST = 75, 300


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as the server saw it."""

    method: str
    path: str
    status: int
    who: str | None
    headers: Mapping[str, str]


@dataclass(slots=True)
class Answer:
    """One answer before any fault."""

    status: int
    body: bytes = b""
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class LoopbackLaunchpad:
    """The server. A context manager; `root` is what to give as `--service-root`.

    ``tokens`` maps an access token's key to (secret, who). ``after`` is called after each answer with the request's
    path, to let the world change between two requests.
    """

    catalogue: Catalogue
    port: int = 0
    latency: float = 0.0
    faults: Faults = field(default_factory=Faults)
    tokens: dict[str, tuple[str, str]] = field(default_factory=dict)
    page: int = PAGE
    after: Callable[[str], None] | None = None
    authorizes: str | None = None  # who says yes on the web page as soon as a login asks; None: nobody
    seen: list[Seen] = field(default_factory=list)
    most_at_once: int = 0
    _at_once: int = 0
    _server: _Server | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def root(self) -> str:
        """The service root, without a version."""
        return f"http://127.0.0.1:{self.port}/"

    def __enter__(self) -> LoopbackLaunchpad:
        self.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen, in a thread."""
        self._server = _Server(("127.0.0.1", self.port), _Handler, self)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        """Stop listening: connections are refused from now on."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def counts(self) -> Counter[str]:
        """Requests by what they were for: root, bug, bug_tasks, activity, series, other; and 304 among them."""
        found: Counter[str] = Counter()
        with self._lock:
            for request in self.seen:
                found[_what(request.path)] += 1
                if request.status == 304:
                    found["304"] += 1
        return found

    def forget(self) -> None:
        """Empty the log of requests."""
        with self._lock:
            self.seen.clear()
            self.most_at_once = 0

    # ------------------------------------------------------------------------------------- one request

    def arrive(self) -> None:
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)

    def depart(self, request: Seen) -> None:
        with self._lock:
            self._at_once -= 1
            self.seen.append(request)

    def answer(self, path: str, headers: Mapping[str, str], who: str | None) -> Answer:
        """What Launchpad answers to this GET."""
        parts = urlsplit(path)
        version, _, rest = parts.path.lstrip("/").partition("/")
        if version not in VERSIONS:
            return _not_found("lp.services.webapp.servers.WebServiceClientRequest instance", "")
        query = parse_qs(parts.query, keep_blank_values=True)
        steps = [unquote(step) for step in rest.split("/") if step]
        if not steps:
            return self._service_root(version, headers)
        if steps == ["people", "+me"] and who is not None:
            return Answer(303, headers={"Location": f"{self.root}{version}/~{who}"})
        if who is not None and steps == [f"~{who}"]:
            return self._entry(version, {"name": who, "resource_type_link": f"{CANON}#person"}, headers)
        if steps[0] == "bugs" and len(steps) in {2, 3}:
            return self._bug(version, steps[1:], parts.path, query, headers, who)
        if len(steps) == 2 and steps[1] == "series":
            entries = self.catalogue.series(steps[0])
            if entries is not None:
                return self._collection(version, entries, parts.path, query, list_like=True)
        if len(steps) == 3 and steps[1] == "+milestone":
            milestone = {"resource_type_link": f"{CANON}#milestone", "self_link": f"{CANON}{rest}", "name": steps[2]}
            return self._entry(version, milestone, headers)
        if len(steps) == 1:
            body = self.catalogue.pillar(steps[0])
            if body is not None:
                return self._entry(version, body, headers)
        return _not_found("lp.systemhomes.WebServiceApplication object", steps[0])

    def _service_root(self, version: str, headers: Mapping[str, str]) -> Answer:
        common = {"Cache-Control": f"max-age={VERSIONS[version]}", "Etag": ROOT_ETAG, "Vary": "Accept"}
        if _matches(headers.get("If-None-Match"), ROOT_ETAG):
            return Answer(304, headers=common)
        if WADL_TYPE in headers.get("Accept", ""):
            return Answer(200, _wadl(f"{self.root}{version}/"), WADL_TYPE, common)
        body = {"resource_type_link": f"{CANON}#service-root", "bugs_collection_link": f"{CANON}bugs",
                "people_collection_link": f"{CANON}people", "me_link": f"{CANON}people/+me"}  # fmt: skip
        return Answer(200, self._json(body, version), headers=common)

    def _bug(
        self,
        version: str,
        steps: Sequence[str],
        path: str,
        query: Mapping[str, list[str]],
        headers: Mapping[str, str],
        who: str | None,
    ) -> Answer:
        number = int(steps[0]) if steps[0].isdecimal() and len(steps[0]) < 12 else 0
        bug = self.catalogue.bug(number, who) if number else None
        if bug is None:
            return _not_found("lp.systemhomes.MaloneApplication object", steps[0])
        match steps[1:]:
            case []:
                return self._entry(version, bug, headers)
            case ["bug_tasks"]:
                return self._collection(version, self.catalogue.tasks(number), path, query, list_like=True)
            case ["activity"]:
                return self._collection(version, self.catalogue.activity(number), path, query, list_like=False)
            case ["bug_watches"]:
                return self._collection(version, self.catalogue.watches(number), path, query, list_like=False)
        return _not_found("Bug object", steps[1])

    def _entry(self, version: str, body: Body, headers: Mapping[str, str]) -> Answer:
        tag = body.get("http_etag") if version == "devel" else None
        if not tag:
            plain = json.dumps({name: value for name, value in body.items() if name != "http_etag"}, sort_keys=True)
            tag = f'"{hashlib.sha1((version + plain).encode()).hexdigest()}"'
        if _matches(headers.get("If-None-Match"), tag):
            return Answer(304, headers={"Etag": tag, "Vary": "Accept"})
        content = self._json({**body, "http_etag": tag}, version)
        return Answer(200, content, headers={"Etag": tag, "Vary": "Accept"})

    def _collection(
        self, version: str, entries: Sequence[Body], path: str, query: Mapping[str, list[str]], *, list_like: bool
    ) -> Answer:
        start, size = _number(query, "ws.start", 0), _number(query, "ws.size", 0) or self.page
        if size > LARGEST:
            text = f'Maximum for "ws.size" parameter is {LARGEST}.'
            return Answer(400, text.encode(), "text/plain;charset=utf-8", {"Vary": "Accept"})
        if start < 0:
            return Answer(500, b"", "text/plain;charset=utf-8")
        plain = {name: values for name, values in query.items() if not name.startswith(("ws.", "memo", "dir"))}
        others = [(name, value) for name, values in sorted(plain.items()) for value in values]
        here = f"{self.root.rstrip('/')}{quote(path, safe='/+~')}?"
        page = entries[start : start + size]
        end = start + size
        body: Body = {"start": start}
        if list_like or end >= len(entries):
            body["total_size"] = len(entries) if start <= len(entries) else start
        else:
            body["total_size_link"] = here + urlencode([*others, ("ws.show", "total_size")])
        if end < len(entries):
            body["next_collection_link"] = here + urlencode(
                [*others, ("ws.size", size), ("memo", end), ("ws.start", end)]
            )
        if start > 0:
            body["prev_collection_link"] = here + urlencode(
                [*others, ("ws.size", size), ("direction", "backwards"), ("memo", start)]
            )
        body["entries"] = [json.loads(self._json(entry, version)) for entry in page]
        if entries:
            kind = str(entries[0].get("resource_type_link", "")).rpartition("#")[2]
            body["resource_type_link"] = f"{self.root}{version}/#{kind}-page-resource"
        return Answer(200, json.dumps(body).encode(), headers={"Vary": "Accept"})

    def _json(self, body: Body, version: str) -> bytes:
        """The body with this server's address in its links, and only there."""
        mine, web = f"{self.root}{version}/", self.root
        done = {
            name: value.replace(CANON, mine).replace(CANON_WEB, web)
            if name.endswith("_link") and isinstance(value, str)
            else value
            for name, value in body.items()
        }
        return json.dumps(done).encode()

    def reader(self, authorization: str | None) -> tuple[str | None, str | None]:
        """Who asks, and what is wrong with the login: the text of a 401."""
        if not authorization:
            return None, None
        given = dict(re.findall(r'(oauth_\w+)="([^"]*)"', authorization))
        key = unquote(given.get("oauth_token", ""))
        if not given.get("oauth_consumer_key"):
            return None, "No consumer key specified."
        if not key:
            return None, None
        if key not in self.tokens:
            return None, f"Unknown access token ({key})."
        secret, who = self.tokens[key]
        if unquote(given.get("oauth_signature", "")) != f"&{secret}":
            return None, "Invalid signature."
        return who, None

    def post(self, path: str, body: str, accept: str) -> Answer:
        """The two steps of an OAuth login that a program makes; the person's own step is `authorizes`."""
        given = dict(parse_qsl(body))
        if path == "/+request-token" and given.get("oauth_consumer_key"):
            token = {"oauth_token": "request1", "oauth_token_secret": "rsecret", "oauth_token_consumer": "lptrack"}
            if "json" in accept:
                return Answer(200, json.dumps(token).encode())
            return Answer(200, urlencode(token).encode(), "text/plain")
        if path == "/+access-token" and given.get("oauth_token") == "request1":
            if self.authorizes is None:
                return Answer(401, b"Request token has not yet been reviewed. Try again later.", "text/plain")
            self.tokens["access1"] = ("asecret", self.authorizes)
            return Answer(200, b"oauth_token=access1&oauth_token_secret=asecret&lp.context=None", "text/plain")
        return Answer(401, b"", "text/plain")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: type[_Handler], launchpad: LoopbackLaunchpad) -> None:
        self.launchpad = launchpad
        super().__init__(address, handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet an answer
    disable_nagle_algorithm = True
    server: _Server
    timeout = 60

    def do_GET(self) -> None:
        launchpad = self.server.launchpad
        launchpad.arrive()
        status, who = 0, None
        try:
            if launchpad.latency:
                time.sleep(launchpad.latency)
            who, wrong = launchpad.reader(self.headers.get("Authorization"))
            if wrong is not None:
                answer = Answer(401, wrong.encode(), "text/plain;charset=utf-8")
            else:
                answer = launchpad.answer(self.path, cast(Mapping[str, str], self.headers), who)
            status = self._commit(answer, launchpad.faults.pick(self.path))
        finally:
            launchpad.depart(Seen("GET", self.path, status, who, dict(self.headers)))
            if launchpad.after is not None:
                launchpad.after(self.path)

    def do_POST(self) -> None:
        launchpad = self.server.launchpad
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        launchpad.arrive()
        answer = launchpad.post(self.path, body, self.headers.get("Accept", ""))
        answer.headers["Connection"] = "close"  # launchpadlib's login leaves its connections open
        self.close_connection = True
        self._send(answer)
        launchpad.depart(Seen("POST", self.path, answer.status, None, dict(self.headers)))

    def do_HEAD(self) -> None:
        self._send(Answer(405))

    def _commit(self, answer: Answer, fault: Fault) -> int:
        faults = self.server.launchpad.faults
        match fault:
            case Fault.NONE:
                self._send(answer)
                return answer.status
            case Fault.BUSY | Fault.TOO_MANY:
                status = 503 if fault is Fault.BUSY else 429
                self._send(Answer(status, b"busy", "text/plain", {"Retry-After": str(int(faults.retry_after))}))
                return status
            case Fault.BUSY_DATE:
                at = datetime.now(UTC) + timedelta(seconds=faults.retry_after)
                self._send(Answer(503, b"busy", "text/plain", {"Retry-After": format_datetime(at, usegmt=True)}))
                return 503
            case Fault.UNAVAILABLE:
                self._send(Answer(503, b"<html>503</html>", "text/html"))
                return 503
            case Fault.ERROR:
                self._send(Answer(500, b"oops", "text/plain"))
                return 500
            case Fault.GARBAGE:
                self._send(Answer(200, b"\x00\xff{]", "application/json"))
                return 200
            case Fault.CUT_JSON:
                self._send(Answer(200, answer.body[: len(answer.body) // 2], "application/json", answer.headers))
                return 200
            case Fault.HTML:
                self._send(Answer(200, b"<html><title>Sign in to the hotel</title></html>", "text/html"))
                return 200
            case Fault.ELSEWHERE:
                self._send(Answer(302, b"", "text/plain", {"Location": "http://localhost:9/elsewhere"}))
                return 302
            case Fault.RESET:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True
                return 0
            case Fault.TRUNCATE:
                self._send(answer, cut=True)
                return answer.status

    def _send(self, answer: Answer, *, cut: bool = False) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 304:
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.body) + 7 * cut))
        self.end_headers()
        if answer.status != 304:
            self.wfile.write(answer.body[: len(answer.body) // 2] if cut else answer.body)
        self.wfile.flush()
        if cut:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the terminal."""


@cache
def _wadl(base: str) -> bytes:
    text = (files("launchpadlib.testing") / "launchpad-wadl.xml").read_text("utf-8")
    return text.replace("https://api.launchpad.test/1.0/", base).encode()


def _not_found(kind: str, name: str) -> Answer:
    text = f"Object: <{kind} at 0x7fb0549f4970>, name: {name!r}"
    return Answer(404, text.encode(), "text/plain;charset=utf-8")


def _matches(header: str | None, tag: str) -> bool:
    """As Launchpad compares: a list, a `-gzip` suffix; neither weak tags nor `*`."""
    bare = tag.strip('"')
    return any(given.strip() in {f'"{bare}"', f'"{bare}-gzip"'} for given in (header or "").split(","))


def _number(query: Mapping[str, list[str]], name: str, default: int) -> int:
    text = query.get(name, [""])[0]
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else default


def _what(path: str) -> str:
    steps = urlsplit(path).path.strip("/").split("/")
    if len(steps) == 1:
        return "root"
    if steps[1] == "bugs":
        return "bug" if len(steps) == 3 else steps[-1]
    return "series" if steps[-1] == "series" else "other"
