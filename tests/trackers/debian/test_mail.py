"""Messages of a log: the tracker's stamp before the sender's word, and dates that can be believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lptrack.trackers.debian.mail import Mail, parse_mail, parse_mails, sure_dates
from lptrack.trackers.debian.soap import Node, WrongAnswer

DOMAINS = ("bugs.debian.org",)
NOON = datetime(2013, 9, 11, 12, 0, tzinfo=UTC)


def test_the_stamp_is_the_date_and_the_address() -> None:
    mail = parse_mail(
        "Received: (at control) by bugs.debian.org; 11 Sep 2013 15:04:18 +0000\n"
        "Received: from elsewhere.example.org\n"
        "From: =?utf-8?q?Zo=C3=AB?= <zoe@example.org>\nTo: someone@example.org\n"
        "Date: Mon, 1 Jan 2001 00:00:00 +0000\n"
        "Subject: =?iso-8859-1?q?caf=E9?=\n  (made-up)",
        "severity 5 important\n",
        DOMAINS,
    )
    assert mail.at == datetime(2013, 9, 11, 15, 4, 18, tzinfo=UTC)
    assert mail.addresses == ("control",)
    assert (mail.person, mail.subject) == ("Zoë <zoe@example.org>", "café (made-up)")


def test_without_a_stamp_the_sender_is_believed() -> None:
    mail = parse_mail(
        "From: a@example.org\nTo: 5-done@bugs.debian.org, x@example.org\nCc: control@bugs.debian.org\n"
        "Date: Wed, 11 Sep 2013 17:04:18 +0200",
        "",
        DOMAINS,
    )
    assert mail.at == datetime(2013, 9, 11, 15, 4, 18, tzinfo=UTC)
    assert mail.addresses == ("5-done", "control")


def test_another_tracker_s_stamp_further_down_is_not_ours() -> None:
    mail = parse_mail(
        "Received: from a by b\nReceived: (at control) by debbugs.gnu.org; 11 Sep 2013 15:04:18 +0000\nFrom: a@b",
        "",
        (),
    )
    assert (mail.at, mail.addresses) == (None, ())


def test_signed_mail_is_read_without_its_wrapping() -> None:
    body = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nSource: made-up\nVersion: 1.2\n\n- -- \nBye\n"
        "-----BEGIN PGP SIGNATURE-----\nxyz\n"
    )
    mail = parse_mail("From: a@b", body, DOMAINS)
    assert mail.pseudo == (("source", "made-up"), ("version", "1.2"))
    assert mail.lines[-1] == "Bye"


def test_only_debbugs_own_mail_has_its_mark() -> None:
    assert parse_mail("X-Loop: owner@bugs.debian.org\nFrom: owner@bugs.debian.org", "", DOMAINS).by_tracker
    assert not parse_mail("From: owner@bugs.debian.org", "", DOMAINS).by_tracker


def test_brackets_within_brackets_do_no_harm() -> None:
    mail = parse_mail(f"From: {'(' * 5000}\nTo: {'(' * 5000} <5-done@bugs.debian.org>", "", DOMAINS)
    assert mail.addresses == ("5-done",)


def dated(*days: int | None) -> list[Mail]:
    return [
        Mail(None if day is None else NOON + timedelta(days=day), None, None, "", "", (), {}, (), ()) for day in days
    ]


@pytest.mark.parametrize(
    ("days", "sure"),
    [
        ((1, 2, 3), (True, True, True)),
        ((1, 1, 1), (True, True, True)),
        ((1, 9000, 2, 3), (True, False, True, True)),
        ((1, 2, -9000, 3), (True, True, False, True)),
        ((1, None, 2), (True, False, True)),
        ((), ()),
        ((None,), (False,)),
    ],
)
def test_dates_that_go_back_are_not_believed(days: tuple[int | None, ...], sure: tuple[bool, ...]) -> None:
    assert sure_dates(dated(*days)) == sure


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.none() | st.integers(-50, 50), max_size=30))
def test_believed_dates_never_go_back(days: list[int | None]) -> None:
    believed = [day for day, good in zip(days, sure_dates(dated(*days)), strict=True) if good and day is not None]
    assert believed == sorted(believed)
    assert bool(believed) == any(day is not None for day in days)


@pytest.mark.parametrize("answer", ["words", {"a": "b"}, ["words"], [{"body": "x"}], [None], [{"header": ["x"]}]])
def test_a_log_of_another_shape_is_refused(answer: Node) -> None:
    with pytest.raises(WrongAnswer):
        parse_mails(answer, DOMAINS)


def test_an_empty_log_is_empty() -> None:
    assert parse_mails([], DOMAINS) == ()
    assert parse_mails("", DOMAINS) == ()


HEADERS = st.text(max_size=80) | st.builds(
    "{}: {}".format,
    st.sampled_from(["From", "To", "Cc", "Date", "Received", "Subject", "Reply-To", "X-Loop"]),
    st.text(max_size=40)
    | st.sampled_from(["=?x?q?a?=", "=?utf-8?b?!?=", "Mon, 99 Foo 99999 99:99", "(at x) by y; z"]),
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(headers=st.lists(HEADERS, max_size=6), body=st.text(max_size=80))
def test_any_text_is_a_message(headers: list[str], body: str) -> None:
    mail = parse_mail("\n".join(headers), body, DOMAINS)
    assert mail.at is None or mail.at.tzinfo is UTC
