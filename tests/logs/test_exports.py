"""Exports and mail: what is said once is read once, and no document makes a reader fail or lose a line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lptrack.logs.formats.discourse_json import DISCOURSE_JSON
from lptrack.logs.formats.hcoop_json import HCOOP_JSON
from lptrack.logs.formats.mail import MAIL
from lptrack.logs.formats.matrix_html import MATRIX_HTML
from lptrack.logs.formats.matrix_json import MATRIX_JSON
from lptrack.logs.formats.matrix_log import MATRIX_LOG
from lptrack.logs.formats.matrix_text import MATRIX_TEXT
from lptrack.logs.interface import Head, LogFormat, RawLine
from lptrack.logs.quotations import strip_quotations
from lptrack.model import Line, LineKind

ALL = (HCOOP_JSON, MATRIX_JSON, MATRIX_LOG, MATRIX_TEXT, MATRIX_HTML, DISCOURSE_JSON, MAIL)
SAID = (LineKind.MESSAGE, LineKind.ACTION, LineKind.NOTICE)


def read(known: LogFormat, text: str) -> list[Line]:
    lines = tuple(RawLine(number, line) for number, line in enumerate(text.split("\n"), 1))
    head = Head("document", text, lines, whole=True)
    return [item for item in known.parse(iter(lines), head) if isinstance(item, Line)]


def said(known: LogFormat, text: str) -> list[str]:
    return [line.text for line in read(known, text) if line.kind in SAID]


def message(*body: str, head: Sequence[str] = ()) -> str:
    return "\n".join(["From: Jane Doe <jane@example.org>", "Date: Thu, 2 May 2024 17:00:01 +0200", *head, "", *body])


@pytest.mark.parametrize(
    ("line", "day", "clock"),
    [
        ("5/2/2024, 3:00:01 PM - Jane: x", date(2024, 5, 2), "3:00:01 PM"),
        ("5/2/2024, 3:00:01\u202fPM - Jane: x", date(2024, 5, 2), "3:00:01 PM"),
        ("02/05/2024, 15:00:01 - Jane: x", date(2024, 5, 2), "15:00:01"),
        ("2.5.2024, 15:00:01 - Jane: x", date(2024, 5, 2), "15:00:01"),
        ("2024-05-02 15:00:01 - Jane: x", date(2024, 5, 2), "15:00:01"),
        ("31/12/2024, 15:00:01 - Jane: x", date(2024, 12, 31), "15:00:01"),
        ("12/31/2024, 15:00:01 - Jane: x", date(2024, 12, 31), "15:00:01"),
        ("31/31/2024, 15:00:01 - Jane: x", None, "15:00:01"),
    ],
)
def test_element_writes_dates_as_the_browser_likes(line: str, day: date | None, clock: str) -> None:
    (entry,) = read(MATRIX_TEXT, line)
    assert (entry.day, entry.time, entry.speaker, entry.text) == (day, clock, "Jane", "x")


def test_one_sure_date_settles_the_others() -> None:
    text = "2/5/2024, 15:00:01 - Jane: a\n5/13/2024, 15:00:01 - Jane: b"
    assert [line.day for line in read(MATRIX_TEXT, text)] == [date(2024, 2, 5), date(2024, 5, 13)]


def test_a_name_with_blanks_that_waves_is_known_if_it_has_spoken() -> None:
    text = "5/2/2024, 3:00:01 PM - Jane Doe: hi\n5/2/2024, 3:00:02 PM - * Jane Doe waves"
    line = read(MATRIX_TEXT, text)[1]
    assert (line.kind, line.speaker, line.text) == (LineKind.ACTION, "Jane Doe", "waves")


def test_json_lines_are_those_of_the_file() -> None:
    event: dict[str, object] = {"type": "m.room.message", "sender": "@a:b", "origin_server_ts": 1714662001250}
    event["content"] = {"body": "one\ntwo"}
    room = {"room_name": "r", "exported_by": "x", "messages": [event]}
    text = json.dumps(room, indent=2)
    lines = [line for line in read(MATRIX_JSON, text) if line.kind in SAID]
    assert [(line.text, line.at, line.time) for line in lines] == [
        ("one", datetime(2024, 5, 2, 15, 0, 1, tzinfo=UTC), "15:00:01"),
        ("two", datetime(2024, 5, 2, 15, 0, 1, tzinfo=UTC), "15:00:01"),
    ]
    assert '"body"' in text.split("\n")[lines[0].number - 1]


@pytest.mark.parametrize("known", [HCOOP_JSON, MATRIX_JSON, DISCOURSE_JSON])
@pytest.mark.parametrize("text", ['{"messages": [{"payload": "bug 5"', "[" * 100_000, '{"a": NaN}x', ""])
def test_a_document_that_breaks_off_is_unread_and_makes_nothing_up(known: LogFormat, text: str) -> None:
    lines = read(known, text)
    assert {line.kind for line in lines} <= {LineKind.UNREAD, LineKind.BLANK}


@pytest.mark.parametrize(
    ("cooked", "rest"),
    [
        ("<p>a</p>", "<p>a</p>"),
        ("a<blockquote>b</blockquote>c", "a\nc"),
        ('a<aside class="quote"><blockquote>b</blockquote></aside>c', "a\nc"),
        ("a<blockquote>b", "a"),
        ("a</blockquote>b", "a\nb"),
    ],
)
def test_a_quotation_is_not_said_again(cooked: str, rest: str) -> None:
    assert strip_quotations(cooked) == rest


def test_mail_says_what_its_sender_says() -> None:
    text = message(
        "Hello,", "On Thu, May 2, 2024, Bob wrote:", "> bug 5", ">> bug 6", "I mean bug 7.", "-- ", "Jane, bug 8"
    )
    assert said(MAIL, text) == ["Hello,", "I mean bug 7."]
    line = read(MAIL, text)[3]
    assert (line.speaker, line.at, line.time) == ("Jane Doe", datetime(2024, 5, 2, 15, 0, 1, tzinfo=UTC), "17:00:01")


@pytest.mark.parametrize(
    ("sender", "speaker"),
    [
        ("Jane Doe <jane@example.org>", "Jane Doe"),
        ('"Doe, Jane" <jane@example.org>', "Doe, Jane"),
        ("=?utf-8?q?Zo=C3=AB?= <zoe@example.org>", "Zoë"),
        ("jane@example.org", "jane"),
        ("<jane@example.org>", "jane"),
        ("jane@example.org (Jane Doe)", "Jane Doe"),
        ("jane at example.org (Jane Doe)", "Jane Doe"),
        ("jane at example.org", "jane"),
        ("(" * 5000, "(" * 1000),
        ("", None),
    ],
)
def test_the_speaker_is_the_sender_s_name(sender: str, speaker: str | None) -> None:
    lines = read(MAIL, f"From: {sender}\nSubject: x\n\nbug 5")
    assert lines[-1].speaker == speaker


def test_an_introduction_broken_over_two_lines_is_one() -> None:
    text = message("On Thu, May 2, 2024 at 9:00 AM Bob with a long name", "<bob@example.org> wrote:", "> x", "On it.")
    assert said(MAIL, text) == ["On it."]


def test_a_sentence_that_begins_like_an_introduction_is_said() -> None:
    assert said(MAIL, message("On Monday we fixed bug 5", "and rested.")) == [
        "On Monday we fixed bug 5",
        "and rested.",
    ]


@pytest.mark.parametrize(
    ("subject", "is_said"),
    [
        ("bug 5 again", True),
        ("Re: bug 5", False),
        ("[list] Re: bug 5", False),
        ("Fwd: bug 5", False),
        ("AW: bug 5", False),
    ],
)
def test_a_reply_s_subject_is_the_first_one_s(subject: str, is_said: bool) -> None:
    assert (subject in said(MAIL, message("x", head=[f"Subject: {subject}"]))) is is_said


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (["Content-Transfer-Encoding: quoted-printable"], ["caf=C3=A9 bug =", "5"], ["café bug 5"]),
        (
            ["Content-Transfer-Encoding: quoted-printable", "Content-Type: text/plain; charset=latin1"],
            ["caf=E9"],
            ["café"],
        ),
        (["Content-Transfer-Encoding: base64"], ["Y2Fmw6kKYnVnIDU="], ["café", "bug 5"]),
        (["Content-Transfer-Encoding: base64"], ["no base64!"], ["no base64!"]),
        (["Content-Type: text/html"], ["<p>bug <b>5</b></p>"], ["bug 5"]),
        (["Content-Type: text/plain; charset=martian"], ["bug 5"], ["bug 5"]),
        (["Content-Type: application/pdf"], ["bug 5"], []),
        (["Content-Type: multipart/mixed; boundary=b"], ["--b", "", "one", "--b", "Content-Type: text/plain",
          "Content-Disposition: attachment", "", "bug 5", "--b--", "bug 6"], ["one"]),
        (["Content-Type: multipart/alternative; boundary=b"], ["--b", "Content-Type: text/html", "", "<p>x</p>",
          "--b", "Content-Type: text/plain", "", "x", "--b--"], ["x"]),
        (["Content-Type: multipart/mixed; boundary=b"], ["no part at all"], ["no part at all"]),
    ],
)  # fmt: skip
def test_mime_is_taken_apart(head: list[str], body: list[str], expected: list[str]) -> None:
    assert said(MAIL, message(*body, head=head)) == expected


def test_parts_within_parts_end_somewhere() -> None:
    deep = [line for _ in range(60) for line in ("Content-Type: multipart/mixed; boundary=b", "", "--b")]
    assert read(MAIL, "\n".join(["From: a@b", *deep, "", "bug 5"]))


PIECES = st.sampled_from([
    "", "x", "bug 5", "{", '{"messages": [', '"payload": "x"}]}', "From a@b Thu May  2 15:00:01 2024", "From: a@b",
    "Date: Thu, 99 Foo 2024", "Content-Type: multipart/mixed; boundary=b", "--b", "--b--",
    "Content-Transfer-Encoding: base64",
    "=?x?q?=", "> x", "On x wrote:", "5/2/2024, 3:00:01 PM - a: b", "99/99/9999, 99:99:99 - a: b",
    "2024-05-02 15:00:01 <@a:b> x", "2024-99-99 15:00:01 <@a:b> x", '<li class="mx_EventTile">',
    '<span class="mx_EventTile_body">x', 'mx_MessageTimestamp" title="Foo 99 9999"', "\u202f", "=", "-- ",
])  # fmt: skip


@settings(max_examples=250, deadline=None, derandomize=True)
@given(lines=st.lists(PIECES | st.text(max_size=20), max_size=14), known=st.sampled_from(ALL))
def test_any_text_is_read_line_by_line(lines: list[str], known: LogFormat) -> None:
    text = "\n".join(line.replace("\n", " ") for line in lines)
    numbers = {line.number for line in read(known, text)}
    assert numbers == set(range(1, text.count("\n") + 2))
    head = Head("x", text, tuple(RawLine(i, line) for i, line in enumerate(text.split("\n"), 1)), whole=True)
    assert 0 <= known.recognise(head) <= 1
