"""Report files: always the same names, whole or not at all, the CSV with a mark for Excel."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from lptrack.errors import LptrackError
from lptrack.report.model import Report
from lptrack.report.render import RenderSettings, find_form, render_document

REPORT_FORMS: Final = ("markdown", "html", "csv", "json")
"""The forms that `run` and `ci` write, by the names of the interface: `report.md`, `report.html`, …"""


def render_report_files(report: Report) -> dict[str, bytes]:
    """The report in each form: name → bytes."""
    settings = RenderSettings(bom=True)
    forms = [find_form(name) for name in REPORT_FORMS]
    return {f"report{form.suffix}": render_document(report, form, settings) for form in forms}


def write_files(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write each file beside its name, then rename: a reader, or a kill, meets the old one or the new, whole."""
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            path = folder / name
            replace_file(path, data)
            written.append(path)
    except OSError as error:
        raise LptrackError(
            f"{error.filename or folder}: the report cannot be written ({error.strerror})",
            hint="check the folder, its permissions and the space left, or name another with --out DIR",
        ) from error
    return tuple(written)


def replace_file(path: Path, data: bytes) -> None:
    """The file with these bytes, all of them or the old ones. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~umask)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
