"""All kinds of delivery. A kind is loaded when a configuration names it; CONTRIBUTING has the recipe.

Others add their own by an entry point of the group `lptrack.deliver`, whose name is the kind's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lptrack.plugins import Registry

if TYPE_CHECKING:
    from lptrack.deliver.interface import DeliveryKind

KINDS: Final[Registry[DeliveryKind]] = Registry(
    "lptrack.deliver",
    (
        ("webhook", "lptrack.deliver.webhook:WEBHOOK"),
        ("discourse", "lptrack.deliver.discourse:DISCOURSE"),
        ("matrix", "lptrack.deliver.matrix:MATRIX"),
        ("github", "lptrack.deliver.github:GITHUB"),
        ("moin", "lptrack.deliver.moin:MOIN"),
        ("apprise", "lptrack.deliver.apprise:APPRISE"),
        ("mail", "lptrack.deliver.mail:MAIL"),
    ),
)
