"""`lptrack report`: what moved between two meetings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lptrack.cli.declare import takes
from lptrack.jobs.options import ReportOptions

if TYPE_CHECKING:
    from lptrack.jobs.outputs import Protected
    from lptrack.report.model import Report


@takes(ReportOptions)
def report(options: ReportOptions) -> None:
    """Say what moved between two meetings. Uses no network; MEETING is an id, a date, last, previous or now.

    \b
    lptrack report                          between the last two meetings
    lptrack report --since-last             since the last meeting
    lptrack report --format markdown        to paste into Discourse or GitHub
    lptrack report -o moved.xlsx            a workbook
    lptrack report --explain 1160490        where that row comes from
    """
    from lptrack.cli.forms import build_filters, choose_form, open_records, parse_bug, split_names
    from lptrack.cli.named import check_filters, say_day_without_meeting, say_other_teams
    from lptrack.cli.output import write_output
    from lptrack.cli.say import note
    from lptrack.config.load import load_config
    from lptrack.errors import UsageError
    from lptrack.jobs.misfits import chooses_bugs
    from lptrack.jobs.outputs import check_output, iter_own
    from lptrack.jobs.teams import choose_ends
    from lptrack.jobs.view import load_life, load_report
    from lptrack.join.evidence import load_meetings
    from lptrack.report.explain import build_explanation
    from lptrack.report.model import Report
    from lptrack.report.render import Need, render_document

    start, end = choose_ends(options.start, options.end, since_last=options.since_last)
    chosen, settings = choose_form(options, Report)
    filters = build_filters(options)
    config = load_config(options.configuration)
    check_output("-o", options.output, iter_own(config, options.db))
    settings = replace(settings, feed=config.feed)
    is_whole, draws = options.explain is None, options.charts is not None
    bug = None if options.explain is None else parse_bug(options.explain)
    with open_records(options.db, config, options.as_known_at) as store, store.snapshot():
        check_filters(store, config, filters)
        document = load_report(
            store,
            config,
            filters,
            start=start,
            end=end,
            last=options.last,
            across=is_whole and (draws or Need.MATRIX in chosen.needs),
            lives=is_whole and (draws or Need.LIVES in chosen.needs),
            arranged=draws or not is_whole or Need.PAGE in chosen.needs,
            full=options.full,
            horizon=options.horizon,
            sections=None if options.sections is None else split_names(options.sections),
            columns=split_names(options.columns) if options.columns and Need.PAGE in chosen.needs else None,
        )
        meetings, _ = load_meetings(store)
        life = None if bug is None else load_life(store, bug)
    window = document.window
    for text, endpoint in ((start, window.start), (end, window.end)):
        if sentence := say_day_without_meeting(text, None if endpoint is None else endpoint.at):
            note(sentence)
    names_one = any("/" in text for text in (start, end) if text is not None)
    if (
        filters.team is None
        and filters.channel is None
        and not names_one
        and (sentence := say_other_teams(meetings, window, config))
    ):
        note(sentence)
    if Need.PAGE not in chosen.needs and not window.bugs and chooses_bugs(filters):
        note(document.page.headline)
    if bug is not None:
        others = [each for each in window.bugs if each.number == bug.number]
        if others and bug not in others and bug not in window.reasons:
            raise UsageError(
                f"{bug.tracker} bug {bug.number} is not in this report",
                hint=f"did you mean {' or '.join(f'{each.tracker}:{each.number}' for each in others)}?",
            )
        lines = build_explanation(document, bug, life)
        write_output("".join(f"{line}\n" for line in lines).encode(), options.output, pager=not options.no_pager)
        return
    if options.charts is not None:
        save_charts(document, options.charts, tuple(iter_own(config, options.db)))
    write_output(
        render_document(document, chosen, settings), options.output, binary=chosen.binary, pager=not options.no_pager
    )


def save_charts(document: Report, folder: Path, protected: tuple[Protected, ...]) -> None:
    """Write the pictures, and say which; none of them over anything that is lptrack's own."""
    from lptrack.cli.say import note
    from lptrack.jobs.outputs import check_output
    from lptrack.report.charts import render_charts
    from lptrack.report.files import write_files

    pictures = render_charts(document)
    for name in pictures:
        check_output("--charts", folder / name, protected)
    if not pictures:
        note("no chart to write: charts need two meetings, or a bug with a known status")
        return
    write_files(folder, pictures)
    note(f"{folder}: {', '.join(list(pictures)[:4])}{'' if len(pictures) <= 4 else f' and {len(pictures) - 4} more'}")
