"""What a kind of delivery is: a place where a team reads its report or agenda, which takes a post and may edit it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Protocol

from lptrack.errors import LptrackError


class DeliveryError(LptrackError):
    """A post could not be delivered; the others go on, and the next `post` tries again."""

    exit_code = 6


@dataclass(frozen=True, slots=True)
class DeliverySpec:
    """One `[[team.deliver]]` of the configuration. It names secrets, and holds none."""

    team: str
    kind: str
    what: str  # `report` or `agenda`
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> str:
        """By which the database knows the destination again, whatever its token is called.

        A digest: of a webhook the address is the secret, and databases are exported and shared.
        """
        kept = {key: str(value) for key, value in sorted(self.values.items()) if key != "secret-env"}
        return f"{self.kind} {sha256(json.dumps(kept, ensure_ascii=False).encode()).hexdigest()[:32]}"


@dataclass(frozen=True, slots=True)
class Post:
    """What is sent. ``key`` is the same whenever the same report is sent to the same place again."""

    key: str
    team: str
    what: str
    meeting: str | None
    headline: str
    text: str  # Markdown, brief
    plain: str
    html: str
    wiki: str = ""  # MoinMoin's markup, brief


class Wire(Protocol):
    """How kinds reach the world: one exchange, polite and limited, and the secret of this destination."""

    @property
    def url(self) -> str:
        """The address: the configured one, or that of the environment."""

    @property
    def secret(self) -> str | None:
        """The token or password, where one is configured."""

    def exchange(
        self, method: str, url: str, payload: object = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """The status and the JSON of the answer (None where it is none). Raises `DeliveryError`."""

    def send(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """The status and the answer's bytes. Raises `DeliveryError`."""


@dataclass(frozen=True, slots=True)
class DeliveryKind:
    """One kind: the keys that it takes, and how it delivers.

    ``send`` gets the post, the destination's own name of the earlier one (None: it is new), and whether an earlier
    attempt ended without an answer, so that the post may be there already; it gives the destination's name of it.
    """

    name: str
    required: tuple[str, ...]
    send: Callable[[DeliverySpec, Post, str | None, bool, Wire], str]
    optional: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()  # the keys whose values are numbers
    edits: bool = False  # a post whose content changed is edited in place; else it stays as it was


def kind_of(spec: DeliverySpec) -> DeliveryKind:
    """The kind of a delivery; `load_config` has refused one that there is not."""
    from lptrack.deliver import KINDS

    kind = KINDS.find(spec.kind)
    if kind is None:
        raise DeliveryError(f"{spec.kind} of {spec.team}: there is no such kind of delivery")
    return kind
