"""A bug's page: where it stands, its life by its tracker's log, and every time it was spoken of."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from lptrack.escape import json_text
from lptrack.join.model import BugLife
from lptrack.model import ReferenceKind
from lptrack.report.arrange_history import build_timeline
from lptrack.report.model import HistoryReport, Page, Timeline
from lptrack.report.records import render_instant
from lptrack.report.render.csv_table import render_rows
from lptrack.report.render.html_blocks import events_html, note_html, scroll_html, source_html
from lptrack.report.render.html_text import words
from lptrack.report.render.json_object import build_object
from lptrack.report.render.svg_timeline import render_timeline
from lptrack.report.wording import NOT_KNOWN, say_bug, say_count, say_value
from lptrack.site.address import bug_path, link_from, meeting_path, team_path
from lptrack.site.model import BugEntry, Built, SiteMap, SiteTeam
from lptrack.site.parts import render_table
from lptrack.site.shell import Frame, render_page, render_part

COLUMNS = ("at", "kind", "who", "target", "text", "meeting", "url")


def build_bug(life: BugLife, as_of: datetime, teams: tuple[SiteTeam, ...], site: SiteMap) -> Built[BugEntry]:
    """The page with its CSV (a row a line of its life) and its JSON, which is `history`'s."""
    path = bug_path(life.bug)
    timeline = build_timeline(life, as_of)
    entry = _build_entry(life)
    frame = Frame(
        path=f"{path}.html",
        title=f"{say_bug(life.bug)} {timeline.title}",
        kind="bug",
        headline=_headline(life, entry),
        trail=(("bugs/index.html", "Bugs"),),
        files=((f"{path}.json", "JSON"), (f"{path}.csv", "CSV")),
        note=f"As known on {as_of:%Y-%m-%d %H:%M} UTC.",
    )
    page = Page(title=frame.title, headline=frame.headline, scope=(), as_of=as_of)
    record = build_object(HistoryReport(page, (life,)))["bugs"][0]
    rows = (
        (render_instant(e.at), e.moment.value, e.who or None, e.target or None, e.text, e.meeting, e.url)
        for e in timeline.entries
    )
    return Built(
        entry,
        {
            f"{path}.json": f"{json_text(record)}\n".encode(),
            f"{path}.csv": render_rows(COLUMNS, rows, bom=True).encode(),
            frame.path: render_page(frame, _content(frame.path, life, timeline, as_of, teams, site)),
        },
    )


def _build_entry(life: BugLife) -> BugEntry:
    people = [each for each in life.references if each.kind is not ReferenceKind.ANNOUNCEMENT]
    spoken = list(life.meetings)
    shown = [state for state in life.states if not state.folded]
    return BugEntry(
        tracker=life.bug.tracker,
        number=life.bug.number,
        title=say_value(life.title, NOT_KNOWN),
        status=", ".join(dict.fromkeys(say_value(state.status) for state in shown)) or NOT_KNOWN,
        packages=", ".join(dict.fromkeys(state.package or state.target for state in shown)),
        times=len(people),
        meetings=len(spoken),
        last=spoken[-1] if spoken else "",
    )


def _headline(life: BugLife, entry: BugEntry) -> str:
    spoken = f"Named in {say_count(entry.meetings, 'meeting')}, {say_count(entry.times, 'time')} by people"
    events = len(life.history.events) if life.history is not None else None
    log = (
        "its tracker's log was never read" if events is None else f"{say_count(events, 'event')} in its tracker's log"
    )
    return f"{entry.status}. {spoken}; {log}."


def _content(
    page: str, life: BugLife, timeline: Timeline, as_of: datetime, teams: tuple[SiteTeam, ...], site: SiteMap
) -> list[Markup]:
    parts = [source_html(say_bug(life.bug), life.url) + "\n"]
    if teams:
        named = Markup(", ").join(
            Markup('<a href="{}">{}</a>').format(link_from(page, f"{team_path(team.slug)}.html"), words(team.name))
            for team in teams
        )
        parts.append(Markup('<p class="source">Spoken of by {}</p>\n').format(named))
    parts += [note_html(note) + "\n" for note in timeline.notes]
    if timeline.tasks:
        parts.append(render_part("now", "Now", render_table("Now", timeline.columns, timeline.tasks, {}, {})))
    if picture := render_timeline(life, as_of, "life"):
        parts.append(render_part("picture", "Its statuses over time", scroll_html("Timeline", picture) + "\n"))
    pages = {
        meeting: link_from(page, f"{meeting_path(meeting)}.html")
        for meeting in life.meetings
        if meeting in site.meetings
    }
    if timeline.entries:
        events = events_html(timeline.entries, pages)
        parts.append(render_part("life", "Its life, line by line", events, count=len(timeline.entries)))
    return parts
