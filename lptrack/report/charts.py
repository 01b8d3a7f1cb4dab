"""The report's charts as pictures of their own: SVG files for a wiki, a slide or a mail."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Final

from markupsafe import Markup

from lptrack.report.model import Report, TrendsTable
from lptrack.report.render.svg_timeline import render_timeline
from lptrack.report.render.svg_trends import render_burn_down, render_flow

_TINTS: Final = ("new", "inc", "conf", "tri", "prog", "com", "rel", "shut", "def")
_SCALE: Final = 2
"""A picture without a page around it is this many times the size of its coordinates."""

_RULES: Final = """
text { fill: dim; font: 8.6px -apple-system, "Segoe UI", Ubuntu, "Noto Sans", "Liberation Sans", sans-serif; }
.life text { font-size: 11.5px; } .paper { fill: bg; }
.name { fill: ink; font-size: 9px; font-weight: 600; } .lane { fill: ink; font-weight: 600; }
.grid { stroke: line; stroke-width: .7; } .axis { stroke: dim; stroke-width: 1; }
.area { fill: prog; opacity: .1; } .spoken { fill: ink; }
.line { fill: none; stroke-width: 2.2; stroke-linejoin: round; stroke-linecap: round; }
.line.l-open { stroke: prog; } .line.l-closed { stroke: rel; stroke-dasharray: 6 4; }
.line.l-unknown { stroke: new; stroke-dasharray: 1.5 4; }
.line.l-unchecked { stroke: new; stroke-dasharray: 8 3 1.5 3; }
.mark.l-open { fill: prog; } .mark.l-closed { fill: bg; stroke: rel; stroke-width: 1.8; }
.mark.l-unknown, .mark.l-unchecked { fill: new; }
.bar, .key { fill: dim; stroke: bg; stroke-width: 1; }
.count { fill: on; font-weight: 650; } .on-s-unk { fill: dim; }
"""
"""What the page's style sheet gives its charts, with the colours by name: many programs know no `var()`."""


def render_charts(report: Report) -> dict[str, bytes]:
    """`burn-down.svg` and `flow.svg` where there are two meetings, and each life that the report tells."""
    pictures = {}
    table = next((block for block in report.page.blocks if isinstance(block, TrendsTable)), None)
    if table is not None:
        pictures["burn-down.svg"] = render_burn_down(table, below="")
        pictures["flow.svg"] = render_flow(table, below="")
    for bug, life in sorted(report.lives.items()):
        tracker = re.sub(r"[^a-z0-9_-]", "-", bug.tracker)
        pictures[f"bug-{tracker}-{bug.number}.svg"] = render_timeline(life, report.page.as_of, "life")
    return {name: _as_file(picture) for name, picture in pictures.items() if picture}


def _as_file(picture: Markup) -> bytes:
    """The picture with its colours, on paper of its own."""
    head, _, rest = str(picture).partition(">")
    found = re.search(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"', head)
    assert found is not None
    width, height = (float(each) for each in found.groups())
    size = f'width="{width * _SCALE:g}" height="{height * _SCALE:g}"'
    style = f"<style>{_style()}</style>"
    paper = f'<rect class="paper" width="{width:g}" height="{height:g}"/>'
    # the words for a screen reader stand first, as they must
    words, end, drawn = rest.partition("</desc>")
    return f'{head} xmlns="http://www.w3.org/2000/svg" {size}>{words}{end}{style}{paper}{drawn}\n'.encode()


def _style() -> str:
    """Light, and dark where the reader asks for it."""
    light, dark = _load_colours()
    return f"{_paint(light)}@media (prefers-color-scheme: dark) {{\n{_paint(dark)}}}\n"


def _load_colours() -> tuple[dict[str, str], dict[str, str]]:
    """The page's own: by name, in the light and in the dark."""
    sheet = files("lptrack.report.render").joinpath("templates", "report.css").read_text(encoding="utf-8")
    light, dark = re.findall(r":root \{([^}]*--bg:[^}]*)\}", sheet)[:2]
    found = [dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block)) for block in (light, dark)]
    return found[0], found[0] | found[1]


def _paint(colours: dict[str, str]) -> str:
    rules = re.sub(r"(?<=: )[a-z]+(?=;)", lambda found: colours.get(found[0], found[0]), _RULES)
    bars = " ".join(f".bar.s-{tint}, .key.s-{tint} {{ fill: {colours[tint]}; }}" for tint in _TINTS)
    unknown = f".bar.s-unk, .key.s-unk {{ fill: {colours['bg']}; stroke: {colours['dim']}; stroke-dasharray: 3 2; }}"
    return f"{rules.strip()}\n{bars}\n{unknown}\n"
