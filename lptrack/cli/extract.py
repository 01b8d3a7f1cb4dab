"""`lptrack extract LOG…`: prints the references found; no network, no database."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import IO, Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from lptrack.errors import UsageError
from lptrack.logs.batch import run_check, run_extract
from lptrack.logs.formats import find_format
from lptrack.logs.options import Options
from lptrack.logs.output import WRITERS


def extract(
    logs: Annotated[list[str], typer.Argument(metavar="LOG…", help="Files, folders, .gz, or - for standard input.")],
    output_format: Annotated[
        str | None,
        typer.Option("--format", metavar="F", help="table, jsonl or csv (default table on a terminal, else jsonl)."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write there, not to standard output.")
    ] = None,
    log_format: Annotated[
        str | None, typer.Option("--log-format", metavar="NAME", help="Read every log in this format.")
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option("--timezone", metavar="ZONE", help="Zone of logs that tell none: Europe/Berlin (default UTC)."),
    ] = None,
    day: Annotated[
        str | None, typer.Option("--date", metavar="DAY", help="Day (2013-09-11) or year of logs that tell none.")
    ] = None,
    bot: Annotated[
        list[str] | None, typer.Option("--bot", metavar="NICK", help="One more bot's nick (repeatable).")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Compare what the logs say of themselves with what was read.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Show rule names, and the lines that could not be read.")
    ] = False,
    jobs: Annotated[
        int, typer.Option("--jobs", metavar="N", min=0, help="Processes for many logs (default: as many as cores).")
    ] = 0,
) -> None:
    """Print every bug reference in meeting logs: who named which bug, when, and on what topic."""
    options = build_options(log_format, timezone, day, bot or [])
    chosen = output_format or ("table" if output is None and sys.stdout.isatty() else "jsonl")
    if chosen not in WRITERS:
        raise UsageError(f"--format {chosen!r} is none of {', '.join(WRITERS)}", hint="for example --format jsonl")
    with open_output(output) as out:
        if check:
            code = run_check(logs, options, out, sys.stderr)
        else:
            code = run_extract(logs, options, chosen, out, sys.stderr, verbose=verbose, jobs=jobs)
    if code:
        raise typer.Exit(code)


def build_options(log_format: str | None, timezone: str | None, day: str | None, bots: list[str]) -> Options:
    """How to read, from the command line's words. Raises `UsageError`."""
    options = Options(log_format=log_format, bots=frozenset(bots))
    if log_format is not None:
        find_format(log_format)
    if timezone is not None:
        options = replace(options, zone=parse_zone(timezone))
    if day is None:
        return options
    if len(day) == 4 and day.isascii() and day.isdigit() and day != "0000":
        return replace(options, year=int(day))
    try:
        return replace(options, date=date.fromisoformat(day))
    except ValueError:
        raise UsageError(f"--date {day!r} is no date", hint="write 2013-09-11, or a year as 2013") from None


def parse_zone(name: str) -> ZoneInfo:
    """A time zone by its name. Raises `UsageError`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"--timezone {name!r} is no time zone", hint="write it as Europe/Berlin, or UTC") from None


@contextmanager
def open_output(path: Path | None) -> Iterator[IO[str]]:
    """The file of `-o`, or standard output as UTF-8. Raises `UsageError` where it cannot be written."""
    if path is None:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8", errors="replace")
        yield sys.stdout
        sys.stdout.flush()
        return
    try:
        file = path.open("w", encoding="utf-8", errors="replace", newline="")
    except OSError as error:
        raise UsageError(
            f"{path}: {(error.strerror or str(error)).lower()}", hint="-o takes a file to write"
        ) from None
    with file:
        yield file
