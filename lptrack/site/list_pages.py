"""The pages above all others: the teams, the action items, the bugs and meetings, and the search over both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from markupsafe import Markup

from lptrack.escape import json_text
from lptrack.model import BugKey
from lptrack.report.model import TrendPoint, TrendsTable
from lptrack.report.render.csv_table import render_rows
from lptrack.report.render.html import load_asset
from lptrack.report.render.html_text import words
from lptrack.report.render.svg_trends import render_burn_down
from lptrack.report.wording import say_bug, say_count
from lptrack.site.address import bug_path, link_from, meeting_path, team_path
from lptrack.site.assets import load_own_asset
from lptrack.site.meeting_page import link_bug
from lptrack.site.model import Action, BugEntry, MeetingEntry, SiteMap, TeamEntry
from lptrack.site.shell import Frame, render_list, render_page, render_part

PER_PAGE: Final = 1000
"""Bugs of a page of the list: a phone lays out a thousand lines, not twenty thousand."""
_TITLE: Final = "What moved, by team"


def build_shared() -> dict[str, bytes]:
    """What all pages share: the style of reports with the site's own, and the search."""
    style = "\n".join((load_asset("report.css"), load_own_asset("site.css"), ""))
    return {"style.css": style.encode(), "search.js": load_own_asset("search.js").encode()}


def build_index(teams: Sequence[TeamEntry], alone: Sequence[MeetingEntry]) -> dict[str, bytes]:
    """The first page: each team with its headline and its trend. ``alone``: meetings that are nobody's."""
    frame = Frame(
        path="index.html",
        title=_TITLE,
        kind="index",
        headline=f"{say_count(len(teams), 'team')}, {say_count(sum(each.meetings for each in teams), 'meeting')}.",
        files=(("index.json", "JSON"), ("index.csv", "CSV")),
    )
    cards = Markup("\n").join(_card(team) for team in teams)
    content = [
        Markup('<ul class="teams">\n{}\n</ul>\n').format(cards) if teams else _nothing("No meeting is known yet.")
    ]
    if alone:
        lines = [_meeting_line(frame.path, each) for each in reversed(alone)]
        content.append(render_part("alone", "Meetings of no team", render_list(lines, "lines"), count=len(lines)))
    columns = (
        "team",
        "channels",
        "meetings",
        "last_meeting",
        "headline",
        "since",
        "open",
        "closed",
        "in_view",
        "page",
    )
    rows = [
        (
            each.name, "; ".join(each.channels), each.meetings, each.last, each.headline, each.since, each.open,
            each.closed, each.in_view, f"{team_path(each.slug)}.html",
        )
        for each in teams
    ]  # fmt: skip
    records = [dict(zip(columns, row, strict=True)) for row in rows]
    return {
        "index.html": render_page(frame, content),
        "index.json": f"{json_text({'teams': records})}\n".encode(),
        "index.csv": render_rows(columns, rows, bom=True).encode(),
    }


def _card(team: TeamEntry) -> Markup:
    points = tuple(
        TrendPoint(label, "", opened, closed, unknown, unchecked)
        for label, opened, closed, unknown, unchecked in team.points
    )
    trend = render_burn_down(TrendsTable("", points, (), (), ()), f"t-{team.slug}", "")
    chart = Markup("<figure>{}</figure>").format(trend) if points else Markup("")
    return Markup(
        '<li class="card"><h2><a href="{}">{}</a></h2>\n<p class="said">{}</p>\n{}\n'
        '<p class="facts">Last met <a href="{}">{}</a>; {} so far; {} in view</p></li>'
    ).format(
        f"{team_path(team.slug)}.html", words(team.name), words(team.headline), chart,
        f"{meeting_path(team.last)}.html", team.day, say_count(team.meetings, "meeting"),
        say_count(team.in_view, "bug"),
    )  # fmt: skip


def _meeting_line(page: str, meeting: MeetingEntry) -> Markup:
    return Markup('<a href="{}">{}</a> {}').format(
        link_from(page, f"{meeting_path(meeting.id)}.html"), words(meeting.title), words(meeting.headline)
    )


def _nothing(text: str) -> Markup:
    return Markup('<p class="empty">{}</p>\n').format(text)


