"""Forwards again from birth: every row's effect on its task, and on the task that was conjoined with it then."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from datetime import datetime
from typing import Final

from lptrack.model import STATE_FIELDS, UNKNOWN, StateField, Value
from lptrack.trackers.launchpad.history.calendar import PAIRS_AS_TODAY, Calendar, Verdict
from lptrack.trackers.launchpad.history.cells import DEFAULTS, Cell, Origin
from lptrack.trackers.launchpad.history.entries import AffectsRow, AnyRow, FieldRow, OtherRow, WatchRow
from lptrack.trackers.launchpad.history.names import SAME_REQUEST
from lptrack.trackers.launchpad.history.tasks import Birth, Life, Walk
from lptrack.trackers.launchpad.targets import Target

UNPAIRED: Final = "Won't Fix"
Timeline = dict[Life, dict[StateField, list[Cell]]]


class Forward:
    """One walk from the bug's birth to the present. ``cells`` are all, in the order in which they began."""

    def __init__(self, walk: Walk, rows: tuple[AnyRow, ...], calendar: Calendar) -> None:
        self.walk, self.rows, self.calendar = walk, rows, calendar
        self.cells: list[Cell] = []
        self.timeline: Timeline = {}
        self.names: dict[Life, str] = {}  # the living, and their names at this point
        self.watched_at = next((row.at for row in rows if isinstance(row, WatchRow)), None)
        self.toggled: set[tuple[Life, datetime]] = set()
        self.next_status: dict[Life, list[tuple[int, Value]]] = defaultdict(list)
        self.left_pairs: dict[Life, tuple[AffectsRow, list[tuple[Life, Verdict]]]] = {}
        self.blurred = [row.position for row in rows if isinstance(row, OtherRow) and row.field == "status"]
        for row in rows:
            if isinstance(row, FieldRow) and row.field == "status":
                life = walk.spoken[row.position]
                self.next_status[life].append((row.position, row.old))
                if UNPAIRED in (row.old, row.new):
                    self.toggled.add((life, row.at))

    def run(self) -> None:  # noqa: C901
        """Fill `timeline` and `cells`; the present closes what is still open."""
        births, deaths, renamings = self._schedule()
        for position in range(-1, len(self.rows)):
            if position >= 0:
                row = self.rows[position]
                if isinstance(row, FieldRow):
                    self._field(row)
                elif isinstance(row, OtherRow) and row.field is not None:
                    self._garbled(row, row.field)
                elif isinstance(row, AffectsRow) and position in self.walk.spoken:
                    main = self.walk.spoken[position]
                    if main in self.names:
                        self.left_pairs[main] = (row, self._pairs(main, row.at))
            for life, name in renamings.get(position, ()):
                if life in self.names:
                    self.names[life] = name
            for life in deaths.get(position, ()):
                self.names.pop(life, None)
            for life in births.get(position, ()):
                self._born(life)
        for life in self.walk.lives:
            if life.task is None:
                continue
            for field, cells in self.timeline[life].items():
                cells[-1].right = _present(life, field, cells[-1].left)

    def _schedule(
        self,
    ) -> tuple[dict[int, list[Life]], dict[int, list[Life]], dict[int, list[tuple[Life, str]]]]:
        """What happens after which row: births (generic tasks first), deaths, renamings."""
        instants = [row.at for row in self.rows]
        births: dict[int, list[Life]] = defaultdict(list)
        deaths: dict[int, list[Life]] = defaultdict(list)
        renamings: dict[int, list[tuple[Life, str]]] = defaultdict(list)
        for life in self.walk.lives:
            position = life.born
            if life.birth is Birth.SILENT and life.born_at is not None:
                position = max(position, bisect_right(instants, life.born_at) - 1)
            births[position].append(life)
            if life.died is not None:
                deaths[life.died].append(life)
            for at, _, name in life.names:
                renamings[at].append((life, name))
        for batch in births.values():
            batch.sort(key=lambda life: (life.born_at or self.walk.filed_at, self._first_target(life).series or ""))
        return births, deaths, renamings

    def _first_target(self, life: Life) -> Target:
        return self.calendar.target(life.name)

    def _target(self, life: Life) -> Target:
        return self.calendar.target(self.names[life])

    # ------------------------------------------------------------------------------------------- births

    def _born(self, life: Life) -> None:
        self.names[life] = life.name
        born_at = life.born_at or self.walk.filed_at
        origin, generic = self._first_origin(life, born_at)
        for field in STATE_FIELDS:
            cell = Cell(life, field, born_at, life.born, origin)
            if origin in (Origin.DEFAULT, Origin.UNSURE):
                cell.left = DEFAULTS[field]
            elif generic is not None:
                cell.source = self.timeline[generic][field][-1]
                if origin is Origin.COPY:
                    cell.twin, cell.source.twin = cell.source, cell
            self.timeline.setdefault(life, {})[field] = [cell]
            self.cells.append(cell)
        if origin is Origin.UNSURE:
            self._watch_shared(life, born_at)

    def _watch_shared(self, life: Life, born_at: datetime) -> None:
        """A bug watch may have made the new task Unknown, and with it the one that it is conjoined with."""
        other, verdict = self._partner(life, born_at)
        found = [(other, verdict)] if other is not None else []
        if self._target(life).series is None and verdict != "yes":
            found = list(self._all_perhaps(life, born_at))
        fields: tuple[StateField, ...] = ("status", "importance")
        for partner, _ in found:
            for field in fields:
                cells = self.timeline[partner][field]
                cells.append(Cell(partner, field, born_at, life.born, Origin.PERHAPS, "Unknown", before=cells[-1]))
                self.cells.append(cells[-1])

    def _first_origin(self, life: Life, born_at: datetime) -> tuple[Origin, Life | None]:
        target = self._target(life)
        if life.birth is Birth.FILED:
            return Origin.OPEN, None
        if life.birth is Birth.ASSUMED and (
            target.series is not None or not any(other.birth is Birth.FILED for other in self.walk.lives)
        ):
            return Origin.OPEN, None
        verdict = self.calendar.is_current(target, born_at)
        if verdict != "no":
            generic = self._counterpart(life, target)
            if generic is not None:
                return (Origin.COPY if verdict == "yes" else Origin.COPY_PERHAPS), generic
        if self.watched_at is not None and self.watched_at - SAME_REQUEST <= (life.died_at or born_at):
            return Origin.UNSURE, None
        return Origin.DEFAULT, None

    # ------------------------------------------------------------------------------------------- pairs

    def _counterpart(self, life: Life, target: Target) -> Life | None:
        """The generic task of a series task."""
        for other, name in self.names.items():
            if other is not life:
                found = self.calendar.target(name)
                if found.series is None and found.pillar == target.pillar and found.package == target.package:
                    return other
        return None

    def _partner(self, life: Life, at: datetime) -> tuple[Life | None, Verdict]:
        """The task that is conjoined with this one, Won't Fix aside, and how sure that is."""
        target = self._target(life)
        if target.series is not None:
            verdict = self.calendar.is_current(target, at)
            generic = self._counterpart(life, target) if verdict != "no" else None
            return (generic, verdict) if generic is not None else (None, "no")
        best: tuple[Life | None, Verdict] = (None, "no")
        for other, name in self.names.items():
            found = self.calendar.target(name)
            if found.series is not None and found.pillar == target.pillar and found.package == target.package:
                verdict = self.calendar.is_current(found, at)
                if verdict == "yes":
                    return other, verdict
                if verdict == "maybe":
                    best = (other, verdict)
        return best

    def _partners(self, row: FieldRow, life: Life) -> list[tuple[Life, Verdict]]:
        """Who shares this row's value. More than one where it cannot be told which."""
        now = self._pairs(life, row.at)
        left = self.left_pairs.get(life)
        if left is None or left[0].at != row.at:
            return now
        moved, before = left  # one request retargeted and changed the field
        pillars = {self.calendar.target(name).pillar for name in (moved.old, moved.new)}
        if row.field == "milestone" and row.new is None and len(pillars) > 1:
            return before  # the milestone of the old project goes first, while the pair still is one
        if [other for other, _ in before] != [other for other, _ in now]:
            return [(other, "maybe") for other in dict.fromkeys(other for other, _ in (*before, *now))]
        return now

    def _pairs(self, life: Life, at: datetime) -> list[tuple[Life, Verdict]]:
        other, verdict = self._partner(life, at)
        if self._target(life).series is None and (other is None or verdict == "maybe"):
            return self._all_perhaps(life, at)
        return [(other, verdict)] if other is not None else []

    def _all_perhaps(self, life: Life, at: datetime) -> list[tuple[Life, Verdict]]:
        """Without facts every series task of the package may be the current one's."""
        target = self._target(life)
        found: list[tuple[Life, Verdict]] = []
        for other, name in self.names.items():
            one = self.calendar.target(name)
            if one.series is not None and one.pillar == target.pillar and one.package == target.package:
                verdict = self.calendar.is_current(one, at)
                if verdict != "no":
                    found.append((other, verdict))
        return found

    def _shared(self, row: FieldRow, life: Life, other: Life, verdict: Verdict) -> Verdict:
        """Does the pair share this change? Not to Won't Fix, and not while the series task is that."""
        if row.at < PAIRS_AS_TODAY:
            return "maybe"
        if row.field == "status" and row.new == UNPAIRED:
            return "no"
        series = life if self._target(life).series is not None else other
        if series is life and row.field == "status":
            status: Value = row.old
        else:
            if (series, row.at) in self.toggled:
                return "maybe"  # one request set the status too: before or after this field?
            status = self._status_now(series, row.position)
        if status == UNPAIRED:
            return "no"
        return "maybe" if status is UNKNOWN else verdict

    def _status_now(self, life: Life, position: int) -> Value:
        cell = self.timeline[life]["status"][-1]
        while cell.origin is Origin.COPY and cell.source is not None:
            cell = cell.source
        if cell.left is not UNKNOWN and cell.origin is not Origin.PERHAPS:
            return cell.left
        following = [
            next(((at, old) for at, old in self.next_status[life] if at >= position), None),
            next(
                (
                    (at, old)
                    for at, old in self.next_status[cell.life]
                    if at >= position or (cell.life is not life and at >= cell.position)
                ),
                None,
            ),
        ]
        rows = [pair for pair in following if pair is not None]
        if rows:  # of a copy and what it was copied from, the nearer row tells
            at, old = min(rows, key=lambda pair: pair[0])
            return UNKNOWN if any(position <= blurred < at for blurred in self.blurred) else old
        if any(blurred >= position for blurred in self.blurred):
            return UNKNOWN
        return cell.life.task.status if cell.life.task is not None and cell.life.task.status else UNKNOWN

    # ------------------------------------------------------------------------------------------- rows

    def _field(self, row: FieldRow) -> None:
        life = self.walk.spoken[row.position]
        if life not in self.names:
            return
        partners = self._partners(row, life)
        verdicts = [(other, self._shared(row, life, other, verdict)) for other, verdict in partners]
        ended = self.timeline[life][row.field][-1]
        ended.right, ended.garbled = row.old, row.old is UNKNOWN
        cell = self._begin(life, row, Origin.OWN, row.at)
        for other, verdict in verdicts:
            if verdict == "no":
                continue
            if other.doubtful_until is not None and row.at < other.doubtful_until:
                verdict = "maybe"  # noqa: PLW2901  # perhaps it was not there yet
            last = self.timeline[other][row.field][-1]
            if last.twin is ended and ended.twin is last:
                last.right = row.old
            shared = self._begin(other, row, Origin.PARTNER if verdict == "yes" else Origin.PERHAPS, row.at)
            if verdict == "yes":
                cell.twin, shared.twin = shared, cell

    def _begin(self, life: Life, row: FieldRow, origin: Origin, at: datetime) -> Cell:
        cells = self.timeline[life][row.field]
        cell = Cell(life, row.field, at, row.position, origin, row.new, row, cells[-1])
        if row.new is UNKNOWN and origin is Origin.OWN:
            cell.origin = Origin.OPEN
        cells.append(cell)
        self.cells.append(cell)
        return cell

    def _garbled(self, row: OtherRow, field: StateField) -> None:
        """A row that names no task: this field of every task is not known before it."""
        for life in self.names:
            cells = self.timeline[life][field]
            cells[-1].garbled = True
            cell = Cell(life, field, row.at, row.position, Origin.OPEN, before=cells[-1])
            cells.append(cell)
            self.cells.append(cell)


def _present(life: Life, field: StateField, last: Value) -> Value:
    """The right end of the last cell. A hidden person (a private team) is somebody: whom the log named last."""
    assert life.task is not None
    match field:
        case "status":
            return life.task.status if life.task.status is not None else UNKNOWN
        case "importance":
            return life.task.importance if life.task.importance is not None else UNKNOWN
        case "assignee":
            if ("redacted", "assignee") in life.task.details:
                return UNKNOWN if last is None else last
            return life.task.assignee
        case "milestone":
            return life.task.milestone
