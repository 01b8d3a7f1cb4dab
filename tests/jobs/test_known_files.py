"""A file that lies as it lay is not read again, and everything comes out as if it had been."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lptrack.jobs import known_files
from lptrack.jobs.update import take_in_logs
from lptrack.logs import batch
from lptrack.logs.extract import extract_log
from lptrack.logs.model import Extraction, LogResult
from lptrack.logs.options import Options
from lptrack.logs.sources import Source
from lptrack.storage.store import Store
from tests.security.commandline import ROOT, lptrack

AT = datetime(2031, 3, 2, 15, tzinfo=UTC)
MEETINGS = ROOT / "examples" / "meetings"
LOG = "15:00 <ana> #startmeeting Kestrel\n15:01 <ana> bug #92900001 is open\n15:02 <ana> #endmeeting\n"
Take = Callable[..., list[LogResult]]


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(":memory:") as opened:
        yield opened


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the logs that are really read. Moments are short, so that tests are."""
    names: list[str] = []

    def extract(source: Source, options: Options) -> Extraction:
        names.append(source.name)
        return extract_log(source, options)

    monkeypatch.setattr(batch, "extract_log", extract)
    monkeypatch.setattr(known_files, "RACY", 20_000_000)
    return names


def take(store: Store, *logs: Path, options: Options | None = None) -> list[LogResult]:
    time.sleep(0.03)
    run = store.begin_run("run")
    return list(take_in_logs(store, map(str, logs), options or Options(), run=run, at=AT))


def test_nothing_new_is_not_read_and_told_as_before(store: Store, read: list[str], tmp_path: Path) -> None:
    shutil.copytree(MEETINGS, tmp_path / "logs")
    (tmp_path / "logs" / "readme-not.html").write_text("<html><body>no log</body></html>")
    first = take(store, tmp_path / "logs")
    assert len(read) == len(first) > 2
    read.clear()
    again = take(store, tmp_path / "logs")
    assert read == []
    before = [(each.source, each.warnings, each.meetings) for each in first]
    assert [(each.source, each.warnings, each.meetings) for each in again] == before
    assert {each.state for each in again} == {"unchanged"}


def test_results_stand_in_the_order_of_the_inputs(store: Store, read: list[str], tmp_path: Path) -> None:
    for name in "abcdef":
        (tmp_path / f"{name}.log").write_text(LOG.replace("92900001", f"9290000{ord(name) - 96}"))
    take(store, tmp_path)
    for name in "bd":
        (tmp_path / f"{name}.log").write_text(LOG.replace("92900001", f"9290001{ord(name) - 96}"))
    read.clear()
    results = take(store, tmp_path, tmp_path / "missing.log")
    assert [Path(name).name for name in read] == ["b.log", "d.log"]
    assert [Path(each.source).name for each in results] == [*(f"{name}.log" for name in "abcdef"), "missing.log"]
    assert [str(each.state) for each in results] == [
        "unchanged", "changed", "unchanged", "changed", "unchanged", "unchanged", "unreadable",
    ]  # fmt: skip


def test_a_file_whose_time_was_set_back_is_read(store: Store, read: list[str], tmp_path: Path) -> None:
    """The same size and the same time of its content: the entry's own time tells."""
    log = tmp_path / "a.log"
    log.write_text(LOG)
    take(store, log)
    status = log.stat()
    log.write_text(LOG.replace("92900001", "92900002"))
    os.utime(log, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert (log.stat().st_size, log.stat().st_mtime_ns) == (status.st_size, status.st_mtime_ns)
    read.clear()
    assert take(store, log)[0].state == "changed"
    assert read == [str(log)]


def test_a_file_of_this_moment_is_not_remembered(
    store: Store, read: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_files, "RACY", 60_000_000_000)
    (tmp_path / "a.log").write_text(LOG)
    take(store, tmp_path)
    take(store, tmp_path)
    assert len(read) == 2


def test_other_options_read_it_again(store: Store, read: list[str], tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(LOG)
    for options in (Options(), Options(date=date(2031, 3, 2)), Options(bots=frozenset({"ana", "zed", "bo"}))):
        take(store, tmp_path, options=options)
        take(store, tmp_path, options=options)
    assert len(read) == 3


def test_other_code_reads_it_again(
    store: Store, read: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.log").write_text(LOG)
    take(store, tmp_path)
    monkeypatch.setattr(known_files, "__version__", "99")
    take(store, tmp_path)
    assert len(read) == 2


def test_what_another_file_decided_too_is_read_again(store: Store, read: list[str], tmp_path: Path) -> None:
    """An end without a start looks into the log of the day before, 03/04/2031 at the logs beside it."""
    (tmp_path / "#birds.2031-03-03.log").write_text("15:02 <ana> bug #92900001\n15:03 <ana> #endmeeting\n")
    (tmp_path / "chat-1.log").write_text("[03/04/2031 15:00] <ana> bug #92900002\n")
    take(store, tmp_path)
    take(store, tmp_path)
    assert len(read) == 4


def test_a_copy_is_read_and_keeps_what_its_own_file_said(store: Store, read: list[str], tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(LOG)
    take(store, tmp_path)
    shutil.copy(tmp_path / "a.log", tmp_path / "b.log")
    take(store, tmp_path)
    (tmp_path / "a.log").unlink()
    take(store, tmp_path)
    assert [mention.bug.number for mention in store.load_mentions()] == [92900001]
    assert store.load_files(known_files.print_reader(Options())).keys() == {str(tmp_path / "b.log")}


def test_the_whole_job_writes_the_same_whether_it_reads_or_not(tmp_path: Path) -> None:
    shutil.copytree(MEETINGS, tmp_path / "logs")
    time.sleep(2.1)  # until the files are no longer of this moment
    words = ["ci", "logs", "--cassette", str(ROOT / "cassettes" / "launchpad-made-up-bugs.json"), "--db", "a.db"]
    made = []
    for out in ("first", "known", "read"):
        if out == "read":
            with sqlite3.connect(tmp_path / "a.db") as database:
                assert database.execute("DELETE FROM files").rowcount == len(list(MEETINGS.iterdir()))
            database.close()
        assert lptrack(*words, "--out", out, "--from", "previous", "--to", "last", home=tmp_path).code == 0
        made.append({path.name: drop_run(path.read_bytes(), out) for path in (tmp_path / out).iterdir()})
    _, known, read_again = made
    assert known.keys() == read_again.keys()
    assert [name for name in known if known[name] != read_again[name]] == []


def drop_run(data: bytes, out: str) -> bytes:
    """Without what tells the run and its folder."""
    return re.sub(rb"\d of \d{4}-\d\d-\d\d \d\d:\d\d UTC", b"RUN", data).replace(f"{out}/report".encode(), b"OUT")
