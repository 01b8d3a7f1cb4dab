"""What CI systems read is read back: JUnit by another program's reader, SARIF by what its standard requires."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import junitparser
import pytest
from jsonschema import Draft202012Validator

from lptrack.ci.junit import render_junit
from lptrack.ci.model import Results
from lptrack.ci.sarif import RULES, render_sarif
from lptrack.logs.model import LogResult, LogState
from tests.ci.test_forms import HOSTILE, hostile, results
from tests.report.samples import usual

WINDOW = usual().window()
PLACED = replace(
    WINDOW, raised={bug: replace(told, last_source="a b.log", last_line=7) for bug, told in WINDOW.raised.items()}
)
CASES = {
    "quiet": results(WINDOW),
    "gated": results(WINDOW, "reopened", "unresolved"),
    "placed": results(PLACED, "reopened"),
    "hostile": results(hostile(), "reopened", logs=(LogResult(HOSTILE, LogState.UNREADABLE, HOSTILE),)),
    "empty": replace(results(WINDOW, logs=()), window=None, findings=()),
}


@pytest.fixture(params=CASES, ids=list(CASES))
def found(request: pytest.FixtureRequest) -> Results:
    return CASES[request.param]


def test_junit_as_another_reader_counts_it(found: Results) -> None:
    """junitparser is what several CI systems and bots read reports with."""
    (suite,) = junitparser.JUnitXml.fromstring(render_junit(found).encode())
    told = (suite.tests, suite.failures, suite.errors, suite.skipped)
    suite.update_statistics()
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == told
    cases = list(suite)
    unmet = sum(not gate.met for gate in found.gates)
    assert sum(case.is_failure for case in cases if case.classname == "lptrack.gates") == unmet
    assert sum(case.classname == "lptrack.logs" for case in cases) == len(found.logs)
    assert {case.classname.partition(".")[0] for case in cases} <= {"lptrack"}
    groups = [case for case in cases if case.classname not in ("lptrack.logs", "lptrack.gates", "lptrack.unchanged")]
    assert [case.classname for case in groups] == [f"lptrack.{finding.concern}" for finding in found.findings]
    for case in cases:
        assert case.name
        assert "\n" not in case.name
        for result in case.result:
            assert result.message


def _object(fields: dict[str, Any], *required: str) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(required), "additionalProperties": False}


TEXT = {"type": "string", "minLength": 1}
MESSAGE = _object({"text": TEXT}, "text")
PLACE = _object(
    {
        "artifactLocation": _object({"uri": {"type": "string", "pattern": "^[!-~]+$"}}, "uri"),
        "region": _object({"startLine": {"type": "integer", "minimum": 1}}),
    }
)
LEVEL = {"enum": ["none", "note", "warning", "error"]}
RULE = _object(
    {
        "id": TEXT, "shortDescription": MESSAGE, "fullDescription": MESSAGE, "help": MESSAGE,
        "defaultConfiguration": _object({"level": LEVEL}),
    },
    "id",
)  # fmt: skip
DRIVER = _object(
    {"name": TEXT, "version": TEXT, "rules": {"type": "array", "items": RULE, "uniqueItems": True}}, "name"
)
RESULT = _object(
    {
        "ruleId": {"enum": [f"lptrack/{concern}" for concern in RULES]},
        "ruleIndex": {"type": "integer", "minimum": 0, "maximum": len(RULES) - 1},
        "level": LEVEL,
        "message": MESSAGE,
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
        "locations": {"type": "array", "items": _object({"physicalLocation": PLACE})},
    },
    "message",
)
RUN = _object(
    {
        "tool": _object({"driver": DRIVER}, "driver"),
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": {"type": "array", "items": RESULT},
    },
    "tool",
)
SARIF = _object(
    {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": RUN, "minItems": 1},
    },
    "version", "runs",
)  # fmt: skip
"""The parts of the standard's schema that lptrack writes; no property that the standard does not have."""


def test_sarif_has_what_its_standard_requires(found: Results) -> None:
    data = json.loads(render_sarif(found))
    assert [error.message for error in Draft202012Validator(SARIF).iter_errors(data)] == []
    (run,) = data["runs"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


@pytest.mark.parametrize("spoil", ["level", "message", "uri", "more"])
def test_a_wrong_file_is_seen(spoil: str) -> None:
    data = json.loads(render_sarif(CASES["placed"]))
    result = next(each for each in data["runs"][0]["results"] if "locations" in each)
    if spoil == "uri":
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = "a b.log"
    elif spoil == "message":
        del result["message"]
    else:
        result[spoil] = "bad"
    assert len(list(Draft202012Validator(SARIF).iter_errors(data))) == 1
