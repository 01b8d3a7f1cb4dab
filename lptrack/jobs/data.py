"""The database's views for other programs: as Parquet files, and as data frames."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from lptrack.model import BugKey
from lptrack.parquet import new_folder, write_table
from lptrack.storage.store import Store
from lptrack.storage.views_schema import VIEWS


def save_parquet(store: Store, folder: Path, without: Collection[BugKey] = ()) -> None:
    """One file a view in a new folder; of bugs to leave out only what logs say is in it."""
    with new_folder(folder) as place, store.snapshot():
        for view in VIEWS:
            columns, rows = store.load_view(view, without)
            write_table(place / f"{view}.parquet", columns, rows)
