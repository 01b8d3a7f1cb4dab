# ruff: noqa: E501 (lists of damage and of seeds)
"""Damage: what a disk, a bad encoder, a network or an ill-meaning stranger makes of bytes, of text and of JSON."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Sequence
from typing import Any, Final

LARGEST: Final = 200_000
"""Bytes of a damaged input at most; some damage repeats itself."""

WORDS: Final = (
    b"bug #", b"LP: #", b"bugs 1, 2 and 3", b"Debian bug #", b"https://launchpad.net/bugs/", b"#startmeeting ",
    b"#endmeeting", b"#topic ", b"#action ", b"#meetingname ", b"<ana> ", b"[15:04] ", b"15:04:05 ", b"2013-09-11 ",
    b"9999-12-31 23:59:59 ", b"0001-01-01 00:00:00 ", b"29 Feb 2013 ", b"-1", b"0", b"99999999999999999999", b"1e999",
    b"9" * 5000, b"\x00", b"\x1b]0;x\x07", b"\x9b31m", b"\xe2\x80\xae", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"\xff\xfe",
    b"\xed\xa0\x80", b"\xf0\x9f\x92\xa9", b"\xd9\xa1\xd9\xa2", b"\xef\xbc\x91", b"\r\n", b"\n", b"\r", b"\x0b", b"\x0c",
    b"\xc2\x85", b"\t", b" ", b"(", b"[", b"{", b"<", b'"', b"'", b"\\", b"&#x110000;", b"&#xd800;", b"&amp;", b"<pre>",
    b"</a>", b"<!--", b"]]>", b"http://[", b"http://[::1", b"%ff", b"=?utf-8?q?", b"=?x?b?!?=", b"Date: ", b"From ", b"null",
    b"\nSubject: x\n", b"+9999", b"-14:00", b"T00:00:00+23:59", b"Mon, 31 Feb 2013 25:61:61 +9999", b"\\ud800", b"\\u0000",
)  # fmt: skip


def damage(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """``data`` after one to five accidents; ``others`` are documents whose pieces may get in."""
    for _ in range(chance.choice((1, 1, 2, 3, 5))):
        data = chance.choice(_ACCIDENTS)(data, others, chance)[:LARGEST]
    return data


def _flip(data: bytes, _others: Sequence[bytes], chance: random.Random) -> bytes:
    changed = bytearray(data or b"x")
    for _ in range(chance.choice((1, 1, 4, 32))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(data: bytes, _others: Sequence[bytes], chance: random.Random) -> bytes:
    return (
        data[: chance.randrange(len(data) + 1)] if chance.random() < 0.7 else data[chance.randrange(len(data) + 1) :]
    )


def _drop(data: bytes, _others: Sequence[bytes], chance: random.Random) -> bytes:
    start, end = _range(data, chance)
    return data[:start] + data[end:]


def _repeat(data: bytes, _others: Sequence[bytes], chance: random.Random) -> bytes:
    start, end = _range(data, chance)
    times = chance.choice((2, 2, 2, 3, 10, 100, 100_000))
    return data[:start] + data[start:end] * min(times, LARGEST // max(1, end - start)) + data[end:]


def _splice(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    other = chance.choice(others)
    start, end = _range(other, chance)
    at = chance.randrange(len(data) + 1)
    return data[:at] + other[start:end] + data[at:]


def _insert(data: bytes, _others: Sequence[bytes], chance: random.Random) -> bytes:
    word = chance.choice(WORDS) * chance.choice((1, 1, 1, 1, 1, 2, 50, 20_000))
    at = chance.randrange(len(data) + 1)
    return data[:at] + word + data[at:]


def _shuffle(data: bytes, _others: Sequence[bytes], chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    if len(lines) > 1:
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def _join_lines(data: bytes, _others: Sequence[bytes], chance: random.Random) -> bytes:
    return data.replace(b"\n", b" " if chance.random() < 0.5 else b"\r", chance.choice((1, 3, -1)))


def _encode(data: bytes, _others: Sequence[bytes], chance: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(chance.choice(("utf-16", "utf-16-le", "latin-1", "cp1252", "utf-32", "utf-8-sig")), "replace")


def _number(data: bytes, _others: Sequence[bytes], chance: random.Random) -> bytes:
    places = [index for index, byte in enumerate(data[:20_000]) if 48 <= byte <= 57]
    if not places:
        return data
    at = chance.choice(places)
    return data[:at] + chance.choice((b"0", b"9", b"-", b"00", b"99999999999", b"9" * 400, b"")) + data[at + 1 :]


def _range(data: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + chance.choice((1, 2, 10, 80, 1000, len(data) + 1)))


_Accident = Callable[[bytes, Sequence[bytes], random.Random], bytes]
_ACCIDENTS: Final[tuple[_Accident, ...]] = (
    _flip, _flip, _cut, _drop, _repeat, _splice, _insert, _insert, _insert, _shuffle, _join_lines, _encode, _number, _number,
)  # fmt: skip

VALUES: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 1.5, 10**30, 2**63, "", " ", "null", [], {}, [[]], {"": {}}, "9" * 400, "\x1b[31m\u202e",
    "\ud800", "\x00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2013-02-30", "http://[", "http://[::1",
    "javascript:alert(1)", "tag:launchpad.net:2008:redacted", "x" * 5000, "=1+1", "(" * 3000, "a (b) (", ": ", "linux (Ubuntu",
    "https://bugs.launchpad.net/bugs/99999999999999999999", "Fix Released", "Unknown", "٣", float("inf"),
)  # fmt: skip


def damage_json(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """JSON that is still JSON, but in places not of its shape; now and then it is damaged as bytes, too."""
    try:
        value = json.loads(data)
    except ValueError:
        return damage(data, others, chance)
    for _ in range(chance.choice((1, 1, 2, 4, 8))):
        value = _damage_value(value, chance)
    if chance.random() < 0.03:
        depth = chance.choice((50, 500, 5000, 100_000))
        return json.dumps(value).encode().replace(b"null", b"[" * depth + b"]" * depth, 1)
    changed = json.dumps(value).encode()
    return damage(changed, others, chance) if chance.random() < 0.1 else changed


def _damage_value(value: Any, chance: random.Random) -> Any:
    places: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        each = waiting.pop()
        keys = list(each) if isinstance(each, dict) else range(len(each)) if isinstance(each, list) else ()
        for key in keys:
            places.append((each, key))
            waiting.append(each[key])
    if not places:
        return copy.deepcopy(chance.choice(VALUES))
    holder, key = chance.choice(places)
    match chance.randrange(5):
        case 0:
            del holder[key]
        case 1:
            other, name = chance.choice(places)
            if isinstance(other, dict) and name in other:
                holder[key] = json.loads(json.dumps(other[name]))
        case 2 if isinstance(holder, list):
            holder.insert(chance.randrange(len(holder) + 1), holder[key])
        case _:
            holder[key] = copy.deepcopy(chance.choice(VALUES))  # else damage of one input would grow into all
    return value
