"""The change tables as pandas frames, for the workbook and for one's own analysis. Imports pandas: ask late.

Values are raw: what a spreadsheet could take for a formula is made harmless when a form is written, not here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import pandas as pd

from lptrack.escape import undo_spreadsheet
from lptrack.join.model import Matrix, Window
from lptrack.model import UNKNOWN, BugKey, TaskState, Value
from lptrack.report.records import REPORT_COLUMNS, STATUS_COLUMNS, report_csv_rows, status_csv_rows

_INSTANTS = ("changed_at", "observed_at", "since")
_NUMBERS = ("number", "times_mentioned", "age_days")


def changes_frame(window: Window) -> pd.DataFrame:
    """One row a change, with the columns of `report --format csv`; instants are UTC, numbers are whole."""
    return _typed(report_csv_rows(window), REPORT_COLUMNS)


def state_frame(
    states: Iterable[TaskState], since: Mapping[tuple[BugKey, str], datetime | None], at: datetime
) -> pd.DataFrame:
    """One row a task, with the columns of `status --format csv` at that instant."""
    return _typed(status_csv_rows(states, since, at), STATUS_COLUMNS)


def matrix_frame(matrix: Matrix) -> pd.DataFrame:
    """One row a task, one column a meeting: the status, `unknown`, or nothing where the task did not exist.

    A column is named by its meeting's day, or by its id where a day has several.
    """
    days = [f"{each.started_at:%Y-%m-%d}" if each.started_at else each.id for each in matrix.meetings]
    times = Counter(days)
    labels = [day if times[day] == 1 else each.id for day, each in zip(days, matrix.meetings, strict=True)]
    rows = [
        (
            state.bug.tracker,
            state.bug.number,
            state.target,
            _word(state.title),
            *(_word(status) for status in statuses),
        )
        for state, statuses in matrix.rows
    ]
    return _typed(rows, ("tracker", "number", "target", "title", *labels))


def _word(value: Value) -> str | None:
    return "unknown" if value is UNKNOWN else value


def read_csv(source: str | Path | IO[str]) -> pd.DataFrame:
    """A CSV that lptrack wrote, as it was before its cells were made harmless; typed like the frames."""
    raw = pd.read_csv(source, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    return _typed([tuple(map(undo_spreadsheet, row)) for row in raw.itertuples(index=False, name=None)], raw.columns)


def _typed(rows: Sequence[tuple[Any, ...]], columns: Iterable[str]) -> pd.DataFrame:
    # As objects: with pyarrow beside it pandas makes strings Arrow's, which cannot hold a title's lone surrogate.
    frame = pd.DataFrame(list(rows), columns=list(columns), dtype=object)
    for name in frame.columns:
        if name in _INSTANTS:
            frame[name] = pd.to_datetime(frame[name].replace("", None), utc=True, format="ISO8601")
        elif name in _NUMBERS:
            frame[name] = pd.to_numeric(frame[name].replace("", None)).astype("Int64")
    return frame
