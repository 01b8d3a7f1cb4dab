"""The copied jobs' own commands, week after week, in an empty repository: new, moved, nothing, broken, away."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from defusedxml import ElementTree

from tests import warm
from tests.net.server import scripted

ROOT = Path(__file__).parents[2]
LOGS = sorted((ROOT / "examples" / "meetings").iterdir())
JOBS = {
    "github": ROOT / "contrib/github/lptrack.yml",
    "gitlab": ROOT / "contrib/gitlab/lptrack.gitlab-ci.yml",
    "launchpad": ROOT / "contrib/launchpad/.launchpad.yaml",
}
FILES = {
    "report.md", "report.html", "report.csv", "report.json", "junit.xml", "lptrack.sarif", "summary.md",
    "codequality.json", "outputs.env", "gl-annotations.json",
}  # fmt: skip


def command_of(job: Path) -> str:
    """The job's line that runs lptrack, as its file has it."""
    (line,) = re.findall(r"(lptrack ci [^\n]+)", job.read_text(encoding="utf-8"))
    return str(line)


class Repository:
    """A checkout in which the job runs once a week."""

    def __init__(self, path: Path, command: str) -> None:
        self.path = path
        self.command = command
        self.env = {
            key: value for key, value in os.environ.items() if not key.startswith(("LPTRACK_", "GITHUB_", "GITLAB_"))
        }
        self.env |= {
            "HOME": str(path / "home"),
            "PATH": f"{path / 'bin'}:{os.environ['PATH']}",
            "LPTRACK_CASSETTE": str(ROOT / "cassettes" / "launchpad-made-up-bugs.json"),
            "LPTRACK_DEBIAN_ROOT": "off",
        }
        for folder in ("home", "bin", "logs"):
            (path / folder).mkdir()
        warm.write_program(path / "bin" / "lptrack")

    def week(self, more: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-c", f"{self.command} {more}"], cwd=self.path, env=self.env | env, capture_output=True, text=True,
            check=False, timeout=100,
        )  # fmt: skip

    def report(self) -> dict[str, list[dict[str, object]]]:
        report: dict[str, list[dict[str, object]]] = json.loads(
            (self.path / "reports" / "report.json").read_text(encoding="utf-8")
        )
        return report


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path, command_of(JOBS["github"]))


def test_all_jobs_run_the_same_command() -> None:
    commands = {command_of(job).removeprefix(".venv/bin/") for job in JOBS.values()}
    assert len(commands) == 1


WEEK_JOBS = {
    "github": ROOT / "contrib/github/week.yml",
    "gitlab": ROOT / "contrib/gitlab/week.gitlab-ci.yml",
    "systemd": ROOT / "contrib/systemd/lptrack.service",
}


def commands_of(job: Path) -> list[str]:
    """The job's lines that run lptrack, as its file has them."""
    found = re.findall(r"(?:run: |- |env )(lptrack (?:run|site|post) [^\n]+)", job.read_text(encoding="utf-8"))
    return [str(each) for each in found]


@pytest.mark.parametrize("job", WEEK_JOBS.values(), ids=list(WEEK_JOBS))
def test_a_copied_week_fetches_reports_and_posts_once(job: Path, tmp_path: Path) -> None:
    run, site, post = commands_of(job)
    assert [each.split()[1] for each in (run, site, post)] == ["run", "site", "post"]
    repository = Repository(tmp_path, "")
    repository.env |= {"XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    git = ["git", "-C", str(tmp_path / "logs"), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    shutil.copy(LOGS[0], repository.path / "logs")
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "a log"]):
        subprocess.run([*git, *words], check=True, capture_output=True)
    with scripted() as web:
        web.replies["/hooks/x"] = [(200, {}, b"ok")]
        (tmp_path / "lptrack.toml").write_text(
            f'[[team]]\nname = "Kestrel"\n[[team.source]]\nkind = "git"\nurl = "{tmp_path / "logs"}"\n'
            f'[[team.source]]\nkind = "index"\nurl = "{web.url}/gone/"\n'
            '[[team.deliver]]\nkind = "webhook"\nurl-env = "KESTREL_HOOK"\n',
            encoding="utf-8",
        )
        repository.env["KESTREL_HOOK"] = f"{web.url}/hooks/x"
        code = "" if job.suffix == ".yml" else "|| test $? -ge 3"  # as its SuccessExitStatus says
        repository.command = f"set -e; {run} {code}; {site}; {post}"
        for _ in range(2):
            done = repository.week()
            assert done.returncode == 0, done.stderr
            assert "/gone/: " in done.stderr  # a source that cannot be had: exit 4, and the rest is done
        assert [path for path in web.paths() if path == "/hooks/x"] == ["/hooks/x"]
    assert repository.report()["to"]
    assert "Kestrel" in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")


