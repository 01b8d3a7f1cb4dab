"""What a meeting is called, and which channel a path or address tells."""

from __future__ import annotations

import pytest

from lptrack.logs.channels import channel_of_address, channel_of_name
from lptrack.logs.names import clean_name


@pytest.mark.parametrize(
    ("text", "channel", "name"),
    [
        ("Kestrel Board meeting", "kestrel-meeting", "Kestrel Board"),
        ("Weekly Pump team meeting", "harbour", "Weekly Pump team"),
        ("Kestrel team meeting, January 23rd, 2023", "kestrel", "Kestrel team"),
        ("2023-01-23 Kestrel team", "", "Kestrel team"),
        ("Minutes of the Kestrel meeting 23 Jan 2023", "", "Kestrel"),
        ("#kestrel-meeting: Kestrel Board", "kestrel-meeting", "Kestrel Board"),
        ("cloud-init, 02 Oct at 16:05 &mdash; 17:29 UTC", "cloud-init", None),
        ("meeting", "x", None),
        ("#quay-team Meeting", "quay-team", None),
        ("", "", None),
        ("SIG 2 meeting", "", "SIG 2"),
    ],
)
def test_the_name_is_what_is_left_without_meeting_dates_and_channel(
    text: str, channel: str, name: str | None
) -> None:
    assert clean_name(text, channel) == name


def test_a_strangers_name_is_bounded() -> None:
    assert len(clean_name("x" * 10_000) or "") <= 120


@pytest.mark.parametrize(
    ("path", "channel"),
    [
        ("2016-02-22.kestrel.irc.log.html", "kestrel"),
        ("kestrel.txt.2022-05-02.premeetingology", "kestrel"),
        ("2026-03-02-harbour-dev-meeting.log", "harbour-dev-meeting"),
        ("2013/09/11/#ubuntu-meeting.txt", "ubuntu-meeting"),
        ("ubuntu-meeting.2013-09-11-15.04.moin.txt", "ubuntu-meeting"),
        ("status-2018-04-16.html", "status"),
        ("foundations/2026-11-10.log", "foundations"),
        ("logs/foundations/2026/11/10.txt.gz", "foundations"),
        ("./2026-11-10.log", "2026-11-10"),
        ("2026/11/10.log", "10"),
        ("-", "stdin"),
    ],
)
def test_of_a_files_name_dates_and_suffixes_go_wherever_they_stand(path: str, channel: str) -> None:
    assert channel_of_name(path) == channel


def test_only_a_bots_address_tells_a_channel() -> None:
    address = "https://logs.example.org/meetingology/logs/quay-team/2012/quay-team.2012-03-07-15.00.log.html"
    assert channel_of_address(address) == "quay-team"
    assert channel_of_address("https://example.org/pages/index.html") is None
