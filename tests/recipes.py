"""How to add a member of a registry (a log format, a tracker, …): the steps, and how each is known to be done.

`python -m tests.recipes` writes them into CONTRIBUTING; `tests/test_recipes.py` holds every member of the registries
to them, carries each out with an invented member, and sees that a step left out is found.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- recipes: written by `python -m tests.recipes` -->\n", "<!-- end of recipes -->\n"


@dataclass(frozen=True, slots=True)
class Tree:
    """Where the package is and where docs and tests are: one checkout, or an installed wheel beside its tests."""

    package: Path
    root: Path

    def has(self, path: str, pattern: str = "") -> bool:
        """Whether a file (`lptrack/…` is the package) exists and has the pattern somewhere."""
        file = self.package / path.removeprefix("lptrack/") if path.startswith("lptrack/") else self.root / path
        return file.is_file() and re.search(pattern, file.read_text(encoding="utf-8"), re.MULTILINE) is not None

    def has_in(self, folder: str, pattern: str) -> bool:
        """Whether some Python file of the folder has the pattern."""
        package = folder.startswith("lptrack/")
        place = self.package / folder.removeprefix("lptrack/") if package else self.root / folder
        return any(re.search(pattern, file.read_text(encoding="utf-8")) for file in sorted(place.glob("*.py")))


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, in words, and whether it is done for the member of this name."""

    text: str
    is_done: Callable[[Tree, str], bool]


@dataclass(frozen=True, slots=True)
class Recipe:
    """All the steps, in order; ``more`` is the page with the details."""

    title: str
    more: str
    steps: tuple[Step, ...]


def _has_golden(tree: Tree, name: str) -> bool:
    golden = (tree.root / "tests/golden/logs").glob("*.expected.jsonl")
    heads = (path.read_text(encoding="utf-8").partition("\n")[0] for path in golden)
    return any(json.loads(head)["format"] == name for head in heads)


def _module_of(tree: Tree, name: str) -> str:
    registry = (tree.package / "report/render/__init__.py").read_text(encoding="utf-8")
    found = re.search(rf'Form\("{name}", "(\w+)"', registry)
    return found[1] if found else name


