"""The rooms of the house: which package may import which, and that heavy libraries wait until they are needed."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import lptrack
from lptrack.trackers import tracker_names, words_of
from tests.layers import ROOMS, Room, find_faults, write_table

PACKAGE = Path(lptrack.__file__).parent
ROOT = Path(__file__).parents[1]

HEAVY = ("pandas", "numpy", "launchpadlib", "lazr", "httplib2", "requests", "requests_cache", "xlsxwriter", "jinja2")


def test_imports_point_one_way() -> None:
    assert find_faults(PACKAGE) == []


def _plant(tree: Path, file: str, line: str) -> None:
    path = tree / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{path.read_text(encoding='utf-8') if path.exists() else ''}\n{line}\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "line", "fault"),
    [
        ("storage/times.py", "\nfrom lptrack import cli\n", "storage.times imports cli, which storage may not"),
        ("extra/__init__.py", "from lptrack.cli import main\n", "extra: no row in the table of tests/layers.py"),
        (
            "logs/spool.py",
            "\ndef late():\n    import lptrack.report\n",
            "logs.spool imports report, which logs may not",
        ),
        (
            "logs/spool.py",
            "\ndef late():\n    from lptrack.report import model\n",
            "logs.spool imports report.model,",
        ),
        (
            "grammar/rule.py",
            "\nfrom lptrack import __version__\n",
            "grammar.rule imports __init__, which grammar may",
        ),
        ("escape.py", "\nif False:\n    from lptrack import api\n", "a circle: api → escape → api"),
    ],
)
def test_a_fault_planted_in_a_copy_is_found(file: str, line: str, fault: str, tmp_path: Path) -> None:
    tree = tmp_path / "lptrack"
    shutil.copytree(PACKAGE, tree, ignore=shutil.ignore_patterns("__pycache__"))
    assert find_faults(tree) == []
    _plant(tree, file, line)
    assert [found for found in find_faults(tree) if found.startswith(fault)]


def test_a_permission_that_nobody_uses_is_found() -> None:
    rooms = dict(ROOMS) | {"grammar": Room("more than it needs", ROOMS["grammar"].may_import | {"net"})}
    assert find_faults(PACKAGE, rooms) == ["grammar may import net, and does not"]


def test_the_table_in_contributing_is_the_one_that_is_tested() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert page == write_table(page), "run `make docs`"


def test_a_kind_of_source_or_delivery_waits_until_a_configuration_names_it(tmp_path: Path) -> None:
    path = tmp_path / "lptrack.toml"
    path.write_text(
        '[[team]]\nname = "K"\n[[team.source]]\nkind = "index"\nurl = "https://x.example/"\n', encoding="utf-8"
    )
    code = (
        "import sys\nfrom pathlib import Path\nfrom lptrack.config.load import load_config\n"
        "load_config(Path(sys.argv[1]))\nprint('\\n'.join(sys.modules))"
    )
    command = [sys.executable, "-c", code, str(path)]
    imported = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.split()
    kinds = {name for name in imported if name.startswith(("lptrack.sources.", "lptrack.deliver."))}
    assert kinds == {"lptrack.sources.interface", "lptrack.sources.index", "lptrack.deliver.interface"}


# What only a tracker's own package may spell. Words that mean other things too ("New", "open") are told by the rest.
WORDS = [
    name
    for tracker in tracker_names()
    for name in (*[status.name for status in words_of(tracker).statuses], *words_of(tracker).importances)
    if name
    not in ("open", "done", "fixed", "pending", "normal", "minor", "important", "critical", "Low", "Unknown", "New")
]
HOSTS = ("launchpad.net", "bugs.debian.org")
MAY_SPELL = ("trackers/", "grammar/")  # how people write bugs is the grammar's own subject


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_a_trackers_own_package_spells_its_words(path: Path) -> None:
    if str(path.relative_to(PACKAGE)).startswith(MAY_SPELL):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    spelled = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented
    ]
    assert not [text for text in spelled if text in WORDS or any(host in text for host in HOSTS)]


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


def test_no_name_is_one_of_those_that_say_nothing() -> None:
    """`said`, `held`, `gone`, `told`: each stood for a dozen things. What is meant has a name."""
    found = []
    for path in sorted((ROOT / "lptrack").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = node.id if isinstance(node, ast.Name) else node.arg if isinstance(node, ast.arg) else None
            if name in ("said", "held", "gone", "told"):
                found.append(f"{path.name}: {name}")
    assert not found, "no variable is called `said`, `held`, `gone` or `told`: " + ", ".join(found)
