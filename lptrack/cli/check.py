"""`lptrack check`: where the three witnesses disagree."""

from __future__ import annotations

from typing import Annotated

import typer

from lptrack.cli.options import ConfigOption, DbOption


def check(
    db: DbOption = None,
    configuration: ConfigOption = None,
    form: Annotated[str, typer.Option("--format", metavar="F", help="text (default) or json.")] = "text",
    private: Annotated[
        list[int] | None, typer.Option("--private", metavar="BUG", help="Also this private bug (repeat it).")
    ] = None,
) -> None:
    """Hold what bots announced and what earlier reads saw against the trackers' own histories.

    \b
    lptrack check                     each disagreement, with both sources
    lptrack check --format json       the same for a program
    """
    from lptrack.config.load import load_config
    from lptrack.config.settings import database_path
    from lptrack.errors import UsageError
    from lptrack.escape import json_text, one_line
    from lptrack.join.check import build_agreement
    from lptrack.join.evidence import load_history_evidence
    from lptrack.report.disagreements import describe, disagreement_record
    from lptrack.storage.store import Store

    if form not in ("text", "json"):
        raise UsageError(f"--format {form}: there is no such form", hint="text or json")
    with Store.open(database_path(db, load_config(configuration)), read_only=True) as store:
        evidence = load_history_evidence(store)
    shown = private or ()
    agreement = build_agreement(evidence, lambda bug: not evidence.bugs[bug].private or bug.number in shown)
    if form == "json":
        record = {
            "compared": agreement.compared,
            "unknown": agreement.unknown,
            "disagreements": [disagreement_record(each) for each in agreement.disagreements],
        }
        typer.echo(json_text(record))
        return
    for each in agreement.disagreements:
        typer.echo(one_line(describe(each)))
    count = len(agreement.disagreements)
    words = "no disagreement" if not count else f"{count} disagreement{'s' if count > 1 else ''}"
    if not agreement.compared and not agreement.unknown:
        words = "nothing to compare"
    typer.echo(
        f"{words}: {agreement.compared} words of bots and reads held against a history, "
        f"{agreement.unknown} where the history does not know"
    )
