"""Each golden log gives what stands beside it, and one talk gives the same references in whatever form it is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lptrack.logs.extract import extract_log, stream_found
from lptrack.logs.formats import FORMATS
from lptrack.logs.sources import Source
from tests.logs.golden import OPTIONS, expected_of, list_logs, render_golden

ONE_TALK = (
    "#ubuntu-example-2013-09-11.txt", "meetbot-log-txt.2013-09-11-15.04.log.txt", "irssi.log", "weechat.weechatlog",
    "hexchat.log", "#znc_20130911.log", "pidgin.txt", "pidgin-page.html", "supybot.log", "supybot-offset.log", "eggdrop.log",  # noqa: E501
    "energymech-2013-09-11.log", "mirc.log", "konversation.log",
    "chat-columns-2013-09-11.txt", "dated-prefix.txt", "mootbot-log.txt", "irclogs-page.html", "moin-minutes.txt",
    "meetbot-page.2013-09-11-15.04.log.html", "moin-page.html", "moin-damaged-nicks.html", "moin-wiki.html",
)  # fmt: skip


@pytest.mark.parametrize("path", list_logs(), ids=lambda path: path.name)
def test_golden_log_gives_what_stands_beside_it(path: Path) -> None:
    assert render_golden(path) == expected_of(path).read_text(encoding="utf-8")


def test_every_format_has_a_golden_log() -> None:
    seen = {json.loads(expected_of(path).read_text("utf-8").partition("\n")[0])["format"] for path in list_logs()}
    assert {known.name for known in FORMATS} <= seen


def _said(name: str) -> list[tuple[object, ...]]:
    path = next(path for path in list_logs() if path.name == name)
    records = [json.loads(line) for line in render_golden(path).splitlines()[1:]]
    return [
        (
            one["kind"],
            one["number"],
            one["speaker"].rstrip("`"),
            one["timestamp"][:16],
            one["topic"],
            one.get("title"),
        )
        for one in records
        if one["speaker"] != "dave"  # he speaks after the meeting, which the bot's pages leave out
    ]


@pytest.mark.parametrize("name", ONE_TALK)
def test_one_talk_gives_the_same_in_every_format(name: str) -> None:
    assert _said(name) == _said(ONE_TALK[0])


@pytest.mark.parametrize("name", ONE_TALK)
def test_every_raw_line_is_kept(name: str) -> None:
    from lptrack.logs.decode import decode_lines
    from lptrack.logs.document import open_reading
    from lptrack.logs.options import Options
    from lptrack.model import Line

    path = next(path for path in list_logs() if path.name == name)
    reading = open_reading(Source(path.name, path), Options())
    lines = [
        item for item in reading.format.parse(decode_lines(reading.chunks()), reading.head) if isinstance(item, Line)
    ]
    count = len(path.read_bytes().splitlines())
    assert {line.number for line in lines} == set(range(1, count + 1))


@pytest.mark.parametrize("log", list_logs(), ids=lambda path: path.name)
def test_extract_prints_what_the_database_takes_in(log: Path) -> None:
    """A run reads every line, for it counts them; `extract` reads those that matter, of short logs too."""
    options = OPTIONS.get(log.name)
    read = extract_log(Source(log.name, log), options)
    printed = [getattr(each, "reference", each) for each in stream_found(Source(log.name, log), options)]
    assert printed == list(read.references)
