"""The smaller machine forms of a CI run: code quality, annotations, outputs, the run's JSON, the step summary."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from lptrack.ci.model import Concern, GateResult, Results
from lptrack.ci.sarif import fingerprint, rule_id
from lptrack.escape import one_line, show_json
from lptrack.logs.model import LogState
from lptrack.model import BugKey
from lptrack.report.checks import build_checks, find_strangers
from lptrack.report.counts import count_bugs

SUMMARY_LIMIT: Final = 1024 * 1024 - 4096  # GitHub refuses a step summary of more than 1 MiB
_ACTS_IN_A_SHELL: Final = frozenset("'\"`$\\;&|<>*?!#~{}[]")
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
    return show_json(json.dumps(entries, indent=1, ensure_ascii=True)) + "\n"


def build_outputs(found: Sequence[Results], report: str | None = None) -> dict[str, str]:
    """The run's figures (bugs, not tasks) by name, for a later step; of several teams their sums.

    ``report``: where to read on, if not in the team's `report.md`.
    """
    sums: dict[str, int] = {}
    for results in found:
        for name, count in _count(results).items():
            sums[name] = sums.get(name, 0) + count
    first = found[0]
    states = {state: sum(log.state is state for log in first.logs) for state in LogState}
    window = first.window if len(found) == 1 else None
    unmet = dict.fromkeys(gate.gate.text for results in found for gate in results.gates if not gate.met)
    path = first.files.get("report.md", "") if report is None else report
    return {
        "exit": str(first.exit),
        "from": window.start.meeting.id if window and window.start and window.start.meeting else "",
        "to": window.end.meeting.id if window and window.end.meeting else "",
        **{name: str(count) for name, count in sums.items()},
        **{f"logs_{state}": str(count) for state, count in states.items()},
        "gates_unmet": ",".join(unmet),
        "headline": " ".join(f"{each.team}: {each.headline}" if each.team else each.headline for each in found),
        "report": path,
    }


def _count(results: Results) -> dict[str, int]:
    """The figures of the page, and how many findings of each concern there are beside them."""
    window, shown = results.window, results.shown or results.window
    if window is None or shown is None:
        return {}
    concerned: dict[Concern, set[BugKey]] = {concern: set() for concern in Concern}
    for finding in results.findings:
        concerned[finding.concern].add(finding.bug)
    counts = count_bugs(shown)
    strangers = find_strangers(shown)
    return {
        "changes": len(window.changes),
        "bugs": len(set(shown.bugs) - strangers),
        **{f"{concern}": len(found) for concern, found in concerned.items()},
        "moved": counts.moved,
        "fixed": len(counts.fixed),
        "closed": len(counts.closed),
        "reopened": len(counts.reopened),
        "forward": len(counts.forward),
        "other": len(counts.other),
        "unchecked": len(build_checks(shown).unchecked - strangers),
        "new": len(counts.new),
    }


def render_outputs(outputs: Mapping[str, str]) -> str:
    """The figures as `key=value` lines, which a shell and GitLab's dotenv read.

    People write `. outputs.env`, and a meeting's id has its file's name in it: other characters than those of usual
    ids are written `%24`. A value with blanks stands in single quotes; a path without does not, for who appends this
    file to $GITHUB_OUTPUT has the quotes in it.
    """
    return "".join(f"{name}={_shell_value(name, value)}\n" for name, value in outputs.items())


def render_github_outputs(outputs: Mapping[str, str]) -> str:
    """The same lines for GitHub's $GITHUB_OUTPUT, where a quote would be a part of the value.

    People write `run: echo ${{ steps.x.outputs.to }}`: no value holds what a shell acts on.
    """
    return "".join(f"{name}={_inert(name, value)}\n" for name, value in outputs.items())


_SENTENCES: Final = frozenset(("headline", "report"))


def _inert(name: str, value: str) -> str:
    if name not in _SENTENCES:
        return quote(value, safe=_INERT)
    plain = " ".join(one_line(value).split())
    return "".join(quote(sign) if sign in _ACTS_IN_A_SHELL else sign for sign in plain)


def _shell_value(name: str, value: str) -> str:
    inert = _inert(name, value)
    return f"'{inert}'" if quote(inert, safe=f"{_INERT}%") != inert else inert


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
    return show_json(json.dumps({"lptrack": links}, indent=1, ensure_ascii=True)) + "\n"


def _data(text: str) -> str:
    return one_line(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def build_json(found: Sequence[Results], reports: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The run as the interface has it; ``reports`` are the windows' own JSON. Of several teams each has its entry."""
    first = found[0]
    data: dict[str, Any] = {
        "logs": [
            {"source": log.source, "state": str(log.state), **({"reason": log.reason} if log.reason else {})}
            for log in first.logs
        ],
        "report": reports[0],
        "gates": [_gate(gate, results.team) for results in found for gate in results.gates],
        "exit": first.exit,
        "headline": first.headline,
    }
    if len(found) > 1:
        data["teams"] = [
            {"team": results.team, "headline": results.headline, "report": report}
            for results, report in zip(found, reports, strict=True)
        ]
    return data


def _gate(gate: GateResult, team: str) -> dict[str, Any]:
    def bug(key: BugKey) -> dict[str, Any]:
        return {"tracker": key.tracker, "number": key.number}

    return {
        "gate": gate.gate.text,
        "met": gate.met,
        "value": gate.value,
        "unit": gate.unit,
        "bugs": [bug(key) for key in gate.bugs],
        "undecided": gate.undecided,
        **({"team": team} if team else {}),
    }


def render_summary(results: Results, report_markdown: str) -> str:
    """The step summary: gates and logs first, then the report; cut with a word where it would be too long."""
    parts = []
    for gate in results.gates:
        mark = "❌" if not gate.met else "✅" if gate.is_sure else "❔"
        parts.append(f"- {mark} {_markdown(gate.sentence)}\n")
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
