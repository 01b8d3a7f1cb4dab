"""What an earlier site wrote: each page's print, its files and its line in the lists. Pure.

A page whose print is the same is not built again. Only files that stand here are ever removed. The manifest lies in
a folder that others may write to: what is read from it is checked, and stands on pages as text alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

from lptrack.escape import show_json
from lptrack.site.address import SHAPE
from lptrack.site.model import Action, BugEntry, MeetingEntry, TeamEntry

NAME: Final = "lptrack-site.json"
_WRITER: Final = "lptrack site"
_FORMAT: Final = 1

Entry = MeetingEntry | TeamEntry | BugEntry


@dataclass(frozen=True, slots=True)
class Unit:
    """One page with the files beside it: the print of all that it rests on, a stamp a file, its line in lists."""

    print: str
    files: Mapping[str, str]
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """The units by key. ``planned``: files that a run which did not end may have written."""

    units: Mapping[str, Unit] = field(default_factory=dict)
    planned: frozenset[str] = frozenset()

    def iter_files(self) -> Iterable[str]:
        """Every file that is the site's."""
        for unit in self.units.values():
            yield from unit.files
        yield from self.planned


def render_manifest(manifest: Manifest) -> bytes:
    """The manifest as JSON, a unit a line."""
    head = {"writer": _WRITER, "format": _FORMAT}
    lines = [json.dumps(head)[:-1]]
    lines += [
        json.dumps({key: [unit.print, dict(unit.files), unit.entry and _fields_of(unit.entry)]})[1:-1]
        for key, unit in manifest.units.items()
    ]
    units = ",\n ".join(lines[1:])
    planned = json.dumps(sorted(manifest.planned))
    return show_json(f'{lines[0]},\n"planned": {planned},\n"units": {{\n {units}\n}}}}\n').encode()


def _fields_of(entry: Entry) -> dict[str, Any]:
    """As `asdict`, which copies every text with care and takes ten times as long; a team's entry has parts."""
    if isinstance(entry, TeamEntry):
        return asdict(entry)
    return {name: getattr(entry, name) for name in entry.__dataclass_fields__}


def parse_manifest(data: bytes) -> Manifest | None:
    """The manifest; None where these bytes are not one that lptrack wrote."""
    try:
        raw = json.loads(data)
        if raw["writer"] != _WRITER or raw["format"] != _FORMAT:
            return None
        units = {
            str(key): Unit(_text(digest), _files(files), _parse_entry(key, entry))
            for key, (digest, files, entry) in raw["units"].items()
        }
        return Manifest(units, frozenset(_name(each) for each in raw["planned"]))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def _files(raw: Mapping[Any, Any]) -> dict[str, str]:
    return {_name(name): _text(stamp) for name, stamp in raw.items()}


def _name(raw: object) -> str:
    name = _text(raw)
    if SHAPE.fullmatch(name) is None or name == NAME:
        raise ValueError(f"{name!r} is no file of a site")
    return name


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise TypeError(f"{raw!r} is no text")
    return raw


def _parse_entry(key: str, raw: Any) -> Entry | None:
    if raw is None:
        return None
    kind = key.partition(":")[0]
    if kind == "meeting":
        return MeetingEntry(**_checked(MeetingEntry, raw))
    if kind == "bug":
        return BugEntry(**_checked(BugEntry, raw))
    if kind != "team":
        raise ValueError(key)
    lists = {
        "channels": tuple(map(_text, raw["channels"])),
        "actions": tuple(Action(**_checked(Action, each)) for each in raw["actions"]),
        "points": tuple((_text(label), *map(_count, counts)) for label, *counts in raw["points"]),
    }
    return TeamEntry(**_checked(TeamEntry, {**raw, **dict.fromkeys(lists, "")}) | lists)


def _count(raw: object) -> int:
    if not isinstance(raw, int):
        raise TypeError(f"{raw!r} is no number")
    return raw


_KINDS: Final = {"int": int, "str": str}


def _checked(entry: type, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the entry, each of its kind."""
    kinds = {each.name: _KINDS.get(str(each.type), str) for each in fields(entry)}
    if set(raw) != set(kinds):
        raise ValueError(f"{sorted(raw)}: not the fields of {entry.__name__}")
    for name, value in raw.items():
        if not isinstance(value, kinds[name]):
            raise TypeError(f"{name}: {value!r}")
    return dict(raw)
