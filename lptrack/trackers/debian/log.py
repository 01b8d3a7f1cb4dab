"""What the mail in a bug's log asked debbugs to do, as rows: `LogEntry`s that the history replays.

Pure. The words of `LogEntry.what`, each with its value in `new`:

- `mail`: a message arrived (`new`: at which addresses, `message`: its subject). Each message has one, then its rows:
- `report`: this message opened the bug: no owner, no tags, not done, until the rows after it say otherwise
- `package`, `severity`, `title`, `owner`, `forwarded`: the field's new value, None for none; `reassign`: the
  package, and with it the versions are forgotten
- `tags`: what is added and taken away, as `control@` reads it; `fixed`, `notfixed`, `found`: versions
- `done` (by whom), `reopen`
- `clone`: the log up to here was another bug's
- `unclear`: fields that this message may have changed, and why nobody can tell (`message`)

A row's `old` is what the tracker itself said stood there before, None where it did not say. debbugs writes a
`control@` mail into the log of each bug that it changed, so what changed a bug is in its log.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from lptrack.model import LogEntry
from lptrack.trackers.debian.control import (
    DEFAULT_SEVERITY,
    FIELDS,
    SEVERITIES,
    STOP,
    Command,
    fields_of,
    parse_command,
)
from lptrack.trackers.debian.mail import Mail, sure_dates
from lptrack.trackers.debian.transcript import Row, parse_transcript, unclear

_TOO_MANY: Final = 5  # unknown commands, after which `control@` stops reading
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
_VERSION: Final = re.compile(r"[A-Za-z0-9.+:~-]+")
_LIST_MARK: Final = re.compile(r"\[.*\]\s*")
_NEW_BUG: Final = frozenset({"submit", "maintonly", "quiet"})


def build_entries(number: int, mails: Sequence[Mail], merged: Iterable[int] = ()) -> tuple[LogEntry, ...]:
    """The rows of one bug's log. ``merged``: the bugs that it is merged with now."""
    entries: list[LogEntry] = []
    siblings = _siblings(number, mails, merged)
    sure = sure_dates(mails)
    at = next((mail.at for mail, good in zip(mails, sure, strict=True) if good and mail.at), _BEGINNING)
    for index, mail in enumerate(mails):
        at = mail.at if sure[index] and mail.at else at
        rows = list(_rows(number, mail, siblings, first=index == 0))
        if not sure[index]:
            touched = [field for field in FIELDS if any(field in _touches(row) for row in rows)]
            rows = [unclear(touched, "its date cannot be believed")] if touched else []
        rows.insert(0, Row("mail", " ".join(mail.addresses) or None, message=mail.subject[:300] or None))
        for row in rows:
            entries.append(LogEntry(len(entries), at, mail.person, row.what, row.old, row.new, row.message))
    return tuple(entries)


def _touches(row: Row) -> Iterable[str]:
    match row.what:
        case "report" | "clone":
            return FIELDS
        case "unclear":
            return (row.new or "").split()
        case "notfixed" | "fixed":
            return ("fixed",)
        case "reassign":
            return ("package", "fixed")
        case "found" | "reopen":
            return ("done", "fixed")
        case what:
            return (what,)


def _siblings(number: int, mails: Sequence[Mail], merged: Iterable[int]) -> frozenset[int]:
    """Bugs that this one was ever merged with, as far as its log tells: what is asked of them may reach it too."""
    alike: dict[int, set[int]] = {number: set(merged)}
    for mail in mails:
        for line in (*mail.lines, *(value for name, value in mail.pseudo if name == "control")):
            command = parse_command(line) if "merge" in line[:12].lower() else None
            if command is not None and command.name in {"merge", "forcemerge"}:
                first, *others = (_named(bug, number, mail) for bug in command.bugs)
                for other in others:
                    alike.setdefault(first, set()).add(other)
                    alike.setdefault(other, set()).add(first)
    family, waiting = {number}, [number]
    while waiting:
        near = alike.get(waiting.pop(), set()) - family
        family |= near
        waiting.extend(near)
    return frozenset(family - {number})


def _named(bug: int, number: int, mail: Mail) -> int:
    """`-1` in a mail to a bug's own address is that bug."""
    if bug != -1:
        return bug
    for address in mail.addresses:
        own = address.partition("-")[0]
        if own.isdigit():
            return int(own)
        if own in _NEW_BUG:
            return number
    return bug


def _rows(number: int, mail: Mail, siblings: frozenset[int], *, first: bool) -> Iterator[Row]:
    if mail.by_tracker:
        yield from parse_transcript(number, mail.lines)
        return
    stamp = mail.addresses[0] if mail.addresses else ""
    if stamp == "fakecontrol":
        # Archiving changes no state of ours; anything else done in the tracker's own name is not told in full.
        if not any("archived" in line.lower() for line in mail.lines if line.startswith("#")):
            yield unclear(FIELDS, "the tracker changed it by itself")
        return
    if first and _opens(mail):
        yield from _report_rows(mail)
    kinds = {address.partition("-")[2] for address in mail.addresses if address[:1].isdigit()}
    if kinds & {"done", "close"}:
        yield from _done_rows(mail)
    if "forwarded" in kinds:
        if "@bugs." in mail.to.lower():
            yield unclear(("forwarded",), "forwarded to the tracker itself")
        else:
            yield Row("forwarded", mail.to or mail.person)
    controls = [value for name, value in mail.pseudo if name == "control"]
    closing = bool(kinds & {"done", "close", "forwarded"})
    yield from _commanded(number, mail, controls, siblings, sure=not closing, why="in a mail that closes or forwards")
    # Many send `control@` a blind copy: then the log holds the mail once, and no header says so.
    to_control = "control" in mail.addresses
    yield from _commanded(number, mail, mail.lines, siblings, sure=to_control, why="perhaps copied to control@")


