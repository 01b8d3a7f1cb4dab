"""`lptrack extract LOG…`: prints the references found; no network, no database."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from lptrack.cli.completion import find_completion
from lptrack.cli.options import ConfigOption
from lptrack.cli.streams import has_left
from lptrack.errors import UsageError

if TYPE_CHECKING:
    from lptrack.logs.batch import Far

PARQUET = "parquet"


def extract(
    logs: Annotated[list[str], typer.Argument(metavar="LOG", help="Files, folders, .gz, or - for standard input.")],
    output_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="F",
            help="table, jsonl, csv or parquet (default table on a terminal, else jsonl).",
            autocompletion=find_completion(("--format",), None),
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Write there, not to standard output (parquet: a new folder)."
        ),
    ] = None,
    log_format: Annotated[
        str | None,
        typer.Option(
            "--log-format",
            metavar="NAME",
            help="Read every log in this format.",
            autocompletion=find_completion(("--log-format",), None),
        ),
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option("--timezone", metavar="ZONE", help="Zone of logs that tell none: Europe/Berlin (default UTC)."),
    ] = None,
    day: Annotated[
        str | None, typer.Option("--date", metavar="DAY", help="Day (2013-09-11) or year of logs that tell none.")
    ] = None,
    day_first: Annotated[
        bool, typer.Option("--day-first", help="Read 05/03/2024 as 5 March where a log does not settle it.")
    ] = False,
    bot: Annotated[
        list[str] | None, typer.Option("--bot", metavar="NICK", help="One more bot's nick (repeatable).")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Compare what the logs say of themselves with what was read.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Show rule names, and the lines that could not be read.")
    ] = False,
    configuration: ConfigOption = None,
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs",
            metavar="N",
            min=0,
            show_default=False,
            help="Processes for many logs (default: as many as cores).",
        ),
    ] = 0,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            metavar="ADDRESS",
            help="Read the logs on the workers of this Dask cluster (tcp://HOST:8786), or local; a LOG may then be"
            " an https:// address or an object store's.",
        ),
    ] = None,
) -> None:
    """Print every bug reference in meeting logs: who named which bug, when, and on what topic."""
    from lptrack.cli.terminal import fold_stdout
    from lptrack.config.load import load_config
    from lptrack.jobs.log_options import build_log_options
    from lptrack.jobs.outputs import check_output, iter_inputs, iter_own
    from lptrack.logs.batch import run_check, run_dataset, run_extract
    from lptrack.logs.output import WRITERS

    config = load_config(configuration)
    options = build_log_options(
        config, log_format=log_format, timezone=timezone, day=day, bots=bot or (), day_first=day_first
    )
    chosen = output_format or ("table" if output is None and sys.stdout.isatty() else "jsonl")
    if chosen not in (*WRITERS, PARQUET):
        forms = ", ".join((*WRITERS, PARQUET))
        raise UsageError(f"unknown format {chosen!r}", hint=f"Choose one of: {forms}")
    check_output("-o", output, [*iter_own(config, None), *iter_inputs(logs)])
    if scheduler is not None and (check or verbose):
        raise UsageError("--scheduler reads logs elsewhere", hint="leave out --check and --verbose")
    if chosen == PARQUET and not check:
        folder = check_folder(output)
        with open_far(scheduler, jobs) as far:
            code = run_dataset(logs, options, folder, sys.stderr, jobs=jobs, far=far)
        raise typer.Exit(code)
    with open_far(scheduler, jobs) as far, open_output(output) as out:
        if check:
            code = run_check(logs, options, out, sys.stderr)
        else:
            shown = fold_stdout(out) if chosen == "table" and output is None else out
            code = run_extract(logs, options, chosen, shown, sys.stderr, verbose=verbose, jobs=jobs, far=far)
    if code:
        raise typer.Exit(code)


@contextmanager
def open_far(scheduler: str | None, jobs: int) -> Iterator[Far | None]:
    """The cluster of `--scheduler` as that which reads the logs; None where they are read here."""
    if scheduler is None:
        yield None
        return
    from lptrack.jobs.addresses import find_inputs
    from lptrack.logs.cluster import open_cluster

    with open_cluster(scheduler, jobs) as cluster:
        yield lambda work, logs: cluster.spread(work, list(find_inputs(logs)))


def check_folder(output: Path | None) -> Path:
    """The folder of `-o` for a Parquet dataset. Raises `UsageError` where none is named, or the extra is missing."""
    from lptrack.parquet import require_arrow

    if output is None:
        raise UsageError("--format parquet writes a folder", hint="name a new one: -o DIR")
    require_arrow()
    return output


@contextmanager
def open_output(path: Path | None) -> Iterator[IO[str]]:
    """The file of `-o`, or standard output as UTF-8. Raises `UsageError` where it cannot be written."""
    if path is None:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8", errors="replace")
        yield sys.stdout
        if not has_left(sys.stdout):
            sys.stdout.flush()
        return
    from lptrack.files import open_whole

    goes_on = path.exists() and not path.is_file()  # /dev/null, a pipe
    try:
        with path.open("wb") if goes_on else open_whole(path) as file:
            text = io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="")
            yield text
            text.detach()  # which flushes
    except OSError as error:
        raise UsageError(
            f"{path}: {(error.strerror or str(error)).lower()}", hint="-o takes a file to write"
        ) from None
