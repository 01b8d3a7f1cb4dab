"""`lptrack ci`: the main job for a machine that looks at exit codes and files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

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
    OutputOption,
    RecordOption,
    RefreshOption,
    ServiceRootOption,
    TeamOption,
    TimezoneOption,
    WaitOption,
)

if TYPE_CHECKING:
    from lptrack.ci.model import GateResult


def ci(
    logs: LogsArgument = None,
    fail_on: Annotated[
        list[str] | None,
        typer.Option("--fail-on", metavar="GATE", help="Exit 5 when: reopened, unowned>5, critical-untouched>14d, …"),
    ] = None,
    tolerate: Annotated[
        str | None,
        typer.Option("--tolerate", metavar="WHAT", help="unreadable,unresolved: these are exit 0, not 3 and 4."),
    ] = None,
    since_commit: Annotated[
        str | None,
        typer.Option("--since-commit", metavar="REF", help="Only the logs that changed since this commit of theirs."),
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="F", help="table (a few lines) or json.")] = "table",
    output: OutputOption = None,
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
) -> None:
    """`run` for a CI job: only new or changed logs, machine-readable results, gates.

    \b
    lptrack ci logs/ --db .lptrack/lptrack.db
    lptrack ci logs/ --db .lptrack/lptrack.db --fail-on reopened --fail-on 'critical-untouched>14d'
    """
    import os
    import sys

    from lptrack.ci.files import write_ci_files
    from lptrack.ci.findings import build_findings
    from lptrack.ci.gates import judge_gates, parse_gate
    from lptrack.ci.model import Results
    from lptrack.ci.place import detect_place
    from lptrack.cli.job import Job, open_job, say_budget, say_logs, say_outcome, say_strange_team
    from lptrack.cli.output import write_output
    from lptrack.cli.say import complain
    from lptrack.errors import UsageError
    from lptrack.jobs.view import load_report
    from lptrack.join.interface import Filters

    gates = [parse_gate(text) for text in fail_on or ()]
    tolerated = _parse_tolerate(tolerate)
    if form not in ("table", "json"):
        raise UsageError(f"ci has no form {form!r}", hint="--format is table or json; the files have the others")
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
    )
    with open_job(job, "ci") as running:
        if since_commit is None:
            running.take_in()
        else:
            from lptrack.ci.changed import split_by_commit

            changed, unchanged = split_by_commit(job.logs, since_commit)
            running.outcome.logs += unchanged
            running.take_in(changed)
        say_logs(running.outcome.logs, quiet=False)
        say_strange_team(running, team, channel)
        running.resolve()
        say_outcome(running.outcome, quiet=False)
        say_budget(running.settings.budget)
        filters = Filters(team=team, channel=channel)
        report = load_report(running.store, running.config, filters, lives=True)
        window = report.window
        judged = judge_gates(gates, window, running.outcome.logs)
        code = _exit_code(running.outcome.exit_code, bool(running.outcome.unreadable), judged, tolerated)
        results = Results(tuple(running.outcome.logs), window, judged, build_findings(window), code, {})
        written = write_ci_files(results, report, running.out, detect_place(os.environ))
        sys.stderr.write(written.annotations)
        write_output(written.as_json if form == "json" else written.as_text, output)
        for gate in judged:
            if not gate.met:
                complain(gate.sentence)
        running.end(code)
    raise typer.Exit(code)


def _parse_tolerate(text: str | None) -> frozenset[str]:
    from lptrack.errors import UsageError

    words = frozenset(word.strip() for word in (text or "").split(",") if word.strip())
    strange = words - {"unreadable", "unresolved"}
    if strange:
        raise UsageError(f"--tolerate {', '.join(sorted(strange))}", hint="it takes unreadable and unresolved")
    return words


def _exit_code(code: int, unreadable: bool, gates: tuple[GateResult, ...], tolerated: frozenset[str]) -> int:
    """5 before 4 before 3, without what is tolerated."""
    if any(not gate.met for gate in gates):
        return 5
    if code == 4 and "unresolved" not in tolerated:
        return 4
    return 3 if unreadable and "unreadable" not in tolerated else 0
