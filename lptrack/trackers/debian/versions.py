"""The order of Debian versions, as `dpkg --compare-versions` has it (Debian policy 5.6.12)."""

from __future__ import annotations

import re
from functools import cmp_to_key
from typing import Final

_NON_DIGITS: Final = re.compile(r"[^0-9]*")
_DIGITS: Final = re.compile(r"[0-9]*")


def bare_version(spelled: str) -> str:
    """A version without the source package that debbugs writes before it: `python-pip/1.4-1` → `1.4-1`."""
    return spelled.rpartition("/")[2]


def compare_versions(left: str, right: str) -> int:
    """Negative, zero or positive as `left` is older than, the same as or newer than `right`. Any strings do."""
    left_epoch, left_upstream, left_revision = _parts(left)
    right_epoch, right_upstream, right_revision = _parts(right)
    if left_epoch != right_epoch:
        return -1 if left_epoch < right_epoch else 1
    return _compare_part(left_upstream, right_upstream) or _compare_part(left_revision, right_revision)


def _compare_spelled(left: str, right: str) -> int:
    return compare_versions(bare_version(left), bare_version(right))


VERSION_ORDER: Final = cmp_to_key(_compare_spelled)
"""A sort key for versions as debbugs spells them, with or without their source package."""


def _parts(version: str) -> tuple[int, str, str]:
    epoch, colon, rest = version.partition(":")
    if not colon or not (epoch.isascii() and epoch.isdigit()) or len(epoch) > 9:
        epoch, rest = "0", version
    upstream, _, revision = rest.rpartition("-") if "-" in rest else (rest, "", "")
    return int(epoch), upstream, revision


def _weight(character: str) -> int:
    if character == "~":
        return -1
    return ord(character) if character.isascii() and character.isalpha() else ord(character) + 0x110000


def _compare_part(left: str, right: str) -> int:
    i = j = 0
    while i < len(left) or j < len(right):
        left_text, right_text = _slice(_NON_DIGITS, left, i), _slice(_NON_DIGITS, right, j)
        for at in range(max(len(left_text), len(right_text))):
            a = _weight(left_text[at]) if at < len(left_text) else 0
            b = _weight(right_text[at]) if at < len(right_text) else 0
            if a != b:
                return -1 if a < b else 1
        i, j = i + len(left_text), j + len(right_text)
        left_number, right_number = _slice(_DIGITS, left, i), _slice(_DIGITS, right, j)
        a_digits, b_digits = left_number.lstrip("0"), right_number.lstrip("0")
        # Compared as text of equal length: a hostile version of ten thousand digits costs nothing.
        if (len(a_digits), a_digits) != (len(b_digits), b_digits):
            return -1 if (len(a_digits), a_digits) < (len(b_digits), b_digits) else 1
        i, j = i + len(left_number), j + len(right_number)
    return 0


def _slice(pattern: re.Pattern[str], text: str, start: int) -> str:
    found = pattern.match(text, start)
    return found.group() if found else ""
