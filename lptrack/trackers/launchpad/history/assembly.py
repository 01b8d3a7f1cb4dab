"""From cells to the history that everybody reads: lives with spans, and the events between them."""

from __future__ import annotations

from datetime import datetime

from lptrack.model import (
    STATE_FIELDS,
    UNKNOWN,
    EventBasis,
    Observation,
    Span,
    StatusEvent,
    TaskLife,
    TaskSpan,
    Value,
)
from lptrack.trackers.launchpad.history.cells import Cell, Origin
from lptrack.trackers.launchpad.history.entries import AddedRow, AffectsRow, AnyRow, BugRow, DeletedRow
from lptrack.trackers.launchpad.history.gaps import build_gaps, build_shadow_gaps
from lptrack.trackers.launchpad.history.replay import Timeline
from lptrack.trackers.launchpad.history.tasks import Life, Walk
from lptrack.trackers.spans import Piece, merge_pieces, value_spans


def build_lives(
    walk: Walk, timeline: Timeline, read_at: datetime, whole_from: datetime | None = None
) -> tuple[TaskLife, ...]:
    """Each life's spans. Before the first sign of a task whose birth nothing tells, all its values are unknown.

    ``whole_from``: up to then the log is not whole.
    """
    lives = [_build_life(key, life, timeline, read_at, whole_from) for key, life in enumerate(walk.lives)]
    for shadow in walk.shadows:
        if shadow.until > walk.filed_at:
            span = TaskSpan(walk.filed_at, shadow.until, shadow.name, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)
            unsure = build_shadow_gaps(walk.filed_at, shadow.until)
            lives.append(TaskLife(len(lives), (span,), None, shadow.until, shadow.until, gaps=unsure))
    return tuple(lives)


def _build_life(key: int, life: Life, timeline: Timeline, read_at: datetime, whole_from: datetime | None) -> TaskLife:
    fields = timeline[life]
    begin = fields["status"][0].at
    columns: list[tuple[Piece, ...]] = [name_pieces(life, begin)]
    for field in STATE_FIELDS:
        pieces = [piece for cell in fields[field] for piece in _cell_pieces(cell)]
        last = fields[field][-1]
        if life.task is not None and last.value is UNKNOWN:  # however it came there: this is what was read
            pieces.append(Piece(max(read_at, last.at), last.right))
        if life.unsure_from is not None:
            pieces.append(Piece(max(life.unsure_from, last.at), UNKNOWN))
        if life.doubtful_until is not None and life.doubtful_until > begin:
            pieces = [Piece(begin, UNKNOWN)] + [
                Piece(max(piece.at, life.doubtful_until), piece.value) for piece in pieces
            ]
        columns.append(tuple(pieces))
    spans = tuple(
        TaskSpan(since, until, str(target), status, importance, assignee, milestone)
        for since, until, (target, status, importance, assignee, milestone) in merge_pieces(columns, life.died_at)
    )
    if not spans:  # it came and went in one instant
        target = str(columns[0][-1].value)
        since = begin if life.died_at is None else min(begin, life.died_at)
        spans = (TaskSpan(since, life.died_at, target, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),)
    gaps = build_gaps(life, fields, begin, whole_from)
    return TaskLife(key, spans, life.current, life.died_at, life.unsure_until, life.unsure_from, gaps)


def _cell_pieces(cell: Cell) -> tuple[Piece, ...]:
    value, since = cell.surely
    return (Piece(cell.at, value), *((Piece(since, cell.value),) if since > cell.at else ()))


def name_pieces(life: Life, begin: datetime) -> tuple[Piece, ...]:
    """The names of a task in turn."""
    return (Piece(begin, life.name), *(Piece(max(at, begin), name) for _, at, name in reversed(life.names)))


def build_events(
    walk: Walk, timeline: Timeline, rows: tuple[AnyRow, ...], read_at: datetime
) -> tuple[StatusEvent, ...]:
    """Every change of every task and of the bug, in the log's order."""
    events = [event for row in rows if isinstance(row, BugRow) for event in (_bug_event(row),)]
    for key, life in enumerate(walk.lives):
        events += _birth_and_death(key, life, rows)
        events += _renamings(key, life, walk, rows)
        for cells in timeline[life].values():
            for cell in cells:
                events += _changes(key, cell)
            events += _last_silent(key, cells[-1], read_at, len(rows))
    return tuple(sorted(events, key=lambda event: (event.position, event.at, event.task is None, event.task or 0)))


def _bug_event(row: BugRow) -> StatusEvent:
    return StatusEvent(row.at, row.position, row.by, None, None, row.field, row.old, row.new)


