"""An Atom feed of what moved: one entry a change, with ids that stay when the next report tells the same change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from lptrack.escape import one_line, safe_url
from lptrack.escape import xml as esc
from lptrack.model import Change
from lptrack.report.model import Document, Report
from lptrack.report.render import RenderSettings
from lptrack.report.rows import say_change
from lptrack.report.wording import say_bug, say_value


def render(document: Document, settings: RenderSettings) -> str:
    """Write the changes of a report, the newest first, after one entry for the report itself."""
    assert isinstance(document, Report)
    return render_feed(document, FeedLinks(own=safe_url(settings.feed) or ""))


@dataclass(frozen=True, slots=True)
class FeedLinks:
    """Where a feed is read, as far as that is known: its own address, its page, the page of its newest report."""

    own: str = ""
    page: str = ""
    report: str = ""


def render_feed(report: Report, links: FeedLinks | None = None) -> str:
    """The feed of a report, with its addresses."""
    return "\n".join(_lines(report, links or FeedLinks())) + "\n"


def _lines(report: Report, links: FeedLinks) -> Iterator[str]:
    page, window = report.page, report.window
    meeting = window.end.meeting or (window.meetings[-1] if window.meetings else None)
    team = f"{meeting.channel}/{meeting.name or ''}" if meeting is not None else "all"
    start = window.start.meeting.id if window.start is not None and window.start.meeting is not None else ""
    end = window.end.meeting.id if window.end.meeting is not None else page.as_of.isoformat()
    changes = sorted(
        ((_updated(report, change), change) for change in window.changes),
        key=lambda pair: (-pair[0].timestamp(), pair[1].bug, pair[1].target, pair[1].field),
    )
    newest = max([page.as_of, *(at for at, _ in changes)])
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield '<feed xmlns="http://www.w3.org/2005/Atom">'
    yield f"  <id>{_id('feed', team)}</id>"
    yield f"  <title>{esc(one_line(f'What moved: {team}' if meeting is not None else 'What moved'))}</title>"
    yield f"  <updated>{_stamp(newest)}</updated>"
    yield "  <author><name>lptrack</name></author>"
    yield "  <generator>lptrack</generator>"
    for relation, address in (("self", links.own), ("alternate", links.page)):
        if address:
            yield f'  <link rel="{relation}" href="{esc(address)}"/>'
    yield from _entry(
        _id("report", team, start, end),
        page.title,
        page.as_of,
        " ".join((page.headline, *(f"{notice.text}." for notice in page.notices))),
        links.report or (meeting.url if meeting is not None else None),
    )
    for at, change in changes:
        yield from _entry(
            _id(
                "change",
                *map(str, change.bug),
                change.task,
                change.field,
                str(change.before),
                str(change.after),
                change.changed_at.isoformat() if change.changed_at is not None else end,
            ),
            f"{say_bug(change.bug)} {change.package or change.target}: {_said(change)}",
            at,
            f"{say_value(change.title)}" + (f" (by {change.changed_by})" if change.changed_by else ""),
            change.url,
        )
    yield "</feed>"


def _said(change: Change) -> str:
    if change.field == "status":
        return f"{say_value(change.before)} → {say_value(change.after)}"
    return say_change(change.field, change.before, change.after)


def _entry(ident: str, title: str, at: datetime, text: str, url: str | None) -> Iterator[str]:
    yield "  <entry>"
    yield f"    <id>{ident}</id>"
    yield f'    <title type="text">{esc(one_line(title))}</title>'
    yield f"    <updated>{_stamp(at)}</updated>"
    address = safe_url(url)
    if address:
        yield f'    <link rel="alternate" href="{esc(address)}"/>'
    yield f'    <content type="text">{esc(one_line(text))}</content>'
    yield "  </entry>"


def _updated(report: Report, change: Change) -> datetime:
    if change.changed_at is not None:
        return change.changed_at
    after = report.window.after.get((change.bug, change.task))
    return after.observed_at if after is not None else report.page.as_of


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"


def _id(*parts: str) -> str:
    name = "\x1f".join(parts).encode("utf-8", "backslashreplace").decode("utf-8")
    return f"urn:uuid:{uuid5(NAMESPACE_URL, name)}"
