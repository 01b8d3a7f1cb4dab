"""The smaller machine forms of a CI run: code quality, annotations, outputs, the run's JSON, the step summary."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import quote

from lptrack.ci.model import Concern, GateResult, Results
from lptrack.ci.sarif import fingerprint, rule_id
from lptrack.escape import one_line
from lptrack.join.model import Window
from lptrack.logs.model import LogState
from lptrack.model import BugKey

SUMMARY_LIMIT: Final = 1024 * 1024 - 4096  # GitHub refuses a step summary of more than 1 MiB
_INERT: Final = "/:,.+@_-="  # beside letters and digits
_SEVERITY: Final = {Concern.REOPENED: "major", Concern.BACKWARDS: "major", Concern.UNRESOLVED: "minor"}


def render_code_quality(results: Results) -> str:
    """GitLab's code-quality report: one entry a finding that a log's line raised."""
    entries = [
        {
            "description": one_line(f"{finding.bug.tracker} {finding.bug.number}: {finding.message}"),
            "check_name": rule_id(finding.concern),
            "fingerprint": fingerprint(finding),
            "severity": _SEVERITY.get(finding.concern, "info"),
            "location": {"path": finding.source or "lptrack", "lines": {"begin": finding.line or 1}},
        }
        for finding in results.findings
    ]
    return json.dumps(entries, indent=1, ensure_ascii=True) + "\n"


def build_outputs(results: Results) -> dict[str, str]:
    """The run's figures (bugs, not tasks) by name, for a later step. No value holds what a shell acts on.

    People write `run: echo ${{ steps.x.outputs.to }}` and `. outputs.env`, and a meeting's id has its file's name in
    it: other characters than those of usual ids are written `%24`. ``report`` is the path that the job itself chose.
    """
    bugs: dict[Concern, set[BugKey]] = {concern: set() for concern in Concern}
    for finding in results.findings:
        bugs[finding.concern].add(finding.bug)
    states = {state: sum(log.state is state for log in results.logs) for state in LogState}
    window = results.window
    if window is not None:
        bugs[Concern.NEW] = {state.bug for state in window.new}
    outputs = {
        "exit": str(results.exit),
        "from": window.start.meeting.id if window and window.start and window.start.meeting else "",
        "to": window.end.meeting.id if window and window.end.meeting else "",
        "changes": str(len(window.changes)) if window else "0",
        "bugs": str(_count_bugs(window)) if window else "0",
        **{f"{concern}": str(len(found)) for concern, found in bugs.items()},
        **{f"logs-{state}": str(count) for state, count in states.items()},
        "gates-unmet": ",".join(gate.gate.text for gate in results.gates if not gate.met),
    }
    return {
        **{name: quote(value, safe=_INERT) for name, value in outputs.items()},
        "report": " ".join(one_line(results.files.get("report.md", "")).split()),
    }


def _count_bugs(window: Window) -> int:
    """The bugs that the page counts: not those of trackers that nobody can ask and of which no bot told anything."""
    known = {bug for bug, _ in (*window.before, *window.after)}
    strangers = {gone.bug for gone in window.unresolved if not gone.url and gone.bug not in known}
    return len(set(window.bugs) - strangers)


def render_outputs(results: Results) -> str:
    """The figures as `key=value` lines, which a shell, GitHub's $GITHUB_OUTPUT and GitLab's dotenv all read."""
    return "".join(f"{name.replace('-', '_')}={value}\n" for name, value in build_outputs(results).items())


def render_github_annotations(results: Results) -> str:
    """GitHub's workflow commands: one annotation a finding that wants attention, and one an unmet gate."""
    lines = []
    for finding in results.findings:
        if finding.concern not in _SEVERITY:
            continue
        where = ""
        if finding.source and "://" not in finding.source:
            line = f",line={finding.line}" if finding.line else ""
            where = f" file={_property(finding.source)}{line},title={_property(f'{finding.concern}')}"
        lines.append(f"::warning{where}::{_data(f'{finding.bug.tracker} {finding.bug.number}: {finding.message}')}")
    lines += [f"::error title=gate::{_data(gate.sentence)}" for gate in results.gates if not gate.met]
    return "".join(f"{line}\n" for line in lines)


def render_gitlab_annotations(results: Results) -> str:
    """GitLab's job annotations: links to the bugs that want attention."""
    links = [
        {"external_link": {"label": one_line(f"{each.concern} {each.bug.number}"), "url": each.url}}
        for each in results.findings
        if each.concern in _SEVERITY and each.url.startswith("https://")
    ]
    return json.dumps({"lptrack": links}, indent=1, ensure_ascii=True) + "\n"


def _data(text: str) -> str:
    return one_line(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def build_json(results: Results, report: dict[str, Any] | None) -> dict[str, Any]:
    """The run as the interface has it; ``report`` is the window's own JSON."""
    return {
        "logs": [
            {"source": log.source, "state": str(log.state), **({"reason": log.reason} if log.reason else {})}
            for log in results.logs
        ],
        "report": report,
        "gates": [_gate(gate) for gate in results.gates],
        "exit": results.exit,
    }


def _gate(gate: GateResult) -> dict[str, Any]:
    def bug(key: BugKey) -> dict[str, Any]:
        return {"tracker": key.tracker, "number": key.number}

    return {
        "gate": gate.gate.text,
        "met": gate.met,
        "value": gate.value,
        "unit": gate.unit,
        "bugs": [bug(key) for key in gate.bugs],
        "undecided": gate.undecided,
    }


def render_summary(results: Results, report_markdown: str) -> str:
    """The step summary: gates and logs first, then the report; cut with a word where it would be too long."""
    parts = []
    for gate in results.gates:
        parts.append(f"- {'✅' if gate.met else '❌'} {_markdown(gate.sentence)}\n")
    broken = [log for log in results.logs if log.state is LogState.UNREADABLE]
    for log in broken:
        parts.append(f"- ⚠️ could not be read as a log: {_markdown(f'{log.source}: {log.reason}')}\n")
    fresh = sum(log.state in (LogState.NEW, LogState.CHANGED) for log in results.logs)
    parts.append(f"- {fresh} of {len(results.logs)} logs new or changed\n\n")
    text = "".join(parts) + report_markdown
    raw = text.encode("utf-8")
    if len(raw) <= SUMMARY_LIMIT:
        return text
    kept = raw[:SUMMARY_LIMIT].decode("utf-8", "ignore").rpartition("\n")[0]
    return f"{kept}\n\n**Cut here: the whole report is in `report.md` ({len(raw) // 1024} KiB).**\n"


def _markdown(text: str) -> str:
    from lptrack.escape import markdown

    return markdown(text)
