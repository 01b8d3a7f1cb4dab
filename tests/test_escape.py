"""Each escape: whatever a stranger writes comes out as words, and none of it is lost where a rule promises that."""

from __future__ import annotations

import json
import re
import unicodedata
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lptrack.escape import (
    inert_lines,
    json_text,
    markdown,
    moin,
    one_line,
    safe_url,
    show_hidden,
    spreadsheet,
    undo_spreadsheet,
    xml,
)
from tests.report.samples import HOSTILE

ACTIVE = "\x1b\x00\t\r\n\\`*_[]|~$^{}<>&@#:.'\"=+-!()/,;% ＝－abWiki\u202e\u200d\ud800\uffff日"
strangers = st.one_of(st.sampled_from(HOSTILE), st.text(ACTIVE, max_size=40), st.text(max_size=40))
many = settings(max_examples=150, deadline=None, derandomize=True)

LINKING = MarkdownIt("gfm-like")  # links bare domains and mail addresses, as Discourse does
COMMONMARK = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def hidden(text: str, allowed: str = "") -> list[str]:
    bad = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return [c for c in text if unicodedata.category(c) in bad and c not in allowed + "\u200c\u200d\u06dd\u070f"]


@many
@given(strangers)
def test_one_line_is_one_and_shows_what_hides(text: str) -> None:
    shown = one_line(text)
    assert "\n" not in shown
    assert not [c for c in hidden(shown) if not "\u0600" <= c <= "\u08e2"]
    shown.encode("utf-8")


def test_hidden_characters_are_spelled_out() -> None:
    assert show_hidden("a\x1b[31m\u202eb\u200b") == "a\\x1b[31m\\u202eb\\u200b"
    assert one_line("Zürich 日本語 👩‍👩‍👧") == "Zürich 日本語 👩‍👩‍👧"
    assert one_line(" a\tb\r\nc ") == "a b c"


# ------------------------------------------------------------------------------------------------- Markdown


@many
@given(strangers)
def test_markdown_renders_to_the_words_themselves(text: str) -> None:
    html = COMMONMARK.render(f"x {markdown(text)} x")
    assert set(re.findall(r"</?([a-zA-Z]+)", html)) <= {"p"}
    words = unescape(html.removeprefix("<p>").removesuffix("</p>\n")).replace("\u200b", "")
    assert " ".join(words.split()) == f"x {one_line(text)} x".replace("x  x", "x x").replace("\u200b", "")


@many
@given(strangers)
def test_markdown_stays_in_its_cell(text: str) -> None:
    html = COMMONMARK.render(f"| a | b |\n| --- | --- |\n| {markdown(text)} | end |")
    assert html.count("<td>") == 2
    assert "<td>end</td>" in html


@pytest.mark.parametrize("text", ["@everyone", "(@team)", "#1", "x#12", "ubuntu/repo#3", "GH-12"])
def test_nobody_is_pinged_and_no_issue_linked(text: str) -> None:
    assert not re.search(r"[@#]\w|GH-\d", markdown(text).replace("&#8203;", "\u200b"))


@pytest.mark.parametrize("text", ["http://evil.example", "HTTPS://x", "www.evil.example", "mailto:a", ":smile:"])
def test_no_address_or_smiley_is_made_of_words(text: str) -> None:
    assert not re.search(r"(?<!\\):\S|(?i:www)\.", markdown(text))


@pytest.mark.parametrize(
    "text",
    ["evil.example.com/x", "EVIL.CO.UK", "a.b@evil.com", "foo.py", "//evil.org/", "//localhost", "ftp://evil.org",
     "例え.jp", "git@evil.com:x/y", "www.evil.example", "[x].com", "evil.com.log.io", "1.evil.dev"],
)  # fmt: skip
def test_no_bare_domain_or_mail_address_becomes_a_link(text: str) -> None:
    assert "<a" in LINKING.render(text.replace("[x]", "x")) or text in (
        "foo.py",
        "1.evil.dev",
        "//localhost",
        "www.evil.example",
    )
    for around in ("{}", "({})", "x {}, y", "<{}>", "'{}'"):
        assert "<a" not in LINKING.render(f"- {markdown(around.format(text))}")


def test_a_file_s_name_stays_as_it_is() -> None:
    assert markdown("logs/broken.log, a.log.txt and v1.2.3") == "logs/broken.log, a.log.txt and v1.2.3"


@many
@given(strangers)
def test_what_a_runner_reads_as_a_command_is_in_no_form(text: str) -> None:
    hostile = f"{text}##[error]{text} ##vso[x] ::error::{text}\n \u00a0::set-output name=x::{text}"
    for form in (one_line, show_hidden, markdown, moin, spreadsheet, xml, lambda words: json_text({"a": words})):
        written = inert_lines(form(hostile))
        assert not re.search(r"##[\w.]*\[", written)
        assert not [line for line in re.split(r"[\r\n]", written) if line.lstrip().startswith("::")]
    assert json.loads(json_text({"a": hostile})) == {"a": hostile}
    assert undo_spreadsheet(spreadsheet(hostile)) == hostile


