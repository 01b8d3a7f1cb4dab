"""Who speaks: masks, padding, relays, and what other programs put around an address."""

from __future__ import annotations

import pytest

from lptrack.logs.extract import extract_log
from lptrack.logs.options import Options
from lptrack.logs.sources import Source


def first(text: str, name: str = "birds.log", options: Options | None = None) -> tuple[str | None, str | None]:
    """Speaker and person of the first reference."""
    (reference, *_) = extract_log(Source(name, None, content=text.encode()), options).references
    return reference.speaker, reference.person


@pytest.mark.parametrize(
    "line",
    [
        "2031-06-07T12:38:00 <@ana!~ana@gateway/web/example/ip.198.51.100.36> bug 92900001",
        "2031-06-07T12:38:00 <ana!n=ana@2001:db8::5> bug 92900001",
        "16:01 <          ana> bug 92900001\n16:02 <  ben_at_work> hi",
        "16:01 <         @ana> bug 92900001\n16:02 <  ben_at_work> hi",
    ],
)
def test_of_a_mask_and_of_padding_the_nick_alone_is_kept(line: str) -> None:
    assert first(line + "\n") == ("ana", None)


@pytest.mark.parametrize(
    ("text", "relays", "person"),
    [
        ("<nest> [matrix] <ana> bug 92900001", (), "ana"),  # another network and a nick: a relay by what it says
        ("<nest> <ana> bug 92900001", (), None),  # ben may quote ana
        ("<nest> <ana> bug 92900001", ("nest",), "ana"),  # the configuration says that it relays
        ("<Nest> [birds] <ana> bug 92900001", ("nest",), "ana"),
    ],
)
def test_the_person_behind_a_relay(text: str, relays: tuple[str, ...], person: str | None) -> None:
    assert first(f"[15:00] {text}\n", options=Options(relays=frozenset(relays)))[1] == person


def test_outlook_s_own_address_around_a_link_is_taken_off() -> None:
    mail = (
        "From: Ben <ben@example.org>\nTo: birds@lists.example.org\nSubject: notes\n"
        "Date: Wed, 5 Mar 2031 16:20:00 +0000\nMessage-Id: <1@example.org>\n\nsee https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2F"
        "bugs.launchpad.net%2Fubuntu%2F%2Bbug%2F92900001&data=05%7C02%7Cana%40example.org%7C1234567&reserved=0\n"
    )
    (link,) = extract_log(Source("a.eml", None, content=mail.encode())).references
    assert (link.tracker, link.number, link.text) == (
        "launchpad", 92900001, "see https://bugs.launchpad.net/ubuntu/+bug/92900001",
    )  # fmt: skip


def test_in_a_page_a_link_s_target_says_whose_its_number_is() -> None:
    page = (
        '<html><body><h1>Birds</h1><ul><li><a href="https://bugs.debian.org/929001">bug #929001</a></li>'
        '<li><a href="https://forge.example/birds/pull/92900003">bug #92900003</a></li>'
        '<li><a href="https://bugs.launchpad.net/ubuntu/+bug/92900002">bug #92900002</a></li></ul></body></html>\n'
    )
    found = extract_log(Source("birds.html", None, content=page.encode())).references
    assert [(each.tracker, each.number) for each in found] == [("debian", 929001), ("launchpad", 92900002)]
