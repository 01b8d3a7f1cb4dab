"""A configuration that merely lies in the working directory redirects nothing until somebody trusts it as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.security.commandline import lptrack

HARMLESS = '[[team]]\nname = "Birds"\nnames = ["kestrel*"]\n[report]\nout = "pages"\n'
REDIRECTS = {
    '[resolve]\nservice-root = "http://127.0.0.1:9/"\n': "launchpad's address",
    '[resolve]\ndebian-root = "http://127.0.0.1:9/"\n': "debian's address",
    '[resolve]\ncache = "elsewhere"\n': "resolve.cache",
    '[database]\npath = "elsewhere.db"\n': "database.path",
    '[report]\nout = "../elsewhere"\n': "report.out",
    '[report]\nout = "/elsewhere"\n': "report.out",
}


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "a.log").write_text("[15:04] <ana> bug #92900001\n")
    return tmp_path


@pytest.mark.parametrize(("text", "key"), REDIRECTS.items())
def test_what_is_merely_found_redirects_nothing(here: Path, text: str, key: str) -> None:
    (here / "lptrack.toml").write_text(HARMLESS + text if "[report]" not in text else text)
    for words in (("run", "a.log", "--offline", "--db", "a.db"), ("status",), ("report",), ("extract", "a.log")):
        refused = lptrack(*words, home=here)
        assert refused.code == 2, words
        assert key in refused.err
        assert "lptrack config trust" in refused.err
    assert not (here / "a.db").exists()
    shown = lptrack("config", home=here)
    assert shown.code == 0, shown.err
    assert b"trusted: no" in shown.out


def test_trusted_it_holds_until_it_changes(here: Path) -> None:
    file = here / "lptrack.toml"
    file.write_text(f'[database]\npath = "b.db"\n{HARMLESS}')
    assert lptrack("config", "trust", home=here).code == 0
    assert lptrack("run", "a.log", "--offline", home=here).code == 0
    assert (here / "b.db").exists()
    assert (here / "pages" / "report.md").exists()
    file.write_text(file.read_text().replace("b.db", "c.db"))
    assert lptrack("status", home=here).code == 2
    assert lptrack("config", "trust", home=here).code == 0
    assert lptrack("status", home=here).code in (0, 1)  # c.db is not there, which is another matter


def test_a_file_that_is_named_is_trusted_and_teams_need_no_trust(here: Path) -> None:
    (here / "lptrack.toml").write_text(HARMLESS)
    assert lptrack("run", "a.log", "--offline", "--db", "a.db", home=here).code == 0
    (here / "lptrack.toml").write_text('[database]\npath = "b.db"\n')
    assert lptrack("run", "a.log", "--offline", "--config", "lptrack.toml", home=here).code == 0


def test_a_copy_elsewhere_is_not_trusted(here: Path) -> None:
    text = '[database]\npath = "b.db"\n'
    (here / "lptrack.toml").write_text(text)
    assert lptrack("config", "trust", home=here).code == 0
    other = here / "other"
    other.mkdir()
    (other / "lptrack.toml").write_text(text)
    assert lptrack("status", home=other, environment={"HOME": str(here)}).code == 2


@pytest.mark.parametrize("words", [("config", "trust"), ("config", "believe")])
def test_nothing_to_trust_is_a_wrong_command_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert lptrack(*words, home=tmp_path).code == 2
