"""The recipes of CONTRIBUTING: every member of a registry has each step done, and somebody new can follow them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import lptrack
from lptrack.ci.gates import GATES
from lptrack.deliver import KINDS as DELIVERIES
from lptrack.logs.formats import FORMATS
from lptrack.report.render import RENDERERS
from lptrack.sources import KINDS as SOURCES
from lptrack.trackers import TRACKERS
from tests.recipes import (
    DELIVERY,
    FORM,
    FORMAT,
    GATE,
    ROOT,
    SOURCE,
    TRACKER,
    Recipe,
    Tree,
    find_missing,
    write_recipes,
)
from tests.trackers.test_invented import DAY
from tests.trackers.test_invented import TRACKER as HERON

HERE = Tree(Path(lptrack.__file__).parent, ROOT)
MEMBERS = [
    *((FORMAT, known.name) for known in FORMATS),
    *((TRACKER, name) for name, _ in TRACKERS),
    *((FORM, form.name) for form in RENDERERS),
    *((GATE, gate.name) for gate in GATES),
    *((SOURCE, name) for name, _ in SOURCES.own),
    *((DELIVERY, name) for name, _ in DELIVERIES.own),
]


@pytest.mark.parametrize(("recipe", "name"), MEMBERS, ids=lambda value: getattr(value, "title", value))
def test_every_member_has_every_step_done(recipe: Recipe, name: str) -> None:
    assert find_missing(recipe, HERE, name) == []


def test_the_page_of_the_reports_tells_every_suffix() -> None:
    page = (ROOT / "docs/reports.md").read_text(encoding="utf-8")
    (sentence,) = [line for line in page.splitlines() if line.startswith("Without `--format`")]
    for form in RENDERERS:
        assert not form.suffixes or form.name == "text" or any(f"`{suffix}`" in sentence for suffix in form.suffixes)


def test_contributing_has_the_recipes() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert page == write_recipes(page), "run `python -m tests.recipes`"


@dataclass(frozen=True, slots=True)
class Edit:
    """A file written (``after`` empty), or a line put after another that is there."""

    path: str
    text: str
    after: str = ""

    def apply(self, tree: Tree) -> None:
        package = self.path.startswith("lptrack/")
        file = tree.package / self.path.removeprefix("lptrack/") if package else tree.root / self.path
        file.parent.mkdir(parents=True, exist_ok=True)
        old = file.read_text(encoding="utf-8") if self.after else ""
        assert self.after in old, self
        new = old.replace(self.after, self.after + self.text, 1) if self.after else self.text
        file.write_text(new, encoding="utf-8")


CABLE_FORMAT = '''
"""An invented format: `nick|15:04|text`."""
from lptrack.model import Line, LineKind

class Cable:
    name = "cable"
    title = "cables"
    def recognise(self, head):
        return 0.99 if head.lines and head.lines[0].text.count("|") == 2 else 0.0
    def parse(self, lines, head):
        for number, text in lines:
            nick, _, rest = text.partition("|")
            clock, _, said = rest.partition("|")
            if rest:
                yield Line(number, LineKind.MESSAGE, said, nick, clock)
            else:
                yield Line(number, LineKind.UNREAD if text.strip() else LineKind.BLANK, text)

CABLE = Cable()
'''
GOLDEN = json.dumps({"format": "cable", "unread": 0, "warnings": [], "meetings": []}) + "\n"
SHOUT = '''
"""An invented form: the headline, loud."""

def render(document, settings):
    return document.page.headline.upper() + "!\\n"
'''
PARROT = '''
"""An invented source: it has one log, which says what the configuration says."""

from lptrack.sources.interface import Answer, Item, SourceKind

def find(spec, reader):
    yield Item("perch", version=spec.values["words"])

def fetch(spec, item, mark, reader):
    return Answer(f"[15:00] <ann> {spec.values['words']}\\n".encode())

PARROT = SourceKind("parrot", ("words",), find, fetch)
'''
PIGEON = '''
"""An invented delivery: a file."""

from pathlib import Path

from lptrack.deliver.interface import DeliveryKind

def send(spec, post, earlier, doubtful, wire):
    with Path(spec.values["loft"]).open("a") as file:
        file.write(post.headline)
    return post.key

PIGEON = DeliveryKind("pigeon", ("loft",), send)
'''
DOZING = """

def _dozing(judged):
    return _bugs(still.state.bug for still in judged.window.unchanged)

