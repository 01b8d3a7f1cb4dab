"""The HTML report in a real browser: nobody's words run, and everybody can read, sort, filter and print it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.chromium import Page
from tests.browser.conftest import Open
from tests.browser.documents import HOSTILE, build_sample

pytestmark = pytest.mark.browser

SHAPE = "Array.from(document.querySelectorAll('body *:not(bdi):not(.ctl):not(option)'), e => e.tagName).join(' ')"
COLUMN = "Array.from(document.querySelectorAll('#all tbody tr .c-{}'), c => (c.firstChild || c).textContent)"
COUNT = "document.getElementById('count').textContent"
ROWS = "table[data-rows] tbody tr:not([hidden])"
SHOWN = f"document.querySelectorAll('{ROWS}').length"
WIDER = """Array.from(document.querySelectorAll('body *'), e => [e, e.getBoundingClientRect()])
  .filter(([e, box]) => box.width && box.right > innerWidth + 1 && !e.closest('.scroll, caption, thead'))
  .map(([e]) => e.outerHTML.slice(0, 80))"""


def settle(page: Page) -> None:
    """Past the filter's delay, and drawn."""
    page.run("new Promise(done => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 120))")


def unfold(page: Page) -> None:
    """Open what is closed at first."""
    page.run("document.querySelectorAll('details.fold').forEach(fold => fold.open = true)")


def type_filter(page: Page, text: str) -> None:
    page.run("document.querySelector('[name=q]').focus()")
    page.type(text)
    settle(page)


