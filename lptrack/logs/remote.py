"""Logs at addresses, read where the work is done: https by lptrack's own session, object stores by fsspec."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Final
from urllib.parse import urlsplit

from lptrack._version import DISTRIBUTION
from lptrack.errors import LptrackError, UnreadableLog
from lptrack.logs.sources import Source
from lptrack.logs.web import LARGEST_LOG, read_source
from lptrack.net.session import Session, open_session
from lptrack.net.settings import Settings

LARGEST_OBJECT: Final = 512 << 20


@dataclass(frozen=True, slots=True)
class Remote:
    """A log that is yet to be fetched. ``name`` is the interface's `source`; ``searched``: found in a folder."""

    name: str
    address: str
    size: int = 64 << 10  # a guess where nobody tells it
    searched: bool = False

    @property
    def is_web(self) -> bool:
        """Whether lptrack's own session reads it."""
        return is_web(self.address)


def is_web(address: str) -> bool:
    """Whether it is read by lptrack's own session, with its manners and its limits."""
    return urlsplit(address).scheme in ("http", "https")


class Loader:
    """Fetches logs; one session for all that a worker is given at once."""

    def __init__(self) -> None:
        self._session: Session | None = None

    def __enter__(self) -> Loader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            self._session.close()

    def load(self, remote: Remote) -> Source | UnreadableLog:
        """The log with its content, or why it cannot be had."""
        try:
            if remote.is_web:
                if self._session is None:
                    self._session = open_session(Settings(), any_host=True, largest=LARGEST_LOG)
                source = read_source(self._session, remote.address)
            else:
                content = _read_object(remote.address)
                source = Source(remote.name, None, len(content), content=content)
        except LptrackError as error:
            reason = error.reason if isinstance(error, UnreadableLog) else error.message
            return UnreadableLog(remote.name, reason, hint=error.hint)
        return replace(source, name=remote.name, searched=remote.searched)


def _read_object(address: str) -> bytes:
    """The bytes of an object. Raises `LptrackError`."""
    fsspec = import_fsspec()
    try:
        with fsspec.open(address, "rb") as file:
            content: bytes = file.read(LARGEST_OBJECT + 1)
    except ImportError as error:  # fsspec names the package for a store: s3fs, gcsfs, …
        raise LptrackError("its store needs another package", hint=str(error)) from error
    except Exception as error:  # each store raises what its own library has
        raise LptrackError(f"cannot be read ({type(error).__name__}: {error})") from error
    if len(content) > LARGEST_OBJECT:
        raise LptrackError(f"is larger than {LARGEST_OBJECT >> 20} MiB")
    return content


def import_fsspec() -> Any:
    """The module fsspec, late. Raises `LptrackError` where it is not installed."""
    try:
        import fsspec
    except ImportError:
        hint = f"pip install '{DISTRIBUTION}[dask]'"
        raise LptrackError("object stores need the fsspec package", hint=hint) from None
    return fsspec
