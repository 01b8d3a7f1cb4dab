"""Many logs, one by one or on all cores: what cannot be read is named, everything else is printed in order."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import IO, Protocol, TypeVar

from lptrack.errors import UnreadableLog
from lptrack.escape import inert_lines
from lptrack.logs.dataset import read_rows, write_dataset
from lptrack.logs.extract import extract_log, stream_found
from lptrack.logs.model import Extraction
from lptrack.logs.options import Options
from lptrack.logs.output import WRITERS, render_check, show_plain
from lptrack.logs.processes import WORTH_A_PROCESS, each_log, is_worth_processes, spread
from lptrack.logs.sources import Source, find_sources
from lptrack.model import Line

T = TypeVar("T")


class Far(Protocol):
    """Reads logs elsewhere: what the work makes of each that the arguments stand for, in their order."""

    def __call__(self, work: Callable[[Source | UnreadableLog], T], logs: Sequence[str], /) -> Iterable[T]:
        """Do it."""
        ...


def run_extract(
    logs: Sequence[str],
    options: Options,
    form: str,
    out: IO[str],
    errors: IO[str],
    *,
    verbose: bool = False,
    jobs: int = 0,
    far: Far | None = None,
) -> int:
    """Print what the logs name; the exit code (0, or 3 where some input was no log).

    ``far``: what finds the logs and reads them elsewhere, on a cluster.

    Where whoever reads ``out`` leaves (`extract … | head`), the rest is not read, and the code is that of what was.
    """
    code = 0
    try:
        for error in _print_found(logs, options, form, out, errors, verbose=verbose, jobs=jobs, far=far):
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
    far: Far | None,
) -> Iterator[UnreadableLog | None]:
    """Print what each log names, then give what was wrong with it."""
    writer = WRITERS[form](out, verbose=verbose)
    found = list(find_sources(logs)) if far is None else []
    out.write(writer.header)
    if far is not None or (not verbose and is_worth_processes(found, jobs)):
        has_written = False
        work = partial(_render, options=options, form=form)
        for text, error, warnings in far(work, logs) if far is not None else spread(work, found, jobs):
            out.write(writer.between + text if text and has_written else text)
            has_written = has_written or bool(text)
            for warning in warnings:
                _show(warning, errors)
            yield error
        return
    for source in found:
        error = source if isinstance(source, UnreadableLog) else None
        if isinstance(source, Source):
            unread = partial(_show_unread, source.name, errors) if verbose else None
            warn = partial(_show_warning, source.name, errors)
            try:
                for one in stream_found(source, options, unread=unread, warn=warn):
                    writer.write(one)
            except UnreadableLog as raised:
                error = raised
        yield error


def run_dataset(
    logs: Sequence[str], options: Options, folder: Path, errors: IO[str], *, jobs: int = 0, far: Far | None = None
) -> int:
    """Write what the logs name as a Parquet dataset into a new folder; the exit code."""
    work = partial(read_rows, options=options)
    results = each_log(work, list(find_sources(logs)), jobs) if far is None else far(work, logs)
    return max((_tell(error, errors) for error in write_dataset(results, folder)), default=0)


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
    _show(f"{name}:{line.number}: not understood: {line.text[:200]!r}", errors)


def _show_warning(name: str, errors: IO[str], warning: str) -> None:
    _show(f"{name}: {warning}", errors)


def _show(words: str, errors: IO[str]) -> None:
    print(inert_lines(show_plain(words)), file=errors)


def _tell(error: UnreadableLog | None, errors: IO[str]) -> int:
    if error is None:
        return 0
    hint = f" ({error.hint})" if error.hint else ""
    print(show_plain(f"lptrack: {error.message}{hint}"), file=errors)
    return error.exit_code


# ------------------------------------------------------------------------------------------- on all cores


def extract_logs(found: Iterable[Source | UnreadableLog], options: Options) -> Iterator[Extraction | UnreadableLog]:
    """What each input gives, in their order: on all cores where there is so much that it is worth it."""
    inputs = iter(found)
    first: list[Source | UnreadableLog] = []
    size = 0
    for source in inputs:
        first.append(source)
        size += source.size if isinstance(source, Source) else 0
        if size >= WORTH_A_PROCESS and is_worth_processes(first):
            yield from spread(partial(_extract, options=options), chain(first, inputs))
            return
        if isinstance(source, Source) and source.path is None:  # standard input, the web: one by one as they come
            yield from (_extract(each, options) for each in first)
            first, size = [], 0
    yield from (_extract(each, options) for each in first)


def _extract(source: Source | UnreadableLog, options: Options) -> Extraction | UnreadableLog:
    if isinstance(source, UnreadableLog):
        return source
    try:
        return extract_log(source, options)
    except UnreadableLog as error:
        return error


def _render(
    source: Source | UnreadableLog, options: Options, form: str
) -> tuple[str, UnreadableLog | None, list[str]]:
    if isinstance(source, UnreadableLog):
        return "", source, []
    text = io.StringIO()
    writer = WRITERS[form](text)
    error: UnreadableLog | None = None
    warnings: list[str] = []
    try:
        for one in stream_found(source, options, warn=warnings.append):
            writer.write(one)
    except UnreadableLog as raised:
        error = raised
    return text.getvalue(), error, [f"{source.name}: {warning}" for warning in warnings]
