"""Values of `lptrack.toml`: each is of its type, or one line says which is not. ``where`` is the file."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lptrack.config.duration import parse_duration
from lptrack.errors import ConfigError, UsageError
from lptrack.trackers.interface import Root

T = TypeVar("T")


def check_keys(table: Mapping[str, Any], known: tuple[str, ...], prefix: str, where: str) -> None:
    """Raise `ConfigError` for a key that is not known, with the one that it resembles."""
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"did you mean {prefix}{near[0]}?" if near else f"known here: {', '.join(known)}"
            raise ConfigError(f"{where}: unknown key {prefix}{key}", hint=hint)


def read_table(data: Mapping[str, Any], name: str, known: tuple[str, ...], where: str) -> Mapping[str, Any]:
    """The table of this name, empty where there is none."""
    table = data.get(name, {})
    if not isinstance(table, dict):
        raise ConfigError(f"{where}: {name} is not a table", hint=f"write it as [{name}]")
    check_keys(table, known, f"{name}.", where)
    return table


def read_names(data: Mapping[str, Any], name: str, where: str) -> list[tuple[str, Any]]:
    """The entries of a table whose keys are the user's own."""
    table = data.get(name, {})
    if not isinstance(table, dict):
        raise ConfigError(f"{where}: {name} is not a table", hint=f"write it as [{name}]")
    return list(table.items())


def read_tables(data: Mapping[str, Any], name: str, where: str) -> list[Mapping[str, Any]]:
    """The tables that are written as `[[name]]`."""
    entries = data.get(name, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ConfigError(f"{where}: {name} is not a list of tables", hint=f"write each as [[{name}]]")
    return entries


def read_string(key: str, value: Any, where: str) -> str:
    """A string that names and paths can be."""
    if not isinstance(value, str):
        raise ConfigError(f"{where}: {key} is {value!r}, not a string")
    if "\0" in value:
        raise ConfigError(f"{where}: {key} is {value!r}, which cannot be a name or path")
    return value


def read_strings(key: str, value: Any, where: str) -> tuple[str, ...]:
    """A list of strings."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ConfigError(f"{where}: {key} is {value!r}, not a list of strings")
    return tuple(value)


def read_choice(key: str, value: Any, known: tuple[str, ...], where: str) -> tuple[str, ...]:
    """A list of names that are known."""
    names = read_strings(key, value, where)
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name[:100], known, 1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise ConfigError(f"{where}: {key} holds {name!r}", hint=f"{hint}known here: {', '.join(known)}")
    return names


def read_duration(key: str, value: Any, where: str) -> str:
    """A length of time, as text."""
    text = read_string(key, value, where)
    try:
        parse_duration(text, key)
    except UsageError as error:
        raise ConfigError(f"{where}: {error.message}", hint=error.hint) from error
    return text


def read_root(root: Root, value: Any, where: str) -> str:
    """A tracker's address."""
    text = read_string(f"resolve.{root.option}", value, where)
    try:
        root.check(text)
    except UsageError as error:
        raise ConfigError(f"{where}: resolve.{error.message.removeprefix('--')}", hint=error.hint) from error
    return text


def read_address(key: str, value: Any, where: str) -> str:
    """The address of a page."""
    text = read_string(key, value, where)
    if not re.fullmatch(r"https?://[^\s/?#@]+(?:[/?#]\S*)?", text):
        raise ConfigError(f"{where}: {key} is {value!r}, which is no address", hint="https://HOST/report.atom")
    return text


def read_boolean(key: str, value: Any, where: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ConfigError(f"{where}: {key} is {value!r}, neither true nor false")
    return value


def read_jobs(value: Any, where: str) -> int:
    """A number of connections."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 16:
        raise ConfigError(f"{where}: resolve.jobs is {value!r}, not a number from 1 to 16")
    return value


def read_positive(key: str, value: Any, where: str) -> int:
    """A number from 1 on."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ConfigError(f"{where}: {key} is {value!r}, not a number of at least 1")
    return value


def read_timezone(value: Any, where: str) -> str | None:
    """The name of a time zone, or None."""
    if value is None:
        return None
    zone = read_string("logs.timezone", value, where)
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError, RecursionError) as error:
        raise ConfigError(f"{where}: logs.timezone {zone!r} is not a time zone", hint="e.g. Europe/Berlin") from error
    return zone


def read_channel(name: str) -> str:
    """A channel as lptrack names it: without `#`, in lower case."""
    return name.lower().lstrip("#")


def maybe(read: Callable[[Any], T], value: Any) -> T | None:
    """What ``read`` makes of the value; None stays None."""
    return None if value is None else read(value)
