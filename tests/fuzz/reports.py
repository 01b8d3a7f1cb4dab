"""What must hold of anything that was read: histories are whole, the database is in order, no form lets words act."""

from __future__ import annotations

import json
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Final

from lptrack.config.model import Config
from lptrack.jobs.view import load_history, load_report, load_status
from lptrack.model import BugHistory, LogEntry, Observation
from lptrack.report.model import Document
from lptrack.report.render import RENDERERS, RenderSettings, render_document
from lptrack.storage.store import Store
from lptrack.trackers import build_history
from lptrack.trackers.interface import Fetched

_HIDDEN: Final = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_DRAWN: Final = "\u200b\u200c\u200d\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\ufeff"
"""What scripts need; 200b is the Markdown form's own, feff the byte order mark that the CSV of a run begins with."""


def check_history(history: BugHistory, seen: Observation, entries: tuple[LogEntry, ...], read_at: datetime) -> None:
    """Lives have adjacent spans in order; the whole can be recorded, found in order, and shown."""
    for life in history.lives:
        for before, after in zip(life.spans, life.spans[1:], strict=False):
            assert before.until == after.since
            assert before.since < after.since
        assert life.current is None or 0 <= life.current < len(seen.tasks)
    with Store.open(":memory:", clock=lambda: read_at) as store:
        store.record(Fetched(seen, entries, read_at), history)
        lives = load_history(store, [seen.bug])
        for form in RENDERERS:
            if isinstance(lives, form.documents) and form.name != "template":
                check_form(form.name, lives)


def check_database(store: Store) -> None:
    """No fault, and the export makes the same database again."""
    faults = list(store.find_faults(build_history))
    assert not faults, faults
    told = list(store.export_lines())
    with Store.open(":memory:") as other:
        other.import_lines(told)
        assert list(other.export_lines()) == told


def check_reports(store: Store) -> None:
    """Report and status in every form."""
    documents: Sequence[Document] = (load_report(store, Config(), lives=True), load_status(store, Config()))
    for document in documents:
        for form in RENDERERS:
            if isinstance(document, form.documents) and form.name not in ("template", "xlsx"):
                check_form(form.name, document)


def check_form(name: str, document: Document) -> None:
    """UTF-8 without a character that acts or hides; JSON, XML and CSV are such."""
    form = next(each for each in RENDERERS if each.name == name)
    text = render_document(document, form, RenderSettings()).decode("utf-8")
    if name == "csv":
        assert not any(_acts(sign) for sign in text if sign not in "\r\n\t"), "a raw control character in the CSV"
        return
    raw = sorted({sign for sign in text if sign not in "\n\t" and _acts(sign)})
    assert not raw, f"{name} has {raw} raw"
    if name == "json":
        json.loads(text)
    if name == "atom":
        ET.fromstring(text)


def _acts(sign: str) -> bool:
    return (
        (not sign.isascii() and unicodedata.category(sign) in _HIDDEN and sign not in _DRAWN)
        or sign < " "
        or sign == "\x7f"
    )


@cache
def usual_document() -> Document:
    """A report of the usual kind."""
    from lptrack.report.arrange import build_report
    from tests.report.samples import usual

    return build_report(usual().window())
