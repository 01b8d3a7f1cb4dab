"""`lptrack sources`: the configured sources, and what each has that is new."""

from __future__ import annotations

import typer

from lptrack.cli.declare import takes
from lptrack.jobs.options import SourcesOptions


@takes(SourcesOptions)
def sources(options: SourcesOptions) -> None:
    """List where the teams' logs are fetched from, and what `run` would fetch. Nothing is taken in.

    \b
    lptrack sources
    lptrack sources --team Kestrel
    """
    from lptrack.cli.say import complain, note
    from lptrack.config.load import load_config
    from lptrack.config.settings import build_settings, database_path
    from lptrack.escape import inert_lines, show_hidden
    from lptrack.jobs.fetch import list_new, name_of, open_reader, sources_of
    from lptrack.storage.store import Store

    config = load_config(options.configuration)
    settings = build_settings(config, cache=options.cache, deadline=options.deadline)
    specs = [spec for spec in sources_of(config) if options.team in (None, spec.team)]
    if not specs:
        note("no sources are configured: see [[team.source]] in the documentation")
        return
    code = 0
    with Store.open(database_path(options.db, config)) as store, open_reader(settings) as reader:
        for spec in specs:
            listed = list_new(store, spec, reader)
            if listed.failure is not None:
                complain(listed.failure)
                code = 4
                continue
            typer.echo(inert_lines(show_hidden(f"{spec.team}: {spec.shown}: {len(listed.items)} to ask for")))
            for item, _mark in listed.items:
                typer.echo(inert_lines(f"  {show_hidden(name_of(spec, item))}"))
    raise typer.Exit(code)
