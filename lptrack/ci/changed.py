"""Which logs changed since a commit of the repository that they lie in."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

from lptrack.errors import UsageError
from lptrack.logs.model import LogResult, LogState
from lptrack.logs.sources import Source, find_sources


def split_by_commit(
    logs: Iterable[str], commit: str, meetings_of: Callable[[str], set[str]]
) -> tuple[tuple[str, ...], list[LogResult]]:
    """The LOGs to read (paths of changed files, and whatever is no file of a repository), and the unchanged ones.

    A file counts as changed where it differs from ``commit``, or git does not know it. ``meetings_of`` tells the
    meetings of a log that is not read. Raises `UsageError`.
    """
    changed: list[str] = []
    unchanged: list[LogResult] = []
    roots: dict[Path, frozenset[Path]] = {}
    for log in logs:
        for source in find_sources([log]):
            if not isinstance(source, Source) or source.path is None:
                changed.append(log)
                break
            folder = source.path.resolve().parent
            if folder not in roots:
                roots[folder] = _changed_files(folder, commit)
            if source.path.resolve() in roots[folder]:
                changed.append(source.name)
            else:
                meetings = tuple(sorted(meetings_of(source.name)))
                unchanged.append(LogResult(source.name, LogState.UNCHANGED, meetings=meetings))
    return tuple(changed), unchanged


def _changed_files(folder: Path, commit: str) -> frozenset[Path]:
    outside = UsageError(
        f"--since-commit {commit}: {folder} is not in a git repository",
        hint="leave --since-commit out: a log that is known already is not taken in twice",
    )
    top = Path(_git(folder, "rev-parse", "--show-toplevel", missing=("not a git repository", outside)).rstrip("\n"))
    nosuch = UsageError(
        f"--since-commit {commit}: the repository {top} has no such commit",
        hint="check its name; a shallow clone may lack it: fetch more (fetch-depth: 0)",
    )
    words = ("rev-parse", "--verify", "--end-of-options", f"{commit}^{{commit}}")
    known = _git(folder, *words, missing=("", nosuch)).strip()
    differ = _git(top, "diff", "--name-only", "--no-ext-diff", "-z", known)
    unknown = _git(top, "ls-files", "--others", "-z")
    return frozenset((top / name).resolve() for name in (differ + unknown).split("\0") if name)


def _git(folder: Path, *words: str, missing: tuple[str, UsageError] | None = None) -> str:
    """What git prints; where it fails with a reason that has the words of ``missing``, its error is raised."""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program; every word of it is ours or a verified commit's hash
            ["git", "-C", str(folder), *words],  # noqa: S607 - git is found where the user has it
            capture_output=True, check=False, timeout=60,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise UsageError(f"--since-commit: git does not run: {error}", hint="leave it out, or install git") from error
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip()
        if missing is not None and missing[0] in reason:
            raise missing[1]
        raise UsageError(
            f"--since-commit: {reason.splitlines()[-1] if reason else 'git failed'}",
            hint="leave --since-commit out, or mend what git says",
        )
    return done.stdout.decode("utf-8", "surrogateescape")
