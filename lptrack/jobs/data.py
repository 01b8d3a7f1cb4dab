"""The database's views for other programs: as Parquet files, and as data frames."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lptrack.model import BugKey
from lptrack.parquet import Kind, new_folder, write_table
from lptrack.report.model import StatusReport
from lptrack.report.records import STATUS_COLUMNS, status_csv_rows
from lptrack.storage.store import Store
from lptrack.storage.views_schema import VIEWS

if TYPE_CHECKING:  # it takes half a second
    import pandas as pd

STATE_KINDS: Final[Mapping[str, Kind]] = {
    name: "time" if name in ("observed_at", "since") else "number" if name in ("number", "age_days") else "text"
    for name in STATUS_COLUMNS
}


def save_parquet(store: Store, folder: Path, without: Collection[BugKey] = ()) -> None:
    """One file a view in a new folder; of bugs to leave out only what logs say is in it."""
    with new_folder(folder) as place, store.snapshot():
        for view in VIEWS:
            columns, rows = store.load_view(view, without)
            write_table(place / f"{view}.parquet", columns, rows)


def build_view_frame(store: Store, view: str) -> pd.DataFrame:
    """A view as a data frame."""
    with store.snapshot():
        columns, rows = store.load_view(view)
        return build_frame(columns, rows)


def build_state_frame(report: StatusReport) -> pd.DataFrame:
    """The rows of `status --format csv`, typed."""
    standing = report.standing
    return build_frame(STATE_KINDS, status_csv_rows(standing.states, standing.since, standing.at))


def build_frame(columns: Mapping[str, Kind], rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """Rows as a data frame whose types hang on nothing that is in them, nor on the version of pandas."""
    import pandas as pd

    table = list(rows)
    series: dict[str, pd.Series[Any]] = {}
    for place, (name, kind) in enumerate(columns.items()):
        values = [row[place] for row in table]
        if kind == "time":
            instants = [datetime.fromisoformat(each) if isinstance(each, str) else each for each in values]
            series[name] = pd.Series(instants, dtype="datetime64[us, UTC]")
        else:
            series[name] = pd.Series(values, dtype="Int64" if kind == "number" else "string")
    return pd.DataFrame(series, columns=list(columns))
