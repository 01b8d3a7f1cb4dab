"""`extract --format parquet -o DIR`: the rows of jsonl as a dataset, in folders by channel and year."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from lptrack.errors import UnreadableLog
from lptrack.logs.extract import stream_placed
from lptrack.logs.options import Options
from lptrack.logs.output import COLUMNS, build_record
from lptrack.logs.sources import Source
from lptrack.model import Announcement
from lptrack.parquet import Kind, new_folder, write_table

Placed = tuple[str, int, tuple[Any, ...]]
"""Channel, year, and the row without its number."""
Result = tuple[list[Placed], UnreadableLog | None]
_NUMBERS: Final = frozenset({"number", "line", "duplicate", "cause_line"})
_KINDS: Final[dict[str, Kind]] = {
    "row": "number",
    **{name: "time" if name == "timestamp" else "number" if name in _NUMBERS else "text" for name in COLUMNS},
    "exact": "text",
}
"""`row` is the line in jsonl, from 0; `exact` how exact `timestamp` is: second, minute, day, none."""

_HELD: Final = 100_000
"""Rows in memory before files are written."""
_NOWHERE: Final = "-"
"""The channel of what has none."""
_UNDATED: Final = 0
"""The year of what has none. pandas reads no dataset in which a folder stands for NULL; `timestamp` is NULL there."""
_LONGEST: Final = 180


def write_dataset(results: Iterable[Result], folder: Path) -> Iterator[UnreadableLog | None]:
    """Write the dataset, whole or not at all; yields what was wrong with each log."""
    with new_folder(folder) as place:
        files = _Files(place)
        for rows, error in results:
            files.add(rows)
            yield error
        files.close()


class _Files:
    """Rows by partition; each flush writes one file of every partition that has rows."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.count = self.waiting = self.parts = 0
        self.rows: dict[tuple[str, int], list[tuple[Any, ...]]] = {}

    def add(self, rows: Sequence[Placed]) -> None:
        for channel, year, row in rows:
            self.rows.setdefault((channel, year), []).append((self.count, *row))
            self.count += 1
        self.waiting += len(rows)
        if self.waiting >= _HELD:
            self.flush()

    def flush(self) -> None:
        for (channel, year), rows in self.rows.items():
            folder = self.place / f"channel={_name(channel)}" / f"year={year}"
            folder.mkdir(parents=True, exist_ok=True)
            write_table(folder / f"part-{self.parts}.parquet", _KINDS, rows)
        self.parts += 1
        self.waiting, self.rows = 0, {}

    def close(self) -> None:
        if not self.count:  # a dataset without a row still has its columns
            self.rows[_NOWHERE, _UNDATED] = []
        self.flush()


def _name(channel: str) -> str:
    """A channel as a folder's name: a stranger may have written it, and file systems allow 255 bytes."""
    data = channel.encode(errors="replace")
    text = quote(data, safe="#+")
    if len(text) > _LONGEST:
        text = f"{quote(channel[:12].encode(errors='replace'), safe='#+')}-{hashlib.sha256(data).hexdigest()}"
    return text or _NOWHERE


def read_rows(source: Source | UnreadableLog, options: Options) -> Result:
    """What one log gives; a plain function, for it may run in another process."""
    if isinstance(source, UnreadableLog):
        return [], source
    rows: list[Placed] = []
    try:
        rows.extend(_iter_rows(source, options))
    except UnreadableLog as error:
        return rows, error
    return rows, None


def _iter_rows(source: Source, options: Options) -> Iterator[Placed]:
    for channel, found in stream_placed(source, options):
        reference = found.reference if isinstance(found, Announcement) else found
        at: datetime | None = reference.at
        record = {**build_record(found), "timestamp": at}
        yield channel, at.year if at else _UNDATED, (*(record.get(name) for name in COLUMNS), reference.exact)
