"""All kinds of delivery. A new kind: its file here, a line in `KINDS`, a row in docs/delivery.md, a test."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import Final

from lptrack.deliver.forums import DISCOURSE, GITHUB, MATRIX
from lptrack.deliver.interface import DeliveryKind
from lptrack.deliver.webhook import WEBHOOK

KINDS: Final[tuple[DeliveryKind, ...]] = (WEBHOOK, DISCOURSE, MATRIX, GITHUB)


@cache
def delivery_kinds() -> dict[str, DeliveryKind]:
    """Every kind by its name: lptrack's own, then those of the entry point `lptrack.deliver`."""
    from lptrack.deliver.mail import MAIL  # smtplib waits until a configuration is read that delivers

    found = {kind.name: kind for kind in (*KINDS, MAIL)}
    for entry in entry_points(group="lptrack.deliver"):
        kind = entry.load()
        found.setdefault(kind.name, kind)
    return found
