"""Which spellings of a meeting's name are one team's."""

from __future__ import annotations

import pytest

from lptrack.join.teams import find_likenesses, is_slip, name_key, unify_names
from tests.storage.lives import day, make_meeting


def names(*spelled: str | None) -> list[str | None]:
    meetings = [make_meeting(day(number), name=name) for number, name in enumerate(spelled, 1)]
    return [meeting.name for meeting in unify_names(meetings)]


@pytest.mark.parametrize(
    "spelled",
    [
        ("Kestrel Board", "kestrel board"),
        ("Foundations", "Ubuntu Foundations Team"),
        ("Foundations", "Foundatoins"),
        ("bi-weekly status", "status"),
        ("Server Team", "server-team"),
    ],
)
def test_case_common_words_and_one_slip_are_one_name(spelled: tuple[str, str]) -> None:
    one, other = spelled
    assert names(one, one, other) == [one] * 3


@pytest.mark.parametrize("spelled", [("SIG 1", "SIG 2"), ("Kernel", "Desktop"), ("QA", "QB")])
def test_other_names_stay_apart(spelled: tuple[str, str]) -> None:
    assert names(*spelled) == list(spelled)


def test_a_nameless_meeting_of_a_shared_channel_is_nobodys() -> None:
    meetings = unify_names([make_meeting(day(1), name="Kernel"), make_meeting(day(2)), make_meeting(day(3))])
    assert [meeting.is_nobodys for meeting in meetings] == [False, True, True]
    assert len({meeting.team for meeting in meetings}) == 3


def test_where_none_has_a_name_they_are_one_teams() -> None:
    meetings = unify_names([make_meeting(day(1)), make_meeting(day(2))])
    assert len({meeting.team for meeting in meetings}) == 1


def test_names_that_may_be_one_are_listed() -> None:
    (found,) = find_likenesses([make_meeting(day(1), name="Kestrel"), make_meeting(day(2), name="Kestrel Board")])
    assert (found.one, found.other) == ("Kestrel", "Kestrel Board")


def test_a_slip_is_a_letter_more_less_or_other_or_two_that_changed_places() -> None:
    assert all(is_slip("kestrel", other) for other in ("kestre", "kestrell", "kestrol", "ketsrel"))
    assert not any(is_slip("kestrel", other) for other in ("kstre", "osprey", "kestrel12"))
    assert name_key("The Ubuntu Team") == "theubuntuteam"


def test_the_channels_name_is_no_part_of_a_meetings_however_it_is_misspelled() -> None:
    names = ["bi-weekly status", "bi-weekly status", "Cloud-inin bi-weekly status", "cloudinit planning"]
    meetings = [make_meeting(day(place), channel="cloud-init", name=name) for place, name in enumerate(names)]
    unified = [each.name for each in unify_names(meetings)]
    assert unified == ["bi-weekly status", "bi-weekly status", "bi-weekly status", "cloudinit planning"]
