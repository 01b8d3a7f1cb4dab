"""Mail: one message (`.eml`, a list archive's raw text) or a folder of them (mbox), said by its sender at its date.

Quotations (`> …`), the line that introduces one, and signatures are not said again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from lptrack.grammar.scan import scan_line
from lptrack.logs.interface import Head, Item, RawLine
from lptrack.logs.mime import decode_words, read_body, read_headers
from lptrack.model import Line, LineKind

_FROM = re.compile(r"From \S+(?: at \S+)? .{0,40}\d\d:\d\d")
_FIELD = re.compile(
    r"(?:from|to|date|subject|message-id|received|mime-version|in-reply-to|return-path):", re.IGNORECASE
)
_QUOTE = re.compile(r"\s{0,3}(?:[>|]|[A-Z]{1,3}> ?)")
_INTRODUCES = re.compile(
    r".{0,300}\b(?:wrote|writes|said|schrieb|écrit|escribió|ha scritto|napsal)\b.{0,120}:\s*\Z"
    r"|-{2,} ?(?:Original Message|Forwarded message|Weitergeleitete Nachricht) ?-{2,}\s*\Z",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"(?:On|Am|Le|El|Il|Dne) .{4,300}\Z")
_AGAIN = re.compile(r"(?:\[[^\]]{1,60}\] *)?(?:re|aw|sv|antw|fwd?|wg) ?(?:\[\d+\])?:", re.IGNORECASE)
_NOTIFIED = re.compile(r"\[Bug \d{1,9}\]", re.IGNORECASE)
"""A notification, which comes from the bug's own address, names its own bug, also where it says `Re:`."""
_IN_BRACKETS = re.compile(r"(\S+(?: at \S+)?) +\((.{1,200})\)")
_CLOCK = re.compile(r"\d{1,2}:\d\d(?::\d\d)?")


@dataclass(frozen=True, slots=True)
class Mail:
    """A message or an mbox."""

    name: str = "mail"
    title: str = "mail (a message, or an mbox)"

    def recognise(self, head: Head) -> float:
        """By the fields of a message at its beginning."""
        lines = [line.text for line in head.lines[:80]]
        while lines and not lines[0].strip():
            lines.pop(0)
        if not lines:
            return 0.0
        folder = _FROM.match(lines[0]) is not None
        found: set[str] = set()
        for text in lines[1:] if folder else lines:
            if not text.strip():
                break
            if match := _FIELD.match(text):
                found.add(match[0].lower())
        least = {"from:", "date:"} if folder else {"from:", "subject:"}
        return 0.95 if least <= found and len(found) >= (2 if folder else 3) else 0.0

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """Message by message."""
        del head
        message: list[RawLine] = []
        blank = True
        folder: bool | None = None
        for line in lines:
            starts = blank and _FROM.match(line.text) is not None
            if folder is None and line.text.strip():
                folder = starts
            if starts and folder and message:
                yield from _read_message(message)
                message = []
            message.append(line)
            blank = not line.text.strip()
        if message:
            yield from _read_message(message)


def _read_message(lines: list[RawLine]) -> Iterator[Line]:  # noqa: C901
    start = next((index for index, line in enumerate(lines) if line.text.strip()), len(lines))
    for line in lines[:start]:
        yield Line(line.number, LineKind.BLANK, "")
    begin = start + 1 if start < len(lines) and _FROM.match(lines[start].text) else start
    fields, length = read_headers(lines[begin:])
    at, clock = _read_date(fields.get("date", ""))
    speaker = _read_sender(fields.get("from", ""))
    for number, text in lines[start : begin + length]:
        subject = text[8:].strip() if text[:8].lower() == "subject:" else ""
        notified = _NOTIFIED.match(subject) is not None and bool(scan_line(fields.get("from", "")[:500]))
        if subject and (notified or not _AGAIN.match(subject)):  # a reply's subject repeats the first one's
            yield Line(number, LineKind.MESSAGE, fields["subject"], speaker, clock, at, "second")
        else:
            yield Line(number, LineKind.HEADER if text.strip() else LineKind.BLANK, text.strip())
    signed = False
    introduced: tuple[int, str] | None = None
    for number, text, from_sender in read_body(fields, lines[begin + length :]):
        stripped = text.strip()
        if introduced is not None:
            # `On Monday, Jane Doe` … `wrote:` may be broken over two lines.
            kept, introduced = introduced, None
            kind = LineKind.MINUTES if _INTRODUCES.match(f"{kept[1]} {stripped}") else LineKind.MESSAGE
            yield Line(kept[0], kind, kept[1], speaker, clock, at, "second")
        signed = signed or (from_sender and text.rstrip() == "--")
        if not stripped:
            yield Line(number, LineKind.BLANK, "")
        elif not from_sender or signed:
            yield Line(number, LineKind.HEADER, stripped)
        elif _QUOTE.match(text) or _INTRODUCES.match(stripped):
            yield Line(number, LineKind.MINUTES, stripped)
        elif _BEGINS.match(stripped):
            introduced = (number, stripped)
        else:
            yield Line(number, LineKind.MESSAGE, stripped, speaker, clock, at, "second")
    if introduced is not None:
        yield Line(introduced[0], LineKind.MESSAGE, introduced[1], speaker, clock, at, "second")


def _read_date(text: str) -> tuple[datetime | None, str | None]:
    found = _CLOCK.search(text)
    try:
        at = parsedate_to_datetime(text)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None, None
    return at, found[0] if found else None


def _read_sender(text: str) -> str | None:
    """The sender's name; of an address without one, what stands before its `@` (archives write ` at `).

    Python's own parser of addresses calls itself for each bracket within a bracket: a hostile `From` ends it.
    """
    text = text[:1_000].strip()
    name, angle, address = text.rpartition("<")
    if not angle:
        named = _IN_BRACKETS.fullmatch(text)
        name, address = (named[2], named[1]) if named else ("", text)
    name = decode_words(name.strip().strip('"').replace('\\"', '"'))
    return name or re.split(r"@| at ", address.strip(" <>"), maxsplit=1)[0].strip() or None


MAIL = Mail()
