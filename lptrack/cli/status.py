"""`lptrack status`: where every tracked bug task stands."""

from __future__ import annotations

from lptrack.cli.declare import takes
from lptrack.jobs.options import StatusOptions


@takes(StatusOptions)
def status(options: StatusOptions) -> None:
    """Show the state of every tracked bug task, now or at any earlier time. Uses no network.

    \b
    lptrack status                          as far as is known now
    lptrack status --at 2013-09-11          at that day's meeting
    lptrack status -o bugs.csv --bom        for a spreadsheet
    """
    from lptrack.cli.forms import build_filters, choose_form, open_records
    from lptrack.cli.named import check_filters, say_day_without_meeting
    from lptrack.cli.output import write_output
    from lptrack.cli.say import note
    from lptrack.config.load import load_config
    from lptrack.jobs.outputs import check_output, iter_own
    from lptrack.jobs.view import load_status
    from lptrack.report.model import StatusReport
    from lptrack.report.render import Need, render_document

    chosen, settings = choose_form(options, StatusReport)
    filters = build_filters(options)
    config = load_config(options.configuration)
    check_output("-o", options.output, iter_own(config, options.db))
    with open_records(options.db, config, options.as_known_at) as store:
        check_filters(store, config, filters)
        document = load_status(store, config, filters, at=options.at, arranged=Need.PAGE in chosen.needs)
    if sentence := say_day_without_meeting(options.at, document.standing.at):
        note(sentence)
    if Need.PAGE not in chosen.needs and document.page.headline:
        note(document.page.headline)
    write_output(
        render_document(document, chosen, settings), options.output, binary=chosen.binary, pager=not options.no_pager
    )
