"""What of a window is worth a finding in a CI job, in words, each at the log's line that last raised the bug."""

from __future__ import annotations

from lptrack.ci.model import Concern, Finding
from lptrack.join.model import Window
from lptrack.model import UNKNOWN, Absence, BugKey, Change, TaskState, Value
from lptrack.report.judgement import Move, is_closed, is_fixed, is_importance_raised, judge_status

_ORDER = list(Concern)


def build_findings(window: Window) -> tuple[Finding, ...]:
    """One finding a changed task, a new one, and a bug that could not be checked; attention first."""
    by_task: dict[tuple[BugKey, str], list[Change]] = {}
    for change in window.changes:
        by_task.setdefault((change.bug, change.task), []).append(change)
    findings = [_of_changes(window, changes) for changes in by_task.values()]
    findings += [_of_new(window, state) for state in window.new if (state.bug, state.task) not in by_task]
    for absent in window.unresolved:
        if absent.reason is Absence.OFFLINE:  # nobody asked: that is no news
            continue
        words = {Absence.NOT_VISIBLE: "is private or missing", Absence.UNREACHABLE: "could not be checked"}
        seen = window.stale.get(absent.bug)
        state = f"; its state is as of {seen:%Y-%m-%d %H:%M} UTC" if seen else ""
        why = f" ({absent.detail})" if absent.detail else ""
        text = f"{words[absent.reason]}{why}{state}"
        findings.append(_finding(window, Concern.UNRESOLVED, absent.bug, "", absent.url, "", text))
    return tuple(sorted(findings, key=lambda each: (_ORDER.index(each.concern), each.bug, each.task)))


def _of_changes(window: Window, changes: list[Change]) -> Finding:
    first = changes[0]
    message = f"{first.target}: " + "; ".join(_told(change) for change in changes)
    state = window.after.get((first.bug, first.task))
    closed = state is not None and is_closed(first.bug.tracker, state.status)
    concern = min((_concern(change, closed) for change in changes), key=_ORDER.index)
    return _finding(window, concern, first.bug, first.task, first.url, _words(first.title), message)


def _told(change: Change) -> str:
    who = f" by {change.changed_by}" if change.changed_by else ""
    when = f" on {change.changed_at:%Y-%m-%d %H:%M} UTC" if change.changed_at else ""
    return f"{change.field} {change.before or 'none'} → {change.after or 'none'}{when}{who}"


def _concern(change: Change, closed: bool) -> Concern:
    tracker = change.bug.tracker
    if change.field == "status" and change.before is not None and change.after is not None:
        match judge_status(tracker, change.before, change.after):
            case Move.REOPENED:
                return Concern.REOPENED
            case Move.BACKWARDS:
                return Concern.BACKWARDS
            case Move.CLOSED:
                return Concern.FIXED if is_fixed(change.bug.tracker, change.after) else Concern.CLOSED
            case Move.FORWARD | Move.SIDEWAYS:
                return Concern.MOVED
    raised = change.field == "importance" and is_importance_raised(tracker, change.before, change.after)
    if raised and not closed:
        return Concern.BACKWARDS
    return Concern.CHANGED


def _of_new(window: Window, state: TaskState) -> Finding:
    message = f"{state.target}: new at this meeting, {_words(state.status)}, {_words(state.importance)}"
    return _finding(window, Concern.NEW, state.bug, state.task, state.url, _words(state.title), message)


def _finding(window: Window, concern: Concern, bug: BugKey, task: str, url: str, title: str, message: str) -> Finding:
    raised = window.raised.get(bug)
    source, line = (raised.last_source, raised.last_line) if raised else (None, None)
    return Finding(concern, bug, task, url, title, message, source, line)


def _words(value: Value) -> str:
    return "unknown" if value is UNKNOWN else value or "none"
