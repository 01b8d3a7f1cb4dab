"""What a report may claim: which bugs were really checked in its window, and what must be said about the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from lptrack.join.model import Filters, Window
from lptrack.model import UNKNOWN, Absence, BugKey, TaskState, Witness
from lptrack.report.counts import Counts
from lptrack.report.judgement import is_closed, is_fixed
from lptrack.report.model import Notice
from lptrack.report.rows import bug_cell
from lptrack.report.wording import say_count, say_day
from lptrack.trackers import tracker_title


@dataclass(frozen=True, slots=True)
class Checks:
    """The considered bugs, each in exactly one of these.

    ``checked``: known at both ends by evidence of its own. ``stale``: shown as of an earlier day than the window asks
    for. ``unknown``: no state at all. ``incomparable``: known now, not then; ``fresh`` the same, of a bug that was
    first spoken of since.
    """

    checked: frozenset[BugKey]
    stale: frozenset[BugKey]
    unknown: frozenset[BugKey]
    incomparable: frozenset[BugKey]
    fresh: frozenset[BugKey] = frozenset()

    @property
    def unchecked(self) -> frozenset[BugKey]:
        """The bugs of which the window cannot tell whether they moved."""
        return self.stale | self.unknown | self.incomparable


def build_checks(window: Window) -> Checks:
    """Sort the considered bugs by what is known of them. A new one is checked like any other."""
    new = {state.bug for state in window.new}
    after: dict[BugKey, list[TaskState]] = {}
    for state in window.after.values():
        after.setdefault(state.bug, []).append(state)
    checked: set[BugKey] = set()
    stale: set[BugKey] = set()
    unknown: set[BugKey] = set()
    incomparable: set[BugKey] = set()
    fresh: set[BugKey] = set()
    known_before = {(old.bug, old.target) for old in window.before.values() if old.status is not UNKNOWN}
    changed = {change.bug for change in window.changes}
    for bug in window.bugs:
        known = [state for state in after.get(bug, ()) if state.status is not UNKNOWN]
        if not known:
            (checked if bug in changed else unknown).add(bug)  # changed and without a task: its targets were removed
        elif bug in changed:
            checked.add(bug)
        elif bug in window.stale and window.stale[bug] < window.end.at:
            stale.add(bug)
        elif window.start is None:
            checked.add(bug)
        else:
            compared = [state for state in known if (bug, state.target) in known_before]
            if any(not _is_old_news(window, state) for state in compared):
                checked.add(bug)
            else:
                (stale if compared else fresh if bug in new else incomparable).add(bug)
    return Checks(*map(frozenset, (checked, stale, unknown, incomparable, fresh)))


def _is_old_news(window: Window, state: TaskState) -> bool:
    """Whether both ends rest on the same evidence, so that "unchanged" would be an empty claim."""
    if window.start is None:
        return False
    if state.known_by is Witness.HISTORY:
        return state.observed_at < window.start.at
    before = window.before.get((state.bug, state.task))
    return before is not None and before.status is not UNKNOWN and before.observed_at == state.observed_at


def find_strangers(window: Window) -> frozenset[BugKey]:
    """The bugs of trackers that lptrack cannot ask and of which no bot told anything."""
    known = {bug for bug, _ in (*window.before, *window.after)}
    return frozenset(absent.bug for absent in window.unresolved if not absent.url and absent.bug not in known)


def without_strangers(window: Window) -> Window:
    """The window for people: nothing can ever move of a stranger, so a page counts them once and lists them not."""
    strangers = find_strangers(window)
    return replace(
        window,
        bugs=tuple(bug for bug in window.bugs if bug not in strangers),
        unresolved=tuple(absent for absent in window.unresolved if absent.bug not in strangers),
    )


def build_notices(window: Window, checks: Checks) -> tuple[Notice, ...]:
    """The warnings about the data: what could not be checked and since when it is known."""
    urls = {state.bug: state.url for state in window.after.values()} | {
        absent.bug: absent.url for absent in window.unresolved
    }
    reasons = {absent.bug: absent.reason for absent in window.unresolved}
    newest: dict[BugKey, datetime] = {}
    for state in window.after.values():
        newest[state.bug] = max(state.observed_at, newest.get(state.bug, state.observed_at))
    newest.update(window.stale)

    def notice(text: str, bugs: Iterable[BugKey]) -> Notice:
        return Notice(text, tuple(bug_cell(bug, urls.get(bug, "")) for bug in sorted(bugs)))

    notices: list[Notice] = []
    for tracker in sorted({bug.tracker for bug in window.bugs}):
        name = tracker_title(tracker)
        mine = frozenset(bug for bug in window.bugs if bug.tracker == tracker)
        failed = {bug for bug in mine if reasons.get(bug) is Absence.UNREACHABLE}
        hidden = {bug for bug in mine if reasons.get(bug) is Absence.NOT_VISIBLE}
        stale = checks.stale & mine
        unknown = checks.unknown & mine
        reached = f"could not be checked ({name} could not be asked)"
        for text, bugs in (
            (f"{reached}; shown as last known", failed - unknown),
            ("can no longer be seen (private or gone); shown as last known", hidden - unknown),
            ("not checked in this window; shown as last known", stale - failed - hidden),
        ):
            if bugs:
                sentence = f"{say_count(len(bugs), 'bug')} {text} {_since(bugs, newest)}"
                notices.append(notice(sentence, bugs))
        for text, bugs in (
            (f"{reached}; no earlier state is known", failed & unknown),
            ("cannot be seen (private or missing)", hidden & unknown),
            ("without a known status", unknown - failed - hidden),
            (
                f"not compared: the state on {say_day(window.start.at) if window.start else ''} is not known",
                checks.incomparable & mine,
            ),
        ):
            if bugs:
                notices.append(notice(f"{say_count(len(bugs), 'bug')} {text}", bugs))
    return tuple(notices)


def _since(bugs: Iterable[BugKey], newest: dict[BugKey, datetime]) -> str:
    days = sorted({newest[bug].date() for bug in bugs if bug in newest})
    if not days:
        return "earlier"
    instants = sorted(newest[bug] for bug in bugs if bug in newest)
    first, last = say_day(instants[0], instants[-1]), say_day(instants[-1])
    return f"on {last}" if len(days) == 1 else f"between {first} and {last}"


def build_headline(window: Window, checks: Checks, counts: Counts) -> str:
    """The one sentence. Nothing moved, nothing known and could not check are three different ones."""
    total = len(window.bugs)
    if not total:
        return _say_empty(window)
    unsure = len(checks.unchecked)
    if window.start is None:
        return _say_first(window, unsure)
    if not counts.moved:
        return _say_nothing_moved(window, checks, unsure)
    parts = ", ".join(f"{len(bugs):,} {words}" for words, bugs in counts.parts() if bugs)
    rest = f"; {unsure:,} could not be checked" if unsure else ""
    rest += f"; {say_count(len(counts.new), 'is new', 'are new')}" if counts.new else ""
    return f"{counts.moved:,} of {say_count(total, 'bug')} moved {_say_between(window)}: {parts}{rest}."


def _say_between(window: Window) -> str:
    """`between 26 Nov and 10 Dec 2025`, or `since 10 Dec 2025` where the window ends now."""
    assert window.start is not None
    if window.end.meeting is None:
        return f"since {_start_day(window)}"
    return f"between {say_day(window.start.at, window.end.at)} and {say_day(window.end.at)}"


def _say_empty(window: Window) -> str:
    if window.meetings:
        return "No bugs were spoken of."
    fits = "fits" if window.filters != Filters() else "is on record yet: `lptrack run LOGS` takes logs in"
    return f"No meeting {fits}."


def _say_first(window: Window, unsure: int) -> str:
    """Of a first meeting nothing can have moved: what stands where."""
    fixed = {state.bug for state in window.after.values() if is_fixed(state.bug.tracker, state.status)}
    closed = {state.bug for state in window.after.values() if is_closed(state.bug.tracker, state.status)}
    counted = ((len(fixed), "fixed"), (len(closed - fixed), "closed without a fix"))
    parts = ", ".join(f"{number:,} {words}" for number, words in counted if number)
    rest = f"; {unsure:,} not known" if unsure else ""
    bugs = say_count(len(window.bugs), "bug")
    return f"The first meeting on record: {bugs} spoken of{f', {parts}' if parts else ''}{rest}."


def _say_nothing_moved(window: Window, checks: Checks, unsure: int) -> str:
    since = _start_day(window)
    total = len(window.bugs)
    bugs = say_count(total, "bug")
    new = f"; {say_count(len(checks.fresh), 'is new', 'are new')}" if checks.fresh else ""
    if checks.checked:
        rest = f"; {unsure:,} could not be" if unsure else ""
        return f"Nothing moved {_say_between(window)} ({say_count(len(checks.checked), 'bug')} checked{rest}{new})."
    if len(checks.fresh) == total:
        return f"Nothing can be compared with {since}: {bugs} spoken of, all new."
    if len(checks.unknown) == total:
        if any(absent.reason is Absence.UNREACHABLE for absent in window.unresolved):
            return (
                f"Could not check: no tracker could be asked about {_all_of(total)}, and no earlier state is known."
            )
        return f"No status is known for {_all_of(total)}: no tracker or bot has told one yet."
    if checks.stale:
        return f"Could not check what moved since {since}: there is no newer state of {_all_of(unsure)}{new}."
    return f"Nothing can be compared with {since}: no state of {_all_of(unsure)} is known from then{new}."


def _all_of(total: int) -> str:
    return "the one bug tracked" if total == 1 else f"any of the {total:,} bugs tracked"


def _start_day(window: Window) -> str:
    return say_day(window.start.at) if window.start is not None else ""
