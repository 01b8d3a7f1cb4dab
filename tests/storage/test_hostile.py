"""A database from elsewhere: what would act in it keeps it from being opened; wild values are told by `db check`."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.security.commandline import ROOT, lptrack

LOG = min((ROOT / "examples" / "meetings").iterdir())
ACTING = (
    "CREATE TRIGGER quiet AFTER INSERT ON runs BEGIN DELETE FROM logs; END",
    "CREATE VIEW extra AS SELECT 1",
    'ALTER TABLE logs RENAME TO kept; CREATE VIEW logs AS SELECT * FROM kept WHERE source <> "a"',
    "DROP VIEW bugs_now; CREATE VIEW bugs_now AS SELECT 1; CREATE TRIGGER t INSTEAD OF INSERT ON bugs_now BEGIN"
    " DELETE FROM logs; END",
)
WILD = (
    ("UPDATE \"references\" SET kind = 'lala'", "references.kind"),
    ("UPDATE meetings SET started_at = 'never'", "meetings.started_at"),
    ('UPDATE "references" SET number = -5', "references.number"),
    ("UPDATE logs SET warnings = '{not json'", "logs.warnings"),
    ("UPDATE unresolved SET reason = 'because'", "unresolved.reason"),
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    assert lptrack("run", LOG, "--db", "a.db", "--offline", "--out", "out", home=tmp_path).code == 0
    return tmp_path


def change(home: Path, script: str) -> None:
    with sqlite3.connect(home / "a.db") as connection:
        connection.executescript(script)
    connection.close()


@pytest.mark.parametrize("script", ACTING)
def test_what_would_act_is_refused_by_every_command_and_does_nothing(script: str, home: Path) -> None:
    change(home, script)
    before = (home / "a.db").read_bytes()
    for words in (["db", "check"], ["report"], ["status"], ["run", "--offline", LOG], ["db", "export"]):
        done = lptrack(*words, "--db", "a.db", home=home)
        assert done.code == 1, (words, done.err)
        assert "which lptrack does not make" in done.err
        assert "bug in lptrack" not in done.err
    assert (home / "a.db").read_bytes() == before


@pytest.mark.parametrize(("script", "column"), WILD)
def test_wild_values_are_told_and_no_export_of_them_is_imported(script: str, column: str, home: Path) -> None:
    change(home, script)
    checked = lptrack("db", "check", "--db", "a.db", home=home)
    assert checked.code == 1
    assert column in checked.err
    for words in (["report"], ["status"]):  # whatever they make of it, it is no bug in lptrack
        assert "bug in lptrack" not in lptrack(*words, "--db", "a.db", home=home).err
    exported = lptrack("db", "export", "--db", "a.db", "-o", "all.jsonl", home=home)
    if exported.code == 0:
        imported = lptrack("db", "import", "all.jsonl", "--db", "new.db", home=home)
        assert imported.code == 1, imported.err
        with sqlite3.connect(home / "new.db") as connection:
            assert connection.execute("SELECT count(*) FROM logs").fetchone() == (0,)
        connection.close()
