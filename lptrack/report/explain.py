"""Where each cell of a bug's row comes from, for `--explain`. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lptrack.errors import UsageError
from lptrack.escape import one_line
from lptrack.join.model import BugLife, Endpoint, Raised, Window
from lptrack.join.unknown import find_gaps, find_words
from lptrack.model import STATE_FIELDS, UNKNOWN, BugKey, Change, TaskState, UnknownReason, Witness
from lptrack.report.model import Report
from lptrack.report.rows import say_change
from lptrack.report.unknown import say_unknown
from lptrack.report.wording import say_absence, say_bug, say_count, say_day, say_instant, say_list, say_value
from lptrack.trackers import tracker_title


def build_explanation(report: Report, bug: BugKey, life: BugLife | None = None) -> tuple[str, ...]:
    """Plain lines about one bug of the report. Raises `UsageError` where the report does not consider it.

    ``life``: all that is on record of the bug, which tells why values are unknown.
    """
    window = report.window
    if bug not in window.bugs and bug not in window.reasons:
        raise UsageError(
            f"{say_bug(bug)} is not in this report",
            hint="no meeting of this team up to the report's end speaks of it, or a filter leaves it out",
        )
    return tuple(_lines(report, bug, life))


def _lines(report: Report, bug: BugKey, life: BugLife | None) -> Iterator[str]:
    window = report.window
    yield f"{tracker_title(bug.tracker)} bug #{bug.number}"
    reason = window.reasons.get(bug)
    if reason:
        yield f"  {'tracked' if bug in window.bugs else 'left out'}: {one_line(reason)}"
    raised = window.raised.get(bug)
    if raised is not None:
        yield from _raised(raised)
    for absent in window.unresolved:
        if absent.bug == bug:
            detail = f": {one_line(absent.detail)}" if absent.detail else ""
            yield f"  last read: {say_absence(absent.reason)}{detail}"
    if bug in window.stale:
        yield f"  shown as known on {say_instant(window.stale[bug])}"
    yield from _sections(report, bug)
    keys = sorted({key for key in (*window.before, *window.after) if key[0] == bug}, key=lambda key: key[1])
    for key in keys:
        yield from _task(window, key, life)
    notes = () if life is None or life.history is None else life.history.notes
    yield from (f"  its log: {one_line(note)}" for note in notes)


def _sections(report: Report, bug: BugKey) -> Iterator[str]:
    for section in report.page.sections:
        places = [row for row in section.rows if row.bug == bug]
        if places:
            yield f"  in the section “{section.title}”: {say_count(len(places), 'row')}"


def _raised(raised: Raised) -> Iterator[str]:
    if not raised.meetings:
        yield "  spoken of: in no meeting"
        return
    times, meetings = say_count(raised.times, "time"), say_count(len(raised.meetings), "meeting")
    yield f"  spoken of: {times} in {meetings}: first {raised.first}, last {raised.last}"
    if raised.speakers:
        yield f"  by: {one_line(', '.join(raised.speakers))}"
    if raised.last_by is not None:
        when = f", {say_instant(raised.last_at)}" if raised.last_at is not None else ""
        where = f", {one_line(raised.last_source)} line {raised.last_line}" if raised.last_source is not None else ""
        url = f", {one_line(raised.last_url)}" if raised.last_url is not None else ""
        yield f"  last raised by: {one_line(raised.last_by)}{when}{where}{url}"
    for duty in raised.duties:
        yield f"  action: {one_line(duty)}"


def _task(window: Window, key: tuple[BugKey, str], life: BugLife | None) -> Iterator[str]:
    before, after = window.before.get(key), window.after.get(key)
    now = after or before
    if now is None:
        return
    folded = " (folded in human forms: not one of the team's own series or packages)" if now.folded else ""
    yield f"  {one_line(now.target)}{folded}"
    ends = (("was", before, window.start), ("now", after, window.end))
    for end, state, endpoint in ends:
        if state is None:
            yield f"    {end}: the task did not exist, or nothing is known of it"
        else:
            values = ", ".join(
                f"{name} {one_line(say_value(value))}"
                for name, value in (
                    ("status", state.status),
                    ("importance", state.importance),
                    ("assignee", state.assignee),
                    ("milestone", state.milestone),
                )
            )
            yield f"    {end}: {values}"
            yield f"      {_witness(state)}"
            yield from _unknown(state, endpoint, life)
    for change in window.changes:
        if (change.bug, change.task) == key:
            yield f"    {_change(change)}"
    since = window.since.get(key)
    if since is not None and now.status is not UNKNOWN:
        yield f"    {one_line(say_value(now.status))} since {say_instant(since)}"


def _unknown(state: TaskState, endpoint: Endpoint | None, life: BugLife | None) -> Iterator[str]:
    """The fields that are unknown; and why, those of one reason together."""
    unknown = [name for name in STATE_FIELDS if state.value(name) is UNKNOWN]
    if not unknown:
        return
    yield f"      cannot be known at that time: {', '.join(unknown)}"
    if life is None or endpoint is None:
        return
    fields: dict[tuple[UnknownReason, datetime, datetime | None], list[str]] = {}
    gaps = find_gaps(state, endpoint.at, life)
    for gap in gaps:
        fields.setdefault((gap.reason, gap.since, gap.until), []).append(gap.field)
    for (reason, since, until), names in fields.items():
        yield f"      {say_list(names)}: {say_unknown(reason, since, until)}"
    for gap in gaps:
        for at, value, source, line in find_words(state, gap, life):
            where = f"{one_line(source)} line {line}"
            yield f"      meanwhile a bot said {gap.field} {one_line(value)}: {say_instant(at)}, {where}"


def _witness(state: TaskState) -> str:
    at = say_instant(state.observed_at)
    match state.known_by:
        case Witness.HISTORY:
            return f"from the tracker's own log, read {at}"
        case Witness.OBSERVED:
            return f"as seen by a read of the tracker, {at}"
        case Witness.ANNOUNCED:
            return f"as a bot announced it in a meeting, {at}"


def _change(change: Change) -> str:
    words = one_line(say_change(change.field, change.before, change.after))
    if change.changed_at is None:
        return f"{words} (when and by whom is not known: no history)"
    by = f" by {one_line(change.changed_by)}" if change.changed_by else ""
    return f"{words}, {say_day(change.changed_at)} {change.changed_at:%H:%M:%S} UTC{by}"
