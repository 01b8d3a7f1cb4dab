"""What is in force for one command, and why: an option, the environment, `lptrack.toml`, or the default."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lptrack.config.duration import parse_duration
from lptrack.config.model import Config
from lptrack.config.roots import check_roots
from lptrack.trackers.interface import Settings

DEFAULTS: Mapping[str, str] = {
    "service-root": "production",
    "debian-root": "https://bugs.debian.org/",
    "max-age": "1h",
    "deadline": "10m",
    "jobs": "4",
    "timezone": "UTC",
    "out": "reports",
}
ENVIRONMENT: Mapping[str, str] = {
    "db": "LPTRACK_DB",
    "service-root": "LPTRACK_SERVICE_ROOT",
    "debian-root": "LPTRACK_DEBIAN_ROOT",
    "cache": "LPTRACK_CACHE",
}


@dataclass(frozen=True, slots=True)
class InForce:
    """One setting: its value, and where it comes from in words."""

    name: str
    value: str
    origin: str


def settle(name: str, given: str | None, config: Config, environ: Mapping[str, str] | None = None) -> InForce:
    """The value of the setting ``name``: as given (an option or its environment variable), configured, or default."""
    variable = ENVIRONMENT.get(name)
    environ = os.environ if environ is None else environ
    if given is not None:
        from_variable = variable is not None and environ.get(variable) == given
        return InForce(name, given, f"the environment's {variable}" if from_variable else f"--{name}")
    configured = {
        "db": config.db,
        "service-root": config.service_root,
        "debian-root": config.debian_root,
        "cache": config.cache,
        "max-age": config.max_age,
        "deadline": config.deadline,
        "jobs": config.jobs,
        "timezone": config.timezone,
        "out": config.out,
    }[name]
    if configured is not None:
        return InForce(name, str(configured), str(config.path))
    default = {"db": str(default_db()), "cache": str(default_cache())}.get(name) or DEFAULTS[name]
    return InForce(name, default, "the default")


def database_path(given: Path | None, config: Config) -> Path:
    """The database file that this command works on."""
    return Path(settle("db", None if given is None else str(given), config).value)


def build_settings(
    config: Config,
    *,
    service_root: str | None = None,
    debian_root: str | None = None,
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
    place = settle("cache", cache, config).value
    launchpad = settle("service-root", service_root, config).value
    debian = settle("debian-root", debian_root, config).value
    check_roots(launchpad, debian)
    redis = place.startswith(("redis://", "rediss://"))
    return Settings(
        service_root=launchpad,
        debian_root=debian,
        cache=place if redis else Path(place).expanduser(),
        cache_backend="redis" if redis else "sqlite",
        offline=offline,
        refresh=refresh,
        max_age=parse_duration(settle("max-age", max_age, config).value, "--max-age"),
        jobs=int(settle("jobs", None if jobs is None else str(jobs), config).value),
        deadline=parse_duration(settle("deadline", deadline, config).value, "--deadline").total_seconds(),
        cassette=cassette,
        record=record,
    )


def default_db() -> Path:
    """`$XDG_DATA_HOME/lptrack/lptrack.db`."""
    home = os.environ.get("XDG_DATA_HOME") or ""
    base = Path(home) if os.path.isabs(home) else Path.home() / ".local" / "share"
    return base / "lptrack" / "lptrack.db"


def default_cache() -> Path:
    """`$XDG_CACHE_HOME/lptrack/`."""
    home = os.environ.get("XDG_CACHE_HOME") or ""
    base = Path(home) if os.path.isabs(home) else Path.home() / ".cache"
    return base / "lptrack"
