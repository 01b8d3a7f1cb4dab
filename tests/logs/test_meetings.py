"""Meetings, topics, duties, days: what a log's commands and its bot's lines mean."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lptrack.logs.calendar import Calendar, parse_clock, parse_name_day, parse_started
from lptrack.logs.extract import extract_log
from lptrack.logs.linewise import parse_day
from lptrack.logs.model import Extraction
from lptrack.logs.options import Options
from lptrack.logs.sources import Source
from lptrack.model import Line, LineKind


def _extract(tmp_path: Path, text: str, name: str = "chan-2013-09-11.txt", **options: object) -> Extraction:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return extract_log(Source(name, path), Options(**options))  # type: ignore[arg-type]


def test_the_bots_line_tells_the_start_to_the_second(tmp_path: Path) -> None:
    text = (
        "[15:04] <alice> #startmeeting\n"
        "[15:04] <meetingology> Meeting started Wed Sep 11 15:04:18 2013 UTC.  The chair is alice. Information about …\n"  # noqa: E501
        "[15:05] <bob> bug 2900001\n"
    )
    (meeting,) = _extract(tmp_path, text, "notes.txt").meetings
    assert meeting.started_at == datetime(2013, 9, 11, 15, 4, 18, tzinfo=UTC)
    assert (meeting.id, meeting.chair, meeting.start_exact) == ("notes/2013-09-11T15:04Z", "alice", "second")


def test_fedoras_bot_tells_start_chair_and_name_in_lines_of_their_own(tmp_path: Path) -> None:
    text = (
        "12:02:26 <bcotton> #startmeeting Magazine editorial board\n"
        "12:02:26 <zodbot> Meeting started Wed Jun 10 12:02:26 2020 UTC.\n"
        "12:02:26 <zodbot> The chair is bcotton. Information about MeetBot at …\n"
        "12:02:27 <bcotton> #meetingname magazine\n"
    )
    (meeting,) = _extract(tmp_path, text, "x.log.txt").meetings
    assert (meeting.id, meeting.chair, meeting.name) == ("x/2020-06-10T12:02Z", "bcotton", "magazine")


def test_mootbots_clock_of_another_zone_is_not_the_start(tmp_path: Path) -> None:
    text = "[19:01] <alice> #startmeeting\n[19:01] <MootBot> Meeting started at 13:01. The chair is alice.\n[19:02] <bob> hi\n"  # noqa: E501
    (meeting,) = _extract(tmp_path, text).meetings
    assert meeting.id == "chan/2013-09-11T19:01Z"


def test_one_meeting_over_two_day_logs_is_one(tmp_path: Path) -> None:
    (tmp_path / "chan-2013-09-10.txt").write_text(
        "[23:00] <zoe> hi\n[23:30] <alice> #startmeeting\n[23:40] <bob> bug 2900001\n"
    )
    text = "[00:10] <bob> bug 2900002\n[00:20] <alice> #endmeeting\n[00:30] <zoe> bug 2900003\n"
    read = _extract(tmp_path, text)
    assert [meeting.id for meeting in read.meetings] == ["chan/2013-09-10T23:30Z"]
    assert [one.meeting for one in read.references] == ["chan/2013-09-10T23:30Z", None]


def test_what_precedes_a_meeting_is_outside_of_it_with_and_without_clocks(tmp_path: Path) -> None:
    for clock in ("[15:04] ", ""):
        text = f"{clock}<bob> bug 2900001\n{clock}<alice> #startmeeting\n{clock}<bob> bug 2900002\n"
        for counting in (True, False):
            read = _extract(tmp_path, text, log_format="chat", counting=counting)
            assert [reference.meeting is None for reference in read.references] == [True, False]


def test_an_end_without_a_start_ends_nothing(tmp_path: Path) -> None:
    read = _extract(tmp_path, "[00:10] <bob> bug 2900002\n[00:20] <alice> #endmeeting\n")
    assert [meeting.id for meeting in read.meetings] == ["chan/2013-09-11T00:10Z"]


def test_a_second_start_inside_a_meeting_starts_nothing(tmp_path: Path) -> None:
    text = "[15:00] <alice> #startmeeting\n[15:01] <bob> #startmeeting\n[15:02] <bob> bug 2900001\n[15:03] <alice> #endmeeting\n"  # noqa: E501
    assert len(_extract(tmp_path, text).meetings) == 1


def test_a_person_who_speaks_of_a_start_starts_nothing(tmp_path: Path) -> None:
    text = "[15:00] <bob> Meeting started Wed Sep 11 15:04:18 2013 UTC.\n[15:02] <bob> bug 2900001\n"
    (meeting,) = _extract(tmp_path, text).meetings
    assert meeting.id == "chan/2013-09-11T15:00Z"
    assert meeting.chair is None


@pytest.mark.parametrize(
    ("command", "topic"),
    [("[TOPIC] One", "One"), ("#topic One", "One"), ("[topic] One", "One"), ("#TOPIC  One ", "One"), ("#topicone", None), ("#topic", None)],  # noqa: E501
)  # fmt: skip
def test_topics(tmp_path: Path, command: str, topic: str | None) -> None:
    (found,) = _extract(tmp_path, f"[15:00] <alice> {command}\n[15:01] <bob> bug 2900001\n").references
    assert found.topic == topic


@pytest.mark.parametrize(
    ("text", "duty", "owner"),
    [
        ("#action bob to fix bug 2900001", "action", "bob"),
        ("[ACTION] bob: fix bug 2900001", "action", "bob"),
        ("#action fix bug 2900001", "action", None),
        ("#agreed bug 2900001 can wait", "agreed", None),
        ("[agreed] bug 2900001 can wait", "agreed", None),
        ("bug 2900001 needs #action", None, None),
    ],
)
def test_duties(tmp_path: Path, text: str, duty: str | None, owner: str | None) -> None:
    (found,) = _extract(tmp_path, f"[15:00] <alice> {text}\n").references
    assert (found.duty, found.duty_of) == (duty, owner)


def test_subtopics_stand_beside_the_topic(tmp_path: Path) -> None:
    text = "[15:00] <a> #topic One\n[15:00] <a> #subtopic Two\n[15:01] <b> bug 2900001\n[15:02] <a> #topic Three\n[15:03] <b> bug 2900002\n"  # noqa: E501
    found = _extract(tmp_path, text).references
    assert [(one.topic, one.subtopic) for one in found] == [("One", "Two"), ("Three", None)]


def test_two_nicks_are_one_person_where_the_log_or_the_user_says_so(tmp_path: Path) -> None:
    text = "=== bob is now known as bob|away\n[15:00] <bob|away> bug 2900001\n[15:01] <rob> bug 2900001\n"
    found = _extract(tmp_path, text, persons={"Rob": "bob"}).references
    assert [(one.speaker, one.person) for one in found] == [("bob|away", "bob"), ("rob", "bob")]


def test_local_time_becomes_utc(tmp_path: Path) -> None:
    found = _extract(tmp_path, "[00:30] <alice> bug 2900001\n", zone=ZoneInfo("Europe/Berlin")).references
    assert found[0].at == datetime(2013, 9, 10, 22, 30, tzinfo=UTC)
    assert found[0].time == "00:30"


def test_a_clock_that_is_not_the_bots_is_told(tmp_path: Path) -> None:
    text = "[17:04] <alice> #startmeeting\n[17:04] <meetingology> Meeting started Wed Sep 11 15:04:18 2013 UTC.  The chair is alice.\n"  # noqa: E501
    read = _extract(tmp_path, text)
    assert read.meetings[0].id == "chan/2013-09-11T15:04Z"
    assert any("2 h ahead of" in warning for warning in read.warnings)


def test_bots_alone_are_told(tmp_path: Path) -> None:
    text = '[15:00] <ubottu> bug 2900001 in hello (Ubuntu) "Greets nobody (made-up)" [High,New] https://launchpad.net/bugs/2900001\n'
    assert _extract(tmp_path, text).warnings == ("announced by a bot, mentioned by nobody: 2900001",)


@pytest.mark.parametrize(
    ("hours", "days"),
    [
        ((23, 0), [11, 12]), ((2, 1, 2), [11, 11, 11]), ((23, 22, 23, 0), [11, 11, 11, 12]), ((10, 8), [11, 12]),
        ((0, 23, 0), [11, 11, 12]), ((12, 1, 11, 12, 1, 11), [11] * 6), ((11, 2), [11, 11]),
        ((12, 13, 1), [11, 11, 12]),
    ],
)  # fmt: skip
def test_midnight_is_an_hour_that_goes_back_by_more_than_one(hours: tuple[int, ...], days: list[int]) -> None:
    calendar = Calendar(day=date(2013, 9, 11))
    stamped = [calendar.stamp(Line(1, LineKind.MESSAGE, "", "a", f"{hour:02}:00")) for hour in hours]
    assert [line.at.day for line in stamped if line.at] == days


@pytest.mark.parametrize(
    ("text", "clock"),
    [("15:04", (15, 4, 0)), ("3:04:05 PM", (15, 4, 5)), ("12:00:00 AM", (0, 0, 0)), ("12:30 pm", (12, 30, 0)), ("23:59:60", (23, 59, 59))],  # noqa: E501
)  # fmt: skip
def test_clocks(text: str, clock: tuple[int, int, int]) -> None:
    read = parse_clock(text)
    assert read is not None
    assert (read[0].hour, read[0].minute, read[0].second) == clock


@pytest.mark.parametrize("text", ["24:00", "1504", "15:60", "13:00 PM", "", "ab:cd", "0:00:00:00"])
def test_no_clocks(text: str) -> None:
    assert parse_clock(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "2013-09-11",
        "20130911",
        "Wed Sep 11 15:04:18 2013",
        "11 Sep 2013",
        "11.09.2013",
        "9/11/2013",
        "September 11, 2013",
    ],
)
def test_days(text: str) -> None:
    assert parse_day(text) == date(2013, 9, 11)


def test_no_days() -> None:
    assert [parse_day(text) for text in ("2013-13-01", "31 Feb 2013", "12345", "", "13/13/2013")] == [None] * 5


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2013/09/11/#ubuntu-meeting.txt", date(2013, 9, 11)),
        ("x/2012/ubuntu-meeting.2013-09-11-15.04.log.txt", date(2013, 9, 11)),
        ("chan_20130911.log", date(2013, 9, 11)),
        ("bug-1216043.txt", None),
        ("20139999.txt", None),
    ],
)
def test_days_in_names(name: str, day: date | None) -> None:
    assert parse_name_day(name) == day


def test_starts_of_bots() -> None:
    assert parse_started("Meeting started Mon Jan  8 16:03:53 2018 UTC.") == datetime(
        2018, 1, 8, 16, 3, 53, tzinfo=UTC
    )
    assert parse_started("Meeting started at 13:01.") is None


MINUTES = """<html><head><title>#birds: Owl Release</title></head><body><h1>#birds: Owl Release</h1>
<span class="details">Meeting started by ana at {start} (<a href="birds.2031-09-18-15.00.log.html">log</a>).</span>
{summary}<h3>Action items</h3><ol><li>ben to verify LP: #92900001</li></ol></body></html>
"""


@pytest.mark.parametrize(
    ("start", "meeting"),
    [
        ("15:00:24 UTC", "birds/2031-09-18T15:00Z"),  # the day is in the name of the log beside it
        ("2031-09-18T17:00+0200", "birds/2031-09-18T15:00Z"),
    ],
)
def test_minutes_tell_their_start_in_either_spelling(start: str, meeting: str) -> None:
    page = MINUTES.format(start=start, summary="")
    extraction = extract_log(Source("minutes.html", None, content=page.encode()))
    assert [(each.id, each.name, each.chair) for each in extraction.meetings] == [(meeting, "Owl Release", "ana")]
    assert [each.meeting for each in extraction.references] == [meeting]
    whole = MINUTES.format(start=start, summary="<h3>Meeting summary</h3><ol><li>hello</li></ol>")
    assert not extract_log(Source("m.html", None, content=whole.encode())).references, (
        "action items repeat the summary"
    )


@pytest.mark.parametrize("told", ["#startmeeting Owl", "!startmeeting Owl"])
def test_a_meeting_that_begins_where_one_was_never_ended_has_its_own_name(told: str) -> None:
    text = (
        "2031-05-13 15:00:02 <ana> #startmeeting Kestrel\n2031-05-13 15:00:02 <meetbot> Meeting started at 2031-05-13"
        f" 15:00:02 UTC\n2031-05-13 15:10:00 <ben> bug 92900001\n2031-05-13 16:00:07 <cat> {told}\n"
        "2031-05-13 16:00:07 <meetbot> Meeting started at 2031-05-13 16:00:07 UTC\n"
        "2031-05-13 16:12:00 <eve> bug 92900002\n"
    )
    extraction = extract_log(Source("birds.log", None, content=text.encode()))
    assert [(each.name, each.id[-6:]) for each in extraction.meetings] == [("Kestrel", "15:00Z"), ("Owl", "16:00Z")]
