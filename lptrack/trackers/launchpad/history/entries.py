"""The rows of Launchpad's activity log, read: what each says happened, or that it says nothing of a state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from lptrack.model import STATE_FIELDS, UNKNOWN, LogEntry, StateField, Value

STATUSES: Final = {
    word.lower(): word
    for word in (
        "New", "Incomplete", "Opinion", "Invalid", "Won't Fix", "Expired", "Confirmed", "Triaged", "In Progress",
        "Deferred", "Fix Committed", "Fix Released", "Does Not Exist", "Unknown",
    )
} | {  # what logs before about 2007 say for the same statuses
    "unconfirmed": "New", "needs info": "Incomplete", "needs information": "Incomplete", "rejected": "Invalid",
    "accepted": "Confirmed", "pendingupload": "Fix Committed", "fixed": "Fix Released",
    "incomplete (with response)": "Incomplete", "incomplete (without response)": "Incomplete",
}  # fmt: skip
IMPORTANCES: Final = {
    word.lower(): word for word in ("Unknown", "Undecided", "Critical", "High", "Medium", "Low", "Wishlist")
} | {"untriaged": "Undecided"}

_ATTRIBUTE: Final = re.compile(r"(?P<target>.+): (?P<field>status|importance|assignee|milestone)", re.DOTALL)
OLD_FORMAT_ENDS: Final = datetime(2009, 5, 1, tzinfo=UTC)
"""Until then a row may name a task by its package alone, `None` for none, and retargetings have no row."""
_OLD_ADDITION: Final = "assigned to "
_OLD_NICK: Final = re.compile(r"[a-z0-9][a-z0-9+.\-]*")
_DUPLICATES: Final = frozenset({"marked as duplicate", "changed duplicate marker", "removed duplicate marker"})


_PATCHES = (".patch", ".diff", ".debdiff")


@dataclass(frozen=True, slots=True)
class Row:
    """What every read row has."""

    position: int
    at: datetime
    by: str | None


@dataclass(frozen=True, slots=True)
class FieldRow(Row):
    """A field of a task went from old to new; UNKNOWN where the row does not say it in a way we know."""

    target: str
    field: StateField
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class OldFieldRow(Row):
    """A `FieldRow` of the old format: ``word`` is a package, a project, or `None`; which task's, the walk finds."""

    word: str
    field: StateField
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class AddedRow(Row):
    """A task was added."""

    target: str


@dataclass(frozen=True, slots=True)
class DeletedRow(Row):
    """A task was deleted."""

    target: str


@dataclass(frozen=True, slots=True)
class AffectsRow(Row):
    """A task was retargeted."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class BugRow(Row):
    """A field of the bug itself, or what was linked to it: `lptrack.model.StatusEvent` lists them."""

    field: str
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class WatchRow(Row):
    """A watch on a remote bug was added: a task that is made with one begins as `Unknown`."""


@dataclass(frozen=True, slots=True)
class OtherRow(Row):
    """Nothing of a state. ``odd`` says what could not be understood, where something could have been one."""

    odd: str | None = None
    field: StateField | None = None  # makes this field of every task unknown before


AnyRow = FieldRow | OldFieldRow | AddedRow | DeletedRow | AffectsRow | BugRow | WatchRow | OtherRow


def parse_entries(entries: tuple[LogEntry, ...]) -> tuple[AnyRow, ...]:
    """Read each row, in the log's order; times never run backwards in what is returned."""
    rows: list[AnyRow] = []
    latest: datetime | None = None
    for position, entry in enumerate(entries):
        at = entry.at if latest is None else max(entry.at, latest)
        latest = at
        rows.append(_parse_entry(entry, position, at))
        if position and _confirmed_early(rows[-2], rows[-1]):
            early, late = rows[-2:]
            rows[-2:] = replace(late, position=position - 1), replace(early, position=position)
    return tuple(_drop_repeated(rows))


def _drop_repeated(rows: list[AnyRow]) -> Iterator[AnyRow]:
    """A mail that adds a task is logged twice, a moment apart: the second row adds none."""
    added: set[str] = set()
    for row in rows:
        match row:
            case AddedRow(target=target) if target in added:
                yield OtherRow(row.position, row.at, row.by)
                continue
            case AddedRow(target=target):
                added.add(target)
            case DeletedRow(target=target):
                added.discard(target)
            case AffectsRow():
                added.clear()  # a task of this name may have become another
        yield row


