"""The program `lptrack`: its commands, and what any failure looks like to the person who typed it.

A failure is one line on standard error that says what happened, and one that says what to do next; the exit code is
the interface's. A bug in lptrack itself is exit 1 too, and shows its traceback only with `LPTRACK_DEBUG`.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from lptrack._version import __version__
from lptrack.cli import (
    agenda,
    cache,
    check,
    ci,
    config,
    db,
    demo,
    extract,
    history,
    init,
    login,
    post,
    report,
    run,
    site,
    sources,
    status,
)
from lptrack.cli.quiet import quietly
from lptrack.cli.streams import has_left, lead_nowhere, prepare_streams
from lptrack.errors import LptrackError, find_shortage

# Typer's own copy of click or the real one, by its version: this is click's UsageError in both.
_UsageError: type[Exception] = typer.BadParameter.__mro__[1]


class _EnoughRead(Exception):
    """Whoever reads our output has closed it."""


class _Commands(TyperGroup):
    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:  # before click sees it, which ends with 1 and without a word
            if has_left(sys.stdout):
                raise _EnoughRead from error
            raise LptrackError("a connection was closed by the other side", hint="run it again") from error


app = typer.Typer(
    name="lptrack",
    cls=_Commands,
    help="What moved since the last meeting: each bug that a meeting mentioned, with its status then and now.",
    epilog=(
        "\b\nAfter a meeting:  lptrack run LOGS\nBefore the next:  lptrack run; lptrack report --since-last\n\n"
        "Each command has its own --help with examples. `lptrack demo` shows what it does, without a network."
    ),
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help: twice as fast, and the same in a pipe
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"lptrack {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """What moved since the last meeting: each bug that a meeting mentioned, with its status then and now."""


app.command("extract", short_help="What is in the logs: who named which bug, when")(quietly(extract.extract))
app.command("run", short_help="The main job: read logs, ask trackers, report")(quietly(run.run))
app.command("report", short_help="What moved between two meetings")(quietly(report.report))
app.command("agenda", short_help="What to discuss at the coming meeting")(quietly(agenda.agenda))
app.command("status", short_help="Where every bug stands, now or at any moment")(quietly(status.status))
app.command("history", short_help="One bug: every event and every mention")(quietly(history.history))
app.command("ci", short_help="The main job in CI: new logs only, gates")(quietly(ci.ci))
app.command("check", short_help="Where bots, reads and history disagree")(quietly(check.check))
app.command("sources", short_help="Where logs are fetched from, and what is new there")(quietly(sources.sources))
app.command("post", short_help="Deliver report or agenda where the team reads it")(quietly(post.post))
app.command("site", short_help="Static pages of all teams, meetings, bugs")(quietly(site.site))
app.command("init", short_help="Write a commented lptrack.toml")(quietly(init.init))
app.command("config", short_help="Which settings apply here, and why")(quietly(config.config))
app.command("login", short_help="Log in to Launchpad, for private bugs")(quietly(login.login))
app.command("cache", short_help="The HTTP cache: its size, its age; clear it")(quietly(cache.cache))
app.command("demo", short_help="Try it: made-up meetings, no network")(quietly(demo.demo))
app.add_typer(db.app, name="db", short_help="Check, back up, export, import the database")


def _fail(error: LptrackError) -> NoReturn:
    from lptrack.cli.say import complain

    complain(error.message, error.hint)
    sys.exit(error.exit_code)


def main(args: list[str] | None = None) -> NoReturn:
    """Run the command line (``args`` without the program's name; default: the process's own) and exit."""
    prepare_streams()
    try:
        code = app(args=args, prog_name="lptrack", standalone_mode=False)
        if has_left(sys.stdout):
            lead_nowhere(sys.stdout)
        sys.stdout.flush()
    except LptrackError as error:
        _fail(find_shortage(error, processes=False) or error)  # a lock that is taken says EAGAIN too
    except _UsageError as error:
        _explain_usage(error)
    except KeyboardInterrupt:
        sys.exit(130)
    except typer.Abort:
        sys.exit(130)
    except _EnoughRead:  # `lptrack … | head`
        lead_nowhere(sys.stdout)
        sys.exit(0)
    except Exception as error:
        _fail(_explain(error))
    sys.exit(code if isinstance(code, int) else 0)


def _explain(error: Exception) -> LptrackError:
    """A failure that nobody foresaw, in words; raised as it is where somebody looks for its cause."""
    if os.environ.get("LPTRACK_DEBUG"):
        raise error
    shortage = find_shortage(error)
    if shortage is not None:
        return shortage
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        named = f"{error.filename}: " if error.filename else ""
        return LptrackError(f"{named}{reason}", hint="check the path, its permissions and the space left")
    return LptrackError(
        f"this is a bug in lptrack {__version__}: {type(error).__name__}: {error}",
        hint="run it again with LPTRACK_DEBUG=1 and report the traceback; nothing was left half-written",
    )


def _explain_usage(error: Exception) -> NoReturn:
    """A wrong command line: what is wrong, the right form, and where to read on. Exit 2."""
    from lptrack.cli.say import complain

    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "lptrack"
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    if type(error).__name__ == "NoArgsIsHelpError":  # its message is the whole help
        print(message, file=sys.stderr)
        sys.exit(2)
    usage = context.get_usage().replace("Usage:", "usage:").strip() if context is not None else ""
    hint = f"{usage}\n`{path} --help` has the options and examples" if usage else "see `lptrack --help`"
    complain(message, hint)
    sys.exit(2)


if __name__ == "__main__":
    main()
