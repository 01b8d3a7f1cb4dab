"""Reading one bug, whole: its entry, its tasks, its log, in as few requests as a true picture needs.

Cold: three (the log's pages are asked for as large as Launchpad allows). On refresh: the entry conditionally and the
tasks; the log only where either differs, because a bug's ETag does not tell that its tasks are unchanged. A bug that
changes while it is read shows in the log as an event younger than the entry whose effect is missing: it is read
again. Answers go into the cache only when the read is whole, so the cache never holds half a bug either.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from requests import PreparedRequest, Request, Response

from lptrack.model import LAUNCHPAD, Absence, BugKey, BugTask, LogEntry, Observation, Unresolved
from lptrack.net.errors import HostGivenUp, NotCached, Unanswered
from lptrack.trackers.interface import Fetched, Known, Wanted
from lptrack.trackers.launchpad.answers import (
    LOG_REFUSED,
    BugEntry,
    WrongAnswer,
    load_json,
    parse_activity,
    parse_bug,
    parse_page,
    parse_tasks,
    resolve_from_log,
)
from lptrack.trackers.launchpad.consistency import is_consistent
from lptrack.trackers.launchpad.http import Answer, Service
from lptrack.trackers.launchpad.validity import check_against_known, check_against_log, check_links, check_target

NOT_VISIBLE: Final = frozenset({401, 403, 404, 410})
LARGEST_PAGE: Final = "ws.size=300"
_NETWORK: Final = {"Cache-Control": "no-store"}  # we put into the cache ourselves what is whole
_STATUS: Final = re.compile(r"HTTP [45]\d\d")
_RESTARTS: Final = 4
_PAGES: Final = 500


class BadLogin(Exception):
    """The server does not know the login it was shown."""


@dataclass(frozen=True, slots=True)
class _Read:
    """One pass over a bug."""

    entry: BugEntry
    tasks: tuple[BugTask, ...]
    log: tuple[LogEntry, ...]
    read_at: datetime
    answers: tuple[Response, ...]


@dataclass(frozen=True, slots=True)
class _Ask:
    """What one resource gave: the rows of a collection, or an entry; and the answers it came in."""

    rows: tuple[Mapping[str, Any], ...]
    answers: tuple[Response, ...]
    read_at: datetime
    entry: BugEntry | None


class _NotVisible(Exception):
    """The server says that this reader sees no such bug."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(slots=True)
