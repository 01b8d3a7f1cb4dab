"""Two charts of a team's meetings: what is open over time (burn-down), and how the work flows through the statuses.

Neither tells anything by colour alone: lines differ in stroke and marker and carry their name, bars are stacked in
the order of the legend, and the page has the numbers in a table below.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from markupsafe import Markup

from lptrack.report.model import TrendsTable
from lptrack.report.render.html_text import plain
from lptrack.report.render.svg import element, label, number, picture, status_class

_WIDTH: Final = 400
_HEIGHT: Final = 226
_LEFT: Final = 34
_RIGHT: Final = 110  # room for the names at the lines' ends, also in the letters of a phone
_KEYS: Final = 122  # and for those of the statuses
_TOP: Final = 12
_BOTTOM: Final = 196
_LABELS: Final = 4  # dates below the axis


def _step(top: int) -> int:
    """The distance of the lines of an axis: 1, 2, 5, 10, 20, 50, …, so that at most five reach the top."""
    scale = 1
    while True:
        for step in (1, 2, 5):
            if top <= 5 * step * scale:
                return step * scale
        scale *= 10


def _ceiling(top: int) -> int:
    """The end of an axis: the first line that nothing rises above."""
    step = _step(top)
    return max(1, -(-top // step)) * step


def _axes(ceiling: int, labels: Sequence[str], xs: Sequence[float], right: float) -> list[Markup]:
    parts = []
    for value in range(0, ceiling + 1, _step(ceiling)):
        y = _BOTTOM - (_BOTTOM - _TOP) * value / ceiling
        parts.append(element("line", x1=_LEFT, x2=right, y1=y, y2=y, class_="grid" if value else "axis"))
        parts.append(label(_LEFT - 5, y + 3.5, str(value), anchor="end"))
    for index in _spread(len(labels), _LABELS):
        parts.append(element("line", x1=xs[index], x2=xs[index], y1=_BOTTOM, y2=_BOTTOM + 4, class_="axis"))
        parts.append(label(xs[index], _BOTTOM + 16, _short(labels[index]), anchor="middle"))
    return parts


def _short(text: str) -> str:
    return text if len(text) <= 14 else text[:13] + "…"


def _spread(count: int, most: int) -> list[int]:
    """At most ``most`` indexes of ``count``, evenly, with the first and the last."""
    if count <= most:
        return list(range(count))
    return sorted({round(step * (count - 1) / (most - 1)) for step in range(most)})


def _apart(heights: list[float], gap: float) -> list[float]:
    """The same heights moved so that labels don't cover one another, none below the axis."""
    order = sorted(range(len(heights)), key=lambda index: (heights[index], index))
    placed = list(heights)
    for above, below in pairwise(order):
        placed[below] = max(placed[below], placed[above] + gap)
    floor = float(_BOTTOM)
    for index in reversed(order):
        placed[index] = min(placed[index], floor)
        floor = placed[index] - gap
    return placed


_BELOW: Final = " The table below has every meeting."


