"""The connections below the transport: each exchange can be cut, whatever it waits for.

A socket's own time-out begins anew with each byte, so one byte a second holds a reader for ever, and looking up a
name has no time-out at all. So one thread watches the clock and shuts the sockets of an exchange whose time is over.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from ipaddress import IPv6Address, ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from urllib3.exceptions import ConnectTimeoutError

_here = threading.local()  # .exchange: the one that this thread is in
_IDLE: Final = 3600.0


def is_private(address: str) -> bool:
    """Whether an IP address is of this machine, of a private network or of one link: of nowhere on the web."""
    at = ip_address(address)
    if isinstance(at, IPv6Address) and at.ipv4_mapped is not None:
        at = at.ipv4_mapped
    return not at.is_global


def names_private(host: str) -> bool:
    """Whether a host's name alone says that it is private: `localhost`, or an IP address in any of its spellings."""
    host = host.rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return is_private(host)
    except ValueError:
        pass
    try:  # `127.1`, `0x7f000001` and `2130706433` are 127.0.0.1 to every resolver
        return is_private(socket.inet_ntoa(socket.inet_aton(host)))
    except (OSError, ValueError):
        return False


@dataclass(eq=False, slots=True)
class Exchange:
    """One request and its answer: when it is over, and the sockets that it uses."""

    until: float  # on the machine's monotonic clock
    public_only: bool = False  # it must not reach a private address
    private: bool = False  # it did reach one
    refused: bool = False  # it would have, and must not
    cut: bool = False
    _ends: list[socket.socket] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def hold(self, sock: socket.socket) -> None:
        """Let `stop` end this socket. TLS takes a socket's number away from it, so a copy of the number is held."""
        end = socket.socket(fileno=os.dup(sock.fileno()))
        with self._lock:
            self._ends.append(end)
            cut = self.cut
        if cut:
            self.stop()

    def stop(self) -> None:
        """Whoever waits for one of the sockets gets the end of it."""
        with self._lock:
            self.cut = True
            for end in self._ends:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def release(self) -> None:
        """The exchange is over; its connections may serve others."""
        with self._lock:
            for end in self._ends:
                end.close()
            self._ends.clear()


class Watch:
    """Cuts the exchanges whose time is over: one thread, from the first exchange to `close`."""

    def __init__(self) -> None:
        self._open: set[Exchange] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._wakes = 0.0

    @contextmanager
    def exchange(self, seconds: float, *, public_only: bool = False) -> Iterator[Exchange]:
        """What is asked within, in this thread, ends after so many seconds."""
        exchange = Exchange(time.monotonic() + seconds, public_only)
        with self._changed:
            self._open.add(exchange)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="lptrack-deadlines", daemon=True)
                self._thread.start()
            elif exchange.until < self._wakes:
                self._changed.notify()
        _here.exchange = exchange
        try:
            yield exchange
        finally:
            _here.exchange = None
            with self._changed:
                self._open.discard(exchange)
            exchange.release()

    def stop_all(self) -> None:
        """Cut every exchange that is under way."""
        with self._changed:
            for exchange in self._open:
                exchange.stop()

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._thread = None
            self._changed.notify()

    def _run(self) -> None:
        with self._changed:
            while self._thread is threading.current_thread():
                now = time.monotonic()
                for exchange in [each for each in self._open if each.until <= now and not each.cut]:
                    exchange.stop()
                self._wakes = min((each.until for each in self._open if not each.cut), default=now + _IDLE)
                self._changed.wait(self._wakes - now)


class _Cuttable:
    """A connection of urllib3 whose sockets are the exchange's, and that finds its host within its time."""

    sock: socket.socket | None
    proxy: Any

    def _new_conn(self) -> socket.socket:
        exchange: Exchange | None = getattr(_here, "exchange", None)
        connect: Callable[[], socket.socket] = super()._new_conn  # type: ignore[misc]
        if exchange is None:
            return connect()
        sock = _within(exchange, connect, self)
        exchange.hold(sock)
        if self.proxy is None and is_private(sock.getpeername()[0]):
            exchange.private = True
            if exchange.public_only:
                exchange.refused = True
                sock.close()
                raise OSError("a private address")
        return sock

    def request(self, *arguments: Any, **more: Any) -> Any:
        exchange: Exchange | None = getattr(_here, "exchange", None)
        if exchange is not None and self.sock is not None:
            exchange.hold(self.sock)
        return super().request(*arguments, **more)  # type: ignore[misc]


def _within(exchange: Exchange, connect: Callable[[], socket.socket], connection: Any) -> socket.socket:
    """The name looked up and the connection made, or the exchange's time is over; what comes later is closed."""
    made: list[socket.socket] = []
    failed: list[BaseException] = []
    done, left = threading.Event(), threading.Event()

    def run() -> None:
        try:
            made.append(connect())
        except BaseException as error:
            failed.append(error)
        done.set()
        if left.is_set() and made:
            made[0].close()

    threading.Thread(target=run, name="lptrack-connect", daemon=True).start()
    while not done.wait(0.05 if exchange.cut else min(0.5, max(0.05, exchange.until - time.monotonic()))):
        if exchange.cut or time.monotonic() >= exchange.until:
            left.set()
            raise ConnectTimeoutError(connection, "no connection within the time allowed")
    if failed:
        raise failed[0]
    return made[0]


@cache
def _cuttable_pool(pool: Any) -> Any:
    """This kind of connection pool, of connections that can be cut. Made of urllib3's, so that it stays urllib3's."""
    connection = type(f"Cuttable{pool.ConnectionCls.__name__}", (_Cuttable, pool.ConnectionCls), {})
    return type(f"Cuttable{pool.__name__}", (pool,), {"ConnectionCls": connection})


def make_cuttable(manager: Any) -> None:
    """Every connection of this `PoolManager` from now on can be cut."""
    pools: Mapping[str, Any] = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {
        scheme: pool if pool.__name__.startswith("Cuttable") else _cuttable_pool(pool)
        for scheme, pool in pools.items()
    }


def host_of(url: str) -> str:
    """The host and port of an address, without who asks."""
    return urlsplit(url).netloc.rpartition("@")[2]
