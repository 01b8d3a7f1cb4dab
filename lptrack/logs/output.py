"""What `extract` prints: a JSON object a line, CSV rows, or columns for a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import IO, Final, Protocol

from lptrack.escape import inert_lines, quote_cell, show_hidden, show_json, spreadsheet
from lptrack.logs.model import Extraction
from lptrack.logs.references import Found
from lptrack.model import Announcement, Reference, ReferenceKind

COLUMNS: Final = (
    "kind", "tracker", "number", "source", "line", "meeting", "speaker", "timestamp", "time", "topic", "text", "rule",
    "target", "title", "importance", "status", "assignee", "duplicate", "cause_line",
    "person", "subtopic", "duty", "duty_of",
)  # fmt: skip


def render_instant(at: datetime | None, exact: str) -> str | None:
    """An instant as exact as the log is: `2013-09-11T15:04Z`, `2013-09-11T15:04:18Z`, `2017-11-14`."""
    if at is None:
        return None
    text = at.isoformat()
    match exact:
        case "second":
            return f"{text[:19]}Z"
        case "day":
            return text[:10]
        case _:
            return f"{text[:16]}Z"


def build_record(found: Found) -> dict[str, object]:
    """The interface's fields in its order, then lptrack's own where they say something."""
    reference = found.reference if isinstance(found, Announcement) else found
    record: dict[str, object] = {
        "kind": reference.kind.value,
        "tracker": reference.tracker,
        "number": reference.number,
        "source": reference.source,
        "line": reference.line,
        "meeting": reference.meeting,
        "speaker": reference.speaker,
        "timestamp": render_instant(reference.at, reference.exact),
        "time": reference.time,
        "topic": reference.topic,
        "text": reference.text,
        "rule": reference.rule,
    }
    if isinstance(found, Announcement):
        record["target"] = found.target
        record["title"] = found.title
        record["importance"] = found.importance
        record["status"] = found.status
        _add(record, "assignee", found.assignee)
        _add(record, "duplicate", found.duplicate)
        _add(record, "cause_line", found.cause_line)
    _add(record, "person", reference.person)
    _add(record, "subtopic", reference.subtopic)
    _add(record, "duty", reference.duty)
    _add(record, "duty_of", reference.duty_of)
    return record


def _add(record: dict[str, object], name: str, value: object) -> None:
    if value is not None:
        record[name] = value


# ------------------------------------------------------------------------------------------------- writers


class Writer(Protocol):
    """Writes references one by one. ``header`` stands before all, once."""

    header: str
    between: str  # what stands between two documents

    def __init__(self, out: IO[str], *, verbose: bool = False) -> None: ...

    def write(self, found: Found) -> None:
        """One reference."""
        ...


class JsonLines:
    """`--format jsonl`."""

    header = between = ""

    def __init__(self, out: IO[str], *, verbose: bool = False) -> None:
        del verbose
        self._write = out.write
        self._encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode

    def write(self, found: Found) -> None:
        """One object, one line; characters that act on a terminal or hide are `\\u…` escapes, so nothing is lost."""
        text = self._encode(build_record(found))
        self._write(show_json(text) + "\n")


class CsvRows:
    """`--format csv`: the same fields as columns, empty where there is nothing."""

    header = ",".join(COLUMNS) + "\r\n"
    between = ""

    def __init__(self, out: IO[str], *, verbose: bool = False) -> None:
        del verbose
        self._write = out.write

    def write(self, found: Found) -> None:
        """One row, its cells by the rule of every CSV of ours (docs/reports.md)."""
        record = build_record(found)
        cells = ["" if (cell := record.get(name)) is None else spreadsheet(str(cell)) for name in COLUMNS]
        self._write(",".join(map(quote_cell, cells)) + "\r\n")


class Columns:
    """`--format table`: for reading; a heading where document or meeting change."""

    header, between = "", "\n"

    def __init__(self, out: IO[str], *, verbose: bool = False) -> None:
        self._out = out
        self._verbose = verbose
        self._place: tuple[str, str | None] | None = None

    def write(self, found: Found) -> None:
        """One line; an announcement shows what it states."""
        reference = found.reference if isinstance(found, Announcement) else found
        place = (reference.source, reference.meeting)
        if place != self._place:
            before = "" if self._place is None else self.between
            self._place = place
            heading = f"{show_plain(reference.source)}  {show_plain(reference.meeting or 'outside of a meeting')}"
            self._out.write(f"{before}{inert_lines(heading)}\n")
        what = f"{reference.tracker}:{reference.number}"
        rule = f"  {reference.rule:<18}" if self._verbose else ""
        cells = (
            f"{reference.line:>6}  {reference.time or '':<8}  {show_plain(reference.speaker or '')[:16]:<16}"
            f"  {reference.kind.value:<12}  {what:<18}{rule}  {show_plain(_tell(found, reference))[:160]}"
        )
        self._out.write(cells.rstrip() + "\n")


def _tell(found: Found, reference: Reference) -> str:
    if isinstance(found, Announcement) and reference.kind is ReferenceKind.ANNOUNCEMENT:
        state = ", ".join(part for part in (found.importance, found.status) if part)
        return " · ".join(part for part in (found.target, found.title, state) if part)
    return reference.text.strip()


def show_plain(text: str) -> str:
    """Log text is written by strangers: nothing in it may steer a terminal or a CI runner."""
    return show_hidden(text.replace("\t", " "))


WRITERS: Final[dict[str, type[Writer]]] = {"table": Columns, "jsonl": JsonLines, "csv": CsvRows}


# ------------------------------------------------------------------------------------------------- --check


def render_check(extraction: Extraction) -> str:
    """What one log says of itself beside what was read: counts per person, and bugs that only a bot spoke of."""
    people = [person for meeting in extraction.meetings for person in meeting.people if person.claimed is not None]
    right = sum(1 for person in people if person.claimed == person.lines)
    lines = [f"{extraction.source}: {_count(extraction.references, extraction.announcements)}, {extraction.format}"]
    if any(person.lines for person in people):
        lines.append(f"  lines said: {right} of {len(people)} people as the page counts")
    if extraction.unread:
        lines.append(f"  {extraction.unread} of {extraction.lines} lines fit no pattern of the format")
    lines.extend(f"  ! {warning}" for warning in extraction.warnings)
    return inert_lines("".join(show_plain(line) + "\n" for line in lines))


def _count(references: Iterable[Reference], announcements: tuple[Announcement, ...]) -> str:
    by_people = sum(1 for one in references if one.kind is not ReferenceKind.ANNOUNCEMENT)
    return f"{by_people} by people, {len(announcements)} announced"
