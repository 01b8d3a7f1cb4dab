"""Which configurations a person has trusted: by path and content, as direnv does it.

An `lptrack.toml` that merely lies in the working directory may come with a stranger's repository. One such turned 1
of 12 fixed bugs into 12 of 12, by naming a service of its own; and the next run, without it, still said so.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from lptrack.config.model import Config
from lptrack.errors import LptrackError
from lptrack.files import own_folder, save_whole


def find_redirects(config: Config) -> tuple[str, ...]:
    """The keys by which the file sends requests, answers or reports elsewhere than where they go without it."""
    return tuple(_iter_redirects(config))


def _iter_redirects(config: Config) -> Iterator[str]:
    for key in sorted(config.roots):
        yield f"resolve ({key}'s address)"
    if config.cache is not None:
        yield "resolve.cache"
    if config.db is not None:
        yield "database.path"
    if any(team.sources for team in config.teams):
        yield "team.source"
    if any(team.deliveries for team in config.teams):
        yield "team.deliver"
    if config.out is not None and not _lies_below(config.out, config.path):
        yield "report.out"


def _lies_below(out: Path, configuration: Path | None) -> bool:
    base = (configuration.parent if configuration else Path()).resolve()
    return out.resolve().is_relative_to(base)


def trust_file() -> Path:
    """Where trust is kept: `$XDG_CONFIG_HOME/lptrack/trusted`, a line a configuration."""
    home = os.environ.get("XDG_CONFIG_HOME") or ""
    folder = Path(home) if Path(home).is_absolute() else Path.home() / ".config"
    return folder / "lptrack" / "trusted"


def is_trusted(path: Path, content: bytes) -> bool:
    """Whether this file, with this very content, was trusted. What cannot be read trusts nobody."""
    try:
        lines = trust_file().read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except (OSError, RuntimeError):
        return False
    return _line(path, content) in lines


def save_trust(path: Path, content: bytes) -> None:
    """Trust this file as it is now; what was trusted of it before is not any more. Raises `LptrackError`."""
    kept = trust_file()
    ending = f"  {_place(path)}"
    try:
        own_folder(kept.parent)
        known = kept.read_text(encoding="utf-8", errors="surrogateescape").splitlines() if kept.exists() else []
        lines = [line for line in known if not line.endswith(ending)] + [_line(path, content)]
        save_whole(kept, (f"{line}\n" for line in lines), private=True)
    except (OSError, RuntimeError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise LptrackError(
            f"{kept}: {reason}", hint="trust is kept there; name the file with --config instead"
        ) from error


def _place(path: Path) -> str:
    return str(path.resolve()).replace("\n", "\\n").replace("\r", "\\r")


def _line(path: Path, content: bytes) -> str:
    return f"{hashlib.sha256(content).hexdigest()}  {_place(path)}"
