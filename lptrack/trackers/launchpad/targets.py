"""Target names as the activity log spells them, and their parts: `linux (Ubuntu Saucy)`, `juju/1.25`.

A bare distribution is written by its name (`ubuntu`), its series by their display names (`Ubuntu Precise`); a project
and its series by their names (`unity-shell/7.1`). Names hold `/`, `+`, `.` and spaces. What a name alone cannot tell
(is `ubuntu` a project, is `X (Ubuntu RTM)` a series?) the facts tell where they are there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import unquote, urlsplit

SERIES_FACT: Final = "series:/"
FOCUS_FACT: Final = "focus:/"
KNOWN_DISTRIBUTIONS: Final = frozenset({"ubuntu", "debian"})


@dataclass(frozen=True, slots=True)
class Target:
    """The parts of a bug target. ``pillar`` is the name in addresses (`ubuntu`, `juju`), ``shown`` as the log has it.

    ``series`` is spelled as in the name (`Saucy` of a distribution, `1.25` of a project); `series_name` is the API's.
    """

    pillar: str
    shown: str
    distribution: bool
    series: str | None = None
    package: str | None = None

    @property
    def series_name(self) -> str | None:
        """The series as addresses spell it."""
        return self.series.lower() if self.series is not None and self.distribution else self.series

    @property
    def name(self) -> str:
        """The API's `bug_target_name`: the inverse of `parse_target`."""
        if not self.distribution:
            return self.pillar if self.series is None else f"{self.pillar}/{self.series}"
        where = self.shown if self.series is None else f"{self.shown} {self.series}"
        if self.package is not None:
            return f"{self.package} ({where})"
        return self.pillar if self.series is None else where

    def moved(self, package: str | None) -> Target:
        """The same series of the same distribution, of another package."""
        return replace(self, package=package)


def distributions_of(facts: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """The distributions that the facts name, each with the names its series go by, in lower case."""
    found: dict[str, frozenset[str]] = {}
    for key, text in facts.items():
        if key.startswith(SERIES_FACT):
            found[key.removeprefix(SERIES_FACT)] = frozenset(
                str(row[field]).lower()
                for row in read_rows(text)
                for field in ("name", "displayname")
                if row.get(field)
            )
    return found


def read_rows(text: str) -> list[dict[str, object]]:
    """A fact that is a JSON list of objects; anything else is no fact."""
    try:
        rows = json.loads(text)
    except ValueError:
        return []
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def parse_target(name: str, distributions: Mapping[str, Iterable[str]] | None = None) -> Target:
    """The parts of a target name. Never fails: what fits no form is a project of that name."""
    known = distributions or {}
    if name.endswith(")") and " (" in name:
        package, _, where = name[:-1].partition(" (")
        if package and where:
            return _parse_distribution(where, known, package)
    if " " in name or (name[:1].isupper() and "/" not in name):
        return _parse_distribution(name, known, None)
    if name in known or name in KNOWN_DISTRIBUTIONS:
        return Target(name, name.capitalize(), True)
    project, slash, series = name.partition("/")
    return Target(project, project, False, series if slash else None)


def _parse_distribution(where: str, known: Mapping[str, Iterable[str]], package: str | None) -> Target:
    """`Ubuntu`, `Ubuntu Saucy`, `Ubuntu RTM 14.09`: the last word is a series unless the facts deny it."""
    head, space, last = where.rpartition(" ")
    if space:
        series = known.get(_address(head))
        if series is None or last.lower() in series:
            return Target(_address(head), head, True, last, package)
        for words in range(2, len(where.split(" "))):  # a series of several words: `Breezy Badger Autotest`
            parts = where.split(" ")
            head, last = " ".join(parts[:-words]), " ".join(parts[-words:])
            if last.lower() in known.get(_address(head), ()):
                return Target(_address(head), head, True, last, package)
    return Target(_address(where), where, True, None, package)


def _address(shown: str) -> str:
    return shown.lower().replace(" ", "-")


def parse_target_link(link: str) -> tuple[str, str | None, str | None]:
    """Pillar, series and package of a `target_link`, by its path: `…/ubuntu/saucy/+source/linux`.

    The first part of the path may be a version of the web service (`devel`, `1.0`, `beta`).
    """
    parts = [unquote(part) for part in urlsplit(link).path.split("/") if part]
    if parts and parts[0] in {"devel", "1.0", "beta"} and len(parts) > 1:
        del parts[0]
    package = None
    if "+source" in parts:
        at = parts.index("+source")
        package = parts[at + 1] if at + 1 < len(parts) else None
        parts = parts[:at]
    pillar = parts[0] if parts else ""
    return pillar, parts[1] if len(parts) > 1 else None, package
