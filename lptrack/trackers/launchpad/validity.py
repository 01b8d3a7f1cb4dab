"""Whether an answer is Launchpad's: its links, and what it says beside its own log and beside an earlier read. Pure.

Each check raises `WrongAnswer`: half a lie is no answer. What a check cannot decide it lets pass; the history then
calls it unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from lptrack.model import BugTask, LogEntry, Observation
from lptrack.trackers.launchpad.answers import REDACTED, BugEntry, WrongAnswer
from lptrack.trackers.launchpad.history.entries import AddedRow, AffectsRow, DeletedRow, FieldRow, parse_entries
from lptrack.trackers.launchpad.roots import LOOPBACK, SERVICE_ROOTS, build_web_root
from lptrack.trackers.launchpad.targets import Target, parse_target, parse_target_link

_VERSION: Final = r"/(?:devel|1\.0|beta)"
_FORMS: Final = {
    "bug_link": re.compile(rf".*{_VERSION}/bugs/\d{{1,12}}"),
    "duplicate_of_link": re.compile(rf".*{_VERSION}/bugs/\d{{1,12}}"),
    "target_link": re.compile(rf".*{_VERSION}(?:/[^/]+)+"),
    "assignee_link": re.compile(rf".*{_VERSION}/~[^/]+"),
    "milestone_link": re.compile(rf".*{_VERSION}/[^/]+/\+milestone/[^/]+"),
    "bug_watch_link": re.compile(rf".*{_VERSION}/bugs/\d{{1,12}}/\+watch/\d+"),
    "web_link": re.compile(r".*/(?:bugs|\+bug)/\d{1,12}"),
}
COMMENTED: Final = "Incomplete"
"""What a comment makes of both tasks of a pair that were not equal, with no row."""
_DUPLICATES: Final = frozenset({"marked as duplicate", "changed duplicate marker", "removed duplicate marker"})


def check_links(entries: Iterable[Mapping[str, Any]], root: str) -> None:
    """Every link that is read is null, or leads to the root's own host and has the form that it has in Launchpad."""
    ours = urlsplit(root)
    hosts = {ours.netloc, urlsplit(build_web_root(root)).netloc}
    if ours.hostname in LOOPBACK:  # a Launchpad on this machine calls itself launchpad.test
        hosts |= {urlsplit(SERVICE_ROOTS["dev"]).netloc, urlsplit(build_web_root(SERVICE_ROOTS["dev"])).netloc}
    for entry in entries:
        for name, form in _FORMS.items():
            _check_link(name, entry.get(name), form, hosts)


def _check_link(name: str, link: object, form: re.Pattern[str], hosts: set[str]) -> None:
    if link is None or (link == REDACTED and name != "target_link"):
        return
    try:
        parts = urlsplit(link) if isinstance(link, str) else None
    except ValueError:  # an IPv6 address without its end
        parts = None
    if parts is None or parts.scheme not in {"http", "https"} or not form.fullmatch(parts.path):
        raise WrongAnswer(f"answered a {name} of no form that Launchpad has")
    if parts.netloc not in hosts:
        raise WrongAnswer(f"answered a {name} to another host")


def check_target(name: str, link: str) -> None:
    """The name of a task's target and its link speak of the same thing, as far as a name alone tells."""
    if "/+" in urlsplit(link).path.replace("/+source/", "/"):
        return  # a kind of target that came after this was written
    pillar, series, package = parse_target_link(link)
    target = parse_target(name)
    if " " not in name and not name[:1].isupper():
        fits = name == (pillar if series is None else f"{pillar}/{series}") and package is None
    else:
        fits = target.package == package
    if not fits:
        raise WrongAnswer(f"answered a task of {name!r} whose link is to {unquote(urlsplit(link).path)!r}")


def check_against_log(tasks: Sequence[BugTask], log: Sequence[LogEntry]) -> None:
    """A task that nothing can have changed silently has the status and importance that its last row set."""
    rows = parse_entries(tuple(log))
    for task in tasks:
        if not _stands_alone(task, tasks, log):
            continue
        last: dict[str, FieldRow] = {}
        for row in rows:
            match row:
                case FieldRow(target=task.target):
                    last[row.field] = row
                case AddedRow(target=task.target) | DeletedRow(target=task.target):
                    last.clear()
                case AffectsRow(old=old, new=new) if task.target in (old, new):
                    last.clear()
        for field, value in (("status", task.status), ("importance", task.importance)):
            found = last.get(field)
            since = task.created_at
            if found is None or not isinstance(found.new, str) or (since is not None and found.at < since):
                continue
            if found.new != value:
                raise WrongAnswer(f"answered {value} for the {field} of {task.target}; its log says {found.new}")


def check_against_known(  # noqa: C901
    known: Observation,
    entries: Sequence[LogEntry],
    entry: BugEntry,
    now: Sequence[BugTask],
    log: Sequence[LogEntry],
) -> None:
    """An earlier read of the same bug: its log only grows, and what its rows must tell of is told by new rows."""
    before = [(row.at, row.what, row.old, row.new) for row in entries]
    after = [(row.at, row.what, row.old, row.new) for row in log]
    if after[: len(before)] != before:
        raise WrongAnswer("answered a log without rows that it had before")
    if known.created_at != entry.created_at:
        raise WrongAnswer("answered another date of the bug's creation than before")
    new = log[len(before) :]
    if known.duplicate_of != entry.duplicate_of and not any(row.what in _DUPLICATES for row in new):
        raise WrongAnswer("answered another master of this duplicate, which no row of the log set")
    touched = {row.what.rpartition(": ")[0] for row in new}
    touched |= {name for row in new for name in (row.old, row.new) if name}
    here = {task.target: task for task in now}
    moved = {parse_target(name) for name in touched | (here.keys() - {task.target for task in known.tasks})}
    created = {task.created_at for task in now}
    for task in known.tasks:
        present = here.get(task.target)
        if task.target in touched:
            continue
        if present is None:
            own = parse_target(task.target)  # a project may be renamed, its series deleted; Ubuntu's never are
            if (own.distribution or own.series is None) and task.created_at not in created:
                raise WrongAnswer(f"answered no task of {task.target}, which no row of the log removed")
            continue
        own = parse_target(task.target)
        if present.created_at != task.created_at or any(_may_be_a_pair(own, other) for other in moved):
            continue
        paired = any(_may_be_a_pair(own, parse_target(name)) for name in here.keys() - {task.target})
        for field, was, value in (
            ("status", task.status, present.status),
            ("importance", task.importance, present.importance),
        ):
            if was != value and not (paired and value == COMMENTED):
                raise WrongAnswer(f"answered {value} for the {field} of {task.target}, which no row of the log set")


def _stands_alone(task: BugTask, tasks: Sequence[BugTask], log: Sequence[LogEntry]) -> bool:
    """Nothing changes this task without a row: no other task of its package or project, no bug watch."""
    details = dict(task.details)
    if "watch_link" in details or task.watch or any(entry.what.startswith("bug watch") for entry in log):
        return False
    own = parse_target(task.target)
    names = {other.target for other in tasks}
    for row in parse_entries(tuple(log)):
        match row:
            case FieldRow(target=name) | AddedRow(target=name) | DeletedRow(target=name):
                names.add(name)
            case AffectsRow(old=old, new=new):
                names |= {old, new}
    return not any(_may_be_a_pair(own, parse_target(name)) for name in names - {task.target})


def _may_be_a_pair(one: Target, other: Target) -> bool:
    return one.pillar == other.pillar and (one.package == other.package or not one.distribution)
