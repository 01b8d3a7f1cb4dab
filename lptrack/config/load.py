"""Reading `lptrack.toml`: every key is known, every value is of its type, or one line says which is not."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lptrack.config.duration import parse_duration
from lptrack.config.model import COLUMNS, SECTIONS, Config, Listed, Team
from lptrack.config.trust import find_redirects, is_trusted
from lptrack.deliver import delivery_kinds
from lptrack.deliver.interface import DeliverySpec
from lptrack.errors import ConfigError, UsageError
from lptrack.model import BugKey
from lptrack.sources import source_kinds
from lptrack.sources.interface import SourceSpec
from lptrack.trackers import DEFAULT_TRACKER, roots
from lptrack.trackers.interface import Root

NAME = "lptrack.toml"

T = TypeVar("T")


def load_config(path: Path | None, *, start: Path | None = None, trusting: bool = False) -> Config:
    """The configuration of ``path``, else of `lptrack.toml` in ``start`` (the working directory), else the defaults.

    Raises `ConfigError` for a named file that is missing, and for anything in it that cannot be meant; and for a file
    that was merely found and redirects what nobody said it may (not where ``trusting``: to show what it says).
    """
    is_found = path is None
    if path is None:
        path = (start or Path()) / NAME
        if not path.is_file():
            return Config()
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}", hint="`lptrack init` writes a commented one") from error
    try:
        data = tomllib.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # no UTF-8, a number of 5000 digits, brackets without end, too
        raise ConfigError(f"{path}: no TOML: {error}", hint="https://toml.io has the format") from error
    config = parse_config(data, path)
    if is_found and not trusting and (keys := find_redirects(config)) and not is_trusted(path, raw):
        raise ConfigError(
            f"{path} was found here and is not trusted, but sets {', '.join(keys)}",
            hint=f"read it, then `lptrack config trust`, or name it: --config {path}",
        )
    return config


def parse_config(data: Mapping[str, Any], path: Path | None = None) -> Config:
    """The configuration that ``data`` (TOML's tables) means. Relative paths in it count from the file's folder."""
    where = str(path) if path else NAME
    base = path.parent if path else Path()
    _only(data, ("team", "trackers", "nicks", "logs", "bugs", "report", "resolve", "database"), "", where)
    logs = _table(data, "logs", ("bots", "relays", "timezone", "day-first", "silence"), where)
    bugs = _table(data, "bugs", ("track", "ignore"), where)
    report = _table(data, "report", ("sections", "columns", "fold", "horizon", "out"), where)
    root_of = {root.option: (tracker, root) for tracker, root in roots().items()}
    resolve = _table(data, "resolve", (*root_of, "cache", "max-age", "deadline", "jobs"), where)
    database = _table(data, "database", ("path",), where)
    origins = {f"{table}.{key}": where for table, keys in data.items() if isinstance(keys, dict) for key in keys}
    return Config(
        path=path,
        teams=tuple(_team(entry, number, where) for number, entry in enumerate(_list_of_tables(data, "team", where))),
        trackers={
            _channel(key): _string(f"trackers.{key}", value, where) for key, value in _names(data, "trackers", where)
        },
        nicks={key: _string(f"nicks.{key}", value, where) for key, value in _names(data, "nicks", where)},
        bots=_strings("logs.bots", logs.get("bots", []), where),
        relays=_strings("logs.relays", logs.get("relays", []), where),
        day_first=_maybe(lambda value: _boolean("logs.day-first", value, where), logs.get("day-first")),
        silence=_maybe(lambda value: parse_duration(_duration("logs.silence", value, where)), logs.get("silence")),
        timezone=_timezone(logs.get("timezone"), where),
        track=_listed("track", bugs.get("track", []), where),
        ignore=_listed("ignore", bugs.get("ignore", []), where),
        sections=_maybe(lambda value: _chosen("report.sections", value, SECTIONS, where), report.get("sections")),
        columns=_maybe(lambda value: _chosen("report.columns", value, COLUMNS, where), report.get("columns")),
        fold=_boolean("report.fold", report.get("fold", True), where),
        horizon=_maybe(lambda value: _positive("report.horizon", value, where), report.get("horizon")),
        out=_maybe(lambda value: base / _string("report.out", value, where), report.get("out")),
        db=_maybe(lambda value: base / _string("database.path", value, where), database.get("path")),
        cache=_maybe(lambda value: _string("resolve.cache", value, where), resolve.get("cache")),
        roots={
            tracker: _root(root, resolve[option], where)
            for option, (tracker, root) in root_of.items()
            if option in resolve
        },
        max_age=_maybe(lambda value: _duration("resolve.max-age", value, where), resolve.get("max-age")),
        deadline=_maybe(lambda value: _duration("resolve.deadline", value, where), resolve.get("deadline")),
        jobs=_maybe(lambda value: _jobs(value, where), resolve.get("jobs")),
        origins=origins,
    )


def _team(entry: Mapping[str, Any], number: int, where: str) -> Team:
    _only(
        entry,
        ("name", "names", "channels", "meetings", "chairs", "series", "source", "deliver"),
        f"team[{number}].",
        where,
    )
    if "name" not in entry:
        raise ConfigError(
            f"{where}: [[team]] number {number + 1} has no name", hint='give it one: name = "foundations"'
        )
    return Team(
        name=_string("team.name", entry["name"], where),
        channels=tuple(_channel(each) for each in _strings("team.channels", entry.get("channels", []), where)),
        meetings=_strings("team.names", entry.get("names", []), where)
        + _strings("team.meetings", entry.get("meetings", []), where),
        chairs=_strings("team.chairs", entry.get("chairs", []), where),
        series=_strings("team.series", entry.get("series", []), where),
        sources=tuple(
            _source(each, str(entry["name"]), where) for each in _list_of_tables(entry, "source", f"{where}: team")
        ),
        deliveries=tuple(
            _delivery(each, str(entry["name"]), where) for each in _list_of_tables(entry, "deliver", f"{where}: team")
        ),
    )


def _delivery(entry: Mapping[str, Any], team: str, where: str) -> DeliverySpec:
    kinds = delivery_kinds()
    kind = kinds.get(_string("team.deliver.kind", entry.get("kind", ""), where))
    if kind is None:
        raise ConfigError(
            f"{where}: team.deliver.kind is {entry.get('kind')!r}", hint=f"Choose one of: {', '.join(kinds)}"
        )
    _only(entry, ("kind", "what", "secret-env", *kind.required, *kind.optional), "team.deliver.", where)
    values = {key: _string(f"team.deliver.{key}", value, where) for key, value in entry.items()}
    for key in kind.required:
        if key not in values:
            raise ConfigError(f"{where}: {kind.name} needs {key}")
    what = values.pop("what", "report")
    if what not in ("report", "agenda"):
        raise ConfigError(f"{where}: team.deliver.what is {what!r}", hint='what = "report" or what = "agenda"')
    del values["kind"]
    for key in ("category", "topic", "issue"):
        if key in values and not (values[key].isascii() and values[key].isdigit()):
            raise ConfigError(f"{where}: team.deliver.{key} is {values[key]!r}, not a number")
    return DeliverySpec(team, kind.name, what, values)


def _source(entry: Mapping[str, Any], team: str, where: str) -> SourceSpec:
    kind = source_kinds().get(_string("team.source.kind", entry.get("kind", ""), where))
    if kind is None:
        raise ConfigError(
            f"{where}: team.source.kind is {entry.get('kind')!r}", hint=f"Choose one of: {', '.join(source_kinds())}"
        )
    _only(entry, ("kind", *kind.required, *kind.optional), "team.source.", where)
    given = {key: value for key, value in entry.items() if key != "kind"}
    if kind.default_url is not None:
        given.setdefault("url", kind.default_url)
    for key in kind.required:
        if key not in given:
            raise ConfigError(f"{where}: a {kind.name} source needs {key}")
    for key, value in given.items():
        if key == "since":
            if not isinstance(value, date) or isinstance(value, datetime):
                raise ConfigError(f"{where}: team.source.since is {value!r}, not a date", hint="since = 2026-11-02")
        elif key == "command":
            if not _strings("team.source.command", value, where):
                raise ConfigError(f"{where}: team.source.command is empty", hint='command = ["program", "argument"]')
        else:
            _string(f"team.source.{key}", value, where)
    return SourceSpec(team, kind.name, given)


def _listed(key: str, entries: Any, where: str) -> tuple[Listed, ...]:
    listed = []
    if not isinstance(entries, list):
        raise ConfigError(f"{where}: bugs.{key} is no list", hint=f'{key} = [{{ bug = 1, reason = "…" }}]')
    for written in entries:
        entry = {"bug": written} if isinstance(written, int) and not isinstance(written, bool) else written
        if not isinstance(entry, dict) or not isinstance(entry.get("bug"), int):
            raise ConfigError(f"{where}: bugs.{key} holds {entry!r}", hint=f'{key} = [{{ bug = 1, reason = "…" }}]')
        if not 0 < entry["bug"] < 10**10:
            raise ConfigError(f"{where}: bugs.{key} holds {str(entry['bug'])[:30]}, which is no bug's number")
        _only(entry, ("bug", "tracker", "reason"), f"bugs.{key}.", where)
        tracker = _string(f"bugs.{key}.tracker", entry.get("tracker", DEFAULT_TRACKER), where)
        reason = _string(f"bugs.{key}.reason", entry.get("reason", f"{key} in {where}"), where)
        listed.append(Listed(BugKey(tracker, entry["bug"]), reason))
    return tuple(listed)


def _only(table: Mapping[str, Any], known: tuple[str, ...], prefix: str, where: str) -> None:
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"did you mean {prefix}{near[0]}?" if near else f"known here: {', '.join(known)}"
            raise ConfigError(f"{where}: unknown key {prefix}{key}", hint=hint)


def _table(data: Mapping[str, Any], name: str, known: tuple[str, ...], where: str) -> Mapping[str, Any]:
    table = data.get(name, {})
    if not isinstance(table, dict):
        raise ConfigError(f"{where}: {name} is no table", hint=f"write it as [{name}]")
    _only(table, known, f"{name}.", where)
    return table


def _names(data: Mapping[str, Any], name: str, where: str) -> list[tuple[str, Any]]:
    table = data.get(name, {})
    if not isinstance(table, dict):
        raise ConfigError(f"{where}: {name} is no table", hint=f"write it as [{name}]")
    return list(table.items())


def _list_of_tables(data: Mapping[str, Any], name: str, where: str) -> list[Mapping[str, Any]]:
    entries = data.get(name, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ConfigError(f"{where}: {name} is no list of tables", hint=f"write each as [[{name}]]")
    return entries


def _string(key: str, value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise ConfigError(f"{where}: {key} is {value!r}, not a string")
    if "\0" in value:
        raise ConfigError(f"{where}: {key} is {value!r}, which no name or path can be")
    return value


def _strings(key: str, value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ConfigError(f"{where}: {key} is {value!r}, not a list of strings")
    return tuple(value)


def _chosen(key: str, value: Any, known: tuple[str, ...], where: str) -> tuple[str, ...]:
    names = _strings(key, value, where)
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name[:100], known, 1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise ConfigError(f"{where}: {key} holds {name!r}", hint=f"{hint}known here: {', '.join(known)}")
    return names


def _duration(key: str, value: Any, where: str) -> str:
    text = _string(key, value, where)
    try:
        parse_duration(text, key)
    except UsageError as error:
        raise ConfigError(f"{where}: {error.message}", hint=error.hint) from error
    return text


def _root(root: Root, value: Any, where: str) -> str:
    text = _string(f"resolve.{root.option}", value, where)
    try:
        root.check(text)
    except UsageError as error:
        raise ConfigError(f"{where}: resolve.{error.message.removeprefix('--')}", hint=error.hint) from error
    return text


def _boolean(key: str, value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise ConfigError(f"{where}: {key} is {value!r}, neither true nor false")
    return value


def _jobs(value: Any, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 16:
        raise ConfigError(f"{where}: resolve.jobs is {value!r}, not a number from 1 to 16")
    return value


def _positive(key: str, value: Any, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ConfigError(f"{where}: {key} is {value!r}, not a number from 1 on")
    return value


def _timezone(value: Any, where: str) -> str | None:
    if value is None:
        return None
    zone = _string("logs.timezone", value, where)
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError, RecursionError) as error:
        raise ConfigError(f"{where}: logs.timezone {zone!r} is no time zone", hint="e.g. Europe/Berlin") from error
    return zone


def _channel(name: str) -> str:
    return name.lower().lstrip("#")


def _maybe(read: Callable[[Any], T], value: Any) -> T | None:
    return None if value is None else read(value)
