"""`--since-commit`: what differs is read, and a commit that is none is named."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from lptrack.ci.changed import split_by_commit
from lptrack.errors import UsageError


def meetings_of(source: str) -> set[str]:
    return {f"{source}!"}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for words in (
        ["init", "-q"],
        ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "--allow-empty", "-m", "begin"],
    ):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    (tmp_path / "a.log").write_text("[15:04] <ana> bug #92900001\n")
    subprocess.run(["git", "add", "a.log"], cwd=tmp_path, check=True)
    commit = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "a log"]
    subprocess.run(commit, cwd=tmp_path, check=True)
    return tmp_path


def test_a_log_that_did_not_change_is_left_alone(repository: Path) -> None:
    log = str(repository / "a.log")
    changed, unchanged = split_by_commit([log], "HEAD", meetings_of)
    assert not changed
    assert [each.source for each in unchanged] == [log]
    assert split_by_commit([log], "HEAD~1", meetings_of) == ((log,), [])


def test_a_commit_that_is_none_is_named(repository: Path) -> None:
    with pytest.raises(UsageError, match=r"--since-commit nosuch: .* has no such commit"):
        split_by_commit([str(repository / "a.log")], "nosuch", meetings_of)


def test_outside_a_repository_nobody_is_told_to_fetch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "a.log").write_text("[15:04] <ana> bug #92900001\n")
    with pytest.raises(UsageError, match="not in a git repository") as caught:
        split_by_commit([str(tmp_path / "a.log")], "HEAD", meetings_of)
    assert "fetch" not in (caught.value.hint or "")
