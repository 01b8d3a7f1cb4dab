"""Deliver reports and agendas where the configuration says, each once; what fails is named, and the rest goes on.

A post is recorded before it is sent and confirmed after. One that was begun and never confirmed may have arrived: the
next run looks for it where the destination can be asked, and else sends it with the same id. Two runs at once take
turns: the second finds what the first has delivered.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from enum import StrEnum

from lptrack.config.model import Config, Team
from lptrack.deliver.interface import DeliveryError, DeliverySpec, Post, kind_of
from lptrack.jobs.drafts import load_draft
from lptrack.storage.store import WAIT, Store


class Done(StrEnum):
    """What became of a post."""

    SENT = "sent"
    EDITED = "edited"
    KEPT = "already delivered"
    DRY = "would be sent"
    OFFLINE = "not sent: --offline"
    NONE = "nothing to deliver yet"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Posted:
    """One configured delivery and what became of it."""

    spec: DeliverySpec
    done: Done
    post: Post | None = None
    failure: DeliveryError | None = None


def deliveries_of(config: Config) -> tuple[tuple[Team, DeliverySpec], ...]:
    """The configured deliveries; `load_config` refuses a file with deliveries that nobody has trusted."""
    return tuple((team, spec) for team in config.teams for spec in team.deliveries)


def post_all(
    store: Store,
    config: Config,
    *,
    team: str | None,
    dry: bool,
    say: Callable[[Posted], None],
    offline: bool = False,
    wait: float = WAIT,
) -> tuple[Posted, ...]:
    """Deliver what is due; ``say`` takes each as it is done. Raises `StorageError` while another run delivers."""
    sends = not (dry or offline)
    found = []
    with store.lock_posts(wait) if sends else nullcontext():
        for configured, spec in deliveries_of(config):
            if team not in (None, configured.name):
                continue
            posted = _post(store, config, spec, instead=None if sends else Done.DRY if dry else Done.OFFLINE)
            say(posted)
            found.append(posted)
    return tuple(found)


def _post(store: Store, config: Config, spec: DeliverySpec, *, instead: Done | None) -> Posted:
    """Deliver one, or say what is done ``instead``."""
    draft = load_draft(store, config, spec)
    if draft is None:
        return Posted(spec, Done.NONE)
    kind = kind_of(spec)
    place = (spec.identity, spec.team, spec.what, draft.window)
    before = store.load_delivery(place)
    if before is not None and before.is_confirmed and (before.digest == draft.digest or not kind.edits):
        return Posted(spec, Done.KEPT, draft.post)
    if instead is not None:
        return Posted(spec, instead, draft.post)
    from lptrack.deliver.wire import open_wire

    earlier = None if before is None else before.reference
    try:
        wire = open_wire(spec)
        store.begin_delivery(place, draft.digest)
        doubtful = before is not None and earlier is None
        reference = kind.send(spec, draft.post, earlier, doubtful, wire)
    except DeliveryError as error:
        return Posted(spec, Done.FAILED, draft.post, error)
    store.confirm_delivery(place, reference)
    return Posted(spec, Done.SENT if earlier is None else Done.EDITED, draft.post)
