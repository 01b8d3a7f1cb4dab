"""The files that commands leave: nothing of a killed run, and an export that only its owner reads."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path

from lptrack.report.files import write_files
from tests.security.commandline import lptrack


def test_what_a_killed_run_left_is_swept_away_and_nothing_else(tmp_path: Path) -> None:
    old = time.time() - 3600
    names = (".report.md.abcd_123", ".report.md.abcd_124", ".report.md.mine", ".notes.md.abcd_123")
    for name in names:
        (tmp_path / name).write_text("half")
        if name != ".report.md.abcd_124":  # another run is at work
            os.utime(tmp_path / name, (old, old))
    write_files(tmp_path, {"report.md": b"whole"})
    assert {path.name for path in tmp_path.iterdir()} == {"report.md", *names[1:]}


def test_an_export_is_its_owner_s_alone_whatever_mode_the_file_there_had(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("[15:04] <ana> bug #92900001\n")
    assert lptrack("run", "a.log", "--offline", "--db", "a.db", home=tmp_path).code == 0
    (tmp_path / "there.jsonl").touch()
    (tmp_path / "there.jsonl").chmod(0o644)
    for name, mode in (("new.jsonl", 0o600), ("there.jsonl", 0o600)):
        assert lptrack("db", "export", "-o", name, "--db", "a.db", home=tmp_path).code == 0
        assert (tmp_path / name).stat().st_mode & 0o777 == mode


def test_two_databases_become_one_on_the_command_line(tmp_path: Path) -> None:
    for name, number in (("a", 92900001), ("b", 92900002)):
        (tmp_path / f"{name}.log").write_text(f"[15:04] <ana> bug #{number}\n[15:05] <ana> bug #92900009\n")
        assert lptrack("run", f"{name}.log", "--offline", "--db", f"{name}.db", home=tmp_path).code == 0
        assert lptrack("db", "export", "-o", f"{name}.jsonl", "--db", f"{name}.db", home=tmp_path).code == 0
    for into, other in (("a", "b"), ("b", "a")):
        done = lptrack("db", "import", "--merge", f"{other}.jsonl", "--db", f"{into}.db", home=tmp_path)
        assert done.code == 0
        assert "merged" in done.err
        assert lptrack("db", "export", "-o", f"{into}2.jsonl", "--db", f"{into}.db", home=tmp_path).code == 0
        assert lptrack("db", "check", "--db", f"{into}.db", home=tmp_path).code == 0
    assert (tmp_path / "a2.jsonl").read_bytes() == (tmp_path / "b2.jsonl").read_bytes()
    with sqlite3.connect(tmp_path / "a.db") as database:
        assert database.execute("SELECT count(*) FROM mentions").fetchone() == (4,)
    database.close()
