"""Channels with a tracker of their own are known by the beginning of their name, and only by a whole word of it."""

from __future__ import annotations

import pytest

from lptrack.grammar.trackers import tracker_of_channel


@pytest.mark.parametrize(
    ("channel", "tracker"),
    [
        ("#debian-devel", "debian"),
        ("fedora-meeting", "redhat"),
        ("#MediaWiki", "wikimedia"),
        ("ubuntu-meeting", "launchpad"),
        ("kubuntu-devel", "launchpad"),
        ("kdenlive", "launchpad"),
        ("", "launchpad"),
    ],
)
def test_a_channels_tracker(channel: str, tracker: str) -> None:
    assert tracker_of_channel(channel) == tracker
