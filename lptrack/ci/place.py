"""Where the job runs, told by the environment's own variables, and what that place wants written beside the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Host(StrEnum):
    """A CI service that has a form of its own."""

    GITHUB = "github"
    GITLAB = "gitlab"
    LAUNCHPAD = "launchpad"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Place:
    """The service, and the files that it gives a step to append to."""

    host: Host
    summary: Path | None = None
    outputs: Path | None = None


def detect_place(environ: Mapping[str, str]) -> Place:
    """The place that the environment tells of."""
    if environ.get("GITHUB_ACTIONS") == "true":
        summary, outputs = environ.get("GITHUB_STEP_SUMMARY"), environ.get("GITHUB_OUTPUT")
        return Place(Host.GITHUB, Path(summary) if summary else None, Path(outputs) if outputs else None)
    if environ.get("GITLAB_CI") == "true":
        return Place(Host.GITLAB)
    if environ.get("LPCI_JOB") or environ.get("LAUNCHPAD_CI"):
        return Place(Host.LAUNCHPAD)
    return Place(Host.NONE)
