"""Every form of every document: strangers' words never act, the same report gives the same bytes."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from dataclasses import replace
from html import unescape

import pytest
from defusedxml import ElementTree
from markdown_it import MarkdownIt
from rich.cells import cell_len

from lptrack.errors import UsageError
from lptrack.model import UNKNOWN
from lptrack.report.arrange import build_report
from lptrack.report.arrange_history import build_history_report
from lptrack.report.arrange_status import build_status
from lptrack.report.model import Column, Document, HistoryReport, Report, SectionKey, Standing, StatusReport
from lptrack.report.render import RENDERERS, RenderSettings, find_form, render_document
from tests.report import samples as s

WIDE = RenderSettings(width=160)
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def report_of(builder: s.WindowBuilder) -> Report:
    window = builder.window()
    return build_report(window, s.matrix(window), s.trends(window))


def documents(builder: s.WindowBuilder) -> dict[str, Document]:
    window = builder.window()
    states = tuple(window.after.values())
    standing = Standing(s.TO, states, window.unresolved, window.since, window.stale, window.read_at, window.run)
    lives = [
        replace(s.life(state), references=tuple(
            replace(each, speaker=str(state.title), text=f"bug {state.title}") for each in s.life(state).references
        ))
        for state in states[:40]
    ]  # fmt: skip
    return {
        "report": report_of(builder),
        "status": build_status(standing),
        "history": build_history_report(lives, s.TO),
    }


HOSTILE = documents(s.hostile())
USUAL = documents(s.usual())
KINDS = ("report", "status", "history")


def written(document: Document, form: str, settings: RenderSettings = WIDE) -> str:
    return render_document(document, find_form(form), settings).decode("utf-8")


def acting(text: str) -> set[str]:
    return {c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")} - {"\u200d"}


# ------------------------------------------------------------------------------------------------- terminal


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", [40, 52, 64, 80, 120, 250])
def test_a_pipe_gets_no_control_sequence(kind: str, width: int) -> None:
    text = written(HOSTILE[kind], "table", RenderSettings(width=width))
    assert not acting(text)
    assert max(cell_len(line) for line in text.splitlines()) <= width


@pytest.mark.parametrize("kind", KINDS)
def test_a_terminal_gets_only_riches_own_colours_and_http_links(kind: str) -> None:
    text = written(HOSTILE[kind], "table", RenderSettings(width=120, color=True, links=True))
    links = re.findall(r"\x1b\]8;;(.*?)\x1b\\", text)
    assert all(link == "" or link.startswith(("http://", "https://")) for link in links)
    assert not acting(re.sub(r"\x1b\]8;;.*?\x1b\\|\x1b\[[0-9;]*m", "", text))


def test_colours_and_links_only_where_the_terminal_has_them() -> None:
    assert "\x1b" not in written(USUAL["report"], "table")
    assert "\x1b]8" not in written(USUAL["report"], "table", RenderSettings(color=True))
    assert "\x1b[3" not in written(USUAL["report"], "table", RenderSettings(links=True))
    assert "\x1b]8;;https://bugs.launchpad.net/bugs/" in written(USUAL["report"], "table", RenderSettings(links=True))


@pytest.mark.parametrize("width", [40, 60, 80, 100, 160])
def test_old_and_new_are_there_at_any_width(width: int) -> None:
    text = " ".join(written(USUAL["report"], "table", RenderSettings(width=width)).split())
    assert re.search(r"#92900011 .{0,20}Confirmed.{1,4}Triaged", text)


# ------------------------------------------------------------------------------------------------- text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("documents", [HOSTILE, USUAL], ids=["hostile", "usual"])
def test_plain_text_has_72_columns(kind: str, documents: dict[str, Document]) -> None:
    text = written(documents[kind], "text")
    assert not acting(text)
    for line in text.splitlines():
        assert len(line) <= 72 or line.strip().startswith(("http://", "https://"))


# ------------------------------------------------------------------------------------------------- Markdown


@pytest.mark.parametrize("kind", KINDS)
def test_markdown_makes_only_the_forms_own_elements(kind: str) -> None:
    html = MARKDOWN.render(written(HOSTILE[kind], "markdown"))
    own = {
        "h2",
        "h3",
        "p",
        "strong",
        "ul",
        "li",
        "a",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "details",
        "summary",
    }
    assert set(re.findall(r"<([a-zA-Z0-9]+)", html)) <= own
    assert not re.search(r"<[a-z0-9]+ (?!href=\")", html)
    assert all(re.match(r"https?://", unescape(href)) for href in re.findall(r'href="([^"]*)"', html))
    assert not acting(written(HOSTILE[kind], "markdown"))


def test_markdown_keeps_every_row_and_cell() -> None:
    report = HOSTILE["report"]
    html = MARKDOWN.render(written(report, "markdown"))
    cells = sum(len(section.rows) * len(section.columns) for section in report.page.sections)
    assert html.count("<td>") >= cells
    tables = html.split("<table>")[1:]
    for section, table in zip(report.page.sections, tables, strict=False):
        assert table.split("</table>")[0].count("<td>") == len(section.rows) * len(section.columns)


def test_markdown_links_the_bug_and_folds_the_full_table() -> None:
    text = written(USUAL["report"], "markdown")
    row = re.search(r"^\| \[#92900001\]\[(\d+)\] \| linux \| Fix Released \| Triaged \|", text, re.MULTILINE)
    assert row is not None
    assert f"\n[{row[1]}]: https://bugs.launchpad.net/bugs/92900001\n" in text  # told once: it is linked thrice
    assert text.index("### Went backwards (2)") < text.index("<summary>All tracked bugs (18)</summary>")


# ------------------------------------------------------------------------------------------------- MoinMoin


@pytest.mark.parametrize("kind", KINDS)
def test_moin_has_only_the_forms_own_markup(kind: str) -> None:
    text = written(HOSTILE[kind], "moin")
    assert not acting(text)
    bare = re.sub(r"\[\[https?://[^\]|]*\|", "", text).replace("]]", "")
    for line in bare.splitlines():
        inner = line.removeprefix(" * <!> ").removeprefix("== ").removesuffix(" ==")
        inner = inner.removeprefix("= ").removesuffix(" =").replace("'''", "")
        for cell in inner.split("||"):
            assert not re.search(r"\{\{|\}\}|\[\[|<<|''|\|\||__|~-|,,|`", cell)


# ------------------------------------------------------------------------------------------------- Atom


def test_the_feed_is_well_formed_with_stable_ids() -> None:
    text = written(HOSTILE["report"], "atom")
    feed = ElementTree.fromstring(text.encode("utf-8"))
    space = "{http://www.w3.org/2005/Atom}"
    ids = [each.text for each in feed.iter(f"{space}id")]
    assert len(set(ids)) == len(ids) == 2 + len(HOSTILE["report"].window.changes)
    assert all(link.get("href", "").startswith("https://") for link in feed.iter(f"{space}link"))
    for entry in feed.iter(f"{space}entry"):
        assert {f"{space}{name}" for name in ("id", "title", "updated", "content")} <= {each.tag for each in entry}


def test_a_change_keeps_its_id_in_the_next_report() -> None:
    first = report_of(s.usual())
    wider = replace(first.window, start=replace(first.window.start, at=s.FROM.replace(day=4)))  # type: ignore[type-var]
    later = build_report(wider)
    ids = [set(re.findall(r"<id>(.*?)</id>", written(report, "atom"))) for report in (first, later)]
    assert len(ids[0] & ids[1]) >= len(first.window.changes)


@pytest.mark.parametrize("address", [None, "https://kestrel.example/a?b=1&c=2", "javascript:alert(1)"])
def test_a_feed_says_where_it_is_where_that_is_known(address: str | None) -> None:
    """`rel="self"` (RFC 4287): by it a reader that was handed the file finds the next one."""
    feed = ElementTree.fromstring(written(USUAL["report"], "atom", RenderSettings(feed=address)))
    found = [link.get("href") for link in feed.findall("{http://www.w3.org/2005/Atom}link[@rel='self']")]
    assert found == ([address] if address and address.startswith("https") else [])


# ------------------------------------------------------------------------------------------------- templates


def test_a_template_has_the_report_and_the_escapes() -> None:
    template = (
        "{{ page.headline }}\n"
        "{% for section in page.sections if section.key == 'forward' %}{% for row in section.rows %}"
        "{{ row.cells['bug'].text }} {{ row.cells['title'].text | markdown }}\n{% endfor %}{% endfor %}"
    )
    text = written(USUAL["report"], "template", RenderSettings(template=template))
    assert text.splitlines()[1] == "#92900010 cloud-init breaks in a made-up way number 10 (made-up)"


def test_a_template_for_html_escapes_by_itself() -> None:
    settings = RenderSettings(template="{{ report.window.changes[0].title }}", template_name="x.html")
    assert "<" not in written(HOSTILE["report"], "template", settings)


@pytest.mark.parametrize(
    "template",
    ["{{ nonsense }}", "{% for %}", "{{ page.__class__.__mro__ }}", "{{ page.title | nofilter }}", "{{ 1/0 }}"],
)
def test_a_wrong_template_is_told_to_its_writer(template: str) -> None:
    with pytest.raises(UsageError, match="mine"):
        written(USUAL["report"], "template", RenderSettings(template=template, template_name="mine"))


# ------------------------------------------------------------------------------------------------- all of them


FORMS = [
    pytest.param(form.name, kind, id=f"{form.name}-{kind}")
    for form in RENDERERS
    for kind, document in HOSTILE.items()
    if isinstance(document, form.documents) and form.name != "template"
]


@pytest.mark.parametrize(("form", "kind"), FORMS)
def test_no_form_lets_a_strangers_text_act(form: str, kind: str) -> None:
    """Neither control characters nor addresses that a reader's click would run: in forms yet to come, too.

    In JSON and CSV an address is a value like any other: nobody makes a `javascript:` one there a link.
    """
    data = render_document(HOSTILE[kind], find_form(form), WIDE)
    for text in _parts(data) if find_form(form).binary else [data.decode("utf-8")]:
        assert acting(text) <= {"\t", "\r", "\ufeff"}
        assert form in ("json", "jsonl", "csv") or not re.search(
            r"javascript:alert\((?!1\))", text
        )  # the bugs' own addresses; in strangers' words it is alert(1)


def _parts(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return [file.read(name).decode("utf-8") for name in file.namelist() if name.endswith((".xml", ".rels"))]


@pytest.mark.parametrize("form", [form.name for form in RENDERERS if form.name != "template"])
def test_the_same_report_gives_the_same_bytes(form: str) -> None:
    settings = RenderSettings(width=120, color=True, links=True)
    one, other = (render_document(report_of(s.usual()), find_form(form), settings) for _ in range(2))
    assert one == other


def test_a_form_that_cannot_hold_a_document_says_which_can() -> None:
    with pytest.raises(UsageError, match="atom") as raised:
        written(USUAL["history"], "atom")
    assert "markdown" in str(raised.value.hint)


def test_every_document_type_has_its_forms() -> None:
    for kind in (Report, StatusReport, HistoryReport):
        names = {form.name for form in RENDERERS if kind in form.documents}
        assert {"table", "text", "markdown", "json", "html"} <= names


# ------------------------------------------------------------------------------------------------- status, history


def test_status_shows_tasks_and_what_is_not_known() -> None:
    text = written(USUAL["status"], "text")
    assert "17 bugs tracked, 17 tasks: 13 open, 4 closed; no status is known for 2 bugs." in " ".join(text.split())
    rows = USUAL["status"].page.sections[0].rows
    assert USUAL["status"].page.sections[0].key is SectionKey.ALL
    assert next(row for row in rows if row.bug.number == s.BASE + 21).cells[Column.NOW].note == "private or missing"


def test_history_is_in_order_with_what_was_said() -> None:
    life = s.life(s.state(1))
    text = written(build_history_report([life], s.TO), "text")
    order = ["2031-09-02 15:04:18 tracker", "status: New ->", "2031-09-11 15:13 said: xnox", "2031-09-14"]
    assert [text.index(words) for words in order] == sorted(text.index(words) for words in order)


def test_history_without_any_entry_says_so() -> None:
    life = replace(s.life(s.state(1)), history=None, references=(), observed=(), title=UNKNOWN)
    assert "nothing is recorded of #92900001" in written(build_history_report([life], s.TO), "table")
