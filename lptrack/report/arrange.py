"""Arrange a window for its reader: a headline, warnings, and sections with attention first; none is empty. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lptrack.join.model import Matrix, Trends, Window
from lptrack.model import BugKey
from lptrack.report.arrange_matrix import build_matrix_table, build_trends_table
from lptrack.report.checks import build_checks, build_headline, build_notices, find_strangers, without_strangers
from lptrack.report.counts import count_bugs
from lptrack.report.model import (
    Block,
    Column,
    Page,
    Report,
    ReportOptions,
    Row,
    Section,
    SectionKey,
    Tone,
)
from lptrack.report.placing import place_tasks
from lptrack.report.rows import Desk, open_desk
from lptrack.report.wording import (
    say_count,
    say_day,
    say_endpoint,
    say_filters,
    say_instant,
    say_list,
)

_TITLES = {
    SectionKey.BACKWARDS: ("Went backwards", Tone.BAD),
    SectionKey.CLOSED: ("Fixed or closed", Tone.GOOD),
    SectionKey.FORWARD: ("Moved forward", Tone.NEWS),
    SectionKey.WORK: ("Patches and merge proposals", Tone.NEWS),
    SectionKey.STUCK: ("Talked about, did not move", Tone.WARN),
    SectionKey.NEW: ("New at this meeting", Tone.NEWS),
    SectionKey.UNOWNED: ("No owner", Tone.WARN),
    SectionKey.OTHER: ("Other changes", Tone.PLAIN),
    SectionKey.ALL: ("All tracked bugs", Tone.PLAIN),
}
_C = Column
_CHANGED = (_C.BUG, _C.PACKAGE, _C.WAS, _C.NOW, _C.MOVED, _C.IMPORTANCE, _C.ASSIGNEE, _C.RAISED, _C.TITLE)
_STANDING = (_C.BUG, _C.PACKAGE, _C.NOW, _C.IMPORTANCE, _C.ASSIGNEE, _C.RAISED, _C.TITLE)
_COLUMNS = {
    SectionKey.BACKWARDS: (
        _C.BUG, _C.PACKAGE, _C.WAS, _C.NOW, _C.MOVED, _C.WHY, _C.IMPORTANCE, _C.ASSIGNEE, _C.RAISED, _C.TITLE,
    ),
    SectionKey.CLOSED: _CHANGED,
    SectionKey.FORWARD: _CHANGED,
    SectionKey.WORK: (_C.BUG, _C.PACKAGE, _C.NOW, _C.WHY, _C.MOVED, _C.ASSIGNEE, _C.RAISED, _C.TITLE),
    SectionKey.STUCK: (_C.BUG, _C.PACKAGE, _C.NOW, _C.WHY, _C.IMPORTANCE, _C.ASSIGNEE, _C.RAISED, _C.TITLE),
    SectionKey.NEW: _STANDING,
    SectionKey.UNOWNED: (_C.BUG, _C.PACKAGE, _C.NOW, _C.IMPORTANCE, _C.RAISED, _C.TITLE),
    SectionKey.OTHER: (
        _C.BUG, _C.PACKAGE, _C.WHY, _C.MOVED, _C.NOW, _C.IMPORTANCE, _C.ASSIGNEE, _C.RAISED, _C.TITLE,
    ),
    SectionKey.ALL: _STANDING,
}  # fmt: skip
_HEADS = {
    SectionKey.BACKWARDS: {_C.WHY: "What happened"},
    SectionKey.WORK: {_C.WHY: "What was linked", _C.MOVED: "When"},
    SectionKey.STUCK: {_C.WHY: "Talked about"},
    SectionKey.OTHER: {_C.WHY: "What changed"},
}


def build_report(
    whole: Window,
    matrix: Matrix | None = None,
    trends: Trends | None = None,
    options: ReportOptions | None = None,
) -> Report:
    """The report on a window. Ages count to its end, or for `now` to the newest read; never to the wall clock.

    Bugs of trackers that nobody can ask are counted in one line of the page, and not listed.
    """
    options = options or ReportOptions()
    window = without_strangers(whole)
    as_of = window.end.at
    if window.end.meeting is None and window.read_at is not None:
        as_of = min(as_of, window.read_at[1])
    checks = build_checks(window)
    desk = open_desk(window, as_of, checks.stale)
    rows = place_tasks(desk)
    sections = [
        _section(desk, key, tuple(rows[key]), options) for key in SectionKey if key in options.sections and rows[key]
    ]
    sections.sort(key=lambda section: options.sections.index(section.key))
    blocks: list[Block] = [*sections]
    if options.matrix and matrix is not None and len(matrix.meetings) > 1 and matrix.rows:
        blocks.append(build_matrix_table(matrix))
    if options.trends and trends is not None and len(trends.meetings) > 1:
        blocks.append(
            build_trends_table(trends, tuple(s for s in desk.visible.values() if not s.folded), window.since, as_of)
        )
    page = Page(
        title=options.title or _title(window),
        headline=build_headline(window, checks, count_bugs(window)),
        scope=(*_scope(window), *_say_strangers(find_strangers(whole))),
        as_of=as_of,
        notices=build_notices(window, checks),
        blocks=tuple(blocks),
    )
    return Report(page=page, window=whole, matrix=matrix, trends=trends)


def _section(desk: Desk, key: SectionKey, rows: tuple[Row, ...], options: ReportOptions) -> Section:
    title, tone = _TITLES[key]
    columns = _COLUMNS[key]
    if options.columns is not None:
        columns = tuple(column for column in options.columns if _belongs(column, key))
    used = tuple(column for column in columns if column in (_C.BUG, _C.NOW, _C.TITLE) or _is_used(rows, column))
    heads = dict(_HEADS.get(key, {}))
    start = desk.window.start
    if start is not None:
        heads[_C.WAS] = f"Was on {say_day(start.at, desk.as_of)}"
    if desk.window.end.meeting is not None:  # "now" is true only while it is read
        heads[_C.NOW] = f"On {say_day(desk.window.end.at, desk.as_of)}"
    if key is SectionKey.NEW and desk.window.end.meeting is None:
        title = "New since then"
    return Section(key, title, used, rows, tone=tone, headings=heads)


def _belongs(column: Column, key: SectionKey) -> bool:
    """Whether a configured column has anything to say in that section."""
    return column not in (_C.WAS, _C.MOVED, _C.WHY) or column in _COLUMNS[key]


def _is_used(rows: Iterable[Row], column: Column) -> bool:
    return any(row.cells[column].text and row.cells[column].known for row in rows)


def _title(window: Window) -> str:
    end: datetime = window.end.at
    if not window.meetings and not window.bugs:
        return "What moved"
    if window.start is None:
        return f"Bugs of {say_endpoint(window.end)}"
    if window.end.meeting is None:
        return f"What moved since {say_day(window.start.at)}"
    name = window.end.meeting.name
    between = f"between {say_day(window.start.at, end)} and {say_day(end)}"
    return f"{name}: what moved {between}" if name else f"What moved {between}"


def _scope(window: Window) -> tuple[tuple[str, str, str | None], ...]:
    """Window, meetings, when the data was read, the run."""
    scope: list[tuple[str, str, str | None]] = []
    if window.start is not None:
        url = window.start.meeting.url if window.start.meeting else None
        scope.append(("From", say_endpoint(window.start), url))
    if window.meetings:
        scope.append(("To", say_endpoint(window.end), window.end.meeting.url if window.end.meeting else None))
    scope.append(("Meetings", _say_meetings(window), None))
    if window.read_at is None:
        read = "never: only what bots announced in the meetings"
    else:
        oldest, newest = (say_instant(at) for at in window.read_at)
        read = newest if oldest == newest else f"{oldest} to {newest}"
    scope.append(("Trackers read", read, None))
    if window.run is not None:
        scope.append(("Run", window.run.removeprefix("run "), None))
    filters = say_filters(window.filters)
    if filters:
        scope.append(("Only", filters, None))
    return tuple(scope)


def _say_strangers(strangers: frozenset[BugKey]) -> Iterable[tuple[str, str, None]]:
    """`Not asked: 3 bugs of gnome and tox`, as `status` lists them."""
    if strangers:
        trackers = say_list(sorted({bug.tracker for bug in strangers}))
        yield "Not asked", f"{say_count(len(strangers), 'bug')} of {trackers}", None


def _say_meetings(window: Window) -> str:
    dated = [meeting.started_at for meeting in window.meetings if meeting.started_at is not None]
    count = f"{len(window.meetings):,}"
    return f"{count} since {say_day(min(dated))}" if len(dated) > 1 else count
