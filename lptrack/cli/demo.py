"""`lptrack demo`: the main job on meetings that come with the program."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from lptrack.cli.declare import takes
from lptrack.config.flags import Flag, Positional


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOptions:
    """`lptrack demo`."""

    folder: Annotated[Path, Positional("FOLDER", "Where to put it: new or empty (default ./lptrack-demo).")] = Path(
        "lptrack-demo"
    )
    show: Annotated[bool, Flag(("--open",), "Open the page in your browser.")] = False
    quiet: Annotated[bool, Flag(("-q", "--quiet"), "Say only what went wrong.")] = False


@takes(DemoOptions)
def demo(options: DemoOptions) -> None:
    """Report on three meetings that come with lptrack: no network, no set-up, nothing outside of FOLDER.

    The team, its people and its bugs are made up; Launchpad's answers about them are replayed.

    \b
    lptrack demo            into ./lptrack-demo
    lptrack demo --open     and show the page
    """
    import shlex
    import shutil
    import webbrowser
    from importlib.resources import as_file, files

    from lptrack.cli.run import run_job
    from lptrack.errors import UsageError
    from lptrack.escape import inert_lines, show_hidden
    from lptrack.jobs.options import RunOptions

    folder = options.folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not an empty folder", hint="name another one: lptrack demo FOLDER")
    with as_file(files("lptrack") / "demo") as ours:
        shutil.copytree(ours, folder, dirs_exist_ok=True)
    settings = folder / "lptrack.toml"  # the demo's own: a configuration that lies about is not read
    settings.write_text("# The demo needs no settings. `lptrack init` writes a file with all of them.\n", "utf-8")
    page, database = folder / "reports" / "report.html", folder / "lptrack.db"
    job = RunOptions(
        logs=[str(folder / "meetings")],
        db=database,
        out=page.parent,
        cache=str(folder / "cache"),
        configuration=settings,
        cassette=folder / "launchpad.json",
        anonymous=True,
        given_roots={"debian": "off"},
        quiet=options.quiet,
    )
    code = run_job(job)
    if not options.quiet:
        use = f"--db {shlex.quote(str(database))}"
        lines = (
            f"\nThe page: {page}\nThe team, its people and its bugs are made up. Try next:\n"
            f"  lptrack report --since-last {use}\n"
            f"  lptrack history 2960102 {use}\n"
            f"  lptrack extract {shlex.quote(str(folder / 'meetings'))}"
        )
        typer.echo(inert_lines(show_hidden(lines, keep="\n")))
    if options.show:
        webbrowser.open(page.resolve().as_uri())
    raise typer.Exit(code)
