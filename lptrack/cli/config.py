"""`lptrack config`: what is in force here, and why."""

from __future__ import annotations

import typer

from lptrack.cli.options import ConfigOption


def config(path: ConfigOption = None) -> None:
    """Show what is in force here, and why: options, environment, lptrack.toml, defaults."""
    from lptrack.cli.say import plain
    from lptrack.config.load import load_config
    from lptrack.config.settings import find_setting, from_environment, settings
    from lptrack.trackers import roots

    configured = load_config(path)
    for root in roots().values():
        root.check(from_environment(root.option) or root.default)
    typer.echo(
        f"configuration: {plain(str(configured.path)) if configured.path else 'none (lptrack init writes one)'}"
    )

    rows = [find_setting(name, from_environment(name), configured) for name in settings()]
    width = max(len(row.name) for row in rows)
    for row in rows:
        typer.echo(f"{row.name:{width}}  {plain(row.value)}  ({plain(row.origin)})")
    for name, chosen in (("sections", configured.sections), ("columns", configured.columns)):
        told = "all of them" if chosen is None else ", ".join(chosen) or "none"
        typer.echo(
            f"{name:{width}}  {told}  ({plain(str(configured.path)) if chosen is not None else 'the default'})"
        )
    for team in configured.teams:
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
    for channel, tracker in configured.trackers.items():
        typer.echo(f"channel {plain(channel)}: a bare `bug N` is {plain(tracker)}'s")
    for nick, person in configured.nicks.items():
        typer.echo(f"nick {plain(nick)} is {plain(person)}")
    for word, listed in (("tracked always", configured.track), ("ignored", configured.ignore)):
        for each in listed:
            typer.echo(f"{word}: {each.bug.tracker} {each.bug.number} ({plain(each.reason)})")
