"""The rooms of the house: which package may import which, and that heavy libraries wait until they are needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import lptrack

PACKAGE = Path(lptrack.__file__).parent

# CONTRIBUTING's table: a package may import itself, what stands here, and `model` and `errors`.
MAY_IMPORT = {
    "model": set(),
    "errors": set(),
    "grammar": set(),
    "history": set(),
    "logs": {"grammar"},
    "net": {"trackers.interface", "logs.sources"},
    "trackers": {"net", "history"},
    "storage": {"logs.extraction", "trackers", "history"},
    "config": {"trackers.interface", "trackers.launchpad.roots", "trackers.debian.roots"},
    "join": {"storage", "history", "trackers", "config.model"},
    "report": {"join", "history", "trackers", "config.model"},
    "ci": {"report", "join", "config.duration", "logs"},
}
HEAVY = ("pandas", "numpy", "launchpadlib", "lazr", "httplib2", "requests", "requests_cache", "xlsxwriter", "jinja2")


def _module(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("lptrack."):
            found.add(node.module.removeprefix("lptrack."))
        elif isinstance(node, ast.Import):
            found |= {name.name.removeprefix("lptrack.") for name in node.names if name.name.startswith("lptrack.")}
    return found


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=_module)
def test_imports_point_one_way(path: Path) -> None:
    module = _module(path)
    room = module.partition(".")[0]
    if room not in MAY_IMPORT:
        return  # the command line and the main job may import everything
    allowed = MAY_IMPORT[room] | {"model", "errors", "escape", "_version", room}
    strangers = {
        each for each in _imports(path) if not any(each == door or each.startswith(f"{door}.") for door in allowed)
    }
    assert not strangers, f"{module} imports {sorted(strangers)}: see the table in CONTRIBUTING.md"


def _imported_by(arguments: list[str]) -> set[str]:
    code = (
        "import sys\n"
        "from lptrack.cli.main import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    return {line.partition(".")[0] for line in done.stderr.splitlines()}


@pytest.mark.parametrize("command", ["--help", "extract", "status", "run --offline"])
def test_heavy_libraries_wait_until_they_are_needed(command: str, tmp_path: Path) -> None:
    log = tmp_path / "notes.log"
    log.write_text("[15:04] <ana> bug #2900001\n", encoding="utf-8")
    database = ["--db", str(tmp_path / "a.db")]
    arguments = {
        "--help": ["--help"],
        "extract": ["extract", str(log)],
        "status": ["status", *database, "--format", "json"],
        "run --offline": ["run", "--help"],
    }[command]
    imported = _imported_by(arguments)
    assert "lptrack" in imported
    assert not imported & set(HEAVY)