def _confirmed_early(row: AnyRow, after: AnyRow) -> bool:
    """Since July 2011 a bug that affects several people confirms itself: within a retargeting, before its own row."""
    match row, after:
        case FieldRow(field="status", old="New", new="Confirmed", by="janitor"), AffectsRow():
            return row.target == after.new and row.at == after.at
    return False


def _parse_entry(entry: LogEntry, position: int, at: datetime) -> AnyRow:  # noqa: C901
    what, old, new, by = entry.what, entry.old, entry.new, entry.person
    match what:
        case "bug task added":
            return (
                AddedRow(position, at, by, new) if new else OtherRow(position, at, by, "a task added without a name")
            )
        case "bug task deleted":
            return DeletedRow(position, at, by, old) if old else OtherRow(position, at, by, "a nameless task deleted")
        case "affects":
            if old and new:
                return AffectsRow(position, at, by, old, new)
            if new:  # old logs: another way to say that a task was added
                return AddedRow(position, at, by, new)
            return OtherRow(position, at, by, f"`affects` from {old!r} to {new!r}")
        case "summary" | "title":
            return BugRow(position, at, by, "title", old, new)
        case "tags":
            return BugRow(position, at, by, "tags", old or "", new or "")
        case "information type" | "visibility" | "private":
            return BugRow(position, at, by, "visibility", old, new)
        case "converted to question":
            return BugRow(position, at, by, "question", None, new or "a question")
        case "nominated for series":
            return BugRow(position, at, by, "nomination", old, new)
        case "branch linked" | "branch unlinked":
            return BugRow(position, at, by, "branch", old, new)
        case "merge proposal linked" | "merge proposal unlinked":
            return BugRow(position, at, by, "merge proposal", old, new)
        case "attachment added" | "attachment removed":
            return BugRow(position, at, by, _sort_attachment(new or old or ""), old, new)
        case "bug watch added":
            return WatchRow(position, at, by)
    if what == "bug" and at < OLD_FORMAT_ENDS and entry.message and entry.message.startswith(_OLD_ADDITION):
        return AddedRow(position, at, by, entry.message.removeprefix(_OLD_ADDITION).strip())
    if what in _DUPLICATES:
        return BugRow(position, at, by, "duplicate_of", _number(old), _number(new))
    if what.startswith("removed subscriber "):  # and then a name, whatever that holds
        return OtherRow(position, at, by)
    if found := _ATTRIBUTE.fullmatch(what):
        field = _as_field(found["field"])
        if at < OLD_FORMAT_ENDS and not set(found["target"]) & set(" (/"):
            values = (_parse_old_value(field, text) for text in (old, new))
            return OldFieldRow(position, at, by, found["target"], field, *values)
        return FieldRow(position, at, by, found["target"], field, parse_value(field, old), parse_value(field, new))
    if what in STATE_FIELDS:
        return OtherRow(position, at, by, f"{what} of no named task: {old!r} to {new!r}", _as_field(what))
    return OtherRow(position, at, by)


def _sort_attachment(text: str) -> str:
    """`fix.debdiff https://…/+files/fix.debdiff`: the log does not say which files are patches, their names do."""
    return "patch" if any(word.lower().endswith(_PATCHES) for word in text.split()) else "attachment"


def _as_field(word: str) -> StateField:
    match word:
        case "status" | "importance" | "assignee" | "milestone":
            return word
    raise AssertionError(word)


def _number(text: str | None) -> Value:
    if not text:
        return None
    digits = text.removeprefix("#")
    return str(int(digits)) if digits.isascii() and digits.isdecimal() and len(digits) < 12 else UNKNOWN


def parse_value(field: StateField, text: str | None) -> Value:
    """A value as the log writes it, in the API's words; UNKNOWN where it cannot be one of this field."""
    match field:
        case "status":
            return STATUSES.get(text.strip().lower(), text) if text and text.strip() else UNKNOWN
        case "importance":
            return IMPORTANCES.get(text.strip().lower(), text) if text and text.strip() else UNKNOWN
        case "assignee":
            return parse_person(text)
        case "milestone":
            return text or None


def _parse_old_value(field: StateField, text: str | None) -> Value:
    """As `parse_value`; people are bare nicks in the old format."""
    if field == "assignee" and text and _OLD_NICK.fullmatch(text):
        return None if text in {"none", "nobody"} else text
    return parse_value(field, text)


def parse_person(text: str | None) -> Value:
    """The nick of `Display Name (nick)`: the last bracket, as display names hold brackets of their own."""
    if not text:
        return None
    if not text.endswith(")") or "(" not in text:
        return UNKNOWN
    nick = text[text.rindex("(") + 1 : -1]
    return nick if nick and " " not in nick else UNKNOWN
