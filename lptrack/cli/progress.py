"""Progress for somebody who watches: a line that renews itself on a terminal, a calm line now and then elsewhere."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lptrack.cli.say import note
from lptrack.escape import one_line

CALM_SECONDS = 10.0
_COUNTED = re.compile(r"(.*): (\d+) of (\d+) (.*)")


@contextmanager
def open_progress(*, quiet: bool, verbose: bool) -> Iterator[Callable[[str], None]]:
    """What a tracker calls with `Launchpad: 12 of 60 bugs`, a step on the way, or with something to know."""
    if quiet:
        yield lambda _text: None
    elif not verbose:
        yield lambda text: None if _COUNTED.fullmatch(text) else note(text)
    elif sys.stderr.isatty():
        with _watched() as say:
            yield say
    else:
        yield _calm()


def _calm() -> Callable[[str], None]:
    last = time.monotonic()

    def say(text: str) -> None:
        nonlocal last
        if _COUNTED.fullmatch(text) is None:  # no step on the way, but something to know
            note(text)
        elif time.monotonic() - last >= CALM_SECONDS:
            last = time.monotonic()
            note(text)

    return say


@contextmanager
def _watched() -> Iterator[Callable[[str], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        tasks: dict[str, TaskID] = {}

        def say(text: str) -> None:
            counted = _COUNTED.fullmatch(text)
            if counted is None:
                progress.console.print(one_line(text), markup=False, highlight=False)
                return
            name, done, total, _ = counted.groups()
            if name not in tasks:
                tasks[name] = progress.add_task(name, total=int(total))
            progress.update(tasks[name], completed=int(done), total=int(total))

        yield say
