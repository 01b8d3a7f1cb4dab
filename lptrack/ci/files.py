"""Writing what a CI run found: the report files and the machine forms, always by the same names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lptrack.ci.forms import (
    build_json,
    build_outputs,
    render_code_quality,
    render_github_annotations,
    render_github_outputs,
    render_gitlab_annotations,
    render_outputs,
    render_summary,
)
from lptrack.ci.junit import render_junit
from lptrack.ci.model import Results
from lptrack.ci.place import Host, Place
from lptrack.ci.sarif import render_sarif
from lptrack.escape import inert_lines, json_text, one_line
from lptrack.report.files import render_report_files, write_files
from lptrack.report.model import Report
from lptrack.report.records import report_json


@dataclass(frozen=True, slots=True)
class Written:
    """The run for standard output: as the interface's JSON, or as a few lines."""

    as_json: bytes
    as_text: bytes
    annotations: str  # for standard error, where the place reads them


@dataclass(frozen=True, slots=True)
class TeamResults:
    """What was found about one team, its report, and its folder below `--out`."""

    results: Results
    report: Report
    folder: str


def write_ci_files(
    found: Sequence[TeamResults], out: Path, place: Place, code: int, *, rewrites_reports: bool = True
) -> Written:
    """Write every team's files, and append to what the place wants; nothing is half-written.

    Of several teams the sums of their figures are in `outputs.env` above their folders.
    """
    done = []
    count = 0
    for each in found:
        results = replace(each.results, exit=code)
        if rewrites_reports:
            results, files = _write_team(replace(each, results=results), out / each.folder, place)
            count += files
        done.append(results)
    outputs = build_outputs(done, report=str(out / "index.md") if len(found) > 1 else None)
    if rewrites_reports and len(found) > 1:
        write_files(out, {"outputs.env": render_outputs(outputs).encode("utf-8")})
    _append(place.outputs, render_github_outputs(outputs))
    reports = [report_json(each.report.window, each.report.page.headline) for each in found]
    lines = []
    for results in done:
        team = f"{one_line(results.team)}: " if results.team else ""
        lines.append(f"{team}{one_line(results.headline)}\n")
        lines += [f"{team}{one_line(gate.sentence)}\n" for gate in results.gates if gate.met]
    lines.append(f"wrote {count} files into {one_line(str(out))}\n")
    annotations = "".join(map(render_github_annotations, done)) if place.host is Host.GITHUB else ""
    data = build_json(done, reports)
    return Written((json_text(data) + "\n").encode(), inert_lines("".join(lines)).encode(), annotations)


def _write_team(team: TeamResults, folder: Path, place: Place) -> tuple[Results, int]:
    """One team's files; its results with their paths, and how many there are."""
    files: dict[str, bytes] = dict(render_report_files(team.report))
    results = replace(team.results, files={name: str(folder / name) for name in files})
    summary = render_summary(results, files["report.md"].decode("utf-8"))
    files |= {
        name: text.encode("utf-8")
        for name, text in {
            "junit.xml": render_junit(results),
            "lptrack.sarif": render_sarif(results),
            "summary.md": summary,
            "codequality.json": render_code_quality(results),
            "outputs.env": render_outputs(build_outputs([results])),
            "gl-annotations.json": render_gitlab_annotations(results),
        }.items()
    }
    write_files(folder, files)
    _append(place.summary, summary)
    return results, len(files)


def _append(path: Path | None, text: str) -> None:
    if path is not None:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
