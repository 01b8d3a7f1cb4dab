"""`extract --format parquet`: the rows of jsonl, typed, by channel and year, as DuckDB and pandas read them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from lptrack.logs.dataset import write_dataset
from lptrack.logs.output import render_instant
from tests.logs.golden import FOLDER
from tests.security.commandline import ROOT, lptrack

ALWAYS = (
    "kind",
    "tracker",
    "number",
    "source",
    "line",
    "meeting",
    "speaker",
    "timestamp",
    "time",
    "topic",
    "text",
    "rule",
)
STATED = ("target", "title", "importance", "status")


def as_record(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the dataset as the object of jsonl."""
    values: dict[str, Any] = {name: None if value is None or value != value else value for name, value in row.items()}
    at = values.pop("timestamp")
    at = at.to_pydatetime() if isinstance(at, pd.Timestamp) else at
    values["timestamp"] = render_instant(at, values.pop("exact"))
    for name in ("row", "channel", "year"):
        values.pop(name)
    for name in ("number", "line", "duplicate", "cause_line"):
        values[name] = None if values[name] is None else int(values[name])
    kept = {*ALWAYS, *(STATED if values["kind"] == "announcement" else ())}
    return {name: value for name, value in values.items() if value is not None or name in kept}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """The dataset of every golden log and of the examples, and the objects of jsonl."""
    home = tmp_path_factory.mktemp("dataset")
    logs = (FOLDER, ROOT / "examples" / "meetings")
    lines = lptrack("extract", *logs, "--format", "jsonl", home=home)
    done = lptrack("extract", *logs, "--format", "parquet", "-o", "data", home=home)
    assert (done.code, done.err, done.out) == (lines.code, lines.err, b"")
    return home / "data", [json.loads(line) for line in lines.out.splitlines()]


def test_duckdb_reads_the_rows_of_jsonl_in_their_order(written: tuple[Path, list[dict[str, Any]]]) -> None:
    folder, records = written
    assert len(records) > 200
    table = duckdb.connect().execute(
        "SET TimeZone = 'UTC'; SELECT * FROM read_parquet(?, hive_partitioning = true) ORDER BY row",
        [f"{folder}/**/*.parquet"],
    )
    names = [column[0] for column in table.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in table.fetchall()]
    assert [row["row"] for row in rows] == list(range(len(records)))
    assert [as_record(row) for row in rows] == records


def test_pandas_reads_them_too_with_their_types(written: tuple[Path, list[dict[str, Any]]]) -> None:
    folder, records = written
    frame = pd.read_parquet(folder).sort_values("row")
    assert str(frame["timestamp"].dtype) == "datetime64[us, UTC]"
    assert frame["number"].dtype == "int64"
    rows = frame.astype(object).to_dict("records")
    assert [as_record({str(name): value for name, value in row.items()}) for row in rows] == records
    meetings = frame[frame["meeting"].notna()]
    assert (meetings["channel"].astype(str) == meetings["meeting"].str.rpartition("/")[0]).all()
    dated = frame[frame["timestamp"].notna()]
    assert (dated["year"].astype(int) == dated["timestamp"].dt.year).all()


def test_nothing_is_written_over_and_a_folder_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("[15:04] <ana> bug #92900001\n")
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "mine.txt").touch()
    for words in (("-o", "there"), ("-o", "a.log"), ()):
        done = lptrack("extract", "a.log", "--format", "parquet", *words, home=tmp_path)
        assert done.code == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.log", "there"]
    assert (tmp_path / "a.log").read_text().startswith("[15:04]")


def test_without_the_extra_it_says_which(tmp_path: Path) -> None:
    """pyarrow is not there for this process: a folder of its name that cannot be imported stands before it."""
    (tmp_path / "a.log").write_text("[15:04] <ana> bug #92900001\n")
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "pyarrow.py").write_text("raise ImportError('not here')\n")
    path = {"PYTHONPATH": f"{tmp_path / 'hidden'}:{ROOT}"}
    for words in (("extract", "a.log"), ("db", "export")):
        done = lptrack(*words, "--format", "parquet", "-o", "data", home=tmp_path, environment=path)
        assert done.code == 2
        assert "lptrack-meetings[parquet]" in done.err
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("channel", ["../../up", "..", "", "a=b/c d%", "#ubuntu+1", "ä" * 300, "x\ud800", "a\x00b"])
def test_a_channel_is_never_a_path(tmp_path: Path, channel: str) -> None:
    row = ("mention", "launchpad", 5, *(None for _ in range(20)), "second")
    at = datetime(2013, 9, 11, tzinfo=UTC)
    assert list(write_dataset([([(channel, at.year, row)], None)], tmp_path / "data")) == [None]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [file.parent.parent.parent for file in files] == [tmp_path / "data"]
    (found,) = pd.read_parquet(tmp_path / "data")["channel"].astype(object)
    if channel and len(channel) < 100 and "\ud800" not in channel:
        assert found == channel


def test_a_run_without_a_reference_is_a_dataset_with_columns(tmp_path: Path) -> None:
    assert list(write_dataset([([], None)], tmp_path / "data")) == [None]
    frame = pd.read_parquet(tmp_path / "data")
    assert len(frame) == 0
    assert {"kind", "number", "timestamp"} <= set(frame.columns)