def choose(page: Page, name: str, value: str) -> None:
    page.run(
        f"(() => {{ const s = document.querySelector('[name={name}]'); s.value = {value!r};"
        "s.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )
    settle(page)


# ------------------------------------------------------------------------------------------------- hostile


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_hostile_words_run_nothing_ask_nothing_and_break_nothing(show: Open, script: bool) -> None:
    harmless = [f"harmless {index:02}" for index in range(len(HOSTILE))]
    expected = show(build_sample(titles=harmless, everywhere=True), script=script).run(SHAPE)
    page = show(build_sample(titles=HOSTILE, everywhere=True), script=script)
    title = page.run("document.title")
    page.run("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.run("document.querySelectorAll('body *').forEach(e => e.focus && e.focus())")
    if script:
        type_filter(page, "pwned")
    page.browser.drain(0.3)
    assert page.run("document.title") == title
    assert "pwned" not in title
    assert page.run(SHAPE) == expected
    assert [url for url in page.requests if not url.startswith("file:")] == []
    assert len(page.requests) == 1
    assert page.trouble == []


def test_the_policy_stops_what_an_escape_would_let_through(show: Open, tmp_path: Path) -> None:
    page = show(build_sample(bugs=4))
    source = (tmp_path / "report.html").read_text(encoding="utf-8")
    hole = (
        "<main id=main><script>document.title='pwned'</script><img src=https://evil.example/a.png>"
        "<p style='position:fixed' onclick='1'>x</p><form action=https://evil.example/></form>"
    )
    broken = tmp_path / "broken.html"
    broken.write_text(source.replace('<main id="main"', hole + "<br", 1), encoding="utf-8")
    page.open(broken)
    page.browser.drain(0.3)
    assert page.run("document.title") != "pwned"
    assert page.run("getComputedStyle(document.querySelector('main p')).position") == "static"
    assert sum("Content Security Policy" in line for line in page.trouble) >= 3


def test_a_very_long_word_widens_nothing(show: Open) -> None:
    page = show(build_sample(titles=HOSTILE, everywhere=True), width=390, phone=True)
    assert page.run("document.documentElement.scrollWidth") == 390
    assert page.run(WIDER) == []


# ------------------------------------------------------------------------------------------------- reading


@pytest.mark.parametrize("width", [390, 768, 1024, 1280, 1920])
def test_no_width_scrolls_the_page_sideways(show: Open, width: int) -> None:
    page = show(build_sample(), width=width, phone=width < 500)
    assert page.run("document.documentElement.scrollWidth") == width
    assert page.run(WIDER) == []


def test_a_phone_shows_cards_with_the_name_of_each_value(show: Open) -> None:
    page = show(build_sample(), width=390, phone=True)
    card = "document.querySelector('#forward tbody tr')"
    assert page.run(f"getComputedStyle({card}).display") == "grid"
    assert page.run(f"getComputedStyle({card}.querySelector('.c-now'), '::before').content") == '"On 4 Aug"'
    top = f"({card}.querySelector('{{}}').getBoundingClientRect().top)"
    assert page.run(f"{top.format('.c-title')} < {top.format('.c-package')}")


def test_without_its_script_the_page_has_everything_but_the_filter(show: Open) -> None:
    report = build_sample()
    page = show(report, script=False)
    assert page.run("getComputedStyle(document.getElementById('filters')).display") == "none"
    assert page.run("document.querySelectorAll('thead button').length") == 0
    assert page.run("document.querySelectorAll('#all tbody tr').length") == len(report.page.sections[-1].rows)
    assert page.run(
        "Array.from(document.querySelectorAll('svg.chart'), s => s.getBoundingClientRect().height > 100)[0]"
    )


def test_colours_follow_the_readers_scheme(show: Open) -> None:
    page = show(build_sample(bugs=4))
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.run(ground)
    page.media(dark=True)
    assert (light, page.run(ground)) == ("rgb(255, 255, 255)", "rgb(20, 23, 28)")
    page.media(dark=True, paper=True)
    assert page.run(ground) == "rgb(255, 255, 255)"


def test_the_accessibility_tree_keeps_tables_as_tables_on_a_phone_too(show: Open) -> None:
    report = build_sample(bugs=8)
    for width in (390, 1280):
        page = show(report, width=width, phone=width < 500)
        page.send("Accessibility.enable")
        nodes = page.send("Accessibility.getFullAXTree")["nodes"]
        roles = [node["role"]["value"] for node in nodes if not node["ignored"]]
        rows = page.run("Array.from(document.querySelectorAll('tr')).filter(r => !r.closest('details')).length")
        assert roles.count("row") >= rows
        assert roles.count("rowheader") >= len(report.page.sections[-1].rows)
        assert {"banner", "main", "contentinfo", "navigation", "search", "image", "status"} <= set(roles)


# ------------------------------------------------------------------------------------------------- hands


def test_the_keyboard_reaches_the_report_first_then_the_filter_and_sorts(show: Open) -> None:
    page = show(build_sample())
    unfold(page)
    page.press("Tab")
    assert page.run("document.activeElement.className") == "skip"
    assert page.run("document.activeElement.getBoundingClientRect().left") >= 0
    page.press("Enter")
    page.browser.drain(0.1)
    assert page.run("document.activeElement.id") == "main"
    page.run("document.querySelector('#all th.c-importance button').focus()")
    assert page.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    for key, direction in (("Enter", "ascending"), (" ", "descending")):
        page.press(key)
        assert page.run("document.querySelector('#all th.c-importance').getAttribute('aria-sort')") == direction


ORDERS = {
    "importance": ("Critical", "High", "Medium", "Low", "Wishlist", "Undecided"),
    "now": ("New", "Incomplete", "Confirmed", "Triaged", "In Progress", "Fix Committed", "Fix Released", "Invalid",
            "Won't Fix"),
    "assignee": ("ada", "alan", "barbara", "edsger", "grace", "katherine"),
}  # fmt: skip


@pytest.mark.parametrize("column", sorted(ORDERS))
def test_sorting_follows_the_trackers_order_and_leaves_the_unknown_last(show: Open, column: str) -> None:
    page = show(build_sample())
    click = f"document.querySelector('#all thead .c-{column} button').click()"
    order = ORDERS[column]
    page.run(click)
    up = page.run(COLUMN.format(column))
    known = [value for value in up if value in order]
    assert known == sorted(known, key=order.index)
    assert len(set(known)) > 2
    assert all(value not in order for value in up[len(known) :])
    page.run(click)
    down = page.run(COLUMN.format(column))
    assert [value for value in down if value in order] == sorted(known, key=order.index, reverse=True)
    assert all(value not in order for value in down[len(known) :])
    assert sorted(down) == sorted(up)


def test_bugs_sort_by_number_and_days_by_date(show: Open) -> None:
    page = show(build_sample())
    page.run("document.querySelector('#all thead .c-bug button').click()")
    numbers = page.run("Array.from(document.querySelectorAll('#all tbody th'), c => +c.dataset.k)")
    assert numbers == sorted(numbers)
    assert page.run("document.querySelectorAll('#all [aria-sort]').length") == 1


def test_the_filter_finds_words_in_any_column_and_says_how_many(show: Open) -> None:
    page = show(build_sample())
    total = page.run(SHOWN)
    type_filter(page, "plucky confirmed")
    shown = page.run(SHOWN)
    assert 0 < shown < total
    assert page.run(COUNT) == f"{shown} of {total} rows"
    visible = f"Array.from(document.querySelectorAll('{ROWS}'), r => r.textContent.toLowerCase())"
    assert all("plucky" in text and "confirmed" in text for text in page.run(visible))
    assert page.run("document.getElementById('count').getAttribute('role')") == "status"
    page.run("document.querySelector('#filters button').click()")
    settle(page)
    assert (page.run(SHOWN), page.run(COUNT)) == (total, "")


def test_a_filter_that_nothing_fits_says_so_and_shows_no_empty_table(show: Open) -> None:
    page = show(build_sample())
    type_filter(page, "no such words")
    assert page.run(COUNT).startswith("0 of ")
    assert page.run("document.querySelectorAll('main > section:not([hidden])').length") == 0


def test_choices_narrow_by_section_series_assignee_and_status(show: Open) -> None:
    page = show(build_sample())
    choose(page, "part", "stuck")
    assert page.run("Array.from(document.querySelectorAll('main > section:not([hidden])'), s => s.id)") == ["stuck"]
    choose(page, "part", "")
    for name, value in (("t", "Triaged"), ("s", "jammy"), ("a", "grace")):
        choose(page, name, value)
    facts = f"Array.from(document.querySelectorAll('{ROWS}'), r => [r.dataset.t, r.dataset.s, r.dataset.a])"
    assert {tuple(fact) for fact in page.run(facts)} <= {("Triaged", "jammy", "grace")}


def test_a_bugs_history_opens_by_its_link_even_while_a_filter_hides_it(show: Open) -> None:
    page = show(build_sample())
    type_filter(page, "900")
    page.run("document.querySelector('#all tr:not([hidden]) a.life').click()")
    page.browser.drain(0.2)
    life = "document.querySelector(location.hash)"
    assert page.run(f"{life}.open && {life}.getBoundingClientRect().height > 60")


def test_heads_stay_in_sight_below_the_filter_where_their_table_is_long(show: Open) -> None:
    page = show(build_sample(bugs=300))
    unfold(page)
    for part in ("#all", ".matrix"):
        page.run(f"document.querySelector('{part} tbody tr:nth-child(40)').scrollIntoView({{behavior: 'instant'}})")
        settle(page)
        head = f"document.querySelector('{part} thead').getBoundingClientRect()"
        form = "document.getElementById('filters').getBoundingClientRect().bottom"
        assert abs(page.run(f"{head}.top - {form}")) <= 2


def test_a_narrow_matrix_shows_the_newest_meeting_first(show: Open) -> None:
    page = show(build_sample(), width=390, phone=True)
    unfold(page)
    page.run("document.querySelector('.matrix').scrollIntoView({behavior: 'instant'})")
    page.browser.drain(0.3)
    box = "document.querySelector('.matrix .scroll')"
    assert page.run(f"{box}.scrollLeft > 0 && {box}.scrollLeft + {box}.clientWidth >= {box}.scrollWidth - 1")


VISIBLE = "document.querySelector('{} tbody tr')?.checkVisibility({{contentVisibilityAuto: false}})"


def test_what_one_looks_things_up_in_is_closed_where_it_is_long_and_on_a_phone(show: Open) -> None:
    for bugs, width, is_open in ((300, 1280, False), (12, 1280, True), (12, 390, False)):
        page = show(build_sample(bugs=bugs), width=width, phone=width < 500)
        assert [page.run(VISIBLE.format(part)) for part in ("#all", ".matrix")] == [is_open, is_open], (bugs, width)
        assert page.run(VISIBLE.format("#backwards")) is True
        page.run("location.hash = 'all'")
        page.browser.drain(0.2)
        assert page.run(VISIBLE.format("#all")) is True


def test_a_filter_opens_what_holds_a_row_that_fits(show: Open) -> None:
    page = show(build_sample(bugs=300))
    type_filter(page, "900")
    assert page.run(VISIBLE.format("#all").replace("tbody tr", "tbody tr:not([hidden])")) is True


def test_a_phone_names_the_ends_of_the_window_by_their_days(show: Open) -> None:
    page = show(build_sample(), width=390, phone=True)
    said = page.run("getComputedStyle(document.querySelector('#backwards td.c-now'), '::before').content")
    head = page.run("document.querySelector('#backwards th.c-now').textContent")
    assert said.strip('"') == head != "Now"


# ------------------------------------------------------------------------------------------------- size and paper


def test_two_thousand_rows_sort_and_filter_and_only_the_near_ones_are_laid_out(show: Open) -> None:
    page = show(build_sample(bugs=2000, meetings=50))
    assert page.run("getComputedStyle(document.querySelector('#all tbody tr')).contentVisibility") == "auto"
    page.run("document.querySelector('#all thead .c-importance button').click()")
    first = page.run("document.querySelector('#all tbody tr .c-importance').textContent")
    assert first == "Critical"
    type_filter(page, "9000038")
    assert page.run("document.querySelectorAll('#all tbody tr:not([hidden])').length") == 1
    assert page.trouble == []
    assert len((page.run("document.documentElement.outerHTML")).encode()) < 6_000_000


@pytest.mark.parametrize("bugs", [48, 300], ids=["short", "long"])
def test_paper_has_every_row_no_cut_column_and_no_controls(show: Open, tmp_path: Path, bugs: int) -> None:
    page = show(build_sample(bugs=bugs))
    page.media(paper=True)
    page.size(1010, 700)  # A4 across, within its margins, in CSS pixels
    assert page.run("document.documentElement.scrollWidth") <= 1010
    assert page.run(WIDER.replace(", caption", "")) == []
    assert page.run("getComputedStyle(document.getElementById('filters')).display") == "none"
    assert page.run("getComputedStyle(document.querySelector('#all tbody tr')).display") == "table-row"
    assert page.run("getComputedStyle(document.querySelector('#all thead')).display") == "table-header-group"
    # Chromium leaves a control's text out of a head that it repeats on the next page.
    assert page.run("getComputedStyle(document.querySelector('#all thead button')).display") == "contents"
    page.pdf(tmp_path / "report.pdf")
    pdf = (tmp_path / "report.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") >= bugs // 30
