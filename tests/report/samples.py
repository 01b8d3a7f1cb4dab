"""A builder of windows, matrices and lives for report tests. Every bug in it is made up and says so.

The numbers lie beyond what Launchpad has given out, so no made-up value stands under a real bug's number.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from lptrack.join.model import BugLife, Endpoint, Filters, Matrix, Raised, Still, Trends, Window
from lptrack.model import (
    LAUNCHPAD,
    STATE_FIELDS,
    UNKNOWN,
    Absence,
    BugHistory,
    BugKey,
    Change,
    Meeting,
    Reference,
    ReferenceKind,
    StatusEvent,
    TaskState,
    Unresolved,
    Value,
    Witness,
)

FROM = datetime(2031, 9, 11, 15, 4, 18, tzinfo=UTC)
TO = datetime(2031, 9, 18, 15, 2, 0, tzinfo=UTC)
READ = datetime(2031, 9, 18, 16, 0, 0, tzinfo=UTC)
BASE = 92_900_000


def meeting(at: datetime, name: str | None = "foundations", channel: str = "ubuntu-meeting") -> Meeting:
    return Meeting(
        id=f"{channel}/{at:%Y-%m-%dT%H:%MZ}",
        channel=channel,
        started_at=at,
        start_exact="second",
        ended_at=at + timedelta(hours=1),
        name=name,
        chair="vorlon",
        url=f"https://logs.example/{at:%Y/%m/%d}/minutes.html",
    )


MEETINGS = tuple(meeting(at) for at in (FROM - timedelta(days=14), FROM - timedelta(days=7), FROM, TO))


def state(
    number: int,
    status: Value = "Confirmed",
    *,
    importance: Value = "Medium",
    assignee: Value = None,
    milestone: Value = None,
    package: str | None = "linux",
    series: str | None = None,
    target: str | None = None,
    title: Value = None,
    tracker: str = LAUNCHPAD,
    known_by: Witness = Witness.HISTORY,
    observed_at: datetime = READ,
    duplicate_of: Value = None,
    tags: tuple[str, ...] = (),
    folded: bool = False,
    task: str | None = None,
) -> TaskState:
    number += BASE
    target = target or (f"{package} (Ubuntu{' ' + series.capitalize() if series else ''})" if package else "ubuntu")
    root = "https://bugs.launchpad.net/bugs" if tracker == LAUNCHPAD else "https://bugs.debian.org"
    return TaskState(
        bug=BugKey(tracker, number),
        task=task or target,
        url=f"{root}/{number}",
        title=f"{package or target} breaks in a made-up way number {number - BASE} (made-up)"
        if title is None
        else title,
        target=target,
        package=package,
        series=series,
        status=status,
        importance=importance,
        assignee=assignee,
        milestone=milestone,
        known_by=known_by,
        observed_at=observed_at,
        duplicate_of=duplicate_of,
        tags=tags,
        folded=folded,
    )


@dataclass
class WindowBuilder:
    """Put tasks in, one call each, then `window()`."""

    meetings: tuple[Meeting, ...] = MEETINGS
    first_only: bool = False
    before: dict[tuple[BugKey, str], TaskState] = field(default_factory=dict)
    after: dict[tuple[BugKey, str], TaskState] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    new: list[TaskState] = field(default_factory=list)
    unchanged: list[Still] = field(default_factory=list)
    unresolved: list[Unresolved] = field(default_factory=list)
    raised: dict[BugKey, Raised] = field(default_factory=dict)
    since: dict[tuple[BugKey, str], datetime | None] = field(default_factory=dict)
    stale: dict[BugKey, datetime] = field(default_factory=dict)
    bugs: set[BugKey] = field(default_factory=set)
    work: dict[BugKey, tuple[StatusEvent, ...]] = field(default_factory=dict)

    def still(self, now: TaskState, *, since_days: int | None = 40, detour: Sequence[str] = ()) -> TaskState:
        """A task that is the same at both ends; ``detour`` is the path of its status in between."""
        self._put(now, now)
        since = None if since_days is None else TO - timedelta(days=since_days)
        self.since[now.bug, now.task] = since
        path = [now.status, *detour, now.status]
        events = tuple(
            StatusEvent(FROM + timedelta(days=step), step, "somebody", 1, now.target, "status", old, new)
            for step, (old, new) in enumerate(itertools.pairwise(path), 1)
        )
        self.unchanged.append(Still(now, bool(detour), events if detour else (), since))
        return now

    def moved(self, was: TaskState, now: TaskState, *, by: str | None = "cjwatson", days: int = 3) -> TaskState:
        """A task that differs between the ends, in whatever fields it differs."""
        self._put(was, now)
        at = FROM + timedelta(days=days, hours=2)
        self.since[now.bug, now.task] = at
        exact = now.known_by is Witness.HISTORY
        for name in STATE_FIELDS:
            old, new = was.value(name), now.value(name)
            if old != new and old is not UNKNOWN and new is not UNKNOWN:
                self.changes.append(
                    Change(
                        now.bug, now.task, now.url, now.title, now.target, now.package, now.series, name,
                        old, new, at if exact else None, by if exact else None, now.known_by,
                    )
                )  # fmt: skip
        return now

    def fresh(self, now: TaskState) -> TaskState:
        """A task first mentioned at the end."""
        self._put(now, now)
        self.new.append(now)
        return now

    def removed(self, was: TaskState) -> TaskState:
        """A task whose target was taken off the bug."""
        self.before[was.bug, was.task] = was
        self.bugs.add(was.bug)
        self.changes.append(
            Change(was.bug, was.task, was.url, was.title, was.target, was.package, was.series, "task",
                   was.target, None, FROM + timedelta(days=2), "janitor", Witness.HISTORY)
        )  # fmt: skip
        return was

    def gone(self, number: int, reason: Absence, tracker: str = LAUNCHPAD) -> BugKey:
        """A bug that the tracker did not give."""
        bug = BugKey(tracker, number + BASE)
        self.bugs.add(bug)
        self.unresolved.append(Unresolved(bug, f"https://bugs.launchpad.net/bugs/{bug.number}", reason))
        return bug

    def talked(self, bug: BugKey, by: str, *, meetings: int = 2, topic: str | None = None) -> None:
        """The bug was spoken of in the last so many meetings."""
        ids = tuple(each.id for each in self.meetings[-meetings:])
        line = f"https://logs.example/full.html#l{bug.number - BASE}"
        self.raised[bug] = Raised(
            ids[0], ids[-1], meetings * 2, (by, "slangasek"), ids, by, TO + timedelta(minutes=5), line, topic
        )

    def window(self, *, now: bool = False, run: str | None = "1, 18 Sep 2031 16:00 UTC", read: bool = True) -> Window:
        start = None if self.first_only else Endpoint(self.meetings[-2], FROM)
        end = Endpoint(None, READ + timedelta(hours=5)) if now else Endpoint(self.meetings[-1], TO)
        order = {name: position for position, name in enumerate((*STATE_FIELDS, "target", "task"))}
        self.changes.sort(key=lambda change: (change.bug, change.target, order[change.field]))
        return Window(
            start=start,
            end=end,
            meetings=self.meetings,
            bugs=tuple(sorted(self.bugs)),
            changes=tuple(self.changes),
            new=tuple(self.new),
            unchanged=tuple(self.unchanged),
            unresolved=tuple(self.unresolved),
            before=self.before,
            after=self.after,
            raised=self.raised,
            since=self.since,
            read_at=(READ - timedelta(minutes=4), READ) if read else None,
            stale=self.stale,
            run=run,
            reasons={},
            filters=Filters(),
            work=self.work,
        )

    def _put(self, was: TaskState, now: TaskState) -> None:
        self.before[was.bug, was.task] = was
        self.after[now.bug, now.task] = now
        self.bugs.add(now.bug)


def usual() -> WindowBuilder:
    """A meeting like many: something of everything."""
    b = WindowBuilder()
    b.moved(
        state(1, "Fix Released", assignee="infinity"), state(1, "Triaged", assignee="infinity", importance="Medium")
    )
    b.moved(state(2, importance="Low", package="grub2"), state(2, importance="High", package="grub2"))
    b.moved(
        state(3, "Fix Committed", package="udev", series="saucy"),
        state(3, "Fix Committed", package="udev", series="saucy", tags=("verification-failed-saucy",)),
    )
    b.moved(state(4, "In Progress", assignee="doko"), state(4, "Fix Released", assignee="doko", importance="Medium"))
    b.moved(state(5, "New"), state(5, "Won't Fix"))
    b.moved(state(6, "Incomplete"), state(6, "Expired"), by="janitor")
    b.moved(state(7, "New"), state(7, "New", duplicate_of=str(BASE + 8)))
    b.still(state(8, "Triaged", importance="Critical", title="Installer cannot find its own disk (made-up)"))
    b.removed(state(9, package="ubiquity", series="raring"))
    b.moved(state(10, "New", package="cloud-init"), state(10, "In Progress", assignee="smoser", package="cloud-init"))
    b.moved(state(11, "Confirmed", title="Ünïcödé — “quotes” 日本語 (made-up)"),
            state(11, "Triaged", title="Ünïcödé — “quotes” 日本語 (made-up)"))  # fmt: skip
    b.fresh(state(12, "New", importance="Undecided", package="systemd"))
    b.moved(state(13, assignee="stgraber"), state(13, assignee=None, milestone="ubuntu-13.10"))
    b.still(state(14, detour := "Confirmed"), detour=("In Progress",))
    assert detour
    b.moved(state(15, "open", tracker="debian", importance="normal", package="dpkg", target="dpkg"),
            state(15, "done", tracker="debian", importance="normal", package="dpkg", target="dpkg"))  # fmt: skip
    proposal = "https://code.launchpad.example/~smoser/cloud-init/+git/cloud-init/+merge/1"
    b.work[BugKey(LAUNCHPAD, BASE + 10)] = (
        StatusEvent(FROM + timedelta(days=2), 3, "smoser", None, None, "merge proposal", None, proposal),
    )
    b.still(state(4, "Triaged", series="precise", folded=True))
    b.still(state(4, "Triaged", series="quantal", folded=True))
    b.gone(20, Absence.UNREACHABLE)
    b.gone(21, Absence.NOT_VISIBLE)
    old = state(22, "Triaged", observed_at=FROM - timedelta(days=3), known_by=Witness.OBSERVED)
    b.still(old)
    b.stale[old.bug] = old.observed_at
    b.unresolved.append(Unresolved(old.bug, old.url, Absence.UNREACHABLE, "HTTP 503 six times"))
    for number, nick, count in (
        (1, "xnox", 2),
        (8, "cjwatson", 4),
        (12, "_mup_", 1),
        (22, "jodh", 3),
        (10, "smoser", 2),
    ):
        b.talked(BugKey(LAUNCHPAD, BASE + number), nick, meetings=count, topic="Bugs")
    return b


def matrix(window: Window) -> Matrix:
    """Each task's status at each meeting: the old one until the last."""
    rows = []
    for key, now in sorted(window.after.items()):
        was = window.before.get(key, now)
        cells: list[Value] = [None, UNKNOWN, was.status, now.status]
        rows.append((now, tuple(cells[-len(window.meetings) :])))
    return Matrix(window.meetings, tuple(rows))


