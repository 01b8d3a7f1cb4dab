"""The HTML report without a browser: what its source must hold for any report, and for a hostile one."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from lptrack.report.arrange_history import build_history_report
from lptrack.report.arrange_status import build_status
from lptrack.report.model import Document, Standing
from lptrack.report.render import RenderSettings, find_form, render_document
from lptrack.report.render.html import render
from lptrack.report.render.html_text import link, plain, words
from lptrack.report.render.svg import number, status_class
from lptrack.trackers import statuses
from tests.browser.documents import HOSTILE, build_sample

SETTINGS = RenderSettings()
VOID = {"meta", "input", "col", "br", "img", "link"}


class Shape(HTMLParser):
    """The elements of a page with their attributes, and that every one is closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts.setdefault(self._open[-1], []).append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def skeleton(self) -> list[tuple[str, tuple[str, ...]]]:
        """Tags and attribute names, without the wrappers that a string's own characters call for."""
        return [
            (tag, tuple(attributes))
            for tag, attributes in self.elements
            if tag != "bdi" and attributes.get("class") != "ctl"
        ]


def documents() -> dict[str, Document]:
    report = build_sample()
    states = tuple(report.window.after.values())
    return {
        "report": report,
        "status": build_status(Standing(report.page.as_of, states, report.window.unresolved)),
        "history": build_history_report(tuple(report.lives.values())[:3], report.page.as_of),
        "one meeting's worth": build_sample(bugs=1, meetings=2),
        "hostile": build_sample(titles=HOSTILE, everywhere=True),
        "long": build_sample(bugs=300, meetings=30),
    }


@pytest.fixture(scope="module", params=["report", "status", "history", "one meeting's worth", "hostile", "long"])
def page(request: pytest.FixtureRequest) -> str:
    return render(documents()[request.param], SETTINGS)


def test_the_page_allows_only_its_own_style_and_script_and_holds_one_of_each(page: str) -> None:
    shape = Shape(page)
    policy = next(m["content"] for m in shape.all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        (inline,) = shape.texts[tag]
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}';" in policy
        assert len(shape.all(tag)) == 1
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert not re.search(r"@import|url\(|</", "".join(shape.texts["style"]))


def test_nothing_is_loaded_from_anywhere_and_no_attribute_is_code(page: str) -> None:
    for tag, attributes in Shape(page).elements:
        assert tag not in {"img", "link", "iframe", "object", "embed", "base", "image", "use", "foreignobject"}
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            assert name not in {"src", "style", "srcset", "action", "formaction", "ping", "xlink:href"}, (tag, name)
            if name == "href":
                assert value.startswith(("https://", "http://", "#")), value


def test_every_table_can_be_read_aloud_and_every_picture_says_what_it_shows(page: str) -> None:
    shape = Shape(page)
    assert len(shape.all("caption")) == len(shape.all("table"))
    assert all(th.get("scope") in {"col", "row"} for th in shape.all("th"))
    ids = [attributes["id"] for _, attributes in shape.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for svg in shape.all("svg"):
        assert svg["role"] == "img"
        assert {svg["aria-labelledby"], svg["aria-describedby"]} <= set(ids)
    for anchor in shape.all("a"):
        if anchor["href"].startswith("#"):
            assert anchor["href"][1:] in ids
    assert shape.elements[0] == ("html", {"lang": "en"})
    assert next(shape.all("a")[0]["href"] for _ in "x") == "#main"


def test_hostile_strings_in_every_place_leave_the_page_as_it_is_with_harmless_ones() -> None:
    harmless = [f"harmless {index:02}" for index in range(len(HOSTILE))]
    hostile_page = render(build_sample(titles=HOSTILE, everywhere=True), SETTINGS)
    harmless_page = render(build_sample(titles=harmless, everywhere=True), SETTINGS)
    assert Shape(hostile_page).skeleton() == Shape(harmless_page).skeleton()


def test_the_page_holds_no_invisible_or_direction_changing_character() -> None:
    page = render_document(build_sample(titles=HOSTILE, everywhere=True), find_form("html"), SETTINGS).decode("utf-8")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]", page)
    assert '<span class="ctl">\\u202e</span>' in page


