"""What one `lptrack ci` run found, as data that every machine form is written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from lptrack.join.model import Window
from lptrack.logs.model import LogResult
from lptrack.model import BugKey


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition that fails the job: the measured value is above ``limit``. ``text`` is as the user wrote it."""

    text: str
    measure: str
    limit: float
    age: timedelta | None = None  # for measures of age


@dataclass(frozen=True, slots=True)
class GateResult:
    """One gate, judged. ``value`` is in the gate's own unit (bugs, tasks, logs, or days); ``bugs`` what it is about.

    ``undecided`` counts what could not be judged because it is not known: neither for nor against the gate. A gate
    that is met all the same is met only as far as is known, and is not called passed.
    """

    gate: Gate
    met: bool
    value: float
    unit: str
    bugs: tuple[BugKey, ...]
    undecided: int = 0

    @property
    def is_sure(self) -> bool:
        """Whether everything that it counts is known."""
        return not self.undecided

    @property
    def sentence(self) -> str:
        """Which gate, by how much, on which bugs."""
        bugs = ", ".join(f"{bug.tracker} {bug.number}" for bug in self.bugs[:20])
        more = f" and {len(self.bugs) - 20} more" if len(self.bugs) > 20 else ""
        verdict = "failed" if not self.met else "passed" if self.is_sure else "holds as far as is known"
        unsure = f"; {self.undecided} could not be judged" if self.undecided else ""
        about = f": {bugs}{more}" if bugs else ""
        unit = self.unit.removesuffix("s") if self.value == 1 else self.unit
        return f"gate {self.gate.text} {verdict}: {self.value:g} {unit}{about}{unsure}"


class Concern(StrEnum):
    """Why a bug is worth a finding. The order is that of attention."""

    REOPENED = "reopened"
    BACKWARDS = "backwards"
    UNRESOLVED = "unresolved"
    FIXED = "fixed"
    CLOSED = "closed"
    MOVED = "moved"
    CHANGED = "changed"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a reader of the job should see: about one bug task, at the log's line that last raised it."""

    concern: Concern
    bug: BugKey
    task: str
    url: str
    title: str
    message: str
    source: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class Results:
    """Everything a run of `lptrack ci` found about one team; ``exit`` is the run's code.

    ``files``: name → path of what was written; ``headline``: the report's first sentence; ``team``: its name, where
    the run is about several; ``shown``: the window that the page counts, where bugs are no longer in view.
    """

    logs: tuple[LogResult, ...]
    window: Window | None  # None: no meeting is known yet
    gates: tuple[GateResult, ...]
    findings: tuple[Finding, ...]
    exit: int
    files: Mapping[str, str]
    headline: str = ""
    team: str = ""
    shown: Window | None = None
