"""A JSON Schema of `lptrack.toml`, made of what reads it: for editors that complete and check TOML."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Protocol

from lptrack.config.model import COLUMNS, SECTIONS
from lptrack.config.places import WHAT
from lptrack.deliver import KINDS as DELIVERIES
from lptrack.sources import KINDS as SOURCES
from lptrack.trackers import roots

Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string", "pattern": "^[^\\u0000]*$"}
_TEXTS: Final[Schema] = {"type": "array", "items": {"type": "string"}}
_FLAG: Final[Schema] = {"type": "boolean"}
_POSITIVE: Final[Schema] = {"type": "integer", "minimum": 1}
_DURATION: Final[Schema] = {"type": "string", "pattern": "^\\s*[0-9]{1,9}(\\.[0-9]{1,6})?\\s*[smhdw]?\\s*$"}
_BUG: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": 10**10 - 1}
_ADDRESS: Final[Schema] = {"type": "string", "pattern": "^https?://[^\\s/?#@]+([/?#]\\S*)?$"}
_DIGITS: Final[Schema] = {"type": "string", "pattern": "^[0-9]+$"}
_OF_SOURCES: Final[dict[str, Schema]] = {
    "since": {"type": "string", "format": "date"},  # TOML's own dates, as editors see them
    "command": {**_TEXTS, "minItems": 1},
}


class _Kind(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def required(self) -> tuple[str, ...]: ...
    @property
    def optional(self) -> tuple[str, ...]: ...


def build_schema() -> Schema:
    """Every table and key that `load_config` knows, with the kinds that are installed here."""
    listed = {
        "type": "array",
        "items": {"anyOf": [_BUG, _object({"bug": _BUG, "tracker": _TEXT, "reason": _TEXT}, ["bug"])]},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "lptrack.toml",
        **_object(
            {
                "team": {"type": "array", "items": _build_team()},
                "trackers": {"type": "object", "additionalProperties": _TEXT},
                "nicks": {"type": "object", "additionalProperties": _TEXT},
                "logs": _object(
                    {"bots": _TEXTS, "relays": _TEXTS, "timezone": _TEXT, "day-first": _FLAG, "silence": _DURATION}
                ),
                "bugs": _object({"track": listed, "ignore": listed}),
                "report": _object(
                    {
                        "sections": _some_of(SECTIONS), "columns": _some_of(COLUMNS), "fold": _FLAG,
                        "horizon": _POSITIVE, "out": _TEXT, "feed": _ADDRESS,
                    }
                ),
                "resolve": _object(
                    {
                        **{root.option: {**_TEXT, "description": root.help} for root in roots().values()},
                        "cache": _TEXT, "max-age": _DURATION, "deadline": _DURATION,
                        "jobs": {"type": "integer", "minimum": 1, "maximum": 16},
                    }
                ),
                "database": _object({"path": _TEXT}),
            }
        ),
    }  # fmt: skip


def _build_team() -> Schema:
    sources = [_build_source(name) for name in SOURCES.names()]
    deliveries = [_build_delivery(name) for name in DELIVERIES.names()]
    return _object(
        {
            "name": _TEXT, "names": _TEXTS, "channels": _TEXTS, "meetings": _TEXTS, "chairs": _TEXTS,
            "series": _TEXTS,
            "source": {"type": "array", "items": {"oneOf": sources}},
            "deliver": {"type": "array", "items": {"oneOf": deliveries}},
        },
        ["name"],
    )  # fmt: skip


def _build_source(name: str) -> Schema:
    kind = SOURCES.find(name)
    assert kind is not None
    values = {key: _OF_SOURCES.get(key, _TEXT) for key in (*kind.required, *kind.optional)}
    given = ("url",) if kind.default_url is not None else ()
    return _of_kind(kind, values, given)


def _build_delivery(name: str) -> Schema:
    kind = DELIVERIES.find(name)
    assert kind is not None
    values = {key: _DIGITS if key in kind.numbers else _TEXT for key in (*kind.required, *kind.optional)}
    return _of_kind(kind, {"what": {"enum": list(WHAT)}, "secret-env": _TEXT, **values})


def _of_kind(kind: _Kind, values: Schema, given: Iterable[str] = ()) -> Schema:
    """One kind's table; what may stand in the environment is there or here, not in both."""
    either = [key for key in kind.required if f"{key}-env" in kind.optional]
    needed = [key for key in kind.required if key not in either and key not in given]
    schema = _object({"kind": {"const": kind.name}, **values}, ["kind", *needed])
    if either:
        schema["allOf"] = [{"oneOf": [{"required": [key]}, {"required": [f"{key}-env"]}]} for key in either]
    return schema


def _some_of(words: Iterable[str]) -> Schema:
    return {"type": "array", "items": {"enum": list(words)}}


def _object(fields: Schema, required: Iterable[str] = ()) -> Schema:
    schema: Schema = {"type": "object", "properties": fields, "additionalProperties": False}
    return {**schema, "required": list(required)} if required else schema
