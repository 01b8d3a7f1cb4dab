"""Report files: always the same names, whole or not at all, the CSV with a mark for Excel."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from lptrack.errors import LptrackError
from lptrack.files import save_whole
from lptrack.report.brief import ROWS
from lptrack.report.model import Report
from lptrack.report.render import RenderSettings, find_form, render_document

REPORT_FORMS: Final = ("markdown", "html", "csv", "json")
"""The forms that `run` and `ci` write, by the names of the interface: `report.md`, `report.html`, …"""

FILE_NAMES: Final = (
    *("report.md", "report.html", "report.csv", "report.json"),
    *("junit.xml", "lptrack.sarif", "summary.md", "codequality.json", "outputs.env", "gl-annotations.json"),
    *("index.html", "index.md"),
)
"""Every name that `run` and `ci` write under; a test compares them."""

LEFT_AFTER: Final = 60
"""Seconds after which a temporary file beside the reports is nobody's any more."""


def render_report_files(report: Report) -> dict[str, bytes]:
    """The report in each form: name → bytes."""
    settings = RenderSettings(bom=True, max_rows=ROWS)
    forms = [find_form(name) for name in REPORT_FORMS]
    return {f"report{form.suffix}": render_document(report, form, settings) for form in forms}


def write_files(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write each file beside its name, then rename: a reader, or a kill, meets the old one or the new, whole."""
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder, files)
        for name, data in files.items():
            path = folder / name
            save_whole(path, [data])
            written.append(path)
    except OSError as error:
        raise LptrackError(
            f"{error.filename or folder}: the report cannot be written ({error.strerror})",
            hint="check the folder, its permissions and the space left, or name another with --out DIR",
        ) from error
    return tuple(written)


def _sweep(folder: Path, names: Iterable[str]) -> None:
    """Remove what a killed run left half-written under `save_whole`'s own names; a run at work is younger."""
    left = re.compile(rf"\.(?:{'|'.join(re.escape(name) for name in names)})\.[a-z0-9_]{{8}}")
    for path in folder.iterdir():
        if left.fullmatch(path.name) and path.is_file() and not path.is_symlink():
            with contextlib.suppress(OSError):  # another run was faster
                if time.time() - path.stat().st_mtime > LEFT_AFTER:
                    path.unlink()
