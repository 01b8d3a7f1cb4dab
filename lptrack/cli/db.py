"""`lptrack db`: the database's health, a copy of it, and everything out of it and back as JSON lines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lptrack.cli.options import ConfigOption, DbOption, WaitOption
from lptrack.cli.quiet import quietly

app = typer.Typer(
    help="Check the database, copy it, take everything out as JSON lines and bring it back.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command()
@quietly
def check(
    db: DbOption = None,
    configuration: ConfigOption = None,
    wait: WaitOption = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Derive every history again first.")] = False,
) -> None:
    """Say whether the database is in order: exit 0, or 1 with one line for each fault."""
    from lptrack.cli.say import complain, note
    from lptrack.config.load import load_config
    from lptrack.config.settings import database_path
    from lptrack.storage.store import WAIT, Store
    from lptrack.trackers import build_history

    path = database_path(db, load_config(configuration))
    with Store.open(path, wait=WAIT if wait is None else wait, read_only=not rebuild) as store:
        if rebuild:
            note(f"{path}: {store.rebuild(build_history)} bugs derived again")
        faults = 0
        for fault in store.find_faults(build_history):
            faults += 1
            complain(f"{path}: {fault}")
        bugs = len(store.load_bugs())
        meetings = len(store.load_meetings())
    if faults:
        note("derived rows are mended by `lptrack db check --rebuild`; a damaged file by a backup")
        raise typer.Exit(1)
    note(f"{path}: in order ({meetings} meetings, {bugs} bugs read)")


@app.command()
@quietly
def backup(
    target: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")],
    db: DbOption = None,
    configuration: ConfigOption = None,
) -> None:
    """Copy the whole database into a new file, while others may use it."""
    from lptrack.cli.say import note
    from lptrack.config.load import load_config
    from lptrack.config.settings import database_path
    from lptrack.storage.store import Store

    with Store.open(database_path(db, load_config(configuration)), read_only=True) as store:
        store.save_backup(target)
    note(f"{target}: written")


@app.command()
@quietly
def export(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write here (parquet: a new folder).")
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="F", help="jsonl: every row, to import (default); parquet: the views, typed."
        ),
    ] = None,
    login: Annotated[
        list[str] | None, typer.Option("--login", metavar="NAME", help="Also what this login saw (repeat it).")
    ] = None,
    db: DbOption = None,
    configuration: ConfigOption = None,
) -> None:
    """Write everything as JSON lines. What a login saw stays here, unless that login is named.

    \b
    lptrack db export -o everything.jsonl
    lptrack db export --format parquet -o folder
    """
    import sys

    from lptrack.cli.extract import check_folder
    from lptrack.cli.say import note
    from lptrack.config.load import load_config
    from lptrack.config.settings import database_path
    from lptrack.errors import UsageError
    from lptrack.files import save_whole
    from lptrack.jobs.data import save_parquet
    from lptrack.jobs.outputs import check_output, iter_own
    from lptrack.storage.store import Store

    logins = tuple(login or ())
    path = database_path(db, load_config(configuration))
    check_output("-o", output, iter_own(load_config(configuration), db))
    if form not in (None, "jsonl", "parquet"):
        raise UsageError(f"unknown format {form!r}", hint="Choose one of: jsonl, parquet")
    folder = check_folder(output) if form == "parquet" else None
    with Store.open(path, read_only=True) as store:
        withheld = store.load_withheld(logins)
        if folder is not None:
            save_parquet(store, folder, withheld)
        elif output is None:
            sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
            sys.stdout.writelines(store.export_lines(logins))
        else:
            save_whole(output, store.export_lines(logins), private=True)
    if withheld:
        note(f"left out what a login saw of {len(withheld)} bugs; name the login to have it: --login NAME")


@app.command(name="import")
@quietly
def import_(
    source: Annotated[str, typer.Argument(metavar="FILE", help="An export, or - for standard input.")],
    db: DbOption = None,
    configuration: ConfigOption = None,
    wait: WaitOption = None,
    merge: Annotated[
        bool, typer.Option("--merge", help="Into a database that has rows: nothing is doubled, conflicts are listed.")
    ] = False,
) -> None:
    """Fill a new database from an export, or merge one into a database that is in use."""
    import sys
    from contextlib import nullcontext

    from lptrack.cli.say import complain, note
    from lptrack.config.load import load_config
    from lptrack.config.settings import database_path
    from lptrack.errors import StorageError
    from lptrack.jobs.sql_views import save_views
    from lptrack.storage.store import WAIT, Store
    from lptrack.storage.union.merge import open_export
    from lptrack.trackers import build_history

    config = load_config(configuration)
    path = database_path(db, config)
    conflicts: tuple[str, ...] = ()
    try:
        with (
            open(0 if source == "-" else source, encoding="utf-8", newline="\n", closefd=source != "-") as lines,
            open_export(lines) if merge else nullcontext() as incoming,
            Store.open(path, wait=WAIT if wait is None else wait) as store,
            store.transaction(),
        ):
            if incoming is None:
                words = f"{store.import_lines(lines)} rows imported"
            else:
                merged = store.merge(incoming, build_history)
                conflicts = merged.conflicts
                words = f"merged; {merged.before} rows before, {merged.after} now"
            save_views(store, config)
    except UnicodeDecodeError as error:
        raise StorageError(f"{source}: this is not an export of lptrack's ({error.reason})") from error
    sys.stderr.flush()
    for conflict in conflicts:
        complain(conflict)
    note(f"{path}: {words}")


@app.command()
@quietly
def datasette(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write here (default: standard output).")
    ] = None,
    db: DbOption = None,
    configuration: ConfigOption = None,
) -> None:
    """Write the metadata with which Datasette shows the views: titles, facets and ten ready queries.

    \b
    lptrack db datasette -o metadata.json
    datasette lptrack.db --metadata metadata.json
    """
    import json

    from lptrack.cli.output import write_output
    from lptrack.config.load import load_config
    from lptrack.config.settings import database_path
    from lptrack.jobs.outputs import check_output, iter_own
    from lptrack.storage.datasette import build_metadata

    config = load_config(configuration)
    check_output("-o", output, iter_own(config, db))
    metadata = build_metadata(database_path(db, config).stem)
    write_output(f"{json.dumps(metadata, indent=2)}\n".encode(), output)
