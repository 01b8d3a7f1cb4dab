"""The text of one mail with the file's own line numbers: the parts that a person reads, decoded.

A mail is data from strangers: parts may be broken, nested beyond reason, or claim what they are not. Whatever cannot
be decoded stays as it stands.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterable, Iterator, Sequence
from email.errors import MessageError
from email.header import decode_header, make_header
from typing import NamedTuple
from urllib.parse import unquote

from lptrack.logs.interface import RawLine
from lptrack.logs.markup import Stripper

_HEADER = re.compile(r"([!-9;-~]{1,70}):[ \t]?(.*)\Z", re.DOTALL)
_PARAMETER = re.compile(r";\s*(boundary|charset)\s*=\s*(?:\"([^\"]{1,200})\"|([^\s;]{1,200}))", re.IGNORECASE)
_DEEPEST = 8


class MailText(NamedTuple):
    """One line of a mail: of its head or a part nobody reads (``spoken`` False), or of what it says."""

    number: int
    text: str
    spoken: bool


def read_headers(lines: Sequence[RawLine]) -> tuple[dict[str, str], int]:
    """The fields at the beginning, lower case, first of each, unfolded and decoded; and how many lines they take."""
    fields: dict[str, str] = {}
    last = ""
    for index, (_, text) in enumerate(lines):
        if not text.strip():
            return {name: decode_words(value) for name, value in fields.items()}, index
        match = _HEADER.match(text)
        if text[0] in " \t" and last:
            if len(fields[last]) < 10_000:
                fields[last] += " " + text.strip()
        elif match:
            last = match[1].lower()
            if last in fields:
                last = f"{last} again"
            fields[last] = match[2].strip()
        elif index or not text.startswith((">From ", "From ")):
            return {name: decode_words(value) for name, value in fields.items()}, index
    return {name: decode_words(value) for name, value in fields.items()}, len(lines)


def decode_words(value: str) -> str:
    """A header's encoded words as text."""
    try:
        value = str(make_header(decode_header(value[:4_000]))) if "=?" in value else value
    except (MessageError, ValueError, LookupError):
        pass
    return " ".join(value.split())


def read_body(fields: dict[str, str], lines: Sequence[RawLine], depth: int = 0) -> Iterator[MailText]:
    """The lines after the fields, each once; those of parts that are text are what is said."""
    kind = fields.get("content-type", "text/plain").partition(";")[0].strip().lower()
    parameters = {
        name.lower(): quoted or plain
        for name, quoted, plain in _PARAMETER.findall(fields.get("content-type", "")[:4_000])
    }
    if kind.startswith("multipart/") and "boundary" in parameters and depth < _DEEPEST:
        yield from _read_parts(kind, parameters["boundary"], lines, depth)
    elif kind == "message/rfc822" and depth < _DEEPEST:
        inner, length = read_headers(lines)
        yield from _unsaid(lines[:length])
        yield from read_body(inner, lines[length:], depth + 1)
    elif kind in {"text/plain", "text/html", "text"} or not kind:
        encoding = fields.get("content-transfer-encoding", "").strip().lower()
        charset = parameters.get("charset", "utf-8")
        texts = _decode(lines, encoding, charset)
        if kind == "text/html":
            stripper = Stripper()
            texts = (RawLine(number, part) for number, text in texts for part in stripper.strip(text) or [""])
        for number, text in texts:
            yield MailText(number, open_safelinks(text.rstrip()), spoken=True)
    else:
        yield from _unsaid(lines)


_SAFELINK = re.compile(
    r"https?://[\w.-]{1,80}\.safelinks\.protection\.outlook\.com/[^\s<>\"?]{0,80}\?url=([^&\s<>\"]{1,2000})[^\s<>\"]{0,4000}"
)


def open_safelinks(text: str) -> str:
    """Outlook puts an address of its own around each link; what stands in it is what the sender wrote."""
    if "safelinks" not in text:
        return text
    return _SAFELINK.sub(lambda link: unquote(link[1]), text)


def _unsaid(lines: Iterable[RawLine]) -> Iterator[MailText]:
    for number, text in lines:
        yield MailText(number, text.strip(), spoken=False)


def _read_parts(kind: str, boundary: str, lines: Sequence[RawLine], depth: int) -> Iterator[MailText]:
    """The parts of a multipart; of alternatives the first that is plain text, else the first that is text."""
    marks = [index for index, (_, text) in enumerate(lines) if text.rstrip() in {f"--{boundary}", f"--{boundary}--"}]
    if not marks:
        for number, text in lines:
            yield MailText(number, open_safelinks(text.rstrip()), spoken=True)
        return
    yield from _unsaid(lines[: marks[0]])
    parts = []
    for mark, end in zip(marks, [*marks[1:], len(lines)], strict=True):
        inner, length = read_headers(lines[mark + 1 : end])
        parts.append((mark, mark + 1 + length, end, inner))
    chosen = set(range(len(parts)))
    if kind == "multipart/alternative":
        kinds = [inner.get("content-type", "text/plain").lower() for *_, inner in parts]
        readable = [index for index, name in enumerate(kinds) if name.startswith("text/plain")] or [
            index for index, name in enumerate(kinds) if name.startswith(("text/", "multipart/"))
        ]
        chosen = set(readable[:1])
    for index, (mark, begin, end, inner) in enumerate(parts):
        yield from _unsaid(lines[mark:begin])
        closing = lines[mark].text.rstrip() == f"--{boundary}--"
        attached = inner.get("content-disposition", "").lower().startswith("attachment")
        if closing or attached or index not in chosen:
            yield from _unsaid(lines[begin:end])
        else:
            yield from read_body(inner, lines[begin:end], depth + 1)


def _decode(lines: Sequence[RawLine], encoding: str, charset: str) -> Iterator[RawLine]:
    match encoding:
        case "quoted-printable":
            yield from _decode_quoted(lines, charset)
        case "base64":
            try:
                data = base64.b64decode("".join(text.strip() for _, text in lines), validate=True)
            except (binascii.Error, ValueError):
                yield from lines
                return
            texts = _as_text(data, charset).splitlines()
            first, last = (lines[0].number, lines[-1].number) if lines else (1, 1)
            for index, text in enumerate(texts):  # several lines of text are in one line of the file
                yield RawLine(min(first + index, last), text)
            for number in range(first + len(texts), last + 1):
                yield RawLine(number, "")
        case _:
            yield from lines


def _decode_quoted(lines: Sequence[RawLine], charset: str) -> Iterator[RawLine]:
    """A line that goes on in the next (`=` at its end) counts as where it began; those it swallows are blank."""
    pending: list[RawLine] = []
    for line in lines:
        pending.append(line)
        if line.text.rstrip().endswith("=") and len(pending) < 1_000:
            continue
        yield from _join(pending, charset)
        pending = []
    if pending:
        yield from _join(pending, charset)


def _join(pending: Sequence[RawLine], charset: str) -> Iterator[RawLine]:
    raw = "\n".join(text.rstrip() for _, text in pending)
    data = quopri.decodestring(raw.encode("utf-8", "surrogateescape"))
    yield RawLine(pending[0].number, _as_text(data, charset).replace("\n", " "))
    for number, _ in pending[1:]:
        yield RawLine(number, "")


def _as_text(data: bytes, charset: str) -> str:
    for name in (charset, "utf-8"):
        try:
            return data.decode(name)
        except (LookupError, ValueError):
            continue
    return data.decode("cp1252", errors="replace")
