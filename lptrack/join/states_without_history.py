"""States where no history reaches: the newest observation, and the newest announcements after it.

An observation is whole: it tells all the tasks of a bug. An announcement tells one target's status and importance.
Of both the newest up to the instant counts, for the fields that it tells. What only later evidence shows existed by
then (or may have) stands with every field unknown, so that nothing later is called a change from nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lptrack.join.evidence import Evidence
from lptrack.model import UNKNOWN, BugKey, BugTask, Observation, TaskState, Value, Witness
from lptrack.storage.rows import BotWord, Seen
from lptrack.trackers import parse_target, spell


@dataclass(slots=True)
class Draft:
    """A task's state in the making. ``unproven``: only a bot ever named this target."""

    task: str
    target: str
    package: str | None
    series: str | None
    known_by: Witness
    observed_at: datetime
    values: dict[str, Value] = field(default_factory=dict)
    unproven: bool = False

    def take(self, word: BotWord) -> None:
        """Take over what a bot said, for the fields it said anything about."""
        tracker = word.bug.tracker
        printed = {
            "status": spell(tracker, word.status),
            "importance": spell(tracker, word.importance),
            "assignee": word.assignee,
        }
        for name, value in printed.items():
            if value is not None:
                self.values[name] = value
        if printed["status"] is not None:
            self.known_by, self.observed_at = Witness.ANNOUNCED, word.at


class Names:
    """A bug's targets by whatever name a bot prints, without case: the interface's name and the display name."""

    __slots__ = ("_display_names", "_tasks", "tracker")

    def __init__(self, tracker: str, seen: Iterable[Seen], display_names: Mapping[tuple[str, str], str]) -> None:
        self.tracker = tracker
        self._display_names = display_names
        self._tasks: dict[str, BugTask] = {}
        for each in seen:
            for task in each.observation.tasks:
                self._tasks[task.display_target.casefold()] = task
        for each in seen:
            for task in each.observation.tasks:
                self._tasks[task.target.casefold()] = task

    def draft(self, word: BotWord, target: str, *, take: bool) -> Draft:
        """A task that only a bot named so far."""
        task = self._tasks.get(target.casefold())
        package, series = (task.package, task.series) if task is not None else parse_target(self.tracker, target)
        draft = Draft(target, target, package, series, Witness.ANNOUNCED, word.at, unproven=True)
        if take:
            draft.take(word)
        return draft

    def target(self, printed: str) -> str:
        """The interface's name for what a bot printed; as printed where no read of any bug ever showed it."""
        task = self._tasks.get(printed.casefold())
        if task is not None:
            return task.target
        return self._display_names.get((self.tracker, printed.casefold()), printed)


def build_without_history(bug: BugKey, evidence: Evidence, until: datetime) -> tuple[list[TaskState], set[str]]:
    """The tasks of a bug without a history at ``until``, and which of them only bots ever named."""
    seen, words = evidence.seen.get(bug, ()), evidence.words.get(bug, ())
    names = Names(bug.tracker, seen, evidence.display_names)
    drafts: dict[str, Draft] = {}
    shown, read_at = _newest_read(seen, until)
    if shown is not None and read_at is not None:
        for task in shown.tasks:
            drafts[task.target.casefold()] = observed(task, read_at)
    take_later(drafts, (each for each in words if each.at <= until and (read_at is None or each.at > read_at)), names)
    if shown is None:
        if not _may_exist(seen, until):
            return [], set()
        _add_placeholders(drafts, seen, words, names, until)
    title: Value = shown.title if shown is not None and shown.title is not None else _announced_title(words, until)
    source = shown or (seen[0].observation if seen else None)
    # of a duplicate the bots show the master, so a bug that they show is none
    duplicate: Value = None if any(each.at <= until for each in words) else UNKNOWN
    if shown is not None:
        duplicate = str(shown.duplicate_of) if shown.duplicate_of is not None else None
    states = [
        build_state(
            bug, draft, evidence.url(bug), title, duplicate,
            private=source.private if source is not None else False, tags=shown.tags if shown is not None else (),
        )
        for draft in drafts.values()
    ]  # fmt: skip
    return states, {draft.task for draft in drafts.values() if draft.unproven}


