# ruff: noqa: S608 (only this module's own names are put together; every value is bound)
"""Taking a log in: known by its content and its meetings, never by where it lies.

The same log twice changes nothing. A log that has grown or changed takes the place of its earlier reading, whose
rows stay for `--as-known-at`. Another file of the same meeting (page, HTML, `.log.txt`, day log) stands beside it;
what both say is counted once on loading (`lptrack.storage.merging`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import Final, Literal

from lptrack.logs.model import Extraction
from lptrack.model import Announcement, Meeting, Reference
from lptrack.storage.database import Database, Row
from lptrack.storage.times import render_time, render_time_or_none

TakenIn = Literal["new", "changed", "unchanged"]
_UNDATED: Final = re.compile(r"/undated-[0-9a-f]{8}$")
_REFERENCE_COLUMNS: Final = (
    "line, kind, tracker, number, meeting, speaker, at, exact, time, topic, text, rule, person, duty, duty_of"
)


def take_in(database: Database, extraction: Extraction, at: datetime, run: int | None) -> TakenIn:
    """Record one reading of one log in one transaction."""
    content = _Content(extraction)
    with database.transaction():
        if _is_known(database, content):
            return "unchanged"
        replaced = _find_replaced(database, content)
        new = _insert(database, content, at, run)
        for log in replaced:
            database.execute(
                "UPDATE logs SET superseded_at = ?, superseded_by = ? WHERE id = ?", (render_time(at), new, log)
            )
    return "changed" if replaced else "new"


class _Content:
    """An extraction as rows, and the digest of what was found (its place left out)."""

    __slots__ = ("announcements", "extraction", "ids", "meetings", "reading", "references", "warnings")

    def __init__(self, extraction: Extraction) -> None:
        self.extraction = extraction
        self.ids = frozenset(meeting.id for meeting in extraction.meetings)
        # Two that began in one minute have one id: to everybody else they are one meeting, told by the first.
        once = {meeting.id: meeting for meeting in reversed(extraction.meetings)}
        self.meetings = [_meeting_row(meeting) for meeting in reversed(once.values())]
        self.references = [_reference_row(reference) for reference in extraction.references]
        places = {reference: index for index, reference in enumerate(extraction.references)}
        self.announcements = [
            (
                places[each.reference],
                _announcement_row(each),
            )
            for each in extraction.announcements
        ]
        self.warnings = json.dumps(extraction.warnings, ensure_ascii=False)
        found = [extraction.format, extraction.lines, extraction.unread, self.meetings, self.references]
        self.reading = hashlib.sha256(json.dumps([*found, self.announcements]).encode()).hexdigest()

    @property
    def undated(self) -> bool:
        """Whether no meeting of it has a date: the same bytes under another name are then still the same log."""
        return _is_undated(self.ids)


def _is_known(database: Database, content: _Content) -> bool:
    """Whether this very reading is in force, or was already replaced by a later state of the same log."""
    extraction = content.extraction
    same_bytes = database.load(
        "SELECT l.id, l.reading, n.source FROM logs l LEFT JOIN logs n ON n.id = l.superseded_by WHERE l.digest = ?",
        (extraction.digest,),
    )
    for log, reading, replaced_from in same_bytes:
        ids = _meeting_ids(database, log)
        if replaced_from is None and content.undated and not ids & content.ids:
            return True  # renamed or moved to where its date is not told
        if reading != content.reading:
            continue
        if replaced_from is None:
            return True
        if replaced_from != extraction.source:
            return True  # an older copy of a log that is known in a newer state; the same path is one put back
    return False


def _find_replaced(database: Database, content: _Content) -> list[int]:
    """The readings in force that this one takes the place of. Each is looked for by an index: logs are many."""
    extraction = content.extraction
    found = [
        log
        for log, ids in _load_logs(database, "l.digest = ?", (extraction.digest,))
        if ids == content.ids or _is_undated(ids)  # the same bytes, read better: another configuration, a date found
    ]
    for id_ in sorted(content.ids):
        condition = "l.digest <> ? AND l.id IN (SELECT log FROM meetings WHERE id = ?)"
        for log, ids in _load_logs(database, condition, (extraction.digest, id_)):
            source, form = database.load_one("SELECT source, format FROM logs WHERE id = ?", (log,)) or ("", "")
            same_path = source == extraction.source and source != "-"
            same_name = form == extraction.format and _name(source) == _name(extraction.source)
            is_version = same_path or (same_name and not _is_another_part(database, log, id_, content))
            if is_version and ids <= content.ids and log not in found:
                found.append(log)
    return found + [log for log in _find_grown(database, content) if log not in found]


def _is_another_part(database: Database, log: int, meeting: str, content: _Content) -> bool:
    """Whether the log tells of another stretch of the meeting: one that crossed midnight is in two day logs."""
    first, last = database.load_one(
        'SELECT min(at), max(at) FROM "references" WHERE log = ? AND meeting = ?', (log, meeting)
    ) or (None, None)
    told = [row[6] for row in content.references if row[4] == meeting and row[6] is not None]
    return first is not None and bool(told) and (last < min(told) or max(told) < first)


def _load_logs(database: Database, condition: str, values: Row) -> list[tuple[int, frozenset[str]]]:
    """Readings in force with their meetings' ids."""
    logs = database.load(f"SELECT l.id FROM logs l WHERE l.superseded_at IS NULL AND {condition}", values)
    return [(log, _meeting_ids(database, log)) for (log,) in logs]


