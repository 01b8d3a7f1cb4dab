"""Made-up logs, reads and histories: code, so that a test of the database or the join says only what matters."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from lptrack.logs.model import Extraction
from lptrack.model import (
    LAUNCHPAD,
    UNKNOWN,
    Announcement,
    BugHistory,
    BugKey,
    BugTask,
    LogEntry,
    Meeting,
    Observation,
    Reference,
    ReferenceKind,
    Span,
    StatusEvent,
    TaskLife,
    TaskSpan,
    Value,
)
from lptrack.trackers.interface import Fetched

EPOCH = datetime(2018, 1, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    """That many days into 2018."""
    return EPOCH + timedelta(days=number)


def make_meeting(
    start: datetime | None, *, channel: str = "demo", name: str | None = None, hours: int = 1
) -> Meeting:
    stamp = "undated-0123abcd" if start is None else f"{start:%Y-%m-%dT%H:%MZ}"
    return Meeting(
        id=f"{channel}/{stamp}", channel=channel, started_at=start, start_exact="second" if start else "none",
        ended_at=start + timedelta(hours=hours) if start else None, name=name, chair="ada",
    )  # fmt: skip


def make_reference(
    meeting: Meeting | None,
    line: int,
    number: int,
    *,
    speaker: str | None = "ada",
    kind: ReferenceKind = ReferenceKind.MENTION,
    tracker: str = LAUNCHPAD,
    at: datetime | None = None,
    text: str | None = None,
    duty: str | None = None,
    source: str = "demo.log",
) -> Reference:
    start = meeting.started_at if meeting else None
    when = at or (start + timedelta(minutes=line) if start else None)
    return Reference(
        kind=kind, tracker=tracker, number=number, source=source, line=line, meeting=meeting.id if meeting else None,
        speaker=speaker, at=when, exact="minute", time=f"{when:%H:%M}" if when else None, topic="Bugs",
        text=text if text is not None else f"about bug #{number}", rule="bug-number", duty=duty,
    )  # fmt: skip


def make_announcement(
    meeting: Meeting | None, line: int, number: int, target: str | None, status: str | None, *,
    importance: str | None = "High", tracker: str = LAUNCHPAD, at: datetime | None = None,
    title: str = "Broken (made-up)",
) -> Announcement:  # fmt: skip
    reference = make_reference(
        meeting, line, number, speaker="ubottu", kind=ReferenceKind.ANNOUNCEMENT, tracker=tracker, at=at,
        text=f'bug {number} in {target} "{title}" [{importance},{status}]',
    )  # fmt: skip
    return Announcement(reference, target, title, importance, status)


def make_log(
    meetings: Sequence[Meeting], said: Sequence[Reference | Announcement], *,
    source: str = "logs/demo.log", form: str = "meetbot-log", salt: str = "",
) -> Extraction:  # fmt: skip
    references = tuple(each.reference if isinstance(each, Announcement) else each for each in said)
    announcements = tuple(each for each in said if isinstance(each, Announcement))
    digest = hashlib.sha256(repr((references, salt)).encode()).hexdigest()
    return Extraction(source, digest, form, tuple(meetings), references, announcements, 100, 0)


def make_task(target: str, status: str = "New", importance: str = "Undecided", **more: object) -> BugTask:
    values: dict[str, object] = {
        "display_target": target, "package": None, "series": None, "assignee": None, "milestone": None, "url": None,
        **more,
    }  # fmt: skip
    return BugTask(target=target, status=status, importance=importance, **values)


def make_fetched(
    number: int, tasks: Sequence[BugTask], read_at: datetime, *, tracker: str = LAUNCHPAD,
    entries: Sequence[LogEntry] = (), **more: object,
) -> Fetched:  # fmt: skip
    values: dict[str, object] = {"title": f"Bug {number} (made-up)", "etag": f'"{number}"', **more}
    observation = Observation(
        tracker=tracker, number=number, url=f"https://bugs.example/{number}", tasks=tuple(tasks), **values,
    )  # fmt: skip
    return Fetched(observation, tuple(entries), read_at)


def make_history(
    number: int,
    lives: Mapping[str, Sequence[tuple[datetime, str]]],
    read_at: datetime,
    *,
    deleted: Mapping[str, datetime] | None = None,
    tracker: str = LAUNCHPAD,
    importance: Value = "High",
) -> BugHistory:
    """A history from (since, status) steps by target; `?` is unknown. The events follow from the steps."""
    built: list[TaskLife] = []
    events: list[StatusEvent] = []
    for key, (target, steps) in enumerate(lives.items()):
        gone = (deleted or {}).get(target)
        ends = [*(since for since, _ in steps[1:]), gone]
        spans = tuple(
            TaskSpan(since, until, target, UNKNOWN if status == "?" else status, importance, None, None)
            for (since, status), until in zip(steps, ends, strict=True)
        )
        built.append(TaskLife(key, spans, None if gone else key, gone))
        for (_, before), (at, after) in itertools.pairwise(steps):
            events.append(
                StatusEvent(
                    at, 0, "cjwatson", key, target, "status", UNKNOWN if before == "?" else before,
                    UNKNOWN if after == "?" else after,
                )
            )  # fmt: skip
        if gone:
            events.append(StatusEvent(gone, 0, "cjwatson", key, target, "task", target, None))
    events.sort(key=lambda event: event.at)
    events = [
        StatusEvent(e.at, position, e.by, e.task, e.target, e.field, e.before, e.after)
        for position, e in enumerate(events)
    ]
    birth = min(steps[0][0] for steps in lives.values())
    return BugHistory(
        BugKey(tracker, number), read_at, tuple(built), tuple(events),
        titles=(Span(birth, None, f"Bug {number} (made-up)"),), duplicates=(Span(birth, None, None),),
        tags=(Span(birth, None, ""),),
    )  # fmt: skip
