"""The program as a process of its own, forked from one that has imported it already: a third of a start's time.

What a test of the command line asks for is a process (its exit code, its bytes, its folder, its environment), not
the half second in which Python reads the same modules again. Each test process has one server; each call is a fork
of it. Where what Python itself reads as it starts differs (the locale, a path to import from, coverage), the program
is started as users start it; tests of the start, of kills and of limits do so with `subprocess`.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import io
import json
import os
import pkgutil
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
_AT_START: Final = ("PYTHON", "LANG", "LC_", "COVERAGE_", "LD_", "MALLOC_")
"""How the names of the variables begin that Python reads as it starts."""
_PRELOADED: Final = (
    "typer._adapters", "requests_cache", "rich.console", "rich.table", "jinja2", "launchpadlib.launchpad", "pandas",
)  # fmt: skip
"""What the program imports when it needs it, beside its own modules."""
_servers: dict[int, str] = {}  # the socket of the server that each process has started


def run(
    words: Sequence[str | bytes | Path], cwd: Path, env: Mapping[str, str], stdin: bytes = b"", timeout: float = 120
) -> subprocess.CompletedProcess[bytes]:
    """What `lptrack WORDS` does: its exit code and its bytes.

    Raises `subprocess.TimeoutExpired` where it takes longer than ``timeout`` seconds; it is killed then.
    """
    arguments = [os.fsdecode(word) for word in words]
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        code = run_with(arguments, cwd, env, (given.fileno(), out.fileno(), err.fileno()), timeout)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(["lptrack", *arguments], code, out.read(), err.read())


def run_with(
    words: Sequence[str], cwd: Path, env: Mapping[str, str], streams: tuple[int, int, int], timeout: float = 120
) -> int:
    """The exit code of `lptrack WORDS` with these three file descriptors as its streams."""
    path = _find_server() if not _starts_otherwise(env) else None
    if path is None:
        return subprocess.run(
            [sys.executable, "-m", "lptrack", *words], cwd=cwd, env=env, check=False, timeout=timeout,
            stdin=streams[0], stdout=streams[1], stderr=streams[2],
        ).returncode  # fmt: skip
    code = _call(path, words, str(cwd), env, streams, timeout)
    if code is None:
        raise subprocess.TimeoutExpired(["lptrack", *words], timeout)
    return code


def write_program(path: Path) -> None:
    """A program file `lptrack` for shells, which asks the server too."""
    start = f'"{sys.executable}" -m lptrack "$@"'
    if not _starts_otherwise(os.environ):
        start = f'"{sys.executable}" -I "{__file__}" "{_find_server()}" "$@"'
    path.write_text(f"#!/bin/sh\nexec {start}\n")
    path.chmod(0o755)


def _starts_otherwise(env: Mapping[str, str]) -> bool:
    """Whether Python would start otherwise with this environment than it did for the server."""
    names = {name for name in (*env, *os.environ) if name.startswith(_AT_START)} - {"PYTHONPATH"}
    own = {str(ROOT), os.environ.get("PYTHONPATH", str(ROOT))}
    differs = any(env.get(name) != os.environ.get(name) for name in names)
    return differs or env.get("PYTHONPATH", str(ROOT)) not in own or "coverage" in sys.modules


def _call(
    path: str, words: Sequence[str], cwd: str, env: Mapping[str, str], streams: Sequence[int], timeout: float | None
) -> int | None:
    """How the fork has ended; None where it took longer."""
    request = json.dumps({"words": list(words), "cwd": cwd, "env": dict(env)}).encode("utf-8", "surrogatepass")
    with socket.socket(socket.AF_UNIX) as channel:
        channel.connect(path)
        socket.send_fds(channel, [len(request).to_bytes(8, "big")], [*streams])
        channel.sendall(request)
        channel.settimeout(timeout)
        try:
            return int(channel.recv(16))
        except TimeoutError:
            return None


def _find_server() -> str:
    """The socket of this process's server, which is started at the first call."""
    pid = os.getpid()
    if pid not in _servers:
        folder = tempfile.mkdtemp(prefix="warm-")
        path = os.path.join(folder, "socket")
        started = subprocess.Popen(
            [sys.executable, "-m", "tests.warm", "serve", path], cwd=ROOT, stdin=subprocess.DEVNULL,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )  # fmt: skip

        def end() -> None:
            started.kill()
            started.wait()
            shutil.rmtree(folder, ignore_errors=True)

        atexit.register(end)
        while not os.path.exists(path):
            assert started.poll() is None, "the server of tests/warm.py has not started"
            time.sleep(0.01)
        _servers[pid] = path
    return _servers[pid]


# ------------------------------------------------------------------------------------------------ the server's side


def _serve(path: str) -> None:
    """Accept calls until whoever started this has gone; each is a process's own."""
    own = pkgutil.walk_packages(importlib.import_module("lptrack").__path__, "lptrack.")
    for name in (*_PRELOADED, *(module.name for module in own if module.name != "lptrack.__main__")):
        with contextlib.suppress(ImportError):  # an extra that is not installed
            importlib.import_module(name)
    gc.collect()
    gc.freeze()
    parent = os.getppid()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{path}.new")
        listener.listen(64)
        os.rename(f"{path}.new", path)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a keeper ended
        while os.getppid() == parent:
            if not select.select([listener], [], [], 1.0)[0]:
                continue
            channel, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                break
            channel.close()
        else:
            return
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _keep(channel)


def _keep(channel: socket.socket) -> None:
    """Start the program as the caller asks and tell how it ended; end it where the caller has gone."""
    size, streams, _, _ = socket.recv_fds(channel, 8, 3)
    request = b""
    while len(request) < int.from_bytes(size, "big"):
        request += channel.recv(1 << 20)
    call = json.loads(request.decode("utf-8", "surrogatepass"))
    pid = os.fork()
    if pid == 0:
        channel.close()
        _become(call, streams)
        return
    for stream in streams:
        os.close(stream)
    ended = os.pidfd_open(pid)
    if ended not in select.select([ended, channel.fileno()], [], [])[0]:
        os.kill(pid, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with contextlib.suppress(OSError):
        channel.sendall(str(code).encode())
    os._exit(0)


def _become(call: dict[str, Any], streams: Sequence[int]) -> None:
    """The process that the caller wanted: its streams, environment and folder, then the program's own start."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    for stream in streams:
        os.close(stream)
    os.environ.clear()
    os.environ.update(call["env"])
    time.tzset()
    os.chdir(call["cwd"])
    sys.path[0] = call["cwd"]
    sys.argv = ["lptrack", *call["words"]]
    opened = {
        "stdin": _open_stream(io.BufferedReader(io.FileIO(0, closefd=False)), "surrogateescape"),
        "stdout": _open_stream(io.BufferedWriter(io.FileIO(1, "w", closefd=False)), "strict"),
        "stderr": _open_stream(io.BufferedWriter(io.FileIO(2, "w", closefd=False)), "backslashreplace"),
    }
    for name, file in opened.items():
        setattr(sys, name, file)
        setattr(sys, f"__{name}__", file)
    importlib.import_module("lptrack.cli.main").main()


def _open_stream(raw: io.BufferedReader | io.BufferedWriter, errors: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(raw, sys.stdout.encoding, errors, line_buffering=raw.fileno() == 2 or raw.isatty())


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        _serve(sys.argv[2])
    else:
        sys.exit(_call(sys.argv[1], sys.argv[2:], os.getcwd(), os.environ, (0, 1, 2), None))
