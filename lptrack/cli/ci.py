"""`lptrack ci`: the main job for a machine that looks at exit codes and files."""

from __future__ import annotations

import typer

from lptrack.cli.declare import takes
from lptrack.jobs.options import CiOptions


@takes(CiOptions)
def ci(options: CiOptions) -> None:
    """`run` for a CI job: only new or changed logs, machine-readable results, gates.

    \b
    lptrack ci logs/ --db .lptrack/lptrack.db
    lptrack ci logs/ --db .lptrack/lptrack.db --fail-on reopened --fail-on 'critical-untouched>14d'
    """
    import os
    import sys

    from lptrack.ci.files import TeamResults, write_ci_files
    from lptrack.ci.findings import build_findings
    from lptrack.ci.gates import judge_gates, parse_gate
    from lptrack.ci.model import Results
    from lptrack.ci.place import detect_place
    from lptrack.cli.outcome import say_budget, say_logs, say_outcome, say_strange_team
    from lptrack.cli.output import write_output
    from lptrack.cli.progress import open_progress
    from lptrack.cli.say import complain, note
    from lptrack.errors import UsageError
    from lptrack.jobs.session import open_session
    from lptrack.jobs.view import iter_reports, write_overview

    gates = [parse_gate(text) for text in options.fail_on or ()]
    tolerated = _parse_tolerate(options.tolerate)
    if options.form not in ("table", "json"):
        raise UsageError(
            f"unknown format {options.form!r}",
            hint="Choose one of: table, json (the report files have the others)",
        )
    with (
        open_progress(quiet=False, verbose=options.verbose) as progress,
        open_session(options, "ci", progress) as session,
    ):
        if options.since_commit is None:
            session.take_in()
        else:
            from lptrack.ci.changed import split_by_commit

            def meetings_of(source: str) -> set[str]:
                return session.store.load_log_meetings(source=source)

            changed, unchanged = split_by_commit(session.named_logs, options.since_commit, meetings_of)
            session.outcome.logs += unchanged
            session.take_in(changed)
        for empty in session.forget_empty_folders():
            note(f"{empty.source}: no logs yet")
        say_logs(session.outcome.logs, quiet=False)
        say_strange_team(session, options.team, options.channel)
        assignments = session.assign_reports()
        session.resolve()
        say_outcome(session.outcome, quiet=False)
        if options.verbose:
            say_budget(session.settings.budget)
        logs = tuple(session.outcome.logs)
        found = []
        with session.store.snapshot():
            for each, report in iter_reports(session.store, session.config, session.filters, assignments):
                window, headline = report.window, report.page.headline
                team = each.name if len(assignments) > 1 else ""
                judged = judge_gates(gates, report.shown, logs, all_tasks=options.all_tasks)
                results = Results(logs, window, judged, build_findings(window), 0, {}, headline, team, report.in_view)
                found.append(TeamResults(results, report, each.folder))
        unmet = [gate for each in found for gate in each.results.gates if not gate.met]
        code = _exit_code(session.outcome.exit_code, bool(session.outcome.unreadable), bool(unmet), tolerated)
        if len(assignments) > 1:
            write_overview(session.out, assignments, [each.results.headline for each in found])
        place = detect_place(os.environ)
        written = write_ci_files(found, session.out, place, code, rewrites_reports=not session.has_nothing_new_to_say)
        sys.stderr.write(written.annotations)
        write_output(written.as_json if options.form == "json" else written.as_text, options.output)
        if session.has_nothing_new_to_say:
            complain("none of the logs could be read: no report was written")
        for gate in unmet:
            complain(gate.sentence)
        session.end(code)
    raise typer.Exit(code)


def _parse_tolerate(text: str | None) -> frozenset[str]:
    from lptrack.errors import UsageError

    words = frozenset(word.strip() for word in (text or "").split(",") if word.strip())
    strange = words - {"unreadable", "unresolved"}
    if strange:
        raise UsageError(f"--tolerate {', '.join(sorted(strange))}", hint="Choose from: unreadable, unresolved")
    return words


def _exit_code(code: int, unreadable: bool, unmet: bool, tolerated: frozenset[str]) -> int:
    """5 before 4 before 3, without what is tolerated."""
    if unmet:
        return 5
    if code == 4 and "unresolved" not in tolerated:
        return 4
    return 3 if unreadable and "unreadable" not in tolerated else 0
