"""`--explain` says of each unknown value why it is unknown: every reason, from a log to the command's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from lptrack.cli.main import app
from lptrack.model import (
    STATE_FIELDS,
    UNKNOWN,
    Absence,
    BugKey,
    Gap,
    LogEntry,
    Observation,
    UnknownReason,
    Unresolved,
)
from lptrack.report.unknown import REASONS, SETTLED_BY, say_unknown
from lptrack.storage.store import Store
from lptrack.trackers.debian.history import build_history as build_debian_history
from lptrack.trackers.debian.log import build_entries
from lptrack.trackers.debian.mail import parse_mail
from lptrack.trackers.interface import Fetched
from lptrack.trackers.launchpad.history import build_history
from tests.doubles.debbugs.world import World
from tests.doubles.launchpad.random_lives import Living, build_world, live
from tests.doubles.launchpad.world_answers import read_world
from tests.storage.lives import (
    day,
    make_announcement,
    make_fetched,
    make_log,
    make_meeting,
    make_reference,
    make_task,
)

Log = tuple[LogEntry, ...]
Asked = tuple[Store, Path]


class Read(NamedTuple):
    """What one read of a made-up bug gave."""

    observation: Observation
    entries: Log
    facts: Mapping[str, str]
    at: datetime


def read_life(seed: int, *, facts: bool) -> Read:
    dice = Random(seed)
    world = build_world()
    for _ in live(Living(world, 1, dice, silent=True), dice.randint(8, 30)):
        pass
    world.wait(timedelta(hours=1))
    observation, entries, known = read_world(world, 1)
    return Read(observation, entries, known if facts else {}, world.now)


def as_it_is(log: Log) -> Log:
    return log


def change_statuses(log: Log) -> Log:
    """As if something changed each status before its rows did."""
    return tuple(replace(row, old="Opinion") if row.what.endswith(": status") else row for row in log)


def garble_statuses(log: Log) -> Log:
    return tuple(replace(row, new=None) if row.what.endswith(": status") else row for row in log)


def drop_deletions(log: Log) -> Log:
    return renumber(row for row in log if row.what != "bug task deleted")


def cut_head(log: Log) -> Log:
    return renumber(log[1:])


def renumber(rows: Iterable[LogEntry]) -> Log:
    return tuple(replace(row, position=place) for place, row in enumerate(rows))


LOGS: Mapping[UnknownReason, Callable[[Log], Log]] = {
    UnknownReason.NO_ROW: as_it_is,
    UnknownReason.SILENT_CHANGE: change_statuses,
    UnknownReason.SILENT_COPY: as_it_is,
    UnknownReason.SHARED_PERHAPS: as_it_is,
    UnknownReason.NAME_FADED: as_it_is,
    UnknownReason.NOT_UNDERSTOOD: garble_statuses,
    UnknownReason.TASK_UNSURE: as_it_is,
    UnknownReason.TASK_WENT: drop_deletions,
    UnknownReason.LOG_NOT_WHOLE: cut_head,
}


def find_gap(reason: UnknownReason) -> tuple[Read, Gap, datetime]:
    """The first random life with a gap of this kind, and a whole second within it."""
    for seed in range(400):
        read = read_life(seed, facts=seed % 2 == 0)
        read = read._replace(entries=LOGS[reason](read.entries))
        history = build_history(*read)
        for life in history.lives:
            for gap in life.gaps:
                at = (gap.since + timedelta(seconds=1)).replace(microsecond=0)
                first = next(each for each in life.gaps if each.field == gap.field and each.is_at(gap.since))
                spans = [span for span in life.spans if span.since <= at and (span.until is None or at < span.until)]
                lasts = at < history.read_at and gap.is_at(at) and first is gap
                if gap.reason is reason and lasts and spans and getattr(spans[0], gap.field) is UNKNOWN:
                    return read, gap, at
    raise AssertionError(f"no life shows {reason}")


def explain(store_path: Path, bug: str) -> str:
    result = CliRunner().invoke(app, ["report", "--explain", bug, "--db", str(store_path)])
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def has_reason(text: str, field: str, reason: UnknownReason) -> bool:
    """Whether a line names the field, why, and what would settle it."""
    return any(
        field in line.split(": unknown")[0] and f"{REASONS[reason]}; {SETTLED_BY[reason]}" in line
        for line in text.splitlines()
        if ": unknown" in line
    )


@pytest.mark.parametrize("reason", LOGS, ids=str)
def test_what_a_launchpad_log_leaves_open(reason: UnknownReason, tmp_path: Path) -> None:
    read, gap, at = find_gap(reason)
    path = tmp_path / "x.db"
    with Store.open(path) as store:
        meeting = make_meeting(at)
        store.take_in(make_log([meeting], [make_reference(meeting, 5, 1)]))
        store.record_facts("launchpad", read.facts, read.at)
        store.record(Fetched(read.observation, read.entries, read.at), build_history(*read))
    assert has_reason(explain(path, "1"), gap.field, reason)


@pytest.mark.parametrize("seed", range(40))
def test_every_unknown_value_of_a_life_has_a_reason(seed: int) -> None:
    for facts in (True, False):
        history = build_history(*read_life(seed, facts=facts))
        for life in history.lives:
            for span in life.spans:
                for field in STATE_FIELDS:
                    if getattr(span, field) is UNKNOWN and span.since < history.read_at:
                        assert any(gap.field == field and gap.is_at(span.since) for gap in life.gaps), (span, field)


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Asked]:
    """A database with one meeting that names bug 11 and announces it; what was read of the bug is the test's."""
    path = tmp_path / "x.db"
    with Store.open(path, clock=lambda: day(30)) as store:
        meeting = make_meeting(day(5))
        store.take_in(make_log([meeting], [make_announcement(meeting, 5, 11, "linux", "Confirmed")]))
        yield store, path


