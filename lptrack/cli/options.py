"""The options that several commands share, spelled once (INTERFACE, section 2)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DbOption = Annotated[
    Path | None,
    typer.Option("--db", envvar="LPTRACK_DB", metavar="PATH", help="The database file."),
]
ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        envvar="LPTRACK_CONFIG",
        metavar="FILE",
        help="The configuration (default: ./lptrack.toml, if any).",
    ),
]
ServiceRootOption = Annotated[
    str | None,
    typer.Option(
        "--service-root",
        envvar="LPTRACK_SERVICE_ROOT",
        metavar="NAME_OR_URL",
        help="Launchpad's web service: production (default), staging, qastaging, or a URL.",
    ),
]
DebianRootOption = Annotated[
    str | None,
    typer.Option(
        "--debian-root",
        envvar="LPTRACK_DEBIAN_ROOT",
        metavar="URL",
        help="Debian's tracker (default https://bugs.debian.org/), or off.",
    ),
]
CacheOption = Annotated[
    str | None,
    typer.Option("--cache", envvar="LPTRACK_CACHE", metavar="PATH", help="The HTTP cache (a folder, or redis://…)."),
]
OfflineOption = Annotated[
    bool, typer.Option("--offline", envvar="LPTRACK_OFFLINE", help="No network at all: what is known already.")
]
RefreshOption = Annotated[bool, typer.Option("--refresh", help="Ask the trackers again now, however fresh.")]
TeamOption = Annotated[str | None, typer.Option("--team", metavar="NAME", help="Only that team's meetings.")]
ChannelOption = Annotated[
    str | None, typer.Option("--channel", metavar="CHANNEL", help="Only that channel's meetings.")
]
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Where the report files go (default reports/).")
]
OutputOption = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write here instead of standard output.")
]
TimezoneOption = Annotated[
    str | None,
    typer.Option("--timezone", metavar="ZONE", help="The zone of logs that name none, e.g. Europe/Berlin."),
]
DateOption = Annotated[
    str | None,
    typer.Option("--date", metavar="DATE", help="The day (or year) of logs that tell none, e.g. 2013-09-11."),
]
LogFormatOption = Annotated[
    str | None, typer.Option("--log-format", metavar="NAME", help="Read the logs as this format; do not guess.")
]
JobsOption = Annotated[int | None, typer.Option("--jobs", min=1, max=16, help="Connections at once (default 4).")]
MaxAgeOption = Annotated[
    str | None, typer.Option("--max-age", metavar="AGE", help="How old an answer may be, e.g. 30m, 1h (default), 2d.")
]
DeadlineOption = Annotated[
    str | None, typer.Option("--deadline", metavar="TIME", help="Stop asking trackers after this long (default 10m).")
]
WaitOption = Annotated[
    float | None,
    typer.Option("--wait", metavar="SECONDS", min=0, help="How long to wait for another run on this database."),
]
LogsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="LOG", help="A file, a folder of logs, a .gz, an https:// address, or - (standard input)."
    ),
]
CassetteOption = Annotated[
    Path | None,
    typer.Option(
        "--cassette",
        envvar="LPTRACK_CASSETTE",
        metavar="FILE",
        help="Replay recorded answers; the network is not used.",
    ),
]
RecordOption = Annotated[
    Path | None, typer.Option("--record", metavar="FILE", help="Write what trackers answer to a cassette.")
]
AnonymousOption = Annotated[
    bool, typer.Option("--anonymous", help="Read as anybody, although a login is stored (lptrack login).")
]
