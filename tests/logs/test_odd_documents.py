"""Documents that are odd in one place: what is strange is kept or named, and what is said beside it is read."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lptrack.errors import UnreadableLog
from lptrack.logs import batch, processes
from lptrack.logs.batch import run_check, run_extract
from lptrack.logs.extract import extract_log
from lptrack.logs.formats import find_format
from lptrack.logs.head import build_head
from lptrack.logs.interface import Channel, Day, RawLine
from lptrack.logs.no_log import say_what_it_is
from lptrack.logs.options import Options
from lptrack.logs.output import WRITERS
from lptrack.logs.sources import Source, find_sources
from lptrack.logs.spool import KEPT, Spool
from lptrack.model import Line, LineKind


def read(name: str, text: str) -> list[object]:
    lines = [RawLine(number, line) for number, line in enumerate(text.splitlines(), 1)]
    return list(find_format(name).parse(lines, build_head("odd", text.encode(), whole=True)))


def lines_of(items: Sequence[object]) -> list[tuple[LineKind, str | None, str]]:
    return [(item.kind, item.speaker, item.text) for item in items if isinstance(item, Line)]


def test_a_mattermost_export_with_odd_lines_keeps_its_posts() -> None:
    post = {"channel": "heron", "user": "ana", "message": "bug 2900001", "create_at": 1519000000000,
            "replies": [{"user": "bo", "message": "seen\nfixed", "create_at": 1519000060000}]}  # fmt: skip
    text = "\n".join(
        [
            '{"type": "version", "version": 1}', json.dumps({"type": "post", "post": post}), "{broken", "", "[1]",
            '{"type": "user"}', json.dumps({"type": "post", "post": {"user": "ghost"}}),
            json.dumps({"type": "direct_post", "direct_post": {**post, "type": "system_join", "replies": []}}),
        ]
    )  # fmt: skip
    items = read("mattermost-json", text)
    assert [item for item in items if isinstance(item, Channel)] == [Channel("heron")]
    assert lines_of(items) == [
        (LineKind.HEADER, None, '{"type": "version", "version": 1}'),
        (LineKind.MESSAGE, "ana", "bug 2900001"),
        (LineKind.MESSAGE, "bo", "seen"),
        (LineKind.MESSAGE, "bo", "fixed"),
        (LineKind.UNREAD, None, "{broken"),
        (LineKind.BLANK, None, ""),
        (LineKind.BLANK, None, ""),
        (LineKind.HEADER, None, '{"type": "user"}'),
        (LineKind.EVENT, "ana", "bug 2900001"),
    ]


def test_the_rows_of_an_irclogs_page_are_told_by_their_cells_classes() -> None:
    rows = (
        '<tr id="t2016-03-02T15:01:04"><th class="nick">ana</th>'
        '<td class="text">bug 1</td><td class="time">15:01</td></tr>'
        '<tr><td class="action">* bo waves</td><td>15:02</td></tr>'
        '<tr><td class="nickchange">* bo is now known as bob</td><td class="time">15:03</td></tr>'
        '<tr><td class="other">-server- be kind</td></tr>'
        '<tr><td class="join">*** cyd has joined</td></tr>'
        '<tr><td class="strange">what is this</td></tr>'
        '<tr id="t15:09:10"><th class="nick">dee</th><td class="text">late</td><td class="time">15:09</td></tr>'
    )
    items = read("irclogs-html", f"<title>IRC log for #heron, 2016-03-02</title>\n\n{rows}")
    assert [item for item in items if isinstance(item, (Channel, Day))] == [Channel("#heron"), Day(date(2016, 3, 2))]
    rows_read = [item for item in items if isinstance(item, Line) and item.number == 3]
    assert lines_of(rows_read) == [
        (LineKind.MESSAGE, "ana", "bug 1"),
        (LineKind.ACTION, "bo", "waves"),
        (LineKind.NICK, "bo", "bob"),
        (LineKind.NOTICE, "server", "be kind"),
        (LineKind.EVENT, None, "*** cyd has joined"),
        (LineKind.UNREAD, None, "what is this"),
        (LineKind.MESSAGE, "dee", "late"),
    ]
    assert rows_read[0].at == datetime(2016, 3, 2, 15, 1, 4, tzinfo=UTC)
    # an old id has the clock alone: the page tells the day
    assert rows_read[-1].at == datetime(2016, 3, 2, 15, 9, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<html><title>Index of /logs</title>", "is a directory listing, not a log"),
        ("<html><h1>404 Not Found</h1>", "is a server's error page (404 Not Found), not a log"),
        ('{"cassette": 1}', "is a cassette, not a log"),
        ("<!-- lptrack 0.2 -->", "is a report of lptrack's, not a log"),
        ("<html><title>Minutes of 404 meetings</title>", None),
        ("15:04 <ana> 404 Not Found", None),
    ],
)
def test_what_is_no_log_is_called_by_its_name(text: str, what: str | None) -> None:
    assert say_what_it_is(text) == what


CHAIRS = """\
[15:00:00] <ana> #startmeeting herons
[15:00:01] <meetingology> Meeting started Wed Sep 11 15:00:01 2013 UTC.  The chair is ana.
[15:01:00] <ana> #chair bo
[15:01:01] <meetingology> Current chairs: ana bo
[15:02:00] <bo> #action ana to look at bug 2900001
[15:02:10] <bo> #undo
[15:02:20] <cyd> #undo
[15:03:00] <bo> #action ana to look at bug 2900002
[15:03:10] <bo> #agreed bug 2900003 waits
[15:04:00] <ana> #unchair bo
[15:05:00] <bo> #endmeeting
[15:06:00] <ana> bug 2900004 too
[15:07:00] <ana> #endmeeting
[15:08:00] <ana> bug 2900005 was after it
"""


def test_only_a_chair_is_obeyed_and_what_was_undone_is_no_action() -> None:
    found = extract_log(Source("herons.log", None, content=CHAIRS.encode()))
    duties = {each.number: each.duty for each in found.references}
    assert duties == {2900001: None, 2900002: "action", 2900003: "agreed", 2900004: None, 2900005: None}
    assert [each.number for each in found.references if each.meeting is None] == [2900005]


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    for number in range(5):
        (tmp_path / f"a{number}.log").write_text(f"[15:04] <ana> bug #290000{number}\n")
    (tmp_path / "b.log").write_bytes(bytes(range(256)) * 20)
    return tmp_path


@pytest.mark.parametrize("form", ["jsonl", "csv", "table"])
def test_many_processes_print_what_one_prints(form: str, logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(jobs: int) -> tuple[int, str, str]:
        out, errors = io.StringIO(), io.StringIO()
        return run_extract([str(logs)], Options(), form, out, errors, jobs=jobs), out.getvalue(), errors.getvalue()

    alone = run(1)
    monkeypatch.setattr(processes, "WORTH_A_PROCESS", 1)
    assert processes.is_worth_processes(list(find_sources([str(logs)])), 2)
    assert not processes.is_worth_processes([Source("-", None, content=b"x"), Source("-", None, content=b"y")], 2)
    assert run(2) == alone
    assert alone[0] == 3
    assert "b.log" in alone[2]
    whole = list(find_sources([str(logs), str(logs / "none.log")]))
    assert [each for bundle in processes.bundle(whole) for each in bundle] == whole
    rendered = [batch._render(each, Options(), form) for each in whole]
    texts = [text for text, _, _ in rendered]
    faults = [error for _, error, _ in rendered if error]
    assert WRITERS[form].between.join(filter(None, texts)) in alone[1]
    assert len(faults) == 2
    assert all(isinstance(error, UnreadableLog) for error in faults)


def test_a_check_names_what_it_could_not_read_and_goes_on(logs: Path) -> None:
    out, errors = io.StringIO(), io.StringIO()
    assert run_check([str(logs), str(logs / "none.log")], Options(), out, errors) == 3
    assert out.getvalue().count(".log") == 5
    assert "none.log" in errors.getvalue()
    assert "b.log" in errors.getvalue()


def test_a_spool_gives_back_what_was_put_in_however_much() -> None:
    spool: Spool[int] = Spool()
    for number in range(KEPT * 2 + 3):
        spool.add(number)
    assert list(spool) == list(range(KEPT * 2 + 3))
    spool.close()
    assert list(spool) == []
