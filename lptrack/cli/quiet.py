"""`-q` for every command: what a person reads beside the result is left out, what went wrong is not."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Final, get_type_hints

import typer

from lptrack.cli.say import be_quiet

QUIET: Final = Annotated[bool, typer.Option("-q", "--quiet", help="Say only what went wrong.")]


def quietly(command: Callable[..., None]) -> Callable[..., None]:
    """The command with `-q`; one that declares `-q` itself is told of it, too."""
    signature, hints = inspect.signature(command), get_type_hints(command, include_extras=True)
    knows = "quiet" in signature.parameters

    @wraps(command)
    def run(*, quiet: bool = False, **given: Any) -> None:
        be_quiet(quiet)
        command(**given, **({"quiet": quiet} if knows else {}))

    if not knows:
        option = inspect.Parameter("quiet", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=QUIET)
        own = [
            each.replace(annotation=hints.get(name, each.annotation)) for name, each in signature.parameters.items()
        ]
        run.__signature__ = signature.replace(parameters=[*own, option])  # type: ignore[attr-defined]
        run.__annotations__ = {**hints, "quiet": QUIET}
    return run
