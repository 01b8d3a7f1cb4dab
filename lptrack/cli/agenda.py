"""`lptrack agenda`: what the chair of the coming meeting reads out."""

from __future__ import annotations

from lptrack.cli.declare import takes
from lptrack.jobs.options import AgendaOptions


@takes(AgendaOptions)
def agenda(options: AgendaOptions) -> None:
    """Write the agenda of the coming meeting, at most 60 lines: what moved, action items, what waits for an owner.

    \b
    lptrack agenda                          for the terminal
    lptrack agenda --format markdown        to paste into the channel's topic or a forum
    lptrack agenda --team Kestrel           where several teams share the database
    """
    from lptrack.cli.forms import open_records
    from lptrack.cli.named import check_filters
    from lptrack.cli.output import write_output
    from lptrack.cli.terminal import PIPE_WIDTH, stdout_facts
    from lptrack.config.load import load_config
    from lptrack.errors import UsageError
    from lptrack.jobs.agenda import load_agenda
    from lptrack.jobs.outputs import check_output, iter_own
    from lptrack.join.model import Filters
    from lptrack.report.render.agenda import AGENDA_FORMS, render_agenda

    form = options.form or "table"
    if form not in AGENDA_FORMS:
        raise UsageError(f"Unknown format {form!r}", hint=f"Choose one of: {', '.join(AGENDA_FORMS)}")
    config = load_config(options.configuration)
    check_output("-o", options.output, iter_own(config, options.db))
    filters = Filters(team=options.team, channel=options.channel)
    with open_records(options.db, config, None) as store:
        check_filters(store, config, filters)
        found = load_agenda(store, config, filters)
    width = stdout_facts()[0] if options.output is None else PIPE_WIDTH
    write_output(render_agenda(found, form, width).encode("utf-8"), options.output, pager=not options.no_pager)
