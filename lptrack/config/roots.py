"""Whether the trackers' addresses can be meant: checked before any work, not when the first bug is due."""

from __future__ import annotations

import difflib

from lptrack.errors import UsageError


def check_roots(service_root: str | None = None, debian_root: str | None = None) -> None:
    """Raise `UsageError` for an address that is none; imports nothing heavy, and nothing at all for the defaults."""
    if service_root not in (None, "production"):
        from lptrack.trackers.launchpad.roots import SERVICE_ROOTS, resolve_service_root

        try:
            resolve_service_root(service_root)
        except UsageError as error:
            near = difflib.get_close_matches(service_root[:100], SERVICE_ROOTS, 1)
            if near:
                raise UsageError(error.message, hint=f"did you mean {near[0]}? {error.hint}") from error
            raise
    if debian_root is not None and debian_root.strip().lower() not in ("", "off"):
        from lptrack.trackers.debian.roots import check_root

        check_root(debian_root.strip())