FORMAT: Final = Recipe(
    "A log format",
    "docs/formats/adding.md",
    (
        Step(
            "`lptrack/logs/formats/NAME.py`: an object with `name`, `title`, `recognise` and `parse` (`LogFormat`)",
            lambda tree, name: tree.has(f"lptrack/logs/formats/{name.replace('-', '_')}.py", rf'"{name}"'),
        ),
        Step(
            "its import and its line in `FORMATS`, `lptrack/logs/formats/__init__.py`, the more particular first",
            lambda tree, name: tree.has(
                "lptrack/logs/formats/__init__.py", rf"^    {name.replace('-', '_').upper()},$"
            ),
        ),
        Step("its page, `docs/formats/NAME.md`", lambda tree, name: tree.has(f"docs/formats/{name}.md", r"\A# ")),
        Step(
            "its row in `docs/formats/index.md`",
            lambda tree, name: tree.has("docs/formats/index.md", rf"^\| \[`{name}`\]\({name}\.md\) \|"),
        ),
        Step(
            "a golden log in `tests/golden/logs/`, and `python -m tests.logs.golden`, which writes every expectation:"
            " only yours may differ; read it",
            _has_golden,
        ),
    ),
)
TRACKER: Final = Recipe(
    "A tracker",
    "docs/trackers/adding.md",
    (
        Step(
            "`lptrack/trackers/NAME/tracker.py`: an object that is a `Tracker`, with its words, addresses and"
            " reading",
            lambda tree, name: tree.has(f"lptrack/trackers/{name}/tracker.py", "def build_history"),
        ),
        Step(
            "its line in `TRACKERS`, `lptrack/trackers/__init__.py`, not the first: `bug #1` is the first's",
            lambda tree, name: tree.has("lptrack/trackers/__init__.py", rf'\("{name}", "lptrack\.trackers\.{name}\.'),
        ),
        Step(
            "its page, `docs/trackers/NAME.md`", lambda tree, name: tree.has(f"docs/trackers/{name}.md", f"`{name}`")
        ),
        Step(
            "its row in `docs/trackers/index.md`",
            lambda tree, name: tree.has("docs/trackers/index.md", rf"\]\({name}\.md\)"),
        ),
        Step(
            "what follows from its address as an option: `python -m tests.schemas.write` and"
            " `python docs/tools/reference.py` (reference and manual page)",
            lambda tree, name: tree.has("docs/reference.md", rf"(?i)\b{name}\b"),
        ),
        Step(
            "its tests, `tests/trackers/NAME/`, against a double that speaks over loopback",
            lambda tree, name: any((tree.root / "tests/trackers" / name).glob("test_*.py")),
        ),
    ),
)
FORM: Final = Recipe(
    "A form of the reports",
    "docs/reports.md",
    (
        Step(
            "`lptrack/report/render/NAME.py` with `render(document, settings) -> str | bytes`, pure",
            lambda tree, name: tree.has(f"lptrack/report/render/{_module_of(tree, name)}.py", r"^def render\("),
        ),
        Step(
            "its `Form` in `RENDERERS`, `lptrack/report/render/__init__.py`: suffixes, the documents it can hold"
            " (so the commands it serves), what it needs",
            lambda tree, name: tree.has("lptrack/report/render/__init__.py", rf'^    Form\("{name}", '),
        ),
        Step(
            "its row in the table of `docs/reports.md` and its suffix in the sentence below it;"
            " `tests/report/test_forms.py` then writes hostile documents in it and looks"
            " for control characters and live addresses",
            lambda tree, name: tree.has("docs/reports.md", rf"^\| `{name}` \|"),
        ),
    ),
)
GATE: Final = Recipe(
    "A gate",
    "docs/howto/ci.md",
    (
        Step(
            "a function from `Judged` to `Measured` and its `Measure` in `GATES`, `lptrack/ci/gates.py`: name, unit,"
            " what it counts; the name is one word of small letters, as `critical-NAME` reads as a gate of"
            " that importance",
            lambda tree, name: tree.has("lptrack/ci/gates.py", rf'Measure\(\s*"{name}", "\w+", "'),
        ),
        Step(
            "its row in the table of `docs/howto/ci.md`",
            lambda tree, name: tree.has("docs/howto/ci.md", rf"^\| .*\b{name}\b.*\|.*\|$"),
        ),
        Step(
            "a test in `tests/ci/test_gates.py` of what it counts and what it leaves out",
            lambda tree, name: tree.has("tests/ci/test_gates.py", rf"\b{name}\b"),
        ),
    ),
)
SOURCE: Final = Recipe(
    "A kind of source",
    "docs/sources.md",
    (
        Step(
            "a `SourceKind` in a file of `lptrack/sources/`: the keys that it takes, how it lists what a place has"
            " (`find`), how it fetches one document",
            lambda tree, name: tree.has_in("lptrack/sources", rf'SourceKind\(\s*"{name}"'),
        ),
        Step(
            "its line in `KINDS`, `lptrack/sources/__init__.py`: a kind is loaded when a configuration names it",
            lambda tree, name: tree.has("lptrack/sources/__init__.py", rf'^        \("{name}", "lptrack\.sources\.'),
        ),
        Step("its row in `docs/sources.md`", lambda tree, name: tree.has("docs/sources.md", rf"^\| `{name}` \|")),
        Step(
            "its tests in `tests/sources/`, against a server on loopback or the real thing: new, unchanged, failing",
            lambda tree, name: tree.has_in("tests/sources", rf'kind = "{name}"'),
        ),
    ),
)
DELIVERY: Final = Recipe(
    "A kind of delivery",
    "docs/delivery.md",
    (
        Step(
            "a `DeliveryKind` in a file of `lptrack/deliver/`: the keys that it takes, and how it sends, finds and"
            " edits a post",
            lambda tree, name: tree.has_in("lptrack/deliver", rf'DeliveryKind\(\s*"{name}"'),
        ),
        Step(
            "its line in `KINDS`, `lptrack/deliver/__init__.py`: a kind is loaded when a configuration names it",
            lambda tree, name: tree.has("lptrack/deliver/__init__.py", rf'^        \("{name}", "lptrack\.deliver\.'),
        ),
        Step("its row in `docs/delivery.md`", lambda tree, name: tree.has("docs/delivery.md", rf"^\| `{name}` \|")),
        Step(
            "its tests in `tests/deliver/`, against a server on loopback: sent once, found again, edited, refused",
            lambda tree, name: tree.has_in("tests/deliver", rf'kind = "{name}"'),
        ),
    ),
)
RECIPES: Final = (FORMAT, TRACKER, FORM, GATE, SOURCE, DELIVERY)


def find_missing(recipe: Recipe, tree: Tree, name: str) -> list[str]:
    """The steps that are not done for this member."""
    return [step.text for step in recipe.steps if not step.is_done(tree, name)]


def write_recipes(page: str) -> str:
    """CONTRIBUTING with its recipes as they are here."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    parts = []
    for recipe in RECIPES:
        steps = "".join(f"{number}. {step.text};\n" for number, step in enumerate(recipe.steps, 1))
        details = f"Details: [{recipe.more}]({recipe.more})."
        parts.append(f"### {recipe.title}\n\n{steps[:-2]}.\n\n{details}\n")
    return f"{head}{BEGIN}\n" + "\n".join(parts) + f"\n{END}{tail}"


if __name__ == "__main__":
    contributing = ROOT / "CONTRIBUTING.md"
    contributing.write_text(write_recipes(contributing.read_text(encoding="utf-8")), encoding="utf-8")
