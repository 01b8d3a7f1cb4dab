"""All kinds of sources. A kind is loaded when a configuration names it; CONTRIBUTING has the recipe.

Others add their own by an entry point of the group `lptrack.sources`, whose name is the kind's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lptrack.plugins import Registry

if TYPE_CHECKING:
    from lptrack.sources.interface import SourceKind

KINDS: Final[Registry[SourceKind]] = Registry(
    "lptrack.sources",
    (
        ("irclogs", "lptrack.sources.dated:IRCLOGS"),
        ("index", "lptrack.sources.index:INDEX"),
        ("discourse", "lptrack.sources.discourse:DISCOURSE"),
        ("matrix", "lptrack.sources.matrix:MATRIX"),
        ("mail", "lptrack.sources.dated:MAIL"),
        ("git", "lptrack.sources.programs:GIT"),
        ("command", "lptrack.sources.programs:COMMAND"),
    ),
)
