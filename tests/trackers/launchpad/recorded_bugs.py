"""The recorded bugs: what Launchpad answered of each, when, and what was true after each step of its life."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lptrack.model import BugTask, LogEntry, Observation

FOLDER = Path(__file__).parent / "recorded"


@dataclass(frozen=True, slots=True)
class Read:
    """One read of a bug, as a client would hand it on."""

    observation: Observation
    entries: tuple[LogEntry, ...]
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """What was true at ``at``; ``entries`` are the rows of the log that the step wrote."""

    label: str
    at: datetime
    answer: int | None
    title: str
    tags: tuple[str, ...]
    duplicate_of: str | None
    tasks: tuple[tuple[str, str, str, str | None, str | None], ...]  # target, status, importance, assignee, milestone
    entries: tuple[tuple[str, str, str | None, str | None], ...]  # person, what, old, new


@dataclass(frozen=True, slots=True)
class RecordedBug:
    number: int
    reads: tuple[Read, ...]
    steps: tuple[Step, ...]


def load_facts() -> dict[str, str]:
    """What was read beside the bugs."""
    rows = json.loads((FOLDER / "facts.json").read_text("utf-8"))
    return {key: json.dumps(value) for key, value in rows.items() if key != "provenance"}


def load_bugs() -> tuple[RecordedBug, ...]:
    """Every recorded bug that was read at least once."""
    return tuple(_load_bug(path) for path in sorted(FOLDER.glob("bug-*.json")))


def _load_bug(path: Path) -> RecordedBug:
    data = json.loads(path.read_text("utf-8"))
    number = int(path.stem.removeprefix("bug-"))
    log = tuple(
        LogEntry(
            position, datetime.fromisoformat(row["datechanged"]), _last(row["person_link"]), row["whatchanged"],
            row["oldvalue"], row["newvalue"], row["message"],
        )
        for position, row in enumerate(data["log"])
    )  # fmt: skip
    reads = tuple(
        Read(_observe(number, read), log[: read["log_length"]], datetime.fromisoformat(read["at"]))
        for read in data["reads"]
    )
    steps = tuple(
        Step(
            step["label"], datetime.fromisoformat(step["at"]), step["answer"], step["title"], tuple(step["tags"]),
            str(step["duplicate_of"]) if step["duplicate_of"] else None,
            tuple(tuple(task[1:]) for task in step["tasks"]), tuple(tuple(row) for row in step["entries"]),
        )
        for step in data["steps"]
    )  # fmt: skip
    return RecordedBug(number, reads, steps)


def _observe(number: int, read: dict[str, Any]) -> Observation:
    bug = read["bug"]
    tasks = tuple(
        BugTask(
            target=task["bug_target_name"],
            display_target=task["bug_target_display_name"],
            package=None,
            series=None,
            status=task["status"],
            importance=task["importance"],
            assignee=_last(task["assignee_link"]),
            milestone=_last(task["milestone_link"]),
            url=task["web_link"],
            created_at=datetime.fromisoformat(task["date_created"]),
        )
        for task in read["tasks"]
    )
    duplicate = _last(bug["duplicate_of_link"])
    return Observation(
        "launchpad", number, bug["web_link"], bug["title"], tasks, tuple(bug["tags"]),
        int(duplicate) if duplicate else None, bug["private"], datetime.fromisoformat(bug["date_created"]),
    )  # fmt: skip


def _last(link: str | None) -> str | None:
    return None if link is None else link.rpartition("/")[2].removeprefix("~")
