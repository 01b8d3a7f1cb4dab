"""Logs on the workers of a Dask cluster: the rows of one process, in their order, whatever becomes of a worker.

Needs the extra `dask` (distributed, fsspec). What a worker cannot see is read here: a cluster whose machines share no
folder gives the same rows, only not faster.
"""

from __future__ import annotations

import logging
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

from lptrack._version import DISTRIBUTION, __version__
from lptrack.errors import LptrackError, UnreadableLog, UsageError
from lptrack.logs.remote import Loader, Remote
from lptrack.logs.sources import Source, is_wanted

if TYPE_CHECKING:
    from distributed import Client, Future

T = TypeVar("T")
Input = Source | UnreadableLog | Remote
Work = Callable[[Source | UnreadableLog], T]

LOCAL: Final = "local"
_PATIENCE: Final = 15
"""Seconds until a scheduler must have answered, and have a worker."""
_LOOK: Final = 5
"""Seconds of waiting for a result after which somebody looks whether there are workers."""
_ALONE: Final = 120
"""Seconds without any worker after which it is given up."""
_BUNDLE: Final = 4 << 20
_BUNDLED: Final = 100
_AHEAD: Final = 3
"""Bundles a thread of the cluster that are under way before their turn has come."""


class _No(Enum):
    """What a worker answers where it has no result."""

    SUCH_FILE = "the worker does not see this file, or another one under its name"
    LOG = "a file of a folder that turned out to be no log"


@dataclass(slots=True)
class Cluster:
    """A cluster that work is sent to."""

    client: Client
    shown: str
    revive: Callable[[], object] | None = None  # starts workers in the place of those that are gone

    def spread(self, work: Work[T], found: Sequence[Input]) -> Iterator[T]:
        """What ``work`` makes of each input, in their order. It goes to other machines: a plain function."""
        bundles = iter(_bundle(found))
        at_once = max(2, sum(self.client.nthreads().values())) * _AHEAD
        waiting = deque(self._submit(work, each) for each in islice(bundles, at_once))
        try:
            while waiting:
                mine, future = waiting.popleft()
                results = self._gather(work, mine, future)
                waiting.extend(self._submit(work, each) for each in islice(bundles, 1))
                for source, result in zip(mine, results, strict=True):
                    if result is _No.SUCH_FILE:
                        assert not isinstance(source, Remote)
                        yield work(source)
                    elif result is not _No.LOG:
                        yield result
        finally:
            for _, future in waiting:
                if future is not None:
                    future.cancel()

    def _submit(self, work: Work[T], some: list[Input]) -> tuple[list[Input], Future | None]:
        if any(isinstance(each, Source) and each.path is None for each in some):  # standard input is here alone
            return some, None
        sent = [replace(each, path=_absolute(each)) if isinstance(each, Source) else each for each in some]
        return some, self.client.submit(do_all, work, sent, __version__, pure=False)

    def _gather(self, work: Work[T], some: list[Input], future: Future | None) -> list[Any]:
        """The results; of a bundle that has killed workers, each log by itself."""
        from distributed.scheduler import KilledWorker

        if future is None:
            return [work(each) for each in some if not isinstance(each, Remote)]
        try:
            return self._wait(future)
        except KilledWorker:
            if len(some) > 1:
                return [self._gather(work, [each], self._submit(work, [each])[1])[0] for each in some]
            (each,) = some
            name = each.source if isinstance(each, UnreadableLog) else each.name
            hint = "is there enough memory for it?"
            return [work(UnreadableLog(name, "the workers that read it were killed", hint=hint))]

    def _wait(self, future: Future) -> list[Any]:
        from distributed import CancelledError
        from distributed.scheduler import KilledWorker

        try:
            results: list[Any] = self._take(future)
        except (KilledWorker, LptrackError):
            raise
        except (OSError, TimeoutError, CancelledError) as error:
            raise LptrackError(
                f"--scheduler {self.shown}: the cluster was lost ({type(error).__name__})", hint="run it again"
            ) from error
        except ImportError as error:
            raise LptrackError(
                f"--scheduler {self.shown}: a worker has not what lptrack needs ({error})",
                hint=f"pip install '{DISTRIBUTION}[dask]=={__version__}' there",
            ) from error
        return results

    def _take(self, future: Future) -> list[Any]:
        """The result, waited for as long as there are workers: without one, Dask itself waits for ever."""
        from distributed import TimeoutError as Late

        alone_since: float | None = None
        while True:
            try:
                results: list[Any] = future.result(timeout=_LOOK)
            except Late:
                if self.client.nthreads():
                    alone_since = None
                    continue
                alone_since = alone_since or time.monotonic()
                if self.revive is not None:
                    self.revive()
                if time.monotonic() - alone_since > _ALONE:
                    raise LptrackError(
                        f"--scheduler {self.shown}: the cluster has no workers any more", hint="start some, run again"
                    ) from None
            else:
                return results