def trends(window: Window) -> Trends:
    count = len(window.meetings)
    carried = tuple((now, 4, timedelta(days=40)) for _, now in sorted(window.after.items())[:5])
    return Trends(
        window.meetings, tuple(range(10, 10 + count)), tuple(range(count)), (1,) * count,
        {"New": (1,) * count, "Fix Released": tuple(range(count))}, carried,
    )  # fmt: skip


def life(now: TaskState, *, title: Value = None) -> BugLife:
    """One bug's life: born New, confirmed, spoken of once."""
    events = (
        StatusEvent(FROM - timedelta(days=9), 0, "jbicha", 1, now.target, "task", None, now.target),
        StatusEvent(FROM - timedelta(days=2), 1, "cjwatson", 1, now.target, "status", "New", "Confirmed"),
        StatusEvent(FROM + timedelta(days=3), 2, "cjwatson", None, None, "title", "Old words", "New words"),
    )
    said = Reference(
        ReferenceKind.MENTION, now.bug.tracker, now.bug.number, "log.txt", 12, MEETINGS[2].id, "xnox",
        FROM + timedelta(minutes=9), "minute", "15:13", "Bugs", f"what about bug {now.bug.number}?", "bug-number",
    )  # fmt: skip
    return BugLife(
        bug=now.bug,
        url=now.url,
        title=now.title if title is None else title,
        history=BugHistory(now.bug, READ, (), events, notes=("an entry could not be understood",)),
        states=(now,),
        references=(said,),
        announcements=(),
        meetings={each.id: each for each in MEETINGS},
        observed=((READ, now),),
        unresolved=None,
    )


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></table></details><h1>owned</h1>",
    "[click](javascript:alert(1)) ![x](http://evil.example/x.png)",
    "| a | b |\n| --- | --- |\n\n# heading\n- list\n> quote\n```\ncode",
    "`code` **bold** _it_ ~~gone~~ <!-- comment --> &lt;b&gt; \\",
    "@everyone @ubuntu-team #1 GH-1 http://evil.example www.evil.example mailto:a@b.example :smile:",
    "{{{ <<Include(Evil)>> [[Evil|x]] {{x.png}} ||<bgcolor=red> WikiName '''b''' ~-s-~ ,,d,, @SIG@ B) /!\\",
    "[bold red]markup[/] [link=http://evil.example]x[/link] [/]",
    "\x1b[31mred\x1b[0m \x1b]8;;http://evil.example\x07link\x1b]8;;\x07 \x9b2J \x07 \r overwritten \x08\x7f",
    "\u202eDESREVER\u202c \u2066isolate\u2069 \u200fmark\u200e zero\u200bwidth \ufeffbom \u2028line\u2029para",
    '=HYPERLINK("http://evil.example","x")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "'=already guarded",
    '"quoted", with; every\tdelimiter\nand a line',
    "\x00nul \ud800 lone surrogate \uffff no character",
    "]]> <![CDATA[ x ]]> &bogus; <?xml?>",
    "{{ 7 * 7 }} {% raw %} ${7*7} #{7*7}",
    "C:\\users\\x1b looks like an escape \\u202e \\\\",
    "x" * 3000,
    "",
    "   ",
    "Zürich 日本語 العربية 👩‍👩‍👧 naïve café",
)


