"""What a run tells its user on the way: logs that could not be read, bugs that could not be asked about, its cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lptrack.cli.say import complain, note
from lptrack.errors import UsageError
from lptrack.jobs.session import Session
from lptrack.jobs.update import Outcome
from lptrack.logs.model import LogResult, LogState
from lptrack.net.settings import Budget

if TYPE_CHECKING:
    from lptrack.jobs.view import WrittenReport


def say_strange_team(session: Session, team: str | None, channel: str | None) -> None:
    """A `--team` or `--channel` of which no meeting is on record: told, no failure; its first may be to come."""
    from lptrack.cli.named import check_meetings
    from lptrack.join.model import Filters

    try:
        check_meetings(session.store, session.config, Filters(team=team, channel=channel))
    except UsageError as error:
        complain(error.message, error.hint)


def say_logs(logs: list[LogResult], *, quiet: bool) -> None:
    """One line for each input that was no log, then a calm count of the others."""
    for log in logs:
        if log.state is LogState.UNREADABLE:
            complain(f"{log.source}: {log.reason}", log.hint)
    if quiet or not logs:
        return
    for log in logs:
        for warning in log.warnings:
            note(f"{log.source}: {warning}")
    counts = {state: sum(log.state is state for log in logs) for state in LogState}
    parts = [f"{count} {state}" for state, count in counts.items() if count]
    note(f"logs: {', '.join(parts)}")


def say_outcome(outcome: Outcome, *, quiet: bool) -> None:
    """What trackers could not be asked, and a calm line of what was read."""
    for failure in outcome.failures:
        complain(failure)
    if outcome.unreachable:
        shown = ", ".join(f"{each.bug.tracker} {each.bug.number}" for each in outcome.unreachable[:8])
        more = len(outcome.unreachable) - 8
        detail = next((each.detail for each in outcome.unreachable if each.detail), "")
        complain(
            f"{len(outcome.unreachable)} bugs could not be resolved: {shown}"
            f"{f' and {more} more' if more > 0 else ''}{f' ({detail})' if detail else ''}",
            "the reports show the newest state that is known, with its age; the next run asks again",
        )
    if not quiet and outcome.asked:
        note(
            f"bugs: {outcome.asked} due, {outcome.read} read, {outcome.moved} changed, "
            f"{len(outcome.not_visible)} not visible, {len(outcome.unreachable)} unresolved"
        )


def say_reports(written: Sequence[WrittenReport]) -> None:
    """Each team's headline and files; the team's name where there are several."""
    for report in written:
        team = f"{report.name}: " if len(written) > 1 and report.name else ""
        note(f"{team}{report.headline}")
        note(f"wrote {', '.join(str(path) for path in report.paths)}")


def say_budget(budget: Budget) -> None:
    """What the run spent on the network."""
    note(
        f"network: {budget.requests} requests ({budget.revalidated} revalidated, {budget.retries} retries), "
        f"{budget.cached} from the cache, {budget.bytes / 1024:.0f} KiB, {budget.waited:.1f} s waited"
    )
