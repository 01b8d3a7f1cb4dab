"""When a host is asked, waited for and given up: on a clock that the test moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from lptrack.net.errors import DeadlinePassed, HostGivenUp
from lptrack.net.policy import (
    FIRST_WAIT,
    GOOD_ANSWERS_TO_RECOVER,
    LONGEST_WAIT,
    SPACING,
    Clock,
    Host,
    backoff,
    parse_http_date,
    parse_retry_after,
)

NOW = datetime(2013, 9, 11, 15, 4, 18, tzinfo=UTC)


@dataclass
class Time:
    at: float = 0.0
    slept: list[float] = field(default_factory=list)
    waited: list[tuple[float, float]] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds

    def host(self, deadline: float = 600, give_up_after: float = 20) -> Host:
        clock = Clock(lambda: self.at, lambda: NOW + timedelta(seconds=self.at), self.sleep)
        return Host("host", clock, deadline, give_up_after, lambda since, until: self.waited.append((since, until)))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("Wed, 11 Sep 2013 15:06:18 GMT", 120.0),
        ("Wednesday, 11-Sep-13 15:06:18 GMT", 120.0),
        ("Wed Sep 11 15:06:18 2013", 120.0),
        ("Wed, 11 Sep 2013 15:00:00 GMT", 0.0),
        ("Wed, 11 Sep 2013 17:06:18 +0200", 120.0),
        ("soon", None),
        ("-5", None),
        ("१२", None),
        ("", None),
        (None, None),
        ("9" * 400, 999999999.0),
    ],
)
def test_retry_after_is_read_in_seconds_and_as_any_http_date(header: str | None, seconds: float | None) -> None:
    assert parse_retry_after(header, NOW) == seconds


def test_a_date_that_is_none_is_none() -> None:
    assert parse_http_date("Wed, 99 Sep 2013 15:06:18 GMT") is None
    assert parse_http_date("Wed, 11 Sep 2013 15:04:18 -0000") == NOW


def test_backoff_doubles_up_to_a_limit_and_differs_between_clients() -> None:
    middle = [backoff(attempt, lambda: 0.5) for attempt in range(1, 9)]
    assert middle[:3] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert middle[-1] == LONGEST_WAIT
    assert backoff(3, lambda: 0.0) < backoff(3, lambda: 1.0) < 2 * backoff(3, lambda: 0.0)


def test_nobody_asks_before_the_time_that_the_host_named() -> None:
    time = Time()
    host = time.host()
    host.slow_down(30)
    host.enter()
    assert time.at >= 30
    assert time.waited == [(0.0, 30.0)]


def test_after_slow_down_one_stream_goes_on_and_spaced() -> None:
    time = Time()
    host = time.host()
    host.slow_down(0)
    host.enter()
    began = time.at
    released: list[float] = []

    def sleep(seconds: float) -> None:  # the second has to wait for the first to end
        time.sleep(seconds)
        if time.at > began + 5 and not released:
            released.append(time.at)
            host.leave()

    host.clock.sleep = sleep
    host.enter()
    assert released
    assert time.at >= released[0]
    assert time.at - began >= SPACING


def test_a_host_that_answers_well_for_a_while_gets_all_streams_again() -> None:
    time = Time()
    host = time.host()
    host.slow_down(0)
    for _ in range(GOOD_ANSWERS_TO_RECOVER):
        host.enter()
        host.leave()
        host.well()
    host.enter()
    before = time.at
    host.enter()
    assert time.at - before <= SPACING


def test_a_wait_beyond_the_deadline_is_not_begun() -> None:
    time = Time()
    host = time.host(deadline=10)
    with pytest.raises(DeadlinePassed):
        host.wait(11)
    with pytest.raises(HostGivenUp, match="asks to wait 3600 s"):
        host.slow_down(3600)
    with pytest.raises(HostGivenUp):
        host.enter()
    assert time.slept == []


def test_nothing_goes_out_after_the_deadline() -> None:
    time = Time(at=10.0)
    with pytest.raises(DeadlinePassed):
        time.host(deadline=10).enter()


def test_refused_connections_are_given_up_after_the_time_in_all_and_an_answer_forgives_them() -> None:
    time = Time()
    host = time.host(give_up_after=20)
    host.refused("connection refused")
    time.at = 19
    host.refused("connection refused")
    host.well()
    time.at = 25
    host.refused("connection refused")
    time.at = 45
    with pytest.raises(HostGivenUp, match="connection refused; given up after 20 s"):
        host.refused("connection refused")
    with pytest.raises(HostGivenUp):
        host.enter()


def test_several_failures_for_good_in_a_row_end_the_hosts_run() -> None:
    host = Time().host()
    for _ in range(3):
        host.failed("HTTP 503")
    host.well()
    for _ in range(4):
        host.enter()
        host.leave()
        host.failed("HTTP 503")
    with pytest.raises(HostGivenUp, match="HTTP 503; given up after 4 requests in a row"):
        host.enter()
