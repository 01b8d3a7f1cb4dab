"""Whose a name on the package index is. `lptrack` there is a stranger's, which `pip install` does not tell."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from lptrack._version import DISTRIBUTION

Pip = Callable[..., tuple[int, str]]


class Owner(Enum):
    """What the index says of a name."""

    FREE = "free on the index"
    OURS = "ours on the index"
    STRANGER = "somebody else's on the index"
    UNREACHABLE = "the index cannot be asked"


def pip(*arguments: str) -> tuple[int, str]:
    """Pip's exit code and all that it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def is_ours(wheel: Path) -> bool:
    """Whether the wheel is lptrack: its package names its own distribution."""
    with zipfile.ZipFile(wheel) as archive:
        if "lptrack/_version.py" not in archive.namelist():
            return False
        return f'DISTRIBUTION = "{DISTRIBUTION}"' in archive.read("lptrack/_version.py").decode("utf-8")


def find_owner(name: str, pip: Pip = pip) -> Owner:
    """Whose the name is. pip answers alike for a free name and a dead index, so it is asked for itself first."""
    if pip("index", "versions", "pip")[0] != 0:
        return Owner.UNREACHABLE
    if pip("index", "versions", name)[0] != 0:
        return Owner.FREE
    with tempfile.TemporaryDirectory() as folder:
        code, _ = pip("download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", folder, name)
        wheels = list(Path(folder).glob("*.whl"))
        return Owner.OURS if code == 0 and wheels and is_ours(wheels[0]) else Owner.STRANGER
