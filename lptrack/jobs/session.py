"""One run of the main job on an open database: what `run` and `ci` share. It prints nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Timer

from lptrack.config.load import load_config
from lptrack.config.model import Config
from lptrack.config.settings import build_settings, database_path, find_setting
from lptrack.jobs.log_options import build_log_options
from lptrack.jobs.options import JobOptions
from lptrack.jobs.outputs import Protection, check_out, check_output, iter_inputs, iter_own
from lptrack.jobs.roots import settle_roots
from lptrack.jobs.sql_views import save_views
from lptrack.jobs.teams import Assignment, assign_reports, choose_ends
from lptrack.jobs.update import Outcome, resolve_due, take_in_logs
from lptrack.join.evidence import load_meetings
from lptrack.join.model import Filters
from lptrack.logs.model import LogResult, LogState
from lptrack.logs.options import Options
from lptrack.logs.sources import Source
from lptrack.net.settings import Settings
from lptrack.storage.store import WAIT, Store

PREPARE_AFTER = 0.8
"""Seconds after which a run that waits for a tracker uses the time to get the report's code ready."""


@dataclass(slots=True)
class Session:
    """A run that is going on."""

    named_logs: tuple[str, ...]
    config: Config
    settings: Settings
    options: Options
    store: Store
    out: Path
    run: int
    outcome: Outcome
    filters: Filters
    ends: tuple[str | None, str | None]  # `--from` and `--to`
    earlier: frozenset[str]  # the meetings that were known before
    login: str | None = None  # the stored login that this run reads through
    left_alone: frozenset[str] = frozenset()  # trackers that are not asked: see `settle_roots`

    def take_in(self, logs: tuple[str, ...] | None = None) -> None:
        """Read the logs; each result is kept in the outcome."""
        named = self.named_logs if logs is None else logs
        self.outcome.logs += take_in_logs(
            self.store, named, self.options, run=self.run, at=datetime.now(UTC), fetch=self._fetch
        )
        if not self.named_logs and not self.settings.offline:
            from lptrack.jobs.fetch import fetch_new

            self.outcome.logs += fetch_new(
                self.store, self.config, self.settings, self.options, self.outcome, run=self.run
            )

    @property
    def has_nothing_new_to_say(self) -> bool:
        """Whether no LOG that was named could be read: a report would be rewritten for nothing."""
        return bool(self.outcome.logs) and all(log.state is LogState.UNREADABLE for log in self.outcome.logs)

    def forget_empty_folders(self) -> list[LogResult]:
        """Take the folders in which there is no log yet out of the outcome: for a CI job they are no failure."""
        empty = [log for log in self.outcome.logs if log.is_empty]
        self.outcome.logs = [log for log in self.outcome.logs if not log.is_empty]
        return empty

    def assign_reports(self) -> tuple[Assignment, ...]:
        """The reports to write, by the logs that were given. Raises `UsageError` for ends that no team has."""
        meetings, _ = load_meetings(self.store)
        logs = self.outcome.logs
        given = {meeting for log in logs for meeting in log.meetings} if logs and self.named_logs else None
        start, end = self.ends
        return assign_reports(
            meetings,
            self.config,
            self.filters,
            earlier=self.earlier,
            given=given,
            now=datetime.now(UTC),
            start=start,
            end=end,
        )

    def _fetch(self, url: str) -> Source:
        from lptrack.logs.web import fetch_source

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
            self.store, self.settings, self.outcome, run=self.run, also=also, ignored=ignored, login=self.login,
            left_alone=self.left_alone,
        )  # fmt: skip

    def end(self, code: int | None = None) -> int:
        """Close the run's row; its exit code."""
        code = self.outcome.exit_code if code is None else code
        save_views(self.store, self.config)
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
def open_session(given: JobOptions, command: str, say: Callable[[str], None]) -> Iterator[Session]:
    """Configuration, settings and database of a run. What is given is checked before anything is made.

    ``say`` takes one line of progress.
    """
    config = load_config(given.configuration)
    settings = build_settings(
        config,
        given_roots=given.given_roots,
        cache=given.cache,
        max_age=given.max_age,
        deadline=given.deadline,
        jobs=given.jobs,
        offline=given.offline,
        refresh=given.refresh,
        cassette=given.cassette,
        record=given.record,
    )
    ends = choose_ends(given.start, given.end, since_last=given.since_last)
    options = build_log_options(
        config, log_format=given.log_format, timezone=given.timezone, day=given.date, day_first=given.day_first
    )
    path = database_path(given.db, config)
    out = Path(find_setting("out", given.out, config).value)
    protected = [*iter_own(config, given.db, given.cache), *iter_inputs(given.logs or ())]
    if given.cassette is not None:
        protected.append((given.cassette, "the cassette that is replayed"))
    protection = Protection(protected)
    check_out(out, protection)
    check_output("--record", given.record, protection)
    check_output("-o", getattr(given, "output", None), protection)
    settings, login = (settings, None) if given.anonymous else _with_login(settings)
    with Store.open(path, wait=WAIT if given.wait is None else given.wait) as store:
        settings = replace(settings, say=say)
        left_alone = settle_roots(store, settings, config, given.given_roots)
        run = store.begin_run(command)
        yield Session(
            named_logs=tuple(given.logs or ()),
            config=config,
            settings=settings,
            options=options,
            store=store,
            out=out,
            run=run,
            outcome=Outcome(),
            filters=Filters(team=given.team, channel=given.channel),
            ends=ends,
            earlier=store.load_reported_meetings(),
            login=login,
            left_alone=left_alone,
        )


def _with_login(settings: Settings) -> tuple[Settings, str | None]:
    """The settings with the login that is stored for their service root, and whose it is; most have none."""
    from lptrack.trackers.launchpad.credentials import credentials_file, default_credentials, load_login

    where = default_credentials()
    if settings.offline or settings.cassette is not None or not where.is_dir():
        return settings, None  # what follows imports launchpadlib
    from lptrack.trackers.launchpad.roots import root_of

    root = root_of(settings)
    if not credentials_file(where, root).exists():
        return settings, None
    login = load_login(where, root)
    return (settings, None) if login is None else (replace(settings, credentials=where), login.identity)
