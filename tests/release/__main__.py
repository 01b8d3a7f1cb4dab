"""What stands between a checkout and a release: `python -m tests.release DIST`. The first check that fails stops it.

DIST is an empty folder for the archives. Nothing is uploaded: that is a person's own step, with the archives checked
here.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
from pathlib import Path

from lptrack._version import DISTRIBUTION, __version__
from tests.release.index import Owner, find_owner

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    """Show and run it; a failure ends the release."""
    print("$", *command, flush=True)
    code = subprocess.run(list(map(str, command)), cwd=cwd, check=False).returncode
    if code:
        raise SystemExit(f"not released: exit {code}")


def check_name() -> None:
    """The name on the index is free or ours. One that cannot be asked stops the release."""
    match find_owner(DISTRIBUTION):
        case Owner.STRANGER:
            raise SystemExit(
                f"not released: {DISTRIBUTION} on the package index is somebody else's. Choose another name."
            )
        case Owner.UNREACHABLE:
            raise SystemExit("not released: the package index does not answer, so nobody knows whose the name is.")
        case owner:
            print(f"{DISTRIBUTION}: {owner.value}")


def main(dist: Path) -> None:
    """Build, check, and try what was built as a user would."""
    check_name()
    run(sys.executable, "-m", "build", "--outdir", dist)
    wheel, archive = next(dist.glob("*.whl")), next(dist.glob("*.tar.gz"))
    if f"-{__version__}-" not in wheel.name:
        raise SystemExit(f"not released: {wheel.name} is not version {__version__}")
    run(sys.executable, "-m", "twine", "check", "--strict", wheel, archive)
    run(Path(sys.executable).with_name("check-wheel-contents"), wheel)
    with tempfile.TemporaryDirectory() as folder:
        venv.create(Path(folder) / "venv", with_pip=True)
        python = Path(folder) / "venv" / "bin" / "python"
        with tarfile.open(archive) as unpacking:
            unpacking.extractall(folder, filter="data")
        tree = Path(folder) / archive.name.removesuffix(".tar.gz")
        shutil.rmtree(tree / "lptrack")  # it is the wheel that is tested, by the tests of the archive
        run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade", "pip>=25.1")
        run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel)
        run(python.with_name("lptrack"), "--version", cwd=Path(folder))
        run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--group", "dev", cwd=tree)
        run(
            python,
            "-m",
            "pytest",
            "-n",
            "2",
            "-m",
            "not browser and not slow and not redis and not matrix and not moin",
            cwd=tree,
        )
    print(f"Checked, not uploaded: {wheel} {archive}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
