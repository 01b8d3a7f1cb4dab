"""Reading `lptrack.toml`: every key is known, every value is of its type, or one line says which is not."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lptrack.config.duration import parse_duration
from lptrack.config.model import COLUMNS, SECTIONS, Config, Listed, Team
from lptrack.config.places import parse_delivery, parse_source
from lptrack.config.trust import find_redirects, is_trusted
from lptrack.config.values import (
    check_keys,
    maybe,
    read_address,
    read_boolean,
    read_channel,
    read_choice,
    read_duration,
    read_jobs,
    read_names,
    read_positive,
    read_root,
    read_string,
    read_strings,
    read_table,
    read_tables,
    read_timezone,
)
from lptrack.errors import ConfigError
from lptrack.model import BugKey
from lptrack.trackers import DEFAULT_TRACKER, roots

NAME = "lptrack.toml"


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
        raise ConfigError(f"{path}: not valid TOML: {error}", hint="https://toml.io has the format") from error
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
    check_keys(data, ("team", "trackers", "nicks", "logs", "bugs", "report", "resolve", "database"), "", where)
    logs = read_table(data, "logs", ("bots", "relays", "timezone", "day-first", "silence"), where)
    bugs = read_table(data, "bugs", ("track", "ignore"), where)
    report = read_table(data, "report", ("sections", "columns", "fold", "horizon", "out", "feed"), where)
    root_of = {root.option: (tracker, root) for tracker, root in roots().items()}
    resolve = read_table(data, "resolve", (*root_of, "cache", "max-age", "deadline", "jobs"), where)
    database = read_table(data, "database", ("path",), where)
    origins = {f"{table}.{key}": where for table, keys in data.items() if isinstance(keys, dict) for key in keys}
    return Config(
        path=path,
        teams=tuple(_team(entry, number, where) for number, entry in enumerate(read_tables(data, "team", where))),
        trackers={
            read_channel(key): read_string(f"trackers.{key}", value, where)
            for key, value in read_names(data, "trackers", where)
        },
        nicks={key: read_string(f"nicks.{key}", value, where) for key, value in read_names(data, "nicks", where)},
        bots=read_strings("logs.bots", logs.get("bots", []), where),
        relays=read_strings("logs.relays", logs.get("relays", []), where),
        day_first=maybe(lambda value: read_boolean("logs.day-first", value, where), logs.get("day-first")),
        silence=maybe(lambda value: parse_duration(read_duration("logs.silence", value, where)), logs.get("silence")),
        timezone=read_timezone(logs.get("timezone"), where),
        track=_listed("track", bugs.get("track", []), where),
        ignore=_listed("ignore", bugs.get("ignore", []), where),
        sections=maybe(lambda value: read_choice("report.sections", value, SECTIONS, where), report.get("sections")),
        columns=maybe(lambda value: read_choice("report.columns", value, COLUMNS, where), report.get("columns")),
        fold=read_boolean("report.fold", report.get("fold", True), where),
        horizon=maybe(lambda value: read_positive("report.horizon", value, where), report.get("horizon")),
        feed=maybe(lambda value: read_address("report.feed", value, where), report.get("feed")),
        out=maybe(lambda value: base / read_string("report.out", value, where), report.get("out")),
        db=maybe(lambda value: base / read_string("database.path", value, where), database.get("path")),
        cache=maybe(lambda value: read_string("resolve.cache", value, where), resolve.get("cache")),
        roots={
            tracker: read_root(root, resolve[option], where)
            for option, (tracker, root) in root_of.items()
            if option in resolve
        },
        max_age=maybe(lambda value: read_duration("resolve.max-age", value, where), resolve.get("max-age")),
        deadline=maybe(lambda value: read_duration("resolve.deadline", value, where), resolve.get("deadline")),
        jobs=maybe(lambda value: read_jobs(value, where), resolve.get("jobs")),
        origins=origins,
    )


def _team(entry: Mapping[str, Any], number: int, where: str) -> Team:
    check_keys(
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
        name=read_string("team.name", entry["name"], where),
        channels=tuple(
            read_channel(each) for each in read_strings("team.channels", entry.get("channels", []), where)
        ),
        meetings=read_strings("team.names", entry.get("names", []), where)
        + read_strings("team.meetings", entry.get("meetings", []), where),
        chairs=read_strings("team.chairs", entry.get("chairs", []), where),
        series=read_strings("team.series", entry.get("series", []), where),
        sources=tuple(
            parse_source(each, str(entry["name"]), where) for each in read_tables(entry, "source", f"{where}: team")
        ),
        deliveries=tuple(
            parse_delivery(each, str(entry["name"]), where)
            for each in read_tables(entry, "deliver", f"{where}: team")
        ),
    )


def _listed(key: str, entries: Any, where: str) -> tuple[Listed, ...]:
    listed = []
    if not isinstance(entries, list):
        raise ConfigError(f"{where}: bugs.{key} is not a list", hint=f'{key} = [{{ bug = 1, reason = "…" }}]')
    for written in entries:
        entry = {"bug": written} if isinstance(written, int) and not isinstance(written, bool) else written
        if not isinstance(entry, dict) or not isinstance(entry.get("bug"), int):
            raise ConfigError(f"{where}: bugs.{key} holds {entry!r}", hint=f'{key} = [{{ bug = 1, reason = "…" }}]')
        if not 0 < entry["bug"] < 10**10:
            raise ConfigError(f"{where}: bugs.{key} holds {str(entry['bug'])[:30]}, which is not a bug number")
        check_keys(entry, ("bug", "tracker", "reason"), f"bugs.{key}.", where)
        tracker = read_string(f"bugs.{key}.tracker", entry.get("tracker", DEFAULT_TRACKER), where)
        reason = read_string(f"bugs.{key}.reason", entry.get("reason", f"{key} in {where}"), where)
        listed.append(Listed(BugKey(tracker, entry["bug"]), reason))
    return tuple(listed)
