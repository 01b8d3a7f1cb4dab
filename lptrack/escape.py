"""Strangers' words made harmless, for each form: terminal, Markdown, MoinMoin, spreadsheets, XML, JSON, links.

Nothing is dropped: what would act is shown. Invisible and direction-changing characters appear as `\\x1b`, `\\u202e`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final
from urllib.parse import quote, urlsplit

# Joiners shape emoji and Indic words, and these Arabic and Kaithi signs are drawn; other Cf only hides or reorders.
_DRAWN: Final = frozenset("\u200c\u200d\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
_HIDDEN: Final = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))


@lru_cache(maxsize=8192)
def _is_hidden(character: str) -> bool:
    if unicodedata.category(character) in _HIDDEN:
        return character not in _DRAWN
    return (ord(character) & 0xFFFE) == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF  # no characters, not XML either


def _show(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def show_hidden(text: str, keep: str = "") -> str:
    """The text with every control, direction and other invisible character spelled out, but for those in ``keep``."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_show(c) if c not in keep and _is_hidden(c) else c for c in text)


def one_line(text: str) -> str:
    """For a form made of lines and cells: white space becomes single spaces, and nothing hidden is left."""
    return show_hidden(" ".join(text.split()) if not text.isprintable() or "  " in text else text.strip())


def safe_url(url: str | None) -> str | None:
    """An address that may be linked: http or https with a host, in ASCII, with nothing that ends a link early."""
    if not url or not url.startswith(("http://", "https://")):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = parts.hostname
    if not host or "@" in parts.netloc or not all(c.isalnum() or c in ".-:" for c in host):
        return None
    return quote(url.encode("utf-8", "replace"), safe="%/:?#@!$&*+,;=~-._")


# --------------------------------------------------------------------------------------------------- Markdown

_MARKDOWN: Final = re.compile(
    r"[\\`*_\[\]|~$^{}]|(?<!\d):(?=\S)|:(?=[^\s\d])|(?<=[wW]{3})\.|[<>&]|@(?=\w)|#(?=\w)|(?<=\b[gG][hH])-(?=\d)"
)
_ENTITIES: Final = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}


def markdown(text: str) -> str:
    """For inside a line of GitHub's and Discourse's Markdown, a table's cell too.

    Both look for `@name` and `#1` after they have read the escapes, so those get a zero-width space, as the
    well-known update bots do it. Never put it at a line's begin: that is for the form's own words.
    """

    def escape(match: re.Match[str]) -> str:
        found = match[0]
        if found in _ENTITIES:
            return _ENTITIES[found]
        return f"{found}&#8203;" if found in "@#-" else f"\\{found}"

    return _MARKDOWN.sub(escape, one_line(text))


# --------------------------------------------------------------------------------------------------- MoinMoin

_MOIN: Final = re.compile(
    r"[\[\]{}<>'|_^~`@&!=#\\*]|//|(?<!\d):(?=\S)|:(?=[^\s\d])|,(?=,)|(?<=,),|-(?=[-~+(])|(?<=[-~+])-"
    r"|(?<=[^\w\s])[()]|[()](?=[^\w\s])|(?<=\b[BX])\)"  # smileys
)
_WIKI_NAME: Final = re.compile(r"\b(?=[A-Z][a-z0-9]+[A-Z])")


def moin(text: str) -> str:
    """For inside a line of MoinMoin 1.9: whatever could act is a character reference, page names have their `!`."""
    marked = _WIKI_NAME.sub("\0", one_line(text))
    return _MOIN.sub(lambda match: "".join(f"&#{ord(c)};" for c in match[0]), marked).replace("\0", "!")


# --------------------------------------------------------------------------------------------------- spreadsheets

# What makes Excel, LibreOffice or Sheets compute: the signs, their full-width and small kin, and white space before.
_ACTS: Final = re.compile(
    r"[\s\u200b\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212]|[\t\r\n']"
)
_KEPT: Final = "\t\r\n"
_LOOKS_SHOWN: Final = re.compile(r"\\(?=x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")
_SHOWN: Final = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))")


def spreadsheet(text: str) -> str:
    """A cell that no spreadsheet takes for a formula. `undo_spreadsheet` gives the text back, whatever it was.

    A cell that would act, or begins with an apostrophe, gets an apostrophe before it; hidden characters other than
    tab and line breaks are spelled out, and a backslash that looks like such a spelling is itself spelled `\\x5c`.
    """
    shown = show_hidden(_LOOKS_SHOWN.sub(r"\\x5c", text), keep=_KEPT)
    return f"'{shown}" if _ACTS.match(shown) else shown


def undo_spreadsheet(cell: str) -> str:
    """The text that `spreadsheet` was given."""
    bare = cell[1:] if cell.startswith("'") else cell
    return _SHOWN.sub(lambda match: chr(int(match[1] or match[2] or match[3], 16)), bare)


# --------------------------------------------------------------------------------------------------- XML, JSON


def xml(text: str) -> str:
    """For XML text and attributes in double quotes; what XML cannot hold is spelled out."""
    shown = show_hidden(text, keep="\n\t")
    return shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


_ENCODE: Final = json.JSONEncoder(ensure_ascii=False).encode


def json_text(value: object) -> str:
    """JSON whose strings show no control or direction character raw: they are `\\u…` escapes, so nothing is lost.

    Objects and lists of objects are written over lines, a record each, so that a diff is readable; what is within a
    record stays on its line, for Python writes indented JSON ten times slower.
    """
    return "".join(_json_parts(value, "\n"))


def _json_parts(value: object, line: str) -> Iterator[str]:
    inner = line + " "
    if isinstance(value, dict) and any(isinstance(each, (dict, list)) for each in value.values()):
        yield "{"
        for place, (name, each) in enumerate(value.items()):
            yield f"{',' if place else ''}{inner}{_ENCODE(name)}: "
            yield from _json_parts(each, inner)
        yield f"{line}}}"
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        yield "["
        for place, each in enumerate(value):
            yield f"{',' if place else ''}{inner}{_json_record(each)}"
        yield f"{line}]"
    else:
        yield _json_record(value)


def _json_record(value: object) -> str:
    text = _ENCODE(value)
    return text if text.isascii() else show_json(text)


def show_json(text: str) -> str:
    """JSON text, whose control characters are escaped already, with the other hidden ones escaped too."""
    return "".join(_json_escape(c) if c != "\n" and _is_hidden(c) else c for c in text)


def _json_escape(character: str) -> str:
    return json.dumps(character)[1:-1]
