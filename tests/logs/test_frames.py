"""Pages whose counts of lines disagree with the commands in their log: the reading that agrees is taken, and said."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from lptrack.logs.extract import extract_log, stream_found
from lptrack.logs.frames import Frame, Tally
from lptrack.logs.model import Extraction
from lptrack.logs.sources import Source

TALK = {
    "start": "<ana> #startmeeting Herons",
    "bot": "<meetingology> Meeting started Mon Mar 03 15:00:07 2031 UTC.  The chair is ana.",
    "one": "<ana> what about bug #92900001?",
    "two": "<ben> bug #92900002 is fixed",
    "three": "<cyd> and bug #92900003",
    "end": "<ana> #endmeeting",
    "over": "<meetingology> Meeting ended Mon Mar 03 16:00:09 2031 UTC.",
    "ben ends": "<ben> #endmeeting",
    "late": "<dee> what of bug #92900004?",
}


def page(order: str, counted: str) -> str:
    """A page of minutes with these lines in its log, of which those ``counted`` are the meeting by its own counts."""
    lines = [TALK[each] for each in order.split(", ")]
    own = Counter(TALK[each][1 : TALK[each].index(">")] for each in counted.split(", "))
    people = "".join(f" * {nick} ({count})\n" for nick, count in own.items())
    log = "".join(f" 15:{place:02} {line}\n\n" for place, line in enumerate(lines))
    return (
        "#title #kestrel: Herons\n== Meeting information ==\n * #kestrel: Herons, started by ana, 03 Mar at 15:00\n"
        " * Full logs at [[http://ubottu.com/meetingology/logs/kestrel/2031/kestrel.2031-03-03-15.00.log.html]]\n\n"
        f"== People present (lines said) ==\n\n{people}\n\n== Full Log ==\n\n{log}\n"
    )


def read(text: str) -> tuple[Extraction, set[int], list[int]]:
    """The extraction, the bugs that stand in its meeting, and all that `extract` prints, in order."""
    source = Source("kestrel.txt", None, content=text.encode())
    extraction = extract_log(source)
    in_meeting = {each.number for each in extraction.references if each.meeting is not None}
    return extraction, in_meeting, [getattr(each, "reference", each).number for each in stream_found(source)]


CASES = {
    "as its commands say": ("start, bot, one, end, over, late", "start, bot, one, end", {1}, False),
    "a stranger's end that the bot heeded": (
        "start, bot, one, two, ben ends, over, late", "start, bot, one, two, ben ends", {1, 2}, False,
    ),
    "a stranger's end without the bot's": (
        "start, bot, one, ben ends, late", "start, bot, one, ben ends", {1}, True,
    ),
    "a start that the bot did not hear": (
        "start, one, start, bot, two, end, over", "start, bot, two, end", {2}, True,
    ),
    "an end that the bot did not hear": (
        "start, bot, one, end, two, end, over, late", "start, bot, one, end, two, end", {1, 2}, True,
    ),
    "no end": ("start, bot, one, late, two", "start, bot, one, late, two", {1, 2, 4}, False),
    "all of the log": ("late, start, bot, one, end, three", "late, start, bot, one, end, three", {1, 3, 4}, True),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_reading_that_agrees_with_the_pages_counts_is_taken(name: str) -> None:
    order, counted, bugs, is_other = CASES[name]
    extraction, in_meeting, printed = read(page(order, counted))
    assert in_meeting == {92900000 + bug for bug in bugs}
    assert printed == [each.number for each in extraction.references]
    assert any("read so" in warning for warning in extraction.warnings) is is_other
    assert not any(warning.startswith("lines said by") for warning in extraction.warnings)
    (meeting,) = extraction.meetings
    assert (meeting.name, meeting.channel, meeting.chair) == ("Herons", "kestrel", "ana")
    assert all(person.claimed == person.lines for person in meeting.people)


def test_where_no_reading_agrees_the_commands_hold_and_the_counts_are_told() -> None:
    extraction, in_meeting, _ = read(page("start, bot, one, end, late", "start, bot, one, two, end"))
    assert in_meeting == {92900001}
    assert [warning for warning in extraction.warnings if "read so" in warning] == []
    assert any(warning.startswith("lines said by ben") for warning in extraction.warnings)


def test_a_page_of_minutes_alone_and_one_from_standard_input_are_read_once(tmp_path: Path) -> None:
    head = page("start, bot, one, ben ends, late", "start, bot, one, ben ends").partition("== Full Log ==")[0]
    assert read(head)[0].warnings == ()
    assert Tally().find_frame({"ana": 3}) is None


def test_a_page_of_hundreds_of_ends_is_soon_done() -> None:
    tally = Tally()
    for number in range(0, 40_000, 4):
        tally.starts.append(number)
        tally.ends.append(number + 3)
        for place, nick in enumerate(("ana", "ben", "cyd", "ana")):
            tally.add(number + place, nick)
    tally.read.append(Frame(0, 3))
    assert tally.find_frame({"ana": 1}) is None