def _find_grown(database: Database, content: _Content) -> list[int]:
    """Readings that this one begins with, though its meetings are called otherwise now.

    A day log gets its first `#startmeeting`, an undated log a new digest: no meeting id is left to know it by. The
    same words on the same line are not enough (an agenda that stays the same): the instants must agree, and where
    there are none, the path.
    """
    if not content.references:
        return []
    extraction = content.extraction
    line, _, tracker, number, _, _, at, *_ = content.references[0]
    new = {_trace(row) for row in content.references}
    condition = """l.format = ? AND l.digest <> ? AND l.id IN (
        SELECT log FROM "references" WHERE tracker = ? AND number = ? AND line = ? AND at IS ?)"""
    values = (extraction.format, extraction.digest, tracker, number, line, at)
    found = []
    for log, ids in _load_logs(database, condition, values):
        if ids & content.ids:
            continue
        old = database.load('SELECT line, tracker, number, text, at FROM "references" WHERE log = ?', (log,))
        (source,) = database.load_one("SELECT source FROM logs WHERE id = ?", (log,)) or ("",)
        dated = all(at is not None for *_, at in old)
        if (dated or (_is_undated(ids) and source == extraction.source)) and new.issuperset(old):
            found.append(log)
    return found


def _trace(row: Row) -> Row:
    """What makes a reference the same in an earlier state of its log: line, bug, words and instant."""
    return (row[0], row[2], row[3], row[10], row[6])


def _is_undated(ids: frozenset[str]) -> bool:
    return bool(ids) and all(map(_UNDATED.search, ids))


def _insert(database: Database, content: _Content, at: datetime, run: int | None) -> int:
    extraction = content.extraction
    log = database.execute(
        """INSERT INTO logs (digest, reading, source, format, lines, unread, warnings, taken_at, run)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            extraction.digest, content.reading, extraction.source, extraction.format, extraction.lines,
            extraction.unread, content.warnings, render_time(at), run,
        ),
    ).lastrowid  # fmt: skip
    assert log is not None
    database.executemany(
        """INSERT INTO meetings (log, id, channel, started_at, start_exact, ended_at, name, chair, people, url)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [(log, *row) for row in content.meetings],
    )
    (last,) = database.load_one('SELECT coalesce(max(id), 0) FROM "references"') or (0,)
    marks = ", ".join("?" * 17)
    database.executemany(
        f'INSERT INTO "references" (id, log, {_REFERENCE_COLUMNS}) VALUES ({marks})',
        [(last + 1 + index, log, *row) for index, row in enumerate(content.references)],
    )
    database.executemany(
        """INSERT INTO announcements (reference, target, title, importance, status, assignee, duplicate, cause_line)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        [(last + 1 + index, *row) for index, row in content.announcements],
    )
    return log


def _meeting_ids(database: Database, log: int) -> frozenset[str]:
    return frozenset(id_ for (id_,) in database.load("SELECT id FROM meetings WHERE log = ?", (log,)))


def _name(source: str) -> str:
    return PurePosixPath(source).name


def _meeting_row(meeting: Meeting) -> Row:
    people: Sequence[Row] = [(each.nick, each.lines, each.claimed) for each in meeting.people]
    return (
        meeting.id, meeting.channel, render_time_or_none(meeting.started_at), meeting.start_exact,
        render_time_or_none(meeting.ended_at), meeting.name, meeting.chair, json.dumps(people, ensure_ascii=False),
        meeting.url,
    )  # fmt: skip


def _announcement_row(each: Announcement) -> Row:
    return (each.target, each.title, each.importance, each.status, each.assignee, each.duplicate, each.cause_line)


def _reference_row(each: Reference) -> Row:
    return (
        each.line, str(each.kind), each.tracker, each.number, each.meeting, each.speaker,
        render_time_or_none(each.at), each.exact, each.time, each.topic, each.text, each.rule, each.person, each.duty,
        each.duty_of,
    )  # fmt: skip
