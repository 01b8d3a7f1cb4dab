"""`lptrack demo`: a stranger's first minute, in an empty folder, without a network and without a word of set-up."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import lptrack as package
from tests.doubles.launchpad.build_demo import DEMO, build
from tests.security.commandline import lptrack


def test_the_demo_reports_a_week_and_names_its_page(tmp_path: Path) -> None:
    done = lptrack("demo", home=tmp_path)
    assert done.code == 0, done.err
    assert b"The page: lptrack-demo/reports/report.html" in done.out
    assert b"made up" in done.out
    report = json.loads((tmp_path / "lptrack-demo" / "reports" / "report.json").read_text("utf-8"))
    assert report["from"]["meeting"] == "lantern-meeting/2025-01-15T15:01Z"
    assert report["to"]["meeting"] == "lantern-meeting/2025-01-22T15:00Z"
    moved = {(each["number"], each["before"], each["after"]) for each in report["changes"]}
    assert (2960102, "Fix Released", "Confirmed") in moved
    assert [(each["number"], each["reason"]) for each in report["unresolved"]] == [(2960112, "not-visible")]
    page = (tmp_path / "lptrack-demo" / "reports" / "report.html").read_text("utf-8")
    assert ".test/" not in page
    assert "Random life" not in page
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == ["lptrack-demo"]


def test_what_it_says_to_try_next_works(tmp_path: Path) -> None:
    done = lptrack("demo", "my demo", home=tmp_path)
    tries = [shlex.split(line)[1:] for line in done.out.decode().splitlines() if line.startswith("  lptrack ")]
    assert len(tries) == 3
    for words in tries:
        again = lptrack(*words, home=tmp_path)
        assert again.code == 0, again.err
        assert b"29601" in again.out


def test_a_folder_with_something_in_it_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    done = lptrack("demo", "mine", home=tmp_path)
    assert done.code == 2
    assert "is not an empty folder" in done.err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


def test_the_demos_files_are_what_its_weeks_make() -> None:
    """`python -m tests.doubles.launchpad.build_demo` writes them; the bot's answers are the bugs' states then."""
    assert Path(package.__file__).parent in DEMO.parents
    made = build()
    assert {name: (DEMO / name).read_text("utf-8") for name in made} == made
    assert sorted(made) == sorted(str(path.relative_to(DEMO)) for path in DEMO.rglob("*") if path.is_file())
