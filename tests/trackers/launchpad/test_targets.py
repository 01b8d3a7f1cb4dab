"""Target names and their parts, there and back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lptrack.trackers.launchpad.targets import Target, distributions_of, parse_target, parse_target_link

RTM = {"ubuntu": frozenset({"saucy", "precise"}), "ubuntu-rtm": frozenset({"14.09"})}


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("linux (Ubuntu)", Target("ubuntu", "Ubuntu", True, None, "linux")),
        ("linux (Ubuntu Saucy)", Target("ubuntu", "Ubuntu", True, "Saucy", "linux")),
        ("gtk+3.0 (Ubuntu Precise)", Target("ubuntu", "Ubuntu", True, "Precise", "gtk+3.0")),
        ("Ubuntu Precise", Target("ubuntu", "Ubuntu", True, "Precise")),
        ("ubuntu", Target("ubuntu", "Ubuntu", True)),
        ("debian", Target("debian", "Debian", True)),
        ("unity8 (Ubuntu RTM)", Target("ubuntu-rtm", "Ubuntu RTM", True, None, "unity8")),
        ("unity8 (Ubuntu RTM 14.09)", Target("ubuntu-rtm", "Ubuntu RTM", True, "14.09", "unity8")),
        ("juju/1.25", Target("juju", "juju", False, "1.25")),
        ("ubuntu-system-image", Target("ubuntu-system-image", "ubuntu-system-image", False)),
    ],
)
def test_a_name_has_these_parts_and_they_make_the_name_again(name: str, target: Target) -> None:
    assert parse_target(name, RTM) == target
    assert target.name == name


def test_a_series_is_named_as_addresses_spell_it() -> None:
    assert parse_target("linux (Ubuntu Saucy)").series_name == "saucy"
    assert parse_target("juju/1.25").series_name == "1.25"


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("devel/ubuntu/+source/linux", ("ubuntu", None, "linux")),
        ("1.0/ubuntu/saucy/+source/linux", ("ubuntu", "saucy", "linux")),
        ("devel/ubuntu/saucy", ("ubuntu", "saucy", None)),
        ("devel/ubuntu", ("ubuntu", None, None)),
        ("devel/juju/1.25", ("juju", "1.25", None)),
        ("beta/ubuntu/+source/gtk%2B3.0", ("ubuntu", None, "gtk+3.0")),
    ],
)
def test_a_link_has_these_parts(path: str, parts: tuple[str, str | None, str | None]) -> None:
    assert parse_target_link(f"https://api.launchpad.net/{path}") == parts


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(max_size=60))
def test_no_name_is_an_error(name: str) -> None:
    assert parse_target(name, RTM).name is not None


def test_facts_that_are_none_are_no_distributions_series() -> None:
    assert distributions_of({"series:/x": "not json", "series:/y": "{}", "focus:/z": "{}"}) == {
        "x": frozenset(),
        "y": frozenset(),
    }
