"""All kinds of sources. A new kind: its file here, a line in `KINDS`, a section in docs/sources.md, a test."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import Final

from lptrack.sources.dated import IRCLOGS, MAIL
from lptrack.sources.discourse import DISCOURSE
from lptrack.sources.index import INDEX
from lptrack.sources.interface import SourceKind
from lptrack.sources.programs import COMMAND, GIT

KINDS: Final[tuple[SourceKind, ...]] = (IRCLOGS, INDEX, DISCOURSE, MAIL, GIT, COMMAND)


@cache
def source_kinds() -> dict[str, SourceKind]:
    """Every kind by its name: lptrack's own, then those of the entry point `lptrack.sources`."""
    found = {kind.name: kind for kind in KINDS}
    for entry in entry_points(group="lptrack.sources"):
        kind = entry.load()
        found.setdefault(kind.name, kind)
    return found
