# ruff: noqa: E501 (tables of hostile words)
"""Services that fail or lie, and secrets: what they say is never believed beyond its place, nor a secret written."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.security.commandline import acting, lptrack

LOG = "[15:04] <ana> #startmeeting\n[15:05] <ana> bug #92900001 and Debian bug #92900002\n[15:06] <ana> #endmeeting\n"
SECRET = "s3cr3t-word"


@contextmanager
def serve(status: int, headers: dict[str, str], body: bytes) -> Iterator[tuple[str, list[str]]]:
    """A server that answers everything so; its address, and the paths that it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response_only(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()


def everything_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "a.log")


@pytest.mark.parametrize(
    "words",
    [
        ["run", "a.log", "--service-root", f"http://user:{SECRET}@127.0.0.1:9/"],
        [
            "run",
            "a.log",
            "--service-root",
            "http://127.0.0.1:9/",
            "--debian-root",
            f"http://user:{SECRET}@127.0.0.1:9/",
        ],
        ["run", f"https://user:{SECRET}@127.0.0.1:9/x.log"],
        ["ci", f"http://user:{SECRET}@127.0.0.1:9/x.log", "--offline"],
        ["run", "a.log", "--service-root", "http://127.0.0.1:9/", "--cache", f"redis://user:{SECRET}@127.0.0.1:9/0"],
        ["cache", "--cache", f"redis://user:{SECRET}@127.0.0.1:9/0"],
        ["login", "--service-root", f"https://user:{SECRET}@127.0.0.1:9/", "--no-browser"],
        ["run", "a.log", "--record", "c.json", "--service-root", f"http://user:{SECRET}@127.0.0.1:9/"],
    ],
    ids=lambda words: " ".join(word.replace(SECRET, "SECRET") for word in words),
)
def test_a_secret_in_an_address_is_shown_and_kept_nowhere(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(LOG)
    done = lptrack(*words, *(["--deadline", "1s"] if words[0] in ("run", "ci") else []), home=tmp_path)
    assert done.code != 0
    assert "bug in lptrack" not in done.err
    assert SECRET not in done.err
    assert SECRET.encode() not in done.out
    assert SECRET.encode() not in everything_below(tmp_path)


def test_a_service_that_sends_us_elsewhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(LOG)
    with serve(200, {"Content-Type": "application/json"}, b"{}") as (elsewhere, asked_elsewhere):
        target = elsewhere.replace("127.0.0.1", "localhost")
        with serve(302, {"Location": f"{target}/devel/"}, b"") as (root, asked):
            done = lptrack(
                "run", "a.log", "--service-root", f"{root}/", "--debian-root", f"{root}/", "--deadline", "5s",
                home=tmp_path,
            )  # fmt: skip
    assert done.code == 4, done.err
    assert asked
    assert not asked_elsewhere


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (200, {"Content-Type": "application/json"}, b"[" * 200_000),
        (200, {"Content-Type": "application/json", "Date": "Sat, 01 Jan 0001 00:00:00 +1400"}, b"{}"),
        (200, {"Content-Type": "application/json"}, b'{"id": 92900001, "title": 7, "tags": "\\ud800", "private": "no"}'),
        (503, {"Retry-After": "Fri, 31 Dec 9999 23:59:59 -1400"}, b""),
        (429, {"Retry-After": "9" * 400}, b""),
        (200, {"Content-Type": "text/xml"}, b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><x>&c;</x>'),
        (200, {"Content-Type": "text/xml", "Content-Encoding": "gzip"}, b"\x1f\x8b" + bytes(40)),
        (200, {"Content-Type": "text/html\x1b[31m"}, b"\x1b]0;owned\x07"),
        (200, {"Content-Length": "999999999999"}, b"short"),
    ],
    ids=["nested", "no date", "other types", "wait till 9999", "wait for ever", "entities", "no gzip", "escapes", "large"],
)  # fmt: skip
def test_an_answer_that_is_none_is_exit_4_and_a_report(
    status: int, headers: dict[str, str], body: bytes, tmp_path: Path
) -> None:
    (tmp_path / "a.log").write_text(LOG)
    with serve(status, headers, body) as (root, asked):
        done = lptrack(
            "run",
            "a.log",
            "--service-root",
            f"{root}/",
            "--debian-root",
            f"{root}/",
            "--deadline",
            "2s",
            home=tmp_path,
        )
    assert asked
    assert done.code == 4, done.err
    assert "bug in lptrack" not in done.err
    assert not acting(done.err)
    assert "could not be" in (tmp_path / "reports" / "report.md").read_text("utf-8")
