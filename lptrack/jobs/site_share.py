"""Half of a large site in a second process, which reads the database for itself.

SQLite's connections do not survive a fork, so the process is a new one. It says what it read; where a run has
written in between, its half is not what the first process asked for, and is done again there.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lptrack.config.model import Config
from lptrack.model import BugKey
from lptrack.site.model import Team

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lptrack.jobs.site import SiteWish
    from lptrack.site.manifest import Unit

WORTH_A_PROCESS: Final = 1500
"""Pages to be built below which one process is done before another has read the database."""
MEETING: Final = 8
"""A meeting's page takes as long as so many bugs'."""


@dataclass(frozen=True, slots=True)
class Share:
    """The teams and the bugs whose pages somebody builds."""

    teams: tuple[Team, ...]
    bugs: tuple[BugKey, ...]

    def halve(self) -> tuple[Share, Share]:
        """Every second one."""
        return Share(self.teams[::2], self.bugs[::2]), Share(self.teams[1::2], self.bugs[1::2])


@dataclass(frozen=True, slots=True)
class Made:
    """What a process made of its share: the units, and how many files it wrote."""

    mark: str
    units: dict[str, Unit]
    written: int
    unchanged: int


@contextmanager
def share_out(
    write: Callable[[Path, Config, SiteWish, Share], Made],
    database: str,
    config: Config,
    wish: SiteWish,
    share: Share,
    pages: int,
) -> Iterator[tuple[Share, Sequence[Made]]]:
    """Start the second process where it is worth it: gives the share that is left here, and the list of what it made.

    The list is filled when the block ends. A process that died has made nothing.
    """
    made: list[Made] = []
    if pages < WORTH_A_PROCESS or (os.cpu_count() or 1) < 2 or not Path(database).is_file():
        yield share, made
        return
    import multiprocessing
    from concurrent.futures import BrokenExecutor, ProcessPoolExecutor

    mine, other = share.halve()
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        future = executor.submit(write, Path(database), config, wish, other)
        yield mine, made
        try:
            made.append(future.result())
        except BrokenExecutor:
            return
