"""A bug's life as one picture: a lane for each task, a band for each status, a mark for each time it came up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from markupsafe import Markup

from lptrack.join.model import BugLife
from lptrack.model import ReferenceKind, Unknown
from lptrack.report.render.html_text import plain
from lptrack.report.render.svg import element, label, picture, status_class

_WIDTH: Final = 900
_LEFT: Final = 8
_RIGHT: Final = 892
_LANE: Final = 44
_LANES: Final = 12  # a bug with fifty tasks is told in words below
_CHAR: Final = 7.2  # the width of a letter, on average, to see whether a name fits its band


@dataclass(frozen=True, slots=True)
class _Band:
    since: datetime
    until: datetime
    status: str | None


@dataclass(frozen=True, slots=True)
class _Lane:
    name: str
    bands: tuple[_Band, ...]


def render_timeline(life: BugLife, as_of: datetime, name: str) -> Markup:
    """The statuses of the bug's tasks up to ``as_of`` and when it was spoken of; empty where no status is known."""
    every = _lanes(life, as_of)
    lanes = every[:_LANES]
    mentioned_at = (reference.at for reference in life.references if reference.kind is not ReferenceKind.ANNOUNCEMENT)
    spoken = sorted({at for at in mentioned_at if at is not None and at <= as_of})
    instants = [band.since for lane in lanes for band in lane.bands] + spoken
    if not lanes:
        return Markup("")
    first, last = min(instants), max(as_of, *instants)
    length = max(last - first, timedelta(hours=1))

    def x_of(at: datetime) -> float:
        return _LEFT + (_RIGHT - _LEFT) * ((at - first) / length)

    floor = 20 + _LANE * len(lanes)
    marks = sorted({round(x_of(at), 1) for at in spoken})
    parts: list[Markup] = []
    for index, lane in enumerate(lanes):
        parts += _draw(lane, 18 + _LANE * index, x_of)
    parts.append(element("line", x1=_LEFT, x2=_RIGHT, y1=floor + 6, y2=floor + 6, class_="axis"))
    parts += [element("circle", cx=x, cy=floor + 6, r=4, class_="spoken") for x in marks]
    parts.append(label(_LEFT, floor + 26, f"{first:%Y-%m-%d}"))
    parts.append(label(_RIGHT, floor + 26, f"{last:%Y-%m-%d}", anchor="end"))
    times = "once" if len(spoken) == 1 else f"{len(spoken)} times"
    legend = f"● spoken of {times}" if spoken else "never spoken of"
    if len(every) > len(lanes):
        legend += f"; the first {len(lanes)} of {len(every)} tasks"
    parts.append(label(_WIDTH / 2, floor + 26, legend, anchor="middle"))
    title = f"The life of {life.bug.tracker} bug {life.bug.number}"
    return picture(name, _WIDTH, floor + 34, title, _described(lanes, len(spoken)), parts, "chart life")


def _draw(lane: _Lane, top: float, x_of: Callable[[datetime], float]) -> list[Markup]:
    """A task's name and below it its bands, each with its status where that fits."""
    parts = [label(_LEFT, top + 11, lane.name, "lane")]
    for band in lane.bands:
        left, width = x_of(band.since), max(x_of(band.until) - x_of(band.since), 2)
        status, class_ = band.status or "not known", status_class(band.status)
        title = element("title", plain(f"{status}, {band.since:%Y-%m-%d} to {band.until:%Y-%m-%d}"))
        parts.append(element("rect", title, x=left, y=top + 17, width=width, height=19, class_=f"bar {class_}"))
        if width > len(status) * _CHAR + 8:
            parts.append(label(left + 5, top + 31, status, f"count on-{class_}"))
    return parts


def _described(lanes: tuple[_Lane, ...], spoken: int) -> str:
    parts = [f"{lane.name}: " + ", then ".join(band.status or "not known" for band in lane.bands) for lane in lanes]
    return ". ".join([*parts, f"Mentions: {spoken}"]) + "."


def _lanes(life: BugLife, as_of: datetime) -> tuple[_Lane, ...]:
    """From the tracker's own log where there is one; else from what was announced and seen, each until the next."""
    lanes = _logged(life, as_of) if life.history else _witnessed(life, as_of)
    return tuple(sorted(lanes, key=lambda lane: lane.bands[0].since))


def _logged(life: BugLife, as_of: datetime) -> list[_Lane]:
    assert life.history
    lanes = []
    for task in life.history.lives:
        end = min(as_of, task.deleted_at or as_of)
        bands: list[_Band] = []
        for span in task.spans:
            until = min(span.until or end, end)
            if span.since >= until:
                continue
            status = None if isinstance(span.status, Unknown) else span.status
            if bands and bands[-1].status == status:
                bands[-1] = _Band(bands[-1].since, until, status)
            else:
                bands.append(_Band(span.since, until, status))
        if bands:
            lanes.append(_Lane(task.spans[-1].target, tuple(bands)))
    return lanes


def _witnessed(life: BugLife, as_of: datetime) -> list[_Lane]:
    seen: dict[str, list[tuple[datetime, str | None]]] = {}
    for announcement in life.announcements:
        if (
            announcement.reference.at
            and announcement.target
            and announcement.status
            and announcement.reference.at <= as_of
        ):
            seen.setdefault(announcement.target, []).append((announcement.reference.at, announcement.status))
    for at, state in life.observed:
        if at <= as_of:
            seen.setdefault(state.target, []).append(
                (at, None if isinstance(state.status, Unknown) else state.status)
            )
    lanes = []
    for target, points in seen.items():
        points.sort(key=lambda point: point[0])
        bands: list[_Band] = []
        for at, status in points:
            if bands and bands[-1].status == status:
                continue
            if bands:
                bands[-1] = _Band(bands[-1].since, at, bands[-1].status)
            bands.append(_Band(at, as_of, status))
        lanes.append(_Lane(target, tuple(band for band in bands if band.since <= band.until)))
    return lanes