"""

INVENTED: dict[str, tuple[Recipe, tuple[tuple[Edit, ...], ...]]] = {
    "cable": (
        FORMAT,
        (
            (Edit("lptrack/logs/formats/cable.py", CABLE_FORMAT),),
            (
                Edit(
                    "lptrack/logs/formats/__init__.py", "from lptrack.logs.formats.cable import CABLE\n",
                    "from lptrack.errors import UsageError\n",
                ),
                Edit(
                    "lptrack/logs/formats/__init__.py", "    CABLE,\n",
                    "FORMATS: Final[tuple[LogFormat, ...]] = (\n",
                ),
            ),
            (Edit("docs/formats/cable.md", "# cable\n"),),
            (Edit("docs/formats/index.md", "| [`cable`](cable.md) | cables |\n", "| --- | --- |\n"),),
            (Edit("tests/golden/logs/cable.txt.expected.jsonl", GOLDEN),),
        ),
    ),
    "heron": (
        TRACKER,
        (
            (Edit("lptrack/trackers/heron/tracker.py", HERON),),
            (
                Edit(
                    "lptrack/trackers/__init__.py", '    ("heron", "lptrack.trackers.heron.tracker:HERON"),\n',
                    '    ("debian", "lptrack.trackers.debian.tracker:DEBIAN_TRACKER"),\n',
                ),
            ),
            (Edit("docs/trackers/heron.md", "# `heron`\n"),),
            (Edit("docs/trackers/index.md", "\n[heron](heron.md)\n", "# "),),
            (Edit("docs/reference.md", "\n`--heron-root`\n", "# "),),
            (Edit("tests/trackers/heron/test_heron.py", "def test_heron(): ...\n"),),
        ),
    ),
    "shout": (
        FORM,
        (
            (Edit("lptrack/report/render/shout.py", SHOUT),),
            (
                Edit(
                    "lptrack/report/render/__init__.py",
                    '    Form("shout", "shout", (".loud",), "for the deaf", _ALL, (Need.PAGE,)),\n',
                    "RENDERERS: Final = (\n",
                ),
            ),
            (Edit("docs/reports.md", "\n| `shout` | the deaf | ✓ | ✓ | ✓ |\n", "# "),),
        ),
    ),
    "dozing": (
        GATE,
        (
            (
                Edit("lptrack/ci/gates.py", DOZING, "    age: timedelta\n"),
                Edit(
                    "lptrack/ci/gates.py", '    Measure("dozing", "bugs", "bugs that did not move", _dozing),\n',
                    "GATES: Final = (\n",
                ),
            ),
            (Edit("docs/howto/ci.md", "| `dozing>N` | … bugs did not move |\n", "| --- | --- |\n"),),
            (Edit("tests/ci/test_gates.py", "\n\ndef test_it():\n    dozing = 1\n", "import pytest\n"),),
        ),
    ),
    "parrot": (
        SOURCE,
        (
            (Edit("lptrack/sources/parrot.py", PARROT),),
            (
                Edit(
                    "lptrack/sources/__init__.py", '        ("parrot", "lptrack.sources.parrot:PARROT"),\n',
                    '    "lptrack.sources",\n    (\n',
                ),
            ),
            (Edit("docs/sources.md", "\n| `parrot` | `words` | itself |\n", "# "),),
            (Edit("tests/sources/test_parrot.py", "TABLE = 'kind = \"parrot\"'\n"),),
        ),
    ),
    "pigeon": (
        DELIVERY,
        (
            (Edit("lptrack/deliver/pigeon.py", PIGEON),),
            (
                Edit(
                    "lptrack/deliver/__init__.py", '        ("pigeon", "lptrack.deliver.pigeon:PIGEON"),\n',
                    '    "lptrack.deliver",\n    (\n',
                ),
            ),
            (Edit("docs/delivery.md", "\n| `pigeon` | `loft` | a note | it stays |\n", "# "),),
            (Edit("tests/deliver/test_pigeon.py", "TABLE = 'kind = \"pigeon\"'\n"),),
        ),
    ),
}  # fmt: skip


@pytest.fixture
def copy(tmp_path: Path) -> Tree:
    """The package and what the recipes touch, to write into."""
    tree = Tree(tmp_path / "lptrack", tmp_path)
    shutil.copytree(HERE.package, tree.package, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("docs/formats", "docs/trackers", "docs/howto", "tests/golden/logs"):
        shutil.copytree(ROOT / part, tmp_path / part)
    (tmp_path / "tests/ci").mkdir()
    for part in (
        "docs/reports.md",
        "docs/reference.md",
        "docs/sources.md",
        "docs/delivery.md",
        "tests/ci/test_gates.py",
    ):
        shutil.copy(ROOT / part, tmp_path / part)
    return tree


def _run(tree: Tree, *words: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LPTRACK_", "XDG_", "HOME"))}
    return subprocess.run(
        [sys.executable, "-m", "lptrack", *words], cwd=tree.root, capture_output=True, text=True, check=False,
        timeout=100,
        env={**kept, "PYTHONPATH": str(tree.root), "HOME": str(tree.root), "LPTRACK_DEBIAN_ROOT": "off"},
    )  # fmt: skip


def _reads_cables(tree: Tree) -> None:
    (tree.root / "a.txt").write_text("ana|15:04|bug #2900001\nbo|15:05|yes\n")
    (record,) = map(json.loads, _run(tree, "extract", "a.txt", "--format", "jsonl").stdout.splitlines())
    assert (record["number"], record["speaker"], record["time"]) == (2900001, "ana", "15:04")


def _tracks_herons(tree: Tree) -> None:
    (tree.root / "logs").mkdir()
    for day in ("Sun Mar 01", "Sun Mar 08"):
        (tree.root / "logs" / f"heronry.2026-03-{day[-2:]}.log").write_text(DAY.format(day=day))
    done = _run(tree, "run", "logs", "--heron-root", "https://heron.example/elsewhere", "--db", "a.db")
    assert done.returncode == 0, done.stderr
    moved = json.loads(_run(tree, "report", "--db", "a.db", "--format", "json").stdout)["changes"]
    assert {(each["tracker"], each["number"], each["after"]) for each in moved} >= {("heron", 11, "closed")}


def _shouts(tree: Tree) -> None:
    _run(tree, "demo")
    done = _run(tree, "report", "--db", "lptrack-demo/lptrack.db", "--format", "shout")
    assert "BUGS MOVED" in done.stdout, done.stderr
    assert "shout" in _run(tree, "report", "--help").stdout


def _judges_dozing(tree: Tree) -> None:
    _run(tree, "demo")
    done = _run(
        tree, "ci", "lptrack-demo/meetings", "--db", "lptrack-demo/lptrack.db", "--offline", "--fail-on", "dozing",
        "--format", "json",
    )  # fmt: skip
    assert done.returncode == 5, done.stderr
    (gate,) = json.loads(done.stdout)["gates"]
    assert (gate["gate"], gate["met"], gate["unit"]) == ("dozing", False, "bugs")


TEAM = '[[team]]\nname = "K"\n[[team.source]]\nkind = "parrot"\nwords = "bug #2900001"\n'


def _hears_parrots(tree: Tree) -> None:
    (tree.root / "k.toml").write_text(TEAM)
    done = _run(tree, "sources", "--config", "k.toml", "--db", "a.db")
    assert "K: parrot: 1 to ask for" in done.stdout, done.stderr


def _sends_pigeons(tree: Tree) -> None:
    (tree.root / "k.toml").write_text('[[team]]\nname = "K"\n[[team.deliver]]\nkind = "pigeon"\nloft = "note.txt"\n')
    (tree.root / "a.txt").write_text("[15:00] <ann> bug #2900001\n")
    _run(tree, "run", "a.txt", "--offline", "--db", "a.db")
    for _ in range(2):
        done = _run(tree, "post", "--config", "k.toml", "--db", "a.db")
        assert done.returncode == 0, done.stderr
    assert "2900001" not in (tree.root / "note.txt").read_text()
    assert (tree.root / "note.txt").read_text().count("bug") == 1


WORKS: dict[str, Callable[[Tree], None]] = {
    "cable": _reads_cables, "heron": _tracks_herons, "shout": _shouts, "dozing": _judges_dozing,
    "parrot": _hears_parrots, "pigeon": _sends_pigeons,
}  # fmt: skip


@pytest.mark.parametrize("name", INVENTED)
def test_who_follows_the_recipe_has_a_member_that_works(name: str, copy: Tree) -> None:
    recipe, steps = INVENTED[name]
    assert len(steps) == len(recipe.steps)
    assert find_missing(recipe, copy, name) == [step.text for step in recipe.steps]
    for place, edits in enumerate(steps):
        for edit in edits:
            edit.apply(copy)
        assert find_missing(recipe, copy, name) == [step.text for step in recipe.steps[place + 1 :]]
    WORKS[name](copy)


@pytest.mark.parametrize(
    ("name", "left_out"), [(name, place) for name, (_, steps) in INVENTED.items() for place in range(len(steps))]
)
def test_a_step_that_is_left_out_is_found(name: str, left_out: int, copy: Tree) -> None:
    recipe, steps = INVENTED[name]
    for place, edits in enumerate(steps):
        for edit in edits if place != left_out else ():
            edit.apply(copy)
    assert find_missing(recipe, copy, name) == [recipe.steps[left_out].text]
