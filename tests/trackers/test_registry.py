"""The registry: every tracker whole (file, line, page, tests), loaded only when asked for, others by entry point."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import lptrack.trackers
from lptrack import trackers
from lptrack.errors import LptrackError, UsageError
from lptrack.net.settings import Settings
from lptrack.trackers import TRACKERS, tracker_named, tracker_names
from lptrack.trackers.debian.tracker import DEBIAN_TRACKER

ROOT = Path(__file__).resolve().parents[2]
OWN = tuple(name for name, _ in TRACKERS)


@pytest.mark.parametrize(("name", "place"), TRACKERS)
def test_a_line_in_the_registry_leads_to_a_tracker_of_that_name(name: str, place: str) -> None:
    tracker = tracker_named(name)
    assert tracker.name == name == name.lower()
    assert tracker.title
    assert tracker.bug_url(5, Settings()).startswith("https://")
    assert place.startswith(f"lptrack.trackers.{name}.")


@pytest.mark.parametrize("name", OWN)
def test_a_tracker_has_its_page_and_its_tests(name: str) -> None:
    page = ROOT / "docs" / "trackers" / f"{name}.md"
    assert page.is_file(), f"write {page.relative_to(ROOT)}"
    assert f"`{name}`" in page.read_text("utf-8"), "the page says what the tracker is called in commands"
    tests = ROOT / "tests" / "trackers" / name
    assert list(tests.glob("test_*.py")), f"write tests in {tests.relative_to(ROOT)}"


@pytest.mark.parametrize("name", OWN)
def test_the_index_of_the_docs_leads_to_its_page(name: str) -> None:
    assert f"]({name}.md)" in (ROOT / "docs" / "trackers" / "index.md").read_text("utf-8")


def test_what_has_a_folder_or_a_page_is_in_the_registry() -> None:
    folders = {path.parent.name for path in Path(lptrack.trackers.__file__).parent.glob("*/tracker.py")}
    pages = {path.stem for path in (ROOT / "docs" / "trackers").glob("*.md")} - {"adding", "index"}
    assert folders == set(OWN)
    assert pages == set(OWN)


@pytest.mark.parametrize(
    "first", ["import lptrack.trackers", "from lptrack.trackers import tracker_named as t; t('debian').bug_url(5)"]
)
def test_asking_for_a_name_imports_no_network(first: str) -> None:
    script = f"{first}\nimport sys\nprint([m for m in ('requests', 'launchpadlib', 'httplib2') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_a_name_that_nobody_has_is_told_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="unknown tracker") as told:
        tracker_named("bugzilla")
    assert ", ".join(OWN) in (told.value.hint or "")


@dataclass(frozen=True)
class Point:
    """An entry point, as `importlib.metadata` gives them."""

    name: str
    loaded: object
    value: str = "elsewhere.tracker:TRACKER"

    def load(self) -> object:
        if isinstance(self.loaded, Exception):
            raise self.loaded
        return self.loaded


class Elsewhere:
    name = "elsewhere"


@pytest.fixture
def points(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Point]]:
    held: list[Point] = []
    monkeypatch.setattr(
        trackers, "entry_points", lambda group, name=None: [point for point in held if name in {None, point.name}]
    )
    tracker_named.cache_clear()
    tracker_names.cache_clear()
    yield held
    tracker_named.cache_clear()
    tracker_names.cache_clear()


def test_another_package_brings_a_tracker(points: list[Point]) -> None:
    other: object = Elsewhere()
    points.append(Point("elsewhere", other))
    assert tracker_names() == (*OWN, "elsewhere")
    assert tracker_named("elsewhere") is other


def test_another_package_cannot_take_a_name_of_ours(points: list[Point]) -> None:
    points.append(Point("debian", Elsewhere()))
    assert tracker_named("debian") is DEBIAN_TRACKER
    assert tracker_names() == OWN


@pytest.mark.parametrize("loaded", [ImportError("broken"), object(), Elsewhere()])
def test_a_package_that_brings_something_else_is_named(points: list[Point], loaded: object) -> None:
    points.append(Point("gitea", loaded))
    with pytest.raises(LptrackError, match=r"elsewhere\.tracker:TRACKER"):
        tracker_named("gitea")
