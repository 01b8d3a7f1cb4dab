"""Clocks, days and zones as people's clients write them, and what a log tells of them itself."""

from __future__ import annotations

from datetime import timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lptrack.config.model import Config
from lptrack.errors import UsageError
from lptrack.jobs.log_options import build_log_options
from lptrack.logs.extract import extract_log
from lptrack.logs.head import HEAD
from lptrack.logs.options import Options
from lptrack.logs.sources import Source


def read(text: str, name: str = "birds.log", **told: object) -> list[tuple[int, str | None, str | None]]:
    """Number, speaker and instant of each reference."""
    extraction = extract_log(Source(name, None, content=text.encode()), Options(**told))  # type: ignore[arg-type]
    return [
        (each.number, each.speaker, each.at.strftime("%Y-%m-%dT%H:%M:%S") if each.at else None)
        for each in extraction.references
    ]


PHONE = "[04/02/2031, 18:00:00] ana: bug 92900001\n[05/02/2031, 18:00:00] ben: bug 92900002\n"


@pytest.mark.parametrize(
    ("text", "day_first", "day"),
    [
        (PHONE, None, "2031-04-02"),  # nothing settles it: the month first, as until now
        (PHONE, True, "2031-02-04"),
        (PHONE.replace("05/02", "25/02"), None, "2031-02-04"),  # a day above 12 settles the whole log
        (PHONE.replace("05/02", "05/22"), True, "2031-04-02"),  # also against the setting
        (PHONE.replace("2031", "31").replace("05/02", "25/02"), None, "2031-02-04"),  # years of two digits
    ],
)
def test_one_date_convention_a_log(text: str, day_first: bool | None, day: str) -> None:
    first = read(text, "chat.txt", day_first=day_first)[0]
    assert first == (92900001, "ana", f"{day}T18:00:00")


@pytest.mark.parametrize("stamp", ["18/02/31 15:01:02", "2031/02/18 15:01:02", "18.02.2031 15:01:02"])
def test_weechat_with_a_date_format_of_one_s_own(stamp: str) -> None:
    text = f'{stamp}\t--\tTopic for #birds is "work"\n{stamp}\tana\tbug 92900001\n{stamp}\tben\thi\n'
    assert read(text, "birds.weechatlog") == [(92900001, "ana", "2031-02-18T15:01:02")]


def test_two_lines_with_slashed_dates_are_no_discord_export() -> None:
    text = "[03/25/2031 10:00:00] <ana> bug 92900001\n[03/25/2031 10:02:00] <ben> bug 92900002\n"
    assert [(number, speaker) for number, speaker, _ in read(text)] == [(92900001, "ana"), (92900002, "ben")]


@pytest.mark.parametrize(
    "head",
    [
        "# Birds weekly, 14 May 2031",
        "== Birds, May 14th, 2031 ==",
        "Birds of 2031-05-14\n===================",
        "<h1>Birds 14 May 2031</h1>",
    ],
)
def test_the_date_in_a_page_s_heading_is_its_date(head: str) -> None:
    text = f"{head}\n\n[15:00] <ana> bug 92900001\n[15:02] <ben> 5 June 2031 is late\n"
    assert read(text, "birds.md") == [(92900001, "ana", "2031-05-14T15:00:00")]


def test_the_zone_that_the_bot_tells_is_the_log_s_where_its_clock_shows_it() -> None:
    text = (
        "08:50 <ben> bug 92900001 before we begin\n09:00 <ana> #startmeeting birds\n"
        "09:00 <meetbot> Meeting started Wed Jul  9 09:00:12 2031 CEST.  The chair is ana.\n"
        "09:04 <ben> bug 92900002\n"
    )
    extraction = extract_log(Source("birds.log", None, content=text.encode()))
    assert [each.id for each in extraction.meetings] == ["birds/2031-07-09T07:00Z"]
    assert [at for _, _, at in read(text)] == ["2031-07-09T06:50:00", "2031-07-09T07:04:00"]
    in_utc = text.replace("\n09:0", "\n07:0").replace("08:50", "06:50")
    assert [at for _, _, at in read(in_utc)] == ["2031-07-09T06:50:00", "2031-07-09T07:04:00"]


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("America/New_York", "2031-11-02", ["05:40", "06:10", "07:05"]),
        ("Europe/London", "2031-10-26", ["00:40", "01:10", "02:05"]),
        ("Europe/London", "2031-10-25", ["00:40", "00:10", "01:05"]),  # any other night: lines out of order
    ],
)
def test_the_hour_that_comes_twice_when_summer_time_ends(zone: str, day: str, expected: list[str]) -> None:
    text = "[00:30] <ana> hi\n[01:40] <ben> bug 92900001\n[01:10] <ana> bug 92900002\n[02:05] <ben> bug 92900003\n"
    found = read(text, f"birds.{day}.log", zone=ZoneInfo(zone))
    assert [(at or "")[11:16] for _, _, at in found] == expected


