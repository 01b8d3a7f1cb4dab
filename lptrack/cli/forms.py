"""What `report`, `status` and `history` share on the command line: filters, forms, and reading the database."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from lptrack.errors import UsageError
from lptrack.jobs.options import HistoryOptions, ReportOptions, ViewOptions
from lptrack.model import BugKey

if TYPE_CHECKING:
    from lptrack.config.model import Config
    from lptrack.join.model import Filters
    from lptrack.report.model import Document
    from lptrack.report.render import Form, RenderSettings
    from lptrack.storage.store import Store

_BUG = re.compile(r"(?:(?P<tracker>[a-z][a-z0-9_.-]{0,40})[:/ ]+|lp: ?|bug )?#?(?P<number>[0-9]{1,10})")


def parse_bug(text: str) -> BugKey:
    """`1160490`, `#1160490`, `LP: #1160490`, `debian:719024`, or the bug's address. Raises `UsageError`."""
    from lptrack.trackers import DEFAULT_TRACKER, find_bug

    word = text.strip()
    if (found := find_bug(word)) is not None:
        return found
    match = _BUG.fullmatch(word.lower())
    if match is None:
        raise UsageError(f"{text!r} is not a bug", hint="1160490, debian:719024 or the bug's address")
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
        raise UsageError(f"{option} {text} is not a date or time", hint="2013-09-11 or 2013-09-11T15:04Z") from error


def build_filters(options: ViewOptions) -> Filters:
    """The filter options as given; each may be repeated."""
    from lptrack.join.model import Filters

    return Filters(
        team=options.team,
        channel=options.channel,
        series=tuple(options.series or ()),
        package=tuple(options.package or ()),
        speaker=tuple(options.speaker or ()),
        assignee=tuple(options.assignee or ()),
        importance=tuple(options.importance or ()),
        status=tuple(options.status or ()),
        tracker=tuple(options.tracker or ()),
        since=None if options.since is None else parse_time(options.since, "--since", end_of_day=False),
        private=tuple(options.private or ()),
    )


def choose_form(options: ViewOptions | HistoryOptions, document: type[Document]) -> tuple[Form, RenderSettings]:
    """The form and its settings: as named, else by the template or the file's suffix. Checked before any work."""
    from lptrack.cli.terminal import PIPE_WIDTH, stdout_facts
    from lptrack.report.brief import ROWS
    from lptrack.report.render import ONLY_SOME, RENDERERS, Need, RenderSettings, find_form

    name, output, template = options.form, options.output, options.template
    if template is not None and name not in (None, "template"):
        raise UsageError("--template and --format cannot be combined", hint="leave --format out")
    if template is not None:
        name = "template"
    elif name is None:
        name = "table" if output is None else _form_of(output)
    form = find_form(name)
    given = {
        field.name: getattr(options, field.name)
        for field in fields(RenderSettings)
        if field.name in ONLY_SOME and getattr(options, field.name, field.default) != field.default
    }
    for option in given:
        if option not in form.options and not (option == "columns" and Need.PAGE in form.needs):
            able = " or ".join(other.name for other in RENDERERS if option in other.options)
            raise UsageError(
                f"--{option} is for {able}, and this is {name}", hint=f"add --format {able}, or leave it out"
            )
    if document not in form.documents:
        able = ", ".join(other.name for other in RENDERERS if document in other.documents)
        raise UsageError(f"--format {name} is not for this command", hint=f"Choose one of: {able}")
    if form.binary and output is None and sys.stdout.isatty():
        raise UsageError(f"--format {name} is a file, not for a terminal", hint="name one with -o FILE")
    width, color, links = stdout_facts() if output is None else (PIPE_WIDTH, False, False)
    if isinstance(listed := given.pop("columns", None), str) and "columns" in form.options:
        given["columns"] = split_names(listed)
    brief = isinstance(options, ReportOptions) and form.brief and not options.full
    rows = (options.max_rows if isinstance(options, ReportOptions) else None) or ROWS
    settings = RenderSettings(
        max_rows=rows if brief else None,
        width=width,
        color=color,
        links=links,
        template=None if template is None else _read_template(template),
        template_name=template.name if template is not None else "template",
        **given,
    )
    return form, settings


def split_names(text: str) -> tuple[str, ...]:
    """`A,B,…` as typed."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _form_of(output: Path) -> str:
    """The form that a file's name asks for; plain text where it has no suffix (`/dev/stdout`)."""
    from lptrack.report.render import RENDERERS, form_of_file

    form = form_of_file(output.name)
    if output.suffix and form is None:
        known = ", ".join(suffix for each in RENDERERS for suffix in each.suffixes)
        raise UsageError(
            f"-o {output}: unknown suffix {output.suffix}",
            hint=f"name the format with --format, or end the name in {known}",
        )
    return "text" if form is None else form.name


def _read_template(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise UsageError(f"--template {path}: {reason}", hint="a text file with a Jinja2 template") from error


@contextmanager
def open_records(db: Path | None, config: Config, as_known_at: str | None) -> Iterator[Store]:
    """The database to read from, as it is or (``as_known_at``) from what was recorded by then."""
    from lptrack.config.settings import database_path
    from lptrack.storage.store import Store
    from lptrack.trackers import build_history

    with Store.open(database_path(db, config), read_only=True) as store:
        if as_known_at is None:
            yield store
            return
        at = parse_time(as_known_at, "--as-known-at", end_of_day=True)
        with store.as_known_at(at, build_history) as earlier:
            yield earlier
