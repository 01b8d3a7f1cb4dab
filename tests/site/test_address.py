"""Addresses: no name leaves the folder, hides, or takes another's place; and each stays."""

from __future__ import annotations

import itertools
from random import Random

from lptrack.model import BugKey
from lptrack.site.address import SHAPE, bug_path, encode, meeting_path, name_teams

HOSTILE = (
    "", ".", "..", "../..", "/etc", "\\", "a/b", "a:b", "con", "CON", "nul", "com1", "index", "feed", "-x", "_",
    "__", "a_2fb", "A", "a", "ä", "\u0061\u0308", "\u202e", "\x00", "x" * 300, "X" * 300, "x" * 299 + "y", "é" * 120,
    "\ud800", "2013-09-11-1504", "undated-0123abcd", "snap.io", "a b", "a%2fb", "_63on", "_xab",
)  # fmt: skip


def test_addresses_are_as_they_always_were() -> None:
    assert meeting_path("ubuntu-meeting/2013-09-11T15:04Z") == "meetings/ubuntu-meeting/2013-09-11-1504"
    assert meeting_path("mail/2017-11-14") == "meetings/mail/2017-11-14"
    assert meeting_path("kestrel/undated-0123abcd") == "meetings/kestrel/undated-0123abcd"
    assert meeting_path("a.b_c/x/2013-09-11T15:04Z") == "meetings/a_2eb_5fc_2fx/2013-09-11-1504"
    assert bug_path(BugKey("launchpad", 1160490)) == "bugs/launchpad/1160490"
    assert name_teams([("", "Kestrel"), ("owl-meeting", None), ("x", "SIG-Cloud 2")]) == {
        ("", "Kestrel"): "kestrel", ("owl-meeting", None): "owl-meeting", ("x", "SIG-Cloud 2"): "sig-cloud-2",
    }  # fmt: skip


def test_no_two_names_share_an_address_and_none_leaves_the_folder() -> None:
    dice = Random(5)
    signs = "abz09-_./\\:%\x00 ABÄ\u202e"
    names = {*HOSTILE, *("".join(dice.choices(signs, k=dice.randint(0, 9))) for _ in range(20_000))}
    coded = {encode(name) for name in names}
    assert len({each.lower() for each in coded}) == len(names)
    assert all(SHAPE.fullmatch(f"{each}.html") for each in coded)
    assert not coded & {"con", "nul", "com1", "index", "feed", "..", "."}
    assert max(map(len, coded)) <= 140


def test_no_two_meetings_share_a_page() -> None:
    starts = (
        "2013-09-11T15:04Z",
        "2013-09-11T15:04:00Z",
        "2013-09-11-1504",
        "2013-09-11-150400",
        "2013-09-11",
        *HOSTILE,
    )
    ids = {f"{channel}/{start}" for channel, start in itertools.product(HOSTILE, starts) if "/" not in start}
    paths = {meeting_path(each) for each in ids}
    assert len(paths) == len(ids)
    assert all(SHAPE.fullmatch(f"{path}.json") for path in paths)


def test_no_two_teams_share_a_folder() -> None:
    teams: list[tuple[str, str | None]] = [
        ("", "Kestrel"), ("kestrel", None), ("a", "Kestrel"), ("b", "KESTREL!"), ("a", "Ärger"), ("b", "Ärger"),
        ("a", "../.."), ("a", ""), ("a", "日本"), ("con", None), ("a", "x" * 300), ("a", "x" * 301),
    ]  # fmt: skip
    named = name_teams(teams)
    assert len(set(named.values())) == len(teams)
    assert all(SHAPE.fullmatch(f"teams/{slug}/index.html") for slug in named.values())
    assert "con" not in named.values()
    assert named == name_teams(reversed(teams))
