"""`lptrack status`: where every tracked bug task stands."""

from __future__ import annotations

from typing import Annotated

import typer

from lptrack.cli.forms import (
    AsKnownAtOption,
    AssigneeOption,
    BomOption,
    ColumnsOption,
    DelimiterOption,
    FormOption,
    ImportanceOption,
    PackageOption,
    PrivateOption,
    SeriesOption,
    SinceOption,
    SpeakerOption,
    StatusOption,
    TemplateOption,
    TrackerOption,
)
from lptrack.cli.options import ChannelOption, ConfigOption, DbOption, OutputOption, TeamOption


def status(
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME_OR_MEETING", help="At that time or meeting (default now).")
    ] = None,
    team: TeamOption = None,
    channel: ChannelOption = None,
    form: FormOption = None,
    output: OutputOption = None,
    series: SeriesOption = None,
    package: PackageOption = None,
    speaker: SpeakerOption = None,
    assignee: AssigneeOption = None,
    importance: ImportanceOption = None,
    only_status: StatusOption = None,
    since: SinceOption = None,
    tracker: TrackerOption = None,
    private: PrivateOption = None,
    template: TemplateOption = None,
    columns: ColumnsOption = None,
    bom: BomOption = False,
    delimiter: DelimiterOption = ",",
    as_known_at: AsKnownAtOption = None,
    db: DbOption = None,
    configuration: ConfigOption = None,
) -> None:
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
    from lptrack.jobs.view import load_status, say_misfit
    from lptrack.report.model import StatusReport
    from lptrack.report.render import render_document

    chosen, settings = choose_form(
        form, output, StatusReport, template=template, columns=columns, bom=bom, delimiter=delimiter
    )
    filters = build_filters(
        team=team,
        channel=channel,
        series=series,
        package=package,
        speaker=speaker,
        assignee=assignee,
        importance=importance,
        status=only_status,
        tracker=tracker,
        since=since,
        private=private,
    )
    config = load_config(configuration)
    with open_records(db, config, as_known_at) as store:
        check_filters(store, config, filters)
        document = load_status(store, config, filters, at=at, arranged=chosen.name not in ("csv", "json"))
    if said := say_day_without_meeting(at, document.standing.at):
        note(said)
    nothing = not document.standing.states and not document.standing.unresolved
    if nothing and not document.page.headline and (said := say_misfit(filters)):
        note(said)
    write_output(render_document(document, chosen, settings), output, binary=chosen.binary)
