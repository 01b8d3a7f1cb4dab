"""Many logs, one by one or on all cores: what cannot be read is named, everything else is printed in order."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import IO, Final

from lptrack.errors import UnreadableLog
from lptrack.escape import inert_lines
from lptrack.logs.extract import extract_log, stream_found
from lptrack.logs.options import Options
from lptrack.logs.output import WRITERS, render_check, show_plain
from lptrack.logs.sources import Source, find_sources
from lptrack.model import Line

WORTH_A_PROCESS: Final = 24 << 20
"""Bytes of logs below which one process is done before others have started."""

LARGE: Final = 64 << 20
"""A log of this size is written while it is read, by this process."""


def run_extract(
    logs: Sequence[str],
    options: Options,
    form: str,
    out: IO[str],
    errors: IO[str],
    *,
    verbose: bool = False,
    jobs: int = 0,
) -> int:
    """Print what the logs name; the exit code (0, or 3 where some input was no log).

    Where whoever reads ``out`` leaves (`extract … | head`), the rest is not read, and the code is that of what was.
    """
    code = 0
    try:
        for error in _print_found(logs, options, form, out, errors, verbose=verbose, jobs=jobs):
            code = max(code, _tell(error, errors))
        out.flush()
    except BrokenPipeError:
        if not code:
            raise
    return code


def _print_found(
    logs: Sequence[str],
    options: Options,
    form: str,
    out: IO[str],
    errors: IO[str],
    *,
    verbose: bool,
    jobs: int,
) -> Iterator[UnreadableLog | None]:
    """Print what each log names, then give what was wrong with it."""
    writer = WRITERS[form](out, verbose=verbose)
    found = list(find_sources(logs))
    out.write(writer.header)
    if not verbose and is_worth_processes(found, jobs):
        has_written = False
        for text, error in _spread(found, options, form, jobs or os.cpu_count() or 1):
            out.write(writer.between + text if text and has_written else text)
            has_written = has_written or bool(text)
            yield error
        return
    for source in found:
        error = source if isinstance(source, UnreadableLog) else None
        if isinstance(source, Source):
            unread = partial(_show_unread, source.name, errors) if verbose else None
            try:
                for one in stream_found(source, options, unread=unread):
                    writer.write(one)
            except UnreadableLog as raised:
                error = raised
        yield error


def run_check(logs: Sequence[str], options: Options, out: IO[str], errors: IO[str]) -> int:
    """Print what each log says of itself beside what was read of it; the exit code."""
    code = 0
    for source in find_sources(logs):
        error = source if isinstance(source, UnreadableLog) else None
        if isinstance(source, Source):
            try:
                out.write(render_check(extract_log(source, options)))
            except UnreadableLog as raised:
                error = raised
        code = max(code, _tell(error, errors))
    return code


def _show_unread(name: str, errors: IO[str], line: Line) -> None:
    print(inert_lines(show_plain(f"{name}:{line.number}: not understood: {line.text[:200]!r}")), file=errors)


def _tell(error: UnreadableLog | None, errors: IO[str]) -> int:
    if error is None:
        return 0
    hint = f" ({error.hint})" if error.hint else ""
    print(show_plain(f"lptrack: {error.message}{hint}"), file=errors)
    return error.exit_code


# ------------------------------------------------------------------------------------------- on all cores


def is_worth_processes(found: Sequence[Source | UnreadableLog], jobs: int) -> bool:
    """Whether several processes are faster, and may be used."""
    sources = [source for source in found if isinstance(source, Source)]
    if jobs == 1 or len(sources) < 2 or (jobs or os.cpu_count() or 1) < 2:
        return False
    if any(source.path is None or source.size > LARGE for source in sources):
        return False
    return sum(source.size for source in sources) >= WORTH_A_PROCESS


def _spread(
    found: Iterable[Source | UnreadableLog], options: Options, form: str, jobs: int
) -> Iterator[tuple[str, UnreadableLog | None]]:
    """Each input's output in the order of the inputs; small files go to the processes by the bundle."""
    import multiprocessing  # few runs need it, and it takes its time
    from concurrent.futures import ProcessPoolExecutor

    render = partial(_render_bundle, options=options, form=form)
    context = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        bundles = _bundle(found)
        waiting = [pool.submit(render, bundle) for bundle in islice(bundles, jobs * 3)]
        while waiting:
            results = waiting.pop(0).result()
            if (bundle := next(bundles, None)) is not None:
                waiting.append(pool.submit(render, bundle))
            yield from results


def _bundle(found: Iterable[Source | UnreadableLog]) -> Iterator[list[Source | UnreadableLog]]:
    bundle: list[Source | UnreadableLog] = []
    size = 0
    for source in found:
        bundle.append(source)
        size += source.size if isinstance(source, Source) else 0
        if size > 4 << 20 or len(bundle) >= 200:
            yield bundle
            bundle, size = [], 0
    if bundle:
        yield bundle


def _render_bundle(
    bundle: list[Source | UnreadableLog], options: Options, form: str
) -> list[tuple[str, UnreadableLog | None]]:
    results: list[tuple[str, UnreadableLog | None]] = []
    for source in bundle:
        if isinstance(source, UnreadableLog):
            results.append(("", source))
            continue
        text = io.StringIO()
        writer = WRITERS[form](text)
        error: UnreadableLog | None = None
        try:
            for one in stream_found(source, options):
                writer.write(one)
        except UnreadableLog as raised:
            error = raised
        results.append((text.getvalue(), error))
    return results
