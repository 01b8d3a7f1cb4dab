"""The cheap test of raw bytes: which lines of a block can name a bug at all, at some 250 MB a second.

`re` tries an alternation at every byte (26 to 150 MB/s, measured), but a literal start it finds with `memchr`, at one
to three gigabytes a second, the rarer its first byte the faster; `bytes.translate` does one. So the block is
translated once (`plain_text`), and the few things are looked for of which every rule needs one: `bug` with a digit
behind it, a `#` before a digit, `/issues/N`, `pad.lv/N`, five digits in a row. The grammar keeps to that on purpose:
small numbers count only after those. Clocks, dates and versions pass unseen.

Five digits are common in chats (pastebins, guests' nicks, host names of those who join): where they do not stand
alone, the line must also hold a word that some rule joins to a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

CODE: Final = b"\x01"
"""What every byte that colours text or hides becomes in `plain_text`: such a byte may cut a word in two."""

_CODES: Final = frozenset((*range(9), 11, 12, *range(14, 32), 127))
_TABLE: Final = bytes(
    byte + 32 if 65 <= byte <= 90
    else 48 if 48 <= byte <= 57
    else 32 if byte == 9
    else CODE[0] if byte in _CODES
    else byte
    for byte in range(256)
)  # fmt: skip
_HIDDEN: Final = ("\u200b".encode(), "\ufeff".encode())

_SURE: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rb"@bugs",
        rb"#[ \[]{0,2}0",
        rb"/issues?/(?:detail\?id=)?0",
        rb"issue #?0++(?: in| ?\")",  # GitLab's bot: `Issue 726 in group/project "title" [Opened]`
        rb"\.lv/0",
    )
)
_ALONE: Final = re.compile(rb"00000(?:(?<![0-9a-z_#.:/@$+~=^-]00000)|(?<=0/00000))0*+(?![a-z_@%]|[.:-]0)")
_JOINED: Final = tuple(
    b"launchpad malone deb bts wnpp itp rfp rfs ita closes issue ticket browse/ view.php bugzilla fix dup title bz"
    b" bgo bnc bsc boo fdo bpo".split()
)
_LP: Final = re.compile(rb"lp(?<![a-z]lp)")
"""Words that rules join to a number without a space, or that make a number count whatever follows it."""
_PASTED: Final = re.compile(
    rb"https?://(?:www\.|i\.)?(?:paste|imgur|youtu|gist\.|sprunge|termbin|imagebin|dpaste|bpaste)[!-~]*"
)
"""Pastebins and pictures: full of numbers, the most frequent addresses in support channels, never a bug's."""


def plain_text(block: bytes) -> bytes:
    """The block for searching, of the same length: small letters, every digit `0`, tabs blank, codes `CODE`."""
    return block.translate(_TABLE)


def may_refer(line: bytes) -> bool:
    """Whether `scan_line` or `parse_announcement` could find anything in this line; "no" is always true."""
    return next(find_candidates(plain_text(line)), None) is not None


def find_candidates(plain: bytes) -> Iterator[int]:
    """Where the lines of a block begin that may refer to a bug; in no order, some several times."""
    for start, at, end in _find_places(plain, b"bug"):
        if plain.find(b"0", at, end) >= 0:
            yield start
    for pattern in _SURE:
        yield from find_lines(plain, pattern)
    for start, _, end in _find_places(plain, b"00000"):
        line = plain[start:end]
        if _ALONE.search(line) or _joins(_PASTED.sub(b"", line) if b"://" in line else line):
            yield start


def _joins(line: bytes) -> bool:
    for word in _JOINED:  # not any(…), whose generator takes three times as long
        if word in line:
            return True
    return b"lp" in line and _LP.search(line) is not None


def find_lines(plain: bytes, pattern: re.Pattern[bytes]) -> Iterator[int]:
    """Where the lines begin in which a pattern is found, which must not go over a line's end."""
    found = pattern.search(plain)
    while found is not None:
        at = found.start()
        yield plain.rfind(b"\n", 0, at) + 1
        end = plain.find(b"\n", at)
        found = pattern.search(plain, end) if end >= 0 else None


def find_lines_with(plain: bytes, text: bytes) -> Iterator[int]:
    """Where the lines begin that hold a text."""
    return (start for start, _, _ in _find_places(plain, text))


def _find_places(plain: bytes, text: bytes) -> Iterator[tuple[int, int, int]]:
    """Of each line that holds a text: its start, where the text is first, its end."""
    at = plain.find(text)
    while at >= 0:
        end = plain.find(b"\n", at)
        yield plain.rfind(b"\n", 0, at) + 1, at, end if end >= 0 else len(plain)
        at = plain.find(text, end) if end >= 0 else -1


def find_coded(plain: bytes) -> Iterator[int]:
    """Where the lines begin in which something is coloured or hidden."""
    for code in (CODE, *_HIDDEN):
        yield from find_lines_with(plain, code)
