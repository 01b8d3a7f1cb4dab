"""JUnit XML: a test case a bug task, its move in the message; a gate that is not met is a failure of its own."""

from __future__ import annotations

from xml.etree import ElementTree as ET  # only writes; what is read elsewhere is read with defusedxml

from lptrack.ci.model import Concern, Results
from lptrack.escape import one_line
from lptrack.logs.model import LogState
from lptrack.model import BugKey


def render_junit(results: Results) -> str:
    """The whole file. A case fails only for a gate that names its bug; what could not be checked is skipped."""
    cases: list[ET.Element] = []
    for log in results.logs:
        case = _case("lptrack.logs", f"{log.source}: {log.state}", cases)
        if log.state is LogState.UNREADABLE:
            ET.SubElement(case, "skipped", message=one_line(log.reason))
    _add_findings(results, cases)
    for still in results.window.unchanged if results.window else ():
        state = still.state
        _case("lptrack.unchanged", f"{state.bug.tracker} {state.bug.number} {state.target}: did not move", cases)
    for gate in results.gates:
        case = _case("lptrack.gates", gate.gate.text, cases)
        if not gate.met:
            ET.SubElement(case, "failure", type="gate", message=one_line(gate.sentence))
        elif not gate.is_sure:
            ET.SubElement(case, "skipped", message=one_line(gate.sentence))
    suite = ET.Element("testsuite", name="lptrack", tests=str(len(cases)))
    suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    suite.set("errors", "0")
    suite.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))
    suite.extend(cases)
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _add_findings(results: Results, cases: list[ET.Element]) -> None:
    blamed: dict[BugKey, list[str]] = {}
    for gate in results.gates:
        for bug in () if gate.met else gate.bugs:
            blamed.setdefault(bug, []).append(gate.gate.text)
    for finding in results.findings:
        name = f"{finding.bug.tracker} {finding.bug.number} {finding.message}"
        case = _case(f"lptrack.{finding.concern}", name, cases)
        if finding.source:
            case.set("file", one_line(finding.source))
        if finding.line:
            case.set("line", str(finding.line))
        if finding.bug in blamed:
            gates = ", ".join(blamed[finding.bug])
            ET.SubElement(case, "failure", type="gate", message=one_line(f"{finding.message} (gate {gates})"))
        elif finding.concern is Concern.UNRESOLVED:
            ET.SubElement(case, "skipped", message=one_line(finding.message))
        out = ET.SubElement(case, "system-out")
        out.text = one_line(f"{finding.message}\n{finding.title}\n{finding.url}")


def _case(group: str, name: str, cases: list[ET.Element]) -> ET.Element:
    case = ET.Element("testcase", classname=group, name=one_line(name), time="0")
    cases.append(case)
    return case
