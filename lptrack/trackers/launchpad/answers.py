"""Launchpad's JSON as lptrack's types: entries of bugs, tasks, activity and series. Pure; checks what it takes.

Names of people and milestones are read from the links, so that nobody need be asked for them. An answer that is not
of the expected shape, or is about another bug, raises `WrongAnswer`: it is then no answer at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import SplitResult, unquote, urlsplit

from lptrack.model import BugTask, LogEntry
from lptrack.trackers.launchpad.targets import parse_target_link

REDACTED: Final = "tag:launchpad.net:2008:redacted"
LOG_REFUSED: Final = "log_refused"
"""A bug's detail: its entry and tasks were read, its activity log was not; the value says why."""
_NUMBER_AT_END: Final = re.compile(r"#?(\d{1,12})$")
_WORD: Final = re.compile(r"[A-Z][A-Za-z()' -]{1,40}")
_PERSON: Final = re.compile(r"\((?P<name>[^()]*)\)$")
_TASK_DETAILS: Final = ("is_complete", "date_closed", "status_explanation", "importance_explanation")


class WrongAnswer(Exception):
    """The server said something that Launchpad does not say. The text is one clause for a human."""


@dataclass(frozen=True, slots=True)
class BugEntry:
    """What `/bugs/N` tells of the bug itself."""

    number: int
    title: str | None
    tags: tuple[str, ...]
    duplicate_of: int | None
    private: bool
    created_at: datetime | None
    updated_at: datetime | None
    etag: str | None
    url: str | None
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a collection. ``total`` is None where the server gives a link to it instead."""

    start: int
    entries: tuple[Mapping[str, Any], ...]
    following: str | None
    total: int | None


def load_json(content: bytes) -> Any:
    """An answer's JSON, without lone surrogates, which JSON can spell and no database or file can hold."""
    data = json.loads(content)
    return _whole_text(data) if b"\\ud" in content or b"\\uD" in content else data


def _whole_text(data: Any) -> Any:
    if isinstance(data, str):
        return data.encode("utf-8", "replace").decode("utf-8")
    if isinstance(data, list):
        return [_whole_text(each) for each in data]
    if isinstance(data, dict):
        return {_whole_text(name): _whole_text(value) for name, value in data.items()}
    return data


def parse_page(data: object) -> Page:
    """A collection's page, from its JSON."""
    if not isinstance(data, dict) or not isinstance(data.get("entries"), list):
        raise WrongAnswer("answered no collection where one was asked for")
    entries = data["entries"]
    if not all(isinstance(entry, dict) for entry in entries):
        raise WrongAnswer("answered a collection of something else")
    following, total, start = data.get("next_collection_link"), data.get("total_size"), data.get("start", 0)
    if not isinstance(following, str | None) or not isinstance(total, int | None) or not isinstance(start, int):
        raise WrongAnswer("answered a collection whose size or next page is none")
    return Page(start=start, entries=tuple(entries), following=following, total=total)


def parse_bug(data: object, number: int) -> BugEntry:
    """The entry of `/bugs/N`, from its JSON."""
    if not isinstance(data, dict) or data.get("id", _number_at_end(data.get("self_link"))) != number:
        raise WrongAnswer(f"answered something else than bug {number}")
    title, tags = _text(data.get("title")), data.get("tags")
    if not title or not title.strip():
        raise WrongAnswer(f"answered no title of bug {number}")
    details = {
        name: str(data[name])
        for name in ("information_type", "lock_status", "heat", "message_count", "users_affected_count")
        if data.get(name) is not None
    }
    return BugEntry(
        number=number,
        title=title,
        tags=tuple(str(tag) for tag in tags) if isinstance(tags, list) else (),
        duplicate_of=_number_at_end(data.get("duplicate_of_link")),
        private=_flag(data, "private"),
        created_at=_moment(data, "date_created"),
        updated_at=_moment(data, "date_last_updated"),
        etag=_text(data.get("http_etag")),
        url=parse_web_link(data.get("web_link")),
        details=tuple(sorted(details.items())),
    )


def _flag(data: Mapping[str, Any], name: str) -> bool:
    flag = data.get(name, False)
    if not isinstance(flag, bool):
        raise WrongAnswer(f"answered {str(flag)[:40]!r} for {name}, which is true or false")
    return flag


def parse_tasks(entries: Sequence[Mapping[str, Any]], number: int) -> tuple[BugTask, ...]:
    """The entries of `/bugs/N/bug_tasks`. What only the log tells (`resolve_from_log`) is not in them yet."""
    tasks = tuple(_parse_task(entry, number) for entry in entries)
    if not tasks:
        raise WrongAnswer(f"answered no task of bug {number}, which has at least one")
    if len({task.target for task in tasks}) < len(tasks):
        raise WrongAnswer(f"answered two tasks of one target of bug {number}")
    return tasks


def _parse_task(entry: Mapping[str, Any], number: int) -> BugTask:
    target, link = _text(entry.get("bug_target_name")), _text(entry.get("target_link"))
    if not target or not link or not _is_about(entry, number):
        raise WrongAnswer(f"answered a task that is none of bug {number}")
    _split(link)
    _pillar, series, package = parse_target_link(link)
    details = {name: str(entry[name]) for name in _TASK_DETAILS if entry.get(name)}
    details["target_link"] = _path(link)
    if entry.get("assignee_link") == REDACTED:
        details["redacted"] = "assignee"
    if watch := _text(entry.get("bug_watch_link")):
        details["watch_link"] = _path(watch)
    return BugTask(
        target=target,
        display_target=_text(entry.get("bug_target_display_name")) or target,
        package=package,
        series=series,
        status=_word(entry, "status"),
        importance=_word(entry, "importance"),
        assignee=parse_person_link(entry.get("assignee_link")),
        milestone=_last_part(entry.get("milestone_link")),
        url=parse_web_link(entry.get("web_link")),
        created_at=_moment(entry, "date_created"),
        details=tuple(sorted(details.items())),
    )