class BugReader:
    """Reads bugs over one `Service`. Safe for threads."""

    service: Service
    refresh: bool
    offline: bool
    bug_url: str  # with `{number}`
    keep: Callable[[tuple[Response, ...]], object]  # puts the answers of a whole read into the cache
    _large_pages: bool = True
    _first: PreparedRequest = field(init=False)  # for a bug's address, but for its number

    def __post_init__(self) -> None:
        """Prepare once what is the same of every bug."""
        self._first = _prepare(f"{self.service.base}bugs/")

    def read(self, wanted: Wanted) -> Fetched | Unresolved:
        """The bug, or why it cannot be seen. Raises `Unanswered` or `WrongAnswer` where nobody can tell."""
        number, known = wanted.bug.number, wanted.known
        if known is None and not self.refresh:
            stored = self._read_cached(number)
            if stored is not None:
                return stored
        if self.offline:
            if known is not None:
                return Fetched(known.observation, known.entries, known.read_at)
            raise NotCached("offline, and not in the cache")
        if known is not None:
            return self._revalidate(number, known)
        return self._read_whole(number, None)

    def _read_whole(
        self, number: int, known: Known | None, first: _Ask | None = None, tasks: _Ask | None = None
    ) -> Fetched | Unresolved:
        """Until two passes agree, or one shows nothing that happened in between. The first may bring what it has."""
        last: _Read | None = None
        misfit: WrongAnswer | None = None
        for _ in range(_RESTARTS):
            try:
                read = self._read_once(number, known, first, tasks)
            except _NotVisible as absent:
                return self._absent(number, absent.answer)
            except WrongAnswer as error:  # perhaps a collection that changed between its pages: once more
                if misfit is not None:
                    raise
                misfit, last, first, tasks = error, None, None, None
                continue
            if is_consistent(read.entry, read.tasks, read.log) or (last is not None and _same(last, read)):
                self.keep(read.answers)
                return self._fetched(read)
            last, first, tasks = read, None, None
        raise WrongAnswer(f"bug {number} changed each of the {_RESTARTS} times it was read")

    def _read_once(self, number: int, known: Known | None, first: _Ask | None, tasks: _Ask | None) -> _Read:
        first = first or self._ask_entry(number)
        tasks = tasks or self._ask_pages(f"{self.service.base}bugs/{number}/bug_tasks", number)
        assert first.entry is not None
        seen = self._parse_tasks(tasks.rows, number, first.entry.title)
        try:
            log = self._ask_log(number)
        except (_NotVisible, WrongAnswer, Unanswered) as error:
            refused = _refusal(error)
            if refused is None or (known is not None and known.entries):  # what is known of its past is kept
                raise WrongAnswer(f"the activity log of bug {number}: {refused}") if refused else error from None
            entry = replace(first.entry, details=tuple(sorted((*first.entry.details, (LOG_REFUSED, refused)))))
            return _Read(entry, seen, (), first.read_at, ())
        entries = parse_activity(log.rows, number)
        done = resolve_from_log(seen, entries)
        check_against_log(done, entries)
        if known is not None and known.entries:
            check_against_known(known.observation, known.entries, first.entry, done, entries)
        return _Read(
            entry=first.entry,
            tasks=done,
            log=entries,
            read_at=first.read_at,
            answers=(*log.answers, *tasks.answers, *first.answers),  # kept in this order: see `_read_cached`
        )

    def _parse_tasks(self, rows: Sequence[Mapping[str, Any]], number: int, title: str | None) -> tuple[BugTask, ...]:
        if not rows:  # the title is all that is known of it then
            raise WrongAnswer(f"answered no task of bug {number}, {title!r}")
        check_links(rows, self.service.root)
        tasks = parse_tasks(rows, number)
        for row in rows:
            check_target(row["bug_target_name"], row["target_link"])
        return tasks

    def _revalidate(self, number: int, known: Known) -> Fetched | Unresolved:
        """The known bug as it is now; the log is read again only where entry or tasks say that something happened."""
        seen = known.observation
        try:
            first = self._ask_entry(number, seen)
            tasks = self._ask_pages(f"{self.service.base}bugs/{number}/bug_tasks", number)
        except _NotVisible as absent:
            return self._absent(number, absent.answer)
        now = resolve_from_log(self._parse_tasks(tasks.rows, number, seen.title), known.entries)
        log_is_known = LOG_REFUSED not in dict(seen.details)
        if first.entry is None and now == seen.tasks and log_is_known:
            return Fetched(seen, known.entries, first.read_at)
        entry = first.entry or _entry_of(seen)
        entry = replace(entry, details=tuple(each for each in entry.details if each[0] != LOG_REFUSED))
        return self._read_whole(number, known, replace(first, entry=entry), tasks)

    def _ask_entry(self, number: int, seen: Observation | None = None) -> _Ask:
        """The bug's entry; its `entry` is None where it is still what was seen."""
        tag = seen.etag if seen is not None else None
        answer = self._ask(f"{self.service.base}bugs/{number}", {"If-None-Match": tag} if tag else {})
        entry = None
        if answer.status != 304:
            entry = parse_bug(answer.data, number)
            check_links([answer.data], self.service.root)
            if entry.etag is None and answer.response is not None:
                entry = replace(entry, etag=answer.response.headers.get("Etag"))
            if tag is not None and entry.etag == tag:
                entry = None
        kept = (answer.response,) if answer.response is not None and answer.status == 200 else ()
        return _Ask((), kept, answer.read_at, entry)

    def _ask_log(self, number: int) -> _Ask:
        url = f"{self.service.base}bugs/{number}/activity"
        if self._large_pages:
            try:
                return self._ask_pages(f"{url}?{LARGEST_PAGE}", number)
            except (_NotVisible, WrongAnswer):
                found = self._ask_pages(url, number)  # a server that takes no page size: do not try again
                self._large_pages = False
                return found
        return self._ask_pages(url, number)

    def _ask_pages(self, url: str, number: int) -> _Ask:
        """All entries of a collection, page after page, checked to be one whole."""
        rows: list[Mapping[str, Any]] = []
        answers: list[Response] = []
        totals: set[int | None] = set()
        read_at: datetime | None = None
        following: str | None = url
        while following is not None:
            if len(answers) >= _PAGES:
                raise WrongAnswer(f"bug {number} has a collection without an end")
            answer = self._ask(following)
            page = parse_page(answer.data)
            if page.start != len(rows) or (page.following is not None and not page.entries):
                raise WrongAnswer(f"the pages of a collection of bug {number} do not fit together")
            rows.extend(page.entries)
            if answer.response is not None:
                answers.append(answer.response)
            read_at = read_at or answer.read_at
            totals.add(page.total)
            if len(totals - {None}) > 1 or (page.following is None and page.total not in {None, len(rows)}):
                raise WrongAnswer(f"the pages of a collection of bug {number} do not add up")
            following = self.next_page(following, page.following)
        assert read_at is not None
        return _Ask(tuple(rows), tuple(answers), read_at, None)

    def next_page(self, here: str, link: str | None) -> str | None:
        """The next page's address, which must be the same resource: never another host's."""
        if link is None:
            return None
        there, ours = urlsplit(link), urlsplit(here)
        if (there.scheme, there.netloc, there.path) != (ours.scheme, ours.netloc, ours.path) or link == here:
            raise WrongAnswer("the next page of a collection is somewhere else")
        return link

    def _ask(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        answer = self.service.get(url, {**_NETWORK, **(headers or {})})
        if answer.status == 401 and self.service.logged_in:
            raise BadLogin(answer.text.strip()[:200])
        if answer.status in NOT_VISIBLE:
            raise _NotVisible(answer)
        if answer.status not in {200, 304}:
            raise WrongAnswer(f"HTTP {answer.status}")
        return answer

    def _absent(self, number: int, answer: Answer) -> Unresolved:
        if answer.response is not None:
            self.keep((answer.response,))
        return self._unresolved(number, answer.status)

    def _unresolved(self, number: int, status: int) -> Unresolved:
        url = self.bug_url.format(number=number)
        return Unresolved(BugKey(LAUNCHPAD, number), url, Absence.NOT_VISIBLE, f"HTTP {status}")

    # ---------------------------------------------------------------------------------- from the cache

    def _read_cached(self, number: int) -> Fetched | Unresolved | None:
        """The bug from fresh cached answers (offline: however old), all of one read; None where it isn't all there.

        Of a read that was cut off while it was put into the cache the log is newer than the rest: not settled.
        """
        entry = self._peek_entry(number)
        if entry is None:
            return None
        url = f"{self.service.base}bugs/{number}"
        if entry.status_code in NOT_VISIBLE:
            return self._unresolved(number, entry.status_code)
        tasks = self._peek_pages(f"{url}/bug_tasks")
        log = self._peek_pages(f"{url}/activity?{LARGEST_PAGE}") or self._peek_pages(f"{url}/activity")
        if tasks is None or log is None:
            return None
        try:
            about = parse_bug(load_json(entry.content), number)
            about = replace(about, etag=about.etag or entry.headers.get("Etag"))
            entries = parse_activity(log[0], number)
            done = resolve_from_log(self._parse_tasks(tasks[0], number, about.title), entries)
            check_against_log(done, entries)
        except (WrongAnswer, ValueError):
            return None
        if not is_consistent(about, done, entries):
            return None
        return self._fetched(_Read(about, done, entries, min(_read_at(entry), tasks[1], log[1]), ()))

    def _peek_pages(self, url: str) -> tuple[list[Mapping[str, Any]], datetime] | None:
        rows: list[Mapping[str, Any]] = []
        oldest: datetime | None = None
        following: str | None = url
        while following is not None:
            stored = self._peek(following)
            if stored is None or stored.status_code != 200:
                return None
            try:
                page = parse_page(load_json(stored.content))
                following = self.next_page(following, page.following)
            except (WrongAnswer, ValueError):
                return None
            rows.extend(page.entries)
            oldest = min(oldest or _read_at(stored), _read_at(stored))
        return None if oldest is None else (rows, oldest)

    def _peek_entry(self, number: int) -> Response | None:
        """As `_peek`, for a bug's own address: asked of each bug, and most are not in the cache."""
        request = copy(self._first)
        request.url = f"{self._first.url}{number}"
        return self.service.session.peek(request, stale=self.offline)

    def _peek(self, url: str) -> Response | None:
        return self.service.session.peek(_prepare(url), stale=self.offline)

    # ---------------------------------------------------------------------------------- what came of it

    def _fetched(self, read: _Read) -> Fetched:
        entry = read.entry
        observation = Observation(
            tracker=LAUNCHPAD,
            number=entry.number,
            url=entry.url or self.bug_url.format(number=entry.number),
            title=entry.title,
            tasks=read.tasks,
            tags=entry.tags,
            duplicate_of=entry.duplicate_of,
            private=entry.private,
            created_at=entry.created_at,
            updated_at=entry.updated_at,
            etag=entry.etag,
            details=entry.details,
        )
        return Fetched(observation, read.log, read.read_at)


def _prepare(url: str) -> PreparedRequest:
    return Request("GET", url, headers={"Accept": "application/json"}).prepare()


def _refusal(error: Exception) -> str | None:
    """Why the log is refused, where a server did so in so many words; None where it could not be asked at all."""
    match error:
        case HostGivenUp():
            return None
        case _NotVisible():
            return f"HTTP {error.answer.status}"
        case WrongAnswer() | Unanswered() if found := _STATUS.search(str(error)):
            return found[0]
    return None


def _entry_of(seen: Observation) -> BugEntry:
    """The entry that an observation was made from."""
    return BugEntry(
        number=seen.number,
        title=seen.title,
        tags=seen.tags,
        duplicate_of=seen.duplicate_of,
        private=seen.private,
        created_at=seen.created_at,
        updated_at=seen.updated_at,
        etag=seen.etag,
        url=seen.url,
        details=seen.details,
    )


def _same(one: _Read, other: _Read) -> bool:
    return (one.entry, one.tasks, one.log) == (other.entry, other.tasks, other.log)


def _read_at(response: Response) -> datetime:
    """When a cached answer came."""
    at: datetime = response.created_at  # type: ignore[attr-defined]
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
