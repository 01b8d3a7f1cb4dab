"""The parts of a bug target's name: for names of the past, which no read shows any more."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from lptrack.model import DEBIAN, LAUNCHPAD, BugTask

_PACKAGED: Final = re.compile(r"(?P<package>[^ ()]+) \((?P<distribution>[^ ()]+)(?: (?P<series>[^()]+))?\)")
_SERIES: Final = re.compile(r"[A-Z][a-z]+ (?P<series>[A-Z][a-z]+)")  # `Ubuntu Precise`; the bare one is `ubuntu`
_BRANCHED: Final = re.compile(r"[^ /()]+/(?P<series>[^ /()]+)")  # `juju/1.25`


class Parts(NamedTuple):
    """Package and series, as the API names them (`saucy`); None where the target has none."""

    package: str | None
    series: str | None


def parse_target(tracker: str, target: str) -> Parts:
    """The parts of a `bug_target_name`: `linux (Ubuntu Saucy)` is linux and saucy."""
    if tracker == DEBIAN:
        return Parts(target or None, None)
    if tracker != LAUNCHPAD:
        return Parts(None, None)
    if match := _PACKAGED.fullmatch(target):
        series = match["series"]
        return Parts(match["package"], series.lower() if series else None)
    if match := _SERIES.fullmatch(target):
        return Parts(None, match["series"].lower())
    if match := _BRANCHED.fullmatch(target):
        return Parts(None, match["series"])
    return Parts(None, None)


def build_parts(tasks: tuple[BugTask, ...]) -> dict[str, Parts]:
    """The parts of the targets that a read saw, which are exact."""
    return {task.target: Parts(task.package, task.series) for task in tasks}
