"""What a command can be told, declared once: the option, its environment variable, its help, its default.

A command's options are the fields of a dataclass, each annotated with a `Flag`, `Setting`, `Positional` or `Roots`;
`lptrack.cli.declare` makes the command line from it, `docs/tools/reference.py` the page. Nothing here imports typer.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flag:
    """An option. ``names`` as typed (`-o`, `--output`); ``minimum`` and ``maximum`` bound a number."""

    names: tuple[str, ...]
    help: str
    metavar: str | None = None
    variable: str | None = None
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Positional:
    """An argument without a name."""

    metavar: str
    help: str


@dataclass(frozen=True, slots=True)
class Setting:
    """An option that is one of the settings (`lptrack.config.settings`): its name tells the rest."""

    name: str


@dataclass(frozen=True, slots=True)
class Roots:
    """One option a tracker: where it is reached. The field maps the trackers' names to what was given."""
