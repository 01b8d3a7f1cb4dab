"""Files: what is no log in a folder of logs, where the database may lie, and who can read what is written."""

from __future__ import annotations

import gzip
import os
import socket
import sqlite3
import stat
from pathlib import Path

import pytest

from tests.security.commandline import lptrack

LOG = "[15:04] <ana> #startmeeting\n[15:05] <ana> bug #92900001 is open\n[15:06] <ana> #endmeeting\n"


def complaints(err: str) -> list[str]:
    return [line for line in err.splitlines() if line.startswith("lptrack: ")]


def test_only_regular_files_inside_of_a_folder_are_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("[15:04] <root> bug #92900666\n")
    logs = tmp_path / "logs"
    (logs / "older").mkdir(parents=True)
    (logs / "older" / "week-2013-09-11.log").write_text(LOG)
    (logs / "latest.log").symlink_to(logs / "older" / "week-2013-09-11.log")
    (logs / "out.log").symlink_to(tmp_path / "secret.txt")
    (logs / "outside").symlink_to(tmp_path)
    (logs / "round").symlink_to(logs)
    (logs / "zero.log").symlink_to("/dev/zero")
    (logs / "self.log").symlink_to(logs / "self.log")
    os.mkfifo(logs / "pipe.log")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(logs / "socket.log"))
        done = lptrack("extract", "logs", home=tmp_path)
    assert done.code == 3
    assert b"92900666" not in done.out
    assert b"latest.log" in done.out
    assert b"older/week" in done.out
    assert sorted(line.partition(":")[2].partition(":")[0].strip() for line in complaints(done.err)) == [
        "logs/out.log", "logs/self.log",
    ]  # fmt: skip


def test_a_bomb_is_one_line_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(LOG)
    with gzip.open(tmp_path / "bomb.log.gz", "wb") as file:
        for _ in range(320):
            file.write(b"\0" * (1 << 20))
    done = lptrack("extract", ".", home=tmp_path)
    assert done.code == 3
    assert len(complaints(done.err)) == 1
    assert b"92900001" in done.out


def test_what_is_recorded_is_its_owners_alone(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(LOG)
    old = os.umask(0)
    try:
        assert lptrack(
            "run", "a.log", "--service-root", "http://127.0.0.1:9/", "--deadline", "1s", home=tmp_path
        ).code
        assert lptrack("db", "backup", "copy.db", home=tmp_path).code == 0
        assert lptrack("db", "export", "-o", "all.jsonl", home=tmp_path).code == 0
    finally:
        os.umask(old)
    kept = [path for folder in ("data", "cache") for path in (tmp_path / folder).rglob("*")]
    kept += [tmp_path / "copy.db", tmp_path / "all.jsonl"]
    assert any(path.name == "lptrack.db" for path in kept)
    for path in kept:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode & 0o077 == 0, f"{path}: {mode:o}"


@pytest.mark.parametrize("kind", ["folder", "pipe", "device", "socket", "link to nothing", "link to a folder"])
def test_a_database_that_cannot_be_one_is_one_line(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    server = socket.socket(socket.AF_UNIX)
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "device":
            path = Path("/dev/null")
        case "socket":
            server.bind(os.path.relpath(path))
        case "link to nothing":
            path.symlink_to(tmp_path / "no" / "where")
        case _:
            path.symlink_to(tmp_path)
    for command in (["run", "--offline"], ["status"], ["db", "check"]):
        done = lptrack(*command, "--db", path, home=tmp_path)
        assert done.code == 1, (command, done.err)
        assert len(complaints(done.err)) == 1
        assert "bug in lptrack" not in done.err
    server.close()


def test_a_link_to_a_database_is_that_database(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(LOG)
    (tmp_path / "b.db").symlink_to(tmp_path / "a.db")
    assert lptrack("run", "a.log", "--offline", "--db", "a.db", home=tmp_path).code == 0
    assert lptrack("status", "--db", "b.db", home=tmp_path).code == 0
    assert (tmp_path / "b.db").is_symlink()


def test_outputs_that_cannot_be_written_are_one_line_and_lose_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(LOG)
    (tmp_path / "file").write_text("mine\n")
    for words in (
        ["run", "a.log", "--offline", "--out", "file"],
        ["run", "--offline", "--out", "file/below"],
        ["report", "-o", "file/below"],
        ["report", "-o", "no/where.md"],
        ["report", "-o", "."],
        ["db", "export", "-o", "no/where"],
        ["db", "backup", "file"],
        ["report", "-o", "x" * 300],
    ):
        done = lptrack(*words, "--db", "a.db", home=tmp_path)
        assert done.code in (1, 2), (words, done.err)
        assert len(complaints(done.err)) == 1, done.err
        assert "bug in lptrack" not in done.err
    assert (tmp_path / "file").read_text() == "mine\n"
    assert b"92900001" in lptrack("status", "--format", "json", "--db", "a.db", home=tmp_path).out


def test_an_export_never_goes_over_its_own_database(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(LOG)
    assert lptrack("run", "a.log", "--offline", "--db", "a.db", home=tmp_path).code == 0
    (tmp_path / "b.db").symlink_to("a.db")
    for name in ("a.db", "b.db", "./a.db"):
        assert lptrack("db", "export", "-o", name, "--db", "a.db", home=tmp_path).code == 2
    with sqlite3.connect(tmp_path / "a.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_template_reaches_nothing_outside_of_its_document(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(LOG)
    lptrack("run", "a.log", "--offline", "--db", "a.db", home=tmp_path)
    for text in (
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ page.__init__.__globals__ }}",
        "{{ lipsum.__globals__['os'].system('touch owned') }}",
        "{{ cycler.__init__.__globals__.os.popen('touch owned').read() }}",
        "{{ '%s' | format(page.__class__) }}{{ '{0.__class__.__mro__}'.format(page) }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{{ range(10 ** 9) | list }}",
        "{{ page.sections.append(1) }}",
        "{% set _ = page.__setattr__('title', 1) %}",
    ):
        (tmp_path / "mine.txt").write_text(text)
        done = lptrack("report", "--template", "mine.txt", "--db", "a.db", home=tmp_path)
        assert done.code == 2, (text, done.out, done.err)
        assert b"root:" not in done.out
    assert not (tmp_path / "owned").exists()
