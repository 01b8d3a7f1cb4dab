"""`lptrack ci`: the main job for a machine that looks at exit codes and files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from lptrack.cli.declare import takes
from lptrack.jobs.options import CiOptions

if TYPE_CHECKING:
    from lptrack.ci.model import GateResult


@takes(CiOptions)
def ci(options: CiOptions) -> None:
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
    from lptrack.cli.outcome import say_budget, say_logs, say_outcome, say_strange_team
    from lptrack.cli.output import write_output
    from lptrack.cli.progress import open_progress
    from lptrack.cli.say import complain
    from lptrack.errors import UsageError
    from lptrack.jobs.session import open_session
    from lptrack.jobs.view import load_report
    from lptrack.join.model import Filters

    gates = [parse_gate(text) for text in options.fail_on or ()]
    tolerated = _parse_tolerate(options.tolerate)
    if options.form not in ("table", "json"):
        raise UsageError(
            f"ci has no form {options.form!r}", hint="--format is table or json; the files have the others"
        )
    with open_progress(quiet=False) as progress, open_session(options, "ci", progress) as session:
        if options.since_commit is None:
            session.take_in()
        else:
            from lptrack.ci.changed import split_by_commit

            changed, unchanged = split_by_commit(session.named_logs, options.since_commit)
            session.outcome.logs += unchanged
            session.take_in(changed)
        say_logs(session.outcome.logs, quiet=False)
        say_strange_team(session, options.team, options.channel)
        session.resolve()
        say_outcome(session.outcome, quiet=False)
        say_budget(session.settings.budget)
        filters = Filters(team=options.team, channel=options.channel)
        report = load_report(session.store, session.config, filters, lives=True)
        window = report.window
        judged = judge_gates(gates, report.shown, session.outcome.logs)
        code = _exit_code(session.outcome.exit_code, bool(session.outcome.unreadable), judged, tolerated)
        results = Results(tuple(session.outcome.logs), window, judged, build_findings(window), code, {})
        written = write_ci_files(results, report, session.out, detect_place(os.environ))
        sys.stderr.write(written.annotations)
        write_output(written.as_json if options.form == "json" else written.as_text, options.output)
        for gate in judged:
            if not gate.met:
                complain(gate.sentence)
        session.end(code)
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
