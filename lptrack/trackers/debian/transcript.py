"""What debbugs itself says that it did: the lines under `> severity 1 important` in its `Processed:` mails.

These tell the old value too. Their titles and names were written by strangers: only whole lines of debbugs' own form
count, and a title that could be split in two ways says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_BUG: Final = re.compile(r"Bug ?#([0-9]{1,10}) (?:\{Done: [^}]*\} )?\[[^\]]*\] .*")


@dataclass(frozen=True, slots=True)
class Row:
    """A `LogEntry` before it has its place: what, its new value, the old one where the tracker told it."""

    what: str
    new: str | None = None
    old: str | None = None
    message: str | None = None


def unclear(fields: Iterable[str], why: str) -> Row:
    """The row that says: these fields may have changed here, and to what cannot be known."""
    return Row("unclear", " ".join(fields), message=why)


_RESULTS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"Severity set to '(?P<new>[a-z]+)' from '(?P<old>[a-z]+)'"), "severity"),
    (re.compile(r"Severity set to '(?P<new>[a-z]+)'"), "severity"),
    (re.compile(r"Changed Bug title to '(?P<new>.*)' from '(?P<old>.*)'\.?"), "title"),
    (re.compile(r"[Bb]ug reassigned from package '(?P<old>[^']+)' to '(?P<new>[^']+)'\.?"), "reassign"),
    (re.compile(r"Owner recorded as (?P<new>.+)\."), "owner"),
    (re.compile(r"Removed annotation that Bug was owned by .*"), "owner"),
    (re.compile(r"(?:Set|Changed) Bug forwarded-to-address to '(?P<new>[^']+)'.*"), "forwarded"),
    (re.compile(r"Unset Bug forwarded-to-address"), "forwarded"),
    (re.compile(r"(?:Bug marked as done|Marked Bug as done)\.?"), "done"),
    (re.compile(r"Bug closed, (?:package version .*|send any further explanations to .*)"), "done"),
    (re.compile(r"Bug reopened\.?"), "reopen"),
)
_TAGS: Final = re.compile(r"(Added|Removed) tag\(s\) ([a-z0-9, -]+)\.", re.IGNORECASE)
_FIXED: Final = re.compile(r"(Marked|No longer marked) as fixed in versions? ([^\s,;]+)\.")
_AND_REOPENED: Final = re.compile(r"(?:Marked|No longer marked) as .* and reopened\.")


def parse_transcript(number: int, lines: Sequence[str]) -> Iterator[Row]:
    """The rows that a transcript proves for one bug: between its `Bug #N` line and the next command or other bug."""
    ours = False
    for raw in lines:
        line = raw.strip()[:2_000]
        if line.startswith(">"):
            ours = False
        elif found := _BUG.fullmatch(line):
            ours = int(found[1]) == number
        elif ours:
            yield from _result(line)


def _result(line: str) -> Iterator[Row]:
    for pattern, what in _RESULTS:
        if found := pattern.fullmatch(line):
            if line.count("' from '") > 1:
                yield unclear((what,), "a title that holds the words around it")
                return
            values = found.groupdict()
            yield Row(what, values.get("new", "" if what == "done" else None), values.get("old"))
            return
    if found := _TAGS.fullmatch(line):
        sign = "+" if found[1].lower() == "added" else "-"
        yield Row(
            "tags", " ".join(f"{sign}{word}" for word in re.split(r",\s*(?:and\s+)?|\s+and\s+", found[2]) if word)
        )
    elif found := _FIXED.fullmatch(line):
        yield Row("fixed" if found[1] == "Marked" else "notfixed", found[2])
    elif _AND_REOPENED.fullmatch(line):
        yield unclear(("fixed",), "versions were taken away")
        yield Row("reopen")
