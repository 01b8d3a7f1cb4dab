"""`lptrack check`: where bots, reads and histories disagree, and what the logs leave open."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from lptrack.cli.completion import find_completion
from lptrack.cli.options import ConfigOption, DbOption


def check(
    db: DbOption = None,
    configuration: ConfigOption = None,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="F",
            show_default=False,
            help="text (default) or json.",
            autocompletion=find_completion(("--format",), None),
        ),
    ] = "text",
    private: Annotated[
        list[int] | None, typer.Option("--private", metavar="BUG", help="Also this private bug (repeat it).")
    ] = None,
) -> None:
    """Compare what bots announced and what earlier reads saw with the trackers' histories, and look through the logs.

    It also lists bugs whose log does not lead to all of their past, names that may be one team's, meetings that are
    no team's, copies of a meeting that differ, and what a log says of itself that does not fit what was read.

    \b
    lptrack check                     each disagreement, with both sources
    lptrack check --format json       the same for a program
    """
    from lptrack.cli.terminal import fold_stdout
    from lptrack.config.load import load_config
    from lptrack.config.settings import database_path
    from lptrack.errors import UsageError
    from lptrack.escape import inert_lines, json_text, one_line
    from lptrack.join.check import build_agreement
    from lptrack.join.doubts import build_log_doubts, load_log_evidence
    from lptrack.join.evidence import load_history_evidence
    from lptrack.report.disagreements import (
        describe,
        describe_doubts,
        describe_open,
        disagreement_record,
        doubts_record,
        open_record,
    )
    from lptrack.storage.store import Store

    if form not in ("text", "json"):
        raise UsageError(f"unknown format {form!r}", hint="text or json")
    config = load_config(configuration)
    with Store.open(database_path(db, config), read_only=True) as store:
        evidence = load_history_evidence(store)
        doubts = build_log_doubts(load_log_evidence(store), config.settles)
    shown = private or ()
    agreement = build_agreement(evidence, lambda bug: not evidence.bugs[bug].private or bug.number in shown)
    if form == "json":
        record = {
            "compared": agreement.compared,
            "unknown": agreement.unknown,
            "disagreements": [disagreement_record(each) for each in agreement.disagreements],
            "histories": [open_record(each) for each in agreement.open_histories],
            **doubts_record(doubts),
        }
        typer.echo(json_text(record))
        return
    out = fold_stdout(sys.stdout)
    bugs = (*map(describe, agreement.disagreements), *map(describe_open, agreement.open_histories))
    for line in (*bugs, *describe_doubts(doubts)):
        print(inert_lines(one_line(line)), file=out)
    count = len(agreement.disagreements)
    words = "no disagreement" if not count else f"{count} disagreement{'s' if count > 1 else ''}"
    if not agreement.compared and not agreement.unknown:
        words = "nothing to compare"
    compared = f"{words}: compared {agreement.compared} statements of bots and reads with the trackers' histories; "
    print(f"{compared}for {agreement.unknown} the history does not know", file=out)
