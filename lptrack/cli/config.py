"""`lptrack config`: what is in force here, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lptrack.cli.options import ConfigOption

if TYPE_CHECKING:
    from lptrack.config.model import Team


def config(
    action: Annotated[
        str | None, typer.Argument(metavar="[trust]", help="trust: let the lptrack.toml here redirect what it names.")
    ] = None,
    path: ConfigOption = None,
) -> None:
    """Show what is in force here, and why: options, environment, lptrack.toml, defaults.

    An lptrack.toml that is merely found here may name teams, bugs and pages. It may redirect trackers, database and
    cache, or write outside its folder, only once you have read it and trusted it as it is.

    \b
    lptrack config                    what is in force
    lptrack config trust              trust the lptrack.toml here, until it changes
    """
    if action is not None:
        _trust(action, path)
    else:
        _show(path)


def _show(path: Path | None) -> None:  # noqa: C901  (a list of what there is to show)
    from lptrack.config.load import load_config
    from lptrack.config.settings import find_setting, from_environment, settings
    from lptrack.config.trust import find_redirects, is_trusted
    from lptrack.escape import inert_lines, show_hidden
    from lptrack.trackers import roots

    def echo(line: str) -> None:
        typer.echo(inert_lines(line))

    configured = load_config(path, trusting=True)
    for root in roots().values():
        root.check(from_environment(root.option) or root.default)
    echo(
        f"configuration: {show_hidden(str(configured.path)) if configured.path else 'none (lptrack init writes one)'}"
    )

    redirects = find_redirects(configured)
    if path is None and configured.path is not None and redirects:
        trusted = is_trusted(configured.path, configured.path.read_bytes())
        echo(f"trusted: {'yes' if trusted else 'no: other commands refuse it until `lptrack config trust`'}")

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
        echo(f"team {show_hidden(team.name)}: {show_hidden(_say_team(team)) or 'every meeting'}")
    for channel, tracker in configured.trackers.items():
        echo(f"channel {show_hidden(channel)}: a bare `bug N` is {show_hidden(tracker)}'s")
    for nick, person in configured.nicks.items():
        echo(f"nick {show_hidden(nick)} is {show_hidden(person)}")
    for word, listed in (("tracked always", configured.track), ("ignored", configured.ignore)):
        for each in listed:
            echo(f"{word}: {each.bug.tracker} {each.bug.number} ({show_hidden(each.reason)})")


def _say_team(team: Team) -> str:
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
    return "; ".join(parts)


def _trust(action: str, path: Path | None) -> None:
    from lptrack.cli.say import note
    from lptrack.config.load import NAME, load_config
    from lptrack.config.trust import find_redirects, save_trust
    from lptrack.errors import UsageError

    if action != "trust":
        raise UsageError(f"Unknown action {action!r}", hint="Write `lptrack config` or `lptrack config trust`.")
    file = path or Path(NAME)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{file}: {(error.strerror or str(error)).lower()}", hint="`lptrack init` writes one"
        ) from None
    keys = find_redirects(load_config(file))  # what cannot be meant is not trusted
    save_trust(file, content)
    note(f"{file}: trusted as it is now" + (f"; it sets {', '.join(keys)}" if keys else ""))
