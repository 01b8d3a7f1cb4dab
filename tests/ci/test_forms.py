"""The machine forms of a CI run: what other programs read of it, and that a stranger's words do nothing there."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from defusedxml import ElementTree

from lptrack.ci.findings import build_findings
from lptrack.ci.forms import (
    SUMMARY_LIMIT,
    build_json,
    build_outputs,
    render_code_quality,
    render_github_annotations,
    render_github_outputs,
    render_gitlab_annotations,
    render_outputs,
    render_summary,
)
from lptrack.ci.gates import judge_gates, parse_gate
from lptrack.ci.junit import render_junit
from lptrack.ci.model import Concern, Results
from lptrack.ci.place import Host, detect_place
from lptrack.ci.sarif import RULES, as_uri, render_sarif
from lptrack.join.model import Window
from lptrack.logs.model import LogResult, LogState
from lptrack.model import Absence, BugKey, Unresolved
from tests.report.samples import WindowBuilder, state, usual

ROOT = Path(__file__).parents[2]
LOGS = (LogResult("logs/a.log.txt", LogState.NEW), LogResult("logs/b.bin", LogState.UNREADABLE, "a binary file"))
HOSTILE = "x\n::error::owned\r\n</testcase><script>alert(1)</script>\x1b[2J\u202e%0A`rm -rf`,title=x"


def results(window: Window, *gates: str, logs: tuple[LogResult, ...] = LOGS) -> Results:
    judged = judge_gates([parse_gate(gate) for gate in gates], window, logs)
    return Results(logs, window, judged, build_findings(window), 5 if any(not g.met for g in judged) else 0, {})


def hostile() -> Window:
    window = usual().window()
    return replace(
        window,
        changes=tuple(replace(each, title=HOSTILE, target=HOSTILE, changed_by=HOSTILE) for each in window.changes),
        raised={bug: replace(raised, last_source=HOSTILE, last_line=3) for bug, raised in window.raised.items()},
    )


def test_junit_has_a_case_a_bug_with_its_move_and_fails_only_for_gates() -> None:
    quiet = ElementTree.fromstring(render_junit(results(usual().window())))
    names = [case.get("name") for case in quiet.iter("testcase")]
    assert any("Confirmed → Triaged" in name for name in names)
    assert any("did not move" in name for name in names)
    assert quiet.find("testsuite").get("failures") == "0"
    gated = ElementTree.fromstring(render_junit(results(usual().window(), "reopened")))
    failures = [case for case in gated.iter("testcase") if case.find("failure") is not None]
    assert {case.get("classname") for case in failures} == {"lptrack.gates", "lptrack.reopened"}
    suite = gated.find("testsuite")
    assert int(suite.get("tests")) == len(list(suite.iter("testcase")))


def test_sarif_points_at_the_line_that_last_raised_the_bug_by_a_rule_with_help() -> None:
    window = usual().window()
    window = replace(
        window,
        raised={b: replace(r, last_source="logs/2031 week.txt", last_line=7) for b, r in window.raised.items()},
    )
    run = json.loads(render_sarif(results(window)))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [f"lptrack/{concern}" for concern in RULES]
    assert all(rule["help"]["text"] for rule in rules)
    placed = [result for result in run["results"] if "locations" in result]
    assert placed
    for result in placed:
        place = result["locations"][0]["physicalLocation"]
        assert place == {"artifactLocation": {"uri": "logs/2031%20week.txt"}, "region": {"startLine": 7}}
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    marks = [result["partialFingerprints"]["lptrack/v1"] for result in run["results"]]
    assert len(marks) == len(set(marks))


def test_a_hostile_log_starts_no_command_and_leaves_no_line_in_any_form() -> None:
    found = results(hostile(), "reopened", logs=(LogResult(HOSTILE, LogState.UNREADABLE, HOSTILE),))
    for line in render_github_annotations(found).splitlines():  # a command is one only at the start of a line
        assert line.startswith(("::warning file=", "::warning::", "::error title=gate::"))
    outputs = build_outputs([found])
    for line in (render_outputs(outputs) + render_github_outputs(outputs)).splitlines():
        name, _, _ = line.partition("=")
        assert name.isidentifier()
    tree = ElementTree.fromstring(render_junit(found))
    assert not list(tree.iter("script"))
    for text in (render_junit(found), render_sarif(found), render_code_quality(found), render_summary(found, "")):
        assert "\x1b" not in text
        assert "\u202e" not in text
    assert "<script" not in render_summary(found, "")
    json.loads(render_gitlab_annotations(found))


def test_code_quality_has_what_gitlab_needs() -> None:
    entries = json.loads(render_code_quality(results(usual().window())))
    assert entries
    for entry in entries:
        assert set(entry) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert entry["location"]["lines"]["begin"] >= 1


def test_a_summary_over_the_limit_is_cut_at_a_line_with_a_word() -> None:
    text = render_summary(results(usual().window()), "| ünïcode row |\n" * 200_000)
    assert len(text.encode()) <= SUMMARY_LIMIT + 200
    assert text.rstrip().splitlines()[-1].startswith("**Cut here")
    assert "�" not in text


def test_the_runs_json_is_the_interfaces() -> None:
    found = results(usual().window(), "unowned>0", "unreadable>0")
    data = build_json([found], [{"changes": []}])
    assert list(data) == ["logs", "report", "gates", "exit", "headline"]
    assert {log["state"] for log in data["logs"]} == {"new", "unreadable"}
    unreadable = data["gates"][1]
    assert (unreadable["gate"], unreadable["met"], unreadable["value"]) == ("unreadable>0", False, 1)
    assert data["exit"] == 5


def test_findings_come_with_attention_first_and_every_change_is_in_one() -> None:
    window = usual().window()
    findings = build_findings(window)
    order = [list(Concern).index(finding.concern) for finding in findings]
    assert order == sorted(order)
    assert {(change.bug, change.task) for change in window.changes} <= {(f.bug, f.task) for f in findings}


@pytest.mark.parametrize(
    ("source", "uri"),
    [
        ("./logs/a b.txt", "logs/a%20b.txt"),
        ("https://logs.example/x y", "https://logs.example/x%20y"),
        ("é", "%C3%A9"),
    ],
)
def test_a_source_is_a_uri_reference(source: str, uri: str) -> None:
    assert as_uri(source) == uri


def test_the_place_is_told_by_the_environments_own_variables(tmp_path: Path) -> None:
    github = detect_place({"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": str(tmp_path / "out")})
    assert (github.host, github.outputs, github.summary) == (Host.GITHUB, tmp_path / "out", None)
    assert detect_place({"GITLAB_CI": "true"}).host is Host.GITLAB
    assert detect_place({}).host is Host.NONE


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("vendor.github-workflows", "contrib/github/lptrack.yml"),
        ("vendor.github-workflows", "contrib/github/week.yml"),
        ("vendor.github-actions", "contrib/github/action/action.yml"),
        ("vendor.gitlab-ci", "contrib/gitlab/week.gitlab-ci.yml"),
        ("vendor.gitlab-ci", "contrib/gitlab/lptrack.gitlab-ci.yml"),
    ],
)
def test_the_jobs_ready_to_copy_are_what_their_services_read(schema: str, file: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(ROOT / file)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="SKIPPED: no systemd-analyze here")
def test_the_timer_is_what_systemd_reads(tmp_path: Path) -> None:
    for name in ("lptrack.service", "lptrack.timer"):
        shutil.copy(ROOT / "contrib/systemd" / name, tmp_path)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "lptrack.timer")],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    about = [line for line in (done.stdout + done.stderr).splitlines() if "lptrack." in line]
    assert not about


@pytest.mark.parametrize(
    ("headline", "report"),
    [("9 of 104 bugs moved: 2 fixed", "my reports/report.md"), ("$(touch x) `touch x`; 'a\n' ::x", "'; touch x #/a")],
)
def test_the_figures_can_be_sourced_and_appended(headline: str, report: str, tmp_path: Path) -> None:
    outputs = build_outputs([replace(results(usual().window()), headline=headline, files={"report.md": report})])
    (tmp_path / "outputs.env").write_text(render_outputs(outputs), encoding="utf-8")
    script = """set -eu; . ./outputs.env; printf '%s\n%s' "$headline" "$report" """
    done = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    assert [path.name for path in tmp_path.iterdir()] == ["outputs.env"], "nothing was commanded"
    appended = dict(line.split("=", 1) for line in render_github_outputs(outputs).splitlines())
    assert done.stdout.split("\n") == [appended["headline"], appended["report"]]
    if headline.startswith("9"):
        assert appended["headline"] == headline
        assert appended["report"] == report
    assert not set("$`'\";") & set(appended["headline"] + appended["report"])


def test_figures_count_the_bugs_of_the_page_and_a_closed_bug_that_became_important_is_no_step_back() -> None:
    b = WindowBuilder()
    b.moved(state(1, "Fix Committed", importance="Low"), state(1, "Fix Released", importance="High"))
    stranger = BugKey("tox", 122)
    b.bugs.add(stranger)
    b.unresolved.append(Unresolved(stranger, "", Absence.OFFLINE))
    found = results(b.window(), "backwards")
    assert build_outputs([found])["bugs"] == "1"
    assert [finding.concern for finding in found.findings] == [Concern.FIXED]
    assert found.gates[0].met
