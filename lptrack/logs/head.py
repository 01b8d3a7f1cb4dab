"""The start of a document: whether it is text at all, and what a format may know of it to recognise it."""

from __future__ import annotations

from typing import Final

from lptrack.logs.decode import decode_lines, with_one_line_end
from lptrack.logs.interface import Head, RawLine

HEAD: Final = 1 << 18
"""Bytes that are read before a format is chosen: a minutes page has its log below a long summary."""


def build_head(name: str, data: bytes, *, whole: bool) -> Head:
    """The head as text and lines; the last line is left out where it may be cut."""
    cut = data if whole else data[: max(data.rfind(b"\n"), data.rfind(b"\r")) + 1] or data
    lines: tuple[RawLine, ...] = tuple(decode_lines(with_one_line_end([cut])))
    return Head(name, "\n".join(line.text for line in lines), lines, whole)


_BINARY: Final = frozenset(range(32)) - frozenset(b"\t\n\r\x07\x0c\x00\x02\x03\x04\x0f\x11\x16\x1b\x1d\x1e\x1f\x01")
_MAGIC: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"PK\x03\x04", b"\x7fELF", b"SQLite format 3", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"RIFF", b"OggS", b"ID3")  # fmt: skip  # noqa: E501


def is_binary(data: bytes) -> bool:
    """Whether bytes are no text: a known magic, or more than a little of what no text holds."""
    if data.startswith(_MAGIC):
        return True
    sample = data[:65536]
    odd = sum(count for byte in _BINARY if (count := sample.count(byte)))
    nulls = sample.count(0)
    if nulls > len(sample) // 10 or odd > 8 + len(sample) // 200:
        return True
    high = len(sample) - len(sample.translate(None, bytes(range(128, 256))))
    return high > len(sample) // 2 and len(sample.decode("utf-8", "ignore").encode()) < len(sample) * 0.8