def _birth_and_death(key: int, life: Life, rows: tuple[AnyRow, ...]) -> list[StatusEvent]:
    found: list[StatusEvent] = []
    if life.born_at is not None:
        row = rows[life.born] if life.born >= 0 else None
        if isinstance(row, AddedRow) and row.at == life.born_at and row.target == life.name:
            found.append(StatusEvent(row.at, row.position, row.by, key, life.name, "task", None, life.name))
        elif life.birth_told:
            found.append(
                StatusEvent(
                    life.born_at,
                    life.born,
                    None,
                    key,
                    life.name,
                    "task",
                    None,
                    life.name,
                    EventBasis.SILENT,
                    "added without an entry in the log",
                )
            )
    if life.died_at is not None and life.died is not None:
        name = life.names[0][2] if life.names else life.name
        row = rows[life.died]
        logged = isinstance(row, DeletedRow)
        found.append(
            StatusEvent(
                life.died_at,
                life.died,
                row.by if logged else None,
                key,
                name,
                "task",
                name,
                None,
                EventBasis.LOGGED if logged else EventBasis.SILENT,
            )
        )
    return found


def _renamings(key: int, life: Life, walk: Walk, rows: tuple[AnyRow, ...]) -> list[StatusEvent]:
    found: list[StatusEvent] = []
    before = life.name
    for position, at, name in reversed(life.names):
        row = rows[position]
        if isinstance(row, AffectsRow):
            basis = EventBasis.LOGGED if walk.spoken.get(position) is life else EventBasis.PARTNER
            found.append(StatusEvent(row.at, position, row.by, key, name, "target", before, name, basis))
        else:
            found.append(
                StatusEvent(
                    at,
                    position,
                    None,
                    key,
                    name,
                    "target",
                    before,
                    name,
                    EventBasis.SILENT,
                    "renamed some time after this",
                )
            )
        before = name
    return found


def _name_at(life: Life, position: int) -> str:
    name = life.name
    for at, _, new in reversed(life.names):
        if at < position:
            name = new
    return name


def _changes(key: int, cell: Cell) -> list[StatusEvent]:
    """What began this cell, and first what changed silently in the one before."""
    row, last = cell.row, cell.before
    if row is None or last is None:
        return []
    name = _name_at(cell.life, cell.position)
    if cell.origin in (Origin.OWN, Origin.OPEN):
        found = _silent(key, last, row.old, cell.at, cell.position)
        found.append(StatusEvent(cell.at, cell.position, row.by, key, name, cell.field, row.old, row.new))
        return found
    if cell.value is UNKNOWN and cell.origin is not Origin.PARTNER:
        return []
    after: Value = cell.left if cell.origin is Origin.PARTNER and cell.value is UNKNOWN else cell.value
    if after == last.value or (cell.value is not UNKNOWN and cell.value != cell.left):
        return []
    return [
        StatusEvent(
            cell.at,
            cell.position,
            row.by,
            key,
            name,
            cell.field,
            last.value,
            after,
            EventBasis.PARTNER,
            f"shared with {row.target}",
        )
    ]


def _silent(key: int, cell: Cell, after: Value, at: datetime, position: int) -> list[StatusEvent]:
    """Within this cell its value changed with no row of its own, at the latest at ``at``."""
    before = cell.source.value if cell.source is not None else cell.left
    if cell.value is not UNKNOWN or UNKNOWN in (before, after) or before == after:
        return []
    name = _name_at(cell.life, position)
    return [
        StatusEvent(
            at,
            position,
            None,
            key,
            name,
            cell.field,
            before,
            after,
            EventBasis.SILENT,
            f"some time after {cell.at.isoformat(timespec='seconds')}",
        )
    ]


def _last_silent(key: int, cell: Cell, read_at: datetime, position: int) -> list[StatusEvent]:
    if cell.life.task is None:
        return []
    return _silent(key, cell, cell.right, read_at, position)


def build_bug_spans(
    observation: Observation, rows: tuple[AnyRow, ...], filed_at: datetime, read_at: datetime
) -> tuple[tuple[Span, ...], tuple[Span, ...], tuple[Span, ...]]:
    """Titles, duplicates and tags over time."""
    duplicate = str(observation.duplicate_of) if observation.duplicate_of is not None else None
    present: dict[str, Value] = {
        "title": observation.title if observation.title is not None else UNKNOWN,
        "duplicate_of": duplicate,
        "tags": " ".join(sorted(observation.tags)),
    }
    steps: dict[str, list[tuple[datetime, Value, Value]]] = {field: [] for field in present}
    for row in rows:
        if isinstance(row, BugRow) and row.field in steps:
            steps[row.field].append((row.at, row.old, row.new))
    titles, duplicates, tags = (value_spans(filed_at, steps[field], present[field], read_at) for field in present)
    return titles, duplicates, tags
