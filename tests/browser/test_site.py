"""The site in a real browser: by search and keyboard, at three widths, in the dark, on paper, without a script.

Its teams' names and nicks are strangers' words (`Heron <b>&` and a character that turns text around).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lptrack.config.model import Config
from lptrack.jobs.site import SiteWish, write_site
from tests.browser.chromium import Chromium, Page
from tests.browser.test_page import WIDER
from tests.site.worlds import build_village

pytestmark = pytest.mark.browser

WIDTHS = (390, 820, 1280)
SETTLE = "new Promise(done => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 120))"
FOUND = "Array.from(document.querySelectorAll('#found li'), line => line.textContent)"
FOCUSED = "document.activeElement"
Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of four made-up teams."""
    out = tmp_path_factory.mktemp("site")
    with build_village(":memory:", 3, weeks=4) as village:
        write_site(village.store, Config(), SiteWish(out))
    return out


@pytest.fixture
def visit(chromium: Chromium, folder: Path) -> Iterator[Visit]:
    """Open a page of the site in a new tab; whatever it asks for besides files, or complains of, fails the test."""
    pages: list[Page] = []

    def opened(name: str, *, width: int = 1280, script: bool = True) -> Page:
        page = chromium.page(script=script)
        pages.append(page)
        page.size(width, 800, phone=width < 500)
        page.open(folder / name)
        if script:
            page.run(SETTLE)
        return page

    yield opened
    for page in pages:
        assert [url for url in page.requests if not url.startswith("file:")] == []
        assert page.trouble == []
        page.close()


def kinds(folder: Path) -> list[str]:
    """One page of each kind: the four places, a team, a meeting of its, a bug."""
    places = ["index.html", "actions.html", "bugs/index.html", "search.html"]
    inner = [sorted(folder.glob(f"{kind}/**/*.html")) for kind in ("teams", "meetings", "bugs/launchpad")]
    return places + [found[-1].relative_to(folder).as_posix() for found in inner]


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways_or_asks_for_anything(visit: Visit, folder: Path, width: int) -> None:
    for name in kinds(folder):
        page = visit(name, width=width)
        assert page.run("document.documentElement.scrollWidth") == width, name
        assert page.run(WIDER) == [], name


def test_every_link_within_the_site_leads_to_a_file(visit: Visit, folder: Path) -> None:
    for name in kinds(folder):
        links = visit(name).run("Array.from(document.querySelectorAll('a[href]'), a => a.href)")
        inner = {link.partition("#")[0] for link in links if link.startswith("file:")}
        assert inner, name
        assert [link for link in inner if not Path(link.removeprefix("file://")).is_file()] == [], name


def test_a_phones_card_names_the_ends_of_the_window_by_their_days(visit: Visit, folder: Path) -> None:
    page = visit(next(name for name in kinds(folder) if name.startswith("meetings/")), width=390)
    label = "getComputedStyle(document.querySelector('td.c-{}'), '::before').content"
    assert page.run(label.format("was")) == '"Was on 16 Aug"'
    assert page.run(label.format("now")) == '"On 23 Aug"'


def search(page: Page, words: str) -> list[str]:
    page.run("(() => { const q = document.querySelector('#search input'); q.focus(); q.select(); })()")
    page.type(words)
    page.run(SETTLE)
    found: list[str] = page.run(FOUND)
    return found


def test_search_finds_bugs_teams_and_meetings_and_says_how_many(visit: Visit) -> None:
    page = visit("search.html")
    assert search(page, "#3")[0].startswith("#3 ")
    assert search(page, "heron")[0].startswith("Heron <b>&"), "a stranger's markup is text"
    meetings = search(page, "owl 20")
    assert len(meetings) >= 4
    assert page.run("document.getElementById('count').textContent") == f"{len(meetings)} found"
    assert page.run("document.getElementById('lists').hidden") is True
    assert search(page, "no such words anywhere") == []
    assert page.run("document.getElementById('count').textContent") == "0 found"


