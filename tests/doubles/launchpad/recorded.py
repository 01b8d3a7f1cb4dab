"""The recorded answers as a catalogue: Launchpad's own words about made-up bugs, at several moments of their lives.

`recorded.json` beside this file was derived from what Launchpad's own code (source of July 2025), run locally on
made-up bugs, answered; `build_recorded.py` makes it. Each bug is served as of its last snapshot unless set back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from tests.doubles.launchpad.catalogue import Body


@cache
def _load() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((files("tests.doubles.launchpad") / "recorded.json").read_text("utf-8"))
    return loaded


@dataclass(slots=True)
class Recorded:
    """A `Catalogue`. ``private`` maps a bug to those who may see it; `set_back` shows an earlier snapshot."""

    private: Mapping[int, frozenset[str]] = field(default_factory=dict)
    _moment: dict[int, int] = field(default_factory=dict)

    def numbers(self) -> list[int]:
        """All recorded bugs."""
        return sorted(int(number) for number in _load()["bugs"])

    def snapshots(self, number: int) -> list[str]:
        """The names of a bug's snapshots, oldest first."""
        return [snapshot["name"] for snapshot in _load()["bugs"][str(number)]["snapshots"]]

    def set_back(self, number: int, snapshot: str) -> None:
        """Serve this bug as it was then."""
        self._moment[number] = self.snapshots(number).index(snapshot)

    def bug(self, number: int, who: str | None = None) -> Body | None:
        if number in self.private and who not in self.private[number]:
            return None
        held = self._held(number)
        return None if held is None else {**held["bug"], "private": number in self.private}

    def tasks(self, number: int) -> Sequence[Body]:
        held = self._held(number)
        return held["tasks"] if held else []

    def activity(self, number: int) -> Sequence[Body]:
        held = self._held(number)
        return _load()["bugs"][str(number)]["activity"][: held["activity"]] if held else []

    def watches(self, number: int) -> Sequence[Body]:
        watches: Sequence[Body] = _load()["bugs"].get(str(number), {}).get("watches", [])
        return watches

    def series(self, pillar: str) -> Sequence[Body] | None:
        found: Sequence[Body] | None = _load()["series"].get(pillar)
        return found

    def pillar(self, name: str) -> Body | None:
        found: Body | None = _load()["pillars"].get(name)
        return found

    def _held(self, number: int) -> dict[str, Any] | None:
        life = _load()["bugs"].get(str(number))
        if life is None:
            return None
        held: dict[str, Any] = life["snapshots"][self._moment.get(number, -1)]
        return held