def _absolute(source: Source) -> Any:
    return None if source.path is None else type(source.path)(os.path.abspath(source.path))


def _bundle(found: Sequence[Input]) -> Iterator[list[Input]]:
    """The inputs by the bundle, in their order; standard input by itself."""
    some: list[Input] = []
    size = 0
    for each in found:
        is_here = isinstance(each, Source) and each.path is None
        if some and is_here:
            yield some
            some, size = [], 0
        some.append(each)
        size += 0 if isinstance(each, UnreadableLog) else each.size
        if is_here or size > _BUNDLE or len(some) >= _BUNDLED:
            yield some
            some, size = [], 0
    if some:
        yield some


def do_all(work: Work[T], some: list[Input], version: str) -> list[T | _No]:
    """Done on a worker. Raises where it has another lptrack, for that might read logs otherwise."""
    if version != __version__:
        raise LptrackError(
            f"a worker of the cluster has lptrack {__version__}, this is {version}",
            hint=f"pip install '{DISTRIBUTION}=={version}' there",
        )
    with Loader() as loader:
        return [_do(work, each, loader) for each in some]


def _do(work: Work[T], each: Input, loader: Loader) -> T | _No:
    if isinstance(each, Source) and not _is_here(each):
        return _No.SUCH_FILE
    source = loader.load(each) if isinstance(each, Remote) else each
    if isinstance(each, Remote) and isinstance(source, Source) and not is_wanted(source):
        return _No.LOG
    return work(source)


def _is_here(source: Source) -> bool:
    assert source.path is not None
    try:
        return source.path.stat().st_size == source.size
    except OSError:
        return False


@contextmanager
def open_cluster(address: str, jobs: int = 0) -> Iterator[Cluster]:
    """The cluster at this address, or one of processes here (``local``, as many as ``jobs``).

    Raises `UsageError` where the extra is missing or nobody answers.
    """
    try:
        import dask
        import distributed
    except ImportError:
        hint = f"pip install '{DISTRIBUTION}[dask]'"
        raise UsageError("--scheduler needs the distributed package", hint=hint) from None
    for name in ("distributed", *logging.root.manager.loggerDict):  # distributed gives several a level of their own
        if name.partition(".")[0] == "distributed":  # a worker that dies is no news: its work is redone
            logging.getLogger(name).setLevel(logging.CRITICAL)
    if address == LOCAL:
        many = jobs or os.cpu_count() or 1
        with (
            dask.config.set({"distributed.scheduler.allowed-failures": 1}),  # a log that kills twice is done with
            distributed.LocalCluster(
                n_workers=many, threads_per_worker=1, processes=True, host="127.0.0.1",
                dashboard_address=None, silence_logs=logging.CRITICAL,
            ) as cluster,
            distributed.Client(cluster) as client,
        ):  # fmt: skip
            yield Cluster(client, LOCAL, lambda: cluster.scale(many))
        return
    try:
        client = distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError(
            f"--scheduler {address}: no Dask scheduler answers there",
            hint="tcp://HOST:8786, tls://HOST:8786 or local",
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError as error:
            raise LptrackError(f"--scheduler {address}: the cluster has no workers", hint="start some") from error
        yield Cluster(client, address)