def test_a_search_has_an_address_and_enter_opens_the_first(visit: Visit, folder: Path) -> None:
    page = visit("search.html")
    search(page, "#3")
    assert page.run("location.hash") == "#q=%233"
    page.press("Enter")
    page.browser.drain(0.5)
    assert page.run("location.pathname").endswith("/bugs/launchpad/3.html")
    again = visit("search.html")
    again.run("location.hash = '#q=owl'; location.reload()")
    again.browser.drain(0.5)
    again.run(SETTLE)
    assert again.run("document.querySelector('#search input').value") == "owl"
    assert len(again.run(FOUND)) > 0


def test_without_a_script_everything_can_be_reached(visit: Visit, folder: Path) -> None:
    page = visit("search.html", script=False)
    assert page.run("getComputedStyle(document.getElementById('search')).display") == "none"
    assert page.run("document.getElementById('lists').getBoundingClientRect().height") > 100
    reached, open_ = set(), ["index.html"]
    while open_:
        name = open_.pop()
        reached.add(name)
        links = visit(name, script=False).run("Array.from(document.querySelectorAll('a[href]'), a => a.href)")
        for link in links:
            inner = link.partition("#")[0].removeprefix(f"{folder.resolve().as_uri()}/")
            if inner.endswith(".html") and "://" not in inner and inner not in reached and inner not in open_:
                open_.append(inner)
    assert reached == {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}


def test_the_keyboard_reaches_the_content_first_then_each_place(visit: Visit) -> None:
    page = visit("index.html")
    page.press("Tab")
    assert page.run(f"{FOCUSED}.className") == "skip"
    assert page.run(f"{FOCUSED}.getBoundingClientRect().left") >= 0
    page.press("Enter")
    page.browser.drain(0.1)
    assert page.run(f"{FOCUSED}.id") == "main"
    page.press("Tab")
    assert page.run(f"{FOCUSED}.closest('.card') !== null")
    assert page.run(f"getComputedStyle({FOCUSED}).outlineStyle") == "solid"
    for _ in range(5):
        page.press("Tab", shift=True)
    assert page.run("document.querySelector('.places').contains(document.activeElement) || "
                    "document.activeElement.className === 'skip'")  # fmt: skip


@pytest.mark.parametrize("name", ["index.html", "search.html"])
def test_colours_follow_the_readers_scheme(visit: Visit, name: str) -> None:
    page = visit(name)
    ground, ink = (f"getComputedStyle(document.body).{key}" for key in ("backgroundColor", "color"))
    light = page.run(ground), page.run(ink)
    page.media(dark=True)
    dark = page.run(ground), page.run(ink)
    assert (light[0], dark[0]) == ("rgb(255, 255, 255)", "rgb(20, 23, 28)")
    assert light[1] != dark[1]


def test_paper_has_the_content_and_no_ways(visit: Visit, folder: Path, tmp_path: Path) -> None:
    for name in kinds(folder):
        page = visit(name)
        page.media(paper=True)
        page.size(1010, 700)  # A4 across, within its margins, in CSS pixels
        assert page.run("document.documentElement.scrollWidth") <= 1010, name
        shown = "getComputedStyle(document.querySelector('{}')).display"
        assert page.run(shown.format(".places")) == "none"
        assert page.run(shown.format("main")) != "none"
        page.pdf(tmp_path / "page.pdf")
        assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


def test_the_parts_of_a_page_have_their_roles(visit: Visit, folder: Path) -> None:
    for name in kinds(folder):
        page = visit(name)
        page.send("Accessibility.enable")
        nodes = page.send("Accessibility.getFullAXTree")["nodes"]
        roles = {node["role"]["value"] for node in nodes if not node["ignored"]}
        assert {"banner", "main", "contentinfo", "navigation", "heading", "link"} <= roles, name
        assert page.run("document.querySelectorAll('h1').length") == 1
