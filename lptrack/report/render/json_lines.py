"""JSON lines for programs that read as they go: the object of `json`, a line for each of its records."""

from __future__ import annotations

import json
from typing import Final

from lptrack.escape import show_json
from lptrack.report.model import Document
from lptrack.report.render import RenderSettings
from lptrack.report.render.json_object import build_object

RECORDS: Final = {
    "changes": "change", "new": "new", "unchanged": "unchanged", "tasks": "task", "unresolved": "unresolved",
    "bugs": "bug",
}  # fmt: skip
"""What a line calls itself, by the list that it comes from."""


def render(document: Document, _settings: RenderSettings) -> str:
    """The first line tells what is no list (`record` is `document`); each further one has a record and says which."""
    data = build_object(document)
    head = {"record": "document", **{name: value for name, value in data.items() if name not in RECORDS}}
    rows = [{"record": record, **row} for name, record in RECORDS.items() for row in data.get(name, ())]
    return "".join(f"{show_json(json.dumps(line, ensure_ascii=False))}\n" for line in (head, *rows))
