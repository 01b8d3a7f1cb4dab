"""The double on the network: `get_status` and `get_bug_log` over SOAP as SOAP::Lite writes it, faults to order."""

from __future__ import annotations

import base64
import re
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from xml.sax.saxutils import escape

from tests.doubles.debbugs.world import Bug, World

FAULTS = ("503", "429", "500", "404", "reset", "truncated", "html", "fault", "garbage", "empty", "entities", "slow")
"""What can go wrong with one answer. `fault` is debbugs' own no; `entities` is an attack."""

Fault = Callable[["Asked"], str | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that came: its method, its bug numbers, its place in the order (from 0)."""

    method: str
    numbers: tuple[int, ...]
    index: int
    agent: str


def _no_fault(_asked: Asked) -> str | None:
    return None


@dataclass(slots=True)
class DebbugsDouble:
    """A running server: `with DebbugsDouble(world) as debbugs: … debbugs.root … debbugs.asked`."""

    world: World
    port: int = 0
    fault: Fault = _no_fault
    retry_after: str = "0"
    slowness: float = 0.0
    broken: set[int] = field(default_factory=set)  # bugs whose mention alone makes debbugs fail
    asked: list[Asked] = field(default_factory=list)
    fields: Callable[[Bug, dict[str, object]], dict[str, object]] = lambda _bug, fields: fields
    _server: ThreadingHTTPServer | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def root(self) -> str:
        """The address to give as `--debian-root`."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def start(self) -> DebbugsDouble:
        """Serve in a thread."""
        double = self

        class Handler(_Handler):
            debbugs = double

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Close the port."""
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> DebbugsDouble:
        return self.start()

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.stop()

    def note(self, method: str, numbers: Sequence[int], agent: str) -> Asked:
        """Write down one request."""
        with self._lock:
            asked = Asked(method, tuple(numbers), len(self.asked), agent)
            self.asked.append(asked)
        return asked

    def answer(self, asked: Asked) -> bytes | None:
        """The envelope that answers, None where debbugs fails over it."""
        if self.broken.intersection(asked.numbers):
            return None
        if asked.method == "get_status":
            bugs = [self.world.bugs[number] for number in asked.numbers if number in self.world.bugs]
            value = "".join(
                f'<item><key xsi:type="xsd:int">{bug.number}</key>'
                f"{_struct('value', self.fields(bug, status(bug)))}</item>"
                for bug in bugs
            )
            return _envelope(asked.method, f'<s-gensym3 xsi:type="apachens:Map">{value}</s-gensym3>')
        bug = self.world.bugs.get(asked.numbers[0])
        if bug is None:
            return None
        items = "".join(_struct("item", mail) for mail in bug.log)
        count = len(bug.log)
        return _envelope(
            asked.method,
            f'<soapenc:Array soapenc:arrayType="xsd:ur-type[{count}]" xsi:type="soapenc:Array">{items}'
            "</soapenc:Array>",
        )


def status(bug: Bug) -> dict[str, object]:
    """What debbugs says of a bug, in its own words."""
    modified = int((bug.modified or bug.date).timestamp())
    fields: dict[str, object] = {
        "id": bug.number, "bug_num": bug.number, "package": bug.package, "source": bug.package.removeprefix("src:"),
        "subject": bug.subject, "severity": bug.severity, "pending": bug.pending, "done": bug.done,
        "owner": bug.owner, "originator": bug.originator, "forwarded": bug.forwarded,
        "tags": " ".join(sorted(bug.tags)), "keywords": " ".join(sorted(bug.tags)),
        "mergedwith": " ".join(map(str, sorted(bug.merged))), "blocks": "", "blockedby": "", "affects": "",
        "fixed_versions": sorted(bug.fixed, reverse=True), "found_versions": sorted(bug.found),
        "date": int(bug.date.timestamp()), "log_modified": modified, "last_modified": modified, "summary": "",
        "archived": int(bug.archived), "unarchived": "", "msgid": f"<made-up-{bug.number}@example.org>",
        "location": "archive" if bug.archived else "db-h", "fixed_date": [], "found_date": [], "outlook": "",
        "found": {}, "fixed": {},
    }  # fmt: skip
    return {name: value if not bug.only or name in bug.only else None for name, value in fields.items()}


def _struct(name: str, fields: dict[str, object]) -> str:
    return f"<{name}>{''.join(_value(key, value) for key, value in fields.items())}</{name}>"


def _value(name: str, value: object) -> str:
    match value:
        case None:
            return f'<{name} xsi:nil="true"/>'
        case dict():
            return f'<{name} xsi:type="apachens:Map"/>'
        case list():
            items = "".join(_value("item", each) for each in value)
            return f'<{name} xsi:type="soapenc:Array" soapenc:arrayType="xsd:anyType[{len(value)}]">{items}</{name}>'
        case int():
            return f'<{name} xsi:type="xsd:int">{value}</{name}>'
        case _:
            text = str(value)
            # SOAP::Lite sends whatever is not plain ASCII, and mail with control characters, as base64.
            if text.isascii() and not re.search(r"[\x00-\x08\x0b-\x1f]", text):
                return f'<{name} xsi:type="xsd:string">{escape(text)}</{name}>'
            return f'<{name} xsi:type="xsd:base64Binary">{base64.b64encode(text.encode()).decode()}</{name}>'


def _envelope(method: str, value: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:apachens="http://xml.apache.org/xml-soap" '
        'xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/" '
        'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'soap:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><soap:Body>'
        f'<{method}Response xmlns="Debbugs/SOAP/V1">{value}</{method}Response></soap:Body></soap:Envelope>'
    ).encode()


FAULT_BODY = (
    b'<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
    b"<soap:Body><soap:Fault><faultcode>soap:Server</faultcode>"
    b"<faultstring>Debbugs::Log was unable to be initialized</faultstring></soap:Fault></soap:Body></soap:Envelope>"
)
ENTITIES_BODY = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "&%c;&%c;&%c;&%c;">' % (c + 1, c, c, c, c) for c in range(ord("a"), ord("y")))
    + b"]><lolz>&y;</lolz>"
)


class _Handler(BaseHTTPRequestHandler):
    debbugs: DebbugsDouble
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet: else each answer waits for an acknowledgement

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        method = "get_bug_log" if b"get_bug_log" in body else "get_status"
        numbers = [int(found) for found in re.findall(rb">\s*(\d+)\s*<", body)]
        asked = self.debbugs.note(method, numbers, self.headers.get("User-Agent", ""))
        if not self.path.endswith("/cgi-bin/soap.cgi"):
            self._send(404, b"<html>no such page</html>", "text/html")
            return
        fault = self.debbugs.fault(asked)
        if self.debbugs.slowness or fault == "slow":
            time.sleep(self.debbugs.slowness or 0.3)
        answer = self.debbugs.answer(asked)
        if answer is None and fault in {None, "slow"}:
            fault = "fault"
        self._misbehave(fault, answer or FAULT_BODY)

    def do_GET(self) -> None:
        """A person's page of a bug."""
        self._send(200, b"<html><title>a bug</title></html>", "text/html")

    def _misbehave(self, fault: str | None, answer: bytes) -> None:
        match fault:
            case None | "slow":
                self._send(200, answer, "text/xml; charset=utf-8")
            case "503" | "429":
                self._send(int(fault), b"slow down", "text/plain", {"Retry-After": self.debbugs.retry_after})
            case "500" | "404":
                self._send(int(fault), b"<html>oops</html>", "text/html")
            case "reset":
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
            case "truncated":
                self._send(200, answer[: len(answer) // 2], "text/xml", {"Content-Length": str(len(answer))})
                self.close_connection = True
            case "html":
                self._send(200, b"<!DOCTYPE html><html><body>Down for maintenance</body></html>", "text/html")
            case "fault":
                self._send(500, FAULT_BODY, "text/xml; charset=utf-8")
            case "garbage":
                self._send(200, b"\x00\xff" + answer[5:], "text/xml")
            case "empty":
                self._send(200, b"", "text/xml")
            case "entities":
                self._send(200, ENTITIES_BODY, "text/xml")
            case _:
                raise ValueError(f"no such fault: {fault}")

    def _send(self, code: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(code)
        for name, value in ({"Content-Type": kind, "Content-Length": str(len(body))} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Nothing on standard error; `DebbugsDouble.asked` is the log."""
