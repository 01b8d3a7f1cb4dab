"""A command line made from a dataclass: one declaration gives the options, their help, variables and defaults."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import Annotated, Any, TypeVar, get_args, get_type_hints

import typer

from lptrack.cli.completion import find_completion
from lptrack.config.flags import Flag, Positional, Roots, Setting
from lptrack.config.settings import settings
from lptrack.trackers import roots

T = TypeVar("T")


def takes(options: type[T]) -> Callable[[Callable[[T], None]], Callable[..., None]]:
    """Make a function of one options object a command: every field of ``options`` is an option of it."""

    def decorate(command: Callable[[T], None]) -> Callable[..., None]:
        def run(**given: Any) -> None:
            command(options(**_gather(options, given)))

        run.__name__, run.__doc__ = command.__name__, command.__doc__
        run.__signature__ = inspect.Signature(_parameters(options))  # type: ignore[attr-defined]
        return run

    return decorate


def _parameters(options: type) -> list[inspect.Parameter]:
    found = []
    hints = get_type_hints(options, include_extras=True)
    own = inspect.get_annotations(options)  # what is the command's alone stands first in its help
    for field in sorted(fields(options), key=lambda field: field.name not in own):
        kind, *marks = get_args(hints[field.name])
        for mark in marks:
            if isinstance(mark, Roots):
                found += [
                    _parameter(_root_name(tracker), str | None, build_option(Setting(root.option)), None)
                    for tracker, root in roots().items()
                ]
            elif isinstance(mark, (Flag, Setting, Positional)):
                default = inspect.Parameter.empty if field.default is MISSING else field.default
                found.append(_parameter(field.name, kind, build_option(mark), default))
    return found


def _parameter(name: str, kind: Any, option: Any, default: Any) -> inspect.Parameter:
    keyword = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, keyword, default=default, annotation=Annotated[kind, option])


def build_option(mark: Flag | Setting | Positional) -> Any:
    """Typer's option or argument for a declaration."""
    if isinstance(mark, Positional):
        complete = find_completion((), mark.metavar)
        return typer.Argument(metavar=mark.metavar, help=mark.help, show_default=False, autocompletion=complete)
    flag = settings()[mark.name].flag if isinstance(mark, Setting) else mark
    return typer.Option(
        *flag.names,
        envvar=flag.variable,
        metavar=flag.metavar,
        help=flag.help,
        min=flag.minimum,
        max=flag.maximum,
        show_default=False,  # the help says it in words
        autocompletion=find_completion(flag.names, flag.metavar),
    )


def _gather(options: type, given: dict[str, Any]) -> dict[str, Any]:
    """What typer read, as the fields of the options: an option a tracker becomes one mapping."""
    hints = get_type_hints(options, include_extras=True)
    for field in fields(options):
        if any(isinstance(mark, Roots) for mark in get_args(hints[field.name])):
            named = {tracker: given.pop(_root_name(tracker)) for tracker in roots()}
            given[field.name] = {tracker: text for tracker, text in named.items() if text is not None}
    return given


def _root_name(tracker: str) -> str:
    return f"root_of_{tracker.replace('-', '_')}"
