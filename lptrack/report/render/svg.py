"""The few words of SVG that the charts need: escaped elements, short numbers, and the class of a status."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from markupsafe import Markup, escape

from lptrack.report.render.html_text import plain
from lptrack.trackers import find_status


@lru_cache(maxsize=256)
def status_class(status: str | None) -> str:
    """`s-rel` for Fix Released; `s-unk` for what cannot be known, `s-def` for a status of a later tracker."""
    if status is None:
        return "s-unk"
    found = find_status(status)
    return f"s-{found.shade if found is not None else 'def'}"


def number(value: float) -> str:
    """A coordinate with at most one decimal and no `-0`: shorter files, the same on every machine."""
    if isinstance(value, int):
        return str(value)
    short = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def element(name: str, inner: Markup | str = "", /, **attributes: str | float) -> Markup:
    """One element; attributes in the order given, ``class_`` is `class`, `_` inside a name is `-`.

    A page has tens of thousands of them, and their names and classes are a few words.
    """
    parts = [f"<{name}"]
    for key, value in attributes.items():
        shown = _quote(value) if isinstance(value, str) else number(value)
        parts.append(f' {_spell_name(key)}="{shown}"')
    if not inner:
        parts.append("/>")
    else:
        parts.append(f">{inner if isinstance(inner, Markup) else escape(inner)}</{name}>")
    return Markup("".join(parts))  # noqa: S704 - each part was escaped above


@lru_cache(maxsize=256)
def _spell_name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


@lru_cache(maxsize=1 << 12, typed=True)  # a `Markup` is escaped already, the same letters in a `str` are not
def _quote(value: str) -> str:
    return str(escape(value))


def label(x: float, y: float, text: str, class_: str = "", anchor: str = "start") -> Markup:
    """A piece of text; ``anchor`` is SVG's (`start`, `middle`, `end`)."""
    return element("text", plain(text), x=x, y=y, class_=class_, text_anchor=anchor)


def picture(
    name: str,
    width: float,
    height: float,
    title: str,
    description: str,
    parts: Iterable[Markup],
    class_: str = "chart",
) -> Markup:
    """A whole image with the title and the description that a screen reader tells instead of it."""
    head = element("title", plain(title), id=f"{name}-t") + element("desc", plain(description), id=f"{name}-d")
    return element(
        "svg", head + Markup("").join(parts), viewBox=f"0 0 {number(width)} {number(height)}", role="img",
        aria_labelledby=f"{name}-t", aria_describedby=f"{name}-d", class_=class_,
    )  # fmt: skip
