# ruff: noqa: S608 (only this module's own names are put together; every value is bound)
"""Taking a log in: known by its content and its own path, never by its base name.

The same bytes, wherever they lie, are the same log. The same path read again supersedes all that this path said
before, whatever its meetings are called now; the rows stay for `--as-known-at`. A log whose file is gone gives way to
one that tells the same meeting: it was renamed, split or joined. Any other file of a meeting (page, HTML, day log, a
copy that differs) stands beside it; what several say is counted once on loading (`lptrack.storage.merging`).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Literal

from lptrack.logs.model import Extraction
from lptrack.model import Announcement, BugKey, Meeting, Reference
from lptrack.storage.database import Database, Row
from lptrack.storage.spans import in_bugs
from lptrack.storage.times import render_time, render_time_or_none

TakenIn = Literal["new", "changed", "unchanged"]
STDIN: Final = "-"
_UNDATED: Final = re.compile(r"/undated-[0-9a-f]{8}$")
_REFERENCE_COLUMNS: Final = (
    "line, kind, tracker, number, meeting, speaker, at, exact, time, topic, text, rule, person, duty, duty_of"
)


def take_in(
    database: Database,
    extraction: Extraction,
    at: datetime,
    run: int | None,
    exists: Callable[[str], bool] = os.path.exists,
) -> TakenIn:
    """Record one reading of one log in one transaction. ``exists`` tells whether a path is still there."""
    content = _Content(extraction)
    with database.transaction():
        known = _find_known(database, content, exists)
        if known is not None:
            return "unchanged"
        replaced = _find_replaced(database, content, exists)
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
    def path(self) -> str:
        """Where the log lies: an absolute path or an address; its name where it is neither (standard input)."""
        return self.extraction.path or self.extraction.source

    @property
    def undated(self) -> bool:
        """Whether no meeting of it has a date."""
        return _is_undated(self.ids)


def _find_known(database: Database, content: _Content, exists: Callable[[str], bool]) -> int | None:
    """The log in force that these bytes are already; its path becomes this one where its own file is gone.

    Bytes that were superseded by a later state of their own log are known too, unless they were put back at its path.
    """
    for log, reading, path, replaced_at in database.load(
        "SELECT l.id, l.reading, coalesce(l.path, l.source), coalesce(n.path, n.source) FROM logs l"
        " LEFT JOIN logs n ON n.id = l.superseded_by WHERE l.digest = ? ORDER BY l.superseded_at IS NOT NULL, l.id",
        (content.extraction.digest,),
    ):
        if replaced_at is not None:
            if replaced_at != content.path and reading == content.reading:
                return int(log)
            continue
        if reading != content.reading and (path == content.path or _is_better(database, log, content)):
            continue  # the same bytes read otherwise: another configuration, or a date that is told here
        if path != content.path and _is_gone(path, exists):
            database.execute(
                "UPDATE logs SET path = ?, source = ? WHERE id = ?", (content.path, content.extraction.source, log)
            )
        return int(log)
    return None


def _is_better(database: Database, log: int, content: _Content) -> bool:
    """Whether this reading tells the day of meetings whose day the other could not tell."""
    return _is_undated(_meeting_ids(database, log)) and not content.undated


def _is_gone(path: str, exists: Callable[[str], bool]) -> bool:
    """Whether a file is no longer where it was; of what is no absolute path nobody can say."""
    return path.startswith("/") and not exists(path)


def _find_replaced(database: Database, content: _Content, exists: Callable[[str], bool]) -> list[int]:
    """The readings in force that this one takes the place of. Each is looked for by an index: logs are many."""
    found = [
        log
        for log, path in database.load(
            "SELECT id, coalesce(path, source) FROM logs WHERE superseded_at IS NULL"
            " AND (coalesce(path, source) = ? OR digest = ?)",
            (content.path, content.extraction.digest),
        )
        if path != STDIN or content.ids & _meeting_ids(database, log)
    ]
    for id_ in sorted(content.ids):
        condition = "l.digest <> ? AND l.format = ? AND l.id IN (SELECT log FROM meetings WHERE id = ?)"
        values = (content.extraction.digest, content.extraction.format, id_)
        for log, _ in _load_logs(database, condition, values):
            is_gone = log not in found and _is_gone(_path_of(database, log), exists)
            if is_gone and not _is_another_part(database, log, id_, content):
                found.append(log)
    return found + [log for log in _find_moved(database, content, exists) if log not in found]


def _path_of(database: Database, log: int) -> str:
    (path,) = database.load_one("SELECT coalesce(path, source) FROM logs WHERE id = ?", (log,)) or ("",)
    return str(path)


def _is_another_part(database: Database, log: int, meeting: str, content: _Content) -> bool:
    """Whether the log tells of another stretch of the meeting: one that crossed midnight is in two day logs."""
    first, last = database.load_one(
        'SELECT min(at), max(at) FROM "references" WHERE log = ? AND meeting = ?', (log, meeting)
    ) or (None, None)
    instants = [row[6] for row in content.references if row[4] == meeting and row[6] is not None]
    return first is not None and bool(instants) and (last < min(instants) or max(instants) < first)


def _load_logs(database: Database, condition: str, values: Row) -> list[tuple[int, frozenset[str]]]:
    """Readings in force with their meetings' ids."""
    logs = database.load(f"SELECT l.id FROM logs l WHERE l.superseded_at IS NULL AND {condition}", values)
    return [(log, _meeting_ids(database, log)) for (log,) in logs]


def _find_moved(database: Database, content: _Content, exists: Callable[[str], bool]) -> list[int]:
    """Readings whose file is gone and most of whose references stand here: a log that was moved, joined or changed.

    Its meeting may be called otherwise now (by the new name, by an undated log's new digest): the words are what is
    left to know it by.
    """
    new = {_trace(row) for row in content.references}
    bugs = {BugKey(row[2], row[3]) for row in content.references}
    alike: dict[int, str] = {}
    for condition, values in in_bugs("r", bugs):
        alike |= dict(
            database.load(
                'SELECT DISTINCT l.id, coalesce(l.path, l.source) FROM "references" r'
                f" JOIN logs l ON l.id = r.log AND l.superseded_at IS NULL WHERE {condition} AND l.digest <> ?",
                (*values, content.extraction.digest),
            )
        )
    found = []
    for log, path in sorted(alike.items()):
        if _is_gone(path, exists):
            old = database.load('SELECT tracker, number, text FROM "references" WHERE log = ?', (log,))
            if 2 * sum(row in new for row in old) > len(old):
                found.append(log)
    return found


def _trace(row: Row) -> Row:
    """What makes a reference the same wherever its line stands now: the bug and the words."""
    return (row[2], row[3], row[10])


def _is_undated(ids: frozenset[str]) -> bool:
    return bool(ids) and all(map(_UNDATED.search, ids))


def _insert(database: Database, content: _Content, at: datetime, run: int | None) -> int:
    extraction = content.extraction
    log = database.execute(
        """INSERT INTO logs (digest, reading, source, format, lines, unread, warnings, taken_at, run, path)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            extraction.digest, content.reading, extraction.source, extraction.format, extraction.lines,
            extraction.unread, content.warnings, render_time(at), run, content.path,
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
