"""Tables, charts and notices of the site's pages, from the same blocks as a report's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from markupsafe import Markup

from lptrack.model import BugKey
from lptrack.report.model import Cell, Column, Notice, Row, Section, TrendsTable
from lptrack.report.render.html_blocks import scroll_html, table_html
from lptrack.report.render.html_cells import cell_inner, row_html
from lptrack.report.render.html_text import link, plain, words
from lptrack.report.render.phrases import count_heads
from lptrack.report.render.svg_trends import render_burn_down, render_flow
from lptrack.site.shell import render_part


def render_table(
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    heads: Mapping[Column, str],
    lives: Mapping[BugKey, str],
) -> Markup:
    """A table of bug tasks; on a phone each row is a card."""
    return table_html(title, tuple(columns), rows, partial(row_html, lives=lives, heads=heads), heads)


def render_section(section: Section, lives: Mapping[BugKey, str]) -> Markup:
    """A section of a report."""
    lead = Markup('<p class="lead">{}</p>\n').format(words(section.lead)) if section.lead else Markup("")
    table = render_table(section.title, section.columns, section.rows, section.headings, lives)
    return render_part(section.key, section.title, lead + table, count=len(section.rows), tone=section.tone)


def render_notices(notices: Sequence[Notice]) -> Markup:
    """What must be said about the data, with the bugs that it is about."""
    if not notices:
        return Markup("")
    lines = [
        Markup("<div><b>Note</b> {} {}</div>").format(words(notice.text), _list_bugs(notice.bugs))
        for notice in notices
    ]
    return Markup('<div class="notices" role="note" aria-label="About the data">\n{}\n</div>\n').format(
        Markup("\n").join(lines)
    )


def _list_bugs(bugs: Sequence[Cell]) -> Markup:
    shown = Markup(", ").join(cell_inner(bug) for bug in bugs[:8])
    if len(bugs) <= 8:
        return shown
    rest = Markup(", ").join(cell_inner(bug) for bug in bugs[8:])
    return shown + Markup("<details><summary>and {} more</summary>{}</details>").format(len(bugs) - 8, rest)


def render_scope(scope: Sequence[tuple[str, str, str | None]]) -> Markup:
    """What the page is about: window, meetings, when the trackers were read."""
    lines = Markup("\n").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(name, link(url, words(text))) for name, text, url in scope
    )
    return Markup('<dl class="scope">\n{}\n</dl>\n').format(lines)


def render_trends(trends: TrendsTable) -> Markup:
    """Both charts with the numbers behind them, and what is carried longest."""
    figures = Markup(
        '<div class="charts">\n<figure><figcaption>Open and closed, meeting by meeting</figcaption>{}</figure>\n'
        "<figure><figcaption>Where the work stands, status by status</figcaption>{}</figure>\n</div>\n"
    ).format(render_burn_down(trends), render_flow(trends))
    return render_part("trends", "Trends", figures + _numbers(trends) + _carried(trends))


def _numbers(trends: TrendsTable) -> Markup:
    heads = [*count_heads(trends), *(status for status, _ in trends.by_status)]
    checked = len(count_heads(trends)) == 5
    rows = []
    for place, point in enumerate(trends.points):
        counts = [point.open, point.closed, point.unknown, *([point.unchecked] if checked else [])]
        counts += [each[place] for _, each in trends.by_status]
        cells = Markup("").join(Markup("<td>{}</td>").format(count) for count in counts)
        rows.append(
            Markup('<tr><th scope="row" title="{}">{}</th>{}</tr>').format(
                plain(point.meeting), words(point.day or point.label), cells
            )
        )
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(words(name)) for name in heads)
    table = Markup(
        '<table class="numbers">\n<caption>Bug tasks at each meeting</caption>\n<thead><tr>{}</tr></thead>\n'
        "<tbody>\n{}\n</tbody></table>"
    ).format(head, Markup("\n").join(rows))
    return Markup("<details><summary>The numbers behind the charts</summary>\n{}</details>\n").format(
        scroll_html("Numbers by meeting", table) + "\n"
    )


def _carried(trends: TrendsTable) -> Markup:
    if not trends.carried:
        return Markup("")
    rows = [
        Markup('<tr><th scope="row">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>').format(
            cell_inner(bug), words(package), cell_inner(status), meetings,
            "not known" if days is None else days, words(title),
        )
        for bug, package, status, meetings, days, title in trends.carried
    ]  # fmt: skip
    heads = ("Bug", "Package", "Status", "Open at meetings", "Days", "Title")
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in heads)
    return Markup(
        '<div class="table"><table class="numbers carried">\n<caption>Carried longest</caption>\n<colgroup>'
        '<col class="k-bug"><col class="k-package"><col class="k-now"><col class="k-count"><col class="k-count"><col>'
        "</colgroup>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}\n</tbody></table></div>\n"
    ).format(head, Markup("\n").join(rows))
