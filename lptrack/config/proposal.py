"""Teams that `lptrack init` proposes, and how they are written: TOML that says where each line comes from. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

Table = tuple[str, Mapping[str, Any]]
"""The kind of a source or delivery, with its keys."""
_COLUMN: Final = 36
DEFAULT_DELIVERY: Final[Table] = ("webhook", {"what": "report", "url-env": "KESTREL_HOOK"})


@dataclass(frozen=True, slots=True)
class TeamProposal:
    """One `[[team]]`. ``found``: what it was made from, in words; ``likely``: a delivery to fill in and switch on."""

    name: str
    found: str = ""
    channels: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    series: tuple[str, ...] = ()  # seen, and not asked for: written as a comment
    wanted_series: tuple[str, ...] = ()
    sources: tuple[Table, ...] = ()
    deliveries: tuple[Table, ...] = ()
    likely: Table = DEFAULT_DELIVERY


def render_teams(teams: Sequence[TeamProposal]) -> str:
    """The teams' part of the file."""
    return "\n".join("".join(f"{line}\n" for line in _team(team)) for team in teams)


def _team(team: TeamProposal) -> Iterator[str]:
    if team.found:
        yield f"# {one_line(team.found)}"
    yield "[[team]]"
    yield f"name = {quote(team.name)}"
    if team.channels:
        yield f"channels = {_value(tuple(f'#{each}' for each in team.channels))}"
    if team.names:
        yield _noted(f"names = {_value(team.names)}", "patterns of meeting names: several teams meet in this channel")
    if team.wanted_series:
        yield f"series = {_value(team.wanted_series)}"
    elif team.series:
        yield _noted(
            f"# series = {_value(team.series)}", "seen in the logs; named here, other series are folded away"
        )
    for kind, values in team.sources:
        yield ""
        yield "[[team.source]]"
        yield f"kind = {quote(kind)}"
        yield from (f"{key} = {_value(value)}" for key, value in values.items())
    if not team.sources:
        yield ""
        yield "# Where its logs are kept: then `lptrack run` fetches what is new."
        yield "# [[team.source]]"
        yield _noted('# kind = "irclogs"', "index, discourse, matrix, mail, git, command")
        yield f"# channel = {quote(f'#{(team.channels or (team.name,))[0]}')}"
        yield "# since = 2026-11-02"
    for kind, values in team.deliveries:
        yield ""
        yield from _delivery(kind, values)
    if not team.deliveries:
        yield ""
        yield "# Where it reads the report: fill in, take the # away, and see `lptrack post --dry-run`."
        kind, values = team.likely
        yield from (f"# {line}" for line in _delivery(kind, values))


def _delivery(kind: str, values: Mapping[str, Any]) -> Iterator[str]:
    yield "[[team.deliver]]"
    yield f"kind = {quote(kind)}"
    for key, value in values.items():
        note = {
            "what": 'or "agenda"',
            "url-env": "the variable that holds the address",
            "secret-env": "the variable that holds the token",
        }
        yield _noted(f"{key} = {_value(value)}", note[key]) if key in note else f"{key} = {_value(value)}"


def _noted(line: str, note: str) -> str:
    return f"{line:<{_COLUMN - 2}}  # {note}"


def _value(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return f"[{', '.join(_value(each) for each in value)}]"
    return quote(str(value))


def quote(text: str) -> str:
    """A TOML string: JSON's, but for what JSON leaves and TOML refuses."""
    whole = text.encode("utf-8", "replace").decode()
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")


def one_line(text: str) -> str:
    """The text for a comment: a stranger's line break must not begin a key."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())
