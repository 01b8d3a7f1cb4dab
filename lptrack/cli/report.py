"""`lptrack report`: what moved between two meetings."""

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


def report(
    start: Annotated[
        str | None, typer.Option("--from", metavar="MEETING", help="From that meeting or time (default previous).")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="MEETING", help="To that meeting or time (default last).")
    ] = None,
    since_last: Annotated[
        bool, typer.Option("--since-last", help="From the last meeting to now: --from last --to now.")
    ] = False,
    team: TeamOption = None,
    channel: ChannelOption = None,
    form: FormOption = None,
    output: OutputOption = None,
    last: Annotated[
        int, typer.Option("--last", min=2, metavar="N", help="Meetings in the matrix (default 12).")
    ] = 12,
    explain: Annotated[
        str | None, typer.Option("--explain", metavar="BUG", help="Say where each cell of a bug's row comes from.")
    ] = None,
    series: SeriesOption = None,
    package: PackageOption = None,
    speaker: SpeakerOption = None,
    assignee: AssigneeOption = None,
    importance: ImportanceOption = None,
    status: StatusOption = None,
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
    """Say what moved between two meetings. Uses no network; MEETING is an id, a date, last, previous or now.

    \b
    lptrack report                          between the last two meetings
    lptrack report --since-last             since the last meeting
    lptrack report --format markdown        to paste into Discourse or GitHub
    lptrack report -o moved.xlsx            a workbook
    lptrack report --explain 1160490        where that row comes from
    """
    from lptrack.cli.forms import build_filters, choose_form, open_records, parse_bug
    from lptrack.cli.named import check_filters, say_day_without_meeting, say_other_teams
    from lptrack.cli.output import write_output
    from lptrack.cli.say import note
    from lptrack.config.load import load_config
    from lptrack.errors import UsageError
    from lptrack.jobs.view import load_report, say_misfit
    from lptrack.report.explain import build_explanation
    from lptrack.report.model import Report
    from lptrack.report.render import render_document

    if since_last:
        if start is not None or end is not None:
            raise UsageError("--since-last is --from last --to now", hint="leave --from and --to out")
        start, end = "last", "now"
    chosen, settings = choose_form(
        form, output, Report, template=template, columns=columns, bom=bom, delimiter=delimiter
    )
    filters = build_filters(
        team=team,
        channel=channel,
        series=series,
        package=package,
        speaker=speaker,
        assignee=assignee,
        importance=importance,
        status=status,
        tracker=tracker,
        since=since,
        private=private,
    )
    config = load_config(configuration)
    across = chosen.name not in ("csv", "atom") and explain is None
    bug = None if explain is None else parse_bug(explain)
    with open_records(db, config, as_known_at) as store:
        check_filters(store, config, filters)
        document = load_report(
            store,
            config,
            filters,
            start=start,
            end=end,
            last=last,
            across=across,
            lives=chosen.name == "html" and explain is None,
            arranged=explain is not None or chosen.name not in ("csv", "json"),
        )
        meetings = store.load_meetings()
    window = document.window
    for text, endpoint in ((start, window.start), (end, window.end)):
        if said := say_day_without_meeting(text, None if endpoint is None else endpoint.at):
            note(said)
    names_one = any("/" in text for text in (start, end) if text is not None)
    if team is None and channel is None and not names_one and (said := say_other_teams(meetings, window, config)):
        note(said)
    if not document.page.headline and not window.bugs and (said := say_misfit(filters)):
        note(said)
    if bug is not None:
        others = [each for each in window.bugs if each.number == bug.number]
        if others and bug not in others and bug not in window.reasons:
            raise UsageError(
                f"{bug.tracker} bug {bug.number} is not in this report",
                hint=f"did you mean {' or '.join(f'{each.tracker}:{each.number}' for each in others)}?",
            )
        lines = build_explanation(document, bug)
        write_output("".join(f"{line}\n" for line in lines).encode(), output)
        return
    write_output(render_document(document, chosen, settings), output, binary=chosen.binary)
