"""The glossary's words and the walk through the code are of things that exist, and that happen in that order."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import FrameType

import pytest
from typer.testing import CliRunner

from lptrack.cli.main import app
from lptrack.logs.output import COLUMNS
from lptrack.report.records import REPORT_COLUMNS, STATUS_COLUMNS
from lptrack.storage.store import Store

DOCS = Path(__file__).parents[1] / "docs"
WORDS = [
    "meeting",
    "team",
    "reference",
    "mention",
    "announcement",
    "tracker",
    "bug",
    "target",
    "status",
    "importance",
    "milestone",
    "assignee",
    "observation",
    "history",
    "span",
    "window",
    "section",
    "row",
    "change",
    "run",
    "gate",
    "log",
]


def _rows() -> Iterator[list[str]]:
    for line in (DOCS / "glossary.md").read_text("utf-8").splitlines():
        if line.startswith("| ") and not line.startswith(("| word", "| ---")):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def _quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def _resolve(dotted: str) -> object:
    """The thing of this name: a module's attribute, or a class's. Raises where there is none."""
    parts = dotted.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            found: object = import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            found = getattr(found, part)
        return found
    raise AssertionError(dotted)


def test_the_glossary_ties_each_word_to_what_there_is() -> None:
    with Store.open(":memory:") as store:
        tables = {
            name: {row[1] for row in store.database.load(f'PRAGMA table_info("{name}")')}
            for (name,) in store.database.load("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")
        }
    fields = {*COLUMNS, *REPORT_COLUMNS, *STATUS_COLUMNS, "unknown", "reason"}
    for word, meaning, types, places, columns in _rows():
        assert meaning, word
        for name in _quoted(types):
            assert isinstance(_resolve(name), type), name
        for place in _quoted(places):
            table, _, column = place.partition(".")
            assert table in tables, place
            assert not column or column in tables[table], place
        assert set(_quoted(columns)) <= fields, word


def test_the_glossary_has_the_words_of_the_house() -> None:
    told = {word for row in _rows() for word in re.split(r",? |\(.*\)", row[0])}
    assert set(WORDS) - told == set()


def test_no_two_files_of_a_package_differ_by_a_suffix_alone() -> None:
    """`rules` beside `rule`, `document_2`: a reader could not guess which is which."""
    package = Path(str(import_module("lptrack").__file__)).parent
    names = [(path.parent, path.stem) for path in package.rglob("*.py")]
    plural = [(folder.name, name) for folder, name in names if (folder, f"{name}s") in names]
    numbered = [name for _, name in names if re.search(r"_?\d$", name)]
    assert plural == []
    assert numbered == []


def test_a_line_becomes_a_cell_by_the_functions_that_the_page_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (DOCS / "from-line-to-cell.md").read_text("utf-8")
    steps = list(dict.fromkeys(re.findall(r"`(lptrack\.[\w.]+)`", page)))
    assert len(steps) > 15
    for name in steps:
        assert callable(_resolve(name)), name
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    called: dict[str, int] = {}

    def watch(frame: FrameType, event: str, _argument: object) -> None:
        module = str(frame.f_globals.get("__name__"))
        if event == "call" and module.startswith("lptrack."):
            called.setdefault(f"{module}.{frame.f_code.co_qualname}", len(called))

    before = sys.getprofile()
    sys.setprofile(watch)
    threading.setprofile(watch)
    try:
        demo = CliRunner().invoke(app, ["demo", "-q"])
        report = CliRunner().invoke(app, ["report", "--db", "lptrack-demo/lptrack.db", "--format", "csv"])
    finally:
        sys.setprofile(before)
        threading.setprofile(None)
    assert (demo.exit_code, report.exit_code) == (0, 0)
    assert [name for name in steps if name not in called] == []
    parts = re.findall(r"^\d\. .*?(?=^\d\. |^```)", page, re.MULTILINE | re.DOTALL)
    firsts = [min(called[name] for name in re.findall(r"`(lptrack\.[\w.]+)`", part)) for part in parts]
    assert len(parts) == 8
    assert firsts == sorted(firsts)
    (log,) = (tmp_path / "lptrack-demo" / "meetings").glob("*2025-01-22*")
    (line,) = re.findall(r"^> `(.*)`$", page, re.MULTILINE)
    assert line in log.read_text("utf-8").splitlines()
    (cell,) = re.findall(r"^```text\n(.*)\n```", page, re.MULTILINE)
    assert any(row.startswith(f"{cell},") for row in report.output.splitlines())
