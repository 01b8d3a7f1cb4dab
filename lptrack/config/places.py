"""`[[team.source]]` and `[[team.deliver]]`: a kind, with the keys that this kind takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from lptrack.config.values import check_keys, read_string, read_strings
from lptrack.deliver import KINDS as DELIVERIES
from lptrack.deliver.interface import DeliverySpec
from lptrack.errors import ConfigError
from lptrack.sources import KINDS as SOURCES
from lptrack.sources.interface import SourceSpec

if TYPE_CHECKING:
    from lptrack.plugins import Registry

WHAT: Final = ("report", "agenda")


class _Kind(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def required(self) -> tuple[str, ...]: ...
    @property
    def optional(self) -> tuple[str, ...]: ...


K = TypeVar("K", bound=_Kind)


def parse_source(entry: Mapping[str, Any], team: str, where: str) -> SourceSpec:
    """One place where the team keeps its logs."""
    kind = _find_kind(SOURCES, entry, "team.source", where)
    check_keys(entry, ("kind", *kind.required, *kind.optional), "team.source.", where)
    values = {key: _read_value(f"team.source.{key}", value, where) for key, value in entry.items() if key != "kind"}
    if kind.default_url is not None:
        values.setdefault("url", kind.default_url)
    _check_required(kind, values, where)
    return SourceSpec(team, kind.name, values)


def parse_delivery(entry: Mapping[str, Any], team: str, where: str) -> DeliverySpec:
    """One place where the team reads its report or agenda."""
    kind = _find_kind(DELIVERIES, entry, "team.deliver", where)
    check_keys(entry, ("kind", "what", "secret-env", *kind.required, *kind.optional), "team.deliver.", where)
    values = {key: read_string(f"team.deliver.{key}", value, where) for key, value in entry.items() if key != "kind"}
    what = values.pop("what", "report")
    if what not in WHAT:
        raise ConfigError(f"{where}: team.deliver.what is {what!r}", hint='what = "report" or what = "agenda"')
    _check_required(kind, values, where)
    for key in kind.numbers:
        if key in values and not (values[key].isascii() and values[key].isdigit()):
            raise ConfigError(f"{where}: team.deliver.{key} is {values[key]!r}, not a number")
    return DeliverySpec(team, kind.name, what, values)


def delivery_names() -> tuple[str, ...]:
    """The kinds of delivery that there are."""
    return DELIVERIES.names()


def needed_keys(kind: str) -> tuple[str, ...]:
    """What has to be known for a delivery of this kind; an address that may be a secret by its variable alone."""
    found = _find_kind(DELIVERIES, {"kind": kind}, "team.deliver", "lptrack.toml")
    keys = tuple(f"{key}-env" if f"{key}-env" in found.optional else key for key in found.required)
    return keys if "url-env" in keys else (*keys, "secret-env")


def _find_kind(registry: Registry[K], entry: Mapping[str, Any], table: str, where: str) -> K:
    kind = registry.find(read_string(f"{table}.kind", entry.get("kind", ""), where))
    if kind is None:
        raise ConfigError(
            f"{where}: {table}.kind is {entry.get('kind')!r}", hint=f"Choose one of: {', '.join(registry.names())}"
        )
    return kind


def _check_required(kind: _Kind, values: Mapping[str, Any], where: str) -> None:
    for key in kind.required:
        if key not in values and not (f"{key}-env" in kind.optional and f"{key}-env" in values):
            raise ConfigError(f"{where}: {kind.name} needs {key}")
        if f"{key}-env" in values and key in values:
            raise ConfigError(f"{where}: {kind.name} takes {key} or {key}-env, not both")


def _read_value(key: str, value: Any, where: str) -> Any:
    match key.rpartition(".")[2]:
        case "since":
            if not isinstance(value, date) or isinstance(value, datetime):
                raise ConfigError(f"{where}: {key} is {value!r}, not a date", hint="since = 2026-11-02")
            return value
        case "command":
            if not read_strings(key, value, where):
                raise ConfigError(f"{where}: {key} is empty", hint='command = ["program", "argument"]')
            return value
        case _:
            return read_string(key, value, where)