def build_actions(teams: Sequence[TeamEntry], site: SiteMap) -> dict[str, bytes]:
    """Every team's action items of its last meeting, with how they stand."""
    frame = Frame(
        path="actions.html",
        title="Action items",
        kind="actions",
        headline="What each team's last meeting gave somebody to do, as far as it names a bug, and how that stands.",
        files=(("actions.json", "JSON"), ("actions.csv", "CSV")),
    )
    content = [
        render_part(
            f"team-{place}",
            team.name,
            render_list([_action_line(frame.path, each, site) for each in team.actions], "lines"),
            count=len(team.actions),
        )
        for place, team in enumerate(teams, 1)
        if team.actions
    ]
    columns = ("team", "meeting", "tracker", "number", "url", "what", "status", "owner", "since")
    rows = [(team.name, team.last, *asdict(each).values()) for team in teams for each in team.actions]
    records = [dict(zip(columns, row, strict=True)) for row in rows]
    return {
        "actions.html": render_page(frame, content or [_nothing("No action item names a bug.")]),
        "actions.json": f"{json_text({'actions': records})}\n".encode(),
        "actions.csv": render_rows(columns, rows, bom=True).encode(),
    }


def _action_line(page: str, action: Action, site: SiteMap) -> Markup:
    bug = BugKey(action.tracker, action.number)
    standing = f"{action.status} since {action.since}" if action.since else action.status
    standing_of = " — ".join(part for part in (standing, f"owner: {action.owner}") if part)
    return Markup("{} {} <small>{}</small>").format(
        link_bug(page, bug, site, action.url), words(action.what), words(standing_of)
    )


@dataclass(frozen=True, slots=True)
class BugListPage:
    """A page of the list of bugs. ``ways``: each page's path and its first bug; ``count``: the bugs of all pages."""

    path: str
    bugs: tuple[BugEntry, ...]
    ways: tuple[tuple[str, str], ...]
    count: int


def split_bugs(bugs: Sequence[BugEntry]) -> list[BugListPage]:
    """The list of bugs, a thousand a page, in the order given."""
    pages = [tuple(bugs[start : start + PER_PAGE]) for start in range(0, len(bugs), PER_PAGE)] or [()]
    paths = ["bugs/index.html", *(f"bugs/list-{place}.html" for place in range(2, len(pages) + 1))]
    first = [say_bug(BugKey(each[0].tracker, each[0].number)) if each else "" for each in pages]
    ways = tuple(zip(paths, first, strict=True))
    return [BugListPage(path, page, ways, len(bugs)) for path, page in zip(paths, pages, strict=True)]


def build_bug_tables(bugs: Sequence[BugEntry]) -> dict[str, bytes]:
    """All bugs as CSV and JSON, beside the first page of their list."""
    columns = ("tracker", "number", "title", "status", "packages", "times_mentioned", "meetings", "last_mentioned")
    rows = [tuple(getattr(bug, name) for name in BugEntry.__dataclass_fields__) for bug in bugs]
    records = [dict(zip(columns, row, strict=True)) for row in rows]
    return {
        "bugs/index.csv": render_rows(columns, rows, bom=True).encode(),
        "bugs/index.json": f"{json_text({'bugs': records})}\n".encode(),
    }


def build_bug_page(page: BugListPage) -> dict[str, bytes]:
    """One page of the list of bugs."""
    paths = [path for path, _ in page.ways]
    frame = Frame(
        path=page.path,
        title="Bugs" if len(paths) == 1 else f"Bugs, page {paths.index(page.path) + 1} of {len(paths)}",
        kind="bugs",
        headline=f"{say_count(page.count, 'bug')} spoken of in meetings.",
        trail=(("index.html", "Teams"),),
        files=(("bugs/index.json", "JSON"), ("bugs/index.csv", "CSV")),
    )
    ways = _page_ways(page)
    lines = render_list([_bug_line(page.path, bug) for bug in page.bugs], "lines many")
    content = [ways, lines if page.bugs else _nothing("No bug was spoken of yet."), ways]
    return {page.path: render_page(frame, content)}


def _page_ways(page: BugListPage) -> Markup:
    if len(page.ways) == 1:
        return Markup("")
    links = [
        Markup("<b>{}</b>").format(words(label))
        if path == page.path
        else Markup('<a href="{}">{}</a>').format(link_from(page.path, path), words(label))
        for path, label in page.ways
    ]
    return Markup('<p class="ways">From {}</p>\n').format(Markup(" ").join(links))


def _bug_line(page: str, bug: BugEntry) -> Markup:
    key = BugKey(bug.tracker, bug.number)
    return Markup('<a href="{}"><b>{}</b></a> {} <small>{}</small>').format(
        link_from(page, f"{bug_path(key)}.html"), words(say_bug(key)), words(bug.title),
        words(f"{bug.status} — {bug.packages}" if bug.packages else bug.status),
    )  # fmt: skip
