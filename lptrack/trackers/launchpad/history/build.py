"""A Launchpad bug's whole past from its present and its activity log. Pure; docs/history.md explains the method.

Back from the present to learn which tasks there were, forwards again from their births to learn what each row did to
its task and to the one conjoined with it, and where both ends of a stretch disagree, its value is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from lptrack.model import BugHistory, LogEntry, Observation
from lptrack.trackers.launchpad.history.assembly import build_bug_spans, build_events, build_lives
from lptrack.trackers.launchpad.history.calendar import Calendar, build_calendar
from lptrack.trackers.launchpad.history.entries import OtherRow, parse_entries
from lptrack.trackers.launchpad.history.fit import find_misfits, forget_before
from lptrack.trackers.launchpad.history.renamed import find_renamed_series, under_present_names
from lptrack.trackers.launchpad.history.replay import Forward
from lptrack.trackers.launchpad.history.tasks import walk_back
from lptrack.trackers.launchpad.history.unequal import resolve_with_comments


def build_history(
    observation: Observation, entries: tuple[LogEntry, ...], facts: Mapping[str, str], read_at: datetime
) -> BugHistory:
    """Everything that the log can tell of this bug's past up to ``read_at``. Never raises for odd entries.

    ``facts``: `series:/ubuntu` a JSON list of series (`name`, `displayname`, `datereleased`, `date_created`,
    `status`), `focus:/PROJECT` a JSON object with `series`. Where one is missing, what it would decide is unknown.
    """
    calendar = _calendar(frozenset(facts.items()))
    rows = parse_entries(entries)
    renamed = find_renamed_series(observation.tasks, rows)
    rows = under_present_names(rows, renamed)
    misfits = find_misfits(entries, read_at)
    until = max((each.until for each in misfits), default=None)
    walk = walk_back(observation, rows, calendar, read_at, until)
    rows = walk.rows
    forward = Forward(walk, rows, calendar)
    forward.run()
    resolve_with_comments(forward.cells, forward.timeline, calendar)
    wide = build_bug_spans(observation, rows, walk.filed_at, read_at)
    titles, duplicates, tags = wide if until is None else (forget_before(spans, until) for spans in wide)
    odd = tuple(f"not understood: {row.odd}" for row in rows if isinstance(row, OtherRow) and row.odd)
    return BugHistory(
        observation.bug,
        read_at,
        build_lives(walk, forward.timeline, read_at, until),
        build_events(walk, forward.timeline, rows, read_at),
        titles,
        duplicates,
        tags,
        (*(each.words for each in misfits), *map(_say_renamed, renamed.items()), *walk.notes, *odd),
    )


def _say_renamed(renamed: tuple[tuple[str, str], str]) -> str:
    (pillar, former), series = renamed
    return f"the series {former} of {pillar} is taken for the former name of {series}"


@lru_cache(maxsize=8)
def _calendar(facts: frozenset[tuple[str, str]]) -> Calendar:
    """Reading the facts costs more than a bug: the same ones are read once."""
    return build_calendar(dict(facts))
