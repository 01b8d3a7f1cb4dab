"""`extract --scheduler` on a real cluster: a scheduler and two workers, each a process of its own, on loopback."""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from lptrack.errors import LptrackError
from lptrack.jobs.addresses import find_inputs
from lptrack.logs.cluster import do_all, open_cluster
from lptrack.logs.remote import Remote
from lptrack.logs.sources import Source, find_sources
from tests.cluster.works import die_of_poison, name_and_process
from tests.net.server import scripted
from tests.security.commandline import ROOT, build_environment, lptrack

pytest.importorskip("distributed")
pytestmark = [pytest.mark.dask, pytest.mark.filterwarnings("ignore")]
PYTHON = [sys.executable, "-m"]


@dataclass
class Running:
    """A cluster, and its workers to be killed."""

    address: str
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Running]:
    place, environment = tmp_path / "scheduler.json", build_environment(tmp_path)
    quiet: dict[str, Any] = {
        "env": environment,
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        "cwd": tmp_path,
    }
    scheduler = subprocess.Popen(
        [*PYTHON, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
         "--dashboard-address", "127.0.0.1:0", "--scheduler-file", str(place)], **quiet,
    )  # fmt: skip
    started = [scheduler]
    try:
        give_up = time.monotonic() + 60
        while not place.exists() or not place.read_text():
            assert scheduler.poll() is None
            assert time.monotonic() < give_up
            time.sleep(0.1)
        address = json.loads(place.read_text())["address"]
        worker = [*PYTHON, "distributed.cli.dask_worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard"]
        workers = [subprocess.Popen([*worker, "--local-directory", str(tmp_path / "w")], **quiet) for _ in range(2)]
        started += workers
        yield Running(address, workers)
    finally:
        for process in started:
            process.kill()
            process.wait()


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Twenty days of two channels, some 10 MB, and what is no log."""
    dice = random.Random(5)
    folder = tmp_path / "logs"
    folder.mkdir()
    for day in range(20):
        for channel in ("kestrel", "lantern"):
            lines = [
                f"[{n // 60 % 24:02}:{n % 60:02}] <n{dice.randrange(9)}> "
                + (f"bug #{92900000 + dice.randrange(5000)} is open" if dice.random() < 0.03 else "words " * 8)
                for n in range(5000)
            ]
            (folder / f"#{channel}-2013-09-{day + 1:02}.txt").write_text("\n".join(lines) + "\n")
    (folder / "empty.txt").touch()
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 9)
    return folder


def test_the_rows_are_those_of_one_process_in_their_order(cluster: Running, logs: Path, tmp_path: Path) -> None:
    for form in ("jsonl", "csv", "table"):
        words = ("extract", "logs", "none.txt", "--format", form)
        alone = lptrack(*words, "--jobs", "1", home=tmp_path)
        spread = lptrack(*words, "--scheduler", cluster.address, home=tmp_path)
        assert alone.code == 3
        assert (spread.code, spread.err) == (alone.code, alone.err)
        assert spread.out == alone.out
        assert len(alone.out.splitlines()) > 5000


def test_the_dataset_is_that_of_one_process(cluster: Running, logs: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    for name, words in (("alone", ("--jobs", "1")), ("spread", ("--scheduler", cluster.address))):
        done = lptrack("extract", "logs", "--format", "parquet", "-o", name, *words, home=tmp_path)
        assert done.code == 3
    tables = [parquet.read_table(tmp_path / name).sort_by("row") for name in ("alone", "spread")]
    assert tables[0].num_rows > 5000
    assert tables[0].equals(tables[1])


def test_a_worker_killed_in_the_middle_changes_nothing(cluster: Running, logs: Path, tmp_path: Path) -> None:
    alone = lptrack("extract", "logs", "--format", "jsonl", "--jobs", "1", home=tmp_path)
    process = subprocess.Popen(
        [*PYTHON, "lptrack", "extract", "logs", "--format", "jsonl", "--scheduler", cluster.address],
        env=build_environment(tmp_path), cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
    )  # fmt: skip
    assert process.stdout is not None
    begin = process.stdout.read(1000)
    assert process.poll() is None, "it was over before the kill"
    cluster.workers[0].kill()
    rest, errors = process.communicate(timeout=120)
    assert cluster.workers[0].wait() != 0
    assert cluster.workers[1].poll() is None
    assert len(rest) > len(alone.out) // 2, "most of it was still to come"
    assert (begin + rest, process.returncode) == (alone.out, alone.code)
    assert errors.decode() == alone.err


def test_both_workers_are_used(cluster: Running, logs: Path) -> None:
    with open_cluster(cluster.address) as opened:
        opened.client.wait_for_workers(2, timeout=30)
        done = list(opened.spread(name_and_process, list(find_sources([str(logs)]))))
    assert [name for name, _ in done] == [each.name if isinstance(each, Source) else each.source
                                          for each in find_sources([str(logs)])]  # fmt: skip
    assert {process for _, process in done} == {worker.pid for worker in cluster.workers}


def test_a_file_that_a_worker_does_not_see_is_read_here(cluster: Running, logs: Path, tmp_path: Path) -> None:
    """A worker on another machine: no such file, or another one under its name."""
    (here, other, *_) = [each for each in find_sources([str(logs)]) if isinstance(each, Source) and each.size > 9999]
    with open_cluster(cluster.address) as opened:
        (one, two) = opened.spread(name_and_process, [replace(here, size=here.size + 1), other])
    assert one == (here.name, os.getpid())
    assert two[0] == other.name
    assert two[1] != os.getpid()


def test_a_log_that_kills_every_worker_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    for name in ("a", "b-poison", "c"):
        (tmp_path / f"{name}.txt").write_text("[15:04] <ana> bug #92900001\n")
    with open_cluster("local", 2) as opened:
        done = list(opened.spread(die_of_poison, list(find_sources([str(tmp_path)]))))
    names = [f"{tmp_path}/{name}.txt" for name in ("a", "b-poison", "c")]
    assert done == [names[0], f"! {names[1]}: the workers that read it were killed", names[2]]


def test_a_cluster_that_has_lost_all_its_workers_is_not_waited_for(
    cluster: Running, logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dask itself would wait for ever for somebody to start new ones."""
    monkeypatch.setattr("lptrack.logs.cluster._LOOK", 1)
    monkeypatch.setattr("lptrack.logs.cluster._ALONE", 3)
    with open_cluster(cluster.address) as opened:
        for worker in cluster.workers:
            worker.kill()
        with pytest.raises(LptrackError, match="no workers any more"):
            list(opened.spread(name_and_process, list(find_sources([str(logs)]))))


