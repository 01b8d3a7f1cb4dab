"""MEETING arguments: every form, every ambiguity, every mistake."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from lptrack.errors import UsageError
from lptrack.join.endpoints import end_of, resolve_endpoint, resolve_window, select_meetings
from lptrack.join.model import Endpoint, Filters
from tests.storage.lives import day, make_meeting

NOW = day(50)
A1, A2, A3 = (make_meeting(day(n), name="Server") for n in (1, 8, 15))
B1, B2 = (make_meeting(day(n) + timedelta(hours=3), name="Kernel") for n in (8, 15))
UNDATED = make_meeting(None, channel="notes")
ALL = (UNDATED, A1, A2, B1, A3, B2)


@pytest.mark.parametrize(
    ("text", "meeting"),
    [
        (A1.id, A1),
        ("demo/2018-01-02", A1),
        ("#demo/2018-01-02T00", A1),
        ("2018-01-02", A1),
        ("last", B2),
        ("LAST", B2),
        ("previous", B1),
        ("notes", UNDATED),
    ],
)
def test_what_names_one_meeting(text, meeting):
    assert resolve_endpoint(text, ALL, NOW) == Endpoint(meeting, meeting.started_at or NOW)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("now", NOW),
        ("2018-01-03", datetime.combine(day(2).date(), time.max, UTC)),
        ("2018-01-03T10:00", day(2) + timedelta(hours=10)),
        ("2018-01-03T10:00+02:00", day(2) + timedelta(hours=8)),
        ("2018-01-03 10:00:01Z", day(2) + timedelta(hours=10, seconds=1)),
    ],
)
def test_what_names_an_instant(text, at):
    assert resolve_endpoint(text, ALL, NOW) == Endpoint(None, at)


def test_a_date_of_several_meetings_is_an_error_that_names_them_unless_an_option_settles_it():
    with pytest.raises(UsageError) as caught:
        resolve_endpoint("2018-01-09", ALL, NOW)
    assert caught.value.exit_code == 2
    assert A2.id in caught.value.message
    assert B1.id in caught.value.message
    kernel = select_meetings(ALL, Filters(team="kernel"))
    assert resolve_endpoint("2018-01-09", kernel, NOW).meeting == B1


@pytest.mark.parametrize("text", ["nonsense", "2018-13-01", "demo/2019", "2018-01-02T99:00", ""])
def test_a_mistake_is_told_with_what_would_do(text):
    with pytest.raises(UsageError) as caught:
        resolve_endpoint(text, ALL, NOW)
    assert caught.value.hint


def test_the_default_window_is_previous_to_last_in_the_same_team():
    assert resolve_window(None, None, ALL, NOW) == (Endpoint(B1, B1.started_at), Endpoint(B2, B2.started_at))
    server = select_meetings(ALL, Filters(team="SERVER", channel="#Demo"))
    assert resolve_window(None, None, server, NOW) == (Endpoint(A2, A2.started_at), Endpoint(A3, A3.started_at))
    assert resolve_window(None, A2.id, ALL, NOW)[0] == Endpoint(A1, A1.started_at)


def test_since_last_counts_from_the_newest_meeting():
    assert resolve_window("last", "now", ALL, NOW) == (Endpoint(B2, B2.started_at), Endpoint(None, NOW))
    assert resolve_window("previous", "last", ALL, NOW)[0] == Endpoint(B1, B1.started_at)


def test_one_meeting_has_no_start_and_none_at_all_is_an_error():
    assert resolve_window(None, None, [A1], NOW) == (None, Endpoint(A1, A1.started_at))
    assert resolve_window(None, None, [], NOW) == (None, Endpoint(None, NOW))
    with pytest.raises(UsageError):
        resolve_window("last", "now", [], NOW)


def test_a_window_that_ends_before_it_begins_is_an_error():
    with pytest.raises(UsageError, match="after --to"):
        resolve_window(A3.id, A1.id, ALL, NOW)


def test_witnesses_count_up_to_a_meetings_end_in_the_exactness_of_its_clock():
    assert end_of(Endpoint(A1, A1.started_at)) == day(1) + timedelta(hours=1, seconds=59, microseconds=999999)
    assert end_of(Endpoint(None, NOW)) == NOW
    assert end_of(Endpoint(UNDATED, NOW)) == NOW
