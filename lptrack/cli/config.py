"""`lptrack config`: what is in force here, and why."""

from __future__ import annotations

import typer

from lptrack.cli.options import ConfigOption


def config(path: ConfigOption = None) -> None:
    """Show what is in force here, and why: options, environment, lptrack.toml, defaults."""
    from lptrack.config.load import load_config
    from lptrack.config.settings import find_setting, from_environment, settings
    from lptrack.escape import inert_lines, show_hidden
    from lptrack.trackers import roots

    def echo(line: str) -> None:
        typer.echo(inert_lines(line))

    configured = load_config(path)
    for root in roots().values():
        root.check(from_environment(root.option) or root.default)
    echo(
        f"configuration: {show_hidden(str(configured.path)) if configured.path else 'none (lptrack init writes one)'}"
    )

    rows = [find_setting(name, from_environment(name), configured) for name in settings()]
    width = max(len(row.name) for row in rows)
    for row in rows:
        echo(f"{row.name:{width}}  {show_hidden(row.value)}  ({show_hidden(row.origin)})")
    for name, chosen in (("sections", configured.sections), ("columns", configured.columns)):
        told = "all of them" if chosen is None else ", ".join(chosen) or "none"
        echo(
            f"{name:{width}}  {told}  ({show_hidden(str(configured.path)) if chosen is not None else 'the default'})"
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
        echo(f"team {show_hidden(team.name)}: {show_hidden('; '.join(parts)) or 'every meeting'}")
    for channel, tracker in configured.trackers.items():
        echo(f"channel {show_hidden(channel)}: a bare `bug N` is {show_hidden(tracker)}'s")
    for nick, person in configured.nicks.items():
        echo(f"nick {show_hidden(nick)} is {show_hidden(person)}")
    for word, listed in (("tracked always", configured.track), ("ignored", configured.ignore)):
        for each in listed:
            echo(f"{word}: {each.bug.tracker} {each.bug.number} ({show_hidden(each.reason)})")
