"""A page short enough to paste, of what the team still has in hand; nothing is forgotten, only counted."""

from __future__ import annotations

from lptrack.join.selection import narrow_to_view
from lptrack.report.arrange import build_report
from lptrack.report.brief import build_brief
from lptrack.report.model import SectionKey
from lptrack.report.render import RenderSettings, find_form, render_document
from tests.report import samples as s
from tests.report.samples import WindowBuilder, state


def test_sections_of_attention_stay_and_the_others_are_one_line_each() -> None:
    window = s.usual().window()
    page = build_brief(build_report(window, s.matrix(window), s.trends(window)).page, rows=2)
    assert {section.key for section in page.sections} == set(SectionKey) - {SectionKey.UNOWNED, SectionKey.ALL}
    closed = next(section for section in page.sections if section.key is SectionKey.CLOSED)
    assert (len(closed.rows), closed.left_out) == (2, 4)
    assert page.more[0] == "No owner: 8 tasks"
    assert any(line.startswith("Across meetings: ") for line in page.more)


def test_each_form_that_people_paste_is_brief_where_rows_are_bounded_and_whole_where_not() -> None:
    report = build_report(s.usual().window())
    for form in ("table", "text", "markdown", "moin"):
        whole = render_document(report, find_form(form), RenderSettings()).decode()
        brief = render_document(report, find_form(form), RenderSettings(max_rows=1)).decode()
        assert len(brief) < 0.7 * len(whole), form
        assert "more" in brief, form
        assert "No owner: 8 tasks" in brief, form
    html = find_form("html")
    assert render_document(report, html, RenderSettings(max_rows=1)) == render_document(
        report, html, RenderSettings()
    )


def test_what_was_last_spoken_of_long_ago_and_did_not_move_is_out_of_view() -> None:
    b = WindowBuilder()
    b.still(state(1))
    b.moved(state(2, "New"), state(2, "Triaged"))
    window = b.window()
    shown, left = narrow_to_view(window, 12)
    assert 2 + s.BASE in [bug.number for bug in shown.bugs]
    assert len(shown.bugs) + left == len(window.bugs)
    assert [change.bug.number for change in shown.changes] == [2 + s.BASE]
