"""One service root is in force for each tracker: another one is refused, or takes the place of all that was told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doubles.launchpad.recorded import Recorded
from tests.doubles.launchpad.server import LoopbackLaunchpad
from tests.security.commandline import ROOT, Done, lptrack

EXAMPLES = ROOT / "examples" / "meetings"


@pytest.fixture
def two() -> Iterator[tuple[str, str]]:
    with LoopbackLaunchpad(Recorded()) as one, LoopbackLaunchpad(Recorded()) as other:
        yield one.root, other.root


def run(home: Path, *words: str, root: str | None = None) -> Done:
    environment = {} if root is None else {"LPTRACK_SERVICE_ROOT": root}
    return lptrack("run", *words, "--db", "a.db", "--out", "out", home=home, environment=environment)


def tasks(home: Path) -> list[dict[str, str]]:
    done = lptrack("status", "--db", "a.db", "--format", "json", home=home)
    assert done.code == 0, done.err
    return list(json.loads(done.out)["tasks"])


def test_another_root_is_refused_unless_the_command_line_names_it(two: tuple[str, str], tmp_path: Path) -> None:
    one, other = two
    assert run(tmp_path, str(EXAMPLES), "--service-root", one).code == 0
    known = tasks(tmp_path)
    before = (tmp_path / "a.db").read_bytes()
    (tmp_path / "lptrack.toml").write_text(f'[resolve]\nservice-root = "{other}"\n')
    for done in (run(tmp_path), run(tmp_path, root=other), run(tmp_path, "--config", "lptrack.toml", "--refresh")):
        assert done.code == 2, done.err
    (tmp_path / "lptrack.toml").unlink()
    refused = run(tmp_path, root=other)
    assert f"were read from {one}, and this run would ask {other}" in refused.err
    assert "--service-root NAME_OR_URL on the command line" in refused.err
    assert (tmp_path / "a.db").read_bytes() == before
    assert tasks(tmp_path) == known
    assert run(tmp_path, "--offline").code == 0
    assert tasks(tmp_path) == known, "offline another root was taken from the cache"
    assert run(tmp_path, "--service-root", one).code == 0


def test_a_root_that_is_named_takes_the_place_of_all_that_the_other_told(
    two: tuple[str, str], tmp_path: Path
) -> None:
    one, other = two
    assert run(tmp_path, str(EXAMPLES), "--service-root", one).code == 0
    known = tasks(tmp_path)
    observed = [task for task in known if task["source"] != "announced"]
    assert observed
    done = run(tmp_path, "--service-root", other, "--deadline", "30s")
    assert done.code == 0, done.err
    assert {task["url"].split("/bugs/")[0] for task in tasks(tmp_path) if task["source"] != "announced"} == {
        other.split("/api")[0].rstrip("/")
    }
    assert [(task["number"], task["status"]) for task in tasks(tmp_path)] == [
        (task["number"], task["status"]) for task in known
    ]
    assert lptrack("db", "check", "--db", "a.db", home=tmp_path).code == 0
    for form in ("report", "status"):
        shown = lptrack(form, "--db", "a.db", "--format", "markdown", home=tmp_path)
        assert "is left out" in shown.out.decode(), form


def test_a_named_root_that_does_not_answer_leaves_nothing_of_the_other(two: tuple[str, str], tmp_path: Path) -> None:
    one, _ = two
    assert run(tmp_path, str(EXAMPLES), "--service-root", one).code == 0
    done = run(tmp_path, "--service-root", "http://127.0.0.1:9/", "--deadline", "2")
    assert done.code == 4
    assert not [task for task in tasks(tmp_path) if task["source"] in ("history", "observed")]
    status = lptrack("status", "--db", "a.db", "--format", "markdown", home=tmp_path)
    assert f"what {one} told of launchpad is left out" in status.out.decode().replace("\\", "").replace("&#8203;", "")
    assert lptrack("db", "check", "--db", "a.db", home=tmp_path).code == 0
