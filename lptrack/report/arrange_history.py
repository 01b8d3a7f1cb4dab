"""One bug's life as a timeline: the tracker's events, what was said in meetings, what was seen. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from lptrack.join.model import BugLife, Tie
from lptrack.model import Announcement, EventBasis, Reference, ReferenceKind, StatusEvent, TaskState
from lptrack.report.judgement import Move, judge_status
from lptrack.report.model import (
    EMPTY,
    Cell,
    Column,
    HistoryReport,
    Moment,
    Page,
    Row,
    Timeline,
    TimelineEntry,
    Tone,
)
from lptrack.report.rows import (
    bug_cell,
    importance_cell,
    milestone_cell,
    person_cell,
    say_change,
    status_cell,
    title_cell,
)
from lptrack.report.wording import (
    NOT_KNOWN,
    say_absence,
    say_bug,
    say_count,
    say_day,
    say_instant,
    say_list,
    say_value,
)

_COLUMNS = (Column.PACKAGE, Column.NOW, Column.IMPORTANCE, Column.ASSIGNEE, Column.MILESTONE)
_EPOCH = datetime.min.replace(tzinfo=UTC)


def build_history_report(lives: Sequence[BugLife], as_of: datetime) -> HistoryReport:
    """The lives of the bugs that were asked for, in that order."""
    timelines = tuple(build_timeline(life, as_of) for life in lives)
    read = [life.history.read_at for life in lives if life.history is not None]
    read += [at for life in lives for at, _ in life.observed]
    page = Page(
        title=f"The life of {say_list([say_bug(life.bug) for life in lives]) or 'no bug'}",
        headline=_headline(lives, timelines),
        scope=(("Trackers read", say_instant(max(read)) if read else "never", None),),
        as_of=as_of,
        blocks=timelines,
    )
    return HistoryReport(page=page, lives=tuple(lives))


def _tie(tie: Tie) -> str:
    """Which bug of another tracker follows which."""
    if tie.follows:
        return f"{tie.target} follows {say_bug(tie.other)}"
    return f"followed by {say_bug(tie.other)}, {tie.target}"


def _headline(lives: Sequence[BugLife], timelines: Sequence[Timeline]) -> str:
    entries = [entry for timeline in timelines for entry in timeline.entries]
    counts = {moment: sum(1 for entry in entries if entry.moment is moment) for moment in Moment}
    meetings = len({entry.meeting for entry in entries if entry.meeting is not None})
    events = say_count(counts[Moment.EVENT], "event")
    mentions = say_count(counts[Moment.MENTION], "mention")
    announcements = say_count(counts[Moment.ANNOUNCEMENT], "announcement")
    sentence = f"{mentions} and {announcements} in {say_count(meetings, 'meeting')}."
    unread = sum(life.history is None for life in lives)
    if unread and unread == len(lives):
        return f"The tracker's log was never read; {sentence}"
    rest = f" (never read of {say_count(unread, 'bug')})" if unread else ""
    return f"{events} in the tracker's log{rest}, {sentence}"


def build_timeline(life: BugLife, as_of: datetime) -> Timeline:
    """Events and mentions merged by time; what has no day stands first."""
    entries: list[tuple[tuple[datetime, int, int], TimelineEntry]] = []
    if life.history is not None:
        for event in life.history.events:
            entries.append(((event.at, 0, event.position), _event(life, event)))
    for reference in life.references:
        if reference.kind is not ReferenceKind.ANNOUNCEMENT:
            key = (reference.at or _EPOCH, 1, reference.line)
            entries.append((key, _mention(life, reference)))
    for announcement in life.announcements:
        key = (announcement.reference.at or _EPOCH, 2, announcement.reference.line)
        entries.append((key, _announcement(life, announcement)))
    if life.history is None:  # the events say it better
        for position, (at, state) in enumerate(life.observed):
            entries.append(((at, 3, position), _observation(at, state)))
    entries.sort(key=lambda pair: pair[0])
    notes = [_tie(tie) for tie in life.ties]
    notes += life.history.notes if life.history is not None else ()
    if life.unresolved is not None:
        detail = f": {life.unresolved.detail}" if life.unresolved.detail else ""
        notes.insert(0, f"{say_absence(life.unresolved.reason)}{detail}")
    return Timeline(
        title=say_value(life.title, NOT_KNOWN),
        bug=bug_cell(life.bug, life.url),
        tasks=tuple(_task(state, as_of) for state in life.states),
        columns=_COLUMNS,
        entries=tuple(entry for _, entry in entries),
        notes=tuple(notes),
    )


def _task(state: TaskState, as_of: datetime) -> Row:
    cells = dict.fromkeys(Column, EMPTY)
    cells |= {
        Column.BUG: bug_cell(state.bug, state.url),
        Column.PACKAGE: Cell(state.target),
        Column.NOW: status_cell(
            state.bug.tracker, state.status, f"as of {say_day(state.observed_at, as_of)}", state.observed_at
        ),
        Column.IMPORTANCE: importance_cell(state.bug.tracker, state.importance),
        Column.ASSIGNEE: person_cell(state.assignee),
        Column.MILESTONE: milestone_cell(state.milestone),
        Column.TITLE: title_cell(state.title),
    }
    return Row(state.bug, state.task, cells, state=state)


def _event(life: BugLife, event: StatusEvent) -> TimelineEntry:
    tone = Tone.PLAIN
    if event.field == "status" and isinstance(event.before, str) and isinstance(event.after, str):
        match judge_status(life.bug.tracker, event.before, event.after):
            case Move.REOPENED | Move.BACKWARDS:
                tone = Tone.BAD
            case Move.CLOSED:
                tone = Tone.GOOD
            case Move.FORWARD:
                tone = Tone.NEWS
            case Move.SIDEWAYS:
                pass
    match event.basis:
        case EventBasis.LOGGED:
            how = ""
        case EventBasis.PARTNER:
            how = " (with its series or development task)"
        case EventBasis.SILENT:
            how = " (not in the log; seen by its effect)"
    text = say_change(event.field, event.before, event.after) + (f" ({event.note})" if event.note else how)
    target = event.target or ""
    return TimelineEntry(
        at=event.at,
        exact="second",
        moment=Moment.EVENT,
        who=event.by or "",
        text=text,
        target="" if event.field == "task" else target,
        tone=tone,
    )


def _mention(life: BugLife, reference: Reference) -> TimelineEntry:
    return TimelineEntry(
        at=reference.at,
        exact=reference.exact,
        moment=Moment.MENTION,
        who=reference.person or reference.speaker or "",
        text=reference.text,
        meeting=reference.meeting,
        url=_meeting_url(life, reference),
    )


def _announcement(life: BugLife, announcement: Announcement) -> TimelineEntry:
    reference = announcement.reference
    state = ", ".join(filter(None, (announcement.importance, announcement.status)))
    duplicate = f"; duplicate #{announcement.duplicate}" if announcement.duplicate is not None else ""
    return TimelineEntry(
        at=reference.at,
        exact=reference.exact,
        moment=Moment.ANNOUNCEMENT,
        who=reference.speaker or "",
        text=f"announced {state or 'no status'}{duplicate}",
        target=announcement.target or "",
        meeting=reference.meeting,
        url=_meeting_url(life, reference),
    )


def _meeting_url(life: BugLife, reference: Reference) -> str | None:
    meeting = life.meetings.get(reference.meeting) if reference.meeting is not None else None
    return meeting.url if meeting is not None else None


def _observation(at: datetime, state: TaskState) -> TimelineEntry:
    values = f"{say_value(state.status)}, {say_value(state.importance)}"
    return TimelineEntry(
        at=at, exact="second", moment=Moment.OBSERVED, who="", text=f"seen: {values}", target=state.target
    )
