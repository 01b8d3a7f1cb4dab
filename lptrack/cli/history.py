"""`lptrack history BUG…`: every status event and every mention of a bug, in order."""

from __future__ import annotations

from typing import Annotated

import typer

from lptrack.cli.forms import AsKnownAtOption, FormOption, TemplateOption
from lptrack.cli.options import ConfigOption, DbOption, OutputOption


def history(
    bugs: Annotated[list[str], typer.Argument(metavar="BUG", help="1160490, debian:719024, or a bug's address.")],
    form: FormOption = None,
    output: OutputOption = None,
    template: TemplateOption = None,
    as_known_at: AsKnownAtOption = None,
    db: DbOption = None,
    configuration: ConfigOption = None,
) -> None:
    """Tell one bug's life: every status event, every mention, in order. Uses no network.

    \b
    lptrack history 1160490
    lptrack history 1160490 debian:719024 --format markdown
    """
    from lptrack.cli.forms import choose_form, open_records, parse_bug
    from lptrack.cli.output import write_output
    from lptrack.config.load import load_config
    from lptrack.jobs.view import load_history
    from lptrack.report.model import HistoryReport
    from lptrack.report.render import render_document

    chosen, settings = choose_form(form, output, HistoryReport, template=template)
    wanted = tuple(dict.fromkeys(parse_bug(bug) for bug in bugs))
    config = load_config(configuration)
    with open_records(db, config, as_known_at) as store:
        document = load_history(store, wanted)
    write_output(render_document(document, chosen, settings), output, binary=chosen.binary)
