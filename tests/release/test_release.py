"""What is built can be released: the name, the archive's content, the words on the index, the pinned actions."""

from __future__ import annotations

import re
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

import lptrack
from lptrack._version import DISTRIBUTION
from tests.release.index import Owner, find_owner

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGE = Path(lptrack.__file__).parent


def test_the_distribution_has_its_name_in_one_place() -> None:
    assert PROJECT["project"]["name"] == DISTRIBUTION


class Index:
    """A package index as pip sees it: which names it has, and the one wheel that it gives."""

    def __init__(self, names: set[str], version_file: str | None = None) -> None:
        self.names = names
        self.version_file = version_file

    def __call__(self, command: str, *arguments: str) -> tuple[int, str]:
        if command == "index":
            return int(arguments[-1] not in self.names), ""
        folder = Path(arguments[arguments.index("--dest") + 1])
        with zipfile.ZipFile(folder / "any-1-py3-none-any.whl", "w") as wheel:
            wheel.writestr("lptrack/__init__.py", "")
            if self.version_file is not None:
                wheel.writestr("lptrack/_version.py", self.version_file)
        return 0, ""


@pytest.mark.parametrize(
    ("index", "owner"),
    [
        (Index(set()), Owner.UNREACHABLE),
        (Index({"pip"}), Owner.FREE),
        (Index({"pip", DISTRIBUTION}), Owner.STRANGER),
        (Index({"pip", DISTRIBUTION}, '__version__ = "1"\n'), Owner.STRANGER),
        (Index({"pip", DISTRIBUTION}, f'DISTRIBUTION = "{DISTRIBUTION}"\n'), Owner.OURS),
    ],
)
def test_a_name_is_free_or_ours_or_the_release_stops(index: Index, owner: Owner) -> None:
    assert find_owner(DISTRIBUTION, index) is owner


def _texts() -> list[Path]:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    contrib = [path for path in (ROOT / "contrib").rglob("*") if path.is_file()]
    return [*pages, *contrib, *PACKAGE.rglob("*.py")]


STRANGERS = re.compile(
    r"""(?:pip|pipx|uv tool|uv pip|uvx|uv add)\s+(?:install\s+)?(?:-\S+\s+)*['"]?lptrack(?![-\w])"""
)


def test_nothing_tells_a_reader_to_install_the_strangers_package() -> None:
    assert STRANGERS.search("pip install lptrack")
    assert STRANGERS.search("python -m pip install --quiet 'lptrack[redis]'")
    found = [str(path) for path in _texts() if STRANGERS.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_the_archive_has_all_that_its_tests_need() -> None:
    include = set(PROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["include"])
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (needed,) = re.findall(r"for part in ([^;]+); do", makefile)
    parts = [part for part in needed.split() if (ROOT / part).exists() and part != "pyproject.toml"]
    assert "SECURITY.md" in parts
    assert [part for part in parts if f"/{part}" not in include] == []


def test_readme_has_no_link_on_the_index_that_only_a_repository_resolves() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for each in PROJECT["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]["substitutions"]:
        text = re.sub(each["pattern"], each["replacement"], text)
    assert re.findall(r"\]\((?!https?://)[^)]*\)", text) == []
    assert "`CONTRIBUTING.md`" in text


def test_workflows_use_actions_by_commit_not_by_a_tag_that_moves() -> None:
    used = [
        line.split("uses:", 1)[1].split()[0]
        for path in (ROOT / "contrib" / "github").rglob("*.yml")
        for line in path.read_text(encoding="utf-8").splitlines()
        if "uses:" in line
    ]
    assert len(used) == 11
    assert [action for action in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action)] == []
