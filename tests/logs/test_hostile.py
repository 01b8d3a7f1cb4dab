"""No input makes a parser fail, and no pattern takes more than a constant time per character."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lptrack.logs.calendar import Calendar, parse_clock
from lptrack.logs.channels import channel_of_name
from lptrack.logs.decode import decode_line, decode_lines
from lptrack.logs.document import Reading
from lptrack.logs.extract import open_collector, read_stretches
from lptrack.logs.formats import FORMATS, find_format, recognise
from lptrack.logs.head import build_head, is_binary
from lptrack.logs.linewise import parse_day
from lptrack.logs.options import Options
from lptrack.logs.sources import Source
from tests.logs.golden import list_logs

NAMES = [known.name for known in FORMATS]
PIECES = st.sampled_from(
    [b"<", b">", b"[", b"]", b"(", b")", b"*", b" ", b"\t", b"=", b"15:04", b"2013-09-11", b"bug 5", b"#", b"\x03", b"\xff", b"&",  # noqa: E501
     b"<a href=", b"</p>", b"<!--", b"\n", b"\n", b": ", b"-!-", b"--- Day changed Thu Sep 12 2013", b"Meeting started ", b"{", b"}"]  # noqa: E501
)  # fmt: skip


def _read(name: str, data: bytes, *, whole: bool = True) -> int:
    head = build_head("x", data, whole=whole)
    reading = Reading(Source("x", Path("x")), head, find_format(name), Calendar(), "x", [data], iter(()))
    collector = open_collector(reading, Options())
    return sum(1 for stretch in read_stretches(reading, collector) for _one in stretch.found)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=60).map(b"".join)))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_no_bytes_make_a_format_fail(name: str, data: bytes) -> None:
    _read(name, data)
    find_format(name).recognise(build_head("x", data, whole=True))


@given(data=st.binary(max_size=500))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_recognition_and_names_never_fail(data: bytes) -> None:
    recognise(build_head("x", data, whole=True))
    is_binary(data)
    channel_of_name(data.decode("latin-1"))
    decode_line(data)
    parse_clock(data.decode("latin-1"))
    parse_day(data.decode("latin-1"))


@pytest.mark.parametrize("path", list_logs(), ids=lambda path: path.name)
def test_a_log_in_the_wrong_format_is_read_without_failing(path: Path) -> None:
    data = path.read_bytes()
    if data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
    for name in NAMES:
        _read(name, data)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "seed", [b"<", b"[15:04] <a", b"15:04 * ", b"(", b"<a ", b"&#", b" * ", b"\"'<!--", b"[15:04] <a> <", b"== "]
)
def test_long_lines_of_one_thing_are_read(name: str, seed: bytes) -> None:
    """A pattern that went back and forth would take hours on these."""
    _read(name, seed * (100_000 // len(seed)) + b"\n[15:05] <bob> bug 2900001\n")


def test_cut_line_keeps_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lptrack.logs.decode.LONGEST_LINE", 1000)
    chunks = [b"a" * 700, b"a" * 700, b"a" * 700 + b"\nsecond\n", b"third"]
    lines = list(decode_lines(chunks))
    assert [line.number for line in lines] == [1, 2, 3]
    assert len(lines[0].text) == 1000
    assert [line.text for line in lines[1:]] == ["second", "third"]
