"""What the loopback Launchpad serves: bugs by number, as the web service spells them.

A catalogue gives dictionaries in the shape of the recorded answers, all links under `CANON` (the recorded host and
version); the server puts its own address there. `who` is None for an anonymous reader, else a login's name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

CANON = "http://api.launchpad.test/devel/"
CANON_WEB = "http://bugs.launchpad.test/"
Body = dict[str, Any]


class Catalogue(Protocol):
    """Bugs, and what is told beside them. Called from the server's threads; may change between calls."""

    def bug(self, number: int, who: str | None = None) -> Body | None:
        """The entry of `/bugs/N`, None where this reader gets a 404 (missing, or private to others)."""
        ...

    def tasks(self, number: int) -> Sequence[Body]:
        """The entries of `/bugs/N/bug_tasks`, in their order; asked only for bugs that `bug` gives."""
        ...

    def activity(self, number: int) -> Sequence[Body]:
        """The entries of `/bugs/N/activity`, oldest first."""
        ...

    def watches(self, number: int) -> Sequence[Body]:
        """The entries of `/bugs/N/bug_watches`."""
        ...

    def series(self, pillar: str) -> Sequence[Body] | None:
        """The entries of `/PILLAR/series` (a distribution's or a project's), None where there is no such pillar."""
        ...

    def pillar(self, name: str) -> Body | None:
        """The entry of a project or a distribution, `/NAME`; a project's has `development_focus_link`."""
        ...
