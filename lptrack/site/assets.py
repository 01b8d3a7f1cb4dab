"""The site's own style and script, as they lie in this package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def load_own_asset(name: str) -> str:
    """A file of the folder `static`."""
    return files("lptrack.site").joinpath("static", name).read_text(encoding="utf-8")
