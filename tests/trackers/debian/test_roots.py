"""Addresses: where bugs are read, and the forms in which Launchpad's watches name them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lptrack.model import BugKey
from lptrack.net.settings import Settings
from lptrack.trackers import tracker_named
from lptrack.trackers.debian.roots import build_root, build_watch_forms, parse_watch

PIP = BugKey("debian", 722295)


@pytest.mark.parametrize(
    ("root", "url"),
    [
        ("https://bugs.debian.org/", "https://bugs.debian.org/722295"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/722295"),
        ("off", "https://bugs.debian.org/722295"),
    ],
)
def test_a_bug_has_its_page_below_the_root(root: str, url: str) -> None:
    assert tracker_named("debian").bug_url(722295, Settings(roots={"debian": root})) == url


@pytest.mark.parametrize("root", ["off", "OFF", "", " "])
def test_off_is_no_root(root: str) -> None:
    assert build_root(Settings(roots={"debian": root})) is None


@pytest.mark.parametrize(
    ("watch", "bug"),
    [
        ("https://bugs.debian.org/cgi-bin/bugreport.cgi?bug=722295", PIP),
        ("http://bugs.debian.org/cgi-bin/bugreport.cgi?bug=722295", PIP),
        ("http://bugs.debian.org/cgi-bin/bugreport.cgi?archive=yes;bug=722295", PIP),
        ("https://bugs.debian.org/722295", PIP),
        ("http://bugs.debian.org/722295", PIP),
        ("Debian Bug tracker #722295", PIP),
        ("debbugs #722295", PIP),
        ("http://127.0.0.1:8080/722295", PIP),
        ("https://bugs.debian.org/cgi-bin/bugreport.cgi?bug=pip", None),
        ("https://bugs.debian.org/0", None),
        ("https://bugs.debian.org.example.org/722295", None),
        ("https://bugs.launchpad.net/bugs/722295", None),
        ("ftp://bugs.debian.org/722295", None),
        ("https://[bugs.debian.org/722295", None),
        ("", None),
        (None, None),
    ],
)
def test_a_watch_names_this_bug(watch: str | None, bug: BugKey | None) -> None:
    assert parse_watch(watch, Settings(roots={"debian": "http://127.0.0.1:8080/"})) == bug


def test_every_form_leads_back() -> None:
    assert [parse_watch(form) for form in build_watch_forms(722295)] == [PIP] * 5


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.text(max_size=40)
    | st.text("htps:/bug.deian#?=&;0123%[]@", max_size=40).map("https://bugs.debian.org/{}".format)
)
def test_any_text_is_a_bug_or_none(watch: str) -> None:
    bug = parse_watch(watch)
    assert bug is None or bug.number > 0
