"""Random lives that were once rebuilt wrongly, as the simulator of that time made them: log, present and truth.

Recorded, because a seed means another life whenever the simulator learns something.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lptrack.model import BugTask, LogEntry, Observation
from tests.doubles.launchpad.world import TaskTruth


@dataclass(frozen=True, slots=True)
class HardLife:
    seed: int
    observation: Observation
    entries: tuple[LogEntry, ...]
    facts: dict[str, str]
    read_at: datetime
    truth: tuple[tuple[datetime, tuple[TaskTruth, ...]], ...]


def load_hard_lives() -> tuple[HardLife, ...]:
    """All of them."""
    rows = json.loads((Path(__file__).parent / "hard_lives.json").read_text("utf-8"))
    return tuple(map(_load, rows))


def _load(row: dict[str, Any]) -> HardLife:
    tasks = tuple(
        BugTask(
            name,
            name,
            None,
            None,
            status,
            importance,
            assignee,
            milestone,
            None,
            datetime.fromisoformat(created),
            watch,
        )
        for name, status, importance, assignee, milestone, created, watch in row["tasks"]
    )
    entries = tuple(
        LogEntry(position, datetime.fromisoformat(at), *rest) for position, (at, *rest) in enumerate(row["log"])
    )
    truth = tuple(
        (datetime.fromisoformat(at), tuple(TaskTruth(0, *task) for task in tasks)) for at, tasks in row["truth"]
    )
    created_at = datetime.fromisoformat(row["created_at"])
    observation = Observation("launchpad", 1, "", "A made-up bug", tasks, created_at=created_at)
    return HardLife(row["seed"], observation, entries, row["facts"], datetime.fromisoformat(row["read_at"]), truth)
