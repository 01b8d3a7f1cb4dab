"""Where each task of a window ends up, and what the report dares to claim."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from lptrack.join.model import Filters, Matrix, Trends, Window
from lptrack.model import UNKNOWN, Absence, BugKey, Witness
from lptrack.report.arrange import build_report
from lptrack.report.model import Column, MatrixTable, Report, ReportOptions, Section, SectionKey, TrendsTable
from lptrack.report.render import RenderSettings, find_form, render_document
from tests.report import samples as s
from tests.report.samples import BASE, FROM, READ, TO, WindowBuilder, state


def sections(report: Report) -> dict[SectionKey, Section]:
    return {section.key: section for section in report.page.sections}


def numbers(report: Report, key: SectionKey) -> list[int]:
    found = sections(report).get(key)
    return [row.bug.number - BASE for row in found.rows] if found is not None else []


@pytest.fixture(scope="module")
def usual() -> Report:
    window = s.usual().window()
    return build_report(window, s.matrix(window), s.trends(window))


def test_sections_stand_in_the_order_of_attention(usual: Report) -> None:
    assert [section.key for section in usual.page.sections] == list(SectionKey)
    assert [type(block) for block in usual.page.blocks[-2:]] == [MatrixTable, TrendsTable]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (SectionKey.BACKWARDS, [1, 3]),  # reopened, then verification failed; a raised importance is triage
        (SectionKey.CLOSED, [15, 4, 5, 6, 7, 9]),  # fixes first
        (SectionKey.FORWARD, [10, 11]),
        (SectionKey.STUCK, [8]),  # 22 was spoken of too, but could not be checked: no claim about it
        (SectionKey.NEW, [12]),
        (SectionKey.OTHER, [2, 13, 14]),
    ],
)
def test_each_task_stands_in_one_section_of_changes(usual: Report, key: SectionKey, expected: list[int]) -> None:
    assert numbers(usual, key) == expected


def test_headline_counts_bugs(usual: Report) -> None:
    assert usual.page.headline == (
        "12 of 18 bugs moved between 11 Sep and 18 Sep 2031: 2 fixed, 4 closed without a fix, 1 reopened, 2 moved"
        " forward, 3 otherwise changed; 3 could not be checked; 1 is new."
    )


def test_how_a_bug_was_closed_is_said(usual: Report) -> None:
    now = {row.bug.number - BASE: row.cells[Column.NOW] for row in sections(usual)[SectionKey.CLOSED].rows}
    assert (now[4].text, now[5].text, now[6].text) == ("Fix Released", "Won't Fix", "Expired")
    assert now[7].note == f"duplicate of #{BASE + 8} (Triaged)"
    assert now[9].text == "target removed"


def test_a_duplicate_shows_its_masters_state_beside(usual: Report) -> None:
    rows = {row.bug.number - BASE: row for row in sections(usual)[SectionKey.ALL].rows}
    assert rows[7].cells[Column.TITLE].note == f"duplicate of #{BASE + 8} (Triaged)"


def test_what_is_closed_did_not_go_backwards_by_its_importance() -> None:
    b = WindowBuilder()
    b.moved(state(1, "In Progress", importance="Low"), state(1, "Fix Released", importance="High"))
    report = build_report(b.window())
    assert numbers(report, SectionKey.BACKWARDS) == []
    assert numbers(report, SectionKey.CLOSED) == [1]


def test_a_failed_verification_is_its_own_series_task() -> None:
    b = WindowBuilder()
    for series in ("precise", "saucy"):
        was = state(1, "Fix Committed", series=series)
        b.moved(was, replace(was, tags=("verification-failed-saucy",)))
    report = build_report(b.window())
    assert [row.state.series for row in sections(report)[SectionKey.BACKWARDS].rows if row.state] == ["saucy"]


def test_a_duplicate_that_is_none_any_more_is_told() -> None:
    b = WindowBuilder()
    b.moved(state(1, duplicate_of=str(BASE + 2)), state(1))
    row = sections(build_report(b.window()))[SectionKey.OTHER].rows[0]
    assert row.cells[Column.WHY].text == f"no longer a duplicate of #{BASE + 2}"


def test_moved_says_when_and_by_whom(usual: Report) -> None:
    cell = sections(usual)[SectionKey.FORWARD].rows[0].cells[Column.MOVED]
    assert (cell.text, cell.note, cell.at) == ("14 Sep", "by cjwatson", FROM + timedelta(days=3, hours=2))


def test_stuck_says_in_how_many_meetings_and_for_how_long(usual: Report) -> None:
    assert sections(usual)[SectionKey.STUCK].rows[0].cells[Column.WHY].text == "in 4 meetings; Triaged for 5 weeks"


def test_last_raised_links_to_the_line(usual: Report) -> None:
    cell = sections(usual)[SectionKey.BACKWARDS].rows[0].cells[Column.RAISED]
    assert (cell.text, cell.note, cell.url) == ("xnox", "18 Sep", "https://logs.example/full.html#l1")


def test_there_and_back_is_shown_as_such(usual: Report) -> None:
    row = sections(usual)[SectionKey.OTHER].rows[2]
    assert row.cells[Column.WHY].text == "there and back: Confirmed → In Progress → Confirmed"


def test_others_tasks_are_folded_into_a_count(usual: Report) -> None:
    rows = [row for row in sections(usual)[SectionKey.ALL].rows if row.bug.number == BASE + 4]
    assert [(row.task, row.others, row.cells[Column.PACKAGE].note) for row in rows] == [
        ("linux (Ubuntu)", 2, "+2 other tasks")
    ]


def test_a_folded_task_that_changed_is_a_row_of_its_section() -> None:
    b = WindowBuilder()
    b.still(state(1))
    b.moved(state(1, "New", series="precise", folded=True), state(1, "Fix Released", series="precise", folded=True))
    report = build_report(b.window())
    assert numbers(report, SectionKey.CLOSED) == [1]
    assert sections(report)[SectionKey.CLOSED].rows[0].task == "linux (Ubuntu Precise)"
    assert "1 fixed" in report.page.headline


def test_of_many_folded_tasks_that_changed_one_row_in_their_section_tells_every_change() -> None:
    b = WindowBuilder()
    b.still(state(1))
    for series in ("lucid", "precise", "quantal", "raring", "saucy"):
        b.moved(state(1, "New", series=series, folded=True), state(1, "Fix Released", series=series, folded=True))
    report = build_report(b.window())
    (row,) = sections(report)[SectionKey.CLOSED].rows
    assert row.cells[Column.PACKAGE].text == "5 tasks"
    assert row.cells[Column.NOW].text == "5 Fix Released"
    assert "status: New → Fix Released in lucid, precise, quantal, raring and saucy" in row.cells[Column.TITLE].note
    assert "1 fixed" in report.page.headline


def test_a_bug_with_160_tasks_is_one_row_a_section_with_its_tasks_counted_by_state() -> None:
    b = WindowBuilder()
    for number in range(160):
        became = "Fix Released" if number < 120 else "New" if number < 150 else "Triaged"
        b.moved(state(1, "New", package=f"linux-{number:03}"), state(1, became, package=f"linux-{number:03}"))
    report = build_report(b.window())
    assert [len(sections(report)[key].rows) for key in (SectionKey.CLOSED, SectionKey.FORWARD)] == [1, 1]
    assert sections(report)[SectionKey.CLOSED].rows[0].cells[Column.PACKAGE].text == "120 tasks"
    (row,) = sections(report)[SectionKey.ALL].rows
    assert row.cells[Column.PACKAGE].note == "+159 other tasks: 120 Fix Released, 29 New, 10 Triaged"
    assert "1 of 1 bug moved" in report.page.headline


def test_of_a_bug_with_many_tasks_every_reopened_one_is_told_in_one_row() -> None:
    b = WindowBuilder()
    for number in range(160):
        package = f"linux-{number:03}"
        b.moved(state(1, "Fix Released", package=package), state(1, "New", package=package))
    found = sections(build_report(b.window()))[SectionKey.BACKWARDS].rows
    assert sum(row.cells[Column.PACKAGE].text == "159 tasks" for row in found) == 1
    assert len(found) == 2  # the task that stands for the bug has its own


def test_every_checked_bug_is_in_the_full_table(usual: Report) -> None:
    assert {row.bug for row in sections(usual)[SectionKey.ALL].rows} == set(usual.window.bugs)


# ------------------------------------------------------------------------------------- what may be claimed


def headline(window: Window) -> str:
    return build_report(window).page.headline


def test_nothing_moved_is_a_report_too() -> None:
    b = WindowBuilder()
    for number in range(33):
        b.still(state(number))
    assert headline(b.window()) == "Nothing moved between 11 Sep and 18 Sep 2031 (33 bugs checked)."


def test_nothing_known_nothing_moved_and_could_not_check_are_three_sentences() -> None:
    quiet = WindowBuilder()
    quiet.still(state(1))
    unknown = WindowBuilder()
    unknown.gone(1, Absence.OFFLINE)
    failed = WindowBuilder()
    failed.gone(1, Absence.UNREACHABLE)
    stale = WindowBuilder()
    old = stale.still(state(1, known_by=Witness.OBSERVED, observed_at=FROM - timedelta(days=9)))
    stale.stale[old.bug] = old.observed_at
    said = [headline(b.window()) for b in (quiet, unknown, failed, stale)]
    assert said[0] == "Nothing moved between 11 Sep and 18 Sep 2031 (1 bug checked)."
    assert said[1] == "No status is known for the one bug tracked: no tracker or bot has told one yet."
    assert (
        said[2]
        == "Could not check: no tracker could be asked about the one bug tracked, and no earlier state is known."
    )
    assert said[3] == "Could not check what moved since 11 Sep 2031: there is no newer state of the one bug tracked."


def test_the_same_evidence_at_both_ends_is_not_called_unmoved() -> None:
    b = WindowBuilder()
    b.still(state(1, known_by=Witness.ANNOUNCED, observed_at=FROM + timedelta(minutes=3)))
    b.still(state(2))
    report = build_report(b.window())
    assert report.page.headline == "Nothing moved between 11 Sep and 18 Sep 2031 (1 bug checked; 1 could not be)."
    assert [notice.text for notice in report.page.notices] == [
        "1 bug not checked in this window; shown as last known on 11 Sep 2031"
    ]


def test_an_announcement_at_each_end_is_a_check() -> None:
    b = WindowBuilder()
    now = b.still(state(1, known_by=Witness.ANNOUNCED, observed_at=TO + timedelta(minutes=3)))
    b.before[now.bug, now.task] = replace(now, observed_at=FROM + timedelta(minutes=3))
    assert headline(b.window()) == "Nothing moved between 11 Sep and 18 Sep 2031 (1 bug checked)."


def test_what_is_unknown_at_the_start_is_not_compared() -> None:
    b = WindowBuilder()
    now = b.still(state(1))
    b.before[now.bug, now.task] = replace(now, status=UNKNOWN)
    report = build_report(b.window())
    assert (
        report.page.headline
        == "Nothing can be compared with 11 Sep 2031: no state of the one bug tracked is known from then."
    )
    assert report.page.notices[0].text == "1 bug not compared: the state on 11 Sep 2031 is not known"


def test_a_first_word_on_one_task_is_no_check_of_the_others() -> None:
    b = WindowBuilder()
    first = b.still(state(1, package="grub2", known_by=Witness.ANNOUNCED, observed_at=TO + timedelta(minutes=2)))
    b.before[first.bug, first.task] = replace(first, status=UNKNOWN)
    alone = build_report(b.window()).page
    assert [notice.text for notice in alone.notices] == ["1 bug not compared: the state on 11 Sep 2031 is not known"]
    b.still(state(1, package="udev", known_by=Witness.ANNOUNCED, observed_at=FROM))
    both = build_report(b.window()).page
    assert both.notices[0].text.startswith("1 bug not checked in this window; shown as last known")


def test_a_bug_that_can_no_longer_be_seen_keeps_its_state_and_is_warned_of() -> None:
    b = WindowBuilder()
    now = b.still(state(1, observed_at=FROM + timedelta(days=1)))
    b.gone(1, Absence.NOT_VISIBLE)
    b.stale[now.bug] = now.observed_at
    notice = build_report(b.window()).page.notices[0]
    assert notice.text == "1 bug can no longer be seen (private or gone); shown as last known on 12 Sep 2031"
    assert notice.bugs[0].text == f"#{BASE + 1}"


def test_the_first_meeting_is_said_to_be_one() -> None:
    b = WindowBuilder(meetings=s.MEETINGS[:1], first_only=True)
    b.fresh(state(1))
    b.fresh(state(2, "Fix Released"))
    report = build_report(b.window())
    assert report.page.headline == "The first meeting on record: 2 bugs spoken of, 1 fixed."
    assert SectionKey.NEW not in sections(report)  # the full table says it already


def test_a_report_without_bugs_says_so() -> None:
    report = build_report(WindowBuilder().window())
    assert report.page.headline == "No bugs were spoken of."
    assert report.page.sections == ()


def test_an_empty_database_says_what_to_do() -> None:
    b = WindowBuilder(meetings=(), first_only=True)
    window = replace(b.window(now=True), filters=Filters())
    page = build_report(window).page
    assert page.headline == "No meeting is on record yet: `lptrack run LOGS` takes logs in."
    assert "1970" not in page.title
    assert headline(replace(window, filters=Filters(team="nobody"))) == "No meeting fits."


def test_ages_count_to_the_newest_read_for_now() -> None:
    report = build_report(s.usual().window(now=True))
    assert report.page.as_of == READ


def test_sections_and_columns_can_be_chosen() -> None:
    options = ReportOptions(
        sections=(SectionKey.ALL, SectionKey.FORWARD),
        columns=(Column.BUG, Column.NOW, Column.MILESTONE),
        matrix=False,
    )
    report = build_report(s.usual().window(), options=options)
    assert [section.key for section in report.page.sections] == [SectionKey.ALL, SectionKey.FORWARD]
    assert sections(report)[SectionKey.ALL].columns == (Column.BUG, Column.NOW, Column.MILESTONE)


def test_a_debian_bug_is_told_by_its_own_words(usual: Report) -> None:
    row = sections(usual)[SectionKey.CLOSED].rows[0]
    assert row.bug == BugKey("debian", BASE + 15)
    assert [row.cells[column].text for column in (Column.BUG, Column.WAS, Column.NOW)] == [
        f"Debian #{BASE + 15}", "open", "done",
    ]  # fmt: skip


def test_a_new_bug_is_checked_only_where_both_ends_are_known() -> None:
    b = WindowBuilder()
    b.fresh(state(1, known_by=Witness.ANNOUNCED, observed_at=TO + timedelta(minutes=2)))
    del b.before[next(iter(b.before))]
    assert headline(b.window()) == "Nothing can be compared with 11 Sep 2031: 1 bug spoken of, all new."
    b.still(state(2, known_by=Witness.ANNOUNCED, observed_at=FROM - timedelta(days=3)))
    assert headline(b.window()) == (
        "Could not check what moved since 11 Sep 2031: there is no newer state of the one bug tracked; 1 is new."
    )
    b.still(state(3))
    assert (
        headline(b.window())
        == "Nothing moved between 11 Sep and 18 Sep 2031 (1 bug checked; 1 could not be; 1 is new)."
    )


def test_a_row_is_dated_by_what_put_it_into_its_section() -> None:
    b = WindowBuilder()
    b.moved(state(1, "Confirmed", importance="Wishlist"), state(1, "In Progress", importance="Critical"), by="amelie")
    b.changes[1] = replace(b.changes[1], changed_at=FROM + timedelta(days=5), changed_by="bo")
    row = sections(build_report(b.window()))[SectionKey.BACKWARDS].rows[0]
    assert (row.cells[Column.MOVED].text, row.cells[Column.MOVED].note) == ("16 Sep", "by bo")
    assert row.cells[Column.WAS].text == ""
    assert row.cells[Column.WHY].text == (
        "importance raised: Wishlist → Critical; status: Confirmed → In Progress on 14 Sep by amelie"
    )


def test_from_one_end_to_another_nothing_is_closed() -> None:
    b = WindowBuilder()
    b.moved(state(1, "Does Not Exist"), state(1, "Won't Fix"))
    b.moved(state(2, "Fix Released"), state(2, "Invalid"))
    b.moved(state(3, "Won't Fix"), state(3, "Won't Fix", duplicate_of="7"))
    b.removed(state(4, "Invalid"))
    report = build_report(b.window())
    assert numbers(report, SectionKey.CLOSED) == []
    assert sorted(numbers(report, SectionKey.OTHER)) == [1, 2, 3, 4]
    assert report.page.headline == ("4 of 4 bugs moved between 11 Sep and 18 Sep 2031: 4 otherwise changed.")


def test_what_was_reopened_is_shown_though_it_is_folded() -> None:
    b = WindowBuilder()
    b.still(state(1))
    b.moved(state(1, "Invalid", series="precise", folded=True), state(1, "New", series="precise", folded=True))
    report = build_report(b.window())
    assert numbers(report, SectionKey.BACKWARDS) == [1]
    assert report.page.headline == "1 of 1 bug moved between 11 Sep and 18 Sep 2031: 1 reopened."


def test_years_stand_where_they_are_not_the_same() -> None:
    b = WindowBuilder()
    b.still(state(1, known_by=Witness.ANNOUNCED, observed_at=FROM - timedelta(days=400)))
    b.still(state(2, known_by=Witness.ANNOUNCED, observed_at=FROM - timedelta(days=1)))
    (notice,) = build_report(b.window()).page.notices
    assert notice.text.endswith("shown as last known between 7 Aug 2030 and 10 Sep 2031")


def test_an_old_status_is_marked_in_the_matrix_and_counted_apart() -> None:
    b = WindowBuilder()
    now = b.still(state(1, known_by=Witness.ANNOUNCED, observed_at=FROM - timedelta(days=9)))
    window = b.window()
    flat = ("Confirmed",) * 4
    across = Matrix(s.MEETINGS, ((now, flat),), ((False, True, True, True),))
    counted = Trends(s.MEETINGS, (1, 0, 0, 0), (0,) * 4, (0,) * 4, {}, ((now, 1, timedelta(0)),), (0, 1, 1, 1))
    report = build_report(window, across, counted)
    for form, marks in (
        ("text", (" con~con~con~con", "~ known from before", "open at 1 meeting", "as of 2 Sep", "28 Aug 2031")),
        ("markdown", ("| \\~Confirmed |", "Not checked", "Open at meetings")),
        ("moin", ("126;Confirmed", "Not checked")),
        ("table", ("~con", "~ known from before", "Not checked")),
        ("html", (">~Confirmed<", "1 not checked", " old")),
    ):
        text = render_document(report, find_form(form), RenderSettings(width=140)).decode()
        assert [mark for mark in marks if mark not in text] == [], form