def test_a_day_that_changes_backwards_is_not_believed() -> None:
    text = (
        "--- Log opened Wed Mar 05 20:00:00 2031\n23:50 < ana> bug 92900001\n--- Day changed Thu Mar 06 2031\n"
        "00:10 < ben> bug 92900002\n--- Day changed Wed Mar 05 2031\n00:20 < ana> bug 92900003\n"
    )
    assert [(at or "")[:10] for _, _, at in read(text)] == ["2031-03-05", "2031-03-06", "2031-03-06"]


def test_a_zone_is_told_by_name_or_by_its_distance() -> None:
    assert build_log_options(Config(), timezone="+05:30").zone == timezone(timedelta(minutes=330))
    assert build_log_options(Config(), timezone="-0800").zone == timezone(timedelta(hours=-8))
    for wrong in ("+5", "+25:00", "+05:75", "Mars/Olympus"):
        with pytest.raises(UsageError, match="not a time zone"):
            build_log_options(Config(), timezone=wrong)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_whatever_ends_a_line_ends_one(end: str) -> None:
    text = end.join(["[15:00] <ana> bug 92900001", "[15:01] <ben> hi", "[15:02] <ben> bug 92900002", ""])
    extraction = extract_log(Source("birds.log", None, content=text.encode()))
    assert [(each.line, each.number) for each in extraction.references] == [(1, 92900001), (3, 92900002)]
    assert extraction.lines == 3


def test_the_whole_log_settles_how_its_dates_are_read(tmp_path: Path) -> None:
    """Also a day above 12 that comes long after the head that the format is told by."""
    log = tmp_path / "birds.log"
    talk = "".join(f"[03/04/2031 15:{minute:02}] <ben> nothing new in this line of the log\n" for minute in range(60))
    log.write_text(f"[03/04/2031 15:00] <ana> bug #92900001\n{talk * 120}[13/04/2031 15:00] <ana> bug #92900002\n")
    assert log.stat().st_size > HEAD
    found = extract_log(Source(str(log), log)).references
    assert [f"{each.at:%m-%d}" for each in found if each.at] == ["04-03", "04-13"]


def test_the_reading_that_is_in_order_is_taken() -> None:
    text = "[03/04/2031 15:00] <ana> bug #92900001\n[05/04/2031 15:00] <ana> hm\n[02/05/2031 15:00] <ana> hm\n"
    assert read(text)[0][2] == "2031-04-03T15:00:00"
    assert read(text.replace("02/05", "06/03"))[0][2] == "2031-03-04T15:00:00"


def test_the_logs_beside_it_settle_how_dates_are_read(tmp_path: Path) -> None:
    for name, day in (("birds-1.log", "03/04"), ("birds-2.log", "17/04"), ("fish-1.log", "04/17")):
        (tmp_path / name).write_text(f"[{day}/2031 15:00] <ana> bug #92900001\n")
    first = tmp_path / "birds-1.log"
    extraction = extract_log(Source(str(first), first))
    assert [f"{each.at:%m-%d}" for each in extraction.references if each.at] == ["04-03"]
    assert extraction.warnings == ()


def test_what_nothing_settles_is_said(tmp_path: Path) -> None:
    log = tmp_path / "birds.log"
    log.write_text("[03/04/2031 15:00] <ana> bug #92900001\n")
    assert extract_log(Source(str(log), log)).warnings == (
        "nothing settles whether 03/04/2031 has the month or the day first; read month first: --day-first",
    )
    assert extract_log(Source(str(log), log), Options(day_first=False)).warnings == ()
    log.write_text("[04/04/2031 15:00] <ana> bug #92900001\n")
    assert extract_log(Source(str(log), log)).warnings == ()


@pytest.mark.parametrize("name", ["birds-2031.log", "#birds_2031.txt", "2031/birds.log"])
def test_a_clock_without_a_year_takes_it_from_the_path(name: str) -> None:
    assert read("[07 Dec 12:37] <ana> bug #92900001\n", name) == [(92900001, "ana", "2031-12-07T12:37:00")]
