"""`lptrack config`: what is in force here, and why."""

from __future__ import annotations

import os

import typer

from lptrack.cli.options import ConfigOption


def config(path: ConfigOption = None) -> None:
    """Show what is in force here, and why: options, environment, lptrack.toml, defaults."""
    from lptrack.cli.say import plain
    from lptrack.config.force import DEFAULTS, ENVIRONMENT, settle
    from lptrack.config.load import load_config
    from lptrack.config.roots import check_roots

    settings = load_config(path)
    check_roots(*(os.environ.get(ENVIRONMENT[name]) or None for name in ("service-root", "debian-root")))
    typer.echo(f"configuration: {plain(str(settings.path)) if settings.path else 'none (lptrack init writes one)'}")

    rows = [
        settle(name, os.environ.get(ENVIRONMENT.get(name, "")) or None, settings)
        for name in ("db", "cache", *DEFAULTS)
    ]
    width = max(len(row.name) for row in rows)
    for row in rows:
        typer.echo(f"{row.name:{width}}  {plain(row.value)}  ({plain(row.origin)})")
    for name, chosen in (("sections", settings.sections), ("columns", settings.columns)):
        told = "all of them" if chosen is None else ", ".join(chosen) or "none"
        typer.echo(f"{name:{width}}  {told}  ({plain(str(settings.path)) if chosen is not None else 'the default'})")
    for team in settings.teams:
        parts = [
            f"{word} {', '.join(values)}"
            for word, values in (
                ("channels", team.channels),
                ("meetings", team.meetings),
                ("chairs", team.chairs),
                ("series", team.series),
            )
            if values
        ]
        typer.echo(f"team {plain(team.name)}: {plain('; '.join(parts)) or 'every meeting'}")
    for channel, tracker in settings.trackers.items():
        typer.echo(f"channel {plain(channel)}: a bare `bug N` is {plain(tracker)}'s")
    for nick, person in settings.nicks.items():
        typer.echo(f"nick {plain(nick)} is {plain(person)}")
    for word, listed in (("tracked always", settings.track), ("ignored", settings.ignore)):
        for each in listed:
            typer.echo(f"{word}: {each.bug.tracker} {each.bug.number} ({plain(each.reason)})")
