"""Which series was under development when: what decides whether a generic task and a series task were one pair."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from lptrack.trackers.launchpad.targets import (
    FOCUS_FACT,
    SERIES_FACT,
    Target,
    distributions_of,
    parse_target,
    read_rows,
)

Verdict = Literal["yes", "no", "maybe"]
IN_DEVELOPMENT: Final = ("pre-release freeze", "active development")  # Launchpad takes a frozen one first
STABLE: Final = "current stable release"
NOT_YET: Final = frozenset({"future", "experimental"})
OPENING: Final = timedelta(days=30)
"""How long after a release the next series may take to open, where nobody tells: until then both may be current."""


@dataclass(frozen=True, slots=True)
class _Reign:
    """A series is surely the current one in [since, until), and may be from ``perhaps`` and up to ``at_most``."""

    perhaps: datetime
    since: datetime
    until: datetime
    at_most: datetime


PAIRS_BEGIN: Final = datetime(2006, 9, 1, tzinfo=UTC)
PAIRS_AS_TODAY: Final = datetime(2007, 7, 1, tzinfo=UTC)
"""Until then Rejected broke a pair, as Won't Fix does since; the first pairs came late in 2006."""
_BEGIN: Final = datetime.min.replace(tzinfo=UTC)
_END: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class Calendar:
    """The facts beside a bug, ready to be asked. Build it once for many bugs (`build_calendar`)."""

    distributions: Mapping[str, frozenset[str]]
    reigns: Mapping[str, Mapping[str, _Reign | None]]  # pillar → series' names in lower case → None: never told
    focuses: Mapping[str, str]
    _parsed: dict[str, Target] = field(default_factory=dict)

    def target(self, name: str) -> Target:
        """The parts of a target name, remembered."""
        found = self._parsed.get(name)
        if found is None:
            if len(self._parsed) > 50_000:
                self._parsed.clear()
            found = self._parsed[name] = parse_target(name, self.distributions)
        return found

    def is_current(self, target: Target, at: datetime) -> Verdict:
        """Was this series the one under development (of a project: the focus of development) at that instant?"""
        verdict = self._is_current(target, at)
        return "maybe" if verdict == "yes" and at < PAIRS_AS_TODAY else verdict

    def may_be_current(self, target: Target, since: datetime, until: datetime) -> bool:
        """May this series have been the one under development at any time between the two instants?"""
        if target.series is None or until <= PAIRS_BEGIN:
            return False
        reign = self.reigns.get(target.pillar, {}).get(target.series.lower())
        if not target.distribution or reign is None:
            return self._is_current(target, max(since, PAIRS_BEGIN)) != "no"
        return reign.perhaps < until and since < reign.at_most

    def _is_current(self, target: Target, at: datetime) -> Verdict:
        if target.series is None or at < PAIRS_BEGIN:
            return "no"
        if not target.distribution:
            focus = self.focuses.get(target.pillar)
            return "maybe" if focus is None else "yes" if focus == target.series else "no"
        series = self.reigns.get(target.pillar)
        if series is None or (key := target.series.lower()) not in series:
            return "maybe"
        reign = series[key]
        if reign is None:
            return "maybe"
        if reign.since <= at < reign.until:
            return "yes"
        return "maybe" if reign.perhaps <= at < reign.at_most else "no"


def build_calendar(facts: Mapping[str, str]) -> Calendar:
    """Read `series:/DISTRIBUTION` and `focus:/PROJECT`. Where they are missing it answers `maybe`."""
    focuses: dict[str, str] = {}
    for key, text in facts.items():
        if key.startswith(FOCUS_FACT):
            try:
                row = json.loads(text)
            except ValueError:
                continue
            if isinstance(row, dict) and isinstance(row.get("series"), str):
                focuses[key.removeprefix(FOCUS_FACT)] = row["series"]
    reigns = {
        key.removeprefix(SERIES_FACT): _build_reigns(read_rows(text))
        for key, text in facts.items()
        if key.startswith(SERIES_FACT)
    }
    return Calendar(distributions_of(facts), reigns, focuses)


def _build_reigns(rows: list[dict[str, object]]) -> dict[str, _Reign | None]:
    """Each series is current from its predecessor's release (and its own opening) to its own release."""
    dated = sorted(
        ((released, row) for row in rows if (released := _instant(row.get("datereleased"))) is not None),
        key=lambda pair: pair[0],
    )
    undated = [row for row in rows if _instant(row.get("datereleased")) is None]
    developed = sorted(
        (row for row in undated if _status(row) in IN_DEVELOPMENT), key=lambda row: IN_DEVELOPMENT.index(_status(row))
    )
    found: dict[str, _Reign | None] = {}
    for row in undated:
        never = _status(row) in NOT_YET
        _enter(found, row, _Reign(_END, _END, _END, _END) if never else None)
    reigning = [(row, released) for released, row in dated] + [(row, None) for row in developed[:1]]
    perhaps, since = _BEGIN, _BEGIN
    for index, (row, released) in enumerate(reigning):
        if released is None or index + 1 == len(reigning):
            until, at_most = _END, _END
        else:
            until, at_most = _handover(released, reigning[index + 1][0])
        _enter(found, row, _Reign(perhaps, since, until, at_most))
        perhaps, since = until, at_most
    for row in developed[1:]:
        _enter(found, row, _Reign(since, _END, _END, _END))
    if not developed and all(_status(row) not in ("", STABLE) for row in rows):
        _enter_first(found, rows, dated[-1][0] if dated else _BEGIN)
    return found


def _enter_first(found: dict[str, _Reign | None], rows: list[dict[str, object]], last: datetime) -> None:
    """Where none is frozen, in development or stable, Launchpad takes the first one (`Distribution.currentseries`).

    A single series always is. Of several nobody tells when the ``last`` one that was released ceased to be the stable
    one, nor which came first before the newest was made: each may have been current since.
    """
    for row in rows:
        released = _instant(row.get("datereleased"))
        reign = found.get(str(row.get("name")).lower())
        if len(rows) == 1:
            reign = _Reign(_BEGIN, _BEGIN, _END, _END)
        elif reign is not None and released is not None:
            reign = _Reign(reign.perhaps, reign.since, released, _END)
        elif _status(row) in NOT_YET:
            reign = _Reign(last, _END, _END, _END)
        _enter(found, row, reign)


def _handover(released: datetime, successor: dict[str, object]) -> tuple[datetime, datetime]:
    """Between these instants the released series may still be current: the next one is not open at once."""
    created = _instant(successor.get("date_created"))
    if created is None:
        latest = released + OPENING
    elif created <= released:
        latest = released
    else:
        latest = min(created, released + 6 * OPENING) + OPENING / 2
    if (released.hour, released.minute, released.second, released.microsecond) == (0, 0, 0, 0):
        latest = max(latest, released + timedelta(days=1))  # only the day was written down
    return released, latest


def _enter(found: dict[str, _Reign | None], row: dict[str, object], reign: _Reign | None) -> None:
    for name in ("name", "displayname"):
        value = row.get(name)
        if isinstance(value, str):
            found[value.lower()] = reign


def _status(row: dict[str, object]) -> str:
    return str(row.get("status") or "").lower()


def _instant(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
