"""`lptrack config`: which settings apply here, and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lptrack.cli.options import ConfigOption

if TYPE_CHECKING:
    from lptrack.config.model import Config, Team


def config(
    action: Annotated[
        str | None,
        typer.Argument(
            metavar="[trust|schema]",
            help="trust: let the lptrack.toml here redirect what it names; schema: its JSON Schema, for editors.",
        ),
    ] = None,
    path: ConfigOption = None,
) -> None:
    """Show which settings apply here, and why: options, environment, lptrack.toml, defaults.

    An lptrack.toml that is merely found here may name teams, bugs and pages. It may redirect trackers, database and
    cache, or write outside its folder, only once you have read it and trusted it as it is.

    \b
    lptrack config                    what is in force
    lptrack config trust              trust the lptrack.toml here, until it changes
    lptrack config schema             a JSON Schema of lptrack.toml, with the kinds that are installed
    """
    if action == "schema":
        import json

        from lptrack.config.schema import build_schema

        typer.echo(json.dumps(build_schema(), indent=1))
    elif action is not None:
        _trust(action, path)
    else:
        _show(path)


def _show(path: Path | None) -> None:
    from lptrack.config.load import load_config
    from lptrack.config.settings import from_environment
    from lptrack.escape import inert_lines
    from lptrack.trackers import roots

    configured = load_config(path, trusting=True)
    for root in roots().values():
        root.check(from_environment(root.option) or root.default)
    shown = (*_say_file(configured, path), *_say_settings(configured), *_say_lists(configured))
    for line in shown:
        typer.echo(inert_lines(line))


def _say_file(config: Config, path: Path | None) -> Iterator[str]:
    """Which file is in force; whether it is trusted, where it was merely found and would have to be."""
    from lptrack.config.trust import find_redirects, is_trusted
    from lptrack.escape import show_hidden

    yield f"configuration: {show_hidden(str(config.path)) if config.path else 'none (lptrack init writes one)'}"
    if path is None and config.path is not None and find_redirects(config):
        trusted = is_trusted(config.path, config.path.read_bytes())
        yield f"trusted: {'yes' if trusted else 'no: other commands refuse it until `lptrack config trust`'}"


def _say_settings(config: Config) -> Iterator[str]:
    """Each setting with where its value was said."""
    from lptrack.config.settings import find_setting, from_environment, settings
    from lptrack.escape import show_hidden

    rows = [find_setting(name, from_environment(name), config) for name in settings()]
    width = max(len(row.name) for row in rows)
    for row in rows:
        yield f"{row.name:{width}}  {show_hidden(row.value)}  ({show_hidden(row.origin)})"
    for name, chosen in (("sections", config.sections), ("columns", config.columns)):
        words = "all of them" if chosen is None else ", ".join(chosen) or "none"
        yield f"{name:{width}}  {words}  ({show_hidden(str(config.path)) if chosen is not None else 'the default'})"


def _say_lists(config: Config) -> Iterator[str]:
    """Teams, channels, nicks, and the bugs that are always or never in a report."""
    from lptrack.escape import show_hidden

    for team in config.teams:
        yield f"team {show_hidden(team.name)}: {show_hidden(_say_team(team)) or 'every meeting'}"
    for channel, tracker in config.trackers.items():
        yield f"channel {show_hidden(channel)}: a bare `bug N` is {show_hidden(tracker)}'s"
    for nick, person in config.nicks.items():
        yield f"nick {show_hidden(nick)} is {show_hidden(person)}"
    for word, listed in (("tracked always", config.track), ("ignored", config.ignore)):
        for each in listed:
            yield f"{word}: {each.bug.tracker} {each.bug.number} ({show_hidden(each.reason)})"


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
        raise UsageError(
            f"Unknown action {action!r}", hint="Write `lptrack config`, `config trust` or `config schema`."
        )
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
