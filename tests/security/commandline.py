"""The program as a stranger, a service or bad luck meets it: a process of its own, its bytes as they are."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests import warm

ROOT: Final = Path(__file__).parents[2]
_HIDDEN: Final = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_OWN: Final = "\n\u200b\ufeff"
"""What the forms write themselves: line ends, the space that keeps `@name` from a mention, the mark for Excel."""


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended, and what it wrote."""

    code: int
    out: bytes
    err: str


def build_environment(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """An environment that knows nothing but this folder; Debian is switched off."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LPTRACK_", "XDG_", "GITHUB_"))}
    folders = {"HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "XDG_CACHE_HOME": str(home / "cache")}
    return {**kept, **folders, "PYTHONPATH": str(ROOT), "LPTRACK_DEBIAN_ROOT": "off", **(more or {})}


def lptrack(
    *words: str | bytes | Path, home: Path, environment: Mapping[str, str] | None = None, stdin: bytes = b""
) -> Done:
    """Run it in ``home``."""
    done = warm.run(words, home, build_environment(home, environment), stdin)
    return Done(done.returncode, done.stdout, done.stderr.decode("utf-8"))


def acting(text: str, own: str = _OWN) -> set[str]:
    """The characters that would act on a terminal, or hide or turn text around."""
    return {sign for sign in text if unicodedata.category(sign) in _HIDDEN and sign not in own}
