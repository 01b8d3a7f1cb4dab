"""The views as they are, typed: Parquet files and data frames."""

from __future__ import annotations

import io
import re
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet
import pytest

import lptrack as lptrack_api
from lptrack.jobs.data import save_parquet
from lptrack.report.frames import read_csv
from lptrack.storage.store import Store
from lptrack.storage.tables import load_kinds
from lptrack.storage.views_schema import VIEWS
from tests.security.commandline import ROOT, lptrack


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example's database and its export."""
    home = tmp_path_factory.mktemp("export")
    done = lptrack(
        "run", ROOT / "examples" / "meetings", "--db", "a.db", "--debian-root", "off",
        "--cassette", ROOT / "cassettes" / "launchpad-made-up-bugs.json", home=home,
    )  # fmt: skip
    assert done.code == 0, done.err
    done = lptrack("db", "export", "--format", "parquet", "-o", "data", "--db", "a.db", home=home)
    assert (done.code, done.out) == (0, b""), done.err
    return home


def as_text(value: Any) -> Any:
    """An instant as the views write it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value


TYPES = {"time": "datetime64[us, UTC]", "number": "Int64", "text": "string"}


def test_a_data_frame_has_the_rows_of_its_view_and_documented_types(exported: Path) -> None:
    for view, load in (("changes", lptrack_api.changes), ("mentions", lptrack_api.mentions)):
        frame = load(exported / "a.db")
        with Store.open(exported / "a.db", read_only=True) as store:
            kinds, rows = store.load_view(view)
            expected = list(rows)
        assert {str(name): str(kind) for name, kind in frame.dtypes.items()} == {
            name: TYPES[kind] for name, kind in kinds.items()
        }
        found = [
            tuple(None if value is pd.NA or value is pd.NaT else value for value in row)
            for row in frame.astype(object).itertuples(index=False, name=None)
        ]
        assert expected
        assert found == expected


def as_cells(column: pd.Series[Any]) -> list[str]:
    return ["" if pd.isna(value) else str(value) for value in column.astype(object)]


def test_states_are_what_status_says(exported: Path) -> None:
    for at in (None, "2013-11-13"):
        words = () if at is None else ("--at", at)
        done = lptrack("status", "--format", "csv", *words, "--db", "a.db", home=exported)
        plain = read_csv(io.StringIO(done.out.decode()))
        frame = lptrack_api.states(exported / "a.db", at)
        assert list(frame.columns) == list(plain.columns)
        assert len(frame) == len(plain) > 5
        for name in ("number", "target", "status", "assignee", "age_days", "since"):
            assert as_cells(frame[name]) == as_cells(plain[name]), name
        assert str(frame["since"].dtype) == TYPES["time"]
        assert str(frame["age_days"].dtype) == TYPES["number"]


def test_a_frame_without_a_row_has_the_same_types(tmp_path: Path) -> None:
    with Store.open(tmp_path / "empty.db"):
        pass
    for load in (lptrack_api.changes, lptrack_api.mentions, lptrack_api.states):
        frame = load(tmp_path / "empty.db")
        assert len(frame) == 0
        assert {str(kind) for kind in frame.dtypes} == set(TYPES.values())


def test_the_pages_example_runs_and_pandas_waits_until_it_is_needed(exported: Path, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "data.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    shutil.copy(exported / "a.db", tmp_path / "lptrack.db")
    first = "import sys, lptrack\nlptrack.changes\nassert 'pandas' not in sys.modules\n"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", first + code],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "2900018" in done.stdout


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_a_file_with_its_rows(exported: Path, view: str) -> None:
    table = pyarrow.parquet.read_table(exported / "data" / f"{view}.parquet")
    rows = [tuple(map(as_text, row.values())) for row in table.to_pylist()]
    with sqlite3.connect(exported / "a.db") as connection:
        expected = connection.execute(f"SELECT * FROM {view}").fetchall()
        names = [column[0] for column in connection.execute(f"SELECT * FROM {view}").description]
    connection.close()
    assert rows
    assert sorted(rows, key=repr) == sorted(expected, key=repr)
    assert table.column_names == names
    with duckdb.connect() as other:
        counted = other.execute("SELECT count(*) FROM read_parquet(?)", [str(exported / "data" / f"{view}.parquet")])
        assert counted.fetchone() == (len(expected),)


def test_times_are_timestamps_and_numbers_whole(exported: Path) -> None:
    schema = pyarrow.parquet.read_schema(exported / "data" / "changes.parquet")
    assert {str(field.type) for field in schema if field.name == "changed_at"} == {"timestamp[us, tz=UTC]"}
    assert {str(field.type) for field in schema if field.name == "number"} == {"int64"}


def test_every_column_of_a_time_is_known_as_one(exported: Path) -> None:
    """A column that a view gains and that holds instants is not left as text unnoticed."""
    with Store.open(exported / "a.db", read_only=True) as store:
        for view in VIEWS:
            kinds = load_kinds(store.database, view)
            for row in store.database.load(f"SELECT * FROM {view}"):
                for (name, kind), value in zip(kinds.items(), row, strict=True):
                    is_time = isinstance(value, str) and len(value) == 27 and value[10] == "T" and value.endswith("Z")
                    assert (kind == "time") == is_time or value is None or name in ("text", "title"), (view, name)
                    assert kind != "number" or value is None or isinstance(value, int), (view, name)


def test_what_a_login_saw_stays_unless_it_is_named(exported: Path, tmp_path: Path) -> None:
    shutil.copy(exported / "a.db", tmp_path)
    with Store.open(tmp_path / "a.db") as store:
        hidden, *_ = store.load_bugs()
        store.database.execute("UPDATE observations SET login = 'ana' WHERE number = ?", (hidden.number,))
        assert store.load_withheld() == (hidden,)
    for words, is_there in (((), False), (("--login", "ana"), True)):
        folder = "with" if is_there else "without"
        done = lptrack("db", "export", "--format", "parquet", "-o", folder, "--db", "a.db", *words, home=tmp_path)
        assert done.code == 0
        for view in ("tasks_now", "bugs_now", "changes"):
            numbers = pyarrow.parquet.read_table(tmp_path / folder / f"{view}.parquet")["number"].to_pylist()
            assert numbers
            assert (hidden.number in numbers) == is_there, view


def test_an_export_that_fails_midway_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(tmp_path / "a.db") as store:
        monkeypatch.setattr("lptrack.jobs.data.VIEWS", ("changes", "no_such_view"))
        with pytest.raises(AssertionError):
            save_parquet(store, tmp_path / "data")
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []
