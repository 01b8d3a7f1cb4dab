"""Which bugs and tasks a report is about, and how they were spoken of. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from lptrack.join.endpoints import TeamOf
from lptrack.join.model import Endpoint, Filters, Raised, Window
from lptrack.model import UNKNOWN, BugKey, Meeting, ReferenceKind, TaskState
from lptrack.storage.rows import Mention


def meetings_until(
    end: Endpoint, start: Endpoint | None, meetings: Sequence[Meeting], team_of: TeamOf
) -> tuple[Meeting, ...]:
    """The meetings of the window's team up to and including its end, oldest first.

    The team is that of the end's meeting, else of the start's; between two bare instants all of ``meetings`` count.
    """
    named = end.meeting or (start.meeting if start is not None else None)
    team = team_of(named) if named is not None else None
    found = []
    for meeting in meetings:
        if team is not None and team_of(meeting) != team:
            continue
        if end.meeting is not None:
            found.append(meeting)
            if meeting.id == end.meeting.id:
                break
        elif meeting.started_at is None or meeting.started_at <= end.at:
            found.append(meeting)
    return tuple(found)


class RaisedBugs(Mapping[BugKey, Raised]):
    """How each bug was spoken of, counted when it is asked for: a report of 10,000 bugs asks for a few hundred."""

    __slots__ = ("_by_bug", "_counted", "_meetings", "_order")

    def __init__(self, mentions: Iterable[Mention], meetings: Sequence[Meeting]) -> None:
        self._meetings = meetings
        self._order = {meeting.id: place for place, meeting in enumerate(meetings)}
        self._by_bug: dict[BugKey, list[Mention]] = {}
        self._counted: dict[BugKey, Raised] = {}
        for mention in mentions:
            if mention.meeting in self._order:
                found = self._by_bug.get(mention.bug)
                if found is None:
                    self._by_bug[mention.bug] = [mention]
                else:
                    found.append(mention)

    def __getitem__(self, bug: BugKey) -> Raised:
        counted = self._counted.get(bug)
        if counted is None:
            counted = self._counted[bug] = _raised(self._by_bug[bug], self._meetings, self._order)
        return counted

    def __iter__(self) -> Iterator[BugKey]:
        return iter(sorted(self._by_bug))

    def __len__(self) -> int:
        return len(self._by_bug)

    def __contains__(self, bug: object) -> bool:
        return bug in self._by_bug

    def first(self, bug: BugKey) -> str | None:
        """The id of the first meeting that named it; None of a bug that is only tracked."""
        places = [self._order[each.meeting or ""] for each in self._by_bug[bug]]
        return self._meetings[min(places)].id if places else None

    def last(self, bug: BugKey) -> str | None:
        """The id of the last meeting that named it."""
        places = [self._order[each.meeting or ""] for each in self._by_bug.get(bug, ())]
        return self._meetings[max(places)].id if places else None

    def keep(self, bugs: Collection[BugKey]) -> None:
        """Forget the other bugs; one that nobody spoke of was raised by nobody."""
        self._by_bug = {bug: self._by_bug.get(bug, []) for bug in bugs}


def count_raised(mentions: Iterable[Mention], meetings: Sequence[Meeting]) -> RaisedBugs:
    """How each bug was spoken of in these meetings; ``mentions`` by time.

    Every reference counts for the first and the last meeting; only people's for how often, by whom, and the duties.
    """
    return RaisedBugs(mentions, meetings)


def _raised(found: list[Mention], meetings: Sequence[Meeting], order: Mapping[str, int]) -> Raised:
    if not found:
        return Raised(None, None, 0, (), ())
    found.sort(key=lambda each: order[each.meeting or ""])  # stable: by time within each meeting
    people = [each for each in found if each.kind is not ReferenceKind.ANNOUNCEMENT]
    speakers = dict.fromkeys(each.speaker for each in people if each.speaker is not None)
    spoken_in = list(dict.fromkeys(each.meeting for each in found if each.meeting is not None))
    last = people[-1] if people else None
    return Raised(
        first=spoken_in[0],
        last=spoken_in[-1],
        times=len(people),
        speakers=tuple(speakers),
        meetings=tuple(spoken_in),
        last_by=last.speaker if last is not None else None,
        last_at=last.at if last is not None else None,
        last_url=_url(last, meetings[order[last.meeting or ""]]) if last is not None else None,
        topic=last.topic if last is not None else None,
        duties=tuple(dict.fromkeys(each.duty for each in people if each.duty is not None)),
        last_source=last.source if last is not None else None,
        last_line=last.line if last is not None else None,
    )


def _url(mention: Mention, meeting: Meeting) -> str | None:
    """Where the line can be read: the log's own address, else the meeting's."""
    return mention.source if mention.source.startswith(("https://", "http://")) else meeting.url


def select_bugs(raised: RaisedBugs, mentions: Iterable[Mention], filters: Filters) -> set[BugKey]:
    """The bugs that the filters on bugs leave: tracker, speaker, and when they were last spoken of."""
    bugs = set(raised)
    if filters.tracker:
        names = {name.casefold() for name in filters.tracker}
        bugs = {bug for bug in bugs if bug.tracker.casefold() in names}
    if filters.speaker:
        nicks = {nick.casefold() for nick in filters.speaker}
        bugs = {bug for bug in bugs if any(nick.casefold() in nicks for nick in raised[bug].speakers)}
    if filters.since is not None:
        recent = {each.bug for each in mentions if each.at is not None and each.at >= filters.since}
        bugs &= recent
    return bugs


def fits(state: TaskState, filters: Filters) -> bool:
    """Whether the filters on tasks leave this one. `none` means nobody, `unknown` what is not known."""
    return not narrows(filters) or (
        _is_among(state.series, filters.series)
        and _is_among(state.package, filters.package)
        and _is_among(state.assignee, filters.assignee)
        and _is_among(state.importance, filters.importance)
        and _is_among(state.status, filters.status)
    )


def narrows(filters: Filters) -> bool:
    """Whether there are filters on tasks at all."""
    return bool(filters.series or filters.package or filters.assignee or filters.importance or filters.status)


def _is_among(value: object, wanted: tuple[str, ...]) -> bool:
    if not wanted:
        return True
    word = "unknown" if value is UNKNOWN else "none" if value is None else str(value)
    return word.casefold() in {each.casefold() for each in wanted}


def simplify(target: str) -> str:
    """A target's letters and digits: a bot prints `Ubuntu system image` for `ubuntu-system-image`."""
    return "".join(filter(str.isalnum, target)).casefold()


def find_folded(
    states: Iterable[TaskState],
    meant: Mapping[BugKey, Collection[str]],
    series: Collection[str],
    former: Mapping[tuple[BugKey, str], Collection[str]],
) -> set[tuple[BugKey, str]]:
    """The tasks that human forms fold away.

    A bug shows the tasks whose target, now or in former times (``former``, by bug and task), a bot announced to the
    team (``meant``, as `simplify` gives it) and those of
    the team's own ``series``; where there is neither, the tasks without a series (the development one); else all.
    """
    own = {each.casefold() for each in series}
    by_bug: dict[BugKey, list[TaskState]] = {}
    for state in states:
        by_bug.setdefault(state.bug, []).append(state)
    folded: set[tuple[BugKey, str]] = set()
    for bug, tasks in by_bug.items():
        if len(tasks) == 1:
            continue
        targets = meant.get(bug, ())
        shown = [
            task
            for task in tasks
            if (
                targets
                and any(simplify(name) in targets for name in (task.target, *former.get((task.bug, task.task), ())))
            )
            or (task.series and task.series.casefold() in own)
        ]
        shown = shown or [task for task in tasks if task.series is None] or tasks
        kept = {task.task for task in shown}
        folded.update((bug, task.task) for task in tasks if task.task not in kept)
    return folded


def narrow_to_view(window: Window, horizon: int) -> tuple[Window, int]:
    """The window of what the team still has in hand, and how many older bugs are not in it.

    In view is what was spoken of in the team's last ``horizon`` meetings, what is tracked always, and whatever moved.
    """
    recent = {meeting.id for meeting in window.meetings[-horizon:]}
    changed = {change.bug for change in window.changes} | {
        still.state.bug for still in window.unchanged if still.flap
    }
    kept = {
        bug
        for bug in window.bugs
        if bug in changed or bug in window.reasons or _last_meeting(window.raised, bug) in recent
    }
    left = len(window.bugs) - len(kept)
    if not left:
        return window, 0
    return (
        replace(
            window,
            bugs=tuple(bug for bug in window.bugs if bug in kept),
            new=tuple(state for state in window.new if state.bug in kept),
            unchanged=tuple(still for still in window.unchanged if still.state.bug in kept),
            unresolved=tuple(absent for absent in window.unresolved if absent.bug in kept),
            before={key: state for key, state in window.before.items() if key[0] in kept},
            after={key: state for key, state in window.after.items() if key[0] in kept},
            stale={bug: at for bug, at in window.stale.items() if bug in kept},
        ),
        left,
    )


def _last_meeting(raised: Mapping[BugKey, Raised], bug: BugKey) -> str | None:
    if isinstance(raised, RaisedBugs):
        return raised.last(bug)
    return raised[bug].last if bug in raised else None