def test_addresses_are_read_on_the_workers(cluster: Running, logs: Path, tmp_path: Path) -> None:
    """A folder on the web, as Apache lists it, and one of an object store; the rows differ only in their source."""
    alone = lptrack("extract", "logs", "--format", "jsonl", home=tmp_path)
    expected = [{**json.loads(line), "source": ""} for line in alone.out.splitlines()]
    with scripted() as web:
        names = sorted(path.name for path in logs.iterdir())
        page = "".join(f'<a href="{name.replace("#", "%23")}">{name}</a>' for name in [*names, "notes.pdf"])
        web.replies["/logs/"] = [(200, {"Content-Type": "text/html"}, page.encode())]
        for name in names:
            content = (logs / name).read_bytes()
            web.replies[f"/logs/{name.replace('#', '%23')}"] = [(200, {"Content-Type": "text/plain"}, content)]
        for address in (f"{web.url}/logs/", f"file://{logs}"):
            done = lptrack("extract", address, "--format", "jsonl", "--scheduler", cluster.address, home=tmp_path)
            assert done.code == alone.code == 3, done.err
            rows = [json.loads(line) for line in done.out.splitlines()]
            assert [{**row, "source": ""} for row in rows] == expected
            folders = {row["source"].partition("#")[0].partition("%23")[0] for row in rows}
            assert folders == {f"{address.rstrip('/')}/"}
        assert "/logs/notes.pdf" not in web.paths()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An S3 service on loopback, where it is asked for by the environment; the cluster's workers inherit that."""
    pytest.importorskip("moto")
    pytest.importorskip("s3fs")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "made-up")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("FSSPEC_S3_ENDPOINT_URL", address)
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen([*PYTHON, "moto.server", "-H", "127.0.0.1", "-p", str(port)], **quiet)
    try:
        give_up = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert server.poll() is None
                assert time.monotonic() < give_up
                time.sleep(0.1)
        yield address
    finally:
        server.kill()
        server.wait()


