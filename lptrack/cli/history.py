"""`lptrack history BUG…`: every status event and every mention of a bug, in order."""

from __future__ import annotations

from lptrack.cli.declare import takes
from lptrack.jobs.options import HistoryOptions


@takes(HistoryOptions)
def history(options: HistoryOptions) -> None:
    """Tell one bug's life: every status event, every mention, in order. Uses no network.

    \b
    lptrack history 1160490
    lptrack history 1160490 debian:719024 --format markdown
    """
    from lptrack.cli.forms import choose_form, open_records, parse_bug
    from lptrack.cli.output import write_output
    from lptrack.config.load import load_config
    from lptrack.jobs.outputs import check_output, iter_own
    from lptrack.jobs.view import load_history
    from lptrack.report.model import HistoryReport
    from lptrack.report.render import render_document

    chosen, settings = choose_form(options, HistoryReport)
    wanted = tuple(dict.fromkeys(parse_bug(bug) for bug in options.bugs))
    config = load_config(options.configuration)
    check_output("-o", options.output, iter_own(config, options.db))
    with open_records(options.db, config, options.as_known_at) as store:
        document = load_history(store, wanted)
    write_output(
        render_document(document, chosen, settings), options.output, binary=chosen.binary, pager=not options.no_pager
    )
