"""What `report`, `status` and `history` share on the command line: filters, forms, and reading the database."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lptrack.errors import UsageError
from lptrack.model import BugKey

if TYPE_CHECKING:
    from lptrack.config.model import Config
    from lptrack.join.interface import Filters
    from lptrack.report.model import Document
    from lptrack.report.render import Form, RenderSettings
    from lptrack.storage.store import Store

FormOption = Annotated[
    str | None,
    typer.Option("--format", metavar="F", help="table (default), text, markdown, moin, html, csv, xlsx, json, atom."),
]
TemplateOption = Annotated[
    Path | None, typer.Option("--template", metavar="FILE", help="Your own form: a Jinja2 template.")
]
ColumnsOption = Annotated[
    str | None, typer.Option("--columns", metavar="A,B,…", help="CSV: only these columns, in this order.")
]
BomOption = Annotated[bool, typer.Option("--bom", help="CSV: begin with a byte order mark, as Excel likes it.")]
DelimiterOption = Annotated[
    str, typer.Option("--delimiter", metavar="C", help="CSV: what separates cells: , (default), ; or tab.")
]
SeriesOption = Annotated[
    list[str] | None, typer.Option("--series", metavar="NAME", help="Only tasks of this series.")
]
PackageOption = Annotated[list[str] | None, typer.Option("--package", metavar="NAME", help="Only this package.")]
SpeakerOption = Annotated[
    list[str] | None, typer.Option("--speaker", metavar="NICK", help="Only bugs that this person spoke of.")
]
AssigneeOption = Annotated[
    list[str] | None, typer.Option("--assignee", metavar="NAME", help="Only tasks of this assignee.")
]
ImportanceOption = Annotated[
    list[str] | None, typer.Option("--importance", metavar="VALUE", help="Only this importance: High, Critical.")
]
StatusOption = Annotated[
    list[str] | None, typer.Option("--status", metavar="VALUE", help="Only this status: 'Fix Committed'.")
]
SinceOption = Annotated[
    str | None, typer.Option("--since", metavar="TIME", help="Only bugs spoken of since this date or ISO time.")
]
TrackerOption = Annotated[
    list[str] | None, typer.Option("--tracker", metavar="NAME", help="Only bugs of this tracker: launchpad, debian.")
]
PrivateOption = Annotated[
    list[int] | None, typer.Option("--private", metavar="BUG", help="Show this private bug too, by its number.")
]
AsKnownAtOption = Annotated[
    str | None,
    typer.Option("--as-known-at", metavar="TIME", help="From what was recorded by then: an old report, again."),
]

_SUFFIXES = {
    ".md": "markdown", ".markdown": "markdown", ".moin": "moin", ".html": "html", ".htm": "html", ".csv": "csv",
    ".xlsx": "xlsx", ".json": "json", ".atom": "atom", ".xml": "atom", ".txt": "text",
}  # fmt: skip
_BUG = re.compile(r"(?:(?P<tracker>[a-z][a-z0-9_.-]{0,40})[:/ ]+|lp: ?|bug )?#?(?P<number>[0-9]{1,10})")


def parse_bug(text: str) -> BugKey:
    """`1160490`, `#1160490`, `LP: #1160490`, `debian:719024`, or the bug's address. Raises `UsageError`."""
    from lptrack.trackers import DEFAULT_TRACKER, find_bug

    word = text.strip()
    if (found := find_bug(word)) is not None:
        return found
    match = _BUG.fullmatch(word.lower())
    if match is None:
        raise UsageError(f"{text!r} is no bug", hint="1160490, debian:719024 or the bug's address")
    tracker = match["tracker"] or DEFAULT_TRACKER
    return BugKey(DEFAULT_TRACKER if tracker in ("lp", "bug") else tracker, int(match["number"]))


def parse_time(text: str, option: str, *, end_of_day: bool) -> datetime:
    """An ISO date or time, UTC where it names no zone; a date is its begin or its end. Raises `UsageError`."""
    try:
        at = datetime.fromisoformat(text.strip())
        if end_of_day and len(text.strip()) <= 10:
            at = datetime.combine(at.date(), time.max)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{option} {text}: no date or time", hint="2013-09-11 or 2013-09-11T15:04Z") from error


