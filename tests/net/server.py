"""A small HTTP server on loopback whose answers a test scripts, path by path."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

Reply = tuple[int, Mapping[str, str], bytes]


@dataclass
class Scripted:
    """``replies`` gives the answers of a path in turn, the last one again and again; a function is called."""

    url: str = ""
    replies: dict[str, list[Reply | Callable[[Mapping[str, str]], Reply]]] = field(default_factory=dict)
    seen: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    def paths(self) -> list[str]:
        return [path for _, path, _, _ in self.seen]


@contextmanager
def scripted(tls: ssl.SSLContext | None = None, address: str = "127.0.0.1") -> Iterator[Scripted]:
    """Serve until the block ends."""
    script = Scripted()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            script.seen.append((self.command, self.path, dict(self.headers), body))
            replies = script.replies.get(self.path) or [(404, {}, b"no such page")]
            reply = replies.pop(0) if len(replies) > 1 else replies[0]
            status, headers, content = reply(cast(Mapping[str, str], self.headers)) if callable(reply) else reply
            if "Date" in headers:
                self.send_response_only(status)
            else:
                self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            if "Content-Length" in headers:
                self.close_connection = True

        do_POST = do_PUT = do_PATCH = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer((address, 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    # a client that breaks off is what the test is about
    server.handle_error = lambda *_arguments: None  # type: ignore[method-assign]
    script.url = f"{'https' if tls else 'http'}://{address}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
