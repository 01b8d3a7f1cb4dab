"""Many logs on all cores are what they are on one, whatever becomes of a process that reads them."""

from __future__ import annotations

import os
import signal
from functools import partial
from pathlib import Path

import pytest

from lptrack.errors import NoLogs, UnreadableLog
from lptrack.logs import processes
from lptrack.logs.batch import extract_logs
from lptrack.logs.options import Options
from lptrack.logs.processes import spread
from lptrack.logs.sources import Source, find_sources

Found = Source | UnreadableLog


@pytest.fixture
def logs(tmp_path: Path) -> list[Found]:
    for number in range(12):
        (tmp_path / f"#kestrel-2013-09-{number + 10}.txt").write_text(f"[15:04] <ana> bug #29000{number:02}\n")
    (tmp_path / "empty.txt").touch()
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 9)
    return [*find_sources([str(tmp_path)]), UnreadableLog("none.txt", "no such file")]


def _name(found: Found, victim: str, flag: Path | None) -> str:
    """The input's name; the process that meets the victim kills itself, with a flag only the first time."""
    if isinstance(found, UnreadableLog):
        return f"! {found.source}: {found.reason}"
    if victim in found.name and (flag is None or not flag.exists()):
        if flag is not None:
            flag.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return found.name


@pytest.fixture
def by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_BUNDLED", 2)


@pytest.mark.usefixtures("by_one")
@pytest.mark.parametrize("victim", ["-10.txt", "-17.txt", "binary"])
def test_a_process_killed_once_changes_no_result(logs: list[Found], victim: str, tmp_path: Path) -> None:
    expected = [_name(each, "nobody", None) for each in logs]
    assert list(spread(partial(_name, victim=victim, flag=tmp_path / "killed"), logs, 2)) == expected
    assert (tmp_path / "killed").exists()


@pytest.mark.usefixtures("by_one")
def test_a_log_that_kills_every_process_is_named_and_the_others_are_read(logs: list[Found]) -> None:
    found = list(spread(partial(_name, victim="-17.txt", flag=None), logs, 2))
    expected = [_name(each, "nobody", None) for each in logs]
    (place,) = [at for at, name in enumerate(expected) if "-17.txt" in name]
    assert found[place] == f"! {expected[place]}: the process that read it was killed, twice"
    assert found[:place] + found[place + 1 :] == expected[:place] + expected[place + 1 :]


def test_extractions_of_many_processes_are_those_of_one(logs: list[Found], monkeypatch: pytest.MonkeyPatch) -> None:
    def told(each: object) -> object:
        return (type(each), each.source, each.reason, each.hint) if isinstance(each, UnreadableLog) else each

    logs.append(NoLogs("empty folder", "holds no logs"))
    alone = [told(each) for each in extract_logs(logs, Options())]
    assert len(alone) == 16
    monkeypatch.setattr("lptrack.logs.batch.WORTH_A_PROCESS", 1)
    monkeypatch.setattr(processes, "WORTH_A_PROCESS", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert [told(each) for each in extract_logs(logs, Options())] == alone