def build_filters(
    *,
    team: str | None = None,
    channel: str | None = None,
    series: Sequence[str] | None = None,
    package: Sequence[str] | None = None,
    speaker: Sequence[str] | None = None,
    assignee: Sequence[str] | None = None,
    importance: Sequence[str] | None = None,
    status: Sequence[str] | None = None,
    tracker: Sequence[str] | None = None,
    since: str | None = None,
    private: Sequence[int] | None = None,
) -> Filters:
    """The filter options as given; each may be repeated."""
    from lptrack.join.interface import Filters

    return Filters(
        team=team,
        channel=channel,
        series=tuple(series or ()),
        package=tuple(package or ()),
        speaker=tuple(speaker or ()),
        assignee=tuple(assignee or ()),
        importance=tuple(importance or ()),
        status=tuple(status or ()),
        tracker=tuple(tracker or ()),
        since=None if since is None else parse_time(since, "--since", end_of_day=False),
        private=tuple(private or ()),
    )


def choose_form(
    name: str | None,
    output: Path | None,
    document: type[Document],
    *,
    template: Path | None = None,
    columns: str | None = None,
    bom: bool = False,
    delimiter: str = ",",
) -> tuple[Form, RenderSettings]:
    """The form and its settings: as named, else by the template or the file's suffix. Checked before any work."""
    from lptrack.cli.terminal import PIPE_WIDTH, stdout_facts
    from lptrack.report.render import RENDERERS, RenderSettings, find_form

    if template is not None and name not in (None, "template"):
        raise UsageError("--template is a form of its own", hint="leave --format out")
    if template is not None:
        name = "template"
    elif name is None:
        name = "table" if output is None else _form_of(output)
    form = find_form(name)
    for option, is_given in (("--columns", columns is not None), ("--bom", bom), ("--delimiter", delimiter != ",")):
        if is_given and name != "csv":
            raise UsageError(f"{option} is for CSV, and this is {name}", hint="add --format csv, or leave it out")
    if document not in form.documents:
        able = ", ".join(other.name for other in RENDERERS if document in other.documents)
        raise UsageError(f"--format {name} is not for this command", hint=f"it has {able}")
    if form.binary and output is None and sys.stdout.isatty():
        raise UsageError(f"--format {name} is a file, not for a terminal", hint="name one with -o FILE")
    width, color, links = stdout_facts() if output is None else (PIPE_WIDTH, False, False)
    settings = RenderSettings(
        width=width,
        color=color,
        links=links,
        columns=None if columns is None else tuple(part.strip() for part in columns.split(",") if part.strip()),
        bom=bom,
        delimiter=delimiter,
        template=None if template is None else _read_template(template),
        template_name=template.name if template is not None else "template",
    )
    return form, settings


def _form_of(output: Path) -> str:
    """The form that a file's name asks for; plain text where it has no suffix (`/dev/stdout`)."""
    if output.name.lower().endswith(".moin.txt"):
        return "moin"
    suffix = output.suffix.lower()
    if suffix and suffix not in _SUFFIXES:
        raise UsageError(
            f"-o {output}: no form is known by {output.suffix}",
            hint=f"say it with --format, or end the name in {', '.join(_SUFFIXES)}",
        )
    return _SUFFIXES.get(suffix, "text")


def _read_template(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise UsageError(f"--template {path}: {reason}", hint="a text file with a Jinja2 template") from error


@contextmanager
def open_records(db: Path | None, config: Config, as_known_at: str | None) -> Iterator[Store]:
    """The database to read from, as it is or (``as_known_at``) from what was recorded by then."""
    from lptrack.config.force import database_path
    from lptrack.storage.store import Store
    from lptrack.trackers import build_history

    with Store.open(database_path(db, config), read_only=True) as store:
        if as_known_at is None:
            yield store
            return
        at = parse_time(as_known_at, "--as-known-at", end_of_day=True)
        with store.as_known_at(at, build_history) as earlier:
            yield earlier
