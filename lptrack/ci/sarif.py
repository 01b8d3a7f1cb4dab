"""SARIF 2.1.0: a finding at the log's line that last raised the bug, rules with help."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final
from urllib.parse import quote

from lptrack._version import __version__
from lptrack.ci.model import Concern, Finding, Results
from lptrack.escape import one_line, show_json

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
RULES: Final[dict[Concern, tuple[str, str, str]]] = {
    Concern.REOPENED: (
        "warning",
        "A bug was reopened",
        "Its status went from closed to open since then.",
    ),
    Concern.BACKWARDS: (
        "warning",
        "A bug went backwards",
        "Its status moved back, its importance was raised, or a verification failed since the last meeting.",
    ),
    Concern.UNRESOLVED: (
        "note",
        "A bug could not be checked",
        "It is private or missing, or its tracker could not be asked: the newest known state is shown.",
    ),
    Concern.FIXED: ("note", "A bug was fixed", "Its fix was released since the last meeting."),
    Concern.CLOSED: ("note", "A bug was closed", "It was closed without a fix since the last meeting."),
    Concern.MOVED: ("note", "A bug moved forward", "Its status moved since the last meeting."),
    Concern.CHANGED: ("note", "A bug changed", "Its importance, assignee, milestone or target changed."),
    Concern.NEW: ("note", "A bug is new at this meeting", "It was mentioned for the first time."),
}


def rule_id(concern: Concern) -> str:
    """The rule's stable name: `lptrack/reopened`."""
    return f"lptrack/{concern}"


def fingerprint(finding: Finding) -> str:
    """The same finding in the next run has the same mark; it does not depend on where the log lies."""
    text = "\0".join((finding.concern, finding.bug.tracker, str(finding.bug.number), finding.task, finding.message))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def render_sarif(results: Results) -> str:
    """The whole file."""
    rules = [
        {
            "id": rule_id(concern),
            "shortDescription": {"text": short},
            "fullDescription": {"text": full},
            "help": {"text": f"{full} `lptrack history BUG` tells its whole life."},
            "defaultConfiguration": {"level": level},
        }
        for concern, (level, short, full) in RULES.items()
    ]
    run: dict[str, Any] = {
        "tool": {"driver": {"name": "lptrack", "version": __version__, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding) for finding in results.findings],
    }
    data = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return show_json(json.dumps(data, indent=1, ensure_ascii=True)) + "\n"


def _result(finding: Finding) -> dict[str, Any]:
    level = RULES[finding.concern][0]
    title = f" ({one_line(finding.title)})" if finding.title else ""
    text = f"{finding.bug.tracker} {finding.bug.number}{title}: {one_line(finding.message)}"
    result: dict[str, Any] = {
        "ruleId": rule_id(finding.concern),
        "ruleIndex": list(RULES).index(finding.concern),
        "level": level,
        "message": {"text": text},
        "partialFingerprints": {"lptrack/v1": fingerprint(finding)},
    }
    if finding.source:
        region = {"region": {"startLine": finding.line}} if finding.line else {}
        result["locations"] = [{"physicalLocation": {"artifactLocation": {"uri": as_uri(finding.source)}, **region}}]
    return result


def as_uri(source: str) -> str:
    """A log's name as a relative URI reference, or the address that it already is."""
    if source.startswith(("https://", "http://")):
        return quote(source, safe=":/?#[]@!$&'()*+,;=%~-._")
    return quote(source.removeprefix("./"), safe="/~-._")
