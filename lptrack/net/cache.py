"""The HTTP cache: requests-cache over SQLite, a file of one's own, JSON and no pickle.

A cache is never worth a failure: a file that is damaged is made anew, one that cannot be written or is somebody
else's is left alone, and what breaks later switches the cache off for the run; each says one line.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from requests_cache.backends.base import BaseCache
from requests_cache.backends.sqlite import SQLiteCache, SQLiteDict
from requests_cache.serializers import json_serializer, utf8_encoder

from lptrack.net.cachefiles import remove_cache_file

if TYPE_CHECKING:
    from requests import Response
    from requests_cache.models.response import CachedResponse

Say = Callable[[str], None]
BACKENDS: Final = ("sqlite", "redis")
_WAIT_FOR_LOCK: Final = 10.0


class CacheUnusable(Exception):
    """This cache cannot be used; the message says why."""


def cache_file(folder: Path, login: str | None) -> Path:
    """The file in the cache's folder. What a login sees is in a file of its own."""
    return folder / (f"http-{sha256(login.encode()).hexdigest()[:16]}.sqlite" if login else "http.sqlite")


def build_key(login: str | None) -> Callable[..., str]:
    """A key function: two requests share an answer only with the same method, address, `Accept`, body and login."""

    def key(request: Any, **_ignored: Any) -> str:
        body = request.body or b""
        parts = (
            login or "",
            str(request.method or "GET").upper(),
            str(request.url),
            str(request.headers.get("Accept", "*/*")),
            body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body),
        )
        return sha256("\x00".join(parts).encode()).hexdigest()

    return key


class _Table(SQLiteDict):
    """requests-cache waits for a lock for ever, also where the file is read-only; this waits its while."""

    @contextmanager
    def _acquire_sqlite_lock(self) -> Iterator[None]:
        until = time.monotonic() + _WAIT_FOR_LOCK
        with self._lock:
            connection = self._connection
            if connection is None:
                raise sqlite3.OperationalError("the cache is closed")
            while True:
                try:
                    connection.execute("BEGIN IMMEDIATE")
                    break
                except sqlite3.OperationalError:
                    if time.monotonic() > until:
                        raise
                    time.sleep(0.005)
            self._active_transaction = True
            try:
                yield
                connection.commit()
            except BaseException:
                connection.rollback()
                raise
            finally:
                self._active_transaction = False


class Forgiving(BaseCache):
    """A cache whose failures are misses: the first of them switches it off for the run and says so."""

    failures: tuple[type[Exception], ...] = (sqlite3.Error, UnicodeError)
    shown: str
    say: Say
    show: Callable[[str], str] | None = None  # what of a log's address is kept; None: all
    broken = False

    def get_response(self, key: str, default: Any = None) -> CachedResponse | None:
        """As the base class, but a broken cache is a miss."""
        if self.broken:
            return None
        try:
            return super().get_response(key, default)
        except self.failures as error:
            self._give_up(error)
            return None

    def save_response(
        self, response: Response, cache_key: str | None = None, expires: datetime | None = None
    ) -> None:
        """As the base class, but a broken cache, or a full disk, loses only the cache."""
        if self.broken:
            return
        try:
            super().save_response(response if self.show is None else _masked(response, self.show), cache_key, expires)
        except self.failures as error:
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        if not self.broken:
            self.broken = True
            self.say(f"the HTTP cache {self.shown} cannot be used ({error}); going on without it")


def _masked(response: Response, show: Callable[[str], str]) -> Response:
    """A copy of the answer whose addresses are masked. Of those that redirected to it only their keys are kept."""
    kept = copy(response)
    kept.raw = response.raw
    kept.url = show(response.url)
    kept.request = response.request.copy()
    kept.request.url = show(response.request.url or "")
    kept.headers = response.headers.copy()
    for name in {"Location", "Content-Location", "Refresh", "Link", "Set-Cookie"} & {*map(str.title, kept.headers)}:
        del kept.headers[name]
    kept.history, kept._next = [], None  # type: ignore[attr-defined]
    return kept


class FileCache(Forgiving, SQLiteCache):
    """SQLite under requests-cache."""

    def __init__(self, path: Path, say: Say) -> None:
        BaseCache.__init__(self, cache_name=str(path))
        self.shown, self.say = str(path), say
        options: dict[str, Any] = {"wal": True, "fast_save": True, "busy_timeout": 5000}
        self.responses = _Table(path, table_name="responses", serializer=json_serializer, **options)
        self.redirects = _Table(
            path, table_name="redirects", lock=self.responses._lock, serializer=utf8_encoder, **options
        )


def open_file_cache(path: Path, say: Say) -> FileCache:
    """The cache in this file, made where it is missing and anew where it is damaged. Raises `CacheUnusable`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _own_file(path)
        try:
            _probe(path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            say(f"the HTTP cache {path} is damaged ({error}); it is begun anew, nothing else is lost")
            remove_cache_file(path)
            _own_file(path)
        return FileCache(path, say)
    except (OSError, sqlite3.Error) as error:
        raise CacheUnusable(f"{path}: {getattr(error, 'strerror', None) or error}") from error


def _own_file(path: Path) -> None:
    """Create the file for its owner only; refuse one that somebody else could have filled."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    status = path.stat()
    if hasattr(os, "geteuid") and status.st_uid != os.geteuid():
        raise CacheUnusable(f"{path}: belongs to another user")
    if status.st_mode & 0o022:
        raise CacheUnusable(f"{path}: others may write to it")
    if status.st_mode & 0o077:
        path.chmod(0o600)


def _probe(path: Path) -> None:
    connection = sqlite3.connect(path, timeout=_WAIT_FOR_LOCK, isolation_level=None)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    finally:
        connection.close()
