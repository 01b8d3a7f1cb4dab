"""The kind of source that an address names, by its shape."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lptrack.config.places import parse_source
from lptrack.sources.recognise import recognise_source

TODAY = date(2026, 11, 27)
SINCE = date(2026, 10, 23)


@pytest.mark.parametrize(
    ("address", "kind", "values"),
    [
        ("https://irclogs.ubuntu.com/2026/11/02/%23kestrel.txt", "irclogs",
         {"url": "https://irclogs.ubuntu.com/", "channel": "#kestrel", "since": SINCE}),
        ("https://irclogs.ubuntu.com/2026/11/02/%23kestrel.html", "irclogs",
         {"url": "https://irclogs.ubuntu.com/", "channel": "#kestrel", "since": SINCE}),
        ("#kestrel:example.org", "matrix", {"url": "https://example.org", "room": "#kestrel:example.org"}),
        ("!x1:example.org", "matrix", {"url": "https://example.org", "room": "!x1:example.org"}),
        ("https://matrix.to/#/#kestrel:example.org?via=a.org", "matrix",
         {"url": "https://example.org", "room": "#kestrel:example.org"}),
        ("https://matrix.to/#/%23kestrel%3Aexample.org", "matrix",
         {"url": "https://example.org", "room": "#kestrel:example.org"}),
        ("https://forum.example.org/c/kestrel/5", "discourse", {"url": "https://forum.example.org/c/kestrel/5"}),
        ("https://forum.example.org/t/weekly/77", "discourse", {"url": "https://forum.example.org/t/weekly/77"}),
        ("https://forum.example.org/tag/kestrel", "discourse", {"url": "https://forum.example.org/tag/kestrel"}),
        ("https://lists.example.org/pipermail/kestrel", "mail",
         {"url": "https://lists.example.org/pipermail/kestrel/", "since": SINCE}),
        ("https://lists.example.org/pipermail/kestrel/2026-October.txt", "mail",
         {"url": "https://lists.example.org/pipermail/kestrel/", "since": SINCE}),
        ("https://lists.example.org/a/{year}/{month}.mbox", "mail",
         {"url": "https://lists.example.org/a/{year}/{month}.mbox", "since": SINCE}),
        ("https://git.example.org/logs.git", "git", {"url": "https://git.example.org/logs.git"}),
        ("git@example.org:team/logs", "git", {"url": "git@example.org:team/logs"}),
        ("https://logs.example.org/k/", "index", {"url": "https://logs.example.org/k/"}),
        ("https://logs.example.org/k/2026/11/kestrel.2026-11-02-15.00.log.txt", "index",
         {"url": "https://logs.example.org/k/"}),
    ],
)  # fmt: skip
def test_an_address_is_known_by_its_shape(address: str, kind: str, values: dict[str, Any]) -> None:
    assert recognise_source(address, TODAY) == (kind, values)


@pytest.mark.parametrize(
    "address", ["kestrel", "#kestrel", "ftp://example.org/logs/", "logs/2026", "@ann:example.org"]
)
def test_what_is_no_address_is_none(address: str) -> None:
    assert recognise_source(address, TODAY) is None


@given(
    st.text(st.sampled_from("ab/#!:.@%{}?=2612git~"), max_size=40),
    st.sampled_from(["", "https://", "https://x.org/"]),
)
def test_whatever_is_proposed_can_be_configured(text: str, start: str) -> None:
    found = recognise_source(start + text, TODAY)
    if found is not None:
        kind, values = found
        assert parse_source({"kind": kind, **values}, "K", "test").kind == kind
