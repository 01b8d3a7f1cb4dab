"""Writing Parquet files, typed. Needs the extra `parquet` (pyarrow), which is imported when a file is written."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from lptrack._version import DISTRIBUTION
from lptrack.errors import LptrackError, UsageError

if TYPE_CHECKING:
    import pyarrow

Kind = Literal["text", "number", "time"]
Row = Sequence[Any]

_BATCH: Final = 20_000
"""Rows that are held before they are written as one group."""


def require_arrow() -> None:
    """Raise `UsageError` where the extra is not installed: before any work is done."""
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        hint = f"pip install '{DISTRIBUTION}[parquet]'"
        raise UsageError("--format parquet needs the pyarrow package", hint=hint) from None


def write_table(path: Path, columns: Mapping[str, Kind], rows: Iterable[Row]) -> int:
    """One file with these columns, times as UTC timestamps; how many rows it has."""
    import pyarrow.parquet

    schema = _build_schema(columns)
    count = 0
    with pyarrow.parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in _batches(rows):
            writer.write_table(_build_table(schema, batch))
            count += len(batch)
    return count


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder to write into, which takes its name when all is written: whole or not at all.

    Raises `UsageError` where the name is taken by anything but an empty folder: what is there is never written over.
    """
    if target.is_symlink() or (target.exists() and not (target.is_dir() and not any(target.iterdir()))):
        raise UsageError(f"-o {target}: there is something already", hint="name a new folder")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    except OSError as error:
        raise UsageError(f"-o {target}: {(error.strerror or str(error)).lower()}", hint="name a new folder") from None
    try:
        yield folder
        os.replace(folder, target)
    except OSError as error:
        raise LptrackError(f"{target}: cannot be written ({error.strerror})", hint="is there space left?") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _build_schema(columns: Mapping[str, Kind]) -> pyarrow.Schema:
    import pyarrow

    kinds: dict[Kind, pyarrow.DataType] = {
        "text": pyarrow.string(), "number": pyarrow.int64(), "time": pyarrow.timestamp("us", tz="UTC"),
    }  # fmt: skip
    return pyarrow.schema([(name, kinds[kind]) for name, kind in columns.items()])


def _build_table(schema: pyarrow.Schema, rows: Sequence[Row]) -> pyarrow.Table:
    import pyarrow

    arrays = []
    for place, field in enumerate(schema):
        values = [row[place] for row in rows]
        if pyarrow.types.is_string(field.type):
            values = [None if value is None else _encodable(str(value)) for value in values]
        arrays.append(pyarrow.array(values, field.type))
    return pyarrow.Table.from_arrays(arrays, schema=schema)


def _encodable(text: str) -> str:
    """Half a surrogate pair in a stranger's line is no UTF-8."""
    return text.encode(errors="replace").decode()