def hostile() -> WindowBuilder:
    """A meeting whose every title, nick, package, milestone and address attacks one form."""
    b = WindowBuilder(meetings=(*MEETINGS[:2], meeting(FROM, HOSTILE[8]), meeting(TO, HOSTILE[0] + HOSTILE[10])))
    for number, words in enumerate(HOSTILE, 1):
        was = state(
            number, "New", title=words, package=words or None, target=words or "ubuntu", task="t", series=words
        )
        now = replace(was, status=words or "Confirmed", assignee=words or None, milestone=words or None)
        now = replace(now, url=f"javascript:alert({number})//{words}" if number % 2 else f"https://e.example/{words}")
        b.moved(was, now, by=words or None)
        still = state(number + 500, "Triaged", title=words, package=words or None, target=words or "ubuntu")
        b.still(still, detour=(words,) if number % 3 == 0 else ())
        b.fresh(state(number + 600, words or "New", title=words))
        for bug in (now.bug, still.bug):
            b.talked(bug, words or "nobody", meetings=2, topic=words)
            b.raised[bug] = replace(
                b.raised[bug], last_url=f"javascript:{words}", speakers=(words, "x"), duties=(words,)
            )
    b.gone(900, Absence.UNREACHABLE)
    b.unresolved.append(Unresolved(BugKey(LAUNCHPAD, BASE + 501), "javascript:x", Absence.UNREACHABLE, HOSTILE[10]))
    return b
