"""The frame of every page: head, ways to the other pages, foot. No stranger's word stands in its code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from lptrack._version import __version__
from lptrack.escape import inert_lines
from lptrack.report.render.html_text import plain, words
from lptrack.site.address import link_from

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; base-uri 'none'; form-action 'none'"
)
PLACES: Final = (
    ("index.html", "Teams"), ("actions.html", "Action items"), ("bugs/index.html", "Bugs"), ("search.html", "Search"),
)  # fmt: skip
_HEAD: Final = Markup(
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    '<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
    '<meta name="generator" content="lptrack {version}">\n<title>{title}</title>\n'
    '<link rel="stylesheet" href="{style}">\n{more}</head>\n<body class="site {kind}">\n'
    '<a class="skip" href="#main">Skip to the content</a>\n<header>\n'
    '<nav class="places" aria-label="The site"><ul>{places}</ul></nav>\n'
)
_FOOT: Final = Markup(
    "</main>\n<footer>{files}<p>Written by lptrack {version}.{note}</p></footer>\n</body>\n</html>\n"
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a page's own content.

    ``path`` is the page's file below the site's folder; ``trail`` the pages above it (path, words); ``files`` what
    lies beside it (path, words); ``feed`` its Atom feed; ``script`` whether the search's script belongs to it.
    """

    path: str
    title: str
    kind: str
    headline: str = ""
    trail: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    feed: str = ""
    script: bool = False
    note: str = ""


def render_page(frame: Frame, content: Iterable[Markup]) -> bytes:
    """The whole page. The same frame and content give the same bytes."""
    parts = [_head(frame)]
    if frame.trail:
        steps = [_to(frame.path, target, text) for target, text in frame.trail]
        parts.append(
            Markup('<p class="trail">{}</p>\n').format(Markup(' <span aria-hidden="true">›</span> ').join(steps))
        )
    parts.append(Markup("<h1>{}</h1>\n").format(words(frame.title)))
    if frame.headline:
        parts.append(Markup('<p class="headline">{}</p>\n').format(words(frame.headline)))
    parts.append(Markup('</header>\n<main id="main" tabindex="-1">\n'))
    parts += content
    files = Markup("")
    if frame.files:
        listed = Markup(", ").join(_to(frame.path, target, text) for target, text in frame.files)
        files = Markup('<p class="files">The same for programs: {}</p>').format(listed)
    note = Markup(" {}").format(words(frame.note)) if frame.note else ""
    parts.append(_FOOT.format(files=files, version=__version__, note=note))
    return inert_lines(Markup("").join(parts), "&#58;").encode("utf-8")


def _head(frame: Frame) -> Markup:
    more = Markup("")
    if frame.feed:
        more += Markup('<link rel="alternate" type="application/atom+xml" title="What moved" href="{}">\n').format(
            link_from(frame.path, frame.feed)
        )
    if frame.script:
        more += Markup('<script src="{}" defer></script>\n').format(link_from(frame.path, "search.js"))
    return _HEAD.format(
        policy=POLICY,
        version=__version__,
        title=plain(frame.title),
        style=link_from(frame.path, "style.css"),
        more=more,
        kind=frame.kind,
        places=Markup("").join(_place(frame.path, target, text) for target, text in PLACES),
    )


def _place(page: str, target: str, text: str) -> Markup:
    here = Markup(' aria-current="page"') if page == target else ""
    return Markup('<li><a href="{}"{}>{}</a></li>').format(link_from(page, target), here, text)


def _to(page: str, target: str, text: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(link_from(page, target), words(text))


def render_list(items: Sequence[Markup], kind: str = "") -> Markup:
    """The items as a list."""
    rows = Markup("\n").join(Markup("<li>{}</li>").format(item) for item in items)
    return Markup('<ul class="{}">\n{}\n</ul>\n').format(kind, rows)


def render_part(anchor: str, title: str, content: Markup, *, count: int | None = None, tone: str = "plain") -> Markup:
    """A part of the page below a heading of its own."""
    number = Markup(' <span class="n">{}</span>').format(f"{count:,}") if count is not None else ""
    return Markup('<section id="{0}" class="part section t-{1}" aria-labelledby="{0}-h">\n'
                  '<h2 id="{0}-h">{2}{3}</h2>\n{4}</section>\n').format(
        anchor, tone, escape(words(title)), number, content
    )  # fmt: skip