def _opens(mail: Mail) -> bool:
    """Whether the first message is the report; of one without any address its own beginning tells."""
    if mail.addresses:
        return not _NEW_BUG.isdisjoint(mail.addresses)
    return any(name in {"package", "source"} for name, _ in mail.pseudo)


def _report_rows(mail: Mail) -> Iterator[Row]:
    pseudo = dict(mail.pseudo)
    yield Row("report")
    subject = re.sub(r"^Re:\s*", "", mail.subject, flags=re.IGNORECASE)
    if {"list-id", "list-subscribe", "mailing-list"} & set(mail.headers) or mail.headers.get("precedence") == "bulk":
        subject = _LIST_MARK.sub("", subject, count=1) if subject.startswith("[") else subject
    yield Row("title", subject or "(no subject)")
    package = pseudo.get("package", "").lower()
    if "source" in pseudo:
        package = re.sub(r"(^|,\s*)", r"\1src:", pseudo["source"].lower())
    yield Row("package", package) if package else unclear(("package",), "reported without a package")
    severity = (pseudo.get("severity") or pseudo.get("priority") or "").lower()
    yield Row("severity", severity if severity in SEVERITIES else DEFAULT_SEVERITY)
    tags = pseudo.get("keywords") or pseudo.get("tags") or ""
    words = [word for word in tags.lower().replace(",", " ").split() if word[0] not in "+-="]
    if words:
        yield Row("tags", " ".join(words))
    for name in ("owner", "forwarded"):
        if name in pseudo:
            yield Row(name, pseudo[name])


def _done_rows(mail: Mail) -> Iterator[Row]:
    pseudo = dict(mail.pseudo)
    # Of a bug that is done already debbugs takes no mail to N-done@, but for its versions.
    has_version = "version" in pseudo or "source-version" in pseudo
    yield Row("tags" if has_version else "tags-if-open", "- pending")
    yield Row("done", mail.person or "")
    version, source = pseudo.get("source-version"), pseudo.get("source", "").lower()
    if version is None:
        version, source = pseudo.get("version"), pseudo.get("package", "").lower()
    if version is not None and _VERSION.fullmatch(version):
        plain = source and "/" not in source and " " not in source
        yield Row("fixed", f"{source}/{version}" if plain else version)


def _commanded(  # noqa: C901
    number: int, mail: Mail, lines: Sequence[str], siblings: frozenset[int], *, sure: bool, why: str
) -> Iterator[Row]:
    """The rows of the commands in these lines; all `unclear` where it is not sure that debbugs read them."""
    unknown = 0
    limited: int | None = None  # how many commands were there before the limit
    seen = 0
    placeholder = False  # a `-1` may be this bug
    for line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        command = parse_command(line)
        if command is None:
            unknown += 1
            if unknown >= _TOO_MANY:
                return
            continue
        if command == STOP:
            return
        if command.name in {"package", "limit"}:
            # The mail is in this log because it changed this bug: what follows one limit has passed it.
            limited = seen if limited is None else -1
            continue
        bugs = tuple(_named(bug, number, mail) for bug in command.bugs)
        if command.name == "clone" and bugs[0] != number:  # of a bug merged with it since: it began here all the same
            placeholder = True
            if sure:
                yield Row("clone", str(bugs[0]))
            continue
        reach = _reach(number, bugs, siblings, placeholder)
        fields = fields_of(command)
        if reach is None or not fields:
            continue
        doubtful = "" if sure else why
        doubtful = doubtful or ("asked of a bug merged with it" if not reach else "")
        doubtful = doubtful or ("after a limit" if limited is not None and (limited or limited < 0) else "")
        seen += 1
        if doubtful:
            yield unclear(fields, f"{command.name}: {doubtful}")
        else:
            yield from _command_rows(number, mail, command, bugs)


def _reach(number: int, bugs: tuple[int, ...], siblings: frozenset[int], placeholder: bool) -> bool | None:
    """Whether a command that names these bugs reaches this one: True, False for perhaps, None for no."""
    if number in bugs:
        return True
    if placeholder and any(bug < 0 for bug in bugs):
        return False
    # The bug that it was merged with may have been merged with others, of which this log tells nothing.
    return False if siblings else None


def _command_rows(number: int, mail: Mail, command: Command, bugs: tuple[int, ...]) -> Iterator[Row]:  # noqa: C901
    argument = command.argument
    match command.name:
        case "close":
            if argument is not None:
                yield Row("fixed", argument)
            yield Row("done", mail.person or "")
        case "found" | "fixed" | "notfixed" | "severity" | "reopen" | "forwarded":
            yield Row(command.name, argument)
        case "notforwarded":
            yield Row("forwarded")
        case "noowner":
            yield Row("owner")
        case "owner":
            yield Row("owner", mail.reply_to if argument == "!" else argument)
        case "retitle":
            yield Row("title", argument)
        case "reassign":
            yield Row("reassign", argument)
        case "tag":
            yield Row("tags", argument)
        case "forcemerge" if bugs[0] == number:
            # The first bug is the model for the others, and keeps its own package and severity.
            yield unclear(
                [field for field in fields_of(command) if field not in {"package", "severity"}], "forcemerge"
            )
        case name:
            yield unclear(fields_of(command), name)
