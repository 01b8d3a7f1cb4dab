"""The fast way through a long log finds exactly what reading every line finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lptrack.logs.calendar import Calendar
from lptrack.logs.document import Reading
from lptrack.logs.extract import _read_items, open_collector, read_stretches
from lptrack.logs.formats import find_format
from lptrack.logs.head import build_head
from lptrack.logs.interface import LineFormat
from lptrack.logs.options import Options
from lptrack.logs.output import build_record
from lptrack.logs.sources import Source

TEXTS = (
    "hello there", "bug 2900001", "see #2900002", "LP: #5", "2900001 > 2900003", "I have 17 > 3 of 5", "a -> b", "[TOPIC] bugs",  # noqa: E501
    "#topic more bugs", "#startmeeting", "#endmeeting", "#meetingname x", "http://paste.ubuntu.com/1234567", "nick4: no",  # noqa: E501
    "http://paste.ubuntu.com/1234567 is bug 2900004", "b\x02ug 7", "bug \x0304#8", "Meeting started Wed Sep 11 15:04:18 2013 UTC.",  # noqa: E501
    "x = 5", "* stars *", "<alice> bug 9", "caf\xe9 bug 12", "issue #44", "12345", "[2900001]", "", "Debian bug #100001", "9 > 1",  # noqa: E501
    "!topic | alice", "!startmeeting", "!topic boats", "#action alice to row", "#undo", "#chair alice", "lp1234567", "bugs:", "b\u200bug 7",  # noqa: E501
    'Issue 726 in a/b "it leaks" [Opened]', "[12:30] 2900001", "12:30 2900001", "  ", "#2900001 in debian", "Guest29000017",  # noqa: E501
)  # fmt: skip
NICKS = ("alice", "bob12", "x[afk]", "carol_", "ubottu", "7of9")
RENDER = {
    "irclogs-txt": ("[{h:02}:{m:02}] <{n}> {t}", "[{h:02}:{m:02}]  * {n} {t}", "=== {n} is now known as {t2}"),
    "znc": ("[{h:02}:{m:02}:07] <{n}> {t}", "[{h:02}:{m:02}:07] * {n} {t}", "[{h:02}:{m:02}:07] *** {n} is now known as {t2}"),  # noqa: E501
    "eggdrop": ("[{h:02}:{m:02}] <{n}> {t}", "[{h:02}:{m:02}] Action: {n} {t}", "[{h:02}:{m:02}] Nick change: {n} -> {t2}"),  # noqa: E501
    "meetbot-log-txt": ("{h:02}:{m:02}:09 <{n}> {t}", "{h:02}:{m:02}:09 * {n} {t}", "{h:02}:{m:02}:09 * {n} waves"),
    "irssi": ("{h:02}:{m:02} <@{n}> {t}", "{h:02}:{m:02}  * {n} {t}", "{h:02}:{m:02} -!- {n} is now known as {t2}"),
    "weechat": ("2013-09-11 {h:02}:{m:02}:09\t{n}\t{t}", "2013-09-11 {h:02}:{m:02}:09\t *\t{n} {t}",
                "2013-09-12 {h:02}:{m:02}:09\t--\t{n} is now known as {t2}"),
    "supybot": ("2013-09-11T{h:02}:{m:02}:09  <{n}> {t}", "2013-09-12T{h:02}:{m:02}:09  * {n} {t}",
                "2013-09-11T{h:02}:{m:02}:09  *** {n} is now known as {t2}"),
}  # fmt: skip

entries = st.lists(
    st.tuples(
        st.sampled_from((0, 0, 0, 0, 1, 2)), st.sampled_from(NICKS), st.sampled_from(TEXTS), st.sampled_from(NICKS),
        st.sampled_from((0, 0, 0, 1, 30, 61, 700, -50)),
    ),
    min_size=1, max_size=40,
)  # fmt: skip


LONDON = ZoneInfo("Europe/London")


def _reading(name: str, data: bytes, *, whole: bool, size: int, zone: tzinfo = UTC) -> Reading:
    head = replace(build_head("x", data, whole=True), whole=whole)
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    calendar = Calendar(zone, date(2013, 10, 26))  # the day before summer time ends
    return Reading(Source("x", Path("x")), head, find_format(name), calendar, "x", chunks, iter(()))


def _found(
    name: str, data: bytes, *, whole: bool, size: int = 1 << 18, zone: tzinfo = UTC
) -> list[dict[str, object]]:
    reading = _reading(name, data, whole=whole, size=size, zone=zone)
    collector = open_collector(reading, Options(counting=False))
    return [build_record(one) for stretch in read_stretches(reading, collector) for one in stretch.found]


@pytest.mark.parametrize("name", RENDER)
@given(entries=entries, size=st.sampled_from((50, 333, 1 << 18)), zone=st.sampled_from((UTC, LONDON)))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_sieve_finds_what_reading_every_line_finds(
    name: str, entries: list[tuple[int, str, str, str, int]], size: int, zone: tzinfo
) -> None:
    clock = 20 * 60
    lines = []
    for kind, nick, text, other, step in entries:
        clock = (clock + step) % 1440
        lines.append(RENDER[name][kind].format(h=clock // 60, m=clock % 60, n=nick, t=text, t2=other))
    data = "\n".join(lines).encode() + b"\n"
    assert _found(name, data, whole=False, size=size, zone=zone) == _found(name, data, whole=True, zone=zone)


def test_sieve_passes_most_lines_over() -> None:
    lines = [f"[{hour:02}:{minute:02}] <nick{minute}> nothing to see" for hour in range(24) for minute in range(60)]
    lines[700] = "[11:40] <alice> bug 2900001"
    data = "\n".join(lines).encode()
    reading = _reading("irclogs-txt", data, whole=False, size=1000)
    collector = open_collector(reading, Options(counting=False))
    read = []
    for item in _read_items(reading, collector):
        read.append(item)
        collector.feed(item)
    assert len(read) == 1 + 24  # the bug's and the first of every hour


def test_formats_with_a_shape_are_line_formats() -> None:
    for name in RENDER:
        known = find_format(name)
        assert isinstance(known, LineFormat)
        assert known.shape is not None


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("irssi", ["15:04 <a> bug 2900001", "15:05 <b> so", "15:06 -!- c [~c@example.org] has joined #made-up"]),
        ("meetbot-log-txt", ["06:10 <a> bug 2900001", "12 apples", "07:30 <b> 2900001"]),
        ("meetbot-log-txt", ["06:10 <a> bug 2900001", "23 is what <b> said", "23:10 <a> so", "07:30 <b> 2900001"]),
        ("meetbot-log-txt", ["06:10 <b> bug 2900001", "* b is now known as bob|away", "06:12 <bob|away> 2900001"]),
        ("irclogs-txt", ["[06:10] <b> bug 2900001", "=== b is now known as b_", "=== b is now known as b_", "[07:10] <b_> bug 5"]),  # noqa: E501
    ],
    ids=("channel-told-late", "digits-no-clock", "digits-of-the-next-hour", "rename-of-no-format", "rename-twice"),
)  # fmt: skip
def test_sieve_leaves_clocks_nicks_and_channels_to_the_format(name: str, lines: list[str]) -> None:
    data = "\n".join(lines).encode() + b"\n"
    found = _found(name, data, whole=True)
    assert len(found) > 0
    assert _found(name, data, whole=False) == found
    assert _found(name, data, whole=False, size=30) == found
