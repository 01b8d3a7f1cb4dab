"""lptrack: what moved since the last meeting. As a library: `lptrack.api`, each name also here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lptrack._version import __version__

if TYPE_CHECKING:
    from lptrack.api import (
        LptrackError,
        changes,
        extract,
        mentions,
        read_history,
        read_report,
        read_status,
        render,
        states,
        undo_spreadsheet,
    )

__all__ = [
    "LptrackError",
    "__version__",
    "changes",
    "extract",
    "mentions",
    "read_history",
    "read_report",
    "read_status",
    "render",
    "states",
    "undo_spreadsheet",
]


def __getattr__(name: str) -> Any:
    """Load the library when it is first used: `lptrack --help` must not pay for it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from lptrack import api

    return getattr(api, name)