def _word(entry: Mapping[str, Any], name: str) -> str:
    """A status or importance. A word that came after this was written is kept; what is no word is no answer."""
    word = entry.get(name)
    if not isinstance(word, str) or not _WORD.fullmatch(word):
        raise WrongAnswer(f"answered {str(word)[:40]!r} where a task has its {name}")
    return word


def _moment(entry: Mapping[str, Any], name: str) -> datetime | None:
    at = parse_time(entry.get(name))
    if at is None and entry.get(name) is not None:
        raise WrongAnswer(f"answered a {name} that is no time")
    return at


def parse_activity(entries: Sequence[Mapping[str, Any]], number: int) -> tuple[LogEntry, ...]:
    """The entries of `/bugs/N/activity`, in the server's order, which is the log's."""
    log: list[LogEntry] = []
    for position, entry in enumerate(entries):
        at, what = parse_time(entry.get("datechanged")), _text(entry.get("whatchanged"))
        if at is None or what is None or not _is_about(entry, number):
            raise WrongAnswer(f"answered a log entry that is none of bug {number}")
        log.append(
            LogEntry(
                position=position,
                at=at,
                person=parse_person_link(entry.get("person_link")),
                what=what,
                old=_text(entry.get("oldvalue")),
                new=_text(entry.get("newvalue")),
                message=_text(entry.get("message")),
            )
        )
    return tuple(log)


def resolve_from_log(tasks: Sequence[BugTask], log: Sequence[LogEntry]) -> tuple[BugTask, ...]:
    """The tasks with what the public log adds: a hidden assignee's name, the address of the remote bug followed.

    A private team is redacted in the task's `assignee_link`, yet named in the log. A watch has an address of
    its own in the web service; the log holds the remote bug's URL (`bug watch added`), and which task follows it.
    """
    watches = _watches(log)
    assignees = {entry.what: entry.new for entry in log if entry.what.endswith(": assignee")}
    follows = {entry.what: entry.new for entry in log if entry.what.endswith(": remote watch")}
    done: list[BugTask] = []
    for task in tasks:
        details = dict(task.details)
        if "redacted" in details:
            task = replace(task, assignee=parse_person_text(assignees.get(f"{task.target}: assignee")))  # noqa: PLW2901
        if "watch_link" in details:
            remote = _number_at_end(follows.get(f"{task.target}: remote watch"))
            found = [url for url in watches if remote is None or _number_at_end(url) == remote]
            task = replace(task, watch=found[0] if len(found) == 1 else None)  # noqa: PLW2901
        done.append(task)
    return tuple(done)


def _watches(log: Sequence[LogEntry]) -> list[str]:
    urls: list[str] = []
    for entry in log:
        if entry.what == "bug watch added" and entry.new and parse_web_link(_first_word(entry.new)):
            urls.append(_first_word(entry.new))
        elif entry.what == "bug watch removed" and entry.old and _first_word(entry.old) in urls:
            urls.remove(_first_word(entry.old))
    return list(dict.fromkeys(urls))


def _first_word(text: str) -> str:
    return text.split(" ", 1)[0].strip()


def parse_person_text(text: str | None) -> str | None:
    """The nick in `Display Name (nick)`: the last bracket, whatever the name holds."""
    found = _PERSON.search(text or "")
    return found["name"] if found else None


def parse_person_link(link: object) -> str | None:
    """The name in `…/~cjwatson`; None for nobody, and for one that this reader may not see."""
    name = _last_part(link)
    return name[1:] if name is not None and name.startswith("~") and len(name) > 1 else None


def parse_web_link(link: object) -> str | None:
    """An address that a report may link to: http or https, nothing else; else None."""
    if not isinstance(link, str) or any(sign.isspace() or not sign.isprintable() for sign in link):
        return None
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    return link if parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc else None


def parse_series(entries: Sequence[Mapping[str, Any]]) -> str:
    """The fact `series:/PILLAR`: JSON, a list of objects with what a history needs to know of each series."""
    fields = ("name", "displayname", "version", "datereleased", "status", "date_created", "active")
    return json.dumps([{name: entry.get(name) for name in fields if name in entry} for entry in entries])


def parse_focus(data: object) -> str:
    """The fact `focus:/PROJECT`: JSON `{"series": "trunk"}`, null where the project has none."""
    if not isinstance(data, dict):
        raise WrongAnswer("answered no project where one was asked for")
    return json.dumps({"series": _last_part(data.get("development_focus_link"))})


def parse_time(value: object) -> datetime | None:
    """An instant as Launchpad writes it, as aware UTC; None where it is none."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _is_about(entry: Mapping[str, Any], number: int) -> bool:
    return _number_at_end(entry.get("bug_link", str(number))) == number


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _split(link: str) -> SplitResult:
    try:
        return urlsplit(link)
    except ValueError as error:  # an IPv6 address without its end
        raise WrongAnswer("answered a link that is no address") from error


def _path(link: str) -> str:
    """The link without host and version: `/ubuntu/+source/linux`."""
    path = unquote(_split(link).path)
    head, slash, rest = path.lstrip("/").partition("/")
    return f"/{rest}" if slash and head in {"devel", "1.0", "beta"} else path


def _last_part(link: object) -> str | None:
    if not isinstance(link, str) or not link.startswith(("http://", "https://")):
        return None
    return unquote(_split(link).path.rstrip("/").rpartition("/")[2]) or None


def _number_at_end(text: object) -> int | None:
    found = _NUMBER_AT_END.search(text) if isinstance(text, str) else None
    return int(found[1]) if found else None