@pytest.mark.parametrize("character", "\u3164\u115f\u1160\u2800\uffa0\u034f\u17b4\ufe00\U000e0100\U0001d159\u180b")
def test_what_shows_as_blank_is_shown(character: str) -> None:
    assert character not in one_line(f"a{character}b")
    assert one_line(character).startswith("\\")


def test_joiners_stay_within_words_and_a_name_of_joiners_alone_is_shown() -> None:
    assert one_line("\u200d\ufe0f") == "\\u200d\\ufe0f"
    assert one_line("❤\ufe0f\u200d🔥 क्\u200dष") == "❤\ufe0f\u200d🔥 क्\u200dष"


# ------------------------------------------------------------------------------------------------- MoinMoin


@many
@given(strangers)
def test_moin_has_nothing_left_that_acts(text: str) -> None:
    bare = re.sub(r"&#\d+;", "·", moin(text))  # an entity parts what stands around it
    assert not set(bare) & set("[]{}<>'|_^~`@=#\\*")
    assert not re.search(r",,|//|\w:\w|--|-~|~-", re.sub(r"\d:\d", "", bare))
    assert not re.search(r"(?<!!)\b[A-Z][a-z]+[A-Z][a-z]+", bare)
    shown = unescape(moin(text)).replace("!", "")
    assert shown == one_line(text).replace("!", "")


# ------------------------------------------------------------------------------------------------- spreadsheets


@many
@given(strangers)
def test_a_cell_never_acts_and_is_given_back(text: str) -> None:
    cell = spreadsheet(text)
    assert not cell.lstrip(" \u200b\ufeff").startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    assert not hidden(cell, allowed="\t\r\n\u0600\u0601\u0602\u0603\u0604\u0605\u08e2\u0890\u0891")
    assert undo_spreadsheet(cell) == text


@many
@given(strangers, st.sampled_from([";", ",", "\t", "|", "\n", '";"', "; ", "',"]), st.sampled_from("=+-@＝＋－＠"))
def test_no_cell_acts_by_whichever_separator_the_line_is_cut(text: str, separator: str, sign: str) -> None:
    cell = spreadsheet(f"{text}{separator}{sign}1+1")
    for part in re.split(r"[;,|\t\r\n]", cell)[1:]:
        assert not part.lstrip(" \u200b\ufeff\"'").startswith(tuple("=+-@＝＋－＠"))
    assert undo_spreadsheet(cell) == f"{text}{separator}{sign}1+1"


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("a;=1", "a;\\x3d1"),
        ("=1+1", "'=1+1"),
        ("＝1", "'＝1"),
        ("'tis", "''tis"),
        ("plain - text = fine", "plain - text = fine"),
        ("\x1b[31m", "\\x1b[31m"),
        ("C:\\users", "C:\\users"),
        ("\\x1b", "\\x5cx1b"),
        ("é", "é"),
    ],
)
def test_the_rule_as_documented(text: str, cell: str) -> None:
    assert spreadsheet(text) == cell
    assert undo_spreadsheet(cell) == text


# ------------------------------------------------------------------------------------------------- XML, JSON, links


@many
@given(strangers)
def test_xml_and_json_hold_the_words(text: str) -> None:
    from xml.etree import ElementTree

    element = ElementTree.fromstring(f'<a b="{xml(text)}">{xml(text)}</a>'.encode())
    assert len(element) == 0
    written = json_text({"a": text})
    assert json.loads(written) == {"a": text}
    assert not hidden(written, allowed="\n\u0600\u0601\u0602\u0603\u0604\u0605\u08e2\u0890\u0891")
    written.encode("utf-8")


@many
@given(st.one_of(strangers, strangers.map(lambda text: f"https://host/{text}")))
def test_an_address_is_http_and_cannot_end_its_link(text: str) -> None:
    url = safe_url(text)
    if url is not None:
        assert url.startswith(("http://", "https://"))
        assert not set(url) & set(" \"'<>()[]{}|\\`^\n\r\t")
        assert url.isascii()


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "//evil.example", "http://", "https://[::1", "", None, " http://x",
     "http://a b/", "file:///etc/passwd", "https://user\x00@x/"],
)  # fmt: skip
def test_other_addresses_are_not_linked(url: str | None) -> None:
    assert safe_url(url) is None


def test_a_usual_address_is_unchanged() -> None:
    url = "https://bugs.launchpad.net/ubuntu/+source/linux/+bug/1?a=b&c=%20#comment-3"
    assert safe_url(url) == url
