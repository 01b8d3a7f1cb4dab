"""Many logs on all cores: what is done with each, in their order, whatever becomes of a process that does it."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from lptrack.errors import UnreadableLog, find_shortage
from lptrack.logs.sources import Source

if TYPE_CHECKING:  # few runs need them, and they take their time
    from concurrent.futures import Future, ProcessPoolExecutor

T = TypeVar("T")
Found = Source | UnreadableLog

WORTH_A_PROCESS: Final = 24 << 20
"""Bytes of logs below which one process is done before others have started."""

_BUNDLE: Final = 4 << 20
_BUNDLED: Final = 200
"""Small logs go to a process by the bundle: so many bytes, at most so many logs."""

PATIENCE: Final = 5.0
"""Seconds after which one looks whether somebody is still at it."""

_AHEAD: Final = 3
"""Bundles a process that are read before their turn has come."""


def is_worth_processes(found: Sequence[Found], jobs: int = 0) -> bool:
    """Whether several processes are faster, and may be used; ``jobs`` 0: as many as there are cores."""
    sources = [source for source in found if isinstance(source, Source)]
    if jobs == 1 or len(sources) < 2 or (jobs or os.cpu_count() or 1) < 2:
        return False
    if any(source.path is None for source in sources):
        return False
    return sum(source.size for source in sources) >= WORTH_A_PROCESS


def each_log(work: Callable[[Found], T], found: Sequence[Found], jobs: int = 0) -> Iterator[T]:
    """What ``work`` makes of each input, in their order: by `spread` where that is faster, else here."""
    if is_worth_processes(found, jobs):
        yield from spread(work, found, jobs)
    else:
        yield from map(work, found)


def spread(work: Callable[[Found], T], found: Iterable[Found], jobs: int = 0) -> Iterator[T]:
    """What ``work`` makes of each input, in their order. It goes to other processes, so it must be a plain function.

    A process may be killed, by a hand or because memory is short. Then what it was doing is done again, each log in a
    process of its own; one whose process dies again is handed to ``work`` as an `UnreadableLog`.
    """
    from concurrent.futures import BrokenExecutor

    pool = _Pool(work, jobs or os.cpu_count() or 1)
    bundles = bundle(found)
    try:
        waiting = deque(pool.submit(each) for each in islice(bundles, pool.jobs * _AHEAD))
        while waiting:
            mine, future = waiting.popleft()
            try:
                results = pool.wait(future)
            except BrokenExecutor:
                results = [_do_alone(work, each) for each in mine]
                waiting = deque(each if _is_done(each[1]) else pool.submit(each[0]) for each in waiting)
            waiting.extend(pool.submit(each) for each in islice(bundles, 1))
            yield from results
    finally:
        pool.close()


def bundle(found: Iterable[Found]) -> Iterator[list[Found]]:
    """The inputs by the bundle, in their order."""
    some: list[Found] = []
    size = 0
    for source in found:
        some.append(source)
        size += source.size if isinstance(source, Source) else 0
        if size > _BUNDLE or len(some) >= _BUNDLED:
            yield some
            some, size = [], 0
    if some:
        yield some


class _Pool(Generic[T]):
    """Processes that are started again where one of them has died: the executor then takes no more work."""

    def __init__(self, work: Callable[[Found], T], jobs: int) -> None:
        self.work = work
        self.jobs = jobs
        self._executor = _open_executor(jobs)

    def submit(self, some: list[Found]) -> tuple[list[Found], Future[list[T]]]:
        from concurrent.futures import BrokenExecutor

        try:
            return some, self._executor.submit(_do_all, self.work, some)
        except BrokenExecutor:
            self.close()
            self._executor = _open_executor(self.jobs)
            return some, self._executor.submit(_do_all, self.work, some)

    def wait(self, future: Future[list[T]]) -> list[T]:
        """Its result. Where the executor's own thread has ended, there would never be one: `Shortage`."""
        while True:
            try:
                return future.result(timeout=PATIENCE)
            except TimeoutError:
                if not future.done() and not self._is_managed():
                    raise find_shortage(RuntimeError("can't start new thread")) or AssertionError from None

    def _is_managed(self) -> bool:
        thread = getattr(self._executor, "_executor_manager_thread", None)
        return thread is None or thread.is_alive()

    def close(self) -> None:
        """End the processes, also those that a thread which could not be started would have ended."""
        processes = list((getattr(self._executor, "_processes", None) or {}).values())
        if not self._is_managed():
            for process in processes:
                process.kill()
        try:
            self._executor.shutdown(cancel_futures=True)
        except RuntimeError:  # its thread was never started
            self._executor.shutdown(wait=False)


def _open_executor(jobs: int) -> ProcessPoolExecutor:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    context = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn")
    return ProcessPoolExecutor(jobs, mp_context=context)


def _is_done(future: Future[list[T]]) -> bool:
    from concurrent.futures import BrokenExecutor

    return future.done() and not isinstance(future.exception(), BrokenExecutor)


def _do_all(work: Callable[[Found], T], some: list[Found]) -> list[T]:
    return [work(each) for each in some]


def _do_alone(work: Callable[[Found], T], source: Found) -> T:
    from concurrent.futures import BrokenExecutor

    with _open_executor(1) as executor:
        try:
            return executor.submit(work, source).result()
        except BrokenExecutor:
            name = source.name if isinstance(source, Source) else source.source
            reason, hint = "the process that read it was killed, twice", "is there enough memory for it?"
            return work(UnreadableLog(name, reason, hint=hint))
