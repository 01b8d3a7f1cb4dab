"""Strangers' strings as HTML: escaped, isolated from the text around them, with nothing invisible left in them."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup, escape

from lptrack.escape import one_line, safe_url, spell_hidden

_ISOLATE = Markup("<bdi>{}</bdi>")
_SPELLED = Markup('<span class="ctl">{}</span>')


@lru_cache(maxsize=8192)
def words(text: str) -> Markup:
    """A string of somebody else's as an isolated run of text; hidden characters are spelled out, and look like it.

    Plain ASCII needs no isolation: nothing in it has a direction of its own to give to its neighbours.
    """
    if one_line(text) == text:
        return escape(text) if text.isascii() else _ISOLATE.format(text)
    return _ISOLATE.format(
        Markup("").join(
            _SPELLED.format(shown) if hides else escape(shown)
            for shown, hides in spell_hidden(" ".join(text.split()))
        )
    )


def plain(text: str) -> str:
    """The same for places that hold no elements: attributes, `<title>`, the texts of a picture."""
    return one_line(text)


def mark(text: str) -> Markup:
    """Text whose parts were escaped, each for itself."""
    return Markup(text)  # noqa: S704 - see above


def link(url: str | None, inner: Markup) -> Markup:
    """The text as a link where the address is harmless, else the text."""
    if (address := safe_url(url)) is None:
        return inner
    return mark(f'<a href="{escape(address)}">{escape(inner)}</a>')
