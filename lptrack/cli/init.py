"""`lptrack init`: a commented configuration to start from, made from the logs or addresses that it is given."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lptrack.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from lptrack.config.proposal import Table, TeamProposal

NAME: Final = "lptrack.toml"
NOWHERE: Final = "nowhere"


def init(
    given: Annotated[
        list[str] | None,
        typer.Argument(metavar="LOG…", show_default=False, help="Logs, folders, repositories, addresses, rooms."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", show_default=False, help="Default lptrack.toml.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a commented lptrack.toml, with the teams, channels, series and sources that the LOGs show.

    On a terminal it asks about each team; elsewhere it asks nothing and writes what it found.

    \b
    lptrack init                                                     all keys, commented out
    lptrack init logs/                                               the teams that meet in these logs
    lptrack init https://irclogs.ubuntu.com/2026/11/02/%23kestrel.txt '#kestrel:example.org'
    """
    import tomllib

    from lptrack.cli.say import complain, note
    from lptrack.config.load import parse_config
    from lptrack.config.template import build_template
    from lptrack.escape import show_hidden
    from lptrack.files import open_whole

    target, logs = _choose_target(given or [], output)
    if target.exists() and not force:
        raise UsageError(f"{target} is there already", hint="--force replaces it")
    teams, code = _propose(logs) if logs else ((), 0)
    if teams and sys.stdin.isatty() and sys.stderr.isatty():
        teams = tuple(asked for team in teams if (asked := _ask(team, _prompt)) is not None)
    text = build_template(teams)
    parse_config(tomllib.loads(text), target)  # what it writes it must be able to read
    with open_whole(target, replace=force) as file:
        file.write(text.encode())
    for team in teams:
        note(f"{show_hidden(team.name)}: {show_hidden(team.found)}")
    if logs and not teams:
        complain("no team was found", "the file has all keys, commented out")
    typer.echo(f"wrote {target}; read it, then `lptrack config trust`; `lptrack config` shows what is in force")
    raise typer.Exit(code)


def _choose_target(given: Sequence[str], output: Path | None) -> tuple[Path, list[str]]:
    """Where to write, and what to read: a lone `FILE.toml` names the file, as until 0.1."""
    logs = [each for each in given if not each.endswith(".toml")]
    named = [Path(each) for each in given if each.endswith(".toml")] + ([] if output is None else [output])
    if len(named) > 1:
        raise UsageError(f"which file: {' or '.join(map(str, named))}?", hint="name one: -o FILE")
    target = named[0] if named else Path(NAME)
    return (target / NAME if target.is_dir() else target), logs


def _propose(logs: Sequence[str]) -> tuple[tuple[TeamProposal, ...], int]:
    from datetime import UTC, datetime

    from lptrack.cli.say import complain, note
    from lptrack.config.model import Config
    from lptrack.config.settings import build_settings
    from lptrack.jobs.propose import propose_teams

    teams, reading = propose_teams(logs, datetime.now(UTC), build_settings(Config()), note)
    for log in reading.unreadable:
        complain(f"{log.source}: {log.reason}", log.hint)
    for failure in reading.failures:
        complain(failure)
    return teams, 4 if reading.failures else 3 if reading.unreadable else 0


Ask = Callable[[str, str], str]
"""A question and its default; the answer."""


def _prompt(question: str, default: str) -> str:
    answer: str = typer.prompt(question, default=default, err=True)
    return answer.strip()


def _ask(team: TeamProposal, ask: Ask) -> TeamProposal | None:
    """The team as the person wants it; None where it is not wanted."""
    from lptrack.cli.say import note
    from lptrack.escape import show_hidden
    from lptrack.jobs.propose import parse_series

    note(f"{show_hidden(team.name)}: {show_hidden(team.found)}")
    if ask("Is this a team to report on? (yes, no)", "yes").lower().startswith("n"):
        return None
    name = ask("Its name", team.name)
    series = ask("Series that it cares for", " ".join(team.series) or "all")
    wanted = () if series == "all" else parse_series(series)
    delivery = _ask_delivery(name, team, ask)
    return replace(team, name=name, wanted_series=wanted, deliveries=() if delivery is None else (delivery,))


def _ask_delivery(name: str, team: TeamProposal, ask: Ask) -> Table | None:
    from lptrack.cli.say import complain
    from lptrack.config.places import delivery_names, needed_keys, parse_delivery

    while True:
        kind = ask(f"Where does it read the report? ({', '.join(delivery_names())}, {NOWHERE})", NOWHERE)
        if kind == NOWHERE:
            return None
        likely = dict(team.likely[1]) if team.likely[0] == kind else {}
        values = {"what": ask("The report or the agenda?", "report")}
        try:
            for key in dict.fromkeys((*needed_keys(kind), *likely)):
                if key not in values:
                    what = f"{key} (the variable that holds it)" if key.endswith("-env") else key
                    values[key] = ask(f"{kind}: {what}", str(likely.get(key) or _variable(name, key)))
            parse_delivery({"kind": kind, **values}, name, NAME)
        except ConfigError as error:
            complain(error.message, error.hint)
            continue
        return kind, values


def _variable(team: str, key: str) -> str:
    """A name to begin with, for what a variable holds; nothing for the rest."""
    word = "".join(each if each.isascii() and each.isalnum() else "_" for each in team.upper()).strip("_") or "TEAM"
    return {"url-env": f"{word}_HOOK", "secret-env": f"{word}_TOKEN"}.get(key, "?")
