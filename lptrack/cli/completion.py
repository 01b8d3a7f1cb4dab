"""What the shell offers for a value: the words of the trackers, and what is in the database.

`lptrack --install-completion` puts it into the shell. Nothing here writes or asks the network; where a database or a
configuration cannot be read, nothing is offered.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

import typer

from lptrack.errors import LptrackError

if TYPE_CHECKING:
    from lptrack.storage.store import Store

Completer = Callable[[typer.Context], Iterable[str]]


@contextmanager
def _open_store(context: typer.Context) -> Iterator[tuple[Store, Any]]:
    from lptrack.config.load import load_config
    from lptrack.config.settings import database_path
    from lptrack.storage.store import Store

    config = load_config(context.params.get("configuration"))
    with Store.open(database_path(context.params.get("db"), config), read_only=True) as store:
        yield store, config


def _formats(context: typer.Context) -> Iterable[str]:
    from lptrack.report.model import HistoryReport, Report, StatusReport
    from lptrack.report.render import forms_of
    from lptrack.report.render.agenda import AGENDA_FORMS

    match context.info_name:
        case "report":
            return forms_of(Report)
        case "status":
            return forms_of(StatusReport)
        case "history":
            return forms_of(HistoryReport)
        case "agenda":
            return AGENDA_FORMS
        case "extract":
            from lptrack.logs.output import WRITERS

            return WRITERS
        case "ci":
            return ("table", "json")
        case "check":
            return ("text", "json")
    return ()


def _statuses(_context: typer.Context) -> Iterable[str]:
    from lptrack.trackers import statuses

    return dict.fromkeys(status.name for status in statuses())


def _importances(_context: typer.Context) -> Iterable[str]:
    from lptrack.trackers import tracker_names, words_of

    return dict.fromkeys(name for tracker in tracker_names() for name in words_of(tracker).importances)


def _trackers(_context: typer.Context) -> Iterable[str]:
    from lptrack.trackers import tracker_names

    return tracker_names()


def _sections(_context: typer.Context) -> Iterable[str]:
    from lptrack.report.model import SectionKey

    return list(SectionKey)


def _columns(_context: typer.Context) -> Iterable[str]:
    from lptrack.report.model import Column

    return list(Column)


def _gates(_context: typer.Context) -> Iterable[str]:
    from lptrack.ci.gates import GATES

    return [measure.name for measure in GATES]


def _log_formats(_context: typer.Context) -> Iterable[str]:
    from lptrack.logs.formats import FORMATS

    return [form.name for form in FORMATS]


def _meetings(context: typer.Context) -> Iterable[str]:
    yield from ("last", "previous", "now")
    with _open_store(context) as (store, _):
        yield from (meeting.id for meeting in reversed(store.load_meetings()))


def _teams(context: typer.Context) -> Iterable[str]:
    with _open_store(context) as (store, config):
        named = {config.team_of(meeting)[1] for meeting in store.load_meetings()}
        return sorted({team.name for team in config.teams} | {name for name in named if name})


def _channels(context: typer.Context) -> Iterable[str]:
    with _open_store(context) as (store, _):
        return sorted({meeting.channel for meeting in store.load_meetings()})


def _bugs(context: typer.Context) -> Iterable[str]:
    from lptrack.trackers import DEFAULT_TRACKER

    with _open_store(context) as (store, _):
        return [
            str(bug.number) if bug.tracker == DEFAULT_TRACKER else f"{bug.tracker}:{bug.number}"
            for bug in store.load_referenced()
        ]


COMPLETERS: Final[dict[str, Completer]] = {
    "--format": _formats,
    "--status": _statuses,
    "--importance": _importances,
    "--tracker": _trackers,
    "--sections": _sections,
    "--columns": _columns,
    "--fail-on": _gates,
    "--log-format": _log_formats,
    "--team": _teams,
    "--channel": _channels,
    "MEETING": _meetings,
    "TIME_OR_MEETING": _meetings,
    "BUG": _bugs,
}
"""By the option's name, else by its metavar."""
_LISTS: Final = ("--sections", "--columns")  # of several names with commas


def find_completion(names: tuple[str, ...], metavar: str | None) -> Callable[[typer.Context, str], list[str]] | None:
    """What typer calls for an option's or argument's value; None where nothing can be offered."""
    key = next((name for name in (*names, metavar or "") if name in COMPLETERS), None)
    if key is None:
        return None
    completer = COMPLETERS[key]

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        before, comma, begun = incomplete.rpartition(",") if key in _LISTS else ("", "", incomplete)
        words: list[str] = []
        with suppress(LptrackError, OSError):  # no database yet: the words that need none are offered all the same
            words.extend(word for word in completer(ctx) if word.startswith(begun))
        return [_quote(f"{before}{comma}{word}") for word in words]

    return complete


def _quote(word: str) -> str:
    """Bash inserts the word as it stands; other shells quote it."""
    return word.replace(" ", "\\ ") if os.environ.get("_LPTRACK_COMPLETE") == "complete_bash" else word
