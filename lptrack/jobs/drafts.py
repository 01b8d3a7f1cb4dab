"""What `lptrack post` would send: a team's report or agenda as it is now, in the forms that destinations take."""

from __future__ import annotations

import hashlib
import html
from dataclasses import dataclass, replace

from lptrack.config.model import Config
from lptrack.deliver.interface import DeliverySpec, Post
from lptrack.jobs.agenda import load_agenda_since
from lptrack.jobs.view import HORIZON, NEVER, load_report
from lptrack.join.evidence import load_meetings
from lptrack.join.model import Filters
from lptrack.report.brief import ROWS
from lptrack.report.render import RenderSettings, find_form, render_document
from lptrack.report.render.agenda import render_agenda
from lptrack.storage.store import Store


@dataclass(frozen=True, slots=True)
class Draft:
    """A post that could be sent. ``window``: the meetings it is about; ``digest``: of what it says, not of when."""

    window: str
    digest: str
    post: Post


@dataclass(frozen=True, slots=True)
class _Text:
    window: str
    meeting: str
    headline: str
    markdown: str
    plain: str
    wiki: str
    content: bytes


def load_draft(store: Store, config: Config, spec: DeliverySpec) -> Draft | None:
    """The post as it is now; None before the team's first meeting."""
    text = _agenda(store, config, spec) if spec.what == "agenda" else _report(store, config, spec)
    if text is None:
        return None
    key = hashlib.sha256("\0".join((spec.identity, spec.team, spec.what, text.window)).encode()).hexdigest()[:40]
    page = f"<p><strong>{html.escape(text.headline)}</strong></p>\n<pre>{html.escape(text.plain)}</pre>\n"
    post = Post(key, spec.team, spec.what, text.meeting, text.headline, text.markdown, text.plain, page, text.wiki)
    return Draft(text.window, hashlib.sha256(text.content).hexdigest(), post)


def _agenda(store: Store, config: Config, spec: DeliverySpec) -> _Text | None:
    team = ("", spec.team)
    if not any(config.team_of(meeting) == team for meeting in load_meetings(store)[0]):
        return None  # "since the last meeting" means nothing yet
    agenda, last = load_agenda_since(store, config, Filters(), team)
    if last is None:
        return None
    return _Text(
        f"{last.id}..now",
        last.id,
        agenda.headline,
        render_agenda(agenda, "markdown"),
        render_agenda(agenda, "text"),
        render_agenda(agenda, "moin"),
        render_agenda(replace(agenda, as_of=NEVER), "text").encode(),
    )


def _report(store: Store, config: Config, spec: DeliverySpec) -> _Text | None:
    report = load_report(store, config, team=("", spec.team), horizon=config.horizon or HORIZON)
    first, last = report.window.start, report.window.end.meeting
    if last is None:
        return None
    earlier = first.meeting.id if first is not None and first.meeting is not None else ""
    brief = RenderSettings(max_rows=ROWS)
    return _Text(
        f"{earlier}..{last.id}",
        last.id,
        report.page.headline,
        render_document(report, find_form("markdown"), brief).decode(),
        render_document(report, find_form("text"), brief).decode(),
        render_document(report, find_form("moin"), brief).decode(),
        report.page.headline.encode() + render_document(report, find_form("csv"), RenderSettings()),
    )
