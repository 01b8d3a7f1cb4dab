"""A meeting's page, at an address that stays: the report from the meeting before it to this one, as then."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from lptrack.model import BugKey, Meeting
from lptrack.report.agenda import Duty
from lptrack.report.counts import count_bugs
from lptrack.report.model import Report
from lptrack.report.render import RenderSettings, find_form, render_document
from lptrack.report.render.html_text import link, words
from lptrack.report.wording import say_bug, say_meeting
from lptrack.site.address import bug_path, link_from, meeting_path, team_path
from lptrack.site.model import Built, MeetingEntry, Neighbours, SiteMap, SiteTeam, say_start
from lptrack.site.parts import render_notices, render_scope, render_section
from lptrack.site.shell import Frame, render_list, render_page, render_part


def build_meeting(
    report: Report,
    meeting: Meeting,
    team: SiteTeam,
    beside: Neighbours,
    duties: Sequence[Duty],
    spoken: int,
    site: SiteMap,
) -> Built[MeetingEntry]:
    """The page with its CSV and JSON, which are those of `report --from previous --to MEETING`.

    ``spoken``: how many bugs this meeting spoke of.
    """
    path = meeting_path(meeting.id)
    frame = Frame(
        path=f"{path}.html",
        title=report.page.title,
        kind="meeting",
        headline=report.page.headline,
        trail=_trail(team),
        files=((f"{path}.json", "JSON"), (f"{path}.csv", "CSV")),
        note=f"Ages count to {report.page.as_of:%Y-%m-%d %H:%M} UTC.",
    )
    lives = {bug: link_from(frame.path, f"{bug_path(bug)}.html") for bug in report.shown.bugs if bug in site.bugs}
    content = [render_notices(report.page.notices), render_scope(report.page.scope), _ways(frame.path, beside)]
    if duties:
        content.append(_duties(frame.path, duties, site))
    content += [render_section(section, lives) for section in report.page.sections]
    if not report.page.sections:
        content.append(Markup('<p class="empty">No bug was spoken of so far.</p>\n'))
    settings = RenderSettings(bom=True)
    files = {f"{path}.{form}": render_document(report, find_form(form), settings) for form in ("json", "csv")}
    files[frame.path] = render_page(frame, content)
    return Built(_build_entry(report, meeting, spoken), files)


def _build_entry(report: Report, meeting: Meeting, spoken: int) -> MeetingEntry:
    counts = count_bugs(report.shown)
    return MeetingEntry(
        id=meeting.id,
        title=say_meeting(meeting),
        day=say_start(meeting.started_at, meeting.start_exact),
        headline=report.page.headline,
        moved=counts.moved,
        new=len(counts.new),
        bugs=spoken,
    )


def _trail(team: SiteTeam) -> tuple[tuple[str, str], ...]:
    above = (("index.html", "Teams"),)
    return (*above, (f"{team_path(team.slug)}.html", team.name)) if team.slug else above


def _ways(page: str, beside: Neighbours) -> Markup:
    """Links to the meeting before and the one after."""
    ways = [
        Markup('<a rel="{}" href="{}">{} {}</a>').format(
            relation, link_from(page, f"{meeting_path(meeting.id)}.html"), label,
            say_start(meeting.started_at, meeting.start_exact),
        )
        for relation, label, meeting in (("prev", "← Before:", beside.before), ("next", "After: →", beside.after))
        if meeting is not None
    ]  # fmt: skip
    if not ways:
        return Markup("")
    return Markup('<p class="ways">{}</p>\n').format(Markup(" ").join(ways))


def _duties(page: str, duties: Sequence[Duty], site: SiteMap) -> Markup:
    items = []
    for duty in duties:
        owner = Markup(" <small>{}</small>").format(words(duty.owner)) if duty.owner else Markup("")
        items.append(Markup("{} {}{}").format(link_bug(page, duty.bug, site), words(duty.text), owner))
    return render_part("actions", "Action items noted", render_list(items, "lines"), count=len(items), tone="warn")


def link_bug(page: str, bug: BugKey, site: SiteMap, url: str = "") -> Markup:
    """The bug's number, with its page if there is one, else its tracker's."""
    inner = Markup("<b>{}</b>").format(words(say_bug(bug)))
    if bug in site.bugs:
        return Markup('<a href="{}">{}</a>').format(link_from(page, f"{bug_path(bug)}.html"), inner)
    return link(url, inner)
