"""What is in force for one command, and why: an option, the environment, `lptrack.toml`, or the default."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lptrack.config.duration import parse_duration
from lptrack.config.flags import Flag
from lptrack.config.model import Config
from lptrack.errors import UsageError
from lptrack.net.settings import Settings
from lptrack.trackers import roots


@dataclass(frozen=True, slots=True)
class Declared:
    """A setting: its option with its environment variable, what the configuration says of it, and its default."""

    flag: Flag
    configured: Callable[[Config], object]
    default: Callable[[], str]


@dataclass(frozen=True, slots=True)
class InForce:
    """One setting's value, and where it comes from in words."""

    name: str
    value: str
    origin: str


@cache
def settings() -> dict[str, Declared]:
    """Every setting by its name, in the order that `lptrack config` lists them."""
    own = {
        "db": Declared(
            Flag(("--db",), "The database file.", "PATH", "LPTRACK_DB"),
            lambda config: config.db,
            lambda: str(_below("XDG_DATA_HOME", ".local/share") / "lptrack.db"),
        ),
        "cache": Declared(
            Flag(("--cache",), "The HTTP cache (a folder, or redis://…).", "PATH", "LPTRACK_CACHE"),
            lambda config: config.cache,
            lambda: str(_below("XDG_CACHE_HOME", ".cache")),
        ),
    }
    for tracker, root in roots().items():
        own[root.option] = Declared(
            Flag((f"--{root.option}",), root.help, root.metavar, root.variable),
            lambda config, tracker=tracker: config.roots.get(tracker),  # type: ignore[misc]
            lambda root=root: root.default,  # type: ignore[misc]
        )
    return own | {
        "max-age": Declared(
            Flag(("--max-age",), "How old an answer may be, e.g. 30m, 1h (default), 2d.", "AGE", "LPTRACK_MAX_AGE"),
            lambda config: config.max_age,
            lambda: "1h",
        ),
        "deadline": Declared(
            Flag(("--deadline",), "Stop asking trackers after this long (default 10m).", "TIME", "LPTRACK_DEADLINE"),
            lambda config: config.deadline,
            lambda: "10m",
        ),
        "jobs": Declared(
            Flag(("--jobs",), "Connections at once (default 4).", "N", "LPTRACK_JOBS", 1, 16),
            lambda config: config.jobs,
            lambda: "4",
        ),
        "timezone": Declared(
            Flag(("--timezone",), "The zone of logs that name none, e.g. Europe/Berlin.", "ZONE"),
            lambda config: config.timezone,
            lambda: "UTC",
        ),
        "out": Declared(
            Flag(("--out",), "Where the report files go (default reports/).", "DIR", "LPTRACK_OUT"),
            lambda config: config.out,
            lambda: "reports",
        ),
    }


def find_setting(
    name: str, given: object | None, config: Config, environ: Mapping[str, str] | None = None
) -> InForce:
    """The value of the setting ``name``: as given (an option or its environment variable), configured, or default."""
    declared = settings()[name]
    variable = declared.flag.variable
    environ = os.environ if environ is None else environ
    if given is not None:
        from_variable = variable is not None and environ.get(variable) == str(given)
        return InForce(name, str(given), f"the environment's {variable}" if from_variable else f"--{name}")
    configured = declared.configured(config)
    if configured is not None:
        return InForce(name, str(configured), str(config.path))
    return InForce(name, declared.default(), "the default")


def from_environment(name: str, environ: Mapping[str, str] | None = None) -> str | None:
    """What the setting's environment variable says; None where it has none, or it is empty."""
    variable = settings()[name].flag.variable
    return (os.environ if environ is None else environ).get(variable) or None if variable else None


def database_path(given: Path | None, config: Config) -> Path:
    """The database file that this command works on."""
    return Path(find_setting("db", given, config).value)


def build_settings(
    config: Config,
    *,
    given_roots: Mapping[str, str] | None = None,
    cache: str | None = None,
    max_age: str | None = None,
    deadline: str | None = None,
    jobs: int | None = None,
    offline: bool = False,
    refresh: bool = False,
    cassette: Path | None = None,
    record: Path | None = None,
) -> Settings:
    """How this run reaches trackers. Raises `UsageError` for a value that cannot be meant."""
    place = find_setting("cache", cache, config).value
    in_force = {}
    for tracker, root in roots().items():
        in_force[tracker] = find_setting(root.option, (given_roots or {}).get(tracker), config).value
        root.check(in_force[tracker])
    redis = place.startswith(("redis://", "rediss://"))
    return Settings(
        roots=in_force,
        cache=place if redis else Path(place).expanduser(),
        cache_backend="redis" if redis else "sqlite",
        offline=offline,
        refresh=refresh,
        max_age=parse_duration(find_setting("max-age", max_age, config).value, "--max-age"),
        jobs=_parse_jobs(find_setting("jobs", jobs, config)),
        deadline=parse_duration(find_setting("deadline", deadline, config).value, "--deadline").total_seconds(),
        cassette=cassette,
        record=record,
    )


def _parse_jobs(setting: InForce) -> int:
    if not setting.value.isascii() or not setting.value.isdigit():
        raise UsageError(f"--jobs {setting.value!r} is not a number", hint="a number from 1 to 16")
    return int(setting.value)


def _below(variable: str, usual: str) -> Path:
    """lptrack's own folder below one of the XDG base directories."""
    home = os.environ.get(variable) or ""
    return (Path(home) if os.path.isabs(home) else Path.home() / usual) / "lptrack"
