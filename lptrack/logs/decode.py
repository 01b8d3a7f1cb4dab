"""From a file's bytes to lines of text, whatever their encoding; nothing is lost but colours and line ends."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

from lptrack.logs.interface import RawLine

LONGEST_LINE = 8 << 20
"""Bytes of one line that are read; what follows in it is skipped. The longest line seen in a real log had 40 KB."""

_CODES = re.compile(
    r"\x03(?:\d{1,2}(?:,\d{1,2})?)?"  # mIRC colour
    r"|\x04(?:[0-9a-fA-F]{6}(?:,[0-9a-fA-F]{6})?)?"
    r"|\x1b\[[0-9;]{0,32}m"  # terminal colour
    r"|[\x00-\x02\x05-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\ufeff]"
)
_SUSPECT = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\xff]")


def _decode_as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are not UTF-8 stand for themselves in cp1252 (latin-1 where that has a hole)."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return "".join(_CP1252[byte] for byte in bad), error.end


_CP1252 = [bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in range(256)]
codecs.register_error("lptrack-cp1252", _decode_as_cp1252)


def decode_line(raw: bytes) -> str:
    """A line without its end as text: UTF-8, where that fails cp1252 byte by byte; colour codes and NULs go."""
    raw = raw.rstrip(b"\r\n")
    if _SUSPECT.search(raw) is None:
        return raw.decode("ascii")
    return _CODES.sub("", raw.decode("utf-8", errors="lptrack-cp1252"))


def with_one_line_end(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes with LF alone for CRLF, CR, and what telnet makes of CRLF: every line counts once."""
    pending = b""
    for chunk in chunks:
        if pending or b"\r" in chunk:
            whole = pending + chunk
            pending = b"\r" * (len(whole) - len(whole.rstrip(b"\r")))
            whole = whole[: len(whole) - len(pending)]
            while b"\r\n" in whole:
                whole = whole.replace(b"\r\n", b"\n")
            yield whole.replace(b"\r", b"\n")
        else:
            yield chunk
    if pending:
        yield b"\n"


def split_lines(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of each line; a line longer than `LONGEST_LINE` is cut there."""
    number, rest, skipping = 1, b"", False
    for chunk in chunks:
        lines = chunk.split(b"\n")
        if skipping:
            if len(lines) == 1:
                continue
            skipping = False
            lines[0] = b""
        lines[0] = rest + lines[0]
        rest = lines.pop()
        for line in lines:
            yield number, line
            number += 1
        if len(rest) > LONGEST_LINE:
            rest, skipping = rest[:LONGEST_LINE], True
    if rest:
        yield number, rest


def decode_lines(chunks: Iterable[bytes]) -> Iterator[RawLine]:
    """Each line of the file as text."""
    for number, raw in split_lines(chunks):
        yield RawLine(number, decode_line(raw))
