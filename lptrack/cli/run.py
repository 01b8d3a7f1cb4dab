"""`lptrack run`: the main job."""

from __future__ import annotations

import typer

from lptrack.cli.declare import takes
from lptrack.jobs.options import RunOptions


@takes(RunOptions)
def run(options: RunOptions) -> None:
    """Take the logs in, ask the trackers about every bug that is due, and write the report files.

    \b
    lptrack run logs/                 after a meeting
    lptrack run                       no new log: ask again about what is due
    lptrack run logs/ --offline       with what is known already
    """
    raise typer.Exit(run_job(options))


def run_job(options: RunOptions) -> int:
    """The job itself; its exit code."""
    from lptrack.cli.outcome import say_budget, say_logs, say_outcome, say_reports, say_strange_team
    from lptrack.cli.progress import open_progress
    from lptrack.cli.say import complain
    from lptrack.jobs.session import open_session

    quiet = options.quiet
    with (
        open_progress(quiet=quiet, verbose=options.verbose) as progress,
        open_session(options, "run", progress) as session,
    ):
        session.take_in()
        say_logs(session.outcome.logs, quiet=quiet)
        say_strange_team(session, options.team, options.channel)
        assignments = session.assign_reports()
        session.resolve()
        say_outcome(session.outcome, quiet=quiet)
        if options.verbose:
            say_budget(session.settings.budget)
        if session.has_nothing_new_to_say:
            complain("none of the logs could be read: no report was written")
        else:
            from lptrack.jobs.view import write_reports  # by now it is there: see Session.resolve

            written = write_reports(session.store, session.config, session.out, session.filters, assignments)
            if not quiet:
                say_reports(written)
        return session.end()
