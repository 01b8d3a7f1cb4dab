"""A team's page: what moved last, what has moved since, its trends, its meetings, and the bugs it has in hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from lptrack.escape import json_text
from lptrack.model import BugKey
from lptrack.report.agenda import Agenda, AgendaSection
from lptrack.report.model import Report, Section, SectionKey, Standing, TrendsTable
from lptrack.report.records import STATUS_COLUMNS, status_csv_rows, status_json
from lptrack.report.render.atom import FeedLinks, render_feed
from lptrack.report.render.csv_table import render_rows
from lptrack.report.render.html_text import words
from lptrack.report.wording import say_count
from lptrack.site.address import bug_path, link_from, meeting_path, team_path
from lptrack.site.meeting_page import link_bug
from lptrack.site.model import Action, Built, MeetingEntry, SiteMap, SiteTeam, TeamEntry
from lptrack.site.parts import render_table, render_trends
from lptrack.site.shell import Frame, render_list, render_page, render_part

_FOLDED: Final = 40  # rows


@dataclass(frozen=True, slots=True)
class TeamDocuments:
    """What a team's page is made of.

    ``last``: previous → last; ``since``: last → now, with its page; ``standing``: all its tasks now;
    ``meetings``: their lines, oldest first.
    """

    last: Report
    since: Report
    agenda: Agenda
    standing: Standing
    meetings: tuple[MeetingEntry, ...]


def build_team(team: SiteTeam, documents: TeamDocuments, site: SiteMap) -> Built[TeamEntry]:
    """The page, its feed, and its CSV and JSON, whose tasks are those of `status --team`."""
    path = team_path(team.slug)
    feed = f"teams/{team.slug}/feed.atom"
    trends = next((block for block in documents.since.page.blocks if isinstance(block, TrendsTable)), None)
    entry = _build_entry(team, documents, trends)
    frame = Frame(
        path=f"{path}.html",
        title=team.name,
        kind="team",
        headline=entry.headline,
        trail=(("index.html", "Teams"),),
        files=((f"{path}.json", "JSON"), (f"{path}.csv", "CSV"), (feed, "Atom feed of what moved")),
        feed=feed,
        note=f"As known on {documents.since.page.as_of:%Y-%m-%d %H:%M} UTC.",
    )
    standing = documents.standing
    rows = status_csv_rows(standing.states, standing.since, standing.at)
    return Built(
        entry,
        {
            f"{path}.json": f"{json_text(_record(entry, documents))}\n".encode(),
            f"{path}.csv": render_rows(STATUS_COLUMNS, rows, bom=True).encode(),
            feed: render_feed(documents.last, _feed_links(team, documents, site, feed)).encode(),
            frame.path: render_page(frame, _content(frame.path, documents, trends, entry, site)),
        },
    )


def _feed_links(team: SiteTeam, documents: TeamDocuments, site: SiteMap, feed: str) -> FeedLinks:
    if not site.base:  # an address that only a reader of this file could make whole is left out
        return FeedLinks()
    report = f"{site.base}{meeting_path(documents.meetings[-1].id)}.html"
    return FeedLinks(f"{site.base}{feed}", f"{site.base}{team_path(team.slug)}.html", report)


def _build_entry(team: SiteTeam, documents: TeamDocuments, trends: TrendsTable | None) -> TeamEntry:
    last = documents.meetings[-1]
    point = trends.points[-1] if trends is not None and trends.points else None
    return TeamEntry(
        name=team.name,
        slug=team.slug,
        channels=tuple(dict.fromkeys(meeting.channel for meeting in team.meetings)),
        meetings=len(team.meetings),
        last=last.id,
        day=last.day,
        headline=last.headline,
        since=documents.agenda.headline,
        open=point.open if point is not None else 0,
        closed=point.closed if point is not None else 0,
        in_view=len(documents.since.shown.bugs),
        points=tuple((each.label, each.open, each.closed, each.unknown, each.unchecked) for each in trends.points)
        if trends is not None
        else (),
        actions=tuple(_action(each) for each in _lines_of(documents.agenda, "actions")),
    )


def _lines_of(agenda: Agenda, key: str) -> Sequence[Any]:
    return next((section.lines for section in agenda.sections if section.key == key), ())


def _action(line: Any) -> Action:
    return Action(line.bug.tracker, line.bug.number, line.url, line.what, line.status, line.owner, line.since)


def _record(entry: TeamEntry, documents: TeamDocuments) -> dict[str, object]:
    standing = documents.standing
    return {
        "team": entry.name,
        "channels": list(entry.channels),
        "headline": entry.headline,
        "since": entry.since,
        "meetings": [
            {
                "meeting": each.id,
                "page": f"../../{meeting_path(each.id)}.html",
                "headline": each.headline,
                "moved": each.moved,
                "new": each.new,
                "bugs": each.bugs,
            }
            for each in documents.meetings
        ],
        "status": status_json(standing.at, standing.states, standing.unresolved),
    }


def _content(
    page: str, documents: TeamDocuments, trends: TrendsTable | None, entry: TeamEntry, site: SiteMap
) -> list[Markup]:
    last = documents.meetings[-1]
    lives = {bug: link_from(page, f"{bug_path(bug)}.html") for bug in documents.since.shown.bugs if bug in site.bugs}
    parts = [
        Markup('<p class="ways"><a href="{}">The last meeting, {}</a> <a href="{}">Feed</a></p>\n').format(
            link_from(page, f"{meeting_path(last.id)}.html"), last.day, "feed.atom"
        ),
        Markup('<p class="since"><b>Since then:</b> {}</p>\n').format(words(entry.since)),
    ]
    parts += [_agenda_section(page, section, site) for section in documents.agenda.sections]
    if trends is not None:
        parts.append(render_trends(trends))
    parts.append(_meetings(page, documents.meetings))
    parts += [_in_hand(section, lives) for section in documents.since.page.sections if section.key is SectionKey.ALL]
    return parts


def _in_hand(section: Section, lives: Mapping[BugKey, str]) -> Markup:
    """The bugs in view, for looking things up: closed where there are many, on a phone always."""
    table = render_table(section.title, section.columns, section.rows, section.headings, lives)
    fold = "always" if len(section.rows) > _FOLDED else "phone"
    return Markup(
        '<section id="all" class="part section" aria-labelledby="all-h"><details class="fold {}"><summary>'
        '<h2 id="all-h">Bugs in view <span class="n">{}</span></h2></summary>\n{}</details></section>\n'
    ).format(fold, len(section.rows), table)


def _agenda_section(page: str, section: AgendaSection, site: SiteMap) -> Markup:
    items = [
        Markup("{} {} <small>{}</small>").format(
            link_bug(page, line.bug, site, line.url), words(line.what), words(_say_standing(line))
        )
        for line in section.lines
    ]
    if section.left_out:
        items.append(Markup("<small>{}</small>").format(f"and {say_count(section.left_out, 'more line')}"))
    tone = {"backwards": "bad", "untriaged": "news"}.get(section.key, "warn")
    count = len(section.lines) + section.left_out
    return render_part(f"agenda-{section.key}", section.title, render_list(items, "lines"), count=count, tone=tone)


def _say_standing(line: Any) -> str:
    standing = f"{line.status} since {line.since}" if line.since else line.status
    return " — ".join(part for part in (standing, f"owner: {line.owner}") if part)


def _meetings(page: str, meetings: Sequence[MeetingEntry]) -> Markup:
    items = [
        Markup('<a href="{}">{}</a> {}').format(
            link_from(page, f"{meeting_path(each.id)}.html"), each.day, words(each.headline)
        )
        for each in reversed(meetings)
    ]
    return render_part("meetings", "Meetings", render_list(items, "lines"), count=len(items))