def render_burn_down(trends: TrendsTable, name: str = "burn", below: str = _BELOW) -> Markup:
    """Open, closed and unknown tasks at each meeting, as lines; empty where there is no meeting.

    ``below`` tells a screen reader where the numbers are.
    """
    points = trends.points
    if not points:
        return Markup("")
    series = [
        ("open", tuple(point.open for point in points)),
        ("closed", tuple(point.closed for point in points)),
        ("unknown", tuple(point.unknown for point in points)),
        ("unchecked", tuple(point.unchecked for point in points)),
    ]
    series = [(which, counts) for which, counts in series if which == "open" or any(counts)]
    ceiling = _ceiling(max(max(counts) for _, counts in series))
    right = _WIDTH - _RIGHT
    step = (right - _LEFT) / max(1, len(points) - 1)
    xs = [_LEFT + step * index for index in range(len(points))]
    parts = _axes(ceiling, [point.label for point in points], xs, right)

    def y_of(count: int) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * count / ceiling

    ends = _apart([y_of(counts[-1]) for _, counts in series], 14)
    for (which, counts), end in zip(series, ends, strict=True):
        path = " ".join(f"{number(x)},{number(y_of(count))}" for x, count in zip(xs, counts, strict=True))
        if which == "open" and len(points) > 1:
            area = f"{number(xs[0])},{_BOTTOM} {path} {number(xs[-1])},{_BOTTOM}"
            parts.append(element("polygon", points=area, class_="area"))
        parts.append(element("polyline", points=path, class_=f"line l-{which}"))
        marked = range(len(points)) if len(points) <= 16 else (len(points) - 1,)
        parts.extend(_marker(which, xs[index], y_of(counts[index])) for index in marked)
        words = "not checked" if which == "unchecked" else which
        parts.append(label(right + 9, end + 3.5, f"{counts[-1]} {words}", f"name n-{which}"))
    first, last = points[0], points[-1]
    described = (
        f"Open bug tasks went from {first.open} at {first.label} to {last.open} at {last.label}, "
        f"closed ones from {first.closed} to {last.closed}; {last.unknown} are not known, "
        f"{last.unchecked} were not checked.{below}"
    )
    return picture(name, _WIDTH, _HEIGHT, "Burn-down: open and closed bug tasks at each meeting", described, parts)


def _marker(which: str, x: float, y: float) -> Markup:
    """A disc for open, a square for closed, a diamond for unknown."""
    match which:
        case "open":
            return element("circle", cx=x, cy=y, r=3.5, class_="mark l-open")
        case "closed":
            return element("rect", x=x - 3, y=y - 3, width=6, height=6, class_="mark l-closed")
        case _:
            corners = ((x, y - 4), (x + 4, y), (x, y + 4), (x - 4, y))
            points = " ".join(f"{number(across)},{number(down)}" for across, down in corners)
            return element("polygon", points=points, class_=f"mark l-{which}")


def render_flow(trends: TrendsTable, name: str = "flow", below: str = _BELOW) -> Markup:
    """How many tasks were in which status at each meeting, as stacked bars in the order of a bug's life."""
    statuses = [(status, counts) for status, counts in trends.by_status if any(counts)]
    meetings = len(trends.points)
    if not statuses or not meetings:
        return Markup("")
    ceiling = _ceiling(max(sum(counts[index] for _, counts in statuses) for index in range(meetings)))
    right = _WIDTH - _KEYS
    slot = (right - _LEFT) / meetings
    bar = min(slot * 0.84, 48)
    xs = [_LEFT + slot * (index + 0.5) for index in range(meetings)]
    parts = _axes(ceiling, [point.label for point in trends.points], xs, right)
    unit = (_BOTTOM - _TOP) / ceiling
    centres: list[float] = []
    floors = [float(_BOTTOM)] * meetings
    # The last status of a life lies at the bottom, so that what is done piles up and what is open rides on it.
    for status, counts in reversed(statuses):
        look = status_class(status)
        for index, count in enumerate(counts):
            if not count:
                continue
            height = count * unit
            top = floors[index] - height
            title = element("title", plain(f"{trends.points[index].label}: {count} {status}"))
            parts.append(
                element("rect", title, x=xs[index] - bar / 2, y=top, width=bar, height=height, class_=f"bar {look}")
            )
            if height >= 13 and bar >= 15:
                parts.append(label(xs[index], top + height / 2 + 3.5, str(count), f"count on-{look}", "middle"))
            floors[index] = top
        centres.append(floors[-1] + counts[-1] * unit / 2)
    for (status, counts), y in zip(reversed(statuses), _apart(centres, 13.5), strict=True):
        parts.append(element("rect", x=right + 8, y=y - 4, width=8, height=8, class_=f"key {status_class(status)}"))
        parts.append(label(right + 20, y + 3.5, f"{counts[-1]} {status}", "name"))
    described = "; ".join(f"{status}: {counts[0]} then {counts[-1]}" for status, counts in statuses)
    return picture(
        name, _WIDTH, _HEIGHT, "Flow: bug tasks in each status at each meeting",
        f"At the first and the last meeting: {described}.{below}", parts,
    )  # fmt: skip
