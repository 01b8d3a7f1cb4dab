"""What `run` and `ci`, `report` and `status` can be told: each option once, for both commands of a pair."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final

from lptrack.config.flags import Flag, Positional, Roots, Setting
from lptrack.report.model import Document, HistoryReport, Report, StatusReport
from lptrack.report.render import forms_of

DB = Annotated[Path | None, Setting("db")]
TEAM = Annotated[str | None, Flag(("--team",), "Only that team's meetings.", "NAME")]
CHANNEL = Annotated[str | None, Flag(("--channel",), "Only that channel's meetings.", "CHANNEL")]
CONFIG_FLAG: Final = Flag(
    ("--config",), "The configuration (default: ./lptrack.toml, if any).", "FILE", "LPTRACK_CONFIG"
)
WAIT_FLAG: Final = Flag(("--wait",), "How long to wait for another run on this database.", "SECONDS", minimum=0)
CONFIGURATION = Annotated[Path | None, CONFIG_FLAG]
OUTPUT = Annotated[Path | None, Flag(("-o", "--output"), "Write here instead of standard output.", "FILE")]
NO_PAGER = Annotated[bool, Flag(("--no-pager",), "Never show long output in a pager (LPTRACK_PAGER, PAGER, less).")]
TEMPLATE = Annotated[Path | None, Flag(("--template",), "Your own form: a Jinja2 template.", "FILE")]
START = Annotated[str | None, Flag(("--from",), "From that meeting or time.", "MEETING")]
END = Annotated[str | None, Flag(("--to",), "To that meeting or time.", "MEETING")]
SINCE_LAST = Annotated[bool, Flag(("--since-last",), "From the last meeting to now: --from last --to now.")]
OFFLINE = Annotated[
    bool, Flag(("--offline",), "No network at all: what is known already.", variable="LPTRACK_OFFLINE")
]
AS_KNOWN_AT = Annotated[
    str | None, Flag(("--as-known-at",), "From what was recorded by then: an old report, again.", "TIME")
]


def _form_flag(document: type[Document]) -> Flag:
    first, *others = forms_of(document)
    return Flag(("--format",), f"{first} (default), {', '.join(others)}.", "F")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOptions:
    """A run of the main job."""

    logs: Annotated[
        list[str] | None,
        Positional("LOG", "A file, a folder of logs, a .gz, an https:// address, or - (standard input)."),
    ] = None
    db: DB = None
    out: Annotated[Path | None, Setting("out")] = None
    team: TEAM = None
    channel: CHANNEL = None
    start: START = None
    end: END = None
    since_last: SINCE_LAST = False
    offline: OFFLINE = False
    refresh: Annotated[bool, Flag(("--refresh",), "Ask the trackers again now, however fresh.")] = False
    given_roots: Annotated[Mapping[str, str], Roots()] = field(default_factory=dict)
    cache: Annotated[str | None, Setting("cache")] = None
    max_age: Annotated[str | None, Setting("max-age")] = None
    jobs: Annotated[int | None, Setting("jobs")] = None
    deadline: Annotated[str | None, Setting("deadline")] = None
    wait: Annotated[float | None, WAIT_FLAG] = None
    log_format: Annotated[
        str | None, Flag(("--log-format",), "Read the logs as this format; do not guess.", "NAME")
    ] = None
    timezone: Annotated[str | None, Setting("timezone")] = None
    date: Annotated[
        str | None, Flag(("--date",), "The day (or year) of logs that tell none, e.g. 2013-09-11.", "DATE")
    ] = None
    day_first: Annotated[
        bool, Flag(("--day-first",), "Read 05/03/2024 as the fifth of March where a log does not settle it.")
    ] = False
    configuration: CONFIGURATION = None
    cassette: Annotated[
        Path | None,
        Flag(("--cassette",), "Replay recorded answers; the network is not used.", "FILE", "LPTRACK_CASSETTE"),
    ] = None
    record: Annotated[Path | None, Flag(("--record",), "Write what trackers answer to a cassette.", "FILE")] = None
    anonymous: Annotated[
        bool, Flag(("--anonymous",), "Read as anybody, although a login is stored (lptrack login).")
    ] = False
    verbose: Annotated[bool, Flag(("-v", "--verbose"), "Also show progress, and what was asked of the network.")] = (
        False
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesOptions:
    """`lptrack sources`."""

    db: DB = None
    configuration: CONFIGURATION = None
    team: TEAM = None
    cache: Annotated[str | None, Setting("cache")] = None
    deadline: Annotated[str | None, Setting("deadline")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOptions:
    """`lptrack post`."""

    db: DB = None
    configuration: CONFIGURATION = None
    team: TEAM = None
    dry_run: Annotated[bool, Flag(("--dry-run",), "Print what would be sent, and send nothing.")] = False
    offline: OFFLINE = False
    wait: Annotated[float | None, WAIT_FLAG] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions(JobOptions):
    """`lptrack run`."""

    quiet: Annotated[bool, Flag(("-q", "--quiet"), "Say only what went wrong.")] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CiOptions(JobOptions):
    """`lptrack ci`."""

    fail_on: Annotated[
        list[str] | None, Flag(("--fail-on",), "Exit 5 when: reopened, unowned>5, critical-untouched>14d, …", "GATE")
    ] = None
    all_tasks: Annotated[bool, Flag(("--all-tasks",), "Judge gates on folded tasks too, not only those shown.")] = (
        False
    )
    tolerate: Annotated[
        str | None, Flag(("--tolerate",), "unreadable,unresolved: these are exit 0, not 3 and 4.", "WHAT")
    ] = None
    since_commit: Annotated[
        str | None, Flag(("--since-commit",), "Only the logs that changed since this commit of theirs.", "REF")
    ] = None
    form: Annotated[str, Flag(("--format",), "table (a few lines) or json.", "F")] = "table"
    output: OUTPUT = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewOptions:
    """What a report or a status shows, in which form."""

    team: TEAM = None
    channel: CHANNEL = None
    form: Annotated[str | None, _form_flag(Report)] = None
    output: OUTPUT = None
    series: Annotated[list[str] | None, Flag(("--series",), "Only tasks of this series.", "NAME")] = None
    package: Annotated[list[str] | None, Flag(("--package",), "Only this package.", "NAME")] = None
    speaker: Annotated[list[str] | None, Flag(("--speaker",), "Only bugs that this person spoke of.", "NICK")] = None
    assignee: Annotated[list[str] | None, Flag(("--assignee",), "Only tasks of this assignee.", "NAME")] = None
    importance: Annotated[
        list[str] | None, Flag(("--importance",), "Only this importance: High, Critical.", "VALUE")
    ] = None
    status: Annotated[list[str] | None, Flag(("--status",), "Only this status: 'Fix Committed'.", "VALUE")] = None
    since: Annotated[str | None, Flag(("--since",), "Only bugs spoken of since this date or ISO time.", "TIME")] = (
        None
    )
    tracker: Annotated[
        list[str] | None, Flag(("--tracker",), "Only bugs of this tracker: launchpad, debian.", "NAME")
    ] = None
    private: Annotated[list[int] | None, Flag(("--private",), "Show this private bug too, by its number.", "BUG")] = (
        None
    )
    template: TEMPLATE = None
    columns: Annotated[
        str | None,
        Flag(("--columns",), "Only these columns, in this order.", "A,B,…"),
    ] = None
    bom: Annotated[bool, Flag(("--bom",), "CSV: begin with a byte order mark, as Excel likes it.")] = False
    delimiter: Annotated[str, Flag(("--delimiter",), "CSV: what separates cells: , (default), ; or tab.", "C")] = ","
    as_known_at: AS_KNOWN_AT = None
    no_pager: NO_PAGER = False
    db: DB = None
    configuration: CONFIGURATION = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOptions(ViewOptions):
    """`lptrack report`."""

    full: Annotated[
        bool, Flag(("--full",), "Everything: all sections, all rows, bugs that are no longer in view.")
    ] = False
    max_rows: Annotated[
        int | None,
        Flag(("--max-rows",), "Rows a section in terminal, text, Markdown and MoinMoin (15).", "N", minimum=1),
    ] = None
    sections: Annotated[
        str | None, Flag(("--sections",), "Only these sections: backwards, closed, forward, …", "A,B,…")
    ] = None
    horizon: Annotated[
        int | None,
        Flag(("--horizon",), "Meetings that keep a bug in view (12).", "N", "LPTRACK_HORIZON", minimum=1),
    ] = None
    start: START = None
    end: END = None
    since_last: SINCE_LAST = False
    last: Annotated[int, Flag(("--last",), "Meetings in the matrix (default 12).", "N", minimum=2)] = 12
    charts: Annotated[
        Path | None, Flag(("--charts",), "Also write the charts of trends and lives there, as SVG files.", "DIR")
    ] = None
    explain: Annotated[str | None, Flag(("--explain",), "Say where each cell of a bug's row comes from.", "BUG")] = (
        None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaOptions:
    """`lptrack agenda`."""

    team: TEAM = None
    channel: CHANNEL = None
    form: Annotated[str | None, Flag(("--format",), "table (default), text, markdown, moin, html, json.", "F")] = None
    output: OUTPUT = None
    no_pager: NO_PAGER = False
    db: DB = None
    configuration: CONFIGURATION = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteOptions:
    """`lptrack site`."""

    out: Annotated[Path, Flag(("--out",), "The folder of the site, made or brought up to date.", "DIR")]
    team: TEAM = None
    channel: CHANNEL = None
    base_url: Annotated[
        str | None, Flag(("--base-url",), "Where the site will be read: feeds then name their addresses.", "URL")
    ] = None
    horizon: Annotated[
        int | None,
        Flag(("--horizon",), "Meetings that keep a bug in view (12).", "N", "LPTRACK_HORIZON", minimum=1),
    ] = None
    rebuild: Annotated[bool, Flag(("--rebuild",), "Build every page again, also those of which nothing changed.")] = (
        False
    )
    quiet: Annotated[bool, Flag(("-q", "--quiet"), "Say only what went wrong.")] = False
    db: DB = None
    configuration: CONFIGURATION = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusOptions(ViewOptions):
    """`lptrack status`."""

    form: Annotated[str | None, _form_flag(StatusReport)] = None
    at: Annotated[str | None, Flag(("--at",), "At that time or meeting (default now).", "TIME_OR_MEETING")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryOptions:
    """`lptrack history`."""

    bugs: Annotated[list[str], Positional("BUG", "1160490, debian:719024, or a bug's address.")]
    form: Annotated[str | None, _form_flag(HistoryReport)] = None
    output: OUTPUT = None
    template: TEMPLATE = None
    as_known_at: AS_KNOWN_AT = None
    no_pager: NO_PAGER = False
    db: DB = None
    configuration: CONFIGURATION = None