def test_the_same_report_gives_the_same_bytes_in_another_process() -> None:
    program = (
        "import hashlib;from tests.browser.documents import build_sample;from lptrack.report.render import *;"
        "print(hashlib.sha256(render_document(build_sample(), find_form('html'), RenderSettings())).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            check=True, capture_output=True, text=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(digests) == 1


def test_what_asks_for_attention_comes_first_and_the_full_table_last() -> None:
    order = [s["id"] for s in Shape(render(build_sample(), SETTINGS)).all("section")]
    assert order[0] == "backwards"
    assert order[-1] == "all"
    assert order.index("unowned") < min(order.index(name) for name in order if name.startswith(("matrix", "trends")))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain (made-up)", "plain (made-up)"),
        ("<b> & \"x\" 'y'", "&lt;b&gt; &amp; &#34;x&#34; &#39;y&#39;"),
        ("naïve", "<bdi>naïve</bdi>"),
        ("a\u202eb", '<bdi>a<span class="ctl">\\u202e</span>b</bdi>'),
        ("two\nlines", "<bdi>two lines</bdi>"),
        ("\ud800", '<bdi><span class="ctl">\\ud800</span></bdi>'),
        ("👩‍💻", "<bdi>👩‍💻</bdi>"),
    ],
)
def test_words_are_escaped_isolated_and_without_secrets(text: str, shown: str) -> None:
    assert str(words(text)) == shown


def test_plain_text_for_attributes_spells_hidden_characters_too() -> None:
    assert plain("a\u202e\x00b") == "a\\u202e\\x00b"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "data:text/html,x", "vbscript:x",
        "//evil.example/", "file:///etc/passwd", "java\nscript:alert(1)", "https:", "http://", "", None,
    ],
)  # fmt: skip
def test_an_address_that_is_no_web_page_is_no_link(url: str | None) -> None:
    assert "<a" not in link(url, words("x"))


def test_an_address_cannot_leave_its_attribute() -> None:
    made = str(link('https://bugs.example/"><script>x</script>', words("x")))
    assert made.count("<") == 2
    assert made.count('"') == 2


def contrast(one: str, other: str) -> float:
    """WCAG's ratio of two `#rrggbb` colours."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_colour_has_contrast_enough_for_what_it_is_used_for(scheme: int) -> None:
    style = Shape(render(build_sample(), SETTINGS)).texts["style"][0]
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    colours = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", blocks[scheme]))
    statuses = ("new", "inc", "conf", "tri", "prog", "com", "rel", "shut", "def")
    for name in ("ink", "dim", "link", "bad", "warn", "good", "news"):
        assert contrast(colours[name], colours["bg"]) >= 4.5, name
        assert contrast(colours[name], colours["soft"]) >= 4.5, name
    for name in statuses:
        assert contrast(colours[name], colours["bg"]) >= 3, name
        assert contrast(colours[name], colours["on"]) >= 4.5, name


def test_every_status_that_is_known_has_a_look_of_its_family_and_an_unknown_one_is_no_error() -> None:
    style = Shape(render(build_sample(), SETTINGS)).texts["style"][0]
    for status in [status.name for status in statuses()]:
        assert status_class(status) == "s-unk" or f".{status_class(status)} {{ --s:" in style, status
    assert status_class(None) == "s-unk"
    assert status_class("Marinated") == "s-def"


@pytest.mark.parametrize(("value", "short"), [(1.0, "1"), (1.26, "1.3"), (-0.01, "0"), (0.5, "0.5"), (100, "100")])
def test_coordinates_are_short(value: float, short: str) -> None:
    assert number(value) == short
