"""`lptrack run`: the main job."""

from __future__ import annotations

from typing import Annotated

import typer

from lptrack.cli.options import (
    AnonymousOption,
    CacheOption,
    CassetteOption,
    ChannelOption,
    ConfigOption,
    DateOption,
    DbOption,
    DeadlineOption,
    DebianRootOption,
    JobsOption,
    LogFormatOption,
    LogsArgument,
    MaxAgeOption,
    OfflineOption,
    OutOption,
    RecordOption,
    RefreshOption,
    ServiceRootOption,
    TeamOption,
    TimezoneOption,
    WaitOption,
)


def run(
    logs: LogsArgument = None,
    db: DbOption = None,
    out: OutOption = None,
    team: TeamOption = None,
    channel: ChannelOption = None,
    offline: OfflineOption = False,
    refresh: RefreshOption = False,
    service_root: ServiceRootOption = None,
    debian_root: DebianRootOption = None,
    cache: CacheOption = None,
    max_age: MaxAgeOption = None,
    jobs: JobsOption = None,
    deadline: DeadlineOption = None,
    wait: WaitOption = None,
    log_format: LogFormatOption = None,
    timezone: TimezoneOption = None,
    date: DateOption = None,
    configuration: ConfigOption = None,
    cassette: CassetteOption = None,
    record: RecordOption = None,
    anonymous: AnonymousOption = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say only what went wrong.")] = False,
) -> None:
    """Take the logs in, ask the trackers about every bug that is due, and write the report files.

    \b
    lptrack run logs/                 after a meeting
    lptrack run                       no new log: ask again about what is due
    lptrack run logs/ --offline       with what is known already
    """
    from lptrack.cli.job import Job, open_job, say_budget, say_logs, say_outcome, say_strange_team
    from lptrack.cli.say import note

    job = Job(
        logs=tuple(logs or ()),
        db=db,
        out=out,
        service_root=service_root,
        debian_root=debian_root,
        cache=cache,
        max_age=max_age,
        jobs=jobs,
        deadline=deadline,
        wait=wait,
        offline=offline,
        refresh=refresh,
        log_format=log_format,
        timezone=timezone,
        date=date,
        configuration=configuration,
        cassette=cassette,
        record=record,
        anonymous=anonymous,
        quiet=quiet,
    )
    with open_job(job, "run") as running:
        running.take_in()
        say_logs(running.outcome.logs, quiet=quiet)
        say_strange_team(running, team, channel)
        running.resolve()
        say_outcome(running.outcome, quiet=quiet)
        if not quiet and not offline:
            say_budget(running.settings.budget)
        from lptrack.jobs.view import write_report_files  # by now it is there: see Running.resolve

        written = write_report_files(running.store, running.config, running.out, team=team, channel=channel)
        if not quiet:
            note(written.headline)
            note(f"wrote {', '.join(str(path) for path in written.paths)}")
        code = running.end()
    raise typer.Exit(code)
