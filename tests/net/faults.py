"""Servers on loopback that misbehave below HTTP: each connection is given to a function of its own."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behaviour = Callable[[socket.socket], None]


@contextmanager
def misbehaving(behave: Behaviour) -> Iterator[tuple[int, list[float]]]:
    """A port whose every connection ``behave`` serves, and when each came."""
    came: list[float] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                behave(connection)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    came.append(time.monotonic())
                    threading.Thread(target=serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield server.getsockname()[1], came
        finally:
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)


def trickle(text: bytes, every: float = 0.2) -> Behaviour:
    """A byte now and then, for ever."""

    def behave(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(text)
        while True:
            connection.sendall(b"x")
            time.sleep(every)

    return behave


def hang(connection: socket.socket) -> None:
    """Takes what comes and says nothing."""
    while connection.recv(65536):
        pass


def answer(text: bytes) -> Behaviour:
    """These bytes to whatever is asked, then the end."""

    def behave(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(text)

    return behave
