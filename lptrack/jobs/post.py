"""Deliver reports and agendas where the configuration says, each once; what fails is named, and the rest goes on.

A post is recorded before it is sent and confirmed after. One that was begun and never confirmed may have arrived: the
next run looks for it where the destination can be asked, and else sends it with the same id.
"""

from __future__ import annotations

import hashlib
import html
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from lptrack.config.model import Config, Team
from lptrack.deliver import delivery_kinds
from lptrack.deliver.interface import DeliveryError, DeliverySpec, Post
from lptrack.jobs.agenda import load_agenda
from lptrack.jobs.view import HORIZON, NEVER, load_report
from lptrack.join.model import Filters
from lptrack.report.brief import ROWS
from lptrack.report.render import RenderSettings, find_form, render_document
from lptrack.report.render.agenda import render_agenda
from lptrack.storage.store import Store


class Done(StrEnum):
    """What became of a post."""

    SENT = "sent"
    EDITED = "edited"
    KEPT = "already delivered"
    DRY = "would be sent"
    NONE = "nothing to deliver yet"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Posted:
    """One configured delivery and what became of it."""

    spec: DeliverySpec
    done: Done
    post: Post | None = None
    failure: DeliveryError | None = None


@dataclass(frozen=True, slots=True)
class _Draft:
    window: str  # the meetings that it is about
    digest: str  # of what it says, without the moment at which it was written
    post: Post


def deliveries_of(config: Config) -> tuple[tuple[Team, DeliverySpec], ...]:
    """The configured deliveries; `load_config` refuses a file with deliveries that nobody has trusted."""
    return tuple((team, spec) for team in config.teams for spec in team.deliveries)


def post_all(
    store: Store, config: Config, *, team: str | None, dry: bool, say: Callable[[Posted], None]
) -> tuple[Posted, ...]:
    """Deliver what is due; ``say`` takes each as it is done."""
    found = []
    for configured, spec in deliveries_of(config):
        if team not in (None, configured.name):
            continue
        posted = _post(store, config, spec, dry=dry)
        say(posted)
        found.append(posted)
    return tuple(found)


def _post(store: Store, config: Config, spec: DeliverySpec, *, dry: bool) -> Posted:
    draft = _draft(store, config, spec)
    if draft is None:
        return Posted(spec, Done.NONE)
    kind = delivery_kinds()[spec.kind]
    place = (spec.identity, spec.team, spec.what, draft.window)
    before = store.load_delivery(place)
    if before is not None and before.is_confirmed and (before.digest == draft.digest or not kind.edits):
        return Posted(spec, Done.KEPT, draft.post)
    if dry:
        return Posted(spec, Done.DRY, draft.post)
    from lptrack.deliver.wire import HttpWire, load_secret

    reference = None if before is None else before.reference
    try:
        wire = HttpWire(load_secret(spec))
        store.begin_delivery(place, draft.digest)
        doubtful = before is not None and reference is None
        reference = kind.send(spec, draft.post, reference, doubtful, wire)
    except DeliveryError as error:
        return Posted(spec, Done.FAILED, draft.post, error)
    store.confirm_delivery(place, reference)
    return Posted(spec, Done.SENT if before is None or before.reference is None else Done.EDITED, draft.post)


def _draft(store: Store, config: Config, spec: DeliverySpec) -> _Draft | None:
    """The post as it is now; None before the team's first meeting."""
    team = ("", spec.team)
    horizon = config.horizon or HORIZON
    if spec.what == "agenda":
        agenda = load_agenda(store, config, Filters(), team)
        last = load_report(store, config, start=None, end=None, team=team, across=False, arranged=False).window
        if last.end.meeting is None:
            return None
        window, meeting, headline = f"{last.end.meeting.id}..now", last.end.meeting.id, agenda.headline
        text, plain = render_agenda(agenda, "markdown"), render_agenda(agenda, "text")
        content = render_agenda(replace(agenda, as_of=NEVER), "text").encode()
    else:
        report = load_report(store, config, team=team, horizon=horizon)
        ends = report.window
        if ends.end.meeting is None:
            return None
        meeting, headline = ends.end.meeting.id, report.page.headline
        earlier = ends.start.meeting.id if ends.start is not None and ends.start.meeting is not None else ""
        window = f"{earlier}..{meeting}"
        brief = RenderSettings(max_rows=ROWS)
        text = render_document(report, find_form("markdown"), brief).decode()
        plain = render_document(report, find_form("text"), brief).decode()
        content = headline.encode() + render_document(report, find_form("csv"), RenderSettings())
    key = hashlib.sha256("\0".join((spec.identity, spec.team, spec.what, window)).encode()).hexdigest()[:40]
    page = f"<p><strong>{html.escape(headline)}</strong></p>\n<pre>{html.escape(plain)}</pre>\n"
    post = Post(key, spec.team, spec.what, meeting, headline, text, plain, page)
    return _Draft(window, hashlib.sha256(content).hexdigest(), post)
