"""The pictures of the HTML report: that they show the numbers they were given, for few meetings, many and none."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from lptrack.join.model import BugLife
from lptrack.model import UNKNOWN, Announcement, Reference, ReferenceKind, TaskSpan
from lptrack.report.model import TrendPoint, TrendsTable
from lptrack.report.render.svg_timeline import render_timeline
from lptrack.report.render.svg_trends import render_burn_down, render_flow
from tests.browser.documents import START, build_sample


def trends(*counts: tuple[int, int, int]) -> TrendsTable:
    points = tuple(TrendPoint(f"{day} Mar", f"t/{day}", *count) for day, count in enumerate(counts, 1))
    opened, closed, unknown = zip(*counts, strict=True) if counts else ((), (), ())
    return TrendsTable("Trends", points, (("New", opened), ("Fix Released", closed), ("Unknown", unknown)), (), ())


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def bars(svg: str, class_: str) -> list[tuple[float, float]]:
    """(top, height) of the bars of a status."""
    found = [
        rect for rect in parse(svg).iter("rect") if class_ in rect.get("class", "") and "bar" in rect.get("class", "")
    ]
    return [(float(rect.get("y", "0")), float(rect.get("height", "0"))) for rect in found]


@pytest.mark.parametrize(("top", "labels"), [(0, "0 1"), (3, "0 1 2 3"), (7, "0 2 4 6 8"), (48, "0 10 20 30 40 50")])
def test_the_axis_ends_just_above_the_highest_number_in_round_steps(top: int, labels: str) -> None:
    texts = [
        t.text for t in parse(render_burn_down(trends((top, 0, 0)))).iter("text") if t.get("text-anchor") == "end"
    ]
    assert [text for text in texts if text in labels.split()] == labels.split()


def test_the_burn_down_draws_each_number_to_scale_and_names_the_last() -> None:
    svg = parse(render_burn_down(trends((10, 0, 0), (5, 5, 0), (0, 10, 0))))
    lines = {line.get("class"): line.get("points", "").split() for line in svg.iter("polyline")}
    open_ys = [float(point.split(",")[1]) for point in lines["line l-open"]]
    closed_ys = [float(point.split(",")[1]) for point in lines["line l-closed"]]
    assert open_ys == closed_ys[::-1]
    assert open_ys[1] - open_ys[0] == pytest.approx(open_ys[2] - open_ys[1], abs=0.2)
    assert {"0 open", "10 closed"} <= {text.text for text in svg.iter("text")}
    assert "line l-unknown" not in lines


def test_bars_are_as_high_as_their_numbers_and_stand_on_one_another() -> None:
    svg = render_flow(trends((6, 3, 1), (2, 8, 0)))
    (first_done, second_done), (first_new, second_new) = bars(svg, "s-rel"), bars(svg, "s-new")
    assert first_done[1] / first_new[1] == pytest.approx(3 / 6, abs=0.01)
    assert second_done[1] / second_new[1] == pytest.approx(8 / 2, abs=0.1)
    assert second_new[0] + second_new[1] == pytest.approx(second_done[0], abs=0.2)
    assert len(bars(svg, "s-unk")) == 1


@pytest.mark.parametrize("chart", [render_burn_down, render_flow])
@pytest.mark.parametrize("meetings", [1, 2, 50, 400])
def test_charts_hold_any_number_of_meetings_and_stay_inside_their_frame(chart, meetings: int) -> None:
    svg = parse(chart(trends(*[(index % 7, index % 3, 0) for index in range(1, meetings + 1)])))
    width, height = (float(side) for side in svg.get("viewBox", "").split()[2:])
    for node in svg.iter():
        for name in ("x", "x1", "x2", "cx"):
            assert 0 <= float(node.get(name, "0")) <= width
        for name in ("y", "y1", "y2", "cy"):
            assert 0 <= float(node.get(name, "0")) <= height


@pytest.mark.parametrize("chart", [render_burn_down, render_flow])
def test_no_meeting_is_no_chart(chart) -> None:
    assert chart(trends()) == ""


def test_names_at_the_lines_ends_never_cover_one_another() -> None:
    svg = parse(render_burn_down(trends((5, 5, 5), (5, 5, 5))))
    heights = sorted(float(t.get("y", "0")) for t in svg.iter("text") if "name" in t.get("class", ""))
    assert len(heights) == 3
    assert heights[0] > 0
    assert min(b - a for a, b in pairwise(heights)) >= 13


# ------------------------------------------------------------------------------------------------- timelines


def life() -> BugLife:
    return next(iter(build_sample(lives=5).lives.values()))


def band_texts(svg: str) -> list[str]:
    return [title.text or "" for title in parse(svg).iter("title")][1:]


def with_spans(*spans: tuple[int, int | None, object]) -> BugLife:
    one = life()
    assert one.history
    task = one.history.lives[0]
    made = tuple(
        TaskSpan(day(since), None if until is None else day(until), "apt (Ubuntu)", status, "High", None, None)
        for since, until, status in spans
    )
    return replace(
        one, history=replace(one.history, lives=(replace(task, spans=made, deleted_at=None),)), references=()
    )


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def test_a_timeline_ends_at_the_reports_instant_and_leaves_the_future_out() -> None:
    svg = render_timeline(with_spans((0, 10, "New"), (10, 30, "Triaged"), (30, None, "Fix Released")), day(20), "x")
    assert band_texts(svg) == ["New, 2031-03-03 to 2031-03-13", "Triaged, 2031-03-13 to 2031-03-23"]


def test_bands_of_one_status_are_one_and_the_unknown_says_so() -> None:
    svg = render_timeline(with_spans((0, 5, UNKNOWN), (5, 9, "New"), (9, None, "New")), day(20), "x")
    assert band_texts(svg) == ["not known, 2031-03-03 to 2031-03-08", "New, 2031-03-08 to 2031-03-23"]
    assert 's-unk"' in svg


def _line_of_a_bot(at: datetime) -> Reference:
    kind = ReferenceKind.ANNOUNCEMENT
    return Reference(kind, "launchpad", 9_000_001, "x", 1, None, "bot", at, "minute", None, None, "", "r")


def test_without_a_history_what_bots_said_makes_the_bands_but_no_mention() -> None:
    at = [day(1), day(8)]
    said = tuple(
        Announcement(_line_of_a_bot(when), "apt (Ubuntu)", "a (made-up)", "High", status)
        for when, status in zip(at, ("New", "Triaged"), strict=True)
    )
    references = tuple(one.reference for one in said)
    svg = render_timeline(
        replace(life(), history=None, observed=(), announcements=said, references=references), day(20), "x"
    )
    assert band_texts(svg) == ["New, 2031-03-04 to 2031-03-11", "Triaged, 2031-03-11 to 2031-03-23"]
    assert "never spoken of" in svg


def test_a_bug_of_which_nothing_is_known_has_no_picture() -> None:
    assert render_timeline(replace(life(), history=None, observed=(), references=()), day(20), "x") == ""


def test_a_bug_with_many_tasks_says_how_many_it_leaves_out() -> None:
    one = with_spans((0, None, "New"))
    assert one.history
    svg = render_timeline(replace(one, history=replace(one.history, lives=one.history.lives * 40)), day(20), "x")
    assert len(band_texts(svg)) == 12
    assert "the first 12 of 40 tasks" in svg


def test_a_timeline_tells_in_words_what_it_draws() -> None:
    svg = parse(render_timeline(with_spans((0, 10, "New"), (10, None, "Triaged")), day(20), "x"))
    (description,) = [d.text for d in svg.iter("desc")]
    assert description == "apt (Ubuntu): New, then Triaged. Mentions: 0."


def test_hostile_names_stay_text_in_a_picture() -> None:
    one = with_spans((0, None, "</text><script>x</script>"))
    svg = render_timeline(one, datetime(2031, 5, 1, tzinfo=UTC), "x")
    assert "<script" not in svg
    assert re.search(r"&lt;script&gt;", svg)