def test_week_after_week(repository: Repository) -> None:
    for log in LOGS[:3]:
        shutil.copy(log, repository.path / "logs")
    first = repository.week()
    assert first.returncode == 0, first.stderr
    assert {path.name for path in (repository.path / "reports").iterdir()} == FILES
    assert repository.report()["to"]["meeting"].endswith("2013-11-13T16:01Z")  # type: ignore[call-overload]

    shutil.copy(LOGS[3], repository.path / "logs")
    second = repository.week("--format json")
    data = json.loads(second.stdout)
    assert [log["state"] for log in data["logs"]] == ["unchanged"] * 3 + ["new"]
    moved = {change["number"] for change in data["report"]["changes"]}
    assert 2900018 in moved
    cases = ElementTree.parse(repository.path / "reports" / "junit.xml").iter("testcase")
    assert any("Fix Released → Confirmed" in case.get("name") for case in cases)

    third = repository.week("--format json")
    assert third.returncode == 0
    data = json.loads(third.stdout)
    assert {log["state"] for log in data["logs"]} == {"unchanged"}
    assert "0 of 4 logs new or changed" in (repository.path / "reports" / "summary.md").read_text(encoding="utf-8")


def test_a_broken_log_is_named_and_the_rest_is_done(repository: Repository) -> None:
    shutil.copy(LOGS[0], repository.path / "logs")
    (repository.path / "logs" / "broken.log").write_bytes(bytes(range(256)) * 9)
    done = repository.week()
    assert done.returncode == 3
    assert "broken.log" in done.stderr
    assert "broken.log" in (repository.path / "reports" / "summary.md").read_text(encoding="utf-8")
    assert repository.report()["new"]
    assert repository.week("--tolerate unreadable,unresolved").returncode == 0
    gated = repository.week("--fail-on 'unreadable>0'")
    assert gated.returncode == 5
    assert "unreadable>0" in gated.stderr


def test_a_launchpad_that_is_away_is_exit_4_with_a_report_that_says_it(tmp_path: Path) -> None:
    repository = Repository(tmp_path, command_of(JOBS["github"]).replace(" --tolerate unresolved", ""))
    shutil.copy(LOGS[0], repository.path / "logs")
    del repository.env["LPTRACK_CASSETTE"]
    away = {"LPTRACK_SERVICE_ROOT": "http://127.0.0.1:9/"}  # the discard port: nobody listens
    done = repository.week("--deadline 2", **away)
    assert done.returncode == 4, done.stderr
    assert {gone["reason"] for gone in repository.report()["unresolved"] if gone["tracker"] == "launchpad"} == {
        "unreachable"
    }
    assert "could not be checked" in (repository.path / "reports" / "report.md").read_text(encoding="utf-8")
    assert repository.week("--deadline 2 --tolerate unresolved", **away).returncode == 0


def test_the_database_of_one_checkout_serves_the_next(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for log in LOGS:
        shutil.copy(log, repository.path / "logs")
    assert repository.week().returncode == 0
    other = Repository(tmp_path_factory.mktemp("elsewhere"), repository.command)
    shutil.copytree(repository.path / "logs", other.path / "logs", dirs_exist_ok=True)
    shutil.copytree(repository.path / ".lptrack", other.path / ".lptrack")
    data = json.loads(other.week("--format json").stdout)
    assert {log["state"] for log in data["logs"]} == {"unchanged"}


def test_only_what_changed_since_a_commit_is_read(repository: Repository) -> None:
    def git(*words: str) -> None:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(
            ["git", *identity, *words], cwd=repository.path, check=True, capture_output=True, env=repository.env
        )

    git("init", "-q", "-b", "main")
    shutil.copy(LOGS[0], repository.path / "logs")
    git("add", "logs")
    git("commit", "-q", "-m", "week 1")
    shutil.copy(LOGS[1], repository.path / "logs")
    data = json.loads(repository.week("--since-commit HEAD --format json").stdout)
    assert [log["state"] for log in data["logs"]] == ["unchanged", "new"]
    wrong = repository.week("--since-commit --upload-pack=touch")
    assert wrong.returncode == 2
    assert repository.week("--since-commit nowhere").returncode == 2


def test_on_github_the_line_is_annotated_and_the_step_gets_its_summary(repository: Repository) -> None:
    for log in LOGS:
        shutil.copy(log, repository.path / "logs")
    summary, outputs = repository.path / "summary.md", repository.path / "outputs"
    done = repository.week(GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary), GITHUB_OUTPUT=str(outputs))
    assert done.returncode == 0
    assert re.search(r"^::warning file=logs/.*,line=\d+,title=reopened::launchpad 2900018", done.stderr, re.MULTILINE)
    assert "reopened" in summary.read_text(encoding="utf-8")
    closed = {"Fix Released", "Won't Fix", "Invalid", "Expired", "Does Not Exist", "Opinion"}
    reopened = {
        change["number"]
        for change in repository.report()["changes"]  # every task's, those that human forms fold away too
        if change["field"] == "status" and change["before"] in closed and change["after"] not in closed
    }
    assert 2900018 in reopened
    assert f"reopened={len(reopened)}\n" in outputs.read_text(encoding="utf-8")
