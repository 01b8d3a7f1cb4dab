"""From a raw line of HTML to lines of text as the MoinMoin readers know them: headings `== x ==`, items ` * x`."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from lptrack.grammar.scan import scan_line
from lptrack.logs.interface import RawLine
from lptrack.model import LAUNCHPAD

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)([^<>]{0,8000})>|<![a-zA-Z][^<>]{0,2000}>")
"""A `>` in an attribute ends the tag: looking for the quote's end takes the square of a broken line's length."""

_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))", re.IGNORECASE)
_NUMBER = re.compile(r"\d{3}")
_BLOCKS = frozenset(["p", "div", "li", "ul", "ol", "dl", "dd", "dt", "br", "tr", "table", "tbody", "pre", "section", "article", "header", "footer", "main", "body", "html", "head", "hr", "blockquote"])  # fmt: skip  # noqa: E501
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_SILENT = frozenset(("script", "style"))


class Stripper:
    """Strips one document's tags line by line; a script or style that is open goes on over lines."""

    def __init__(self, *, keep_blocks: bool = False) -> None:
        self._silent: str | None = None
        self._link: tuple[str, int] | None = None
        self._keep_blocks = keep_blocks

    def strip(self, raw: str) -> list[str]:
        """The lines of text in one raw line: a block element begins a new one. Empty where there is no text."""
        raw = _without_comments(raw)
        out: list[str] = [""]
        position = 0
        for match in _TAG.finditer(raw):
            if self._silent is None:
                out[-1] += raw[position : match.start()]
            position = match.end()
            tag = (match[2] or "").lower()
            if self._silent is not None:
                if match[1] and tag == self._silent:
                    self._silent = None
                continue
            self._open(out, tag, bool(match[1]), match[3] or "")
        if self._silent is None:
            out[-1] += raw[position:]
        self._link = None
        return [html.unescape(line) for line in out if line.strip()]

    def _open(self, out: list[str], tag: str, closing: bool, attributes: str) -> None:
        if tag in _SILENT and not closing:
            self._silent = tag
        elif tag in _HEADINGS:
            if closing:
                out[-1] += f" {'=' * int(tag[1])}"
                out.append("")
            else:
                out.append(f"{'=' * int(tag[1])} ")
        elif tag == "li" and not closing:
            out.append(" * ")
        elif tag in _BLOCKS:
            if out[-1].strip():
                out.append("")
        elif tag == "a":
            if closing:
                self._close_link(out)
            elif href := _HREF.search(attributes):
                self._link = (href[1] or href[2] or href[3] or "", len(out[-1]))

    def _close_link(self, out: list[str]) -> None:
        """What a link points to is part of the text where its own text does not say it."""
        if self._link is None:
            return
        address, start = self._link
        self._link = None
        shown = out[-1][start:].strip()
        if not address.startswith(("http://", "https://")) or not shown or shown.startswith(("http", "www.")):
            return
        if _NUMBER.search(shown) and not any(match.tracker == LAUNCHPAD for match in scan_line(address)):
            out[-1] = f"{out[-1][:start]}[{shown}]({address})"  # whose the number is, the target tells
            return
        if any(str(match.number) not in shown for match in scan_line(address)):
            out[-1] += f" ({address})"


def _without_comments(raw: str) -> str:
    """A comment that is not closed in its line stays as text: it must not cost the lines behind it."""
    start = raw.find("<!--")
    if start < 0:
        return raw
    parts, position = [], 0
    while start >= 0 and (end := raw.find("-->", start)) >= 0:
        parts.append(raw[position:start])
        position = end + 3
        start = raw.find("<!--", position)
    return "".join((*parts, raw[position:]))


def strip_lines(lines: Iterable[RawLine]) -> Iterator[tuple[RawLine, list[str]]]:
    """Each raw line with its lines of text; a tag that is broken over lines is read whole with the last of them."""
    stripper = Stripper()
    broken = ""
    for line in lines:
        text = broken + line.text
        start = text.rfind("<")
        if (
            start >= 0
            and ">" not in text[start:]
            and re.match(r"<[/!a-zA-Z]", text[start:])
            and len(text) - start < 4000
        ):
            broken, text = text[start:] + " ", text[:start]
        else:
            broken = ""
        yield line, stripper.strip(text)
