"""Reports about made-up bugs, of any size: what the browser tests look at. The same every time."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from lptrack.join.model import BugLife, Endpoint, Matrix, Raised, Still, Trends, Window
from lptrack.model import (
    LAUNCHPAD,
    Absence,
    BugHistory,
    BugKey,
    Change,
    Meeting,
    Reference,
    ReferenceKind,
    StatusEvent,
    TaskLife,
    TaskSpan,
    TaskState,
    Unresolved,
    Value,
    Witness,
)
from lptrack.report.arrange import build_report
from lptrack.report.judgement import is_closed
from lptrack.report.model import Report

TRACKER = "https://bugs.launchpad.example/bugs/"
START = datetime(2031, 3, 3, 16, 0, tzinfo=UTC)
PEOPLE = ("ada", "grace", "katherine", "alan", "barbara", "edsger")
PACKAGES = ("linux", "cloud-init", "network-manager", "lib-example", "gnome-shell-extension-something-long", "apt")
SERIES = ("jammy", "noble", "plucky", None)
IMPORTANCES = ("Critical", "High", "High", "Medium", "Medium", "Medium", "Low", "Undecided", "Wishlist")
LIFE = ("New", "Confirmed", "Triaged", "In Progress", "Fix Committed", "Fix Released")
WHAT = (
    "crash on resume with two monitors (made-up)", "network is not configured after first boot (made-up)",
    "FTBFS with the new compiler on riscv64 (made-up)", "upgrade stops at a conffile prompt nobody sees (made-up)",
    "wrong permissions on a file in /etc/example.d (made-up)", "please sync from Debian unstable (made-up)",
    "autopkgtest times out on s390x, three runs of four (made-up)", "typo in the man page (made-up)",
)  # fmt: skip


# Each attacks one form or one place in it. Made-up bugs; the payloads are the well-known ones.
HOSTILE = (
    "<script>document.title='pwned';fetch('https://evil.example/')</script> (made-up)",
    "</title></style></script><script>document.title='pwned'</script> (made-up)",
    "<img src=x onerror=\"document.title='pwned'\"> (made-up)",
    '" autofocus onfocus="document.title=\'pwned\'" x=" (made-up)',
    "' onmouseover='document.title=1' (made-up)",
    "javascript:document.title='pwned' (made-up)",
    "<svg><script>document.title='pwned'</script></svg> (made-up)",
    "<a href=https://evil.example/>click</a><base href=https://evil.example/> (made-up)",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'> (made-up)",
    "<link rel=stylesheet href=https://evil.example/x.css><style>*{display:none}</style> (made-up)",
    "</td></tr></tbody></table></section></main><h1>another report</h1> (made-up)",
    "<!-- --!> <![CDATA[ ]]> &lt;b&gt; &#x3c;script&#x3e; (made-up)",
    "{{ 7 * 7 }} {% raw %} ${7*7} #{7*7} (made-up)",
    "safe\u202eevas ton\u2066 \u200b\ufeff\u0000\x1b[31mred\x07 (made-up)",
    "عنوان عربي bug (made-up) \u05d0\u05d1\u05d2",
    "W" * 600 + " (made-up)",
    '=HYPERLINK("https://evil.example/","click") (made-up)',
    "=cmd|' /C calc'!A0 (made-up)",
    "+1+1 (made-up)",
    "-1+1 (made-up)",
    "@SUM(1+1) (made-up)",
    "\t=1+1 (made-up)",
    "\r\n=1+1 (made-up)",
    "\uff1d1+1 (made-up)",
    "lone \ud800 surrogate (made-up)",
)


def build_sample(
    bugs: int = 48, meetings: int = 12, titles: Sequence[str] = (), lives: int = 12, everywhere: bool = False
) -> Report:
    """A report on ``bugs`` bug tasks over ``meetings`` meetings; ``titles`` replace the first bugs' own.

    ``everywhere``: they stand in for the names of packages, series, people and importances too.
    """
    chance = random.Random(20310303)
    held = tuple(_meeting(index) for index in range(meetings))
    tasks = [_task(chance, index, meetings, titles) for index in range(bugs)]
    for task, title in zip(tasks, titles if everywhere else (), strict=False):
        task.package = task.series = task.assignee = task.importance = task.by = title
    start, end = held[-2], held[-1]
    states = [[_state(task, at) for task in tasks] for at in _instants(held)]
    matrix_rows = [(states[-1][row], tuple(column[row].status if _exists(tasks[row], index) else None
                    for index, column in enumerate(states))) for row in range(bugs)]  # fmt: skip
    window = _window(held, tasks, states)
    trends = _trends(held, matrix_rows)
    report = build_report(
        window, Matrix(held[-12:], tuple((state, cells[-12:]) for state, cells in matrix_rows)), trends
    )
    eventful = sorted(tasks, key=lambda task: (-len(task.steps), task.key))
    told = {task.key: _life(task, held) for task in eventful[:lives]}
    assert start.started_at
    assert end.started_at
    return Report(report.page, report.window, report.matrix, report.trends, told)


class _Task:
    """One made-up task: its bug, its words, and the meetings before which its status moved."""

    def __init__(self, key: BugKey, title: str, chance: random.Random, meetings: int) -> None:
        self.key, self.title = key, title
        self.package: str = chance.choice(PACKAGES)
        self.series: str | None = chance.choice(SERIES)
        self.importance: str = chance.choice(IMPORTANCES)
        self.assignee: str | None = chance.choice((*PEOPLE, None))
        self.born = chance.randrange(0, max(1, meetings - 1)) if chance.random() < 0.8 else meetings - 1
        self.steps: list[tuple[int, str]] = [(self.born, chance.choice(LIFE[:3]))]
        for meeting in range(self.born + 1, meetings):
            if chance.random() < 0.28:
                self.steps.append((meeting, self._next(chance)))
        self.spoken = sorted({self.born, *(m for m in range(self.born, meetings) if chance.random() < 0.3)})
        self.by: str = chance.choice(PEOPLE)

    def _next(self, chance: random.Random) -> str:
        now = self.steps[-1][1]
        if now == "Fix Released":
            return "Confirmed" if chance.random() < 0.3 else now
        if chance.random() < 0.1:
            return chance.choice(("Won't Fix", "Invalid", "Incomplete"))
        if now in LIFE:
            return LIFE[min(LIFE.index(now) + chance.choice((1, 1, 2)), 5)]
        return now

    def status(self, meeting: int) -> str:
        return [status for at, status in self.steps if at <= max(meeting, self.born)][-1]

    @property
    def target(self) -> str:
        return f"{self.package} (Ubuntu{' ' + self.series.title() if self.series else ''})"


def _task(chance: random.Random, index: int, meetings: int, titles: Sequence[str]) -> _Task:
    title = titles[index] if index < len(titles) else f"{chance.choice(PACKAGES)}: {chance.choice(WHAT)}"
    return _Task(BugKey(LAUNCHPAD, 9_000_001 + 37 * index), title, chance, meetings)


def _meeting(index: int) -> Meeting:
    at = START + timedelta(days=14 * index)
    id_ = f"example-team/{at:%Y-%m-%dT%H:%MZ}"
    url = f"https://irclogs.example/{at:%Y/%m/%d}/example-team.html"
    return Meeting(id_, "example-team", at, "second", at + timedelta(minutes=40), "Example team", "ada", url=url)


def _instants(meetings: Sequence[Meeting]) -> range:
    return range(len(meetings))


def _exists(task: _Task, meeting: int) -> bool:
    return meeting >= task.born


def _state(task: _Task, meeting: int) -> TaskState:
    status: Value = task.status(meeting)
    seen = START + timedelta(days=14 * meeting)
    return TaskState(
        task.key, "0", f"{TRACKER}{task.key.number}", task.title, task.target, task.package, task.series, status,
        task.importance, task.assignee, None, Witness.HISTORY, seen,
    )  # fmt: skip


def _moved_at(meeting: int) -> datetime:
    return START + timedelta(days=14 * meeting - 3, hours=2)


def _window(held: tuple[Meeting, ...], tasks: list[_Task], states: list[list[TaskState]]) -> Window:
    last = len(held) - 1
    before = {(t.key, "0"): s for t, s in zip(tasks, states[-2], strict=True) if _exists(t, last - 1)}
    after = {(t.key, "0"): s for t, s in zip(tasks, states[-1], strict=True)}
    changes, still, new, since = [], [], [], {}
    for task in tasks:
        key = (task.key, "0")
        since[key] = _moved_at(max(at for at, _ in task.steps))
        if key not in before:
            new.append(after[key])
        elif before[key].status == after[key].status:
            still.append(Still(after[key], False))
        else:
            state = after[key]
            changes.append(
                Change(task.key, "0", state.url, task.title, task.target, task.package, task.series, "status",
                       task.status(last - 1), task.status(last), _moved_at(last), task.by, Witness.HISTORY)
            )  # fmt: skip
    raised = {t.key: _raised(t, held) for t in tasks}
    gone = tuple(
        Unresolved(BugKey(LAUNCHPAD, number), f"{TRACKER}{number}", reason)
        for number, reason in ((9_999_998, Absence.NOT_VISIBLE), (9_999_999, Absence.UNREACHABLE))
    )
    read = held[-1].started_at or START
    return Window(
        start=Endpoint(held[-2], held[-2].started_at or START), end=Endpoint(held[-1], read), meetings=held,
        bugs=(*(t.key for t in tasks), *(u.bug for u in gone)),
        changes=tuple(changes), new=tuple(new), unchanged=tuple(still),
        unresolved=gone, before=before, after=after, raised=raised, since=since,
        read_at=(read, read + timedelta(minutes=3)), stale={}, run="12", reasons={},
    )  # fmt: skip


def _raised(task: _Task, held: tuple[Meeting, ...]) -> Raised:
    ids = tuple(held[index].id for index in task.spoken)
    last = held[task.spoken[-1]]
    return Raised(ids[0], ids[-1], len(ids), (task.by,), ids, task.by, last.started_at, f"{last.url}#l42", "Bugs")


def _trends(held: tuple[Meeting, ...], rows: Sequence[tuple[TaskState, tuple[Value, ...]]]) -> Trends:
    columns = [[cells[index] for _, cells in rows if cells[index] is not None] for index in range(len(held))]
    words = sorted({str(status) for column in columns for status in column})
    closed = tuple(sum(is_closed(LAUNCHPAD, status) for status in column) for column in columns)
    open_ = tuple(len(column) - shut for column, shut in zip(columns, closed, strict=True))
    still_open = [(state, cells) for state, cells in rows if not is_closed(LAUNCHPAD, state.status)]
    counted = [(sum(1 for c in cells if c and not is_closed(LAUNCHPAD, c)), state) for state, cells in still_open]
    carried = sorted(counted, key=lambda pair: (-pair[0], pair[1].bug))[:8]
    return Trends(
        held, open_, closed, tuple(0 for _ in held),
        {word: tuple(column.count(word) for column in columns) for word in words},
        tuple((state, count, timedelta(days=14 * count)) for count, state in carried),
    )  # fmt: skip


def _life(task: _Task, held: tuple[Meeting, ...]) -> BugLife:
    state = _state(task, len(held) - 1)
    spans = []
    for (at, status), after in zip(task.steps, [*task.steps[1:], None], strict=True):
        until = _moved_at(after[0]) if after else None
        spans.append(TaskSpan(_moved_at(at), until, task.target, status, task.importance, task.assignee, None))
    events = tuple(
        StatusEvent(new.since, index, task.by, 0, task.target, "status", old.status, new.status)
        for index, (old, new) in enumerate(pairwise(spans))
        if old.status != new.status
    )
    references = tuple(
        Reference(
            ReferenceKind.MENTION, LAUNCHPAD, task.key.number, "made-up.log", 42, held[index].id, task.by,
            held[index].started_at, "minute", "16:05", "Bugs", f"what about bug {task.key.number}?", "bug-number",
        )
        for index in task.spoken
    )  # fmt: skip
    history = BugHistory(task.key, START + timedelta(days=14 * len(held)), (TaskLife(0, tuple(spans), 0),), events)
    meetings = {meeting.id: meeting for meeting in held}
    return BugLife(task.key, state.url, task.title, history, (state,), references, (), meetings, (), None)
