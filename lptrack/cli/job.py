"""What `run` and `ci` share: a run on an open database, and what it says on the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Timer

from lptrack.cli.reading import build_log_options
from lptrack.cli.say import complain, note
from lptrack.config.force import build_settings, database_path, settle
from lptrack.config.load import load_config
from lptrack.config.model import Config
from lptrack.errors import UsageError
from lptrack.jobs.update import Outcome, resolve_due, take_in_logs
from lptrack.logs.extraction import LogResult, LogState
from lptrack.logs.options import Options
from lptrack.logs.sources import Source
from lptrack.storage.store import WAIT, Store
from lptrack.trackers.interface import Budget, Settings

PREPARE_AFTER = 0.8
"""Seconds after which a run that waits for a tracker uses the time to get the report's code ready."""


@dataclass(frozen=True, slots=True)
class Job:
    """The command line of a run, as given."""

    logs: tuple[str, ...]
    db: Path | None = None
    out: Path | None = None
    service_root: str | None = None
    debian_root: str | None = None
    cache: str | None = None
    max_age: str | None = None
    jobs: int | None = None
    deadline: str | None = None
    wait: float | None = None
    offline: bool = False
    refresh: bool = False
    log_format: str | None = None
    timezone: str | None = None
    date: str | None = None
    configuration: Path | None = None
    cassette: Path | None = None
    record: Path | None = None
    anonymous: bool = False
    quiet: bool = False


@dataclass(slots=True)
class Running:
    """A run that is going on."""

    job: Job
    config: Config
    settings: Settings
    options: Options
    store: Store
    out: Path
    run: int
    outcome: Outcome
    login: str | None = None  # the stored login that this run reads through

    def take_in(self, logs: tuple[str, ...] | None = None) -> None:
        """Read the logs; each result is kept in the outcome."""
        named = self.job.logs if logs is None else logs
        self.outcome.logs += take_in_logs(
            self.store, named, self.options, run=self.run, at=datetime.now(UTC), fetch=self._fetch
        )

    def _fetch(self, url: str) -> Source:
        from lptrack.net.weblogs import fetch_source

        return fetch_source(url, self.settings)

    def resolve(self) -> None:
        """Ask the trackers what is due. While they are waited for, what the report needs is got ready."""
        ready = Timer(PREPARE_AFTER, _prepare_report)  # not at once: the first requests go out first
        ready.daemon = True
        if not self.settings.offline:
            ready.start()
        also = [each.bug for each in self.config.track]
        ignored = frozenset(each.bug for each in self.config.ignore)
        resolve_due(
            self.store, self.settings, self.outcome, run=self.run, also=also, ignored=ignored, login=self.login
        )

    def end(self, code: int | None = None) -> int:
        """Close the run's row; its exit code."""
        code = self.outcome.exit_code if code is None else code
        self.store.end_run(self.run, code, self.settings.budget)
        return code


def _prepare_report() -> None:
    """Import what writes the report files: a quarter of a second that nobody needs to wait for."""
    from importlib import import_module

    from lptrack.report.files import REPORT_FORMS
    from lptrack.report.render import find_form
    from lptrack.report.render.html import load_page

    import_module("lptrack.jobs.view")
    for name in REPORT_FORMS:
        import_module(f"lptrack.report.render.{find_form(name).module}")
    load_page()


@contextmanager
def open_job(job: Job, command: str) -> Iterator[Running]:
    """Configuration, settings and database of a run. The command line is checked before anything is made."""
    from lptrack.cli.progress import open_progress

    config = load_config(job.configuration)
    settings = build_settings(
        config,
        service_root=job.service_root,
        debian_root=job.debian_root,
        cache=job.cache,
        max_age=job.max_age,
        deadline=job.deadline,
        jobs=job.jobs,
        offline=job.offline,
        refresh=job.refresh,
        cassette=job.cassette,
        record=job.record,
    )
    options = build_log_options(config, log_format=job.log_format, timezone=job.timezone, day=job.date)
    path = database_path(job.db, config)
    out = Path(settle("out", None if job.out is None else str(job.out), config).value)
    wait = WAIT if job.wait is None else job.wait
    settings, login = (settings, None) if job.anonymous else _with_login(settings)
    with Store.open(path, wait=wait) as store, open_progress(quiet=job.quiet) as say:
        settings = replace(settings, say=say)
        yield Running(job, config, settings, options, store, out, store.begin_run(command), Outcome(), login)


def _with_login(settings: Settings) -> tuple[Settings, str | None]:
    """The settings with the login that is stored for their service root, and whose it is; most have none."""
    from lptrack.trackers.launchpad.credentials import credentials_file, default_credentials, load_login

    where = default_credentials()
    if settings.offline or settings.cassette is not None or not where.is_dir():
        return settings, None  # what follows imports launchpadlib
    from lptrack.trackers.launchpad.roots import resolve_service_root

    root = resolve_service_root(settings.service_root)
    if not credentials_file(where, root).exists():
        return settings, None
    login = load_login(where, root)
    return (settings, None) if login is None else (replace(settings, credentials=where), login.identity)


def say_strange_team(running: Running, team: str | None, channel: str | None) -> None:
    """A `--team` or `--channel` of which no meeting is on record: told, no failure; its first may be to come."""
    from lptrack.cli.named import check_meetings
    from lptrack.join.interface import Filters

    try:
        check_meetings(running.store, running.config, Filters(team=team, channel=channel))
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
    told = [f"{count} {state}" for state, count in counts.items() if count]
    note(f"logs: {', '.join(told)}")


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


def say_budget(budget: Budget) -> None:
    """What the run spent on the network."""
    note(
        f"network: {budget.requests} requests ({budget.revalidated} revalidated, {budget.retries} retries), "
        f"{budget.cached} from the cache, {budget.bytes / 1024:.0f} KiB, {budget.waited:.1f} s waited"
    )
