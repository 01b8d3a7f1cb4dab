"""The agenda of the coming meeting: what a chair reads out, each line with its bug, its owner and since when.

Pure: made from the window from the last meeting to now, and the action items that were noted in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from lptrack.join.model import Trends, Window
from lptrack.model import BugKey, TaskState
from lptrack.report.checks import build_checks
from lptrack.report.judgement import is_closed, is_open
from lptrack.report.model import Column, Report, Row, SectionKey
from lptrack.report.placing import place_tasks
from lptrack.report.rows import Desk, open_desk
from lptrack.report.wording import NOBODY, say_bug, say_count, say_day, say_list, say_place, say_value
from lptrack.trackers import words_of

LINES: Final = 60
"""An agenda longer than this is not read out."""
MOST: Final = 12
"""Lines of one section, at most."""
CARRIED: Final = 2
"""A bug is carried that was open at so many meetings."""


@dataclass(frozen=True, slots=True)
class Duty:
    """An action item of a meeting that names a bug, as its line has it."""

    bug: BugKey
    text: str
    owner: str | None


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One thing to speak of. ``owner`` and ``since`` are words: `nobody`, `12 Mar`, or empty where not known."""

    bug: BugKey
    url: str
    what: str
    status: str
    owner: str
    since: str


@dataclass(frozen=True, slots=True)
class AgendaSection:
    """Lines under a heading; ``left_out`` more are not shown."""

    key: str
    title: str
    lines: tuple[AgendaLine, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Agenda:
    """The sections that have a line, in the order in which they are read out."""

    title: str
    headline: str
    as_of: datetime
    sections: tuple[AgendaSection, ...]


def build_agenda(report: Report, duties: Sequence[Duty], team: str) -> Agenda:
    """The agenda from a report on `last` to `now`, at most `LINES` lines of text."""
    window = report.shown
    desk = open_desk(window, report.page.as_of, build_checks(window).stale)
    rows = place_tasks(desk)
    sections = (
        AgendaSection("actions", "Action items of the last meeting", tuple(_actions(desk, duties))),
        AgendaSection("backwards", "Went backwards", tuple(_backwards(desk, rows[SectionKey.BACKWARDS]))),
        AgendaSection("unowned", "Important, and nobody's", tuple(_unowned(desk, rows[SectionKey.UNOWNED]))),
        AgendaSection("carried", "Carried longest", tuple(_carried(desk, report.trends))),
        AgendaSection("verification", "Verification due", tuple(_verifications(desk))),
        AgendaSection("untriaged", "New, and not triaged", tuple(_untriaged(desk, window))),
    )
    agenda = Agenda(
        f"Agenda of {team}" if team else "Agenda",
        report.page.headline,
        report.page.as_of,
        tuple(section for section in sections if section.lines),
    )
    cuts = (cut_sections(agenda, most) for most in range(MOST, 0, -1))
    return next(cut for cut in cuts if count_lines(cut) <= LINES)


def cut_sections(agenda: Agenda, most: int) -> Agenda:
    """The agenda with so many lines a section at most."""
    return replace(
        agenda,
        sections=tuple(
            replace(each, lines=each.lines[:most], left_out=each.left_out + max(len(each.lines) - most, 0))
            for each in agenda.sections
        ),
    )


def count_lines(agenda: Agenda) -> int:
    """Lines of the text form: title, headline, and each section with its heading, rest and blank line."""
    return 4 + sum(2 + len(section.lines) + bool(section.left_out) for section in agenda.sections)


def _line(desk: Desk, state: TaskState, what: str, owner: str | None = None) -> AgendaLine:
    since = desk.window.since.get((state.bug, state.task))
    return AgendaLine(
        state.bug,
        state.url,
        what,
        say_value(state.status),
        say_value(state.assignee, NOBODY) if owner is None else owner,
        desk.day(since) if since is not None else "",
    )


def _backwards(desk: Desk, rows: Iterable[Row]) -> Iterable[AgendaLine]:
    for row in rows:
        if row.state is not None:
            yield _line(desk, row.state, f"{say_place(row.state)}: {row.cells[Column.WHY].text}")


def _actions(desk: Desk, duties: Iterable[Duty]) -> Iterable[AgendaLine]:
    """Each action item with how its bug stands: done, moved, or untouched for how long."""
    changed = {change.bug for change in desk.window.changes}
    for duty in duties:
        tasks = [state for state in desk.by_bug.get(duty.bug, ()) if not state.folded]
        owner = duty.owner or NOBODY
        if not tasks:
            url = next((absent.url for absent in desk.window.unresolved if absent.bug == duty.bug), "")
            yield AgendaLine(duty.bug, url, f"{duty.text} [not known]", say_value(None, ""), owner, "")
            continue
        open_tasks = [state for state in tasks if is_open(state.bug.tracker, state.status)]
        if not open_tasks and all(is_closed(state.bug.tracker, state.status) for state in tasks):
            how = "done"
        elif duty.bug in changed:
            how = "moved"
        else:
            raised = desk.window.raised.get(duty.bug)
            meetings = len(raised.meetings) if raised is not None else 1
            how = f"not touched, spoken of in {say_count(meetings, 'meeting')}"
        yield _line(desk, (open_tasks or tasks)[0], f"{duty.text} [{how}]", owner)


def _unowned(desk: Desk, rows: Iterable[Row]) -> Iterable[AgendaLine]:
    """Open tasks without an assignee, of the upper two fifths of their tracker's importances."""
    for row in rows:
        state = row.state
        if state is None or not isinstance(state.importance, str):
            continue
        words = words_of(state.bug.tracker)
        rank = words.importance_rank(state.importance)
        decided = sum(name not in words.undecided for name in words.importances)
        if rank is not None and decided and rank >= decided * 3 // 5:
            yield _line(desk, state, f"{say_place(state)}: {state.importance}, {say_value(state.title)}")


def _carried(desk: Desk, trends: Trends | None) -> Iterable[AgendaLine]:
    for state, meetings, _ in trends.carried if trends is not None else ():
        if meetings < CARRIED:
            continue
        what = f"{say_place(state)}: open at {say_count(meetings, 'meeting')}, {say_value(state.title)}"
        yield _line(desk, state, what)


def _verifications(desk: Desk) -> Iterable[AgendaLine]:
    """Bugs whose fix waits to be tried, with the series that it waits in."""
    for bug, tasks in desk.by_bug.items():
        words = words_of(bug.tracker)
        due = [series for series, verdict in words.verifications(tasks[0].tags).items() if verdict == "needed"]
        if not due:
            continue
        task = next((state for state in tasks if state.series in due), tasks[0])
        where = say_list(sorted(series for series in due if series)) or "all series"
        yield _line(desk, task, f"{say_place(task)}: to be verified in {where}")


def _untriaged(desk: Desk, window: Window) -> Iterable[AgendaLine]:
    """Bugs first spoken of in the last meeting or since, of which nobody has decided how important they are."""
    last = window.meetings[-1].id if window.meetings else None
    new = {state.bug for state in window.new} | {bug for bug, each in window.raised.items() if each.first == last}
    for state in desk.visible.values():
        undecided = words_of(state.bug.tracker).importance_rank(state.importance) == -1
        if state.bug in new and undecided and desk.is_open(state):
            yield _line(desk, state, f"{say_place(state)}: {say_value(state.title)}")


def say_line(line: AgendaLine) -> str:
    """What follows the bug's number: what it is about, how it stands, since when, and who has it."""
    standing = f"{line.status} since {line.since}" if line.since else line.status
    return " — ".join(part for part in (line.what, standing, f"owner: {line.owner}") if part)


def agenda_record(agenda: Agenda) -> dict[str, object]:
    """The agenda for a program."""
    return {
        "title": agenda.title,
        "headline": agenda.headline,
        "at": agenda.as_of.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "sections": [
            {
                "section": section.key,
                "title": section.title,
                "left_out": section.left_out,
                "lines": [
                    {
                        "tracker": line.bug.tracker,
                        "number": line.bug.number,
                        "url": line.url,
                        "what": line.what,
                        "status": line.status,
                        "owner": line.owner,
                        "since": line.since or None,
                    }
                    for line in section.lines
                ],
            }
            for section in agenda.sections
        ],
    }


def heading_of(agenda: Agenda) -> str:
    """The title with the day that it is of."""
    return f"{agenda.title}, {say_day(agenda.as_of)}"


def number_of(line: AgendaLine) -> str:
    """The bug as people write it."""
    return say_bug(line.bug)