def changes_without_history(bug: BugKey, evidence: Evidence) -> set[datetime]:
    """Every moment at which `build_without_history` may begin to tell something else."""
    moments = {word.at for word in evidence.words.get(bug, ())}
    for each in evidence.seen.get(bug, ()):
        moments.update(each.reads)
        born = (each.observation.created_at, *(task.created_at for task in each.observation.tasks))
        moments.update(moment for moment in born if moment is not None)
    return moments


def take_later(drafts: dict[str, Draft], words: Iterable[BotWord], names: Names) -> None:
    """Lay announcements, oldest first, over the tasks by target; one without a target fits an only task."""
    for each in words:
        if each.target is None:
            if len(drafts) == 1:
                next(iter(drafts.values())).take(each)
            continue
        target = names.target(each.target)
        draft = drafts.get(target.casefold())
        if draft is None:
            drafts[target.casefold()] = names.draft(each, target, take=True)
        else:
            draft.take(each)


def build_state(
    bug: BugKey, draft: Draft, url: str, title: Value, duplicate: Value, *, private: bool, tags: tuple[str, ...]
) -> TaskState:
    """The finished state: what nothing tells is unknown."""
    return TaskState(
        bug=bug,
        task=draft.task,
        url=url,
        title=title,
        target=draft.target,
        package=draft.package,
        series=draft.series,
        status=draft.values.get("status", UNKNOWN),
        importance=draft.values.get("importance", UNKNOWN),
        assignee=draft.values.get("assignee", UNKNOWN),
        milestone=draft.values.get("milestone", UNKNOWN),
        known_by=draft.known_by,
        observed_at=draft.observed_at,
        duplicate_of=duplicate,
        private=private,
        tags=tags,
    )


def _newest_read(seen: tuple[Seen, ...], until: datetime) -> tuple[Observation | None, datetime | None]:
    shown, newest = None, None
    for each in seen:
        for read_at in each.reads:
            if read_at <= until and (newest is None or read_at >= newest):
                shown, newest = each.observation, read_at
    return shown, newest


def observed(task: BugTask, read_at: datetime) -> Draft:
    """A task as one read saw it."""
    values: dict[str, Value] = {"assignee": task.assignee, "milestone": task.milestone}
    values["status"] = UNKNOWN if task.status is None else task.status
    values["importance"] = UNKNOWN if task.importance is None else task.importance
    return Draft(task.target, task.target, task.package, task.series, Witness.OBSERVED, read_at, values)


def _may_exist(seen: tuple[Seen, ...], until: datetime) -> bool:
    """Whether the bug may have been filed by then: only its own date of birth denies it."""
    births = [each.observation.created_at for each in seen if each.observation.created_at is not None]
    return not births or births[0] <= until


def _add_placeholders(
    drafts: dict[str, Draft], seen: tuple[Seen, ...], words: tuple[BotWord, ...], names: Names, until: datetime
) -> None:
    """The tasks that the first later observation (else later announcements) shows, as far as they may be so old."""
    if seen:
        first = seen[0]
        for task in first.observation.tasks:
            if task.created_at is None or task.created_at <= until:
                drafts.setdefault(
                    task.target.casefold(),
                    Draft(task.target, task.target, task.package, task.series, Witness.OBSERVED, first.reads[0]),
                )
        return
    for each in words:
        if each.at > until and each.target is not None:
            target = names.target(each.target)
            drafts.setdefault(target.casefold(), names.draft(each, target, take=False))


def _announced_title(words: tuple[BotWord, ...], until: datetime) -> Value:
    titles = [each.title for each in words if each.title is not None and each.at <= until]
    return titles[-1] if titles else UNKNOWN
