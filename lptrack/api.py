"""lptrack as a library: what `import lptrack` offers, and all that is promised to stay.

Everything here is typed, reads no network, and raises `lptrack.LptrackError` for what a user can mend. The records
that come back are those of `lptrack.model` and `lptrack.join.model`: frozen, with aware datetimes in UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from lptrack.config.load import load_config
from lptrack.config.model import Config
from lptrack.errors import LptrackError, UnreadableLog
from lptrack.escape import undo_spreadsheet
from lptrack.jobs.data import build_state_frame, build_view_frame
from lptrack.jobs.log_options import build_log_options
from lptrack.jobs.view import load_history, load_report, load_status
from lptrack.join.model import Filters
from lptrack.logs.extract import extract_log
from lptrack.logs.model import Extraction
from lptrack.logs.sources import find_sources
from lptrack.model import BugKey
from lptrack.report.model import Document, HistoryReport, Report, StatusReport
from lptrack.report.render import RenderSettings, find_form, render_document
from lptrack.storage.store import Store

if TYPE_CHECKING:  # `import lptrack` must not pay for it
    import pandas as pd

__all__ = [
    "LptrackError",
    "changes",
    "extract",
    "mentions",
    "read_history",
    "read_report",
    "read_status",
    "render",
    "states",
    "undo_spreadsheet",
]


def extract(log: str | PathLike[str]) -> Iterator[Extraction]:
    """What a log, or each log in a folder, holds: meetings, references, announcements.

    Raises `UnreadableLog` when it comes to an input that is no log; go on with `next` for the others.
    """
    for source in find_sources([str(log)]):
        if isinstance(source, UnreadableLog):
            raise source
        yield extract_log(source, build_log_options(Config()))


def read_report(
    database: str | PathLike[str],
    start: str | None = None,
    end: str | None = None,
    *,
    filters: Filters | None = None,
    config: str | PathLike[str] | None = None,
) -> Report:
    """What moved between two meetings: ids, dates, `previous`, `last`, `now` (by default `previous` and `last`)."""
    with Store.open(Path(database), read_only=True) as store:
        return load_report(
            store, load_config(None if config is None else Path(config)), filters, start=start, end=end
        )


def read_status(
    database: str | PathLike[str],
    at: str | None = None,
    *,
    filters: Filters | None = None,
    config: str | PathLike[str] | None = None,
) -> StatusReport:
    """The state of every tracked bug task at a time or a meeting (by default now: the newest that is known)."""
    with Store.open(Path(database), read_only=True) as store:
        return load_status(store, load_config(None if config is None else Path(config)), filters, at=at)


def read_history(database: str | PathLike[str], number: int, tracker: str = "launchpad") -> HistoryReport:
    """One bug's life: every status event and every mention."""
    with Store.open(Path(database), read_only=True) as store:
        return load_history(store, [BugKey(tracker, number)])


def render(document: Document, form: str) -> bytes:
    """The document in one of the forms of `--format`: `markdown`, `html`, `csv`, `json`, … Text is UTF-8."""
    return render_document(document, find_form(form), RenderSettings())


def changes(database: str | PathLike[str]) -> pd.DataFrame:
    """Every change of one field of a bug task, by the tracker's own log: the view `changes`, typed."""
    with Store.open(Path(database), read_only=True) as store:
        return build_view_frame(store, "changes")


def mentions(database: str | PathLike[str]) -> pd.DataFrame:
    """Every line in which a person names a bug: the view `mentions`, typed."""
    with Store.open(Path(database), read_only=True) as store:
        return build_view_frame(store, "mentions")


def states(
    database: str | PathLike[str],
    at: str | None = None,
    *,
    filters: Filters | None = None,
    config: str | PathLike[str] | None = None,
) -> pd.DataFrame:
    """Every tracked bug task at a time or a meeting (by default now): `status --format csv`, typed."""
    return build_state_frame(read_status(database, at, filters=filters, config=config))
