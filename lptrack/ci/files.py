"""Writing what a CI run found: the report files and the machine forms, always by the same names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from lptrack.ci.forms import (
    build_json,
    render_code_quality,
    render_github_annotations,
    render_gitlab_annotations,
    render_outputs,
    render_summary,
)
from lptrack.ci.junit import render_junit
from lptrack.ci.model import Results
from lptrack.ci.place import Host, Place
from lptrack.ci.sarif import render_sarif
from lptrack.escape import json_text, one_line
from lptrack.report.files import render_report_files, write_files
from lptrack.report.model import Report
from lptrack.report.records import report_json


@dataclass(frozen=True, slots=True)
class Written:
    """The run for standard output: as the interface's JSON, or as a few lines."""

    as_json: bytes
    as_text: bytes
    annotations: str  # for standard error, where the place reads them


def write_ci_files(results: Results, report: Report, out: Path, place: Place) -> Written:
    """Write every file into ``out``, and append to what the place wants; nothing is half-written."""
    files: dict[str, bytes] = dict(render_report_files(report))
    results = replace(results, files={name: str(out / name) for name in files})
    markdown = files["report.md"].decode("utf-8")
    summary = render_summary(results, markdown)
    outputs = render_outputs(results)
    files |= {
        name: text.encode("utf-8")
        for name, text in {
            "junit.xml": render_junit(results),
            "lptrack.sarif": render_sarif(results),
            "summary.md": summary,
            "codequality.json": render_code_quality(results),
            "outputs.env": outputs,
            "gl-annotations.json": render_gitlab_annotations(results),
        }.items()
    }
    write_files(out, files)
    _append(place.summary, summary)
    _append(place.outputs, outputs)
    data = build_json(results, report_json(report.window))
    lines = [
        f"{one_line(report.page.headline)}\n",
        *(f"{one_line(gate.sentence)}\n" for gate in results.gates if gate.met),
    ]
    lines.append(f"wrote {len(files)} files into {one_line(str(out))}\n")
    annotations = render_github_annotations(results) if place.host is Host.GITHUB else ""
    return Written((json_text(data) + "\n").encode(), "".join(lines).encode(), annotations)


def _append(path: Path | None, text: str) -> None:
    if path is not None:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
