"""Strangers' words made harmless, for each form: terminal, Markdown, MoinMoin, spreadsheets, XML, JSON, links.

Nothing is dropped: what would act is shown. Invisible and direction-changing characters appear as `\\x1b`, `\\u202e`;
what a CI runner takes for a command (`##[error]` anywhere, `::error::` at a line's start) has a sign spelled so.
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
# Letters and signs that are drawn as nothing, and what Unicode says to ignore where a font has none: a nick of Hangul
# fillers looks like no nick, and variation selectors carry whole texts unseen. U+FE0E and U+FE0F shape emoji.
_BLANK_RANGES: Final = (
    (0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2065, 0x2065), (0x2800, 0x2800),
    (0x3164, 0x3164), (0xFE00, 0xFE0D), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x16FE4, 0x16FE4), (0x1D159, 0x1D159),
    (0xE0000, 0xE0FFF),
)  # fmt: skip
_BLANK: Final = frozenset(chr(code) for first, last in _BLANK_RANGES for code in range(first, last + 1))
_JOINERS: Final = frozenset("\u200c\u200d\ufe0e\ufe0f")
_PRINTABLE_ALL_THE_SAME: Final = re.compile(
    "[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _BLANK_RANGES) + "".join(sorted(_JOINERS)) + "]"
)
"""What Python holds for printable and may be hidden: in text that is printable and has none of it, nothing is."""
_BEYOND_ASCII: Final = re.compile(r"[^\n -~]+")


@lru_cache(maxsize=8192)
def _is_hidden(character: str) -> bool:
    if unicodedata.category(character) in _HIDDEN or character in _BLANK:
        return character not in _DRAWN
    return (ord(character) & 0xFFFE) == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF  # no characters, not XML either


# GitHub and Azure look for `##[name]` and `##vso[…]` anywhere in a line, TeamCity for `##teamcity[…]`.
_COMMAND: Final = re.compile(r"##(?=[\w.]*\[)")
_LINE_COMMAND: Final = re.compile(r"(?m)^([^\S\n]*):(?=:)")  # GitHub trims the line, then looks for `::`


def _show(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def show_hidden(text: str, keep: str = "") -> str:
    """The text with every control, direction and other invisible character spelled out, but for those in ``keep``."""
    if text.isprintable() and "##" not in text and (text.isascii() or not _PRINTABLE_ALL_THE_SAME.search(text)):
        return text
    return "".join(shown for shown, _ in spell_hidden(text, keep))


def spell_hidden(text: str, keep: str = "") -> Iterator[tuple[str, bool]]:
    """Each character as it is shown, and whether that is a spelling of it."""
    commands = {match.start() + 1 for match in _COMMAND.finditer(text)} if "##" in text else frozenset()
    drawn = False
    for place, character in enumerate(text):
        if character in _JOINERS:  # after nothing they join nothing: a name of joiners alone looks blank
            hides = not drawn
        else:
            hides = (character not in keep and _is_hidden(character)) or place in commands
            drawn = not hides and not character.isspace()
        yield (_show(character), True) if hides else (character, False)


def inert_lines(text: str, colon: str = r"\x3a") -> str:
    """Finished lines of which none begins with a runner's `::command::`, however words were wrapped into them."""
    return _LINE_COMMAND.sub(lambda match: f"{match[1]}{colon}", text) if "::" in text else text


def one_line(text: str) -> str:
    """For a form made of lines and cells: white space becomes single spaces, and nothing hidden is left."""
    return show_hidden(" ".join(text.split()) if not text.isprintable() or "  " in text else text.strip())


@lru_cache(maxsize=1 << 14)
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

# Discourse links `word.word` where the end may be a domain's, and `//host`; GitHub `www.`, mail addresses, `GH-1`.
# These suffixes of files are no domain's, and a log's name is easier to read and to find without a backslash.
_FILES: Final = (
    r"log|txt|html?|json|csv|conf|cfg|xml|gz|bz2|toml|ya?ml|deb|dsc|so|patch|diff|img|iso|png|jpe?g|service"
)
_MARKDOWN: Final = re.compile(
    r"[\\`*_\[\]|~$^{}]|(?<!\d):(?=\S)|:(?=[^\s\d])|(?<=[wW]{3})\.|(?<=/)/"
    rf"|(?<=\w)[.\u3002\uff0e\uff61](?=[^\W\d]{{2}})(?!(?i:(?:{_FILES})(?:\.(?:{_FILES}))*)(?![\w-]|\.\w))"
    r"|[<>&]|@(?=\S)|#(?=\w)|(?<=\b[gG][hH])-(?=\d)"
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
        if found in "@#-\u3002\uff0e\uff61":
            return f"{found}&#8203;"
        return f"\\{found}"

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
_BLANKS, _SIGNS = r"[\s\u200b\u2060\ufeff]*", r"[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212]"
_ACTS: Final = re.compile(rf"{_BLANKS}{_SIGNS}|[\t\r\n']")
# Who opens the file with another separator than it was written with has a cell begin after each of these.
_ACTS_WITHIN: Final = re.compile(rf"([;,|\t\r\n][\s\u200b\u2060\ufeff\"']*)({_SIGNS})")
_KEPT: Final = "\t\r\n"
_LOOKS_SHOWN: Final = re.compile(r"\\(?=x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")
_SHOWN: Final = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))")


def spreadsheet(text: str) -> str:
    """A cell that no spreadsheet takes for a formula. `undo_spreadsheet` gives the text back, whatever it was.

    A cell that would act, or begins with an apostrophe, gets an apostrophe before it; hidden characters other than
    tab and line breaks are spelled out, and a backslash that looks like such a spelling is itself spelled `\\x5c`.
    So is a sign that would act after a separator (`a;=1` is `a;\\x3d1`), and the start of a runner's command.
    """
    shown = show_hidden(_LOOKS_SHOWN.sub(r"\\x5c", text), keep=_KEPT)
    shown = inert_lines(_ACTS_WITHIN.sub(lambda match: match[1] + _show(match[2]), shown))
    return f"'{shown}" if _ACTS.match(shown) else shown


def quote_cell(cell: str, delimiter: str = ",") -> str:
    """Quoted where it must be, by whichever separator it is read. Python's writer leaves a lone CR bare."""
    if delimiter in cell or any(c in '",;|\t\r\n' for c in cell) or cell != cell.strip():
        return '"' + cell.replace('"', '""') + '"'
    return cell


def undo_spreadsheet(cell: str) -> str:
    """The text that `spreadsheet` was given."""
    bare = cell[1:] if cell.startswith("'") else cell
    return _SHOWN.sub(lambda match: chr(int(match[1] or match[2] or match[3], 16)), bare)


# --------------------------------------------------------------------------------------------------- XML, JSON


def xml(text: str) -> str:
    """For XML text and attributes in double quotes; what XML cannot hold is spelled out."""
    shown = show_hidden(text, keep="\n\t")
    escaped = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return escaped.replace("::", "&#58;:")


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
    return show_json(_ENCODE(value))


def show_json(text: str) -> str:
    """JSON text, whose control characters are escaped already, with the other hidden ones escaped too."""
    if "##" in text:  # only within a string, for nothing else of JSON has the sign
        text = _COMMAND.sub(r"#\\u0023", text)
    return text if text.isascii() else _BEYOND_ASCII.sub(_json_escape, text)


def _json_escape(match: re.Match[str]) -> str:
    # two escapes where one UTF-16 unit does not do
    return "".join(json.dumps(character)[1:-1] if _is_hidden(character) else character for character in match[0])
