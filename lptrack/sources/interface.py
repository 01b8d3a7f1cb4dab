"""What a kind of source is: a place that keeps a team's logs, can list what it has, and gives each document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from lptrack.errors import LptrackError
from lptrack.net.secrets import mask_address


class SourceError(LptrackError):
    """A source could not be read; the others go on, and the next run tries again."""

    exit_code = 4


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """One `[[team.source]]` of the configuration."""

    team: str
    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> str:
        """By which the database knows the source again. `since` and the team's name may change."""
        values = {key: str(value) for key, value in sorted(self.values.items()) if key not in ("since", "secret-env")}
        if "url" in values:
            values["url"] = mask_address(values["url"])
        return json.dumps([self.kind, values], ensure_ascii=False)

    @property
    def shown(self) -> str:
        """As messages name it."""
        address = mask_address(str(self.values.get("url", "")))
        place = self.values.get("channel") or self.values.get("room") or address or self.values.get("command") or ""
        return f"{self.kind} {place if isinstance(place, str) else ' '.join(place)}".strip()

    @property
    def url(self) -> str:
        """The address that was configured."""
        return str(self.values["url"])


@dataclass(frozen=True, slots=True)
class Mark:
    """What the database knows of a document that was fetched before."""

    version: str | None = None
    etag: str | None = None
    modified: str | None = None
    settled: bool = False  # never asked for again


@dataclass(frozen=True, slots=True)
class Item:
    """A document that a source has. ``version``: known without fetching it (a git blob); ``settled``: it is final."""

    key: str  # an address, or what names the document within its source
    version: str | None = None
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What fetching an item gave; ``content`` is None where there is no such document, which is an answer too."""

    content: bytes | None
    etag: str | None = None
    modified: str | None = None


class Reader(Protocol):
    """How kinds reach the world: the network with all its limits, and a folder for what they keep."""

    @property
    def folder(self) -> Path | None:
        """Where a kind may keep what it fetched; None: nowhere."""

    @property
    def now(self) -> datetime:
        """The moment of this run."""

    def get(self, url: str, mark: Mark | None = None, headers: Mapping[str, str] | None = None) -> Answer | None:
        """The document at the address, None where it is as it was. Raises `SourceError`."""


@dataclass(frozen=True, slots=True)
class SourceKind:
    """One kind: the keys that it takes, how it lists what it has, and how it fetches one document."""

    name: str
    required: tuple[str, ...]
    find: Callable[[SourceSpec, Reader], Iterator[Item]]
    fetch: Callable[[SourceSpec, Item, Mark | None, Reader], Answer | None]
    optional: tuple[str, ...] = ()
    default_url: str | None = None


def fetch_address(_spec: SourceSpec, item: Item, mark: Mark | None, reader: Reader) -> Answer | None:
    """Of a kind whose documents are known by their addresses."""
    return reader.get(item.key, mark)


def kind_of(spec: SourceSpec) -> SourceKind:
    """The kind of a source; `load_config` has refused one that there is not."""
    from lptrack.sources import KINDS

    kind = KINDS.find(spec.kind)
    if kind is None:
        raise SourceError(f"{spec.shown}: there is no such kind of source")
    return kind


def is_wanted(item: Item, mark: Mark | None) -> bool:
    """Whether the document is asked for: not if it is final, or has the version that was fetched."""
    if mark is None:
        return True
    return not mark.settled and (item.version is None or item.version != mark.version)


def since_of(spec: SourceSpec) -> date:
    """The first day that is wanted."""
    since: date = spec.values["since"]
    return since