def test_an_object_store_gives_the_rows_of_the_folder(
    store: str, cluster: Running, logs: Path, tmp_path: Path
) -> None:
    import s3fs

    bucket = s3fs.S3FileSystem(endpoint_url=store)
    bucket.mkdir("archive")
    bucket.put(str(logs), "archive/irc", recursive=True)
    alone = lptrack("extract", "logs", "--format", "jsonl", home=tmp_path)
    done = lptrack("extract", "s3://archive/irc", "--format", "jsonl", "--scheduler", cluster.address, home=tmp_path)
    assert done.code == alone.code == 3, done.err
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert [{**row, "source": row["source"].removeprefix("s3://archive/irc/")} for row in rows] == [
        {**row, "source": row["source"].removeprefix("logs/")} for row in map(json.loads, alone.out.splitlines())
    ]


def test_what_is_no_log_or_not_there_at_an_address_is_named(cluster: Running, tmp_path: Path) -> None:
    with scripted() as web:
        web.replies["/a.txt"] = [(200, {"Content-Type": "text/plain"}, b"[15:04] <ana> bug #92900001\n")]
        web.replies["/none/"] = [(200, {"Content-Type": "text/html"}, b"<a href='x.pdf'>x</a>")]
        done = lptrack(
            "extract", f"{web.url}/a.txt", f"{web.url}/gone.txt", f"{web.url}/none/", "nosuch://place/x",
            "http://logs.example/plain.txt", "--scheduler", cluster.address, "--format", "csv", home=tmp_path,
        )  # fmt: skip
    assert done.code == 3
    assert len(done.out.splitlines()) == 2
    assert [line.partition("lptrack: ")[2].partition(": ")[2].split(" (")[0] for line in done.err.splitlines()] == [
        "HTTP 404", "holds no logs", "cannot be listed", "logs are read from https addresses only",
    ]  # fmt: skip


def test_a_folder_of_an_object_store_is_sorted_as_a_folder_is(logs: Path) -> None:
    (logs / ".hidden").mkdir()
    (logs / ".hidden" / "a.txt").write_text("x")
    (logs / "notes.pdf").write_text("x")
    found = list(find_inputs([f"file://{logs}"]))
    here = [each.name for each in find_sources([str(logs)]) if isinstance(each, Source)]
    assert [each.name for each in found if isinstance(each, Remote)] == [f"file://{name}" for name in here]


def test_another_lptrack_on_a_worker_is_refused() -> None:
    with pytest.raises(LptrackError, match=r"a worker of the cluster has lptrack .*, this is 0\.0"):
        do_all(name_and_process, [], "0.0")


def test_what_cannot_be_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("[15:04] <ana> bug #92900001\n")
    for words, says in (
        (("--scheduler", "tcp://127.0.0.1:9"), "no Dask scheduler answers there"),
        (("--scheduler", "local", "--check"), "leave out --check"),
    ):
        done = lptrack("extract", "a.txt", *words, home=tmp_path)
        assert done.code == 2, done.err
        assert says in done.err
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "distributed.py").write_text("raise ImportError('not here')\n")
    path = {"PYTHONPATH": f"{tmp_path / 'hidden'}:{ROOT}"}
    done = lptrack("extract", "a.txt", "--scheduler", "local", home=tmp_path, environment=path)
    assert done.code == 2
    assert "lptrack-meetings[dask]" in done.err


def test_standard_input_is_read_here(tmp_path: Path) -> None:
    line = b"[15:04] <ana> bug #92900001\n"
    alone = lptrack("extract", "-", "--format", "jsonl", home=tmp_path, stdin=line)
    done = lptrack("extract", "-", "--format", "jsonl", "--scheduler", "local", home=tmp_path, stdin=line)
    assert (done.code, done.out, done.err) == (0, alone.out, "")
    assert alone.out
