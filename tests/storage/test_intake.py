"""A log is known by its content and its own path: taken twice, grown, changed, moved, or told by several files."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lptrack.model import BugKey, Reference, ReferenceKind
from lptrack.storage.database import Database
from lptrack.storage.schema import TABLES
from lptrack.storage.store import Store
from tests.storage.lives import day, make_announcement, make_log, make_meeting, make_reference

MONDAY = make_meeting(day(1))
FRIDAY = make_meeting(day(5))


@pytest.fixture
def store():
    with Store.open(":memory:", clock=lambda: day(30)) as opened:
        yield opened


def dump(database: Database) -> dict[str, list[tuple[object, ...]]]:
    return {table: database.load(f'SELECT * FROM "{table}"') for table in TABLES if table != "runs"}


def count(store: Store, number: int) -> int:
    return sum(mention.bug.number == number for mention in store.load_mentions())


def test_the_same_log_twice_changes_nothing_at_all(store):
    log = make_log([MONDAY], [make_reference(MONDAY, 1, 11), make_announcement(MONDAY, 2, 11, "linux", "New")])
    assert store.take_in(log) == "new"
    before = dump(store.database)
    assert store.take_in(log, day(31)) == "unchanged"
    assert store.take_in(replace(log, source="/other/checkout/demo.log"), day(32)) == "unchanged"
    assert dump(store.database) == before


def test_a_log_that_has_grown_takes_the_place_of_its_earlier_reading(store):
    first = [make_reference(MONDAY, 1, 11)]
    assert store.take_in(make_log([MONDAY], first), day(30)) == "new"
    assert store.take_in(make_log([MONDAY], [*first, make_reference(MONDAY, 4, 12)]), day(31)) == "changed"
    assert [count(store, 11), count(store, 12)] == [1, 1]
    kept = store.database.load("SELECT superseded_at IS NULL, superseded_by FROM logs ORDER BY id")
    assert kept == [(0, 2), (1, None)]


def test_a_corrected_log_that_was_moved_no_longer_speaks_of_the_wrong_bug(store):
    store.take_in(make_log([MONDAY], [make_reference(MONDAY, 1, 11)], source="/no/longer/there/demo.log"))
    store.take_in(make_log([MONDAY], [make_reference(MONDAY, 1, 12)], source="/moved/meanwhile/other.log"))
    assert [bug.number for bug in store.load_referenced()] == [12]


def test_two_logs_that_share_only_a_base_name_and_a_first_minute_are_two(store, tmp_path):
    for folder, number in (("ubuntu-a", 11), ("ubuntu-b", 12)):
        path = tmp_path / folder / "2013-09-11.log"
        path.parent.mkdir()
        path.write_text(folder)
        log = make_log([MONDAY], [make_reference(MONDAY, 1, number)], source=str(path))
        assert store.take_in(log) == "new"
    assert [count(store, 11), count(store, 12)] == [1, 1]


def test_a_part_of_a_log_under_its_name_elsewhere_replaces_nothing(store, tmp_path):
    references = [make_reference(MONDAY, line, 10 + line) for line in range(1, 9)]
    for folder, some in (("whole", references), ("part", references[:5])):
        path = tmp_path / folder / "a.log"
        path.parent.mkdir()
        path.write_text(folder)
        store.take_in(make_log([MONDAY], some, source=str(path)))
    assert [count(store, 10 + line) for line in range(1, 9)] == [1] * 8


def test_a_line_at_the_top_that_changes_the_meetings_start_leaves_one_meeting(store):
    store.take_in(make_log([MONDAY], [make_reference(MONDAY, 1, 11)]))
    earlier = make_meeting(day(0.9))
    assert store.take_in(make_log([earlier], [make_reference(earlier, 2, 11)])) == "changed"
    assert [meeting.id for meeting in store.load_meetings()] == [earlier.id]
    assert count(store, 11) == 1


def test_an_older_copy_does_not_come_back_but_a_log_put_back_does(store):
    old = make_log([MONDAY], [make_reference(MONDAY, 1, 11)])
    new = make_log([MONDAY], [make_reference(MONDAY, 1, 12)])
    store.take_in(old)
    store.take_in(new)
    assert store.take_in(replace(old, source="attic/demo.log")) == "unchanged"
    assert store.take_in(old) == "changed"
    assert [bug.number for bug in store.load_referenced()] == [11]


def test_a_path_that_holds_another_meeting_next_week_says_only_that(store):
    store.take_in(make_log([MONDAY], [make_reference(MONDAY, 1, 11)], source="latest.log"))
    assert store.take_in(make_log([FRIDAY], [make_reference(FRIDAY, 1, 12)], source="latest.log")) == "changed"
    assert [meeting.id for meeting in store.load_meetings()] == [FRIDAY.id]
    assert [count(store, 11), count(store, 12)] == [0, 1]


def test_a_day_log_that_loses_its_tail_no_longer_tells_what_was_there(store):
    both = [make_reference(MONDAY, 1, 11), make_reference(FRIDAY, 9, 12)]
    store.take_in(make_log([MONDAY, FRIDAY], both))
    assert store.take_in(make_log([MONDAY], both[:1])) == "changed"
    assert [count(store, 11), count(store, 12)] == [1, 0]


def test_what_standard_input_gave_before_stays_unless_it_was_the_same_meeting(store):
    store.take_in(make_log([MONDAY], [make_reference(MONDAY, 1, 11)], source="-"))
    assert store.take_in(make_log([FRIDAY], [make_reference(FRIDAY, 1, 12)], source="-")) == "new"
    grown = [make_reference(FRIDAY, 1, 12), make_reference(FRIDAY, 2, 13)]
    assert store.take_in(make_log([FRIDAY], grown, source="-")) == "changed"
    assert [count(store, number) for number in (11, 12, 13)] == [1, 1, 1]


def test_a_day_log_without_a_meeting_is_known_again_when_one_starts_in_it(store):
    whole = make_meeting(day(1), channel="devel")
    real = make_meeting(day(1.5), channel="devel")
    early = make_reference(whole, 1, 11)
    store.take_in(make_log([whole], [early], source="/gone/2018/01/02/#devel.txt"))
    outside = replace(early, meeting=None)
    grown = make_log([real], [outside, make_reference(real, 50, 12)], source="elsewhere/#devel.txt")
    assert store.take_in(grown) == "changed"
    assert [meeting.id for meeting in store.load_meetings()] == [real.id]
    assert count(store, 11) == 1


def test_an_agenda_that_stays_the_same_is_another_meeting_each_week(store):
    store.take_in(make_log([MONDAY], [make_reference(MONDAY, 1, 11)], source="monday.log"))
    more = [make_reference(FRIDAY, 1, 11), make_reference(FRIDAY, 2, 12)]
    assert store.take_in(make_log([FRIDAY], more, source="friday.log")) == "new"
    assert count(store, 11) == 2


@pytest.mark.parametrize(("source", "state"), [("notes.txt", "changed"), ("other/notes.txt", "new")])
def test_an_undated_log_that_has_grown_is_known_by_its_path(store, source, state):
    first = make_meeting(None, channel="notes")
    second = replace(first, id="notes/undated-89abcdef")
    store.take_in(make_log([first], [make_reference(first, 1, 11)], source="notes.txt"))
    grown = [make_reference(second, 1, 11), make_reference(second, 2, 12)]
    assert store.take_in(make_log([second], grown, source=source)) == state


def test_a_meeting_that_crossed_midnight_is_in_two_day_logs_of_one_name(store):
    late = make_meeting(day(1.99), hours=2)
    for source, line, number in (("02/#demo.txt", 1, 11), ("03/#demo.txt", 60, 12)):
        log = make_log([late], [make_reference(late, line, number)], source=source)
        assert store.take_in(log) == "new"
        assert store.take_in(log) == "unchanged"
    assert [count(store, 11), count(store, 12)] == [1, 1]
    assert store.load_meetings() == (late,)


def test_undated_bytes_are_the_same_log_wherever_they_lie_until_a_date_is_found(store):
    undated = make_meeting(None, channel="notes")
    log = make_log([undated], [make_reference(undated, 1, 11)])
    store.take_in(log)
    other = make_meeting(None, channel="renamed")
    renamed = replace(log, meetings=(other,), references=(make_reference(other, 1, 11),), source="renamed.log")
    assert store.take_in(renamed) == "unchanged"
    dated = replace(log, meetings=(MONDAY,), references=(make_reference(MONDAY, 1, 11),), source="2018-01-02.log")
    assert store.take_in(dated) == "changed"
    assert [meeting.id for meeting in store.load_meetings()] == [MONDAY.id]
    assert store.take_in(log) == "unchanged"


def test_the_same_bytes_under_another_name_are_the_same_log(store):
    log = make_log([MONDAY], [make_reference(MONDAY, 1, 11)])
    store.take_in(log)
    again = replace(log, meetings=(FRIDAY,), references=(make_reference(FRIDAY, 1, 11),), source="friday.log")
    assert store.take_in(again) == "unchanged"
    assert count(store, 11) == 1


def test_a_renamed_log_is_known_at_its_new_path_and_edited_there(store):
    first = make_log([MONDAY], [make_reference(MONDAY, 1, 11)], source="/gone/a.log")
    store.take_in(first)
    assert store.take_in(replace(first, source="/gone/b.log")) == "unchanged"
    edited = make_log([FRIDAY], [make_reference(FRIDAY, 1, 12)], source="/gone/b.log")
    assert store.take_in(edited) == "changed"
    assert [bug.number for bug in store.load_referenced()] == [12]


def test_page_and_log_of_one_meeting_count_once_and_what_only_one_tells_counts_too(store):
    lines = [
        make_reference(MONDAY, 1, 11),
        make_reference(MONDAY, 2, 11),
        make_announcement(MONDAY, 2, 11, "linux", "New"),
    ]
    store.take_in(make_log([MONDAY], lines, source="demo.log.txt"))
    page = [
        replace(make_reference(MONDAY, 81, 11, text="About Bug  #11!"), at=MONDAY.started_at.replace(minute=1)),
        make_announcement(MONDAY, 83, 11, "linux", "New", at=MONDAY.started_at.replace(minute=2)),
        make_reference(MONDAY, 90, 14),
    ]
    assert store.take_in(make_log([MONDAY], page, source="demo.html", form="meetbot-html")) == "new"
    assert len(store.load_meetings()) == 1
    assert [count(store, 11), count(store, 14)] == [3, 1]
    assert len(store.load_words(everything=True)) == 1


def test_minutes_without_nick_or_clock_repeat_what_the_log_says(store):
    store.take_in(make_log([MONDAY], [make_reference(MONDAY, 1, 11)], source="demo.log.txt"))
    bare = replace(make_meeting(day(1)), start_exact="minute", name="Server team")
    minutes = [
        replace(
            make_reference(bare, 3, number, speaker=None, text=f"LP: #{number} was discussed"), at=None, time=None
        )
        for number in (11, 15)
    ]
    store.take_in(make_log([bare], minutes, source="minutes.txt", form="moin"))
    assert [count(store, 11), count(store, 15)] == [1, 1]
    (meeting,) = store.load_meetings()
    assert (meeting.start_exact, meeting.name) == ("second", "Server team")


def test_somebody_who_says_the_same_twice_in_a_minute_said_it_twice(store):
    at = MONDAY.started_at
    twice = [make_reference(MONDAY, line, 11, at=at) for line in (1, 2)]
    store.take_in(make_log([MONDAY], twice))
    assert count(store, 11) == 2
    store.take_in(
        make_log([MONDAY], [make_reference(MONDAY, line, 11, at=at) for line in (7, 8)], form="other", source="b")
    )
    assert count(store, 11) == 2


def test_another_reading_of_the_same_bytes_takes_the_place_of_the_first(store):
    log = make_log([MONDAY], [make_reference(MONDAY, 1, 11)])
    store.take_in(log)
    named = replace(log, meetings=(replace(MONDAY, name="Kernel"),))
    assert store.take_in(named) == "changed"
    assert store.load_meetings()[0].name == "Kernel"
    assert count(store, 11) == 1


def test_half_a_surrogate_pair_in_a_line_is_no_reason_to_lose_the_log(store):
    assert store.take_in(make_log([MONDAY], [make_reference(MONDAY, 1, 11, text="bad \ud83d bug #11")])) == "new"
    references, _ = store.load_references([BugKey("launchpad", 11)])[BugKey("launchpad", 11)]
    assert references[0].text == "bad ? bug #11"


def test_references_and_announcements_come_back_as_they_went_in(store):
    reference = replace(make_reference(MONDAY, 1, 11), duty="action", duty_of="bob", person="Ada L", topic="Bugs")
    announced = make_announcement(MONDAY, 2, 11, "linux", "Fix released")
    log = make_log([MONDAY], [reference, announced], source="demo.log")
    store.take_in(log)
    references, announcements = store.load_references([BugKey("launchpad", 11)])[BugKey("launchpad", 11)]
    assert references == [reference, announced.reference]
    assert announcements == [announced]
    assert isinstance(references[0], Reference)
    assert references[1].kind is ReferenceKind.ANNOUNCEMENT
    assert store.load_meetings() == (MONDAY,)