@pytest.mark.parametrize(
    ("absence", "reason"),
    [
        (Absence.NOT_VISIBLE, UnknownReason.NOT_VISIBLE),
        (Absence.UNREACHABLE, UnknownReason.UNREACHABLE),
        (None, UnknownReason.NEVER_ASKED),
    ],
    ids=str,
)
def test_what_a_bots_line_leaves_open_and_why_no_tracker_tells(
    asked: Asked, absence: Absence | None, reason: UnknownReason
) -> None:
    store, path = asked
    if absence is not None:
        store.record_unresolved(Unresolved(BugKey("launchpad", 11), "https://x/11", absence), day(6))
    text = explain(path, "11")
    assert "status Confirmed" in text
    assert has_reason(text, "assignee", reason)


def test_a_refused_log_and_a_later_read(asked: Asked) -> None:
    store, path = asked
    store.record(make_fetched(11, [make_task("linux")], day(20)), None)
    text = explain(path, "11")
    assert has_reason(text, "assignee", UnknownReason.LOG_REFUSED)
    assert "unknown until 21 Jan 2018 00:00 UTC" in text


def test_an_answer_without_the_value(asked: Asked) -> None:
    store, path = asked
    task = replace(make_task("zlib"), importance=None)
    store.record(make_fetched(11, [task], day(3)), None)
    assert has_reason(explain(path, "11"), "importance", UnknownReason.NOT_IN_ANSWER)


def test_a_bots_line_within_the_time_is_shown_and_settles_nothing(tmp_path: Path) -> None:
    read, _, at = find_gap(UnknownReason.SILENT_CHANGE)
    history = build_history(*read)
    (span,) = (
        span
        for life in history.lives[:1]
        for span in life.spans
        if span.since <= at and (span.until is None or at < span.until)
    )
    assert span.status is UNKNOWN
    path = tmp_path / "x.db"
    with Store.open(path) as store:
        meeting = make_meeting(at)
        line = make_announcement(meeting, 5, 1, span.target, "Confirmed", importance=None, at=at)
        store.take_in(make_log([meeting], [line]))
        store.record_facts("launchpad", read.facts, read.at)
        store.record(Fetched(read.observation, read.entries, read.at), history)
    text = explain(path, "1")
    assert "meanwhile a bot said status Confirmed: " in text
    assert "status not known" in text


def test_debians_mails_that_do_not_prove_it(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    meeting = make_meeting(day(5))
    world = World()
    world.report(11, day(0))
    world.control([("severity", 11, "grave")], day(10))
    del world.bugs[11].log[0]  # a log that does not begin with the report
    mails = [parse_mail(str(each["header"]), str(each["body"]), ("bugs.debian.org",)) for each in world.bugs[11].log]
    fetched = make_fetched(
        11, [make_task("aaa", "open", "grave")], day(20), tracker="debian", created_at=day(0),
        entries=build_entries(11, mails, ()),
    )  # fmt: skip
    with Store.open(path) as store:
        store.take_in(make_log([meeting], [make_reference(meeting, 5, 11, tracker="debian")]))
        store.record(fetched, build_debian_history(fetched.observation, fetched.entries, fetched.read_at))
    text = explain(path, "debian:11")
    assert has_reason(text, "importance", UnknownReason.NOT_DECIDED)
    assert "unknown from 1 Jan 2018 00:00 UTC until 11 Jan 2018 00:00 UTC" in text  # up to the mail to control@


def test_every_reason_has_words_and_a_row_in_the_docs() -> None:
    docs = (Path(__file__).parents[2] / "docs" / "history.md").read_text(encoding="utf-8")
    for reason in UnknownReason:
        assert f"| {REASONS[reason]} | " in docs, reason
        assert f" | {SETTLED_BY[reason]} |" in docs, reason
        assert say_unknown(reason, day(0), day(1)).endswith(SETTLED_BY[reason])
