"""The docs can't rot: every command in them runs, every link leads somewhere, the generated parts are up to date."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer

import lptrack
from tests import warm

ROOT = Path(__file__).parents[1]
PACKAGE = Path(lptrack.__file__).parent
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *(ROOT / "docs").rglob("*.md")])
OWN = ("tests", "bench", "docs")
TUTORIAL = ROOT / "docs" / "tutorial.md"
COMMAND = re.compile(r"^\$ (lptrack .*)$", re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
NOT_RUN = re.compile(r"lptrack (login|.*https?://|.*redis:|.*tcp://)")  # they need a person, the network, a server


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def _commands(page: Path) -> list[str]:
    found = dict.fromkeys(COMMAND.findall(page.read_text(encoding="utf-8")))
    return [command for command in found if not NOT_RUN.match(command)]


def _environment(home: Path, *, installed: bool = False) -> dict[str, str]:
    """Nothing of this user's; ``installed`` is the program beside this Python: in `make release` the wheel's."""
    (home / "bin").mkdir()
    program = home / "bin" / "lptrack"
    beside = Path(sys.executable).with_name("lptrack")
    if installed and beside.exists():
        program.symlink_to(beside)
    else:
        warm.write_program(program)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LPTRACK_", "XDG_"))}
    return kept | {"HOME": str(home), "PATH": f"{home / 'bin'}:{os.environ['PATH']}"}


def test_the_tutorial_is_followed_from_nothing_to_its_end(tmp_path: Path) -> None:
    """All that the page says, in order, in one shell: an empty folder, an empty home, no file of the project."""
    lines = re.findall(r"^\$ (.*)$", TUTORIAL.read_text(encoding="utf-8"), re.MULTILINE)
    assert lines[0] == "lptrack demo tutorial"
    (tmp_path / "empty").mkdir()
    env = _environment(tmp_path, installed=True)
    env["PYTHONPATH"] = os.pathsep.join(
        str(Path(part).resolve()) for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part
    )
    done = subprocess.run(
        ["sh", "-ex"], cwd=tmp_path / "empty", env=env, input="\n".join(lines), capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    made = {path.name for path in (tmp_path / "empty" / "tutorial").iterdir()}
    assert {"tutorial.db", "status.csv", "reports"} <= made


@pytest.mark.parametrize("page", [page for page in PAGES if page != TUTORIAL and _commands(page)], ids=_name)
def test_every_command_on_the_page_runs(page: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "meetings", tmp_path / "logs")
    env = _environment(tmp_path) | {
        "LPTRACK_CASSETTE": str(ROOT / "cassettes" / "launchpad-made-up-bugs.json"),
        "LPTRACK_DEBIAN_ROOT": "off",
    }
    for command in ["lptrack run logs/ -q", *_commands(page)]:
        done = subprocess.run(
            ["sh", "-c", command], cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=60
        )
        expected = {0, 5} if "--fail-on" in command else {0}  # a gate may be unmet: that is what it is for
        assert done.returncode in expected, f"$ {command}\n{done.stderr}"
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_module_that_the_page_names_is_there(page: Path) -> None:
    """`lptrack/join/window.py`, or the end of such a path."""
    names = set(re.findall(r"`([\w./-]+\.py)(?:::\w+)?`", page.read_text(encoding="utf-8")))
    there = [f"{part}/{path.relative_to(ROOT / part)}" for part in OWN for path in (ROOT / part).rglob("*.py")]
    there += [f"lptrack/{path.relative_to(PACKAGE)}" for path in PACKAGE.rglob("*.py")]
    lost = [name for name in names if not any(f"/{each}".endswith(f"/{name}") for each in there)]
    assert [name for name in lost if "NAME" not in name] == []


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    for link, picture in LINK.findall(page.read_text(encoding="utf-8")):
        target = (link or picture).partition("#")[0]
        if target and "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), f"{_name(page)} links to {target}"


@pytest.mark.skipif(
    tuple(map(int, typer.__version__.split(".")[:2])) < (0, 29), reason="older typers word it otherwise"
)
def test_the_reference_and_the_manual_page_are_what_the_program_says() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "tools" / "reference.py"), "--check"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_every_page_of_the_docs_can_be_reached_from_the_index() -> None:
    docs = ROOT / "docs"
    reached: set[Path] = set()
    todo = [docs / "index.md"]
    while todo:
        page = todo.pop()
        if page in reached or not page.exists():
            continue
        reached.add(page)
        for link, _ in LINK.findall(page.read_text(encoding="utf-8")):
            target = link.partition("#")[0]
            if target.endswith(".md") and "://" not in target:
                todo.append((page.parent / target).resolve())
    pages = set(docs.rglob("*.md"))
    assert pages <= reached, f"not reached: {sorted(map(_name, pages - reached))}"
